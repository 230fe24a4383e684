/** Decides when a visit begins: after 30 minutes without an event of the site. */

import { keep, recall } from "./storage";

const IDLE_MS = 30 * 60 * 1000;

/** Note activity at `at` (epoch ms) and answer whether it opens a visit. */
export function beginsVisit(siteId: string, at: number): boolean {
  const key = `pixelTrackActiveAt.${siteId}`;
  const last = Number(recall(key)) || 0;
  keep(key, String(at));
  return Math.abs(at - last) >= IDLE_MS;
}
