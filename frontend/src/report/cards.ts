/** Which breakdowns a report shows, card by card. */

import type { Word } from "../words/words";
import { DIMENSIONS } from "./names";
import type { Dimension } from "./question";

export interface CardOf {
  title: Word;
  /** What can be chosen by a tab. */
  tabs: readonly Dimension[];
  /** What can be chosen by the menu beside the tabs. */
  more: readonly Dimension[];
}

export const CARDS: readonly CardOf[] = [
  { title: "pages", tabs: ["page", "entry_page", "exit_page"], more: [] },
  {
    title: "sources",
    tabs: ["channel", "source", "referrer"],
    more: DIMENSIONS.filter((dimension) => dimension.startsWith("utm_")),
  },
  { title: "places", tabs: ["country", "region", "city"], more: [] },
  { title: "devices", tabs: ["browser", "os", "device", "screen", "language"], more: [] },
  { title: "events", tabs: ["event", "outbound", "download"], more: [] },
];
