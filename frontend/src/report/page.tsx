/** A site's report: metrics, chart and breakdowns for the query in the address. */

import { useQuery } from "@tanstack/react-query";
import { ApiError } from "../api/problem";
import type { Metrics, Summary } from "../api/types";
import { Button } from "../components/button";
import { useTitle } from "../components/page-header";
import { Failure } from "../components/states";
import { useWords } from "../words/words";
import { BreakdownCard, CARDS } from "./breakdown-card";
import { ChartCard } from "./chart-card";
import { DownloadState, ExportMenu, useDownload } from "./export";
import { Filters } from "./filters";
import { rangeName } from "./formats";
import { Goals } from "./goals";
import { Coverage, EmptyReport, InvalidFilters } from "./notices";
import { Periods } from "./periods";
import { apiParams } from "./query";
import { Tiles } from "./tiles";
import { type ReportState, summaryQuery, useReport } from "./use-report";
import "../styles/breakdown.css";
import "../styles/report.css";

export function ReportPage() {
  const { t, language } = useWords();
  useTitle(t("report"));
  const report = useReport();
  const { siteId, query, update } = report;
  const download = useDownload();
  const isValid = query.invalidFilters.length === 0;
  const answer = useQuery({ ...summaryQuery(apiParams(siteId, query)), enabled: isValid });
  const range = answer.data?.range;
  const isCurrent = isValid && answer.isSuccess && !answer.isPlaceholderData;
  const isRefused = answer.isError && !answer.isRefetchError;
  return (
    <>
      <div className="report-head">
        <Periods {...report} range={range} />
        <Filters {...report} />
        {range && (
          <p className="report-range">
            <strong>{rangeName(language, range)}</strong> <span>{range.timezone}</span>
          </p>
        )}
        <ExportMenu {...report} range={isCurrent ? range : undefined} download={download} />
      </div>
      <DownloadState {...download} />
      {!isValid ? (
        <InvalidFilters {...report} />
      ) : isRefused ? (
        <RefusedQuery
          failure={answer.error}
          onRetry={() => void answer.refetch()}
          onReset={() => update({ filters: [], period: "30d", goal: undefined })}
        />
      ) : answer.data ? (
        <ReportBody
          report={report}
          summary={answer.data}
          isStale={answer.isPlaceholderData}
          failure={answer.error}
        />
      ) : (
        <ReportSkeleton />
      )}
    </>
  );
}

interface RefusedQueryProps {
  failure: unknown;
  onRetry(): void;
  onReset(): void;
}

/** A query that the server refused: its message, and a way back to a valid query. */
function RefusedQuery({ failure, onRetry, onReset }: RefusedQueryProps) {
  const { t } = useWords();
  const isWrong = failure instanceof ApiError && failure.status === 400;
  return (
    <>
      <Failure failure={failure} {...(!isWrong && { onRetry })} />
      {isWrong && (
        <p>
          <Button onClick={onReset}>{t("resetReport")}</Button>
        </p>
      )}
    </>
  );
}

const isEmpty = ({ visits, pageviews, events }: Metrics): boolean =>
  visits + pageviews + events === 0;

interface ReportBodyProps {
  report: ReportState;
  summary: Summary;
  /** Whether the data is still that of the previous query. */
  isStale: boolean;
  /** Why the last refetch failed; null if it did not. */
  failure: unknown;
}

function ReportBody({ report, summary, isStale, failure }: ReportBodyProps) {
  const { metrics, comparison } = summary;
  const { goal } = report.query;
  // The goal may have been deleted, or belong to another site.
  const isGoal = summary.goals.some(({ id }) => id === goal);
  const shown = { ...report, query: { ...report.query, goal: isGoal ? goal : undefined } };
  const isNoData = !isStale && isEmpty(metrics);
  const hasMetrics = !isNoData || (comparison !== null && !isEmpty(comparison.metrics));
  return (
    <>
      {failure !== null && <Failure failure={failure} />}
      {isNoData && <EmptyReport siteId={report.siteId} query={report.query} />}
      <div className="report" data-stale={isStale || undefined} aria-busy={isStale}>
        {hasMetrics && (
          <>
            <Tiles {...report} summary={summary} />
            <ChartCard summary={summary} metric={report.query.metric} />
          </>
        )}
        <div className="report-cards">
          {!isNoData &&
            CARDS.map((card) => <BreakdownCard key={card.title} card={card} {...shown} />)}
          <Goals {...shown} goals={summary.goals} />
        </div>
        <Coverage siteId={report.siteId} query={report.query} summary={summary} />
      </div>
    </>
  );
}

function ReportSkeleton() {
  const { t } = useWords();
  return (
    <div className="report" role="status">
      <span className="sr-only">{t("loading")}</span>
      <div className="tiles">
        {["a", "b", "c", "d", "e", "f"].map((key) => (
          <div key={key} className="tile skeleton" />
        ))}
      </div>
      <div className="card">
        <div className="chart skeleton" />
      </div>
    </div>
  );
}
