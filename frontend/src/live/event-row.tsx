/** One event of the feed. All of it came from a browser, so it is shown as text only. */

import { memo, useEffect, useRef, useState } from "react";
import type { TrackedEvent } from "../api/types";
import { ExternalLink } from "../components/external-link";
import { fullTime, newEvents, timeOfDay } from "../words/formats";
import { countryName, deviceName, eventTypeName, reasonName } from "../words/values";
import { useWords, type Words } from "../words/words";

interface EventRowProps {
  event: TrackedEvent;
  isNew: boolean;
}

export const EventRow = memo(function EventRow({ event, isNew }: EventRowProps) {
  const words = useWords();
  const { t, language } = words;
  const { code, quote } = summarize(event);
  const path = event.path ?? "/";
  return (
    <li className={isNew ? "row is-new" : "row"} data-type={event.eventType} data-id={event.id}>
      <p className="row-head">
        <span className="row-type">{eventTypeName(event.eventType, words)}</span>
        {code && <code>{code}</code>}
        {quote && <q>{quote}</q>}
        {event.bot && (
          <span className="bot">{t("bot", { reason: reasonName("bot_", event.bot, words) })}</span>
        )}
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

const MAX_PAYLOAD = 160;

const present = (parts: (string | null | undefined)[]): string[] =>
  parts.filter((part): part is string => !!part);

function place(event: TrackedEvent, { t, language }: Words): string {
  if (!event.country) return t("unknownPlace");
  const inner = event.region === event.city ? [event.city] : [event.city, event.region];
  return present([...inner, countryName(language, event.country)]).join(", ");
}

/** Return place, browser, system and device of the visitor. */
function facts(event: TrackedEvent, words: Words): string[] {
  const major = event.browserVersion?.split(".")[0];
  return present([
    place(event, words),
    event.browser ? present([event.browser, major]).join(" ") : words.t("unknownBrowser"),
    event.os && present([event.os, event.osVersion]).join(" "),
    event.device && deviceName(event.device, words),
  ]);
}

interface PayloadSummary {
  /** The name of the clicked element, or the payload as JSON. */
  code: string | null;
  /** The text of the clicked element. */
  quote: string | null;
}

const textIn = (value: unknown): string | null =>
  typeof value === "string" && value !== "" ? value : null;

/** Return a summary of an event's payload. */
function summarize({ eventType, payload }: TrackedEvent): PayloadSummary {
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

const ANNOUNCE_MS = 10_000;

/** Announce to screen readers how many events arrived: a sum every ten seconds. */
export function FeedAnnouncer({ count }: { count: number }) {
  const { language } = useWords();
  const [text, setText] = useState("");
  const latest = useRef(count);
  const announced = useRef(count);
  latest.current = count;
  useEffect(() => {
    const timer = setInterval(() => {
      const added = latest.current - announced.current;
      announced.current = latest.current;
      if (added > 0) setText(newEvents(language, added));
    }, ANNOUNCE_MS);
    return () => clearInterval(timer);
  }, [language]);
  return (
    <p className="sr-only" aria-live="polite">
      {text}
    </p>
  );
}
