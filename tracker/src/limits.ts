/** The collector's limits: longer values are cut here, so that none of them costs a batch. */

export const MAX_EVENTS = 50;
export const MAX_BODY_BYTES = 64 * 1024;
export const MAX_ELEMENT_TEXT = 100;

const MAX_ADDRESS = 2048;
const MAX_PAYLOAD_BYTES = 8 * 1024;
const MAX_PAYLOAD_KEYS = 64;
/** Levels inside one payload value; the payload itself is the sixteenth that is allowed. */
const MAX_VALUE_DEPTH = 15;

const encoder = new TextEncoder();

export const byteLength = (text: string): number => encoder.encode(text).length;

/** Cut an address to the limit, dropping query and fragment before the end of the path. */
export function fitAddress(address: string): string {
  const clean = address.replace(/%00/g, "");
  return clean.length > MAX_ADDRESS
    ? (clean.split(/[?#]/)[0] as string).slice(0, MAX_ADDRESS)
    : clean;
}

const depth = (value: unknown): number =>
  value && typeof value === "object" ? 1 + Math.max(0, ...Object.values(value).map(depth)) : 1;

/**
 * Return a copy of the payload as of now, without the entries that JSON cannot hold or that are
 * too many, too large or too deep; undefined where it is no object or nothing is left.
 */
export function fitPayload(payload: unknown): Record<string, unknown> | undefined {
  if (!payload || typeof payload !== "object" || Array.isArray(payload)) return undefined;
  const kept: Record<string, unknown> = {};
  let room = MAX_PAYLOAD_BYTES;
  for (const key of Object.keys(payload)) {
    try {
      const json = JSON.stringify({ [key]: (payload as Record<string, unknown>)[key] });
      const entry = JSON.parse(json) as Record<string, unknown>;
      const size = byteLength(json);
      if (key in entry && size <= room && depth(entry[key]) <= MAX_VALUE_DEPTH) {
        kept[key] = entry[key];
        room -= size;
      }
    } catch {
      // A cycle, a BigInt or a getter that throws costs its own entry only.
    }
    if (Object.keys(kept).length === MAX_PAYLOAD_KEYS) break;
  }
  return Object.keys(kept).length ? kept : undefined;
}

/**
 * Replace what JSON can write but the collector cannot take, lone surrogates and NUL, by U+FFFD.
 * Takes the result of `JSON.stringify`, which writes both as escapes.
 */
export const wellFormed = (json: string): string =>
  json.replace(/\\(\\|u0000|ud[89a-f]..)/g, (written, rest: string) =>
    rest === "\\" ? written : "\ufffd",
  );
