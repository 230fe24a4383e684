/** The numbers of a breakdown's rows: the few that a card has room for, and all of them. */

import type { Row } from "../api/types";
import { count, duration, NO_NUMBER, percent } from "../words/numbers";
import type { Word, Words } from "../words/words";
import type { Dimension } from "./query";

export interface NumberColumn {
  heading: Word;
  /** Whether it is an estimate where the answer is not exact. */
  isOfVisitors?: boolean;
  text(row: Row, words: Words): string;
}

/** Answer a column's heading; that of estimates says so. */
export const headingOf = (
  { heading, isOfVisitors }: NumberColumn,
  isExact: boolean,
  { t }: Words,
) => (isOfVisitors && !isExact ? `≈ ${t(heading)}` : t(heading));

const or = <Value>(value: Value | null, write: (value: Value) => string): string =>
  value === null ? NO_NUMBER : write(value);

const VISITORS: NumberColumn = {
  heading: "visitors",
  isOfVisitors: true,
  text: (row, { language }) => count(language, row.visitors),
};
const VISITS: NumberColumn = {
  heading: "visits",
  text: (row, { language }) => count(language, row.visits),
};
const VIEWS: NumberColumn = {
  heading: "pageviews",
  text: (row, { language }) => count(language, row.pageviews),
};
const EVENTS: NumberColumn = {
  heading: "events",
  text: (row, { language }) => count(language, row.events),
};
const SHARE: NumberColumn = {
  heading: "share",
  isOfVisitors: true,
  text: (row, { language }) => percent(language, row.share),
};
const BOUNCES: NumberColumn = {
  heading: "bounceRate",
  text: (row, { language }) => or(row.bounceRate, (value) => percent(language, value)),
};
const DURATION: NumberColumn = {
  heading: "visitDuration",
  text: (row, { language }) => or(row.visitDuration, (value) => duration(language, value)),
};
const CONVERSIONS: NumberColumn = {
  heading: "conversions",
  text: (row, { language }) => or(row.conversions, (value) => count(language, value)),
};
const RATE: NumberColumn = {
  heading: "conversionRate",
  text: (row, { language }) => or(row.conversionRate, (value) => percent(language, value)),
};

const EVENTFUL: readonly string[] = ["event", "outbound", "download", "payload"];

/** Answer what a card shows of each row. */
export function fewColumns(dimension: Dimension, hasGoal: boolean): readonly NumberColumn[] {
  if (hasGoal) return [CONVERSIONS, RATE];
  return EVENTFUL.includes(dimension) ? [EVENTS, VISITORS] : [VISITORS, SHARE];
}

/** Answer all that is known of each row. */
export function allColumns(
  dimension: Dimension | "payload",
  hasGoal: boolean,
): readonly NumberColumn[] {
  const goal = hasGoal ? [CONVERSIONS, RATE] : [];
  if (EVENTFUL.includes(dimension)) return [EVENTS, VISITORS, SHARE, ...goal];
  const whole = dimension === "page" ? [] : [BOUNCES, DURATION];
  return [VISITORS, SHARE, VISITS, VIEWS, ...whole, ...goal];
}
