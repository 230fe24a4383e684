/** The state of the demo page: its shop, its feed, the connection, and whether it is paused. */

import { useEffect, useState } from "react";
import { addNewest, type FeedState, INITIAL_FEED, polling } from "../../src/live/feed";
import { type Demo, DemoError, demoEvents, MAX_ROWS } from "./events";

export interface Problem {
  error: DemoError;
  nextMs: number;
}

export interface DemoFeed {
  demo: Demo | undefined;
  feed: FeedState;
  state: "connecting" | "live" | "paused" | "waiting";
  /** The last failure; undefined after a success. */
  problem: Problem | undefined;
  togglePause(): void;
  retry(): void;
}

const newestOf = (grown: FeedState): FeedState =>
  grown.events.length > MAX_ROWS ? { ...grown, events: grown.events.slice(0, MAX_ROWS) } : grown;

/** Follow the events of the demo site, unless paused. */
export function useDemo(): DemoFeed {
  const [demo, setDemo] = useState<Demo>();
  const [feed, setFeed] = useState<FeedState>(INITIAL_FEED);
  const [problem, setProblem] = useState<Problem>();
  const [isPaused, setPaused] = useState(false);
  const [attempt, setAttempt] = useState(0);
  const siteId = demo?.siteId;

  // biome-ignore lint/correctness/useExhaustiveDependencies: another site is another feed.
  useEffect(() => setFeed(INITIAL_FEED), [siteId]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: each attempt loads at once.
  useEffect(() => {
    if (isPaused) return;
    return polling(demoEvents(setDemo)).start({
      onPage(page) {
        setFeed((shown) => newestOf(addNewest(shown, page)));
        setProblem(undefined);
      },
      onFailure(failure, nextMs) {
        const error = failure instanceof DemoError ? failure : new DemoError("Server");
        setProblem({ error, nextMs });
      },
    });
  }, [isPaused, attempt]);

  const following = problem ? "waiting" : feed === INITIAL_FEED ? "connecting" : "live";
  return {
    demo,
    feed,
    state: isPaused ? "paused" : following,
    problem: isPaused ? undefined : problem,
    togglePause: () => setPaused((was) => !was),
    retry: () => setAttempt((n) => n + 1),
  };
}
