/** The shapes of the API that the dashboard speaks of. */

export interface User {
  id: string;
  email: string;
  name: string | null;
  language: "en" | "ru";
  confirmed?: boolean;
  createdAt: string;
}

export interface LoggedIn {
  token: string;
  /** Seconds for which the token is good. */
  expiresIn: number;
  user: User;
}

export interface Site {
  id: string;
  url: string;
  name: string;
  trackingId: string;
  timezone: string;
  status: "active" | "paused";
  retentionDays: number;
  identity: "storage" | "cookieless";
  excludedIps: string[];
  allowedDomains: string[];
  createdAt: string;
  updatedAt: string;
}

export type SiteChanges = Partial<Omit<Site, "id" | "trackingId" | "createdAt" | "updatedAt">>;

export type Scope = "events:read" | "sites:read" | "sites:write";

export interface Key {
  id: string;
  name: string;
  prefix: string;
  scopes: Scope[];
  createdAt: string;
}

export interface NewKey extends Key {
  key: string;
}

export interface TrackedEvent {
  id: string;
  siteId: string;
  eventType: string;
  at: string;
  url: string | null;
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

export interface EventPage {
  events: TrackedEvent[];
  next: string | null;
}
