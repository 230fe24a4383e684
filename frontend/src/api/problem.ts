/** The error of a failed call: a problem that the API reported, or no response at all. */

export interface FieldProblem {
  field: string;
  message: string;
}

/** A failed call; `status` is 0 if there was no response. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly detail: string = "",
    readonly requestId: string | null = null,
    readonly fields: readonly FieldProblem[] = [],
    readonly retryAfterS: number | null = null,
  ) {
    super(`${status} ${detail}`);
  }
}

const isFieldProblem = (value: unknown): value is FieldProblem =>
  typeof value === "object" &&
  value !== null &&
  typeof (value as FieldProblem).field === "string" &&
  typeof (value as FieldProblem).message === "string";

/** Parse an RFC 9457 response; any other body still gives status and request id. */
export async function problemOf(response: Response): Promise<ApiError> {
  const body: Record<string, unknown> = await response.json().catch(() => ({}));
  const wait = Number(response.headers.get("Retry-After") ?? Number.NaN);
  return new ApiError(
    response.status,
    typeof body?.detail === "string" ? body.detail : "",
    response.headers.get("X-Request-Id"),
    Array.isArray(body?.errors) ? body.errors.filter(isFieldProblem) : [],
    Number.isFinite(wait) ? wait : null,
  );
}

const STATUSES = [400, 401, 403, 404, 410];

export const isExpiredLink = (failure: unknown): boolean =>
  failure instanceof ApiError &&
  STATUSES.includes(failure.status) &&
  failure.fields.every((field) => field.field === "token");

/** Whether a refusal names the password, and nothing else. */
export const wantsPassword = (failure: unknown): boolean =>
  failure instanceof ApiError &&
  failure.status === 400 &&
  failure.fields.length > 0 &&
  failure.fields.every((field) => field.field === "password");
