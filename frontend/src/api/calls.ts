/** The API calls that the dashboard makes. Each raises `ApiError`. */

import type { Language } from "../words/words";
import { call, type FilePage, loadPage } from "./call";
import type {
  AccountChanges,
  BotBreakdown,
  Breakdown,
  Compare,
  Dataset,
  Dimension,
  EventPage,
  NewGoal,
  NewSite,
  Period,
  QualityReport,
  Registration,
  Scope,
  SiteChanges,
  Summary,
} from "./types";

export const register = (body: Registration) => call("post", "/auth/register", { body });

export const logIn = (email: string, password: string) =>
  call("post", "/auth/login", { body: { email, password } });

export const logOut = () => call("post", "/auth/logout");

export const logOutEverywhere = () => call("post", "/auth/logout", { body: { everywhere: true } });

export const requestPasswordReset = (email: string) =>
  call("post", "/auth/password/forgot", { body: { email } });

export const resetPassword = (token: string, password: string, revokeKeys: boolean) =>
  call("post", "/auth/password/reset", { body: { token, password, revokeKeys } });

/** Confirm an address; without a session of its account a password is needed, which it then has. */
export const confirmEmail = (token: string, password?: string) =>
  call("post", "/auth/confirm", { body: { token, ...(password !== undefined && { password }) } });

export const requestConfirmation = () => call("post", "/auth/me/confirmation");

export const invite = (email: string, language: Language) =>
  call("post", "/auth/invitations", { body: { email, language } });

export const loadMe = () => call("get", "/auth/me");

export const changeMe = (body: AccountChanges) => call("patch", "/auth/me", { body });

export const deleteMe = (password: string) => call("delete", "/auth/me", { body: { password } });

export const loadSites = async () => (await call("get", "/api/v1/sites")).sites;

export const loadSite = (id: string) => call("get", "/api/v1/sites/{id}", { path: { id } });

export const addSite = (body: NewSite) => call("post", "/api/v1/sites", { body });

export const changeSite = (id: string, body: SiteChanges) =>
  call("patch", "/api/v1/sites/{id}", { path: { id }, body });

export const deleteSite = (id: string) => call("delete", "/api/v1/sites/{id}", { path: { id } });

export const loadSnippet = async (id: string) =>
  (await call("get", "/api/v1/sites/{id}/snippet", { path: { id } })).html;

export const loadKeys = async () => (await call("get", "/api/v1/keys")).keys;

export const makeKey = (name: string, scopes: Scope[], currentPassword: string) =>
  call("post", "/api/v1/keys", { body: { name, scopes, currentPassword } });

export const revokeKey = (id: string) => call("delete", "/api/v1/keys/{id}", { path: { id } });

export interface EventsParams {
  siteId: string;
  limit: number;
  eventType?: string | undefined;
  before?: string | undefined;
}

/** Load a page of a site's events, newest first. */
export const loadEvents = ({
  siteId,
  limit,
  eventType,
  before,
}: EventsParams): Promise<EventPage> =>
  call("get", "/api/v1/events", {
    query: { siteId, limit, eventType: eventType ?? null, before: before ?? null },
  });

export interface ReportParams {
  siteId: string;
  period: Period;
  compare: Compare;
  /** Dates of a custom period. */
  from?: string;
  to?: string;
  /** `dimension:op:value` each. */
  filter: string[];
}

export const loadSummary = (query: ReportParams): Promise<Summary> =>
  call("get", "/api/v1/reports/summary", { query });

export const loadQuality = (
  query: Omit<ReportParams, "compare" | "filter">,
): Promise<QualityReport> => call("get", "/api/v1/reports/quality", { query });

export interface BreakdownParams extends Omit<ReportParams, "compare"> {
  dimension: Dimension;
  /** The event whose payload is wanted. */
  event?: string;
  goal?: string;
  search?: string;
  limit: number;
  /** From 1. */
  page: number;
}

export const loadBreakdown = (query: BreakdownParams): Promise<Breakdown> =>
  call("get", "/api/v1/reports/breakdown", { query });

export interface BotsParams extends Omit<ReportParams, "compare" | "filter"> {
  dimension: Exclude<Dimension, "payload" | "entry_page" | "exit_page" | "outbound" | "download">;
  reason?: string;
  limit: number;
  /** From 1. */
  page: number;
}

export const loadBots = (query: BotsParams): Promise<BotBreakdown> =>
  call("get", "/api/v1/reports/bots", { query });

export interface ExportParams extends Omit<ReportParams, "compare"> {
  dataset: Dataset;
  timezone: string;
  /** The event whose payload is wanted. */
  event?: string;
}

/** Load a page of an export as CSV for spreadsheets: the first, or the one at `next`. */
export const loadExport = (
  query: ExportParams,
  next: string | null,
  signal: AbortSignal,
): Promise<FilePage> => loadPage("/api/v1/export", { ...query, bom: true, next }, signal);

export const addGoal = (siteId: string, body: NewGoal) =>
  call("post", "/api/v1/sites/{id}/goals", { path: { id: siteId }, body });

export const deleteGoal = (siteId: string, goalId: string) =>
  call("delete", "/api/v1/sites/{id}/goals/{goalId}", { path: { id: siteId, goalId } });

export const eraseVisitor = (siteId: string, userId: string) =>
  call("post", "/api/v1/sites/{id}/erasures", { path: { id: siteId }, body: { userId } });

export const auditSite = (siteId: string) =>
  call("post", "/api/v1/sites/{id}/audits", { path: { id: siteId } });

export const loadJob = (id: string) => call("get", "/api/v1/jobs/{id}", { path: { id } });
