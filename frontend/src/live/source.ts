/** Where new events come from: the seam between the feed and how the server is asked. */

import type { EventPage } from "../api/types";

export interface Listener {
  onPage(page: EventPage): void;
  /** Told with the milliseconds until the next try. */
  onFailure(failure: unknown, nextMs: number): void;
}

/** Tells a listener of the newest events until it is stopped. */
export interface LiveSource {
  start(listener: Listener): () => void;
}

const INTERVAL_MS = 1000;
const MAX_INTERVAL_MS = 30_000;

/** Ask for the newest events each second; later and later after failures, not in a hidden tab. */
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
