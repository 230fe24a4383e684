/** What a report without any figures says: nothing came yet, or nothing in these days. */

import { useQuery } from "@tanstack/react-query";
import { ButtonLink } from "../components/button-link";
import { Empty } from "../components/states";
import { useWords } from "../words/words";
import { summaryQuery } from "./asking";
import type { Question } from "./question";

export function Nothing({ siteId, question }: { siteId: string; question: Question }) {
  const { t } = useWords();
  const ever = useQuery(summaryQuery({ siteId, period: "all", compare: "none", filter: [] }));
  if (!ever.data) return null;
  const { visits, pageviews, events } = ever.data.metrics;
  if (visits + pageviews + events > 0) {
    const isFiltered = question.filters.length > 0;
    return (
      <div className="card" role="status">
        <Empty
          title={t(isFiltered ? "nothingFits" : "nothingThen")}
          text={t(isFiltered ? "nothingFitsText" : "nothingThenText")}
        />
      </div>
    );
  }
  return (
    <div className="card" role="status">
      <Empty title={t("nothingYet")} text={t("nothingYetText")}>
        <ButtonLink to="/sites/$siteId/install" params={{ siteId }} kind="primary">
          {t("toSnippet")}
        </ButtonLink>
      </Empty>
    </div>
  );
}
