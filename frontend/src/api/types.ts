/** Short names for the shapes of the API. */

import type { components } from "./schema";

type Schemas = components["schemas"];

export type AccountChanges = Schemas["ChangedUser"];
export type EventPage = Schemas["EventPage"];
export type Key = Schemas["KeyView"];
export type LoggedIn = Schemas["Session"];
export type NewSite = Schemas["NewSite"];
export type Registration = Schemas["Registration"];
export type Scope = Schemas["Scope"];
export type Site = Schemas["SiteView"];
export type SiteChanges = Schemas["ChangedSite"];
export type TrackedEvent = Schemas["Event"];
export type User = Schemas["User"];
