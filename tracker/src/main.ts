/**
 * Starts the tracker once a page, and gives the page `pixeltrack` and `PixelTracker`, whose calls
 * become the events of one site.
 */

import { attempt, classOf, listen, now, read } from "./browser";
import { watchClicks } from "./clicks";
import { createEvent, type Draft } from "./event";
import { outbox } from "./outbox";
import { watchPages } from "./page";
import { hasOptedOut, startsVisit } from "./visitor";

type Track = (eventType: unknown, payload?: unknown) => void;

interface Tracker {
  track: Track;
  /** Count a view of the page that is shown; after a change of route its title may come late. */
  view: (isRoute: boolean) => void;
}

interface Pixeltrack {
  /** Calls made before this script had loaded. */
  q?: ArrayLike<unknown>[] | undefined;
  track?: Track;
  isLoaded?: boolean;
}

declare global {
  interface Window {
    pixeltrack?: Pixeltrack;
    PixelTracker?: unknown;
  }
}

/** A module has no current script; other products mark theirs with `data-site` too. */
const script = (read(document, "currentScript") ??
  find('script[data-site^="pt_"]') ??
  find("script[data-site]")) as HTMLScriptElement | null;

const siteId = (attribute("data-site") ?? "").trim();

function find(selector: string): Element | null {
  return read(document, "querySelector").call(document, selector);
}

function attribute(name: string): string | undefined {
  return script?.getAttribute(name) ?? undefined;
}

/**
 * Return the collector's address: `address` if it names more than an origin, else `/track` of its
 * origin; of the script's own origin where `address` is missing or invalid.
 */
function collectorUrl(address: unknown = attribute("data-api")): string {
  const xhtml = "http://www.w3.org/1999/xhtml";
  const link = read(document, "createElementNS").call(document, xhtml, "a") as HTMLAnchorElement;
  attempt(() => {
    if (address) link.href = `${address}`;
  });
  if (!link.host) {
    link.href = script?.src || read(document, "baseURI");
    link.href = `${link.protocol}//${link.host}/`;
  }
  if (link.pathname === "/") link.pathname = "/track";
  return link.href;
}

/** Return the tracker of a site; it ignores what it cannot send and never throws. */
function tracker(siteId: string, collectorUrl: string): Tracker {
  const post = outbox(collectorUrl);

  function record(eventType: unknown, payload: unknown, isRoute?: boolean): void {
    if (typeof eventType !== "string" || !eventType.trim() || hasOptedOut()) return;
    const at = now();
    const events: Draft[] = [];
    if (startsVisit(siteId, at) && eventType !== "session_start") {
      events.push(createEvent(siteId, "session_start", undefined, at));
    }
    events.push(createEvent(siteId, eventType, payload, at));
    post(events, isRoute);
  }

  const track = (eventType: unknown, payload?: unknown, isRoute?: boolean): void => {
    const act = (): void => {
      // The page's own work matters more than our count of it.
      attempt(() => record(eventType, payload, isRoute));
    };
    // A prerendered page has no visitor yet.
    if (read(document as Document & { prerendering?: boolean }, "prerendering")) {
      listen(document, "prerenderingchange", act, { once: true });
    } else {
      act();
    }
  };

  return {
    track: (eventType, payload) => track(eventType, payload),
    view: (isRoute) => track("pageview", undefined, isRoute),
  };
}

/** The form that pages used before there was a snippet: it sends what it is told, nothing else. */
class PixelTracker {
  // Only declared: a field is made by way of the page's `Object`.
  declare track: Track;

  constructor(trackingId: unknown, options?: { collectorUrl?: string }) {
    this.track = tracker(`${trackingId}`, collectorUrl(options?.collectorUrl)).track;
  }
}

/** Return the page's own `pixeltrack`; a form or a frame of that name is none. */
function pageObject(): Pixeltrack {
  const given = attempt(() => window.pixeltrack);
  const isOwn = attempt(
    () =>
      /^(Object|Function)$/.test(classOf(given)) && (given as unknown as Window).window !== given,
  );
  return isOwn ? (given as Pixeltrack) : {};
}

function start(page: Pixeltrack): void {
  const { track, view } = siteId ? tracker(siteId, collectorUrl()) : { track() {}, view() {} };
  const early = page.q;
  attempt(() => {
    page.isLoaded = true;
    page.track = track;
    page.q = undefined;
  });
  attempt(() => {
    window.PixelTracker = PixelTracker;
  });
  if (!siteId) return;
  view(false);
  for (let i = 0; i < (early?.length ?? 0); i++) {
    attempt(() => {
      const call = early?.[i] as ArrayLike<unknown>;
      track(call[0], call[1]);
    });
  }
  watchPages(view);
  watchClicks((payload) => track("click", payload));
}

attempt(() => {
  const page = pageObject();
  attempt(() => {
    window.pixeltrack = page;
  });
  if (!page.isLoaded) start(page);
});
