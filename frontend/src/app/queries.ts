/** The query client, the queries that several pages use, and the cache's end with the user's. */

import { QueryClient, queryOptions } from "@tanstack/react-query";
import { loadKeys, loadSite, loadSites, loadSnippet } from "../api/calls";
import { ApiError } from "../api/problem";
import type { Session } from "../auth/session";

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

/** Clear the cache and call `onChange` when the user logs out or changes. */
export function watchUser(session: Session, client: QueryClient, onChange: () => void): void {
  const idOf = () => {
    const state = session.state();
    return state.kind === "in" ? state.user.id : null;
  };
  let known = idOf();
  session.subscribe(() => {
    const id = idOf();
    if (id === known) return;
    const wasSomebody = known !== null;
    known = id;
    if (!wasSomebody) return;
    client.clear();
    onChange();
  });
}
