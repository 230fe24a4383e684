/** The chart of a time series, drawn by uPlot; pointer and arrow keys show each point. */

import "uplot/dist/uPlot.min.css";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import uPlot from "uplot";
import { useWords } from "../words/words";
import { NO_NUMBER } from "./formats";

interface ChartProps extends ChartData {
  title: string;
}

export default function Chart({ title, ...data }: ChartProps) {
  const { t } = useWords();
  const { labels, names, values, texts, scale, isPartial, previous, format } = data;
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const [index, setIndex] = useState<number | null>(null);

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const shown = { labels, names, values, texts, scale, isPartial, previous, format };
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
  }, [labels, names, values, texts, scale, isPartial, previous, format]);

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
      `${names[at] ?? ""}: ${texts[at] ?? NO_NUMBER}`,
      previous && `${t("before")}, ${previous.names[at] ?? ""}: ${previous.texts[at] ?? NO_NUMBER}`,
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
  const { names, texts, previous } = data;
  const { clientWidth, offsetLeft } = plot.over;
  const left = plot.valToPos(index, "x");
  const isLeft = left > clientWidth / 2;
  const away = 8 + (isLeft ? plot.width - offsetLeft - left : offsetLeft + left);
  return (
    <div className="chart-tooltip-row" data-left={isLeft || undefined} aria-hidden="true">
      <span style={{ flexBasis: away }} />
      <div className="chart-tooltip">
        {names[index] !== undefined && (
          <p data-series="current">
            <span>{names[index]}</span> <strong>{texts[index]}</strong>
          </p>
        )}
        {previous?.names[index] !== undefined && (
          <p data-series="previous">
            <span>{previous.names[index]}</span> <strong>{previous.texts[index]}</strong>
          </p>
        )}
      </div>
    </div>
  );
}

export interface ChartData {
  /** Labels of the x axis. */
  labels: readonly string[];
  /** Full names of the points. */
  names: readonly string[];
  values: readonly (number | null)[];
  /** The values as they are read. */
  texts: readonly string[];
  scale: Scale;
  /** Whether the last point is not over yet. */
  isPartial: boolean;
  previous: {
    names: readonly string[];
    values: readonly (number | null)[];
    texts: readonly string[];
  } | null;
  /** Write a value of the axis. */
  format(value: number | null): string;
}

/** What values are, so how their axis is cut: parts of 1 are shown on an axis up to 100 %. */
export type Scale = "numbers" | "parts" | "seconds";

type Colour = "current" | "fill" | "previous" | "text" | "line";

const STEPS = [1, 2, 3, 4, 5, 6, 7, 10, 12, 14, 20, 24, 28, 50, 100];
const FEW = 2;

const SECONDS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800];
const MOST_LINES = 5;

/** Return the end of an axis that shows `most`: the next round number. */
export function axisMax(most: number, scale: Scale): number {
  if (scale === "parts") return 1;
  if (scale === "seconds") {
    const step = SECONDS.find((each) => each * MOST_LINES >= most) ?? 86_400;
    return step * Math.max(Math.ceil(most / step), 1);
  }
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

/** Return the indexes of values without a neighbour, which no line would show; null if none. */
export function lonely(values: ArrayLike<number | null | undefined>): number[] | null {
  const found = Array.from(values, (_, index) => index).filter(
    (index) => values[index] != null && values[index - 1] == null && values[index + 1] == null,
  );
  return found.length ? found : null;
}

/** Return uPlot's options for `box`, whose `data-colour` children carry the theme's colours. */
export function plotOptions(
  box: HTMLElement,
  { labels, values, scale, previous, format }: ChartData,
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
  const points: uPlot.Series.Points = {
    show: areFew,
    filter: (plot, index) => (areFew ? null : lonely(plot.data[index] ?? [])),
  };
  return {
    width: box.clientWidth,
    height: box.clientHeight,
    padding: [12, 32, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false, setScale: false } },
    scales: {
      x: { time: false, range: () => (last < 1 ? [-0.5, 0.5] : [0, last]) },
      y: { range: (_, __, most) => [0, axisMax(most ?? 0, scale)] },
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
        ...(scale === "seconds" && { incrs: SECONDS }),
        space: 44,
        size: 56,
        values: (_, amounts) => amounts.map(format),
      },
    ],
    series: [
      {},
      { stroke: colour("previous"), width: 1.5, dash: [5, 5], points },
      { stroke: colour("current"), fill: colour("fill"), width: 2, points },
      {
        stroke: colour("current"),
        fill: colour("fill"),
        width: 2,
        dash: [3, 4],
        points,
      },
    ],
    hooks: { setCursor: [(plot) => onIndex(plot.cursor.idx ?? null)] },
  };
}
