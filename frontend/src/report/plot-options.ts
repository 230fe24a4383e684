/** How uPlot draws a course: places for x, so that every hour, day and month is as wide. */

import type uPlot from "uplot";

export interface Drawn {
  /** What stands below the points. */
  marks: readonly string[];
  /** What the points are called in full. */
  names: readonly string[];
  values: readonly (number | null)[];
  /** Whether the last of them is not whole yet. */
  isGrowing: boolean;
  before: { names: readonly string[]; values: readonly (number | null)[] } | null;
  write(value: number | null): string;
}

type Ink = "now" | "fill" | "before" | "text" | "line";

const STEPS = [1, 2, 3, 4, 5, 6, 7, 10, 12, 14, 20, 24, 28, 50, 100];
const FEW = 2;

/** Answer the highest value of an axis that shows `most`: the next of 1, 2, 2.5, 5 by tens. */
export function topOf(most: number): number {
  if (most <= 4) return 4;
  const tens = 10 ** Math.floor(Math.log10(most));
  const step = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].find((each) => each * tens >= most) ?? 10;
  return step * tens;
}

/** Answer the numbers that uPlot draws: places, the course before, now, and what still grows. */
export function dataOf({ values, before, isGrowing }: Drawn): uPlot.AlignedData {
  const length = Math.max(values.length, before?.values.length ?? 0);
  const places = Array.from({ length }, (_, place) => place);
  const last = values.length - 1;
  const some = (given: readonly (number | null)[], isShown: (place: number) => boolean) =>
    places.map((place) => (isShown(place) ? (given[place] ?? null) : null));
  return [
    places,
    some(before?.values ?? [], () => true),
    some(values, (place) => !isGrowing || place < last),
    some(values, (place) => isGrowing && place >= last - 1),
  ];
}

/** Answer the options of a plot in `box`, whose `data-ink` children carry the theme's colours. */
export function optionsOf(
  box: HTMLElement,
  { marks, values, before, write }: Drawn,
  onPlace: (place: number | null) => void,
): uPlot.Options {
  // A canvas cannot resolve the tokens; the computed colour of an element is what they mean now.
  const ink = (name: Ink) => () => {
    const element = box.querySelector(`[data-ink="${name}"]`);
    return element ? getComputedStyle(element).color : "";
  };
  const font = `12px ${getComputedStyle(box).fontFamily}`;
  const last = Math.max(values.length, before?.values.length ?? 0) - 1;
  const areFew = last < FEW;
  return {
    width: box.clientWidth,
    height: box.clientHeight,
    padding: [12, 32, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false, setScale: false } },
    scales: {
      x: { time: false, range: () => (last < 1 ? [-0.5, 0.5] : [0, last]) },
      y: { range: (_, __, most) => [0, topOf(most ?? 0)] },
    },
    axes: [
      {
        stroke: ink("text"),
        font,
        grid: { show: false },
        ticks: { show: false },
        incrs: STEPS,
        space: 64,
        size: 32,
        values: (_, places) => places.map((place) => marks[place] ?? ""),
      },
      {
        stroke: ink("text"),
        font,
        grid: { stroke: ink("line"), width: 1 },
        ticks: { show: false },
        space: 44,
        size: 56,
        values: (_, amounts) => amounts.map(write),
      },
    ],
    series: [
      {},
      { stroke: ink("before"), width: 1.5, dash: [5, 5], points: { show: areFew } },
      { stroke: ink("now"), fill: ink("fill"), width: 2, points: { show: areFew } },
      { stroke: ink("now"), fill: ink("fill"), width: 2, dash: [3, 4], points: { show: areFew } },
    ],
    hooks: { setCursor: [(plot) => onPlace(plot.cursor.idx ?? null)] },
  };
}
