/** The event on the wire, and how this page fills one in. */

import { eventId } from "./identifiers";
import { pageReferrer, pageUrl } from "./page";
import { fitPayload } from "./payload";
import { visitorId } from "./visitor";

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

/** Fill in an event that happens at `at` (epoch ms) on the page as it is now. */
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
