/** One event of the feed. All of it came from a browser, so it is shown as text only. */

import { memo, useEffect, useRef, useState } from "react";
import type { TrackedEvent } from "../api/types";
import { ExternalLink } from "../components/external-link";
import { countryName, fullTime, newEvents, timeOfDay } from "../words/formats";
import { isWord, useWords, type Word, type Words } from "../words/words";

interface EventRowProps {
  event: TrackedEvent;
  isNew: boolean;
}

export const EventRow = memo(function EventRow({ event, isNew }: EventRowProps) {
  const words = useWords();
  const { t, language } = words;
  const { code, quote } = detail(event);
  const path = event.path ?? "/";
  return (
    <li className={isNew ? "row is-new" : "row"} data-type={event.eventType} data-id={event.id}>
      <p className="row-head">
        <span className="row-type">{typeName(event, words)}</span>
        {code && <code>{code}</code>}
        {quote && <q>{quote}</q>}
        {event.bot && <span className="bot">{t("bot", { reason: event.bot })}</span>}
        <time className="row-time" dateTime={event.at} title={fullTime(language, event.at)}>
          {timeOfDay(language, event.at)}
        </time>
      </p>
      <p className="row-page">
        <span className="row-path">
          {event.url ? <ExternalLink url={event.url}>{path}</ExternalLink> : <bdi>{path}</bdi>}
        </span>{" "}
        {event.title && <bdi className="row-title">{event.title}</bdi>}
      </p>
      <p className="row-facts">
        {facts(event, words).map((fact) => (
          <span key={fact}>{fact}</span>
        ))}
      </p>
    </li>
  );
});

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

/** Return the name of an event type; a custom one unchanged. */
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

/** Return place, browser, system and device of the visitor. */
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
  /** The name of the clicked element, or the payload as JSON. */
  code: string | null;
  /** The text of the clicked element. */
  quote: string | null;
}

const textIn = (value: unknown): string | null =>
  typeof value === "string" && value !== "" ? value : null;

/** Return a summary of an event's payload. */
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

const QUIET_MS = 10_000;

export function FeedAnnouncer({ count }: { count: number }) {
  const { language } = useWords();
  const [news, setNews] = useState("");
  const latest = useRef(count);
  const told = useRef(count);
  latest.current = count;
  useEffect(() => {
    const timer = setInterval(() => {
      const fresh = latest.current - told.current;
      told.current = latest.current;
      if (fresh > 0) setNews(newEvents(language, fresh));
    }, QUIET_MS);
    return () => clearInterval(timer);
  }, [language]);
  return (
    <p className="visually-hidden" aria-live="polite">
      {news}
    </p>
  );
}
