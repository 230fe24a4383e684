// @vitest-environment happy-dom
import { beforeEach, describe, expect, test, vi } from "vitest";
import type { EventPage, TrackedEvent } from "../src/api/types";
import { addNewest, addOlder, INITIAL_FEED, polling } from "../src/live/feed";

let stop = () => {};

beforeEach(() => {
  vi.useFakeTimers();
  return () => {
    stop();
    vi.useRealTimers();
  };
});

const PAGE: EventPage = { events: [], next: null };

function start(load: () => Promise<EventPage>) {
  const pages: EventPage[] = [];
  const waits: number[] = [];
  stop = polling(load).start({
    onPage: (page) => pages.push(page),
    onFailure: (_, nextMs) => waits.push(nextMs),
  });
  return { pages, waits };
}

function hide(isHidden: boolean): void {
  vi.spyOn(document, "hidden", "get").mockReturnValue(isHidden);
  document.dispatchEvent(new Event("visibilitychange"));
}

describe("polling", () => {
  test("loads each second", async () => {
    const { pages } = start(async () => PAGE);
    await vi.advanceTimersByTimeAsync(3000);
    expect(pages).toHaveLength(4);
  });

  test("waits twice as long after each failure, at most half a minute, and recovers", async () => {
    let isAway = true;
    const { pages, waits } = start(async () => {
      if (isAway) throw new Error("away");
      return PAGE;
    });
    await vi.advanceTimersByTimeAsync(90_000);
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
    isAway = false;
    await vi.advanceTimersByTimeAsync(30_000);
    isAway = true;
    await vi.advanceTimersByTimeAsync(30_000);
    expect(pages.length).toBeGreaterThan(1);
    expect(waits[7]).toBe(1000);
  });

  test("stops in a hidden tab, drops a pending response, and loads once shown", async () => {
    const pending: ((page: EventPage) => void)[] = [];
    const load = vi.fn(() => new Promise<EventPage>((resolve) => pending.push(resolve)));
    const { pages } = start(load);
    hide(true);
    pending[0]?.(PAGE);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(pages).toEqual([]);
    expect(load).toHaveBeenCalledTimes(1);
    hide(false);
    pending[1]?.(PAGE);
    await vi.advanceTimersByTimeAsync(0);
    expect(pages).toEqual([PAGE]);
  });

  test("runs one loop only, however often the tab is shown", async () => {
    const load = vi.fn(async () => PAGE);
    start(load);
    hide(false);
    await vi.advanceTimersByTimeAsync(2000);
    expect(load).toHaveBeenCalledTimes(4);
  });

  test("loads nothing once stopped", async () => {
    const load = vi.fn(async () => PAGE);
    start(load);
    stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(load).toHaveBeenCalledTimes(1);
  });
});

const events = (...ids: string[]) => ids.map((id) => ({ id }) as TrackedEvent);
const page = (next: string | null, ...ids: string[]) => ({ events: events(...ids), next });
const ids = ({ events }: { events: readonly TrackedEvent[] }) => events.map(({ id }) => id);

describe("the feed", () => {
  const shown = addNewest(INITIAL_FEED, page("c", "3", "2", "1"));

  test("begins with the first page, of which nothing counts as new", () => {
    expect(shown).toMatchObject({ next: "c", newCount: 0 });
    expect(ids(shown)).toEqual(["3", "2", "1"]);
  });

  test("puts what is new on top, each event once", () => {
    const grown = addNewest(shown, page("d", "5", "4", "4", "3", "2"));
    expect(ids(grown)).toEqual(["5", "4", "3", "2", "1"]);
    expect(grown).toMatchObject({ next: "c", newCount: 2 });
  });

  test("counts all as new that comes into an empty feed", () => {
    const grown = addNewest(addNewest(INITIAL_FEED, page(null)), page(null, "2", "1"));
    expect(ids(grown)).toEqual(["2", "1"]);
    expect(grown.newCount).toBe(2);
  });

  test("stays the same object where nothing came, so that nothing is drawn", () => {
    expect(addNewest(shown, page("c", "3", "2", "1"))).toBe(shown);
    expect(addNewest(shown, page("c"))).toBe(shown);
  });

  test("begins anew where more came than a page holds", () => {
    const anew = addNewest(shown, page("x", "9", "8"));
    expect(ids(anew)).toEqual(["9", "8"]);
    expect(anew.next).toBe("x");
  });

  test("keeps all where the whole feed fits the page", () => {
    expect(ids(addNewest(addNewest(INITIAL_FEED, page(null, "1")), page(null, "2")))).toEqual([
      "2",
      "1",
    ]);
  });

  test("puts what is older below, each event once", () => {
    const longer = addOlder(shown, page(null, "1", "0"));
    expect(ids(longer)).toEqual(["3", "2", "1", "0"]);
    expect(longer.next).toBeNull();
  });

  test("goes on to older events through an empty page", () => {
    const empty = addNewest(INITIAL_FEED, page("c"));
    expect(empty.next).toBe("c");
    expect(ids(addOlder(empty, page(null, "1")))).toEqual(["1"]);
  });
});
