/** The running product that the tests look at, and what its API says of one visitor. */

import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { test as base, expect, type Locator, type Page } from "@playwright/test";
import { signed } from "./signing";

export function given(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run these tests by "make test"`);
  return value;
}

export interface ApiEvent {
  id: string;
  eventType: string;
  url: string;
  path: string;
  title: string;
  country: string | null;
  city: string | null;
  browser: string | null;
  os: string | null;
  device: string | null;
  bot: string | null;
  language: string | null;
  payload: Record<string, unknown> | null;
}

/** The account and the site that every start has. */
interface Demo {
  email: string;
  password: string;
  siteId: string;
  apiKey: string;
}

export interface Product {
  origin: string;
  shop: string;
  /** What is for this machine alone: mailbox, metrics, Invoke API. */
  local: string;
  demo: Demo;
  /** Id of this test's visitor, set before the first page is opened. */
  visitor: string;
  /** Return the visitor's events, oldest first, once there are `count` of them. */
  events: (count: number) => Promise<ApiEvent[]>;
  /** What the browser complained about on the console, in any page of the test. */
  complaints: string[];
  /** Have the aggregator run at once, as it does each minute by itself. */
  aggregate: () => Promise<void>;
  /** Open the demo page. */
  openFeed: () => Promise<Page>;
  rowOf: (feed: Page, event: ApiEvent) => Locator;
}

/**
 * Return when the browser made an event, by its UUIDv7. Its instant takes in how long the request
 * took, so events of two requests may change places.
 */
const madeAt = ({ id }: ApiEvent) => id.slice(0, 13);

/** Call a function as a tool of this machine does, by the Invoke API, signed; answer the status. */
export async function invoke(name: string, event: object): Promise<number> {
  const address = new URL(
    `/2015-03-31/functions/${name}/invocations`,
    given("PIXELTRACK_TEST_LOCAL"),
  );
  const body = JSON.stringify(event);
  const keys = readFileSync(given("PIXELTRACK_TEST_KEYS"), "utf8");
  // Not by `fetch`, which says that it is one.
  return new Promise((resolve, reject) => {
    const call = httpRequest(address, { method: "POST", headers: signed(address, body, keys) });
    call.on("error", reject);
    call.on("response", (answer) => {
      answer.resume().on("end", () => resolve(answer.statusCode ?? 0));
    });
    call.end(body);
  });
}

export const test = base.extend<{ product: Product }>({
  product: async ({ context, request }, use) => {
    const origin = given("PIXELTRACK_TEST_ORIGIN");
    const demo: Demo = JSON.parse(readFileSync(given("PIXELTRACK_TEST_DEMO"), "utf8"));
    const visitor = `user_${randomUUID()}`;
    const complaints: string[] = [];
    context.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    context.on("weberror", (error) => complaints.push(String(error.error())));
    await context.addInitScript((id) => {
      try {
        localStorage.setItem("pixelTrackUserId", id);
      } catch {
        // Frames without storage are none of the shop's.
      }
    }, visitor);

    async function events(count: number): Promise<ApiEvent[]> {
      let found: ApiEvent[] = [];
      const look = async () => {
        const answer = await request.get(`${origin}/api/v1/events`, {
          params: { siteId: demo.siteId, limit: 100 },
          headers: { Authorization: `Bearer ${demo.apiKey}` },
        });
        // A store that is busy for a moment answers 503; the next look asks again.
        if (answer.status() === 503) return 0;
        expect(answer.status()).toBe(200);
        const all = (await answer.json()).events as (ApiEvent & { visitor: string })[];
        found = all
          .filter((event) => event.visitor === visitor)
          .sort(
            (a, b) => madeAt(a).localeCompare(madeAt(b)) || (a.eventType < b.eventType ? 1 : -1),
          );
        return found.length;
      };
      await expect.poll(look, { intervals: [100] }).toBeGreaterThanOrEqual(count);
      return found;
    }

    await use({
      origin,
      shop: given("PIXELTRACK_TEST_SHOP"),
      local: given("PIXELTRACK_TEST_LOCAL"),
      demo,
      visitor,
      events,
      complaints,
      async aggregate() {
        // Refused while the scheduled one runs.
        const status = () => invoke("aggregator", { task: "minute" });
        await expect.poll(status, { timeout: 90_000 }).toBe(200);
      },
      async openFeed() {
        const page = await context.newPage();
        await page.goto(`${origin}/demo/`);
        await expect(page.locator("#state")).toHaveText(/Live|В эфире/);
        return page;
      },
      rowOf: (feed, event) => feed.locator(`#feed [data-id="${event.id}"]`),
    });
  },
});

export { expect };
