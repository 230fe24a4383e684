/** What an export asks for, how its pages become one file, and what that is called. */

import type { FilePage } from "../api/call";
import type { ExportParams } from "../api/calls";
import type { Dataset, Range } from "../api/types";
import { apiParams, type ReportQuery } from "./query";

/** Of a file that is put together in the browser's memory. */
export const MAX_BYTES = 100_000_000;

/** An export that is larger than what is put together here. */
export class TooLarge extends Error {}

export interface Exported {
  dataset: Dataset;
  /** The event whose payload is exported. */
  event?: string;
}

/** Ask for what a report shows; its days by their dates, so that midnight does not move them. */
export function exportParams(
  siteId: string,
  query: ReportQuery,
  { from, to, timezone }: Range,
  exported: Exported,
): ExportParams {
  const { compare: _, ...asked } = apiParams(siteId, query);
  // All time may be longer than the dates of a custom period.
  const dates = asked.period !== "all" && ({ period: "custom", from, to } as const);
  return { ...asked, ...dates, timezone, ...exported };
}

const LONGEST_PART = 60;

/** Keep the letters and digits of a text, whatever its alphabet. */
const slug = (text: string): string =>
  [
    ...text
      .normalize("NFKC")
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}]+/gu, "-"),
  ]
    .slice(0, LONGEST_PART)
    .join("")
    .replace(/^-+|-+$/g, "");

/** Name a file: `quiet-leaf_events_2026-11-01_2026-11-22.csv`. */
export function fileName(site: string, { dataset, event }: Exported, { from, to }: Range): string {
  const what = dataset === "summary" ? "days" : dataset;
  return `${[slug(site), what, slug(event ?? ""), from, to].filter(Boolean).join("_")}.csv`;
}

/**
 * Answer the function that loads what is missing of an export and joins it. Called again after a
 * failure, it goes on where that happened. Raises `TooLarge`, and what `load` raises.
 */
export function joining(
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
      // The names of the columns stand on the first page alone.
      parts.push(page.body);
      bytes += page.body.size;
      next = page.next;
    } while (next !== null);
    return new Blob(parts, { type: "text/csv;charset=utf-8" });
  };
}
