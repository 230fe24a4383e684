/** Turns calls into the events of one site. */

import { createEvent } from "./event";
import { outbox } from "./outbox";
import { hasOptedOut, startsVisit } from "./visitor";

export type Track = (eventType: unknown, payload?: unknown) => void;

/** Return the `track` function of a site; it ignores what it cannot send and never throws. */
export function tracker(siteId: string, collectorUrl: string): Track {
  const post = outbox(collectorUrl);

  const record: Track = (eventType, payload) => {
    if (typeof eventType !== "string" || !eventType.trim() || hasOptedOut()) return;
    const at = Date.now();
    if (startsVisit(siteId, at) && eventType !== "session_start") {
      post(createEvent(siteId, "session_start", undefined, at));
    }
    post(createEvent(siteId, eventType, payload, at));
  };

  const track: Track = (eventType, payload) => {
    try {
      record(eventType, payload);
    } catch {
      // The page's own work matters more than our count of it.
    }
  };

  return (eventType, payload) => {
    // A prerendered page has no visitor yet.
    if ((document as Document & { prerendering?: boolean }).prerendering) {
      document.addEventListener("prerenderingchange", () => track(eventType, payload), {
        once: true,
      });
    } else {
      track(eventType, payload);
    }
  };
}
