/** Batches the events of a short while, and sends them so that they leave even with the page. */

import { pageTitle, type WireEvent } from "./event";
import { byteLength, MAX_BODY_BYTES, MAX_EVENTS, wellFormed } from "./limits";
import { pageUrl } from "./page";

const DELAY_MS = 200;
const ENVELOPE_BYTES = 64;

/** Send as `text/plain`, which needs no preflight; never throw. */
function send(url: string, body: string): void {
  const blob = new Blob([body], { type: "text/plain" });
  const post = async (keepalive: boolean): Promise<Response> =>
    fetch(url, { method: "POST", body: blob, keepalive, credentials: "omit", mode: "no-cors" });
  let taken = false;
  try {
    taken = navigator.sendBeacon(url, blob);
  } catch {
    // Missing, or an address that it does not take.
  }
  if (!taken) {
    // Beacons and keepalive share 64 KiB in flight; a page that stays open can do without.
    post(true)
      .catch(() => post(false))
      .catch(() => {});
  }
}

/** Return a function that takes events for the collector at `url`. */
export function outbox(url: string): (event: WireEvent) => void {
  let waiting: WireEvent[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  /** Applications set the title after they changed the route, so read it once that settled. */
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
    const previous = waiting[waiting.length - 1]?.url;
    // At the instant of a route change the title is still that of the page before.
    if (previous !== event.url) retitle(previous, event.title);
    waiting.push(event);
    timer ??= setTimeout(flush, DELAY_MS);
  };
}
