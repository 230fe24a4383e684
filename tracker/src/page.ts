/** Knows which page is shown and where the visitor came to it from, and notices route changes. */

import { fitAddress } from "./limits";

const route = (): string => location.pathname + location.search;

let shownRoute = route();
let shownUrl = location.href;
let referrer = document.referrer;

export const pageUrl = (): string => fitAddress(location.href);
export const pageReferrer = (): string | undefined => fitAddress(referrer) || undefined;

/** Call back whenever another path or query is shown without a page load. */
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
    // A page that comes back from the back/forward cache runs no script anew.
    if (event.persisted) {
      referrer = document.referrer;
      onView();
    }
  });
}
