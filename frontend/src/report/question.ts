/** What a report page asks, and how its address says so. */

import type { ReportQuery } from "../api/calls";
import type { Compare, Dimension as Grouping, Period } from "../api/types";
import { listOf } from "../app/search";
import { DIMENSIONS } from "./names";

export const PERIODS = [
  "day",
  "yesterday",
  "7d",
  "30d",
  "90d",
  "week",
  "month",
  "year",
  "12mo",
  "all",
  "custom",
] as const satisfies readonly Period[];
export const COMPARISONS = ["previous", "year", "none"] as const satisfies readonly Compare[];
export const OPS = ["is", "is_not", "contains"] as const;
export const METRICS = ["visitors", "visits", "pageviews", "viewsPerVisit"] as const;

export type { Period };
export type Op = (typeof OPS)[number];
/** The metrics that the chart can show. */
export type Metric = (typeof METRICS)[number];
/** What a filter can ask for: every grouping but the one that is of single events. */
export type Dimension = Exclude<Grouping, "payload">;

export interface Filter {
  dimension: Dimension;
  op: Op;
  value: string;
}

export interface Question {
  period: Period;
  /** First and last date of a custom period, `YYYY-MM-DD`. */
  from: string;
  to: string;
  compare: Compare;
  filters: readonly Filter[];
  /** What the address gives as filters and is none: each once. */
  unread: readonly string[];
  /** The goal whose conversions the cards show. */
  goal: string | undefined;
  metric: Metric;
}

/** The parameters of a report's address; what is as usual is left out. */
export interface ReportSearch {
  period?: Period;
  from?: string;
  to?: string;
  compare?: Compare;
  filter?: string[];
  goal?: string;
  metric?: Metric;
}

const USUAL = { period: "30d", compare: "previous", metric: "visitors" } as const;

const oneOf = <Value extends string>(known: readonly Value[], value: unknown): Value | undefined =>
  known.find((each) => each === listOf(value).at(-1));

/** Keep of an address what the page understands, in the shortest spelling. */
export function reportSearch(search: Record<string, unknown>): ReportSearch {
  return searchOf(questionOf(search));
}

/** Answer what an address asks; what it does not say is as usual. An empty filter asks nothing. */
export function questionOf(search: Record<string, unknown>): Question {
  const text = (name: string) => listOf(search[name]).at(-1);
  const { from = "", to = "" } = { from: text("from"), to: text("to") };
  const asked = oneOf(PERIODS, search.period) ?? USUAL.period;
  const given = listOf(search.filter).filter(Boolean);
  return {
    period: asked === "custom" && !(from && to) ? USUAL.period : asked,
    from,
    to,
    compare: oneOf(COMPARISONS, search.compare) ?? USUAL.compare,
    filters: given.flatMap((each) => filterOf(each) ?? []),
    unread: [...new Set(given)].filter((each) => !filterOf(each)),
    goal: text("goal"),
    metric: oneOf(METRICS, search.metric) ?? USUAL.metric,
  };
}

/** Write a question as the parameters of an address. */
export function searchOf({ filters, unread, ...asked }: Question): ReportSearch {
  const isCustom = asked.period === "custom";
  const filter = [...filters.map(filterText), ...unread];
  return {
    ...(asked.period !== USUAL.period && { period: asked.period }),
    ...(isCustom && { from: asked.from, to: asked.to }),
    ...(asked.compare !== USUAL.compare && { compare: asked.compare }),
    ...(filter.length && { filter }),
    ...(asked.goal && { goal: asked.goal }),
    ...(asked.metric !== USUAL.metric && { metric: asked.metric }),
  };
}

/** Answer a question in the words of the API. */
export function queryOf(siteId: string, asked: Question): ReportQuery {
  const isCustom = asked.period === "custom";
  return {
    siteId,
    period: asked.period,
    compare: asked.compare,
    filter: asked.filters.map(filterText),
    ...(isCustom && { from: asked.from, to: asked.to }),
  };
}

/** Spell a filter as the API does; the value may hold colons. */
export const filterText = ({ dimension, op, value }: Filter): string =>
  `${dimension}:${op}:${value}`;

/** Read a filter; undefined where it is none. */
export function filterOf(text: string): Filter | undefined {
  const [name, relation, ...rest] = text.split(":");
  const dimension = oneOf(DIMENSIONS, name);
  const op = oneOf(OPS, relation);
  return dimension && op && rest.length ? { dimension, op, value: rest.join(":") } : undefined;
}

/** Add a filter, once. */
export function withFilter(filters: readonly Filter[], added: Filter): readonly Filter[] {
  const isThere = filters.some((each) => filterText(each) === filterText(added));
  return isThere ? filters : [...filters, added];
}
