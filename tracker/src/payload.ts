/** Fits a payload into the collector's limits. */

import { byteLength, MAX_PAYLOAD_BYTES, MAX_PAYLOAD_KEYS, MAX_VALUE_DEPTH } from "./limits";

const depth = (value: unknown): number =>
  value && typeof value === "object" ? 1 + Math.max(0, ...Object.values(value).map(depth)) : 1;

/**
 * Answer a copy of the payload as of now, without the entries that JSON cannot hold or that are
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
