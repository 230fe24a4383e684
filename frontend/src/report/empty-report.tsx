/** What a report without any figures says: nothing came yet, or nothing in these days. */

import { useQuery } from "@tanstack/react-query";
import { ButtonLink } from "../components/button-link";
import { Empty } from "../components/states";
import { useWords } from "../words/words";
import type { ReportQuery } from "./query";
import { summaryQuery } from "./use-report";

export function EmptyReport({ siteId, query }: { siteId: string; query: ReportQuery }) {
  const { t } = useWords();
  const ever = useQuery(summaryQuery({ siteId, period: "all", compare: "none", filter: [] }));
  if (!ever.data) return null;
  const { visits, pageviews, events } = ever.data.metrics;
  if (visits + pageviews + events > 0) {
    const isFiltered = query.filters.length > 0;
    return (
      <div className="card" role="status">
        <Empty
          title={t(isFiltered ? "noMatches" : "noDataInPeriod")}
          text={t(isFiltered ? "noMatchesText" : "noDataInPeriodText")}
        />
      </div>
    );
  }
  return (
    <div className="card" role="status">
      <Empty title={t("noDataYet")} text={t("noDataYetText")}>
        <ButtonLink to="/sites/$siteId/install" params={{ siteId }} kind="primary">
          {t("toSnippet")}
        </ButtonLink>
      </Empty>
    </div>
  );
}
