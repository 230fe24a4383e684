/** Keeps what the demo page shows: its shop, its feed, how that is doing, and whether it rests. */

import { useEffect, useState } from "react";
import { type FeedState, NOTHING, withNewest } from "../../src/live/merge";
import { polling } from "../../src/live/source";
import { type Demo, DemoError, demoEvents, MOST } from "./events";

export interface Trouble {
  error: DemoError;
  nextMs: number;
}

export interface DemoFeed {
  demo: Demo | undefined;
  feed: FeedState;
  state: "connecting" | "live" | "paused" | "waiting";
  /** What failed last; undefined while all is well. */
  trouble: Trouble | undefined;
  togglePause(): void;
  retry(): void;
}

const newestOf = (grown: FeedState): FeedState =>
  grown.events.length > MOST ? { ...grown, events: grown.events.slice(0, MOST) } : grown;

/** Follow the events of the demo site, unless paused. */
export function useDemo(): DemoFeed {
  const [demo, setDemo] = useState<Demo>();
  const [feed, setFeed] = useState<FeedState>(NOTHING);
  const [trouble, setTrouble] = useState<Trouble>();
  const [isPaused, setPaused] = useState(false);
  const [attempt, setAttempt] = useState(0);
  const siteId = demo?.siteId;

  // biome-ignore lint/correctness/useExhaustiveDependencies: another site is another feed.
  useEffect(() => setFeed(NOTHING), [siteId]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: each attempt asks at once.
  useEffect(() => {
    if (isPaused) return;
    return polling(demoEvents(setDemo)).start({
      onPage(page) {
        setFeed((shown) => newestOf(withNewest(shown, page)));
        setTrouble(undefined);
      },
      onFailure(failure, nextMs) {
        const error = failure instanceof DemoError ? failure : new DemoError("Server");
        setTrouble({ error, nextMs });
      },
    });
  }, [isPaused, attempt]);

  const following = trouble ? "waiting" : feed === NOTHING ? "connecting" : "live";
  return {
    demo,
    feed,
    state: isPaused ? "paused" : following,
    trouble: isPaused ? undefined : trouble,
    togglePause: () => setPaused((was) => !was),
    retry: () => setAttempt((n) => n + 1),
  };
}
