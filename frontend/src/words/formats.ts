/** How times, durations and places are written in a language. */

import type { Language } from "../app/preferences";

const isInstant = (at: string): boolean => !Number.isNaN(Date.parse(at));

/** Answer the time of day of an instant; what is no instant stays as it is. */
export function timeOfDay(language: Language, at: string): string {
  if (!isInstant(at)) return at;
  const today = new Date().toDateString() === new Date(at).toDateString();
  return new Intl.DateTimeFormat(language, {
    ...(today ? {} : { day: "numeric", month: "short" }),
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  }).format(new Date(at));
}

/** Answer date and time in full. */
export function fullTime(language: Language, at: string): string {
  if (!isInstant(at)) return at;
  const style = { dateStyle: "long", timeStyle: "long" } as const;
  return new Intl.DateTimeFormat(language, style).format(new Date(at));
}

/** Answer the date of an instant. */
export function date(language: Language, at: string): string {
  if (!isInstant(at)) return at;
  return new Intl.DateTimeFormat(language, { dateStyle: "medium" }).format(new Date(at));
}

/** Answer a wait in whole seconds or, from two minutes on, minutes. */
export function wait(language: Language, seconds: number): string {
  const isLong = seconds >= 120;
  return new Intl.NumberFormat(language, {
    style: "unit",
    unit: isLong ? "minute" : "second",
    unitDisplay: "long",
  }).format(isLong ? Math.ceil(seconds / 60) : seconds);
}

/** Answer the country's name by its ISO 3166 code, or the code where it is none. */
export function countryName(language: Language, code: string): string {
  try {
    return new Intl.DisplayNames(language, { type: "region" }).of(code) ?? code;
  } catch {
    return code;
  }
}
