/** Keeps a site's feed: newest events from the live source, older ones by cursor. */

import { useCallback, useEffect, useState } from "react";
import { loadEvents } from "../api/calls";
import { addNewest, addOlder, EMPTY_FEED, type FeedState } from "./merge";
import { polling } from "./source";

const PAGE_SIZE = 50;

export interface Feed extends FeedState {
  /** Whether the source has answered, and did so last time. */
  connection: "connecting" | "live" | "waiting";
  /** What failed last; null while all is well. */
  failure: unknown;
  isLoadingOlder: boolean;
  loadOlder(): Promise<void>;
}

/** Follow the events of a site, of one type where one is given. */
export function useFeed(siteId: string, eventType: string | undefined): Feed {
  const [feed, setFeed] = useState<FeedState>(EMPTY_FEED);
  const [connection, setConnection] = useState<Feed["connection"]>("connecting");
  const [failure, setFailure] = useState<unknown>(null);
  const [isLoadingOlder, setLoadingOlder] = useState(false);

  useEffect(() => {
    setFeed(EMPTY_FEED);
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
      // The list may have been begun anew meanwhile.
      setFeed((shown) => (shown.next === feed.next ? addOlder(shown, page) : shown));
    } catch (raised) {
      setFailure(raised);
    } finally {
      setLoadingOlder(false);
    }
  }, [siteId, eventType, feed.next]);

  return { ...feed, connection, failure, isLoadingOlder, loadOlder };
}
