/** The page of a site's latest events: filtered by type, older ones on demand. */

import { getRouteApi } from "@tanstack/react-router";
import { useCallback, useEffect, useId, useRef, useState } from "react";
import { loadEvents } from "../api/calls";
import type { TrackedEvent } from "../api/types";
import { Button } from "../components/button";
import { ButtonLink } from "../components/button-link";
import { Card } from "../components/card";
import { useTitle } from "../components/page-header";
import { Empty, Failure, Loading } from "../components/states";
import { EVENT_TYPES, eventTypeName } from "../words/values";
import { useWords } from "../words/words";
import { EventRow, FeedAnnouncer } from "./event-row";
import { addNewest, addOlder, type FeedState, INITIAL_FEED, polling } from "./feed";

const route = getRouteApi("/app/sites/$siteId/feed");

export function FeedPage() {
  const { t } = useWords();
  useTitle(t("feedTitle"));
  const { siteId } = route.useParams();
  const { type } = route.useSearch();
  const navigate = route.useNavigate();
  const feed = useFeed(siteId, type);
  return (
    <Card
      title={t("feedTitle")}
      isFlush
      actions={
        <>
          <span className="state" data-state={feed.connection}>
            {t(feed.connection)}
          </span>
          <TypeFilter
            key={siteId}
            chosen={type}
            events={feed.events}
            onChoose={(chosen) => void navigate({ search: chosen ? { type: chosen } : {} })}
          />
        </>
      }
    >
      {feed.failure !== null && <Failure failure={feed.failure} />}
      <Rows feed={feed} siteId={siteId} isFiltered={type !== undefined} />
      <FeedAnnouncer count={feed.newCount} />
    </Card>
  );
}

interface RowsProps {
  feed: Feed;
  siteId: string;
  isFiltered: boolean;
}

function Rows({ feed, siteId, isFiltered }: RowsProps) {
  const { t } = useWords();
  if (!feed.events.length && feed.connection !== "live") {
    return feed.failure === null ? <Loading /> : null;
  }
  return (
    <>
      {feed.events.length === 0 && (
        <Empty
          title={t(isFiltered ? "feedEmptyFiltered" : "feedEmpty")}
          text={t(isFiltered ? "feedEmptyFilteredText" : "feedEmptyText")}
        >
          {!isFiltered && (
            <ButtonLink to="/sites/$siteId/install" params={{ siteId }}>
              {t("toSnippet")}
            </ButtonLink>
          )}
        </Empty>
      )}
      <ol className="rows" id="feed">
        {feed.events.map((event, index) => (
          <EventRow key={event.id} event={event} isNew={index < feed.newCount} />
        ))}
      </ol>
      {feed.next !== null ? (
        <p className="rows-end">
          <Button onClick={() => void feed.loadOlder()} isBusy={feed.isLoadingOlder}>
            {t("older")}
          </Button>
        </p>
      ) : (
        feed.events.length > 0 && <p className="rows-end">{t("noOlder")}</p>
      )}
    </>
  );
}

const PAGE_SIZE = 50;

interface Feed extends FeedState {
  /** Whether the last poll succeeded; "connecting" before the first. */
  connection: "connecting" | "live" | "waiting";
  /** The last failure; null after a success. */
  failure: unknown;
  isLoadingOlder: boolean;
  loadOlder(): Promise<void>;
}

/** Follow the events of a site, of one type if given. */
function useFeed(siteId: string, eventType: string | undefined): Feed {
  const [feed, setFeed] = useState<FeedState>(INITIAL_FEED);
  const [connection, setConnection] = useState<Feed["connection"]>("connecting");
  const [failure, setFailure] = useState<unknown>(null);
  const [isLoadingOlder, setLoadingOlder] = useState(false);

  useEffect(() => {
    setFeed(INITIAL_FEED);
    setConnection("connecting");
    setFailure(null);
    return polling(() => loadEvents({ siteId, eventType, limit: PAGE_SIZE })).start({
      onPage(page) {
        setFeed((shown) => addNewest(shown, page));
        setConnection("live");
        setFailure(null);
      },
      onFailure(raised) {
        setConnection("waiting");
        setFailure(raised);
      },
    });
  }, [siteId, eventType]);

  const loadOlder = useCallback(async () => {
    if (!feed.next) return;
    setLoadingOlder(true);
    try {
      const page = await loadEvents({ siteId, eventType, limit: PAGE_SIZE, before: feed.next });
      // The list may have been replaced meanwhile.
      setFeed((shown) => (shown.next === feed.next ? addOlder(shown, page) : shown));
    } catch (raised) {
      setFailure(raised);
    } finally {
      setLoadingOlder(false);
    }
  }, [siteId, eventType, feed.next]);

  return { ...feed, connection, failure, isLoadingOlder, loadOlder };
}

interface TypeFilterProps {
  chosen: string | undefined;
  events: readonly TrackedEvent[];
  onChoose(type: string | undefined): void;
}

/** Offers the known event types, and those seen in the feed so far. */
function TypeFilter({ chosen, events, onChoose }: TypeFilterProps) {
  const words = useWords();
  const id = useId();
  const seen = useRef(new Set<string>(EVENT_TYPES));
  if (chosen) seen.current.add(chosen);
  for (const event of events) seen.current.add(event.eventType);
  return (
    <span className="filter">
      <label htmlFor={id}>{words.t("typeFilter")}</label>
      <select
        id={id}
        value={chosen ?? ""}
        onChange={(change) => onChoose(change.target.value || undefined)}
      >
        <option value="">{words.t("allTypes")}</option>
        {[...seen.current].map((type) => (
          <option key={type} value={type}>
            {eventTypeName(type, words)}
          </option>
        ))}
      </select>
    </span>
  );
}
