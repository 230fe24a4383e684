import { beforeEach, describe, expect, test, vi } from "vitest";
import { define, expectEvents, type PageWindow, visit } from "./support/visit";

beforeEach(() => {
  vi.useFakeTimers();
  return () => vi.useRealTimers();
});

/** The lines that the README gives for calls before the script has loaded. */
const stub = (window: PageWindow): void => {
  window.pixeltrack = window.pixeltrack || {
    q: [],
    track() {
      // biome-ignore lint/complexity/noArguments: the stub as pages paste it
      this.q?.push(arguments);
    },
  };
};

const track =
  (...call: unknown[]) =>
  ({ pixeltrack }: PageWindow): void =>
    pixeltrack.track(...call);

describe("pixeltrack.track", () => {
  test("sends a named event with its payload", async () => {
    await expectEvents(visit(), track("signup", { plan: "pro", seats: 3 }), {
      eventType: "signup",
      payload: { plan: "pro", seats: 3 },
    });
  });

  test("calls made before the script had loaded come after the page view", async () => {
    let early: PageWindow["pixeltrack"] | undefined;
    const page = visit({
      before: (window) => {
        stub(window);
        early = window.pixeltrack;
        window.pixeltrack.track("early", { n: 1 });
      },
    });
    expect(await page.sent()).toMatchObject([
      { eventType: "session_start" },
      { eventType: "pageview" },
      { eventType: "early", payload: { n: 1 } },
    ]);
    await expectEvents(page, () => early?.track("late"), { eventType: "late" });
  });

  test.each([
    ["nothing", []],
    ["a number", [42]],
    ["an empty name", ["  "]],
    ["an object", [{ eventType: "x" }]],
    ["null", [null, null]],
  ])("%s is ignored", async (_, call) => {
    await expectEvents(visit(), track(...call));
  });

  test.each([
    ["a text", "pro"],
    ["a list", [1, 2]],
    ["null", null],
    ["nothing at all", {}],
  ])("%s as payload is left out", async (_, payload) => {
    const [event] = await expectEvents(visit(), track("x", payload), { eventType: "x" });
    expect(event).not.toHaveProperty("payload");
  });

  test("entries that JSON cannot hold cost themselves only", async () => {
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    const payload = {
      ok: 1,
      cycle,
      big: 10n,
      call() {},
      get bad() {
        throw new Error("no");
      },
    };
    const [event] = await expectEvents(visit(), track("x", payload), { eventType: "x" });
    expect(event?.payload).toEqual({ ok: 1 });
  });

  test("what JSON can hold is written as JSON does it", async () => {
    class Money {
      amount = 5;
      toJSON() {
        return `${this.amount} €`;
      }
    }
    const payload = {
      texts: ['"', "\\", "\n\t\u0001\u2028", "тест 🍵", ""],
      numbers: [0, -0, 1e21, 1.5e-7, NaN, -Infinity, 2 ** 53],
      nothing: [null, undefined, () => {}, Symbol("s")],
      boxed: [new String("x"), new Number(1), new Boolean(false)],
      dates: [new Date(0), new Date(NaN)],
      own: [new Money(), { toJSON: 5 }, new Map([[1, 2]])],
      empty: [[], {}, { gone: undefined }],
      'key "quoted"': true,
    };
    const [event] = await expectEvents(visit(), track("x", payload), { eventType: "x" });
    expect(event?.payload).toEqual(JSON.parse(JSON.stringify(payload)));
  });

  test("a payload that leads to itself in many ways costs no time", async () => {
    const web: Record<string, unknown> = {};
    for (let n = 0; n < 30; n++) web[`k${n}`] = web;
    let dag: unknown = {};
    for (let n = 0; n < 12; n++) dag = Array.from({ length: 20 }, () => dag);
    await expectEvents(visit(), track("x", { ok: 1, web, dag }), { payload: { ok: 1 } });
  });

  test("the payload is as it was when the call was made", async () => {
    const cart = { items: 1 };
    const change = (window: PageWindow): void => {
      track("cart", cart)(window);
      cart.items = 2;
    };
    await expectEvents(visit(), change, { payload: { items: 1 } });
  });
});

describe("limits of the collector", () => {
  const nested = (levels: number): unknown => (levels ? { a: nested(levels - 1) } : 1);
  const depth = (value: unknown): number =>
    value && typeof value === "object" ? 1 + Math.max(...Object.values(value).map(depth)) : 1;

  test.each([
    ["an event type of 65 characters", "e".repeat(65), {}],
    ["100 keys", "x", Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`k${i}`, i]))],
    ["9 KiB in one entry", "x", { ok: 1, long: "я".repeat(4608) }],
    [
      "9 KiB in many",
      "x",
      Object.fromEntries(Array.from({ length: 9 }, (_, i) => [i, "x".repeat(1024)])),
    ],
    ["17 levels", "x", { ok: 1, deep: nested(16) }],
    ["5,000 levels", "x", { ok: 1, deep: JSON.parse("[".repeat(4000) + "]".repeat(4000)) }],
  ])("%s do not pass", async (_, eventType, payload) => {
    const [event] = await expectEvents(visit(), track(eventType, payload), {});
    expect(event?.eventType.length).toBeLessThanOrEqual(64);
    const kept = event?.payload ?? {};
    expect(Object.keys(kept).length).toBeLessThanOrEqual(64);
    expect(new TextEncoder().encode(JSON.stringify(kept)).length).toBeLessThanOrEqual(8192);
    expect(depth(kept)).toBeLessThanOrEqual(16);
    if ("ok" in payload) expect(kept).toEqual({ ok: 1 });
  });

  test("the deepest payload that is allowed passes", async () => {
    const payload = { deep: nested(14) };
    expect(depth(payload)).toBe(16);
    await expectEvents(visit(), track("x", payload), { payload });
  });

  test("long addresses give up query and fragment first, then their end", async () => {
    const long = `https://shop.example/teas?q=${"x".repeat(3000)}`;
    const page = visit({ url: long, referrer: `https://a.example/${"y".repeat(3000)}` });
    const [event] = await page.sent();
    expect(event?.url).toBe("https://shop.example/teas");
    expect(event?.referrer.length).toBe(2048);
  });

  test("long titles and visitor ids are cut", async () => {
    const storage = { pixelTrackUserId: `user_${"1".repeat(200)}` };
    const [event] = await visit({ storage, title: "t".repeat(2000) }).sent();
    expect(event?.title.length).toBe(512);
    expect(event?.userId.length).toBe(128);
  });

  test("lone surrogates and NUL are replaced, written escapes are not", async () => {
    const payload = { half: "a\ud83d", nul: "b\0", text: "\\ud83d \\u0000", whole: "🍵" };
    await expectEvents(visit(), track("x", payload), {
      payload: { half: "a\ufffd", nul: "b\ufffd", text: "\\ud83d \\u0000", whole: "🍵" },
    });
  });

  test("%00 leaves the address", async () => {
    const [event] = await visit({ url: "https://shop.example/a%00b" }).sent();
    expect(event?.url).toBe("https://shop.example/ab");
  });
});

describe("requests", () => {
  test("hold at most 50 events and lose none", async () => {
    const page = visit();
    for (let n = 0; n < 118; n++) page.window.pixeltrack.track("x", { n });
    expect(await page.sent()).toHaveLength(120);
    const sizes = page.requests.map(({ body }) => JSON.parse(body).events.length);
    expect(sizes).toEqual([50, 50, 20]);
  });

  test("hold at most 64 KiB and lose none", async () => {
    const page = visit();
    for (let n = 0; n < 30; n++) page.window.pixeltrack.track("x", { text: "я".repeat(4000) });
    expect(await page.sent()).toHaveLength(32);
    expect(page.requests.length).toBeGreaterThan(3);
    for (const { body } of page.requests) {
      expect(new TextEncoder().encode(body).length).toBeLessThanOrEqual(65536);
    }
  });

  test.each([
    ["pagehide", (w: PageWindow) => w.dispatchEvent(new w.Event("pagehide"))],
    [
      "hiding",
      ({ document, Event }: PageWindow) => {
        define(document, "visibilityState", "hidden");
        document.dispatchEvent(new Event("visibilitychange"));
      },
    ],
  ])("%s sends what waits at once, and only once", async (_, leave) => {
    const page = visit();
    expect(page.requests).toHaveLength(0);
    leave(page.window);
    expect(page.requests).toHaveLength(1);
    await page.sent();
    expect(page.requests).toHaveLength(1);
  });

  test.each([
    ["is refused", () => false],
    [
      "throws",
      () => {
        throw new TypeError();
      },
    ],
    ["is missing", undefined],
  ])("go by fetch when the beacon %s", async (_, sendBeacon) => {
    const page = visit({ navigator: { sendBeacon } });
    expect(await page.sent()).toHaveLength(2);
    expect(page.fetch).toHaveBeenCalledExactlyOnceWith(
      "https://stats.example/track",
      expect.objectContaining({ method: "POST", keepalive: true, credentials: "omit" }),
    );
  });

  test("go once more without keepalive when fetch refuses, and fail in silence", async () => {
    const page = visit({ navigator: { sendBeacon: () => false } });
    page.fetch.mockRejectedValue(new TypeError("quota"));
    await vi.advanceTimersByTimeAsync(250);
    expect(page.fetch.mock.calls.map(([, init]) => init.keepalive)).toEqual([true, false]);
  });
});

describe("new PixelTracker", () => {
  const older = { script: { "data-site": null } };

  test("sends what it is told, and the start of the visit", async () => {
    const page = visit(older);
    new page.window.PixelTracker("pt_older").track("pageview");
    expect(await page.sent()).toMatchObject([
      { eventType: "session_start", siteId: "pt_older" },
      { eventType: "pageview", siteId: "pt_older" },
    ]);
    expect(page.requests[0]?.url).toBe("https://stats.example/track");
  });

  test("sends to collectorUrl", async () => {
    const page = visit(older);
    const options = { collectorUrl: "https://in.example/track" };
    new page.window.PixelTracker("pt_older", options).track("x", { a: 1 });
    await page.sent();
    expect(page.requests[0]?.url).toBe("https://in.example/track");
  });

  test.each([[undefined], [null], [{ collectorUrl: 5 }]])("options %j are harmless", (options) => {
    const page = visit(older);
    expect(() => new page.window.PixelTracker("pt_older", options).track("x")).not.toThrow();
  });
});
