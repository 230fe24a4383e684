import { beforeEach, expect, test, vi } from "vitest";
import { poller } from "../src/poller";

beforeEach(() => {
  vi.useFakeTimers();
  return () => vi.useRealTimers();
});

function start(ask: () => Promise<number>) {
  const answers: number[] = [];
  const waits: number[] = [];
  const polling = poller(
    ask,
    (answer) => answers.push(answer),
    (_, nextMs) => waits.push(nextMs),
  );
  polling.resume();
  return { polling, answers, waits };
}

test("asks each second", async () => {
  let n = 0;
  const { answers } = start(async () => ++n);
  await vi.advanceTimersByTimeAsync(3000);
  expect(answers).toEqual([1, 2, 3, 4]);
});

test("waits twice as long after each failure, at most half a minute, and recovers", async () => {
  let isAway = true;
  const { answers, waits } = start(async () => {
    if (isAway) throw new Error("away");
    return 1;
  });
  await vi.advanceTimersByTimeAsync(90_000);
  expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  isAway = false;
  await vi.advanceTimersByTimeAsync(30_000);
  isAway = true;
  await vi.advanceTimersByTimeAsync(30_000);
  expect(answers.length).toBeGreaterThan(1);
  expect(waits[7]).toBe(1000);
});

test("asks nothing while paused, and drops the answer that was on its way", async () => {
  const pending: ((answer: number) => void)[] = [];
  const ask = vi.fn(() => new Promise<number>((resolve) => pending.push(resolve)));
  const { polling, answers } = start(ask);
  polling.pause();
  pending[0]?.(1);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(answers).toEqual([]);
  expect(ask).toHaveBeenCalledTimes(1);
  polling.resume();
  pending[1]?.(2);
  await vi.advanceTimersByTimeAsync(0);
  expect(answers).toEqual([2]);
});

test("resuming twice asks in one row only", async () => {
  const ask = vi.fn(async () => 1);
  const { polling } = start(ask);
  polling.resume();
  await vi.advanceTimersByTimeAsync(2000);
  expect(ask).toHaveBeenCalledTimes(4);
});
