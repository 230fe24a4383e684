/** The state of a report page: the query in its address, and the data, refetched every 30 s. */

import { keepPreviousData, queryOptions, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import {
  type BotsParams,
  type BreakdownParams,
  loadBots,
  loadBreakdown,
  loadQuality,
  loadSummary,
  type ReportParams,
} from "../api/calls";
import type { BotBreakdown, Breakdown } from "../api/types";
import { queryFromSearch, type ReportQuery, searchFromQuery } from "./query";

const route = getRouteApi("/app/sites/$siteId/");

const REFETCH_MS = 30_000;

const keyOf = (siteId: string, ...rest: unknown[]) => ["sites", siteId, "report", ...rest];

export const summaryQuery = (params: ReportParams) =>
  queryOptions({
    queryKey: keyOf(params.siteId, "summary", params),
    queryFn: () => loadSummary(params),
    refetchInterval: REFETCH_MS,
    // Show the previous data until that of a new query has arrived.
    placeholderData: keepPreviousData,
  });

export const qualityQuery = (params: Parameters<typeof loadQuality>[0]) =>
  queryOptions({
    queryKey: keyOf(params.siteId, "quality", params),
    queryFn: () => loadQuality(params),
    refetchInterval: REFETCH_MS,
  });

export const breakdownQuery = (params: BreakdownParams) =>
  queryOptions({
    queryKey: keyOf(params.siteId, "breakdown", params.dimension, params),
    queryFn: () => loadBreakdown(params),
    refetchInterval: REFETCH_MS,
    // Likewise, but never the values of another dimension.
    placeholderData: (previous: Breakdown | undefined, previousQuery) =>
      previousQuery?.queryKey[4] === params.dimension ? previous : undefined,
  });

export const botsQuery = (params: BotsParams) =>
  queryOptions({
    queryKey: keyOf(params.siteId, "bots", params.dimension, params),
    queryFn: () => loadBots(params),
    placeholderData: (previous: BotBreakdown | undefined, previousQuery) =>
      previousQuery?.queryKey[4] === params.dimension ? previous : undefined,
  });

/** Return a function that refetches all report data of a site. */
export function useRefresh(siteId: string): () => Promise<void> {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: keyOf(siteId) });
}

export interface ReportState {
  siteId: string;
  query: ReportQuery;
  /** Change the query and with it the address, as a new entry of the browser's history. */
  update(change: Partial<ReportQuery>): void;
}

/** Return the site and the query in the address of the report page. */
export function useReport(): ReportState {
  const { siteId } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  return useMemo(() => {
    const query = queryFromSearch({ ...search });
    return {
      siteId,
      query,
      update: (change) =>
        void navigate({ search: searchFromQuery({ ...query, ...change }), resetScroll: false }),
    };
  }, [siteId, search, navigate]);
}
