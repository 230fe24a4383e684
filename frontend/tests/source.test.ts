// @vitest-environment happy-dom
import { beforeEach, expect, test, vi } from "vitest";
import type { EventPage } from "../src/api/types";
import { polling } from "../src/live/source";

let stop = () => {};

beforeEach(() => {
  vi.useFakeTimers();
  return () => {
    stop();
    vi.useRealTimers();
  };
});

const PAGE: EventPage = { events: [], next: null };

function start(ask: () => Promise<EventPage>) {
  const pages: EventPage[] = [];
  const waits: number[] = [];
  stop = polling(ask).start({
    onPage: (page) => pages.push(page),
    onFailure: (_, nextMs) => waits.push(nextMs),
  });
  return { pages, waits };
}

function hide(isHidden: boolean): void {
  vi.spyOn(document, "hidden", "get").mockReturnValue(isHidden);
  document.dispatchEvent(new Event("visibilitychange"));
}

test("asks each second", async () => {
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

test("asks nothing in a hidden tab, drops the answer on its way, and asks once shown", async () => {
  const pending: ((page: EventPage) => void)[] = [];
  const ask = vi.fn(() => new Promise<EventPage>((resolve) => pending.push(resolve)));
  const { pages } = start(ask);
  hide(true);
  pending[0]?.(PAGE);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(pages).toEqual([]);
  expect(ask).toHaveBeenCalledTimes(1);
  hide(false);
  pending[1]?.(PAGE);
  await vi.advanceTimersByTimeAsync(0);
  expect(pages).toEqual([PAGE]);
});

test("asks in one row only, however often it is shown", async () => {
  const ask = vi.fn(async () => PAGE);
  start(ask);
  hide(false);
  await vi.advanceTimersByTimeAsync(2000);
  expect(ask).toHaveBeenCalledTimes(4);
});

test("asks nothing once stopped", async () => {
  const ask = vi.fn(async () => PAGE);
  start(ask);
  stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(ask).toHaveBeenCalledTimes(1);
});
