/** Gathers the events of a short while into few requests, and sends them before the page goes. */

import { pageTitle, type WireEvent } from "./event";
import { byteLength, MAX_BODY_BYTES, MAX_EVENTS, wellFormed } from "./limits";
import { pageUrl } from "./page";
import { send } from "./transport";

const DELAY_MS = 200;
const ENVELOPE_BYTES = 64;

/** Answer a function that takes events for the collector at `url`. */
export function outbox(url: string): (event: WireEvent) => void {
  let waiting: WireEvent[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  /** Applications set the title after they changed the route, so it is read when that settled. */
  function retitle(url: string | undefined, title: string): void {
    for (const event of waiting) if (event.url === url) event.title = title;
  }

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    let batch: string[] = [];
    let room = MAX_BODY_BYTES - ENVELOPE_BYTES;
    const post = (): void => {
      if (batch.length) send(url, `{"events":[${batch}],"sentAt":"${new Date().toISOString()}"}`);
      batch = [];
      room = MAX_BODY_BYTES - ENVELOPE_BYTES;
    };
    retitle(pageUrl(), pageTitle());
    const events = waiting;
    waiting = [];
    for (const event of events) {
      const json = wellFormed(JSON.stringify(event));
      const size = byteLength(json) + 1;
      if (batch.length === MAX_EVENTS || size > room) post();
      batch.push(json);
      room -= size;
    }
    post();
  }

  addEventListener("pagehide", flush);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") flush();
  });
  return (event) => {
    const before = waiting[waiting.length - 1]?.url;
    // At the instant of a route change the title is still that of the page before.
    if (before !== event.url) retitle(before, event.title);
    waiting.push(event);
    timer ??= setTimeout(flush, DELAY_MS);
  };
}
