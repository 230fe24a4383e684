/** The questions of a report page: its address, and the answers, asked for anew while it is seen. */

import { keepPreviousData, queryOptions, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import { type BreakdownQuery, loadBreakdown, loadSummary, type ReportQuery } from "../api/calls";
import type { Breakdown } from "../api/types";
import { type Question, questionOf, searchOf } from "./question";

const route = getRouteApi("/inside/sites/$siteId/");

const EACH_MS = 30_000;

const keyOf = (siteId: string, ...rest: unknown[]) => ["sites", siteId, "report", ...rest];

export const summaryQuery = (query: ReportQuery) =>
  queryOptions({
    queryKey: keyOf(query.siteId, "summary", query),
    queryFn: () => loadSummary(query),
    refetchInterval: EACH_MS,
    // A new question keeps the old answer on the screen until its own is there.
    placeholderData: keepPreviousData,
  });

export const breakdownQuery = (query: BreakdownQuery) =>
  queryOptions({
    queryKey: keyOf(query.siteId, "breakdown", query.dimension, query),
    queryFn: () => loadBreakdown(query),
    refetchInterval: EACH_MS,
    // Likewise, but the values of one dimension are none of another.
    placeholderData: (before: Breakdown | undefined, asked) =>
      asked?.queryKey[4] === query.dimension ? before : undefined,
  });

/** Answer the function that has all of a site's figures asked for anew. */
export function useRefresh(siteId: string): () => Promise<void> {
  const answers = useQueryClient();
  return () => answers.invalidateQueries({ queryKey: keyOf(siteId) });
}

export interface Asking {
  siteId: string;
  question: Question;
  /** Ask something else; the browser's back button leads to what was asked before. */
  ask(change: Partial<Question>): void;
}

/** Answer what the address of the report page asks. */
export function useAsking(): Asking {
  const { siteId } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  return useMemo(() => {
    const question = questionOf({ ...search });
    return {
      siteId,
      question,
      ask: (change) =>
        void navigate({ search: searchOf({ ...question, ...change }), resetScroll: false }),
    };
  }, [siteId, search, navigate]);
}
