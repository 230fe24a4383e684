/** Draws a course with uPlot; the pointer and the arrow keys tell each point. */

import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { useWords } from "../words/words";
import { type ChartData, plotData, plotOptions } from "./chart-options";

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

  function go(to: number): void {
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
    go(to);
  }

  const said = (at: number) =>
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
      aria-valuetext={said(index ?? last)}
      onKeyDown={onKey}
      onFocus={() => index === null && go(last)}
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
