/** The event on the wire, and how this page fills it in. */

import { fitPayload } from "./limits";
import { pageReferrer, pageUrl } from "./page";
import { hex, randomBytes, visitorId } from "./visitor";

const MAX_TYPE = 64;
const MAX_TITLE = 512;

export interface WireEvent {
  id: string;
  siteId: string;
  eventType: string;
  url: string;
  referrer?: string | undefined;
  title: string;
  timestamp: string;
  userId: string;
  screen: string;
  language: string;
  timezone: string;
  payload?: Record<string, unknown> | undefined;
}

export const pageTitle = (): string => document.title.slice(0, MAX_TITLE);

/** Return a UUIDv7 (RFC 9562, 5.7): 48 bits of epoch milliseconds, then random bits. */
function eventId(at: number): string {
  const random = randomBytes(10);
  random[0] = ((random[0] as number) & 0x0f) | 0x70;
  random[2] = ((random[2] as number) & 0x3f) | 0x80;
  return (at.toString(16).padStart(12, "0") + hex(random)).replace(
    /^(.{8})(.{4})(.{4})(.{4})/,
    "$1-$2-$3-$4-",
  );
}

/** Return the event that happens at `at` (epoch ms) on the page as it is now. */
export function createEvent(
  siteId: string,
  eventType: string,
  payload: unknown,
  at: number,
): WireEvent {
  return {
    id: eventId(at),
    siteId,
    eventType: eventType.trim().slice(0, MAX_TYPE),
    url: pageUrl(),
    referrer: pageReferrer(),
    title: pageTitle(),
    timestamp: new Date(at).toISOString(),
    userId: visitorId(),
    screen: `${screen.width}x${screen.height}`,
    language: navigator.language,
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    payload: fitPayload(payload),
  };
}
