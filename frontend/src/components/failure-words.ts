/** Describes a failed call: what happened, and what to do. */

import { ApiError } from "../api/problem";
import { wait } from "../words/formats";
import type { Word, Words } from "../words/words";

export interface FailureWords {
  what: string;
  help: string;
  request: string | null;
}

const WHAT: Record<number, Word> = {
  0: "errorNetwork",
  400: "errorRefused",
  401: "errorUnauthenticated",
  403: "errorForbidden",
  404: "errorNotFound",
  409: "errorConflict",
  429: "errorTooMany",
  503: "errorAway",
};

const HELP: Record<number, Word> = { 0: "helpNetwork", 404: "helpNotFound" };

/** Return title, help and request id of a failure. */
export function failureWords(failure: unknown, { t, language }: Words): FailureWords {
  if (!(failure instanceof ApiError)) {
    return { what: t("unexpected"), help: t("helpUnexpected"), request: null };
  }
  const { status, requestId, retryAfterS, fields, detail } = failure;
  const isServers = status >= 500;
  let help = isServers ? t("helpServer") : detail;
  const known = HELP[status];
  if (known) help = t(known);
  if (retryAfterS !== null && (status === 429 || status === 503)) {
    help = t("helpTooMany", { wait: wait(language, retryAfterS) });
  }
  // The form may not show the field that was refused, so give the whole message.
  if (status === 400 && fields.length) {
    help = fields.map((field) => `${field.field}: ${field.message}`).join(" ");
  }
  return {
    what: t(WHAT[status] ?? (isServers ? "errorServer" : "errorRefused")),
    help,
    request: requestId && (isServers || status === 429) ? requestId : null,
  };
}
