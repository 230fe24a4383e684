/** How times, numbers and counted words are written in a language. */

import type { Language } from "../app/preferences";

const isInstant = (at: string): boolean => !Number.isNaN(Date.parse(at));

/** Return the time of an instant, with the date unless it is today; an invalid one unchanged. */
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

/** Return date and time in full. */
export function fullTime(language: Language, at: string): string {
  if (!isInstant(at)) return at;
  const style = { dateStyle: "long", timeStyle: "long" } as const;
  return new Intl.DateTimeFormat(language, style).format(new Date(at));
}

/** Return the date of an instant. */
export function date(language: Language, at: string): string {
  if (!isInstant(at)) return at;
  return new Intl.DateTimeFormat(language, { dateStyle: "medium" }).format(new Date(at));
}

/** Return a wait in whole seconds or, from two minutes on, minutes. */
export function wait(language: Language, seconds: number): string {
  const isLong = seconds >= 120;
  return new Intl.NumberFormat(language, {
    style: "unit",
    unit: isLong ? "minute" : "second",
    unitDisplay: "long",
  }).format(isLong ? Math.ceil(seconds / 60) : seconds);
}

/** Return a count in full. */
export const fullCount = (language: Language, count: number): string =>
  new Intl.NumberFormat(language).format(count);

/** Return a fraction of 1 as a percentage, small ones with one decimal. */
export function percent(language: Language, fraction: number): string {
  const isSmall = Math.abs(fraction) < 0.0995;
  return new Intl.NumberFormat(language, {
    style: "percent",
    maximumFractionDigits: isSmall ? 1 : 0,
  }).format(fraction);
}

type Forms = Partial<Record<Intl.LDMLPluralRule, string>>;

const NEW_EVENTS: Record<Language, Forms> = {
  en: { one: "new event", other: "new events" },
  ru: { one: "новое событие", few: "новых события", other: "новых событий" },
};

/** Return a number of new events with the plural form that goes with it. */
export function newEvents(language: Language, count: number): string {
  const forms = NEW_EVENTS[language];
  return `${count} ${forms[new Intl.PluralRules(language).select(count)] ?? forms.other}`;
}
