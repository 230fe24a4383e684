/** Pages of a customer's that carry the built tracker, and a collector that keeps what they send. */

import { readFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { test as base, expect } from "@playwright/test";
import { listen } from "./pages";

export const BUNDLE = readFileSync(new URL("../../../tracker/dist/tracker.js", import.meta.url));

/** The fields of a sent event that tests look at. */
export interface Sent {
  id: string;
  siteId: string;
  eventType: string;
  url: string;
  referrer?: string;
  title: string;
  timestamp?: string;
  userId: string;
  payload?: Record<string, unknown>;
}

export interface Customer {
  origin: string;
  /** Address of the tracker, on an origin of its own. */
  tracker: string;
  /** Serve every page with what this makes of its address, from now on. */
  serve: (page: (url: URL) => string) => void;
  /** Every event that came, in the order of arrival until `events` puts them into that of time. */
  sent: Sent[];
  /** Return what was sent, as type and path, once there are `count` events. */
  events: (count: number) => Promise<string[]>;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString("utf8");
}

/** Return the events of a request, undefined where the collector would refuse it. */
function read(type: string | undefined, body: string): Sent[] | undefined {
  try {
    return type?.startsWith("text/plain") ? JSON.parse(body).events : undefined;
  } catch {
    return undefined;
  }
}

/** Requests overtake each other; ids begin with the time, and a batch's own order stays. */
export const byTime = (one: Sent, other: Sent): number =>
  one.id.slice(0, 13).localeCompare(other.id.slice(0, 13));

export const test = base.extend<{ customer: Customer }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names from here
  customer: async ({}, use) => {
    const sent: Sent[] = [];
    let page: (url: URL) => string = () => "";
    const collector = await listen(async (request, response) => {
      if (request.method === "POST") {
        const taken = read(request.headers["content-type"], await bodyOf(request));
        sent.push(...(taken ?? []));
        response.writeHead(taken ? 204 : 400, { "Access-Control-Allow-Origin": "*" }).end();
      } else {
        const type = "text/javascript; charset=utf-8";
        response
          .writeHead(200, { "Content-Type": type, "Cache-Control": "max-age=60" })
          .end(BUNDLE);
      }
    });
    const site = await listen((request, response) => {
      response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" });
      response.end(page(new URL(request.url ?? "/", site.origin)));
    });
    await use({
      origin: site.origin,
      tracker: `${collector.origin}/tracker.js`,
      serve(made) {
        page = made;
      },
      sent,
      async events(count) {
        await expect.poll(() => sent.length, { intervals: [50] }).toBeGreaterThanOrEqual(count);
        sent.sort(byTime);
        return sent.map(({ eventType, url }) => `${eventType} ${url.replace(site.origin, "")}`);
      },
    });
    await Promise.all([collector.close(), site.close()]);
  },
});

export { expect };
