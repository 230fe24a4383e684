/** Lists the filters in the address that cannot be parsed, each with a button to remove it. */

import { Button } from "../components/button";
import { useWords } from "../words/words";
import type { ReportState } from "./use-report";

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
