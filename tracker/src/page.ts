/** The page that is shown and its referrer; notices client-side route changes. */

import { attempt, builtin, hasOwn, listen, read } from "./browser";
import { fitAddress } from "./limits";

type Change = History["pushState"];

const route = (): string => location.pathname + location.search;

let shownRoute = route();
let shownUrl = location.href;
let referrer = read(document, "referrer");

export const pageUrl = (): string => fitAddress(location.href);
export const pageReferrer = (): string | undefined => fitAddress(referrer) || undefined;

/** Call `look` after each change of the history that is made through `object`. */
function watch(object: Record<string, Change> | undefined, look: () => void): void {
  for (const name of ["pushState", "replaceState"]) {
    attempt(() => {
      if (!object || !hasOwn(object, name)) return;
      const original = object[name] as Change;
      object[name] = function (this: History, ...change) {
        original.apply(this, change);
        look();
      };
    });
  }
}

/**
 * Call back when path or query change without a page load (`isRoute`), or the page is restored.
 *
 * The browser tells of every change where it has the Navigation API; elsewhere, and where the page
 * has taken its name, the history's own functions are watched.
 */
export function watchPages(onView: (isRoute: boolean) => void): void {
  const look = (): void => {
    attempt(() => {
      if (route() === shownRoute) {
        shownUrl = location.href;
        return;
      }
      shownRoute = route();
      referrer = shownUrl;
      shownUrl = location.href;
      onView(true);
    });
  };
  const { history, History, navigation } = builtin;
  watch(history as never, look);
  watch(attempt(() => History.prototype) as never, look);
  if (navigation) listen(navigation, "currententrychange", look);
  listen(window, "popstate", look);
  listen<PageTransitionEvent>(window, "pageshow", (event) => {
    // A page restored from the back/forward cache does not run its scripts again.
    if (event.persisted) {
      referrer = read(document, "referrer");
      onView(false);
    }
  });
}
