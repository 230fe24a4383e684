/** The metrics of a report: their format, their change, and whether more is better. */

import type { Metrics, Point } from "../api/types";
import { percent } from "../words/formats";
import type { Language } from "../words/words";
import { count, duration, mean, NO_NUMBER } from "./formats";
import type { Metric } from "./query";

const WRITE: Record<Metric, (language: Language, value: number) => string> = {
  visitors: count,
  visits: count,
  pageviews: count,
  viewsPerVisit: mean,
  bounceRate: percent,
  visitDuration: duration,
};

/** Format a metric; a missing one as a dash. */
export const formatMetric = (language: Language, name: Metric, value: number | null): string =>
  value === null ? NO_NUMBER : WRITE[name](language, value);

/** Put the sign of an estimate before a text about visitors that were not counted. */
export const marked = (name: Metric, isExact: boolean, text: string): string =>
  name === "visitors" && !isExact ? `≈${text}` : text;

export interface Change {
  direction: "up" | "down" | "same";
  /** Whether the change is good; undefined if nothing changed. */
  isGood: boolean | undefined;
  /** The size: a percentage, of percentages in points. */
  text: string;
}

/** Return the change of a metric; null if a value is missing or the earlier one is zero. */
export function changeOf(
  language: Language,
  name: Metric,
  now: Metrics,
  before: Metrics,
): Change | null {
  const [value, earlier] = [now[name], before[name]];
  if (value === null || earlier === null) return null;
  const isPart = name === "bounceRate";
  if (!isPart && earlier === 0) {
    return value === 0
      ? { direction: "same", isGood: undefined, text: percent(language, 0) }
      : null;
  }
  const by = isPart ? value - earlier : (value - earlier) / earlier;
  const isNone = Math.abs(by) < 0.0005;
  const points = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  return {
    direction: isNone ? "same" : by > 0 ? "up" : "down",
    isGood: isNone ? undefined : by > 0 !== isPart,
    text: isPart ? points.format(Math.abs(by) * 100) : percent(language, Math.abs(by)),
  };
}

/** Return the time series of a metric; null where a point has no value. */
export const seriesOf = (points: readonly Point[], metric: Metric): (number | null)[] =>
  points.map((point) => {
    if (metric !== "viewsPerVisit") return point[metric];
    return point.visits ? point.pageviews / point.visits : null;
  });

/** Return the same as texts; what is estimated is marked. */
export const seriesTexts = (
  language: Language,
  points: readonly Point[],
  metric: Metric,
): string[] =>
  seriesOf(points, metric).map((value, index) =>
    marked(metric, points[index]?.exact ?? true, formatMetric(language, metric, value)),
  );
