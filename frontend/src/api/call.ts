/** Sends a call of the API, typed by the OpenAPI document. */

import { session } from "../auth/session";
import { ApiError, problemOf } from "./problem";
import type { paths } from "./schema";

type Verb = "get" | "post" | "patch" | "delete";

type Json<Part> = Part extends { content: { "application/json": infer Body } } ? Body : undefined;

type Success<Operation> = Operation extends { responses: infer Responses }
  ? Json<Responses[keyof Responses & (200 | 201 | 202 | 204)]>
  : never;

type Given<Operation> = Operation extends { parameters: infer Parameters }
  ? Pick<Parameters, keyof Parameters & ("path" | "query")> & {
      body?: Operation extends { requestBody?: infer Body } ? Json<NonNullable<Body>> : never;
    }
  : never;

type Value = string | number | boolean | null | undefined;

type Values = Record<string, Value | readonly string[]>;

/** Return the address of a call: path parameters filled in, the rest as query; lists repeat. */
export function address(template: string, path: Values = {}, query: Values = {}): string {
  const filled = template.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(`${path[name]}`));
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const each of Array.isArray(value) ? value : [value]) {
      if (each !== undefined && each !== null) given.append(name, String(each));
    }
  }
  return given.size ? `${filled}?${given}` : filled;
}

/** Send a call and return the body of its response. Raise `ApiError`. */
export async function call<
  Path extends keyof paths & string,
  Method extends Verb & keyof paths[Path],
>(
  method: Method,
  path: Path,
  given: Given<paths[Path][Method]> | Record<string, never> = {},
): Promise<Success<paths[Path][Method]>> {
  const { path: named, query, body } = given as { path?: Values; query?: Values; body?: object };
  const response = await session.send(address(path, named, query), {
    method: method.toUpperCase(),
    ...(body && {
      body: JSON.stringify(body),
      headers: { "Content-Type": "application/json" },
    }),
  });
  if (!response.ok) throw await problemOf(response);
  const answer = response.status === 204 ? undefined : await response.json();
  return answer as Success<paths[Path][Method]>;
}

/** A page of a file, and the cursor of the next one; null on the last. */
export interface FilePage {
  body: Blob;
  next: string | null;
}

/** Enough for a page of some megabytes. */
const PAGE_TIMEOUT_MS = 60_000;

/** Load a page of a file. Raise `ApiError`, also if the signal aborts it. */
export async function loadPage(
  path: keyof paths & string,
  query: Values,
  signal: AbortSignal,
): Promise<FilePage> {
  const response = await session.send(address(path, {}, query), {
    signal: AbortSignal.any([signal, AbortSignal.timeout(PAGE_TIMEOUT_MS)]),
  });
  if (!response.ok) throw await problemOf(response);
  try {
    return { body: await response.blob(), next: response.headers.get("X-Next") };
  } catch {
    throw new ApiError(0);
  }
}
