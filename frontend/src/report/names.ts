/** The names of dimensions and of their values in the reader's language. */

import { countryName, deviceName, eventTypeName } from "../words/values";
import { isWord, type Word, type Words } from "../words/words";
import type { Dimension, Op } from "./query";

export const OP_WORDS: Record<Op, Word> = { is: "opIs", is_not: "opIsNot", contains: "opContains" };

function languageName(language: string, code: string): string {
  try {
    return new Intl.DisplayNames(language, { type: "language" }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** Return the last part of `DE/Bavaria/Munich`, and its country. */
function placeName(words: Words, value: string): string {
  const parts = value.split("/");
  const country = parts[0] ?? "";
  const name = parts.slice(parts.length > 2 ? 2 : 1).join("/");
  const known = countryName(words.language, country);
  return name ? `${name}, ${known}` : known;
}

const wordOf = (prefix: string, value: string, words: Words): string => {
  const key = `${prefix}${value.charAt(0).toUpperCase()}${value.slice(1)}`;
  return isWord(key) ? words.t(key) : value;
};

/** Return the name of a value; null stands for the sum of other values. */
export function valueName(
  dimension: Dimension | "payload",
  value: string | null,
  words: Words,
): string {
  if (value === null) return words.t("otherValues");
  if (dimension === "source" && value === "") return words.t("channelDirect");
  if (dimension === "network" && value === "") return words.t("networkOther");
  if (value === "") return words.t("noValue");
  switch (dimension) {
    case "country":
      return countryName(words.language, value);
    case "region":
    case "city":
      return placeName(words, value);
    case "language":
      return languageName(words.language, value);
    case "channel":
      return wordOf("channel", value, words);
    case "network":
      return wordOf("network", value, words);
    case "device":
      return deviceName(value, words);
    case "screen":
      return words.t("pixels", { range: value.replace("-", "–") });
    case "event":
      return eventTypeName(value, words);
    default:
      return value;
  }
}
