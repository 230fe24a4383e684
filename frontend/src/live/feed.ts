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
export function polling(ask: () => Promise<EventPage>): LiveSource {
  return {
    start(listener) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      let failures = 0;
      let round = 0;

      async function turn(): Promise<void> {
        round += 1;
        const mine = round;
        let nextMs = INTERVAL_MS;
        try {
          const page = await ask();
          if (mine !== round) return;
          failures = 0;
          listener.onPage(page);
        } catch (failure) {
          if (mine !== round) return;
          nextMs = Math.min(INTERVAL_MS * 2 ** failures, MAX_INTERVAL_MS);
          failures += 1;
          listener.onFailure(failure, nextMs);
        }
        timer = setTimeout(turn, nextMs);
      }

      function pause(): void {
        clearTimeout(timer);
        round += 1;
      }

      function follow(): void {
        pause();
        if (!document.hidden) void turn();
      }

      follow();
      document.addEventListener("visibilitychange", follow);
      window.addEventListener("online", follow);
      return () => {
        pause();
        document.removeEventListener("visibilitychange", follow);
        window.removeEventListener("online", follow);
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
  fresh: number;
}

/** The state before the first page, by identity: a feed may stay empty after it. */
export const EMPTY_FEED: FeedState = { events: [], next: null, fresh: 0 };

/** Return whether a page of newest events overlaps those already shown. */
export function reaches(shown: FeedState, newest: readonly TrackedEvent[]): boolean {
  const known = new Set(shown.events.map((event) => event.id));
  return newest.some((event) => known.has(event.id));
}

const without = (events: readonly TrackedEvent[], others: readonly TrackedEvent[]) => {
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
  if (shown === EMPTY_FEED) {
    return { events: without(page.events, []), next: page.next, fresh: 0 };
  }
  const fresh = without(page.events, shown.events);
  if (!fresh.length) return shown;
  if (page.next !== null && !reaches(shown, page.events)) {
    return { events: fresh, next: page.next, fresh: fresh.length };
  }
  return {
    ...shown,
    events: [...fresh, ...shown.events],
    fresh: shown.fresh + fresh.length,
  };
}

/** Add a page of older events at the bottom. */
export function addOlder(shown: FeedState, page: EventPage): FeedState {
  const older = without(page.events, shown.events);
  return { ...shown, events: [...shown.events, ...older], next: page.next };
}
