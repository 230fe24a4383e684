/** What of a period's events is in no report: bots, dropped events, ids with two contents. */

import { useQuery } from "@tanstack/react-query";
import { Fragment, useState } from "react";
import { createPortal } from "react-dom";
import type { Summary } from "../api/types";
import { Button } from "../components/button";
import { fullCount } from "../words/formats";
import { type ReasonPrefix, reasonName } from "../words/values";
import { useWords } from "../words/words";
import { BotsDialog } from "./bots-dialog";
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
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      {bots.events > 0 && (
        <p>
          {t("botsLeftOut", { count: fullCount(language, bots.events) })} (
          <Reasons counts={bots.byReason} prefix="bot_" />){" "}
          <Button kind="quiet" onClick={() => setOpen(true)}>
            {t("botsShow")}
          </Button>
        </p>
      )}
      {isOpen &&
        createPortal(
          <BotsDialog siteId={siteId} query={query} bots={bots} onClose={() => setOpen(false)} />,
          document.body,
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
  prefix: ReasonPrefix;
}

function Reasons({ counts, prefix }: ReasonsProps) {
  const words = useWords();
  const { language } = words;
  return Object.entries(counts).map(([reason, events], index) => {
    return (
      <Fragment key={reason}>
        {index > 0 && ", "}
        {reasonName(prefix, reason, words)} {fullCount(language, events)}
      </Fragment>
    );
  });
}
