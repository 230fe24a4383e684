/** The notices of a report: what the data covers, filters that are invalid, no data. */

import { useQuery } from "@tanstack/react-query";
import type { Summary } from "../api/types";
import { Button } from "../components/button";
import { ButtonLink } from "../components/button-link";
import { Empty } from "../components/states";
import { useWords } from "../words/words";
import { timeInZone } from "./formats";
import { Quality } from "./quality";
import type { ReportQuery } from "./query";
import { type ReportState, summaryQuery } from "./use-report";

interface CoverageProps extends Pick<ReportState, "siteId" | "query"> {
  summary: Summary;
}

export function Coverage({ summary, ...asked }: CoverageProps) {
  const { t, language } = useWords();
  const { exact, comparison, through, range } = summary;
  const hasData = Date.parse(through) > 0;
  return (
    <div className="coverage">
      <p>
        {hasData
          ? t("through", { time: timeInZone(language, range.timezone, through, new Date()) })
          : t("throughNever")}
      </p>
      {!(exact && (comparison?.exact ?? true)) && <p>≈ {t("aboutText")}</p>}
      <Quality {...asked} summary={summary} />
    </div>
  );
}

export function InvalidFilters({ query, update }: ReportState) {
  const { t } = useWords();
  const { invalidFilters } = query;
  return (
    <div className="failure" role="alert">
      <strong>{t("invalidFilter")}</strong>
      <p>{t("invalidFilterText")}</p>
      {invalidFilters.map((text) => (
        <p key={text} className="invalid-filter">
          <code>
            <bdi>{text}</bdi>
          </code>
          <Button
            aria-label={t("dropFilterOf", { filter: text })}
            onClick={() =>
              update({ invalidFilters: invalidFilters.filter((each) => each !== text) })
            }
          >
            {t("dropFilter")}
          </Button>
        </p>
      ))}
    </div>
  );
}

export function EmptyReport({ siteId, query }: { siteId: string; query: ReportQuery }) {
  const { t } = useWords();
  const allTime = useQuery(summaryQuery({ siteId, period: "all", compare: "none", filter: [] }));
  if (!allTime.data) return null;
  const { visits, pageviews, events } = allTime.data.metrics;
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
