// @vitest-environment happy-dom
import { beforeEach, describe, expect, test, vi } from "vitest";
import type { FeedEvent } from "../src/api";
import { feed } from "../src/feed";
import { row } from "../src/row";
import { speak } from "../src/words";

const event = (over: Partial<FeedEvent> = {}): FeedEvent => ({
  id: "1",
  eventType: "pageview",
  at: "2026-11-22T10:00:00.000Z",
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
});

const NOTHING_KNOWN: Partial<FeedEvent> = {
  path: null,
  title: null,
  country: null,
  region: null,
  city: null,
  browser: null,
  browserVersion: null,
  os: null,
  osVersion: null,
  device: null,
};

beforeEach(() => speak("en"));

describe("a row", () => {
  const text = (over: Partial<FeedEvent>): string => row(event(over)).textContent ?? "";

  test("tells type, page, place, browser, system and device", () => {
    const said = text({});
    for (const part of ["Page view", "/teas", "Teas", "Berlin, Germany", "Firefox 145"]) {
      expect(said).toContain(part);
    }
    expect(said).toContain("Android 16phone");
    expect(said).not.toContain("Berlin, Berlin");
  });

  test("speaks Russian", () => {
    speak("ru");
    expect(text({})).toContain("Просмотр");
    expect(text({})).toContain("Berlin, Германия");
    expect(text({})).toContain("телефон");
  });

  test.each<[string, Partial<FeedEvent>, string]>([
    ["what is unknown", NOTHING_KNOWN, "unknown placeunknown browser"],
    ["a country that is no code", { country: "??", region: null, city: null }, "??"],
    ["a bot and why", { bot: "headless" }, "Bot: headless"],
    ["a click", { eventType: "click", payload: { name: "buy", elementText: "Buy" } }, "buyBuy"],
    ["a payload", { eventType: "x", payload: { plan: "pro" } }, `{"plan":"pro"}`],
    ["a type named like a part of objects", { eventType: "constructor" }, "constructor"],
    ["a time that is none", { at: "soon" }, "soon"],
    [
      "a click whose fields are of odd types",
      { eventType: "click", payload: { name: {} } },
      "Click",
    ],
  ])("shows %s", (_, over, expected) => {
    expect(text(over)).toContain(expected);
  });

  test("shows markup as text", () => {
    const hostile = `<img src=x onerror=alert(1)>`;
    const drawn = row(
      event({
        eventType: hostile,
        path: hostile,
        title: hostile,
        city: hostile,
        browser: hostile,
        bot: hostile,
        payload: { [hostile]: hostile },
      }),
    );
    expect(drawn.querySelector("img")).toBeNull();
    expect(drawn.querySelector(".row-title")?.textContent).toBe(hostile);
  });
});

describe("the feed", () => {
  function open() {
    const [list, blank, news] = ["ol", "div", "p"].map((tag) => document.createElement(tag)) as [
      HTMLElement,
      HTMLElement,
      HTMLElement,
    ];
    const ids = () => [...list.children].map((child) => (child as HTMLElement).dataset.id);
    return { list, blank, news, ids, shown: feed(list, blank, news) };
  }

  const events = (...ids: string[]) => ids.map((id) => event({ id }));

  test("says that nothing came yet, until something does", () => {
    const { blank, shown } = open();
    expect(blank.querySelectorAll(".bone")).toHaveLength(4);
    shown.show([]);
    expect(blank.textContent).toContain("Nothing yet");
    shown.show(events("1"));
    expect(blank.hidden).toBe(true);
  });

  test("adds what is new on top, marked, and leaves the other rows as they are", () => {
    const { list, ids, shown } = open();
    shown.show(events("2", "1"));
    const [second, first] = list.children;
    shown.show(events("3", "2"));
    expect(ids()).toEqual(["3", "2"]);
    expect(list.children[1]).toBe(second);
    expect(first?.isConnected).toBe(false);
    expect(list.querySelectorAll(".is-new")).toHaveLength(1);
    expect(list.children[0]?.className).toContain("is-new");
  });

  test("takes any order the server answers in", () => {
    const { ids, shown } = open();
    shown.show(events("1", "2", "3", "4"));
    shown.show(events("4", "1", "5", "3"));
    expect(ids()).toEqual(["4", "1", "5", "3"]);
  });

  test("tells a screen reader sums, not more often than every ten seconds", () => {
    vi.useFakeTimers({ now: 0 });
    const { news, shown } = open();
    vi.setSystemTime(20_000);
    shown.show(events("1"));
    shown.show(events("2", "1"));
    expect(news.textContent).toBe("1 new event");
    vi.setSystemTime(25_000);
    shown.show(events("4", "3", "2", "1"));
    expect(news.textContent).toBe("1 new event");
    vi.setSystemTime(31_000);
    shown.show(events("4", "3", "2", "1"));
    expect(news.textContent).toBe("2 new events");
    vi.useRealTimers();
  });

  test("is drawn again in another language", () => {
    const { list, shown } = open();
    shown.show(events("1"));
    speak("ru");
    shown.redraw();
    expect(list.textContent).toContain("Просмотр");
    shown.show(events("1"));
    expect(list.children).toHaveLength(1);
  });
});
