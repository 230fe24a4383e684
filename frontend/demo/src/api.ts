/** What the page asks of the server, and the four ways in which that fails. */

export interface Demo {
  siteId: string;
  apiKey: string;
  shop: string;
}

/** An event as `GET /api/v1/events` answers it; what is unknown is null. */
export interface FeedEvent {
  id: string;
  eventType: string;
  at: string;
  path: string | null;
  title: string | null;
  country: string | null;
  region: string | null;
  city: string | null;
  browser: string | null;
  browserVersion: string | null;
  os: string | null;
  osVersion: string | null;
  device: string | null;
  bot: string | null;
  payload: Record<string, unknown> | null;
}

export type Failure = "Demo" | "Refused" | "Server" | "Network";

export class ApiError extends Error {
  constructor(
    readonly failure: Failure,
    readonly requestId: string | null = null,
  ) {
    super(failure);
  }
}

const PATIENCE_MS = 10_000;

async function get(path: string, apiKey?: string): Promise<Response> {
  try {
    return await fetch(path, {
      headers: apiKey ? { Authorization: `Bearer ${apiKey}` } : {},
      cache: "no-store",
      credentials: "omit",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
  } catch {
    throw new ApiError("Network");
  }
}

async function body<T>(response: Response): Promise<T> {
  try {
    return (await response.json()) as T;
  } catch {
    throw new ApiError("Server", response.headers.get("X-Request-Id"));
  }
}

/** Answer the demo site that was set up; raises `ApiError`. */
export async function loadDemo(): Promise<Demo> {
  const response = await get("/demo.json");
  if (!response.ok) throw new ApiError(response.status === 404 ? "Demo" : "Server");
  return body<Demo>(response);
}

/** Answer the site's newest 50 events, newest first; raises `ApiError`. */
export async function loadEvents(demo: Demo): Promise<FeedEvent[]> {
  const query = new URLSearchParams({ siteId: demo.siteId, limit: "50" });
  const response = await get(`/api/v1/events?${query}`, demo.apiKey);
  if (!response.ok) {
    const isRefused = [401, 403, 404].includes(response.status);
    throw new ApiError(isRefused ? "Refused" : "Server", response.headers.get("X-Request-Id"));
  }
  return (await body<{ events: FeedEvent[] }>(response)).events;
}
