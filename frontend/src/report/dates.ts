/** How dates and times of a report are written. */

import type { Range } from "../api/types";
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
