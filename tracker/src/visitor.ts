/** Who is visiting: the opt-out, the id that stays in this browser, and when a visit starts. */

const VISITOR_KEY = "pixelTrackUserId";
const MAX_VISITOR_ID = 128;
const IDLE_MS = 30 * 60 * 1000;

/** What could not be stored lives as long as the page. */
const memory: Record<string, string> = {};

function readStored(key: string): string | undefined {
  try {
    return localStorage.getItem(key) ?? memory[key];
  } catch {
    return memory[key];
  }
}

function writeStored(key: string, value: string): void {
  memory[key] = value;
  try {
    localStorage.setItem(key, value);
  } catch {
    // Storage is blocked or full.
  }
}

/** Return whether the visitor has asked not to be tracked. */
export const hasOptedOut = (): boolean =>
  navigator.doNotTrack === "1" ||
  !!(navigator as Navigator & { globalPrivacyControl?: boolean }).globalPrivacyControl;

export function randomBytes(count: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(count));
}

export const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** Return the visitor's id; a stored one is kept as it is. */
export function visitorId(): string {
  const id = readStored(VISITOR_KEY) || `user_${hex(randomBytes(16))}`;
  writeStored(VISITOR_KEY, id);
  return id.slice(0, MAX_VISITOR_ID);
}

/**
 * Record an event of the site at `at` (epoch ms) and return whether it starts a visit: whether
 * there was none for 30 minutes.
 */
export function startsVisit(siteId: string, at: number): boolean {
  const key = `pixelTrackActiveAt.${siteId}`;
  const last = Number(readStored(key)) || 0;
  writeStored(key, String(at));
  return Math.abs(at - last) >= IDLE_MS;
}
