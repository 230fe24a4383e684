/** Short names for the shapes of the API. */

import type { components, paths } from "./schema";

type Schemas = components["schemas"];

export type AccountChanges = Schemas["ChangedUser"];
export type BotBreakdown = Schemas["BotBreakdown"];
export type BotRow = Schemas["BotRow"];
export type Breakdown = Schemas["Breakdown"];
export type Compare = Schemas["Compare"];
export type Dataset = paths["/api/v1/export"]["get"]["parameters"]["query"]["dataset"];
export type Dimension =
  paths["/api/v1/reports/breakdown"]["get"]["parameters"]["query"]["dimension"];
export type EventPage = Schemas["EventPage"];
export type GoalFigures = Schemas["GoalFigures"];
export type Job = Schemas["JobView"];
export type Key = Schemas["KeyView"];
export type LoggedIn = Schemas["Session"];
export type Metrics = Schemas["Metrics"];
export type NewGoal = Schemas["GoalDraft"];
export type NewSite = Schemas["NewSite"];
export type Period = Schemas["Period"];
export type Point = Schemas["Point"];
export type Range = Schemas["RangeView"];
export type Registration = Schemas["Registration"];
export type Row = Schemas["Row"];
export type Scope = Schemas["Scope"];
export type Site = Schemas["SiteView"];
export type SiteChanges = Schemas["ChangedSite"];
export type QualityReport = Schemas["QualityReport"];
export type Summary = Schemas["Summary"];
export type TrackedEvent = Schemas["Event"];
export type User = Schemas["User"];
