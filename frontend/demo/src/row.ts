/** Draws one event of the feed. */

import type { FeedEvent } from "./api";
import { element } from "./element";
import { countryName, currentLanguage, word, wordFor } from "./words";

const MOST_PAYLOAD = 160;

const present = (parts: (string | null | undefined)[]): string[] =>
  parts.filter((part): part is string => !!part);

function placeOf(event: FeedEvent): string {
  if (!event.country) return word("unknownPlace");
  const inner = event.region === event.city ? [event.city] : [event.city, event.region];
  return present([...inner, countryName(event.country)]).join(", ");
}

function agentOf(event: FeedEvent): string[] {
  const major = event.browserVersion?.split(".")[0];
  const browser = event.browser ? present([event.browser, major]).join(" ") : null;
  return present([
    browser ?? word("unknownBrowser"),
    event.os && present([event.os, event.osVersion]).join(" "),
    event.device && (wordFor(event.device) ?? event.device),
  ]);
}

function clickDetail(payload: Record<string, unknown>): Node[] {
  const { name, elementText, elementId } = payload;
  const label = [name, elementId].find((part) => typeof part === "string" && part);
  const details: Node[] = [];
  if (label) details.push(element("code", {}, String(label)));
  if (typeof elementText === "string" && elementText) {
    details.push(element("q", {}, elementText));
  }
  return details;
}

function detail(event: FeedEvent): Node[] {
  const payload = event.payload;
  if (!payload || !Object.keys(payload).length) return [];
  if (event.eventType === "click") return clickDetail(payload);
  const text = JSON.stringify(payload);
  return [
    element("code", {}, text.length > MOST_PAYLOAD ? `${text.slice(0, MOST_PAYLOAD)}…` : text),
  ];
}

function when(at: string): HTMLElement {
  const instant = new Date(at);
  if (Number.isNaN(instant.getTime())) return element("span", { class: "row-time" }, at);
  const language = currentLanguage();
  return element(
    "time",
    {
      class: "row-time",
      datetime: at,
      title: new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "long" }).format(
        instant,
      ),
    },
    new Intl.DateTimeFormat(language, { timeStyle: "medium", hourCycle: "h23" }).format(instant),
  );
}

/** Answer the list item of an event. All that it shows came from a browser: it is text only. */
export function row(event: FeedEvent): HTMLLIElement {
  const head = element(
    "p",
    { class: "row-head" },
    element("span", { class: "row-type" }, wordFor(event.eventType) ?? event.eventType),
    ...detail(event),
    ...(event.bot ? [element("span", { class: "bot" }, `${word("bot")}: ${event.bot}`)] : []),
    when(event.at),
  );
  const page = element(
    "p",
    { class: "row-page" },
    element("bdi", { class: "row-path" }, event.path ?? "/"),
    ...(event.title ? [" ", element("bdi", { class: "row-title" }, event.title)] : []),
  );
  const facts = [placeOf(event), ...agentOf(event)].map((fact) => element("span", {}, fact));
  return element(
    "li",
    { class: "row", "data-type": event.eventType, "data-id": event.id },
    head,
    page,
    element("p", { class: "row-facts" }, ...facts),
  );
}
