/** The card of a time series: the chart, loaded when it is needed, and the same data as a table. */

import { lazy, Suspense, useMemo } from "react";
import type { Summary } from "../api/types";
import { Card } from "../components/card";
import { type Column, Table } from "../components/table";
import { useWords } from "../words/words";
import type { Scale } from "./chart";
import { endsToday, NO_NUMBER, pointNames } from "./formats";
import { formatMetric, seriesOf, seriesTexts } from "./metrics";
import type { Metric } from "./query";

const Chart = lazy(() => import("./chart"));

const SCALES: Record<Metric, Scale> = {
  visitors: "numbers",
  visits: "numbers",
  pageviews: "numbers",
  viewsPerVisit: "numbers",
  bounceRate: "parts",
  visitDuration: "seconds",
};

interface ChartRow {
  at: string;
  name: string;
  value: string;
  previous: string;
}

export function ChartCard({ summary, metric }: { summary: Summary; metric: Metric }) {
  const { t, language } = useWords();
  const { range, series, comparison } = summary;
  const title = t(metric);
  const data = useMemo(() => {
    const ats = series.map((point) => point.at);
    return {
      labels: pointNames(language, range, ats, "short"),
      names: pointNames(language, range, ats, "long"),
      values: seriesOf(series, metric),
      texts: seriesTexts(language, series, metric),
      scale: SCALES[metric],
      isPartial: endsToday(range, new Date()),
      previous: comparison && {
        names: pointNames(
          language,
          comparison.range,
          comparison.series.map((point) => point.at),
          "long",
        ),
        values: seriesOf(comparison.series, metric),
        texts: seriesTexts(language, comparison.series, metric),
      },
      format: (value: number | null) => formatMetric(language, metric, value),
    };
  }, [language, range, series, comparison, metric]);

  const points: ChartRow[] = series.map(({ at }, index) => ({
    at,
    name: data.names[index] ?? "",
    value: data.texts[index] ?? NO_NUMBER,
    previous: data.previous?.texts[index] ?? NO_NUMBER,
  }));
  const columns: Column<ChartRow>[] = [
    { heading: t("when"), isName: true, cell: (point) => point.name },
    { heading: title, cell: (point) => point.value },
    ...(comparison ? [{ heading: t("before"), cell: (point: ChartRow) => point.previous }] : []),
  ];
  return (
    <Card title={title} isFlush>
      <Suspense fallback={<div className="chart skeleton" />}>
        <Chart title={title} {...data} />
      </Suspense>
      <details className="chart-table">
        <summary>{t("asTable")}</summary>
        <Table caption={title} columns={columns} rows={points} keyOf={(point) => point.at} />
      </details>
    </Card>
  );
}
