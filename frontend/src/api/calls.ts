/** Every call of the API that the dashboard makes. Each raises `ApiError`. */

import { session } from "../auth/session";
import { problemOf } from "./problem";
import type {
  EventPage,
  Key,
  LoggedIn,
  NewKey,
  Scope,
  Site,
  SiteChanges,
  TrackedEvent,
  User,
} from "./types";

type Method = "GET" | "POST" | "PATCH" | "DELETE";

async function call<Answer>(method: Method, path: string, body?: object): Promise<Answer> {
  const response = await session.send(path, {
    method,
    ...(body && {
      body: JSON.stringify(body),
      headers: { "Content-Type": "application/json" },
    }),
  });
  if (!response.ok) throw await problemOf(response);
  return (response.status === 204 ? undefined : await response.json()) as Answer;
}

const at = (id: string): string => encodeURIComponent(id);

export interface Registration {
  email: string;
  password: string;
  name?: string;
  language: "en" | "ru";
  invitation?: string;
}

export const register = (form: Registration) => call<LoggedIn>("POST", "/auth/register", form);

export const logIn = (email: string, password: string) =>
  call<LoggedIn>("POST", "/auth/login", { email, password });

export const logOut = () => call<void>("POST", "/auth/logout");

export const logOutEverywhere = () => call<void>("POST", "/auth/logout", { everywhere: true });

export const forgetPassword = (email: string) =>
  call<void>("POST", "/auth/password/forgot", { email });

export const resetPassword = (token: string, password: string) =>
  call<void>("POST", "/auth/password/reset", { token, password });

export const confirmAddress = (token: string) => call<void>("POST", "/auth/confirm", { token });

export const loadMe = () => call<User>("GET", "/auth/me");

export interface AccountChanges {
  name?: string | null;
  language?: "en" | "ru";
  password?: string;
  currentPassword?: string;
}

export const changeMe = (changes: AccountChanges) => call<User>("PATCH", "/auth/me", changes);

export const deleteMe = (password: string) => call<void>("DELETE", "/auth/me", { password });

export const loadSites = async () => (await call<{ sites: Site[] }>("GET", "/api/v1/sites")).sites;

export const loadSite = (id: string) => call<Site>("GET", `/api/v1/sites/${at(id)}`);

export const addSite = (site: SiteChanges) => call<Site>("POST", "/api/v1/sites", site);

export const changeSite = (id: string, changes: SiteChanges) =>
  call<Site>("PATCH", `/api/v1/sites/${at(id)}`, changes);

export const deleteSite = (id: string) => call<void>("DELETE", `/api/v1/sites/${at(id)}`);

export const loadSnippet = async (id: string) =>
  (await call<{ html: string }>("GET", `/api/v1/sites/${at(id)}/snippet`)).html;

export const loadKeys = async () => (await call<{ keys: Key[] }>("GET", "/api/v1/keys")).keys;

export const makeKey = (name: string, scopes: Scope[]) =>
  call<NewKey>("POST", "/api/v1/keys", { name, scopes });

export const revokeKey = (id: string) => call<void>("DELETE", `/api/v1/keys/${at(id)}`);

export interface EventQuery {
  siteId: string;
  limit: number;
  eventType?: string | undefined;
  before?: string | undefined;
}

/** Load a page of a site's events, newest first. */
export function loadEvents({ siteId, limit, eventType, before }: EventQuery): Promise<EventPage> {
  const query = new URLSearchParams({ siteId, limit: String(limit) });
  if (eventType) query.set("eventType", eventType);
  if (before) query.set("before", before);
  return call<EventPage>("GET", `/api/v1/events?${query}`);
}

export type { TrackedEvent };
