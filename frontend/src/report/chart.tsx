/** The chart of a time series, drawn by uPlot; pointer and arrow keys show each point. */

import "uplot/dist/uPlot.min.css";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import uPlot from "uplot";
import { useWords } from "../words/words";

interface ChartProps extends ChartData {
  title: string;
}

export default function Chart({ title, ...data }: ChartProps) {
  const { t } = useWords();
  const { labels, names, values, isPartial, previous, format } = data;
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const [index, setIndex] = useState<number | null>(null);

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const shown = { labels, names, values, isPartial, previous, format };
    const made = new uPlot(plotOptions(element, shown, setIndex), plotData(shown), element);
    plot.current = made;
    const size = new ResizeObserver(() =>
      made.setSize({ width: element.clientWidth, height: element.clientHeight }),
    );
    size.observe(element);
    const redraw = () => made.redraw();
    const theme = new MutationObserver(redraw);
    theme.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    const system = matchMedia("(prefers-color-scheme: dark)");
    system.addEventListener("change", redraw);
    return () => {
      size.disconnect();
      theme.disconnect();
      system.removeEventListener("change", redraw);
      made.destroy();
      setIndex(null);
    };
  }, [labels, names, values, isPartial, previous, format]);

  const last = Math.max(values.length, previous?.values.length ?? 0) - 1;

  function moveTo(to: number): void {
    const made = plot.current;
    if (made) made.setCursor({ left: made.valToPos(to, "x"), top: 0 });
  }

  function onKey(event: KeyboardEvent): void {
    const from = index ?? last;
    const steps: Record<string, number> = {
      ArrowLeft: Math.max(from - 1, 0),
      ArrowRight: Math.min(from + 1, last),
      Home: 0,
      End: last,
    };
    const to = steps[event.key];
    if (to === undefined) return;
    event.preventDefault();
    moveTo(to);
  }

  const textAt = (at: number) =>
    [
      `${names[at] ?? ""}: ${format(values[at] ?? null)}`,
      previous &&
        `${t("before")}, ${previous.names[at] ?? ""}: ${format(previous.values[at] ?? null)}`,
    ]
      .filter(Boolean)
      .join("; ");

  return (
    <div
      ref={box}
      className="chart"
      role="slider"
      tabIndex={0}
      aria-label={t("chartOf", { metric: title })}
      aria-valuemin={0}
      aria-valuemax={Math.max(last, 0)}
      aria-valuenow={index ?? Math.max(last, 0)}
      aria-valuetext={textAt(index ?? last)}
      onKeyDown={onKey}
      onFocus={() => index === null && moveTo(last)}
      onBlur={() => plot.current?.setCursor({ left: -10, top: -10 })}
    >
      <span data-colour="current" />
      <span data-colour="fill" />
      <span data-colour="previous" />
      <span data-colour="text" />
      <span data-colour="line" />
      {index !== null && <Tooltip plot={plot.current} index={index} data={data} />}
    </div>
  );
}

function Tooltip({
  plot,
  index,
  data,
}: {
  plot: uPlot | undefined;
  index: number;
  data: ChartData;
}) {
  if (!plot) return null;
  const { names, values, previous, format } = data;
  const { clientWidth, offsetLeft } = plot.over;
  const left = plot.valToPos(index, "x");
  const isRight = left > clientWidth / 2;
  const edge = isRight
    ? { right: plot.width - offsetLeft - left + 12 }
    : { left: offsetLeft + left + 12 };
  return (
    <div className="chart-tooltip" style={edge} aria-hidden="true">
      {names[index] !== undefined && (
        <p data-series="current">
          <span>{names[index]}</span> <strong>{format(values[index] ?? null)}</strong>
        </p>
      )}
      {previous?.names[index] !== undefined && (
        <p data-series="previous">
          <span>{previous.names[index]}</span>{" "}
          <strong>{format(previous.values[index] ?? null)}</strong>
        </p>
      )}
    </div>
  );
}

export interface ChartData {
  /** Labels of the x axis. */
  labels: readonly string[];
  /** Full names of the points. */
  names: readonly string[];
  values: readonly (number | null)[];
  /** Whether the last point is not over yet. */
  isPartial: boolean;
  previous: { names: readonly string[]; values: readonly (number | null)[] } | null;
  format(value: number | null): string;
}

type Colour = "current" | "fill" | "previous" | "text" | "line";

const STEPS = [1, 2, 3, 4, 5, 6, 7, 10, 12, 14, 20, 24, 28, 50, 100];
const FEW = 2;

/** Return the end of an axis that shows `most`: the next round number. */
export function axisMax(most: number): number {
  if (most <= 4) return 4;
  const tens = 10 ** Math.floor(Math.log10(most));
  const step = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].find((each) => each * tens >= most) ?? 10;
  return step * tens;
}

/** Return uPlot's columns: indexes, the previous series, the current one, its unfinished end. */
export function plotData({ values, previous, isPartial }: ChartData): uPlot.AlignedData {
  const length = Math.max(values.length, previous?.values.length ?? 0);
  const indexes = Array.from({ length }, (_, index) => index);
  const last = values.length - 1;
  const pick = (given: readonly (number | null)[], isDrawn: (index: number) => boolean) =>
    indexes.map((index) => (isDrawn(index) ? (given[index] ?? null) : null));
  return [
    indexes,
    pick(previous?.values ?? [], () => true),
    pick(values, (index) => !isPartial || index < last),
    pick(values, (index) => isPartial && index >= last - 1),
  ];
}

/** Return uPlot's options for `box`, whose `data-colour` children carry the theme's colours. */
export function plotOptions(
  box: HTMLElement,
  { labels, values, previous, format }: ChartData,
  onIndex: (index: number | null) => void,
): uPlot.Options {
  // A canvas cannot resolve CSS variables, so read the computed colour of an element.
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
