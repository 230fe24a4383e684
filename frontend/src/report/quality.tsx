/** What of a period's events is in no report: bots, dropped events, ids with two contents. */

import { useQuery } from "@tanstack/react-query";
import { Fragment } from "react";
import type { Summary } from "../api/types";
import { fullCount } from "../words/formats";
import { isWord, useWords } from "../words/words";
import { apiParams } from "./query";
import { qualityQuery, type ReportState } from "./use-report";

interface QualityProps extends Pick<ReportState, "siteId" | "query"> {
  summary: Summary;
}

export function Quality({ siteId, query, summary }: QualityProps) {
  const { t, language } = useWords();
  const { compare: _, filter: __, ...asked } = apiParams(siteId, query);
  const { data, isError } = useQuery(qualityQuery(asked));
  const { bots } = summary;
  return (
    <>
      {bots.events > 0 && (
        <p>
          {t("botsLeftOut", { count: fullCount(language, bots.events) })} (
          <Reasons counts={bots.byReason} prefix="bot_" />)
        </p>
      )}
      {isError && <p>{t("qualityUnknown")}</p>}
      {data && data.dropped.events > 0 && (
        <p>
          {t(data.dropped.isMore ? "droppedAtLeast" : "dropped", {
            count: fullCount(language, data.dropped.events),
          })}{" "}
          (<Reasons counts={data.dropped.byReason} prefix="dropped_" />)
        </p>
      )}
      {data && data.conflicts > 0 && (
        <p>{t("conflicts", { count: fullCount(language, data.conflicts) })}</p>
      )}
    </>
  );
}

interface ReasonsProps {
  counts: Record<string, number>;
  prefix: string;
}

function Reasons({ counts, prefix }: ReasonsProps) {
  const { t, language } = useWords();
  return Object.entries(counts).map(([reason, events], index) => {
    const key = `${prefix}${reason}`;
    return (
      <Fragment key={reason}>
        {index > 0 && ", "}
        {isWord(key) ? t(key) : reason} {fullCount(language, events)}
      </Fragment>
    );
  });
}
