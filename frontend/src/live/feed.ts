/** The feed: polls for the newest events, and merges each page into those already shown. */

import type { EventPage, TrackedEvent } from "../api/types";

export interface Listener {
  onPage(page: EventPage): void;
  /** Called with the milliseconds until the next try. */
  onFailure(failure: unknown, nextMs: number): void;
}

/** A source of new events; push can take the place of polling. */
export interface LiveSource {
  start(listener: Listener): () => void;
}

const INTERVAL_MS = 1000;
const MAX_INTERVAL_MS = 30_000;

/** Poll every second: with exponential backoff after failures, and not in a hidden tab. */
export function polling(load: () => Promise<EventPage>): LiveSource {
  return {
    start(listener) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      let failures = 0;
      let latest = 0;

      async function poll(): Promise<void> {
        latest += 1;
        const id = latest;
        let nextMs = INTERVAL_MS;
        try {
          const page = await load();
          if (id !== latest) return;
          failures = 0;
          listener.onPage(page);
        } catch (failure) {
          if (id !== latest) return;
          nextMs = Math.min(INTERVAL_MS * 2 ** failures, MAX_INTERVAL_MS);
          failures += 1;
          listener.onFailure(failure, nextMs);
        }
        timer = setTimeout(poll, nextMs);
      }

      function pause(): void {
        clearTimeout(timer);
        latest += 1;
      }

      function restart(): void {
        pause();
        if (!document.hidden) void poll();
      }

      restart();
      document.addEventListener("visibilitychange", restart);
      window.addEventListener("online", restart);
      return () => {
        pause();
        document.removeEventListener("visibilitychange", restart);
        window.removeEventListener("online", restart);
      };
    },
  };
}

export interface FeedState {
  /** Newest first. */
  events: readonly TrackedEvent[];
  /** Cursor of older events; null if there are none. */
  next: string | null;
  /** How many, from the top, arrived after the first page. */
  newCount: number;
}

/** The state before the first page, by identity: a feed may stay empty after it. */
export const INITIAL_FEED: FeedState = { events: [], next: null, newCount: 0 };

/** Return whether a page of newest events overlaps those already shown. */
export function overlaps(shown: FeedState, newest: readonly TrackedEvent[]): boolean {
  const known = new Set(shown.events.map((event) => event.id));
  return newest.some((event) => known.has(event.id));
}

const excluding = (events: readonly TrackedEvent[], others: readonly TrackedEvent[]) => {
  const known = new Set(others.map((event) => event.id));
  return events.filter((event) => {
    const isFirst = !known.has(event.id);
    known.add(event.id);
    return isFirst;
  });
};

/**
 * Add a page of newest events at the top. If events are missing between it and those shown, it
 * replaces them all: a gap would look like a quiet time.
 */
export function addNewest(shown: FeedState, page: EventPage): FeedState {
  if (shown === INITIAL_FEED) {
    return { events: excluding(page.events, []), next: page.next, newCount: 0 };
  }
  const added = excluding(page.events, shown.events);
  if (!added.length) return shown;
  if (page.next !== null && !overlaps(shown, page.events)) {
    return { events: added, next: page.next, newCount: added.length };
  }
  return {
    ...shown,
    events: [...added, ...shown.events],
    newCount: shown.newCount + added.length,
  };
}

/** Add a page of older events at the bottom. */
export function addOlder(shown: FeedState, page: EventPage): FeedState {
  const older = excluding(page.events, shown.events);
  return { ...shown, events: [...shown.events, ...older], next: page.next };
}
