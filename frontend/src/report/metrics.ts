/** The metrics of a report: their format, their change, and whether more is better. */

import type { Metrics, Point } from "../api/types";
import { percent } from "../words/formats";
import type { Language } from "../words/words";
import { count, duration, mean, NO_NUMBER } from "./formats";
import { CHART_METRICS, type ChartMetric } from "./query";

export type Metric =
  | "visitors"
  | "visits"
  | "pageviews"
  | "viewsPerVisit"
  | "bounceRate"
  | "visitDuration";

export const METRICS: readonly Metric[] = [
  "visitors",
  "visits",
  "pageviews",
  "viewsPerVisit",
  "bounceRate",
  "visitDuration",
];

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

/** Return whether a metric has a time series. */
export const isChartMetric = (name: Metric): name is ChartMetric =>
  CHART_METRICS.some((each) => each === name);

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
export const seriesOf = (points: readonly Point[], metric: ChartMetric): (number | null)[] =>
  points.map((point) => {
    if (metric !== "viewsPerVisit") return point[metric];
    return point.visits ? point.pageviews / point.visits : null;
  });
