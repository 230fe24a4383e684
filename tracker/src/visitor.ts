/** Who is visiting: the opt-out, the id that stays in this browser, and when a visit starts. */

import { attempt, builtin, navigator, randomHex } from "./browser";
import { fitText } from "./limits";

const VISITOR_KEY = "pixelTrackUserId";
const MAX_VISITOR_ID = 128;
const IDLE_MS = 30 * 60 * 1000;

/** What could not be stored lives as long as the page. */
const memory: Record<string, string> = {};

const readStored = (key: string): string | undefined =>
  fitText(attempt(() => builtin.localStorage.getItem(key)) ?? memory[key], MAX_VISITOR_ID);

function writeStored(key: string, value: string): void {
  memory[key] = value;
  // Storage may be blocked or full.
  attempt(() => builtin.localStorage.setItem(key, value));
}

/** Return whether the visitor has asked not to be tracked. */
export const hasOptedOut = (): boolean =>
  navigator?.doNotTrack === "1" ||
  !!(navigator as (Navigator & { globalPrivacyControl?: boolean }) | undefined)
    ?.globalPrivacyControl;

/** Return the visitor's id; a stored one is kept as it is. */
export function visitorId(): string {
  const id = readStored(VISITOR_KEY) || `user_${randomHex(16)}`;
  writeStored(VISITOR_KEY, id);
  return id.slice(0, MAX_VISITOR_ID);
}

/**
 * Record an event of the site at `at` (epoch ms) and return whether it starts a visit: whether
 * there was none for 30 minutes.
 */
export function startsVisit(siteId: string, at: number): boolean {
  const key = `pixelTrackActiveAt.${siteId}`;
  const idle = at - (+(readStored(key) as string) || 0);
  writeStored(key, `${at}`);
  return idle >= IDLE_MS || idle <= -IDLE_MS;
}
