/** The dialog about bots, whom no other part of a report counts: who they were, what they asked for. */

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { BotsParams } from "../api/calls";
import type { BotRow, Summary } from "../api/types";
import { TabButtons } from "../components/choice";
import { Dialog } from "../components/dialog";
import { QueryContent } from "../components/states";
import { type Column, Table } from "../components/table";
import { fullCount } from "../words/formats";
import { reasonName } from "../words/values";
import { useWords, type Words } from "../words/words";
import { PAGE_SIZE, Pages } from "./details-dialog";
import { valueName } from "./names";
import { apiParams } from "./query";
import { botsQuery, type ReportState } from "./use-report";

type BotDimension = BotsParams["dimension"];

const TABS = ["browser", "page", "source", "country", "network"] as const;

/** A bot's browser is the name that it gives itself. */
const headingOf = (dimension: BotDimension, { t }: Words): string =>
  t(dimension === "browser" ? "botName" : dimension);

interface BotsDialogProps extends Pick<ReportState, "siteId" | "query"> {
  bots: Summary["bots"];
  onClose(): void;
}

export function BotsDialog({ siteId, query, bots, onClose }: BotsDialogProps) {
  const words = useWords();
  const { t, language } = words;
  const [dimension, setDimension] = useState<BotDimension>("browser");
  const [reason, setReason] = useState("");
  const [page, setPage] = useState(1);
  const { compare: _, filter: __, ...params } = apiParams(siteId, query);
  const answer = useQuery(
    botsQuery({ ...params, dimension, ...(reason && { reason }), limit: PAGE_SIZE, page }),
  );

  return (
    <Dialog title={t("bots")} onClose={onClose} isWide>
      <div className="rows-tools">
        <select
          aria-label={t("botReason")}
          value={reason}
          onChange={({ target }) => {
            setReason(target.value);
            setPage(1);
          }}
        >
          <option value="">{t("botAnyReason")}</option>
          {Object.entries(bots.byReason).map(([value, events]) => (
            <option key={value} value={value}>
              {`${reasonName("bot_", value, words)} · ${fullCount(language, events)}`}
            </option>
          ))}
        </select>
        <TabButtons
          label={t("bots")}
          tabs={TABS.map((value) => ({ value, text: headingOf(value, words) }))}
          chosen={dimension}
          onChoose={(value) => {
            setDimension(value);
            setPage(1);
          }}
        />
      </div>
      <QueryContent query={answer} lines={6}>
        {(data) =>
          data.rows.length === 0 ? (
            <p className="bars-empty">{t("noRows")}</p>
          ) : (
            <div className="rows-table" data-stale={answer.isPlaceholderData || undefined}>
              <Table
                caption={t("bots")}
                columns={columns(dimension, words)}
                rows={data.rows}
                // Pages stored by old versions may share a name.
                keyOf={(_, place) => String(place)}
              />
              <Pages answer={data} page={page} onPage={setPage} />
            </div>
          )
        }
      </QueryContent>
    </Dialog>
  );
}

function columns(dimension: BotDimension, words: Words): Column<BotRow>[] {
  const { t, language } = words;
  const numbers = ["pageviews", "events", "visitors"] as const;
  return [
    {
      heading: headingOf(dimension, words),
      isName: true,
      cell: ({ value }) => <bdi>{valueName(dimension, value, words)}</bdi>,
    },
    ...numbers.map(
      (name): Column<BotRow> => ({
        heading: t(name),
        isNumber: true,
        cell: (row) => fullCount(language, row[name]),
      }),
    ),
  ];
}
