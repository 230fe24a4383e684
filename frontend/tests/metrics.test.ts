import { describe, expect, test } from "vitest";
import type { Metrics, Point, Range } from "../src/api/types";
import { axisMax, lonely, plotData } from "../src/report/chart";
import {
  count,
  duration,
  endsToday,
  mean,
  pointNames,
  rangeName,
  timeInZone,
} from "../src/report/formats";
import { changeOf, formatMetric, seriesOf, seriesTexts } from "../src/report/metrics";
import { valueName } from "../src/report/names";
import type { Metric } from "../src/report/query";
import { percent } from "../src/words/formats";
import { wordsOf } from "../src/words/words";

const metrics = (over: Partial<Metrics> = {}): Metrics => ({
  visitors: 100,
  visits: 120,
  pageviews: 300,
  events: 5,
  bounceRate: 0.4,
  visitDuration: 60,
  viewsPerVisit: 2.5,
  ...over,
});

const point = (over: Partial<Point>): Point => ({
  at: "",
  visitors: 1,
  visits: 2,
  pageviews: 5,
  bounceRate: 0.5,
  visitDuration: 60,
  exact: true,
  ...over,
});

// Intl writes narrow blanks, which look the same in a test that fails.
const plain = (text: string) => text.replace(/\s/g, " ");

describe("numbers", () => {
  test.each([
    [count("en", 99_999), "99,999"],
    [count("en", 1_234_567), "1.2M"],
    [plain(count("ru", 12_345)), "12 345"],
    [percent("en", 0.0512), "5.1%"],
    [percent("en", 0.5149), "51%"],
    [mean("en", 2), "2.0"],
    [duration("en", 0), "0s"],
    [duration("en", 59.6), "1m"],
    [duration("en", 143.4), "2m 23s"],
    [duration("en", 3661), "1h 1m"],
    [duration("en", 7205), "2h"],
  ])("are written as %s", (written, expected) => {
    expect(written).toBe(expected);
  });

  test("that are missing are a dash", () => {
    expect(formatMetric("en", "bounceRate", null)).toBe("–");
  });

  test.each([
    [0, 4],
    [4, 4],
    [7, 8],
    [101, 150],
    [399, 400],
    [1000, 1000],
    [9001, 10_000],
  ])("up to %i have an axis up to %i", (most, top) => {
    expect(axisMax(most, "numbers")).toBe(top);
  });

  test.each([
    [0, 1],
    [4.2, 5],
    [59, 60],
    [143, 150],
    [3661, 4500],
    [86_400, 86_400],
  ])("of %i seconds have an axis up to %i", (most, top) => {
    expect(axisMax(most, "seconds")).toBe(top);
  });

  test("that are parts have an axis up to the whole", () => {
    expect(axisMax(0.07, "parts")).toBe(1);
  });
});

describe("a change", () => {
  test.each<[string, Metric, Partial<Metrics>, Partial<Metrics>, object | null]>([
    ["more", "visitors", { visitors: 150 }, {}, { direction: "up", isGood: true, text: "50%" }],
    ["fewer", "visits", { visits: 60 }, {}, { direction: "down", isGood: false, text: "50%" }],
    ["as many", "pageviews", {}, {}, { direction: "same", isGood: undefined, text: "0%" }],
    [
      "more bounces",
      "bounceRate",
      { bounceRate: 0.45 },
      {},
      { direction: "up", isGood: false, text: "5" },
    ],
    [
      "fewer bounces",
      "bounceRate",
      { bounceRate: 0.379 },
      {},
      { direction: "down", isGood: true, text: "2.1" },
    ],
    ["from nothing", "visitors", {}, { visitors: 0 }, null],
    [
      "from nothing to nothing",
      "visitors",
      { visitors: 0 },
      { visitors: 0 },
      { direction: "same", isGood: undefined, text: "0%" },
    ],
    ["none before", "visitDuration", {}, { visitDuration: null }, null],
  ])("%s", (_, name, now, before, expected) => {
    expect(changeOf("en", name, metrics(now), metrics(before))).toEqual(expected);
  });
});

test("a series has no means where there is no visit", () => {
  const points = [
    point({ visits: 2, pageviews: 5, bounceRate: 0.5, visitDuration: 61 }),
    point({ visits: 0, pageviews: 0, bounceRate: null, visitDuration: null }),
  ];
  expect(seriesOf(points, "viewsPerVisit")).toEqual([2.5, null]);
  expect(seriesOf(points, "pageviews")).toEqual([5, 0]);
  expect(seriesOf(points, "bounceRate")).toEqual([0.5, null]);
  expect(seriesTexts("en", points, "visitDuration")).toEqual(["1m 1s", "–"]);
});

test("a point says whether its visitors are estimated, and no other metric does", () => {
  const points = [point({ visitors: 1500, exact: false }), point({ visitors: 7 })];
  expect(seriesTexts("en", points, "visitors")).toEqual(["≈1,500", "7"]);
  expect(seriesTexts("en", points, "visits")).toEqual(["2", "2"]);
});

describe("the chart's data", () => {
  const chartData = {
    labels: [],
    names: [],
    texts: [],
    scale: "numbers" as const,
    format: String,
    isPartial: false,
    previous: null,
  };

  test("is as long as the longer series", () => {
    const previous = { names: [], values: [5, 6, 7], texts: [] };
    expect(plotData({ ...chartData, values: [1, 2], previous })).toEqual([
      [0, 1, 2],
      [5, 6, 7],
      [1, 2, null],
      [null, null, null],
    ]);
  });

  test.each([
    [
      [null, 1, null, 2, 3, null, 4],
      [1, 6],
    ],
    [[1, 2], null],
    [[5], [0]],
    [[], null],
  ])("of %j shows %j as points, since no line leads there", (values, expected) => {
    expect(lonely(values)).toEqual(expected);
  });

  test.each([
    [
      [1, 2, 3],
      [1, 2, null],
      [null, 2, 3],
    ],
    [[1], [null], [1]],
    [[], [], []],
  ])("of %j has the way to an unfinished point apart", (values, whole, partial) => {
    const [, , now, rest] = plotData({ ...chartData, values, isPartial: true });
    expect([now, rest]).toEqual([whole, partial]);
  });
});

describe("times", () => {
  const range = (over: Partial<Range>): Range => ({
    from: "2026-11-01",
    to: "2026-11-22",
    timezone: "Asia/Kolkata",
    interval: "day",
    ...over,
  });

  test("are those of the range's zone", () => {
    const at = ["2026-11-21T18:30:00.000Z"];
    expect(pointNames("en", range({}), at, "short")).toEqual(["Nov 22"]);
    expect(pointNames("en", range({ interval: "hour" }), at, "short")).toEqual(["00:00"]);
    expect(pointNames("ru", range({ interval: "month" }), at, "long")).toEqual(["ноябрь 2026 г."]);
  });

  test("name the first and the last day, one day once, a wrong order by its first", () => {
    expect(plain(rangeName("en", range({})))).toBe("Nov 1 – 22, 2026");
    expect(rangeName("en", range({ to: "2026-11-01" }))).toBe("Nov 1, 2026");
    expect(rangeName("en", range({ from: "2026-12-01" }))).toBe("Dec 1, 2026");
  });

  test("know whether a range ends with today, there", () => {
    const now = new Date("2026-11-22T19:00:00Z");
    expect(endsToday(range({ to: "2026-11-22" }), now)).toBe(false);
    expect(endsToday(range({ to: "2026-11-23" }), now)).toBe(true);
  });

  test("carry their date where they are not of today", () => {
    const at = "2026-11-21T18:45:00.000Z";
    const zone = "Asia/Kolkata";
    expect(timeInZone("en", zone, at, new Date("2026-11-22T10:00:00Z"))).toBe("00:15");
    expect(timeInZone("en", zone, at, new Date("2026-11-22T19:00:00Z"))).toBe("Nov 22, 00:15");
  });
});

describe("the name of a value", () => {
  const en = wordsOf("en");
  test.each([
    ["country", "DE", "Germany"],
    ["country", "", "(none)"],
    ["country", "<b>", "<b>"],
    ["region", "DE/Bavaria", "Bavaria, Germany"],
    ["city", "DE/Bavaria/Munich", "Munich, Germany"],
    ["city", "DE//Munich", "Munich, Germany"],
    ["language", "ru-RU", "Russian (Russia)"],
    ["language", "not a language", "not a language"],
    ["network", "hosting", "Hosting providers"],
    ["network", "", "Other networks"],
    ["network", "something new", "something new"],
    ["device", "mobile", "phone"],
    ["device", "constructor", "constructor"],
    ["channel", "search", "Search"],
    ["channel", "__proto__", "__proto__"],
    ["source", "", "Direct"],
    ["screen", "0-575", "0–575 px"],
    ["event", "click", "Click"],
    ["event", "deleteSite", "deleteSite"],
    ["page", "/a", "/a"],
    ["page", null, "(other)"],
  ] as const)("%s %s is %s", (dimension, value, name) => {
    expect(valueName(dimension, value, en)).toBe(name);
  });
});
