/** Says who is visiting, by an id that stays in this browser. */

import { newVisitorId } from "./identifiers";
import { readStored, writeStored } from "./storage";

const KEY = "pixelTrackUserId";
const MAX_CHARACTERS = 128;

/** Answer the visitor's id; one that lies there already is kept as it is. */
export function visitorId(): string {
  const id = readStored(KEY) || newVisitorId();
  writeStored(KEY, id);
  return id.slice(0, MAX_CHARACTERS);
}
