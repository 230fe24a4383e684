/** Shapes an event for the feed: what it is called, where and by what it came, what it carries. */

import type { TrackedEvent } from "../api/types";
import { countryName } from "../words/formats";
import { isWord, type Word, type Words } from "../words/words";

export const KNOWN_TYPES = [
  "pageview",
  "click",
  "session_start",
  "outbound",
  "download",
  "form",
] as const satisfies readonly Word[];

const NAMED: readonly string[] = [...KNOWN_TYPES, "engagement"];
const DEVICES: readonly string[] = ["desktop", "mobile", "tablet", "tv"];
const MAX_PAYLOAD = 160;

const present = (parts: (string | null | undefined)[]): string[] =>
  parts.filter((part): part is string => !!part);

/** Answer a type in words; one of the site's own stays as it is. */
export function typeWords(type: string, { t }: Words): string {
  return NAMED.includes(type) && isWord(type) ? t(type) : type;
}

export const typeName = (event: TrackedEvent, words: Words): string =>
  typeWords(event.eventType, words);

function place(event: TrackedEvent, { t, language }: Words): string {
  if (!event.country) return t("unknownPlace");
  const inner = event.region === event.city ? [event.city] : [event.city, event.region];
  return present([...inner, countryName(language, event.country)]).join(", ");
}

function device(name: string | null, { t }: Words): string | null {
  return name && DEVICES.includes(name) && isWord(name) ? t(name) : name;
}

/** Answer where the visitor is and what they browse with, part by part. */
export function facts(event: TrackedEvent, words: Words): string[] {
  const major = event.browserVersion?.split(".")[0];
  return present([
    place(event, words),
    event.browser ? present([event.browser, major]).join(" ") : words.t("unknownBrowser"),
    event.os && present([event.os, event.osVersion]).join(" "),
    device(event.device, words),
  ]);
}

export interface Detail {
  /** What was clicked, or the payload as JSON. */
  code: string | null;
  /** The text of what was clicked. */
  quote: string | null;
}

const textIn = (value: unknown): string | null =>
  typeof value === "string" && value !== "" ? value : null;

/** Answer what an event carries, in short. */
export function detail({ eventType, payload }: TrackedEvent): Detail {
  if (!payload || !Object.keys(payload).length) return { code: null, quote: null };
  if (eventType === "click") {
    return {
      code: textIn(payload.name) ?? textIn(payload.elementId),
      quote: textIn(payload.elementText),
    };
  }
  const text = JSON.stringify(payload);
  return {
    code: text.length > MAX_PAYLOAD ? `${text.slice(0, MAX_PAYLOAD)}…` : text,
    quote: null,
  };
}
