/** The questions that pages share, and when their answers are asked for anew. */

import { QueryClient, queryOptions } from "@tanstack/react-query";
import { loadKeys, loadSite, loadSites, loadSnippet } from "../api/calls";
import { ApiError } from "../api/problem";

const TRIES = 2;

const isPassing = (failure: Error): boolean =>
  failure instanceof ApiError && (failure.status === 0 || failure.status === 503);

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: (count, failure) => count < TRIES && isPassing(failure),
    },
  },
});

export const sitesQuery = queryOptions({ queryKey: ["sites"], queryFn: loadSites });

export const siteQuery = (id: string) =>
  queryOptions({ queryKey: ["sites", id], queryFn: () => loadSite(id) });

export const snippetQuery = (id: string) =>
  queryOptions({ queryKey: ["sites", id, "snippet"], queryFn: () => loadSnippet(id) });

export const keysQuery = queryOptions({ queryKey: ["keys"], queryFn: loadKeys });
