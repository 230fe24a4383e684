/** The dialog with all values of a dimension: paged, searched, exported; also event payloads. */

import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { Breakdown, Range, Row } from "../api/types";
import { siteQuery } from "../app/queries";
import { Button } from "../components/button";
import { Dialog } from "../components/dialog";
import { QueryContent } from "../components/states";
import { type Column, Table } from "../components/table";
import { fullCount } from "../words/formats";
import { useWords, type Words } from "../words/words";
import { allColumns, headingOf, Name } from "./bar-table";
import { DownloadState, type ExportSelection, exportParams, fileName, useDownload } from "./export";
import { valueName } from "./names";
import { apiParams, type Dimension } from "./query";
import { breakdownQuery, type ReportState } from "./use-report";

export const PAGE_SIZE = 20;

/** Time without a key press after which the search starts. */
const SETTLED_MS = 250;

function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), SETTLED_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

interface DetailsDialogProps {
  report: ReportState;
  dimension: Dimension;
  onFilter(value: string): void;
  onClose(): void;
}

export function DetailsDialog({ report, dimension, onFilter, onClose }: DetailsDialogProps) {
  const words = useWords();
  const { t } = words;
  const [event, setEvent] = useState<string>();
  const [search, setSearch] = useState("");
  const [page, setPage] = useState(1);
  const sought = useSettled(search.trim());
  const { siteId, query } = report;
  const { compare: _, ...params } = apiParams(siteId, query);
  const { goal } = query;
  const shown = event === undefined ? dimension : "payload";
  const answer = useQuery(
    breakdownQuery({
      ...params,
      dimension: shown,
      ...(event !== undefined && { event }),
      ...(goal && { goal }),
      ...(sought && { search: sought }),
      limit: PAGE_SIZE,
      page,
    }),
  );

  const site = useQuery(siteQuery(siteId));
  const download = useDownload();

  function save(range: Range): void {
    const selection: ExportSelection = { dataset: shown, ...(event !== undefined && { event }) };
    const name = fileName(site.data?.name ?? "", selection, range);
    download.start(exportParams(siteId, query, range, selection), name);
  }

  function open(of: string | undefined): void {
    setEvent(of);
    setSearch("");
    setPage(1);
  }

  const title =
    event === undefined
      ? t(dimension)
      : t("payloadOf", { event: valueName("event", event, words) });
  return (
    <Dialog title={title} onClose={onClose} isWide>
      <div className="rows-tools">
        {event !== undefined && <Button onClick={() => open(undefined)}>{t("back")}</Button>}
        <input
          type="search"
          aria-label={t("search")}
          placeholder={t("search")}
          maxLength={200}
          value={search}
          onChange={(change) => {
            setSearch(change.target.value);
            setPage(1);
          }}
        />
        <Button
          aria-label={t("csvOfAll")}
          title={t("csvOfAll")}
          isBusy={download.state.kind === "running"}
          disabled={!answer.data || answer.isPlaceholderData}
          onClick={() => answer.data && save(answer.data.range)}
        >
          CSV
        </Button>
      </div>
      <DownloadState {...download} />
      <QueryContent query={answer} lines={6}>
        {(data) =>
          data.rows.length === 0 ? (
            <p className="bars-empty">{t(sought ? "noneFound" : "noRows")}</p>
          ) : (
            <div className="rows-table" data-stale={answer.isPlaceholderData || undefined}>
              <Table
                caption={title}
                columns={columns(words, shown, {
                  hasGoal: goal !== undefined,
                  answer: data,
                  onFilter,
                  onOpen: open,
                })}
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

interface Shown {
  hasGoal: boolean;
  answer: Breakdown;
  onFilter(value: string): void;
  onOpen(event: string): void;
}

function columns(
  words: Words,
  dimension: Dimension | "payload",
  { hasGoal, answer, onFilter, onOpen }: Shown,
): Column<Row>[] {
  const { t } = words;
  const isPayload = dimension === "payload";
  const name: Column<Row> = {
    heading: isPayload ? t("property") : t(dimension),
    isName: true,
    cell: (row) =>
      isPayload ? (
        <bdi>{valueName(dimension, row.value, words)}</bdi>
      ) : (
        <Name row={row} dimension={dimension} onFilter={onFilter} />
      ),
  };
  const numbers = allColumns(dimension, hasGoal).map(
    (column): Column<Row> => ({
      heading: headingOf(column, answer, words),
      isNumber: true,
      cell: (row) => column.text(row, words),
    }),
  );
  if (dimension !== "event") return [name, ...numbers];
  const carried: Column<Row> = {
    heading: t("payload"),
    cell: ({ value }) =>
      value && (
        <Button
          aria-label={t("payloadOf", { event: valueName("event", value, words) })}
          onClick={() => onOpen(value)}
        >
          {t("payloadOpen")}
        </Button>
      ),
  };
  return [name, ...numbers, carried];
}

interface PagesProps {
  answer: Pick<Breakdown, "total"> & { rows: readonly unknown[] };
  page: number;
  onPage(page: number): void;
}

export function Pages({ answer, page, onPage }: PagesProps) {
  const { t, language } = useWords();
  const first = (page - 1) * PAGE_SIZE + 1;
  const last = first + answer.rows.length - 1;
  const number = (value: number) => fullCount(language, value);
  return (
    <p className="pages">
      <Button disabled={page === 1} onClick={() => onPage(page - 1)}>
        {t("pageBefore")}
      </Button>
      <span role="status">
        {t("pageOf", { first: number(first), last: number(last), total: number(answer.total) })}
      </span>
      <Button disabled={last >= answer.total} onClick={() => onPage(page + 1)}>
        {t("pageAfter")}
      </Button>
    </p>
  );
}
