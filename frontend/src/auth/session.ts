/** The session: the access token in memory, its renewal by the cookie, the logged-in user. */

import { ApiError, problemOf } from "../api/problem";
import type { LoggedIn, User } from "../api/types";

export type SessionState = { kind: "unknown" } | { kind: "out" } | { kind: "in"; user: User };

export interface Session {
  state(): SessionState;
  subscribe(listener: () => void): () => void;
  /** Look up by the cookie who is logged in; a no-op once known. Raise `ApiError`. */
  start(): Promise<void>;
  /** Start the session of a response of `register`, `login` or `refresh`. */
  begin(answer: LoggedIn): void;
  /** Replace the user's profile. */
  update(user: User): void;
  /** Forget token and user. */
  clear(): void;
  /** Send a call as the user, with a new token if the old one has expired. Raise `ApiError`. */
  send(path: string, init?: RequestInit): Promise<Response>;
}

const TIMEOUT_MS = 15_000;
const MARGIN_MS = 10_000;

type Fetch = (path: string, init: RequestInit) => Promise<Response>;

/** Create a session over `fetch`, which tests replace. */
export function createSession(
  fetcher: Fetch = (path, init) => fetch(path, init),
  now: () => number = () => performance.now(),
): Session {
  let state: SessionState = { kind: "unknown" };
  let token: string | null = null;
  let goodUntil = 0;
  let renewal: Promise<void> | null = null;
  const listeners = new Set<() => void>();

  function become(next: SessionState): void {
    state = next;
    for (const listener of listeners) listener();
  }

  async function plain(path: string, init: RequestInit = {}): Promise<Response> {
    try {
      return await fetcher(path, {
        cache: "no-store",
        signal: AbortSignal.timeout(TIMEOUT_MS),
        ...init,
      });
    } catch {
      throw new ApiError(0);
    }
  }

  function begin(answer: LoggedIn): void {
    token = answer.token;
    goodUntil = now() + answer.expiresIn * 1000;
    become({ kind: "in", user: answer.user });
  }

  function clear(): void {
    token = null;
    become({ kind: "out" });
  }

  async function askForRenewal(): Promise<void> {
    const response = await plain("/auth/refresh", { method: "POST" });
    if (response.ok) begin((await response.json()) as LoggedIn);
    else if (response.status === 401) clear();
    else throw await problemOf(response);
  }

  // Parallel calls share one renewal: a second one would rotate the cookie again.
  function renew(): Promise<void> {
    renewal ??= askForRenewal().finally(() => {
      renewal = null;
    });
    return renewal;
  }

  function sendWith(used: string | null, path: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers);
    if (used) headers.set("Authorization", `Bearer ${used}`);
    return plain(path, { ...init, headers });
  }

  return {
    state: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async start() {
      if (state.kind === "unknown") await renew();
    },
    begin,
    update(user) {
      if (state.kind === "in") become({ kind: "in", user });
    },
    clear,
    async send(path, init = {}) {
      if (token && now() > goodUntil - MARGIN_MS) await renew();
      const used = token;
      const response = await sendWith(used, path, init);
      if (response.status !== 401 || !used) return response;
      // Another call may have renewed the token meanwhile.
      if (token === used) await renew();
      return token ? sendWith(token, path, init) : response;
    },
  };
}

export const session = createSession();
