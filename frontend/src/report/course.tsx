/** The course of a metric: the chart, loaded when it is needed, and the same as a table. */

import { lazy, Suspense, useMemo } from "react";
import type { Summary } from "../api/types";
import { Card } from "../components/card";
import { type Column, Table } from "../components/table";
import { useWords } from "../words/words";
import { courseOf, FIGURE_WORDS, figure } from "./metrics";
import type { Metric } from "./query";
import { isToDate, pointNames } from "./times";

const Plot = lazy(() => import("./plot"));

interface CoursePoint {
  at: string;
  name: string;
  value: string;
  before: string;
}

export function Course({ summary, metric }: { summary: Summary; metric: Metric }) {
  const { t, language } = useWords();
  const { range, series, comparison } = summary;
  const title = t(FIGURE_WORDS[metric]);
  const drawn = useMemo(() => {
    const ats = series.map((point) => point.at);
    return {
      marks: pointNames(language, range, ats, "short"),
      names: pointNames(language, range, ats, "long"),
      values: courseOf(series, metric),
      isGrowing: isToDate(range, new Date()),
      before: comparison && {
        names: pointNames(
          language,
          comparison.range,
          comparison.series.map((point) => point.at),
          "long",
        ),
        values: courseOf(comparison.series, metric),
      },
      write: (value: number | null) => figure(language, metric, value),
    };
  }, [language, range, series, comparison, metric]);

  const points: CoursePoint[] = series.map(({ at }, index) => ({
    at,
    name: drawn.names[index] ?? "",
    value: drawn.write(drawn.values[index] ?? null),
    before: drawn.write(drawn.before?.values[index] ?? null),
  }));
  const columns: Column<CoursePoint>[] = [
    { heading: t("when"), isName: true, cell: (point) => point.name },
    { heading: title, cell: (point) => point.value },
    ...(comparison ? [{ heading: t("before"), cell: (point: CoursePoint) => point.before }] : []),
  ];
  return (
    <Card title={title} isFlush>
      <Suspense fallback={<div className="plot bone" />}>
        <Plot title={title} {...drawn} />
      </Suspense>
      <details className="plot-table">
        <summary>{t("asTable")}</summary>
        <Table caption={title} columns={columns} rows={points} keyOf={(point) => point.at} />
      </details>
    </Card>
  );
}
