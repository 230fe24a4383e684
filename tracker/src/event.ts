/** The event on the wire, and how this page fills it in. */

import { attempt, builtin, navigator, randomHex, read } from "./browser";
import { fitPayload, fitText, json, MAX_TOUCH_POINTS } from "./limits";
import { pageReferrer, pageUrl } from "./page";
import { visitorId } from "./visitor";

const MAX_TYPE = 64;
const MAX_TITLE = 512;
const MAX_NAME = 64;
const MAX_SCREEN = 32;

export interface WireEvent {
  id: string;
  siteId: string;
  eventType: string;
  url: string;
  referrer: string | undefined;
  title: string;
  timestamp: string | undefined;
  userId: string;
  screen: string | undefined;
  language: string | undefined;
  timezone: string | undefined;
  touchPoints: number | undefined;
}

/** An event whose title may still change, and its payload as JSON. */
export interface Draft {
  event: WireEvent;
  payload: string | undefined;
}

export const pageTitle = (): string => fitText(read(document, "title"), MAX_TITLE) ?? "";

/** Return a UUIDv7 (RFC 9562, 5.7): 48 bits of epoch milliseconds, then random bits. */
function eventId(at: number): string {
  const time = `00000000000${at.toString(16)}`.slice(-12);
  const random = randomHex(10);
  const variant = "89ab"[+`0x${random[18]}` & 3];
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}-${variant}${random.slice(3, 6)}-${random.slice(6, 18)}`;
}

/** Return an instant as ISO 8601; undefined where the page's `Date` is none of the browser's. */
function iso(at: number): string | undefined {
  const text = at && attempt(() => new builtin.Date(at).toISOString());
  return text && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text) ? text : undefined;
}

/** Return the event that happens at `at` (epoch ms) on the page as it is now. */
export function createEvent(
  siteId: string,
  eventType: string,
  payload: unknown,
  at: number,
): Draft {
  const screen = attempt(() => {
    const { width, height } = builtin.screen;
    return width > 0 && height > 0 ? `${width}x${height}` : undefined;
  });
  const language = attempt(() => navigator.language);
  const touchPoints = attempt(() => navigator.maxTouchPoints | 0) ?? 0;
  const timezone = attempt(() => builtin.Intl.DateTimeFormat().resolvedOptions().timeZone);
  const event = {
    id: eventId(at),
    siteId,
    eventType: eventType.trim().slice(0, MAX_TYPE),
    url: pageUrl(),
    referrer: pageReferrer(),
    title: pageTitle(),
    timestamp: iso(at),
    userId: visitorId(),
    screen: fitText(screen, MAX_SCREEN),
    language: fitText(language, MAX_NAME),
    timezone: fitText(timezone, MAX_NAME),
    touchPoints: touchPoints > MAX_TOUCH_POINTS ? MAX_TOUCH_POINTS : touchPoints || undefined,
  };
  return { event, payload: fitPayload(payload) };
}

/** Write an event as JSON. */
export const written = ({ event, payload }: Draft): string => {
  const text = json(event) as string;
  return payload ? `${text.slice(0, -1)},"payload":${payload}}` : text;
};
