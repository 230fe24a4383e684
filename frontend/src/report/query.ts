/** The query of a report: read from the page's address, written to it, and sent to the API. */

import type { ReportParams } from "../api/calls";
import type { Dimension as ApiDimension, Compare, Period } from "../api/types";
import { listOf } from "../app/search";

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
export const METRICS = [
  "visitors",
  "visits",
  "pageviews",
  "viewsPerVisit",
  "bounceRate",
  "visitDuration",
] as const;

export type { Period };
export type Op = (typeof OPS)[number];
export type Metric = (typeof METRICS)[number];
/** What filters and cards can ask for; the words of a dimension's name have its key. */
export type Dimension = Exclude<ApiDimension, "payload">;

/** All dimensions, in the order of menus. */
export const DIMENSIONS = Object.keys({
  page: true,
  entry_page: true,
  exit_page: true,
  channel: true,
  source: true,
  referrer: true,
  utm_campaign: true,
  utm_source: true,
  utm_medium: true,
  utm_term: true,
  utm_content: true,
  country: true,
  region: true,
  city: true,
  network: true,
  browser: true,
  os: true,
  device: true,
  screen: true,
  language: true,
  event: true,
  outbound: true,
  download: true,
} satisfies Record<Dimension, true>) as Dimension[];

export interface Filter {
  dimension: Dimension;
  op: Op;
  value: string;
}

export interface ReportQuery {
  period: Period;
  /** First and last date of a custom period, `YYYY-MM-DD`. */
  from: string;
  to: string;
  compare: Compare;
  filters: readonly Filter[];
  /** Filters of the address that cannot be parsed, each once. */
  invalidFilters: readonly string[];
  /** The goal whose conversions the cards show. */
  goal: string | undefined;
  /** The metric that the chart shows. */
  metric: Metric;
}

/** The parameters of a report's address; defaults are left out. */
export interface ReportSearch {
  period?: Period;
  from?: string;
  to?: string;
  compare?: Compare;
  filter?: string[];
  goal?: string;
  metric?: Metric;
}

const DEFAULTS = { period: "30d", compare: "previous", metric: "visitors" } as const;

const oneOf = <Value extends string>(known: readonly Value[], value: unknown): Value | undefined =>
  known.find((each) => each === listOf(value).at(-1));

/** Keep the parameters that the page understands, in the shortest spelling. */
export function reportSearch(search: Record<string, unknown>): ReportSearch {
  return searchFromQuery(queryFromSearch(search));
}

/** Return the query of an address, with defaults for what is missing; ignore empty filters. */
export function queryFromSearch(search: Record<string, unknown>): ReportQuery {
  const text = (name: string) => listOf(search[name]).at(-1);
  const { from = "", to = "" } = { from: text("from"), to: text("to") };
  const period = oneOf(PERIODS, search.period) ?? DEFAULTS.period;
  const given = listOf(search.filter).filter(Boolean);
  return {
    period: period === "custom" && !(from && to) ? DEFAULTS.period : period,
    from,
    to,
    compare: oneOf(COMPARISONS, search.compare) ?? DEFAULTS.compare,
    filters: given.flatMap((each) => parseFilter(each) ?? []),
    invalidFilters: [...new Set(given)].filter((each) => !parseFilter(each)),
    goal: text("goal"),
    metric: oneOf(METRICS, search.metric) ?? DEFAULTS.metric,
  };
}

/** Return the address parameters of a query, without those that equal the default. */
export function searchFromQuery({ filters, invalidFilters, ...query }: ReportQuery): ReportSearch {
  const isCustom = query.period === "custom";
  const filter = [...filters.map(formatFilter), ...invalidFilters];
  return {
    ...(query.period !== DEFAULTS.period && { period: query.period }),
    ...(isCustom && { from: query.from, to: query.to }),
    ...(query.compare !== DEFAULTS.compare && { compare: query.compare }),
    ...(filter.length && { filter }),
    ...(query.goal && { goal: query.goal }),
    ...(query.metric !== DEFAULTS.metric && { metric: query.metric }),
  };
}

/** Return the parameters of the API for a query. */
export function apiParams(siteId: string, query: ReportQuery): ReportParams {
  const isCustom = query.period === "custom";
  return {
    siteId,
    period: query.period,
    compare: query.compare,
    filter: query.filters.map(formatFilter),
    ...(isCustom && { from: query.from, to: query.to }),
  };
}

/** Write a filter as the API does; the value may contain colons. */
export const formatFilter = ({ dimension, op, value }: Filter): string =>
  `${dimension}:${op}:${value}`;

/** Parse a filter; return undefined if it is not one. */
export function parseFilter(text: string): Filter | undefined {
  const [name, relation, ...rest] = text.split(":");
  const dimension = oneOf(DIMENSIONS, name);
  const op = oneOf(OPS, relation);
  return dimension && op && rest.length ? { dimension, op, value: rest.join(":") } : undefined;
}

/** Add a filter unless it is there already. */
export function addFilter(filters: readonly Filter[], added: Filter): readonly Filter[] {
  const isThere = filters.some((each) => formatFilter(each) === formatFilter(added));
  return isThere ? filters : [...filters, added];
}
