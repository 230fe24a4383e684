/** Tells a link of a mail that was used or is too old from other failures. */

import { ApiError } from "../api/problem";

const STATUSES = [400, 401, 403, 404, 410];

export const isExpiredLink = (failure: unknown): boolean =>
  failure instanceof ApiError &&
  STATUSES.includes(failure.status) &&
  failure.fields.every((field) => field.field === "token");
