// @vitest-environment happy-dom
import { cleanup, render } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { TrackedEvent } from "../src/api/types";
import { isWebAddress } from "../src/components/external-link";
import { EventRow } from "../src/live/event-row";
import { WordsProvider } from "../src/words/words";

const HOSTILE = `"><img src=x onerror=alert(1)><script>alert(1)</script>`;

const event = (over: Partial<TrackedEvent> = {}): TrackedEvent =>
  ({
    id: "1",
    eventType: "pageview",
    at: "2026-11-22T10:00:00.000Z",
    url: "https://example.com/teas",
    path: "/teas",
    title: "Teas",
    country: "DE",
    region: "Berlin",
    city: "Berlin",
    browser: "Firefox",
    browserVersion: "145.0.1",
    os: "Android",
    osVersion: "16",
    device: "mobile",
    bot: null,
    payload: null,
    ...over,
  }) as TrackedEvent;

function draw(over: Partial<TrackedEvent>): HTMLElement {
  const { container } = render(
    <WordsProvider>
      <EventRow event={event(over)} isNew={false} />
    </WordsProvider>,
  );
  return container;
}

beforeEach(() => localStorage.setItem("pixeltrack.language", "en"));
afterEach(cleanup);

describe("a row of the feed", () => {
  test("tells type, page, place, browser, system and device", () => {
    const said = draw({}).textContent ?? "";
    for (const part of ["Page view", "/teas", "Teas", "Berlin, Germany", "Firefox 145", "phone"]) {
      expect(said).toContain(part);
    }
    expect(said).not.toContain("Berlin, Berlin");
  });

  test("shows markup as text, wherever it stands", () => {
    const drawn = draw({
      eventType: HOSTILE,
      path: HOSTILE,
      url: `javascript:${HOSTILE}`,
      title: HOSTILE,
      city: HOSTILE,
      browser: HOSTILE,
      os: HOSTILE,
      device: HOSTILE,
      bot: HOSTILE,
      payload: { [HOSTILE]: HOSTILE },
    });
    expect(drawn.querySelector("img, script, a")).toBeNull();
    expect(drawn.querySelector(".row-title")?.textContent).toBe(HOSTILE);
  });

  test.each<[string, Partial<TrackedEvent>, string]>([
    ["a type named like a part of objects", { eventType: "constructor" }, "constructor"],
    ["a type that is another word of ours", { eventType: "deleteSite" }, "deleteSite"],
    ["a click", { eventType: "click", payload: { name: "buy", elementText: "Buy" } }, "buy"],
    ["a click with odd fields", { eventType: "click", payload: { name: {} } }, "Click"],
    ["a payload", { eventType: "x", payload: { plan: "pro" } }, `{"plan":"pro"}`],
    ["nothing known", { path: null, url: null, country: null, browser: null }, "unknown place"],
    ["a time that is none", { at: "soon" }, "soon"],
    ["why it is a bot's", { bot: "no_agent" }, "Bot: without a user agent"],
    ["a reason that has no words yet", { bot: "novel" as never }, "Bot: novel"],
  ])("shows %s", (_, over, expected) => {
    expect(draw(over).textContent).toContain(expected);
  });

  test.each([
    ["https://example.com/", true],
    ["http://example.com/", true],
    ["javascript:alert(1)", false],
    ["data:text/html,x", false],
    ["/relative", false],
    ["", false],
  ])("links %s: %s", (url, isLink) => {
    expect(isWebAddress(url)).toBe(isLink);
  });
});
