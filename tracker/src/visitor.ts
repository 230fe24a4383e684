/** Says who is visiting, by an id that stays in this browser. */

import { newVisitorId } from "./identifiers";
import { keep, recall } from "./storage";

const KEY = "pixelTrackUserId";
const MOST_CHARACTERS = 128;

/** Answer the visitor's id; one that lies there already is kept as it is. */
export function visitorId(): string {
  const id = recall(KEY) || newVisitorId();
  keep(KEY, id);
  return id.slice(0, MOST_CHARACTERS);
}
