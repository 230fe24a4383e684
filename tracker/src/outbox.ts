/** Batches the events of a short while, and sends them so that they leave even with the page. */

import { attempt, builtin, listen, navigator, now, read } from "./browser";
import { type Draft, pageTitle, written } from "./event";
import { byteLength, MAX_BODY_BYTES, MAX_EVENTS } from "./limits";

/** Time between two looks at what waits and at the page's title. */
const LOOK_MS = 200;
/**
 * How many looks a view waits for its title after a change of route. Routers set it once the page's
 * data is there, within a second as a rule.
 */
const TITLE_LOOKS = 6;
/** For how many looks a new title has to stand; before, it may be that of a page that loads. */
const STEADY_LOOKS = 2;
const ENVELOPE_BYTES = 64;

/** Send as `text/plain`, which needs no preflight; never throw. */
function send(url: string, body: string): void {
  const post = async (keepalive: boolean): Promise<Response> =>
    builtin.fetch.call(window, url, {
      method: "POST",
      body,
      keepalive,
      credentials: "omit",
      mode: "no-cors",
    });
  // A beacon may be missing, or not take the address.
  if (!attempt(() => navigator.sendBeacon(url, body))) {
    // Beacons and keepalive share 64 KiB in flight; a page that stays open can do without.
    post(true)
      .catch(() => post(false))
      .catch(() => {});
  }
}

/**
 * Return a function that takes events for the collector at `url`, in their order. `isRoute` is given
 * with a view of a page: whether a change of route shows it, so that its title may come late.
 */
export function outbox(url: string): (drafts: Draft[], isRoute?: boolean) => void {
  let waiting: Draft[] = [];
  let timer: unknown;
  /** From here on the waiting events are of the page that is shown. */
  let shown = 0;
  /** Whether a view of it waits. */
  let hasView = false;
  /** Looks since something waits, and those that are left. */
  let looks = 0;
  let left = 1;
  /** The title of the page before, that of the last look, and for how many looks it stands. */
  let before = "";
  let seen = "";
  let steady = 0;

  function retitle(): void {
    const title = pageTitle();
    for (; shown < waiting.length; shown++) (waiting[shown] as Draft).event.title = title;
  }

  function flush(): void {
    attempt(() => builtin.clearTimeout.call(window, timer as number));
    timer = undefined;
    hasView = false;
    looks = 0;
    left = 1;
    retitle();
    const drafts = waiting;
    waiting = [];
    shown = 0;
    let batch = "";
    let count = 0;
    let room = MAX_BODY_BYTES - ENVELOPE_BYTES;
    const post = (): void => {
      if (count) send(url, `{"events":[${batch}],"sentAt":${now() || null}}`);
      batch = "";
      count = 0;
      room = MAX_BODY_BYTES - ENVELOPE_BYTES;
    };
    for (let i = 0; i < drafts.length; i++) {
      const json = written(drafts[i] as Draft);
      const size = byteLength(json) + 1;
      if (count === MAX_EVENTS || size > room) post();
      batch += (batch && ",") + json;
      count += 1;
      room -= size;
    }
    post();
  }

  function look(): void {
    timer = undefined;
    const title = pageTitle();
    steady = title === seen ? steady + 1 : 0;
    seen = title;
    looks += 1;
    left -= 1;
    if (left > 0 && (title === before || steady < STEADY_LOOKS)) schedule();
    else flush();
  }

  /** Look after a while; send at once where the page has no clock. */
  function schedule(): void {
    timer ||= attempt(() => builtin.setTimeout.call(window, look, LOOK_MS));
    if (!timer) flush();
  }

  listen(window, "pagehide", flush);
  listen(document, "visibilitychange", () => {
    if (read(document, "visibilityState") === "hidden") flush();
  });
  return (drafts, isRoute) => {
    if (isRoute) {
      // At the instant of a change of route the title is still that of the page before.
      if (looks >= TITLE_LOOKS) flush();
      else if (hasView) retitle();
      shown = waiting.length;
      left = TITLE_LOOKS;
      before = seen = pageTitle();
      steady = 0;
    }
    hasView ||= isRoute !== undefined;
    for (let i = 0; i < drafts.length; i++) waiting.push(drafts[i] as Draft);
    schedule();
  };
}
