/** A site's report: what was asked in the address, answered in figures, a course and breakdowns. */

import { useQuery } from "@tanstack/react-query";
import { ApiError } from "../api/problem";
import type { Summary } from "../api/types";
import { useTitle } from "../app/title";
import { Button } from "../components/button";
import { Failure } from "../components/states";
import { useWords } from "../words/words";
import { type Asking, summaryQuery, useAsking } from "./asking";
import { BreakdownCard } from "./breakdown";
import { CARDS } from "./cards";
import { Course } from "./course";
import { Filters } from "./filters";
import { Goals } from "./goals";
import { Nothing } from "./nothing";
import { Periods } from "./periods";
import { queryOf } from "./question";
import { Reach } from "./reach";
import { Tiles } from "./tiles";
import "../styles/breakdown.css";
import "../styles/report.css";

export function ReportPage() {
  const { t } = useWords();
  useTitle(t("report"));
  const asking = useAsking();
  const { siteId, question, ask } = asking;
  const answer = useQuery(summaryQuery(queryOf(siteId, question)));
  const isRefused = answer.isError && !answer.isRefetchError;
  return (
    <>
      <div className="report-head">
        <Periods {...asking} range={answer.data?.range} />
        <Filters {...asking} />
      </div>
      {isRefused ? (
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

interface AnswerProps {
  asking: Asking;
  summary: Summary;
  /** Whether the answer is that of the question before. */
  isOld: boolean;
  /** Why it could not be asked for anew. */
  failure: unknown;
}

function Answer({ asking, summary, isOld, failure }: AnswerProps) {
  const { visits, pageviews, events } = summary.metrics;
  const isNothing = !isOld && visits + pageviews + events === 0;
  return (
    <>
      {failure !== null && <Failure failure={failure} />}
      {isNothing && <Nothing siteId={asking.siteId} question={asking.question} />}
      <div className="report" data-old={isOld || undefined} aria-busy={isOld}>
        <Tiles {...asking} summary={summary} />
        <Course summary={summary} metric={asking.question.metric} />
        <div className="report-cards">
          {CARDS.map((card) => (
            <BreakdownCard key={card.title} card={card} {...asking} />
          ))}
          <Goals {...asking} goals={summary.goals} />
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
