/** The export of a report: its parameters, the download page by page, and the menu. */

import * as Menu from "@radix-ui/react-dropdown-menu";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { address, type FilePage } from "../api/call";
import { type ExportParams, loadExport } from "../api/calls";
import type { Dataset, Range } from "../api/types";
import { siteQuery } from "../app/queries";
import { Button } from "../components/button";
import { Failure } from "../components/states";
import { useWords, type Word } from "../words/words";
import { megabytes } from "./formats";
import { apiParams, type ReportQuery } from "./query";
import type { ReportState } from "./use-report";

/** The largest file that is assembled in the browser's memory. */
export const MAX_BYTES = 100_000_000;

/** An export larger than `MAX_BYTES`. */
export class TooLarge extends Error {}

export interface ExportSelection {
  dataset: Dataset;
  /** The event whose payload is exported. */
  event?: string;
}

/** Return the parameters of what a report shows, with fixed dates: midnight must not move them. */
export function exportParams(
  siteId: string,
  query: ReportQuery,
  { from, to, timezone }: Range,
  selection: ExportSelection,
): ExportParams {
  const { compare: _, ...params } = apiParams(siteId, query);
  // All time may be longer than a custom period is allowed to be.
  const dates = params.period !== "all" && ({ period: "custom", from, to } as const);
  return { ...params, ...dates, timezone, ...selection };
}

const MAX_PART = 60;

/** Return the letters and digits of a text, in any alphabet, joined by hyphens. */
const slug = (text: string): string =>
  [
    ...text
      .normalize("NFKC")
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}]+/gu, "-"),
  ]
    .slice(0, MAX_PART)
    .join("")
    .replace(/^-+|-+$/g, "");

/** Return a file name such as `quiet-leaf_events_2026-11-01_2026-11-22.csv`. */
export function fileName(
  site: string,
  { dataset, event }: ExportSelection,
  { from, to }: Range,
): string {
  const what = dataset === "summary" ? "days" : dataset;
  return `${[slug(site), what, slug(event ?? ""), from, to].filter(Boolean).join("_")}.csv`;
}

/**
 * Return a function that loads the missing pages of an export and joins them all. Called again
 * after a failure, it continues where that happened. Raises `TooLarge`, and what `load` raises.
 */
export function joinPages(
  load: (next: string | null, signal: AbortSignal) => Promise<FilePage>,
  onBytes: (bytes: number) => void,
): (signal: AbortSignal) => Promise<Blob> {
  const parts: Blob[] = [];
  let bytes = 0;
  let next: string | null = null;
  return async (signal) => {
    do {
      if (bytes > MAX_BYTES) throw new TooLarge();
      onBytes(bytes);
      const page: FilePage = await load(next, signal);
      signal.throwIfAborted();
      // Only the first page has a header line.
      parts.push(page.body);
      bytes += page.body.size;
      next = page.next;
    } while (next !== null);
    return new Blob(parts, { type: "text/csv;charset=utf-8" });
  };
}

type State =
  | { kind: "none" }
  | { kind: "running"; bytes: number }
  | { kind: "done"; name: string }
  | { kind: "failed"; failure: unknown; params: ExportParams; onRetry(): void };

export interface Download {
  state: State;
  start(params: ExportParams, name: string): void;
  cancel(): void;
}

/** Run one download at a time; unmounting cancels it. */
export function useDownload(): Download {
  const [state, setState] = useState<State>({ kind: "none" });
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);

  function start(params: ExportParams, name: string): void {
    const join = joinPages(
      (next, signal) => loadExport(params, next, signal),
      (bytes) => setState({ kind: "running", bytes }),
    );
    const run = async (): Promise<void> => {
      running.current = new AbortController();
      const { signal } = running.current;
      try {
        saveFile(await join(signal), name);
        setState({ kind: "done", name });
      } catch (failure) {
        if (signal.aborted) return;
        setState({ kind: "failed", failure, params, onRetry: () => void run() });
      }
    };
    void run();
  }

  function cancel(): void {
    running.current?.abort();
    setState({ kind: "none" });
  }

  return { state, start, cancel };
}

export function DownloadState({ state, cancel }: Download) {
  const { t, language } = useWords();
  switch (state.kind) {
    case "none":
      return null;
    case "running":
      return (
        <div className="download" aria-busy="true">
          <span role="status">{t("exporting", { size: megabytes(language, state.bytes) })}</span>
          <Button onClick={cancel}>{t("cancel")}</Button>
        </div>
      );
    case "done":
      return (
        <p className="download" role="status">
          {t("exported", { name: state.name })}
        </p>
      );
    case "failed":
      return state.failure instanceof TooLarge ? (
        <TooLargeNotice params={state.params} />
      ) : (
        <Failure failure={state.failure} onRetry={state.onRetry} />
      );
  }
}

function TooLargeNotice({ params }: { params: ExportParams }) {
  const { t, language } = useWords();
  return (
    <div className="failure" role="alert">
      <strong>{t("exportTooLarge", { size: megabytes(language, MAX_BYTES) })}</strong>
      <p>
        {t("exportTooLargeText")} <a href="/docs">{t("apiDocs")}</a>
      </p>
      <code>GET {address("/api/v1/export", {}, { ...params })}</code>
    </div>
  );
}

const DATASETS = [
  ["summary", "exportDays"],
  ["events", "exportEvents"],
] as const satisfies readonly (readonly [Dataset, Word])[];

interface ExportMenuProps extends ReportState {
  /** The dates of the report; undefined while it loads. */
  range: Range | undefined;
  download: Download;
}

export function ExportMenu({ siteId, query, range, download }: ExportMenuProps) {
  const { t } = useWords();
  const site = useQuery(siteQuery(siteId));
  const isReady = range !== undefined && download.state.kind !== "running";
  // Not modal: the modal one writes a style element, which the Content-Security-Policy forbids.
  return (
    <Menu.Root modal={false}>
      <Menu.Trigger className="choice button">{t("export")}</Menu.Trigger>
      <Menu.Portal>
        <Menu.Content className="menu" align="end" sideOffset={6} collisionPadding={8}>
          {DATASETS.map(([dataset, word]) => (
            <Menu.Item
              key={dataset}
              disabled={!isReady}
              onSelect={() =>
                range &&
                download.start(
                  exportParams(siteId, query, range, { dataset }),
                  fileName(site.data?.name ?? "", { dataset }, range),
                )
              }
            >
              {t(word)}
            </Menu.Item>
          ))}
        </Menu.Content>
      </Menu.Portal>
    </Menu.Root>
  );
}

/** Time for the browser to read the file. */
const TAKEN_MS = 60_000;

export function saveFile(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), TAKEN_MS);
}
