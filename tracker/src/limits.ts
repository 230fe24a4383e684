/** What the collector takes: longer values are cut here, so that none of them costs a batch. */

export const MAX_EVENTS = 50;
export const MAX_BODY_BYTES = 64 * 1024;
export const MAX_PAYLOAD_BYTES = 8 * 1024;
export const MAX_PAYLOAD_KEYS = 64;
/** Levels inside one payload value; the payload itself is the sixteenth that is allowed. */
export const MAX_VALUE_DEPTH = 15;
export const MAX_ELEMENT_TEXT = 100;

const MAX_ADDRESS = 2048;
const encoder = new TextEncoder();

export const byteLength = (text: string): number => encoder.encode(text).length;

/** Cut an address to the limit, giving up query and fragment before the path. */
export function fitAddress(address: string): string {
  const clean = address.replace(/%00/g, "");
  return clean.length > MAX_ADDRESS
    ? (clean.split(/[?#]/)[0] as string).slice(0, MAX_ADDRESS)
    : clean;
}

/**
 * Replace what JSON can write but the collector cannot take, lone surrogates and NUL, by U+FFFD.
 * Takes the result of `JSON.stringify`, which writes both as escapes.
 */
export const wellFormed = (json: string): string =>
  json.replace(/\\(\\|u0000|ud[89a-f]..)/g, (written, rest: string) =>
    rest === "\\" ? written : "\ufffd",
  );
