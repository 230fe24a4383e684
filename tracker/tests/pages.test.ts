import { beforeEach, describe, expect, test, vi } from "vitest";
import { COLLECTOR, define, expectEvents, SITE, visit } from "./support/visit";

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

  test("sends one request, with its clock, to the script's own origin", async () => {
    const page = visit();
    await page.sent();
    expect(page.requests).toHaveLength(1);
    expect(page.requests[0]?.url).toBe(COLLECTOR);
    expect(JSON.parse(page.requests[0]?.body ?? "")).toHaveProperty("sentAt", NOW + 200);
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

  test.each([
    ["five", 5, 5],
    ["a mouse", 0, undefined],
    ["none that it tells", undefined, undefined],
    ["nonsense", "many", undefined],
    ["more than the limit", 1000, 256],
  ])("a screen with touch points: %s", async (_, maxTouchPoints, touchPoints) => {
    const [event] = await visit({ navigator: { maxTouchPoints } }).sent();
    expect(event).toMatchObject({ eventType: "session_start" });
    expect((event as { touchPoints?: number }).touchPoints).toBe(touchPoints);
  });

  test("what the browser tells by an error is left out, the event is not", async () => {
    const breaks = (object: object, name: string) =>
      Object.defineProperty(object, name, {
        get() {
          throw new Error("no");
        },
      });
    const page = visit({
      before: (window) => {
        breaks(window.navigator, "language");
        breaks(window.navigator, "maxTouchPoints");
        breaks(window.screen, "width");
        Object.defineProperty(window, "Intl", { value: breaks({}, "DateTimeFormat") });
        breaks(window, "performance");
      },
    });
    const sent = await page.sent();
    expect(sent.map(({ eventType }) => eventType)).toEqual(["session_start", "pageview"]);
    for (const event of sent) expect(event).not.toHaveProperty("screen");
  });

  test("a module finds its line, not that of another product", async () => {
    const page = visit({
      html: `<script src="https://other.example/a.js" data-site="XYZ"></script>
        <script src="https://stats.example/tracker.js" data-site="pt_mine"></script>`,
      before: ({ document }) => define(document, "currentScript", null),
    });
    const [event] = await page.sent();
    expect(event).toMatchObject({ siteId: "pt_mine" });
    expect(page.requests[0]?.url).toBe(COLLECTOR);
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
      before: ({ document }) => define(document, "prerendering", true),
    });
    expect(await page.sent()).toEqual([]);
    const { document, Event } = page.window;
    define(document, "prerendering", false);
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

  test.each([
    ["at once", 0, 600],
    ["400 ms later", 400, 1000],
    ["a second later", 1000, 1200],
    ["never", 9000, 1200],
  ])("a title that is set %s", async (_, title, sent) => {
    const page = visit();
    await page.sent();
    const { history, document, pixeltrack } = page.window;
    history.pushState({}, "", "/teas");
    pixeltrack.track("early");
    for (let ms = 0; ms < sent; ms += 50) {
      if (ms === title) document.title = "Teas";
      expect(page.requests).toHaveLength(1);
      await vi.advanceTimersByTimeAsync(50);
    }
    expect(page.requests).toHaveLength(2);
    const shown = title < 9000 ? "Teas" : "Shop";
    expect(await page.sent()).toMatchObject([
      { eventType: "pageview", title: shown },
      { eventType: "early", title: shown },
    ]);
  });

  test("changes of route without end hold nothing back", async () => {
    const page = visit();
    for (let n = 0; n < 100; n++) {
      page.window.history.pushState({}, "", `/${n}`);
      await vi.advanceTimersByTimeAsync(70);
    }
    expect(page.requests.length).toBeGreaterThan(3);
    const sent = (await page.sent()).map(({ url }) => new URL(url).pathname);
    expect(sent).toEqual(["/", "/", ...Array.from({ length: 100 }, (_, n) => `/${n}`)]);
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
