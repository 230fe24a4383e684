/** A site's report: what was asked in the address, answered in figures, a course and breakdowns. */

import { useQuery } from "@tanstack/react-query";
import { ApiError } from "../api/problem";
import type { Metrics, Summary } from "../api/types";
import { useTitle } from "../app/title";
import { Button } from "../components/button";
import { Failure } from "../components/states";
import { useWords } from "../words/words";
import { type Asking, summaryQuery, useAsking } from "./asking";
import { BreakdownCard } from "./breakdown";
import { CARDS } from "./cards";
import { Course } from "./course";
import { DownloadState, useDownload } from "./download";
import { ExportMenu } from "./export-menu";
import { Filters } from "./filters";
import { Goals } from "./goals";
import { Nothing } from "./nothing";
import { Periods } from "./periods";
import { queryOf } from "./question";
import { Reach } from "./reach";
import { Tiles } from "./tiles";
import { rangeName } from "./times";
import { Unread } from "./unread";
import "../styles/breakdown.css";
import "../styles/report.css";

export function ReportPage() {
  const { t, language } = useWords();
  useTitle(t("report"));
  const asking = useAsking();
  const { siteId, question, ask } = asking;
  const download = useDownload();
  const isRead = question.unread.length === 0;
  const answer = useQuery({ ...summaryQuery(queryOf(siteId, question)), enabled: isRead });
  const range = answer.data?.range;
  const isThis = isRead && answer.isSuccess && !answer.isPlaceholderData;
  const isRefused = answer.isError && !answer.isRefetchError;
  return (
    <>
      <div className="report-head">
        <Periods {...asking} range={range} />
        <Filters {...asking} />
        {range && (
          <p className="report-range">
            <strong>{rangeName(language, range)}</strong> <span>{range.timezone}</span>
          </p>
        )}
        <ExportMenu {...asking} range={isThis ? range : undefined} download={download} />
      </div>
      <DownloadState {...download} />
      {!isRead ? (
        <Unread {...asking} />
      ) : isRefused ? (
        <Refused
          failure={answer.error}
          onRetry={() => void answer.refetch()}
          onAnew={() => ask({ filters: [], period: "30d", goal: undefined })}
        />
      ) : answer.data ? (
        <Answer
          asking={asking}
          summary={answer.data}
          isOld={answer.isPlaceholderData}
          failure={answer.error}
        />
      ) : (
        <Bones />
      )}
    </>
  );
}

interface RefusedProps {
  failure: unknown;
  onRetry(): void;
  onAnew(): void;
}

/** A question that cannot be asked: the server's words, and the way back to one that can. */
function Refused({ failure, onRetry, onAnew }: RefusedProps) {
  const { t } = useWords();
  const isWrong = failure instanceof ApiError && failure.status === 400;
  return (
    <>
      <Failure failure={failure} {...(!isWrong && { onRetry })} />
      {isWrong && (
        <p>
          <Button onClick={onAnew}>{t("askAnew")}</Button>
        </p>
      )}
    </>
  );
}

const isEmpty = ({ visits, pageviews, events }: Metrics): boolean =>
  visits + pageviews + events === 0;

interface AnswerProps {
  asking: Asking;
  summary: Summary;
  /** Whether the answer is that of the question before. */
  isOld: boolean;
  /** Why it could not be asked for anew. */
  failure: unknown;
}

function Answer({ asking, summary, isOld, failure }: AnswerProps) {
  const { metrics, comparison } = summary;
  const { goal } = asking.question;
  // One that was deleted, or is another site's, is none to ask for.
  const isGoal = summary.goals.some(({ id }) => id === goal);
  const shown = { ...asking, question: { ...asking.question, goal: isGoal ? goal : undefined } };
  const isNothing = !isOld && isEmpty(metrics);
  const isFigured = !isNothing || (comparison !== null && !isEmpty(comparison.metrics));
  return (
    <>
      {failure !== null && <Failure failure={failure} />}
      {isNothing && <Nothing siteId={asking.siteId} question={asking.question} />}
      <div className="report" data-old={isOld || undefined} aria-busy={isOld}>
        {isFigured && (
          <>
            <Tiles {...asking} summary={summary} />
            <Course summary={summary} metric={asking.question.metric} />
          </>
        )}
        <div className="report-cards">
          {!isNothing &&
            CARDS.map((card) => <BreakdownCard key={card.title} card={card} {...shown} />)}
          <Goals {...shown} goals={summary.goals} />
        </div>
        <Reach summary={summary} />
      </div>
    </>
  );
}

function Bones() {
  const { t } = useWords();
  return (
    <div className="report" role="status">
      <span className="unseen">{t("loading")}</span>
      <div className="tiles">
        {["a", "b", "c", "d", "e", "f"].map((key) => (
          <div key={key} className="tile bone" />
        ))}
      </div>
      <div className="card">
        <div className="plot bone" />
      </div>
    </div>
  );
}
