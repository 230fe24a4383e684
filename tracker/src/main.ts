/** Starts the tracker once a page, and gives the page `pixeltrack` and `PixelTracker`. */

import { watchClicks } from "./clicks";
import { watchPages } from "./page";
import { type Track, tracker } from "./tracker";

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

const script = (document.currentScript ??
  document.querySelector("script[data-site]")) as HTMLScriptElement | null;

const siteId = (script?.dataset.site ?? "").trim();

/**
 * Return the collector's address: `address` if it names more than an origin, else `/track` of its
 * origin; of the script's own origin where `address` is missing or invalid.
 */
function collectorUrl(address: unknown = script?.dataset.api): string {
  const page = document.baseURI;
  let url = new URL("/track", script?.src || page);
  try {
    if (address) url = new URL(String(address), page);
  } catch {
    // Not an address: the script's origin it is.
  }
  if (url.pathname === "/") url.pathname = "/track";
  return url.href;
}

/** The form that pages used before there was a snippet: it sends what it is told, nothing else. */
class PixelTracker {
  track: Track;

  constructor(trackingId: unknown, options?: { collectorUrl?: string }) {
    this.track = tracker(String(trackingId), collectorUrl(options?.collectorUrl));
  }
}

function start(page: Pixeltrack): void {
  const track: Track = siteId ? tracker(siteId, collectorUrl()) : () => {};
  page.isLoaded = true;
  page.track = track;
  window.PixelTracker = PixelTracker;
  if (!siteId) return;
  track("pageview");
  for (const [eventType, payload] of Array.from(page.q ?? [], (call) => Array.from(call))) {
    track(eventType, payload);
  }
  page.q = undefined;
  watchPages(() => track("pageview"));
  watchClicks((payload) => track("click", payload));
}

window.pixeltrack = Object(window.pixeltrack) as Pixeltrack;
if (!window.pixeltrack.isLoaded) start(window.pixeltrack);
