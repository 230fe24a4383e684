/** The names of what events carry, and of why they are not counted; unknown ones unchanged. */

import type { Language } from "../app/preferences";
import { isWord, type Word, type Words } from "./words";

/** The event types of the tracker and its extensions, for menus. */
export const EVENT_TYPES = [
  "pageview",
  "click",
  "session_start",
  "outbound",
  "download",
  "form",
] as const satisfies readonly Word[];

const NAMED_TYPES: readonly string[] = [...EVENT_TYPES, "engagement"];
const DEVICES: readonly string[] = ["desktop", "mobile", "tablet", "tv"];

const nameAmong = (known: readonly string[], value: string, { t }: Words): string =>
  known.includes(value) && isWord(value) ? t(value) : value;

export const eventTypeName = (type: string, words: Words): string =>
  nameAmong(NAMED_TYPES, type, words);

export const deviceName = (device: string, words: Words): string =>
  nameAmong(DEVICES, device, words);

export type ReasonPrefix = "bot_" | "dropped_";

/** Return why events are not counted, in words; an unknown reason unchanged. */
export function reasonName(prefix: ReasonPrefix, reason: string, { t }: Words): string {
  const key = `${prefix}${reason}`;
  return isWord(key) ? t(key) : reason;
}

/** Return the country's name by its ISO 3166 code. */
export function countryName(language: Language, code: string): string {
  try {
    return new Intl.DisplayNames(language, { type: "region" }).of(code) ?? code;
  } catch {
    return code;
  }
}
