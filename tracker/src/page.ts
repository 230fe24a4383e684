/** The page that is shown and its referrer; notices client-side route changes. */

import { fitAddress } from "./limits";

const route = (): string => location.pathname + location.search;

let shownRoute = route();
let shownUrl = location.href;
let referrer = document.referrer;

export const pageUrl = (): string => fitAddress(location.href);
export const pageReferrer = (): string | undefined => fitAddress(referrer) || undefined;

/** Call back when path or query change without a page load, or the page is restored. */
export function watchPages(onView: () => void): void {
  const look = (): void => {
    if (route() !== shownRoute) {
      referrer = shownUrl;
      onView();
    }
    shownRoute = route();
    shownUrl = location.href;
  };
  for (const name of ["pushState", "replaceState"] as const) {
    const original = history[name];
    history[name] = function (...change) {
      original.apply(this, change);
      look();
    };
  }
  addEventListener("popstate", look);
  addEventListener("pageshow", (event) => {
    // A page restored from the back/forward cache does not run its scripts again.
    if (event.persisted) {
      referrer = document.referrer;
      onView();
    }
  });
}
