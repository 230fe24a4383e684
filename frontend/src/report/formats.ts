/** How dates, times and numbers of a report are written. */

import type { Range } from "../api/types";
import { fullCount } from "../words/formats";
import type { Language } from "../words/words";

type Style = Intl.DateTimeFormatOptions;

const SHORT: Record<Range["interval"], Style> = {
  hour: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  day: { day: "numeric", month: "short" },
  month: { month: "short", year: "numeric" },
};

const LONG: Record<Range["interval"], Style> = {
  hour: { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  day: { weekday: "short", day: "numeric", month: "short", year: "numeric" },
  month: { month: "long", year: "numeric" },
};

/** Return the names of a time series' points in the time zone of its range. */
export function pointNames(
  language: Language,
  { interval, timezone }: Range,
  instants: readonly string[],
  length: "short" | "long",
): string[] {
  const style = (length === "short" ? SHORT : LONG)[interval];
  const format = new Intl.DateTimeFormat(language, { ...style, timeZone: timezone });
  return instants.map((at) => format.format(new Date(at)));
}

/** Return the dates of a range, one if first and last are the same. */
export function rangeName(language: Language, { from, to }: Range): string {
  const format = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeZone: "UTC" });
  const [first, last] = [new Date(`${from}T00:00Z`), new Date(`${to}T00:00Z`)];
  return first <= last ? format.formatRange(first, last) : format.format(first);
}

/** Return the time of an instant in a zone, with the date unless it is today there. */
export function timeInZone(language: Language, timezone: string, at: string, now: Date): string {
  const day = new Intl.DateTimeFormat("en", { dateStyle: "short", timeZone: timezone });
  const isToday = day.format(new Date(at)) === day.format(now);
  return new Intl.DateTimeFormat(language, {
    ...(isToday ? {} : { day: "numeric", month: "short" }),
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZone: timezone,
  }).format(new Date(at));
}

/** Return whether a range ends today, so that its last point is not over yet. */
export function endsToday({ to, timezone }: Range, now: Date): boolean {
  // The Swedish format is ISO 8601's.
  return to === new Intl.DateTimeFormat("sv", { timeZone: timezone }).format(now);
}

/** Shown in place of a missing number. */
export const NO_NUMBER = "–";

/** From here on a count is rounded where space is short. */
const COMPACT_FROM = 100_000;

/** Return a count, rounded if it is long. */
export const count = (language: Language, value: number): string =>
  value < COMPACT_FROM
    ? fullCount(language, value)
    : new Intl.NumberFormat(language, {
        notation: "compact",
        minimumFractionDigits: 1,
        maximumFractionDigits: 1,
      }).format(value);

/** Return a mean with one decimal. */
export const mean = (language: Language, value: number): string =>
  new Intl.NumberFormat(language, { maximumFractionDigits: 1, minimumFractionDigits: 1 }).format(
    value,
  );

const UNITS = [
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
] as const;

/** Return a duration in its two largest units. */
export function duration(language: Language, seconds: number): string {
  const whole = Math.round(seconds);
  const largest = UNITS.findIndex(([, size]) => whole >= size);
  const from = largest < 0 ? UNITS.length - 1 : largest;
  let left = whole;
  const parts: string[] = [];
  for (const [unit, size] of UNITS.slice(from, from + 2)) {
    const style = { style: "unit", unit, unitDisplay: "narrow" } as const;
    const part = Math.floor(left / size);
    left -= part * size;
    if (part > 0 || parts.length === 0) {
      parts.push(new Intl.NumberFormat(language, style).format(part));
    }
  }
  return parts.join(" ");
}

/** Return a size in millions of bytes. */
export const megabytes = (language: Language, bytes: number): string =>
  new Intl.NumberFormat(language, {
    style: "unit",
    unit: "megabyte",
    maximumFractionDigits: 1,
  }).format(bytes / 1_000_000);
