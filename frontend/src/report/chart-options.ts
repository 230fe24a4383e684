/** How uPlot draws a course: indexes for x, so that every hour, day and month is as wide. */

import type uPlot from "uplot";

export interface ChartData {
  /** What stands below the points. */
  labels: readonly string[];
  /** What the points are called in full. */
  names: readonly string[];
  values: readonly (number | null)[];
  /** Whether the last of them is not whole yet. */
  isPartial: boolean;
  previous: { names: readonly string[]; values: readonly (number | null)[] } | null;
  format(value: number | null): string;
}

type Colour = "current" | "fill" | "previous" | "text" | "line";

const STEPS = [1, 2, 3, 4, 5, 6, 7, 10, 12, 14, 20, 24, 28, 50, 100];
const FEW = 2;

/** Answer the highest value of an axis that shows `most`: the next of 1, 2, 2.5, 5 by tens. */
export function axisMax(most: number): number {
  if (most <= 4) return 4;
  const tens = 10 ** Math.floor(Math.log10(most));
  const step = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].find((each) => each * tens >= most) ?? 10;
  return step * tens;
}

/** Answer the numbers that uPlot draws: indexes, the course previous, now, and what still grows. */
export function plotData({ values, previous, isPartial }: ChartData): uPlot.AlignedData {
  const length = Math.max(values.length, previous?.values.length ?? 0);
  const indexes = Array.from({ length }, (_, index) => index);
  const last = values.length - 1;
  const some = (given: readonly (number | null)[], isShown: (index: number) => boolean) =>
    indexes.map((index) => (isShown(index) ? (given[index] ?? null) : null));
  return [
    indexes,
    some(previous?.values ?? [], () => true),
    some(values, (index) => !isPartial || index < last),
    some(values, (index) => isPartial && index >= last - 1),
  ];
}

/** Answer the options of a plot in `box`, whose `data-colour` children carry the theme's colours. */
export function plotOptions(
  box: HTMLElement,
  { labels, values, previous, format }: ChartData,
  onIndex: (index: number | null) => void,
): uPlot.Options {
  // A canvas cannot resolve the tokens; the computed colour of an element is what they mean now.
  const colour = (name: Colour) => () => {
    const element = box.querySelector(`[data-colour="${name}"]`);
    return element ? getComputedStyle(element).color : "";
  };
  const font = `12px ${getComputedStyle(box).fontFamily}`;
  const last = Math.max(values.length, previous?.values.length ?? 0) - 1;
  const areFew = last < FEW;
  return {
    width: box.clientWidth,
    height: box.clientHeight,
    padding: [12, 32, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false, setScale: false } },
    scales: {
      x: { time: false, range: () => (last < 1 ? [-0.5, 0.5] : [0, last]) },
      y: { range: (_, __, most) => [0, axisMax(most ?? 0)] },
    },
    axes: [
      {
        stroke: colour("text"),
        font,
        grid: { show: false },
        ticks: { show: false },
        incrs: STEPS,
        space: 64,
        size: 32,
        values: (_, indexes) => indexes.map((index) => labels[index] ?? ""),
      },
      {
        stroke: colour("text"),
        font,
        grid: { stroke: colour("line"), width: 1 },
        ticks: { show: false },
        space: 44,
        size: 56,
        values: (_, amounts) => amounts.map(format),
      },
    ],
    series: [
      {},
      { stroke: colour("previous"), width: 1.5, dash: [5, 5], points: { show: areFew } },
      { stroke: colour("current"), fill: colour("fill"), width: 2, points: { show: areFew } },
      {
        stroke: colour("current"),
        fill: colour("fill"),
        width: 2,
        dash: [3, 4],
        points: { show: areFew },
      },
    ],
    hooks: { setCursor: [(plot) => onIndex(plot.cursor.idx ?? null)] },
  };
}
