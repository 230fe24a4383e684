/**
 * The collector's limits, and the JSON that keeps them: longer values are cut here, so that none of
 * them costs a batch.
 *
 * The JSON is written by hand, since libraries put a `toJSON` on prototypes.
 */

import { attempt, classOf, hasOwn } from "./browser";

export const MAX_EVENTS = 50;
export const MAX_BODY_BYTES = 64 * 1024;
export const MAX_ELEMENT_TEXT = 100;
export const MAX_TOUCH_POINTS = 256;

const MAX_ADDRESS = 2048;
const MAX_PAYLOAD_BYTES = 8 * 1024;
const MAX_PAYLOAD_KEYS = 64;
const MAX_PAYLOAD_DEPTH = 16;

/** Return how many bytes a text has in UTF-8. */
export const byteLength = (text: string): number =>
  text.length +
  (text.match(/[\x80-\uffff]/g) ?? []).length +
  (text.match(/[\u0800-\ud7ff\ue000-\uffff]/g) ?? []).length;

/** Cut an address to the limit, dropping query and fragment before the end of the path. */
export function fitAddress(address: string): string {
  const clean = address.replace(/%00/g, "");
  return clean.length > MAX_ADDRESS
    ? (clean.split(/[?#]/)[0] as string).slice(0, MAX_ADDRESS)
    : clean;
}

/** Return a value that is a text of at most `limit` characters, undefined for any other. */
export const fitText = (value: unknown, limit: number): string | undefined =>
  typeof value === "string" ? value.slice(0, limit) : undefined;

/** Write a text as JSON, with U+FFFD for what the collector cannot take: NUL, lone surrogates. */
const quoted = (text: string): string =>
  `"${text.replace(/["\\]|[^ -\ud7ff\ue000-\u{10ffff}]/gu, (c) => {
    if (c === '"' || c === "\\") return `\\${c}`;
    return c > "\0" && c < " " ? `\\u${(c.charCodeAt(0) + 65536).toString(16).slice(1)}` : "\ufffd";
  })}"`;

const toJSONOf = (value: object): unknown => (value as { toJSON?: unknown }).toJSON;

/** Return what JSON writes in place of an object: itself, or what it makes of itself. */
function plain(value: object): unknown {
  const toJSON = toJSONOf(value);
  switch (classOf(value)) {
    case "Date":
      return attempt(() => (value as Date).toISOString()) ?? null;
    case "Boolean":
    case "Number":
    case "String":
      return value.valueOf();
  }
  return typeof toJSON === "function" && toJSON !== toJSONOf({}) && toJSON !== toJSONOf([])
    ? toJSON.call(value)
    : value;
}

/**
 * Write a value as JSON, as `JSON.stringify` does; undefined for what it leaves out.
 * Throws where it cannot be written, is too deep (so does a cycle), or longer than `most`.
 */
export function json(given: unknown, depth = 1, most = MAX_BODY_BYTES): string | undefined {
  const value = given && typeof given === "object" ? plain(given) : given;
  if (depth > MAX_PAYLOAD_DEPTH || typeof value === "bigint") throw depth;
  if (typeof value === "string") return quoted(value);
  if (typeof value === "number") return value - value === 0 ? `${value}` : "null";
  if (value === null || typeof value === "boolean") return `${value}`;
  if (typeof value !== "object") return undefined;
  let text = "";
  const add = (start: string, item: string | undefined): void => {
    if (item) text += (text && ",") + start + item;
    if (text.length > most) throw depth;
  };
  if (classOf(value) === "Array") {
    const list = value as unknown[];
    for (let i = 0; i < list.length; i++) add("", json(list[i], depth + 1, most) ?? "null");
    return `[${text}]`;
  }
  for (const key in value) {
    if (hasOwn(value, key)) {
      add(`${quoted(key)}:`, json((value as Record<string, unknown>)[key], depth + 1, most));
    }
  }
  return `{${text}}`;
}

/**
 * Write the payload as of now as JSON, without the entries that JSON cannot hold or that are too
 * many, too large or too deep; undefined where it is no object or nothing is left.
 */
export function fitPayload(payload: unknown): string | undefined {
  if (!payload || typeof payload !== "object" || classOf(payload) === "Array") return undefined;
  let text = "";
  let room = MAX_PAYLOAD_BYTES;
  let keys = MAX_PAYLOAD_KEYS;
  for (const key in payload) {
    if (!keys) break;
    if (!hasOwn(payload, key)) continue;
    // A cycle, a BigInt or a getter that throws costs its own entry only.
    const item = attempt(() => json((payload as Record<string, unknown>)[key], 2, room));
    if (!item) continue;
    const entry = `${quoted(key)}:${item}`;
    const size = byteLength(entry) + 2;
    if (size <= room) {
      text += (text && ",") + entry;
      room -= size;
      keys -= 1;
    }
  }
  return text ? `{${text}}` : undefined;
}
