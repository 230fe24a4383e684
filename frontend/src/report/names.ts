/** What a value of a dimension is called; event content stays text as it is. */

import { typeWords } from "../pages/event-facts";
import { countryName } from "../words/formats";
import { isWord, type Word, type Words } from "../words/words";
import type { Dimension, Op } from "./question";

export const DIMENSION_WORDS: Record<Dimension, Word> = {
  page: "page",
  entry_page: "entryPage",
  exit_page: "exitPage",
  channel: "channel",
  source: "source",
  referrer: "referrer",
  utm_campaign: "utmCampaign",
  utm_source: "utmSource",
  utm_medium: "utmMedium",
  utm_term: "utmTerm",
  utm_content: "utmContent",
  country: "country",
  region: "region",
  city: "city",
  browser: "browser",
  os: "os",
  device: "device",
  screen: "screen",
  language: "visitorLanguage",
  event: "event",
  outbound: "outbound",
  download: "download",
};

/** Every dimension, in the order in which menus show them. */
export const DIMENSIONS = Object.keys(DIMENSION_WORDS) as Dimension[];

export const OP_WORDS: Record<Op, Word> = { is: "opIs", is_not: "opIsNot", contains: "opContains" };

const DEVICES: readonly string[] = ["desktop", "mobile", "tablet", "tv"];

function languageName(language: string, code: string): string {
  try {
    return new Intl.DisplayNames(language, { type: "language" }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** Answer the last part of `DE/Bavaria/Munich`, and its country. */
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

/** Answer a value in words; null stands for all the values that are not kept one by one. */
export function valueName(
  dimension: Dimension | "payload",
  value: string | null,
  words: Words,
): string {
  if (value === null) return words.t("otherValues");
  if (dimension === "source" && value === "") return words.t("channelDirect");
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
    case "device":
      return DEVICES.includes(value) && isWord(value) ? words.t(value) : value;
    case "screen":
      return words.t("pixels", { range: value.replace("-", "–") });
    case "event":
      return typeWords(value, words);
    default:
      return value;
  }
}
