/** The figures of a report: how each is written, compared, and whether more of it is better. */

import type { Metrics, Point } from "../api/types";
import { count, duration, mean, NO_NUMBER, percent } from "../words/formats";
import type { Language, Word } from "../words/words";
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

export const METRIC_WORDS: Record<Metric, Word> = {
  visitors: "visitors",
  visits: "visits",
  pageviews: "pageviews",
  viewsPerVisit: "viewsPerVisit",
  bounceRate: "bounceRate",
  visitDuration: "visitDuration",
};

/** Write a figure; one that there is none of as a dash. */
export const formatMetric = (language: Language, name: Metric, value: number | null): string =>
  value === null ? NO_NUMBER : WRITE[name](language, value);

/** Tell whether the chart can show a figure's course. */
export const isChartMetric = (name: Metric): name is ChartMetric =>
  CHART_METRICS.some((each) => each === name);

export interface Change {
  direction: "up" | "down" | "same";
  /** Whether that is good news; undefined where nothing changed. */
  isGood: boolean | undefined;
  /** By how much: as a percentage, of percentages in points. */
  text: string;
}

/** Answer how a figure changed; null where one of the two is missing or began at nothing. */
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

/** Answer a metric's value at each point; null where it has none. */
export const seriesOf = (points: readonly Point[], metric: ChartMetric): (number | null)[] =>
  points.map((point) => {
    if (metric !== "viewsPerVisit") return point[metric];
    return point.visits ? point.pageviews / point.visits : null;
  });
