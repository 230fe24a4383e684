/**
 * Loads the demo site's events with its API key, and tells apart the five ways to fail. The key is
 * at the local port, which answers on the machine itself alone.
 */

import type { EventPage } from "../../src/api/types";

export interface Demo {
  siteId: string;
  apiKey: string;
  shop: string;
}

export type Fault = "Away" | "Demo" | "Refused" | "Server" | "Network";

export class DemoError extends Error {
  constructor(
    readonly fault: Fault,
    readonly requestId: string | null = null,
  ) {
    super(fault);
  }
}

/** How many events the page shows. */
export const MAX_ROWS = 50;

const TIMEOUT_MS = 10_000;

async function get(address: string, apiKey?: string, silence: Fault = "Network") {
  try {
    return await fetch(address, {
      headers: apiKey ? { Authorization: `Bearer ${apiKey}` } : {},
      cache: "no-store",
      credentials: "omit",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch {
    throw new DemoError(silence);
  }
}

async function body<T>(response: Response): Promise<T> {
  try {
    return (await response.json()) as T;
  } catch {
    throw new DemoError("Server", response.headers.get("X-Request-Id"));
  }
}

async function loadDemo(): Promise<Demo> {
  const where = await get("/demo/local.json");
  if (!where.ok) throw new DemoError(where.status === 404 ? "Away" : "Server");
  const { origin } = await body<{ origin: string }>(where);
  const response = await get(`${origin}/demo.json`, undefined, "Away");
  if (!response.ok) throw new DemoError(response.status === 404 ? "Demo" : "Server");
  return body<Demo>(response);
}

async function loadNewest({ siteId, apiKey }: Demo): Promise<EventPage> {
  const query = new URLSearchParams({ siteId, limit: String(MAX_ROWS) });
  const response = await get(`/api/v1/events?${query}`, apiKey);
  if (!response.ok) {
    const isRefused = [401, 403, 404].includes(response.status);
    throw new DemoError(isRefused ? "Refused" : "Server", response.headers.get("X-Request-Id"));
  }
  return body<EventPage>(response);
}

/**
 * Return a function that loads the newest events. It calls back with the demo site first, and
 * loads that again after a failure, as the site may have been set up again. Raises `DemoError`.
 */
export function demoEvents(onDemo: (demo: Demo) => void): () => Promise<EventPage> {
  let demo: Demo | undefined;
  return async () => {
    try {
      if (!demo) {
        demo = await loadDemo();
        onDemo(demo);
      }
      return await loadNewest(demo);
    } catch (failure) {
      demo = undefined;
      throw failure;
    }
  };
}
