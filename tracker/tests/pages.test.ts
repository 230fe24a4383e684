import { beforeEach, describe, expect, test, vi } from "vitest";
import { COLLECTOR, expectEvents, SITE, visit } from "./support/visit";

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const MINUTE = 60_000;
const NOW = Date.parse("2026-11-22T10:00:00.000Z");

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
  return () => vi.useRealTimers();
});

describe("a page load", () => {
  test("opens a visit and counts a view, with every field of the contract", async () => {
    const page = visit({
      url: "https://shop.example/teas?utm_source=x#top",
      title: "Teas",
      referrer: "https://search.example/",
    });
    const sent = await page.sent();
    expect(sent.map((event) => event.eventType)).toEqual(["session_start", "pageview"]);
    expect(sent[1]).toEqual({
      id: expect.stringMatching(UUID_V7),
      siteId: SITE,
      eventType: "pageview",
      url: "https://shop.example/teas?utm_source=x#top",
      referrer: "https://search.example/",
      title: "Teas",
      timestamp: "2026-11-22T10:00:00.000Z",
      userId: expect.stringMatching(/^user_[0-9a-f]{32}$/),
      screen: "1440x900",
      language: "en-GB",
      timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    });
    expect(parseInt(sent[1]?.id.replace("-", "").slice(0, 12) ?? "", 16)).toBe(NOW);
    expect(sent[0]?.id).not.toBe(sent[1]?.id);
  });

  test("sends one request, as text/plain, to the script's own origin", async () => {
    const page = visit();
    await page.sent();
    expect(page.requests).toHaveLength(1);
    expect(page.requests[0]).toMatchObject({ url: COLLECTOR, type: "text/plain" });
    expect(JSON.parse(page.requests[0]?.body ?? "")).toHaveProperty(
      "sentAt",
      "2026-11-22T10:00:00.200Z",
    );
  });

  test.each([
    ["an origin", "https://other.example", "https://other.example/track"],
    ["an address", "https://other.example/in/track", "https://other.example/in/track"],
    ["a path of the page", "/stats/track", "https://shop.example/stats/track"],
    ["nonsense", "http://", COLLECTOR],
  ])("data-api may name %s", async (_, api, address) => {
    const page = visit({ script: { "data-api": api } });
    await page.sent();
    expect(page.requests[0]?.url).toBe(address);
  });

  test("without data-site nothing is sent, and calls are harmless", async () => {
    const page = visit({ script: { "data-site": null } });
    page.window.pixeltrack.track("signup");
    expect(await page.sent()).toEqual([]);
  });

  test("a script included twice counts once", async () => {
    const page = visit();
    page.load();
    expect(await page.sent()).toHaveLength(2);
    await expectEvents(page, (w) => w.history.pushState({}, "", "/a"), { eventType: "pageview" });
  });

  test.each([
    ["Do Not Track", { doNotTrack: "1" }],
    ["Global Privacy Control", { globalPrivacyControl: true }],
  ])("%s is honoured: nothing is sent, nothing is stored", async (_, navigator) => {
    const page = visit({ navigator });
    page.window.pixeltrack.track("signup");
    expect(await page.sent()).toEqual([]);
    expect(page.window.localStorage).toHaveLength(0);
  });

  test("a prerendered page counts when it is shown", async () => {
    const page = visit({
      before: ({ document }) =>
        Object.defineProperty(document, "prerendering", { value: true, configurable: true }),
    });
    expect(await page.sent()).toEqual([]);
    const { document, Event } = page.window;
    Object.defineProperty(document, "prerendering", { value: false });
    document.dispatchEvent(new Event("prerenderingchange"));
    expect(await page.sent()).toMatchObject([
      { eventType: "session_start" },
      { eventType: "pageview" },
    ]);
  });
});

describe("client-side navigation", () => {
  test.each([
    ["pushState", (w: Window) => w.history.pushState({}, "", "/teas"), "/teas"],
    ["replaceState", (w: Window) => w.history.replaceState({}, "", "/teas"), "/teas"],
    ["a changed query", (w: Window) => w.history.pushState({}, "", "/?page=2"), "/?page=2"],
  ])("%s counts a view, from the page before", async (_, act, path) => {
    await expectEvents(visit(), (w) => act(w as unknown as Window), {
      eventType: "pageview",
      url: `https://shop.example${path}`,
      referrer: "https://shop.example/",
    });
  });

  test("going back counts a view", async () => {
    const page = visit();
    page.window.history.pushState({}, "", "/teas");
    await expectEvents(
      page,
      (w) => {
        w.happyDOM.setURL("https://shop.example/");
        w.dispatchEvent(new w.Event("popstate"));
      },
      { url: "https://shop.example/", referrer: "https://shop.example/teas" },
    );
  });

  test("a changed fragment and the same address again count nothing", async () => {
    await expectEvents(visit(), ({ history }) => {
      history.pushState({}, "", "/#reviews");
      history.replaceState({ scroll: 10 }, "", "/#reviews");
    });
  });

  test("a view carries the title that was set after the route changed", async () => {
    await expectEvents(
      visit(),
      ({ history, document }) => {
        history.pushState({}, "", "/teas");
        document.title = "Teas";
      },
      { eventType: "pageview", title: "Teas" },
    );
  });

  test("views in quick succession carry a title each", async () => {
    await expectEvents(
      visit(),
      ({ history, document }) => {
        history.pushState({}, "", "/teas");
        document.title = "Teas";
        history.pushState({}, "", "/teas/sencha");
        document.title = "Sencha";
      },
      { url: "https://shop.example/teas", title: "Teas" },
      { url: "https://shop.example/teas/sencha", title: "Sencha" },
    );
  });

  test("a page from the back/forward cache counts again", async () => {
    const page = visit();
    const dispatch = (persisted: boolean) => {
      const event = new page.window.Event("pageshow");
      page.window.dispatchEvent(Object.assign(event, { persisted }));
    };
    await expectEvents(page, () => dispatch(true), { eventType: "pageview" });
    await expectEvents(page, () => dispatch(false));
  });
});

describe("visits and visitors", () => {
  test("a visitor id that lies there is kept, on every event", async () => {
    const page = visit({ storage: { pixelTrackUserId: "user_1700000000_old" } });
    for (const event of await page.sent()) expect(event.userId).toBe("user_1700000000_old");
    expect(page.window.localStorage.getItem("pixelTrackUserId")).toBe("user_1700000000_old");
  });

  test("a new visitor id is stored for the next page", async () => {
    const page = visit();
    const [event] = await page.sent();
    expect(page.window.localStorage.getItem("pixelTrackUserId")).toBe(event?.userId);
  });

  test("a visit goes on over page loads until 30 minutes are idle", async () => {
    const first = visit();
    await first.sent();
    const storage = { ...first.window.localStorage } as unknown as Record<string, string>;
    vi.setSystemTime(NOW + 30 * MINUTE - 1);
    expect(await visit({ storage }).sent()).toMatchObject([{ eventType: "pageview" }]);
    vi.setSystemTime(NOW + 30 * MINUTE);
    expect(await visit({ storage }).sent()).toMatchObject([
      { eventType: "session_start" },
      { eventType: "pageview" },
    ]);
  });

  test("an open page that was left alone starts a visit with its next event", async () => {
    const page = visit();
    await page.sent();
    vi.setSystemTime(NOW + 45 * MINUTE);
    await expectEvents(
      page,
      ({ pixeltrack }) => pixeltrack.track("signup"),
      { eventType: "session_start" },
      { eventType: "signup" },
    );
  });

  test("blocked storage costs nothing but the memory across pages", async () => {
    const page = visit({ storage: null });
    page.window.history.pushState({}, "", "/teas");
    const sent = await page.sent();
    expect(sent.map((event) => event.eventType)).toEqual(["session_start", "pageview", "pageview"]);
    expect(new Set(sent.map((event) => event.userId)).size).toBe(1);
  });
});
