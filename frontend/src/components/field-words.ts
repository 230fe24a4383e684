/** Translates the API's errors of single fields. */

import type { FieldProblem } from "../api/problem";
import type { Word, Words } from "../words/words";

/** Patterns of the API's messages; the first that matches counts. */
const KNOWN: readonly [field: RegExp, message: RegExp, word: Word][] = [
  [/password/i, /common|known|guess/i, "fieldPasswordCommon"],
  [/password/i, /mail address/i, "fieldPasswordOwn"],
  [/password/i, /different|consist of blanks/i, "fieldPasswordPlain"],
  [/password/i, /letter|digit/i, "fieldPasswordMix"],
  [/password/i, /longer|short|at least/i, "fieldPasswordShort"],
  [/password/i, /wrong|not the|incorrect/i, "fieldWrongPassword"],
  [/email/i, /address|valid|e-mail|email/i, "fieldEmail"],
  [/^url$/i, /./, "fieldUrl"],
  [/timezone/i, /./, "fieldTimezone"],
  [/^excludedIps/, /./, "fieldNetwork"],
  [/^allowedDomains/, /./, "fieldDomain"],
  [/^retentionDays$/, /./, "fieldRetention"],
  [/^paceLimit$/, /./, "fieldPace"],
  [/scopes/i, /./, "fieldScopes"],
  [/^userId$/, /under way/i, "fieldErasures"],
  [/./, /required|missing|needed/i, "fieldRequired"],
  [/./, /greater than|less than|integer|between/i, "fieldNumber"],
  [/./, /at least|short/i, "fieldShort"],
  [/./, /at most|long/i, "fieldLong"],
];

/** Return the translated error of a field; an unknown one unchanged. */
export function fieldWords({ field, message }: FieldProblem, { t }: Words): string {
  const known = KNOWN.find(([name, text]) => name.test(field) && text.test(message));
  return known ? t(known[2]) : message;
}
