/** Decides when a visit begins: after 30 minutes without an event of the site. */

import { readStored, writeStored } from "./storage";

const IDLE_MS = 30 * 60 * 1000;

/** Note activity at `at` (epoch ms) and answer whether it opens a visit. */
export function startsVisit(siteId: string, at: number): boolean {
  const key = `pixelTrackActiveAt.${siteId}`;
  const last = Number(readStored(key)) || 0;
  writeStored(key, String(at));
  return Math.abs(at - last) >= IDLE_MS;
}
