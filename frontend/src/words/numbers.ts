/** How counts, parts and durations are written in a language. */

import type { Language } from "../app/preferences";

/** From here on a count is rounded where room is short. */
const LONG = 100_000;

/** What stands where there is no number. */
export const NO_NUMBER = "–";

/** Answer a count in full. */
export const fullCount = (language: Language, count: number): string =>
  new Intl.NumberFormat(language).format(count);

/** Answer a count, rounded where it is long. */
export const count = (language: Language, value: number): string =>
  value < LONG
    ? fullCount(language, value)
    : new Intl.NumberFormat(language, {
        notation: "compact",
        minimumFractionDigits: 1,
        maximumFractionDigits: 1,
      }).format(value);

/** Answer a fraction of 1 as a percentage: small ones with a digit after the point. */
export function percent(language: Language, fraction: number): string {
  const isSmall = Math.abs(fraction) < 0.0995;
  return new Intl.NumberFormat(language, {
    style: "percent",
    maximumFractionDigits: isSmall ? 1 : 0,
  }).format(fraction);
}

/** Answer a mean with one digit after the point. */
export const mean = (language: Language, value: number): string =>
  new Intl.NumberFormat(language, { maximumFractionDigits: 1, minimumFractionDigits: 1 }).format(
    value,
  );

const UNITS = [
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
] as const;

/** Answer a duration in its two largest units. */
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

/** Answer a size in millions of bytes. */
export const megabytes = (language: Language, bytes: number): string =>
  new Intl.NumberFormat(language, {
    style: "unit",
    unit: "megabyte",
    maximumFractionDigits: 1,
  }).format(bytes / 1_000_000);
