/** Keeps the list of events on the page equal to what the server answered last. */

import type { FeedEvent } from "./api";
import { element } from "./element";
import { row } from "./row";
import { newEvents, word } from "./words";

const QUIET_MS = 10_000;

export interface Feed {
  /** Show these events, newest first; those that were not there before are marked as new. */
  show(events: FeedEvent[]): void;
  /** Draw all of it again, in the language of now. */
  redraw(): void;
}

/** Answer the feed over `list`, with `blank` for the time without events and `news` for readers. */
export function feed(list: HTMLElement, blank: HTMLElement, news: HTMLElement): Feed {
  const rows = new Map<string, HTMLElement>();
  let shown: FeedEvent[] | undefined;
  let untold = 0;
  let toldAt = 0;

  function drawBlank(): void {
    blank.hidden = !!shown?.length;
    blank.replaceChildren(
      ...(shown
        ? [
            element("p", { class: "blank-title" }, word("blankTitle")),
            element("p", {}, word("blankText")),
          ]
        : Array.from({ length: 4 }, () => element("div", { class: "bone" }))),
    );
  }

  function tell(count: number): void {
    // A screen reader hears a sum every ten seconds, not each event.
    untold += count;
    if (!untold || Date.now() - toldAt < QUIET_MS) return;
    news.textContent = newEvents(untold);
    untold = 0;
    toldAt = Date.now();
  }

  function show(events: FeedEvent[]): void {
    const isFirst = !shown;
    const ids = new Set(events.map((event) => event.id));
    for (const [id, drawn] of rows) {
      if (!ids.has(id)) {
        drawn.remove();
        rows.delete(id);
      }
    }
    let fresh = 0;
    events.forEach((event, index) => {
      let drawn = rows.get(event.id);
      if (!drawn) {
        drawn = row(event);
        rows.set(event.id, drawn);
        if (!isFirst) {
          drawn.classList.add("is-new");
          fresh += 1;
        }
      }
      // Only what is out of place moves, so that nothing under the reader's eyes is rebuilt.
      if (list.children[index] !== drawn) list.insertBefore(drawn, list.children[index] ?? null);
    });
    shown = events;
    drawBlank();
    tell(fresh);
  }

  drawBlank();
  return {
    show,
    redraw() {
      for (const event of shown ?? []) {
        const drawn = row(event);
        rows.get(event.id)?.replaceWith(drawn);
        rows.set(event.id, drawn);
      }
      drawBlank();
    },
  };
}
