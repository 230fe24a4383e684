/** Draws a course with uPlot; the pointer and the arrow keys tell each point. */

import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { useWords } from "../words/words";
import { type Drawn, dataOf, optionsOf } from "./plot-options";

interface PlotProps extends Drawn {
  title: string;
}

export default function Plot({ title, ...drawn }: PlotProps) {
  const { t } = useWords();
  const { marks, names, values, isGrowing, before, write } = drawn;
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const [place, setPlace] = useState<number | null>(null);

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const shown = { marks, names, values, isGrowing, before, write };
    const made = new uPlot(optionsOf(element, shown, setPlace), dataOf(shown), element);
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
      setPlace(null);
    };
  }, [marks, names, values, isGrowing, before, write]);

  const last = Math.max(values.length, before?.values.length ?? 0) - 1;

  function go(to: number): void {
    const made = plot.current;
    if (made) made.setCursor({ left: made.valToPos(to, "x"), top: 0 });
  }

  function onKey(event: KeyboardEvent): void {
    const from = place ?? last;
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
      `${names[at] ?? ""}: ${write(values[at] ?? null)}`,
      before && `${t("before")}, ${before.names[at] ?? ""}: ${write(before.values[at] ?? null)}`,
    ]
      .filter(Boolean)
      .join("; ");

  return (
    <div
      ref={box}
      className="plot"
      role="slider"
      tabIndex={0}
      aria-label={t("chartOf", { metric: title })}
      aria-valuemin={0}
      aria-valuemax={Math.max(last, 0)}
      aria-valuenow={place ?? Math.max(last, 0)}
      aria-valuetext={said(place ?? last)}
      onKeyDown={onKey}
      onFocus={() => place === null && go(last)}
      onBlur={() => plot.current?.setCursor({ left: -10, top: -10 })}
    >
      <span data-ink="now" />
      <span data-ink="fill" />
      <span data-ink="before" />
      <span data-ink="text" />
      <span data-ink="line" />
      {place !== null && <Tip plot={plot.current} place={place} drawn={drawn} />}
    </div>
  );
}

function Tip({ plot, place, drawn }: { plot: uPlot | undefined; place: number; drawn: Drawn }) {
  if (!plot) return null;
  const { names, values, before, write } = drawn;
  const { clientWidth, offsetLeft } = plot.over;
  const left = plot.valToPos(place, "x");
  const isRight = left > clientWidth / 2;
  const edge = isRight
    ? { right: plot.width - offsetLeft - left + 12 }
    : { left: offsetLeft + left + 12 };
  return (
    <div className="plot-tip" style={edge} aria-hidden="true">
      {names[place] !== undefined && (
        <p data-series="now">
          <span>{names[place]}</span> <strong>{write(values[place] ?? null)}</strong>
        </p>
      )}
      {before?.names[place] !== undefined && (
        <p data-series="before">
          <span>{before.names[place]}</span> <strong>{write(before.values[place] ?? null)}</strong>
        </p>
      )}
    </div>
  );
}
