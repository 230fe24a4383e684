/** Draws one event of the feed. All that it shows came from a browser: it is text only. */

import { memo } from "react";
import type { TrackedEvent } from "../api/types";
import { ExternalLink } from "../components/external-link";
import { fullTime, timeOfDay } from "../words/formats";
import { useWords } from "../words/words";
import { detail, facts, typeName } from "./event-facts";

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
