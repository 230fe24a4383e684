/** Says in the reader's language what the API finds wrong with a field. */

import type { FieldProblem } from "../api/problem";
import type { Word, Words } from "../words/words";

/** What a message speaks of, by its words; the first that fits. */
const KNOWN: readonly [field: RegExp, message: RegExp, word: Word][] = [
  [/password/i, /common|known|guess/i, "fieldPasswordCommon"],
  [/password/i, /letter|digit/i, "fieldPasswordMix"],
  [/password/i, /longer|short|at least/i, "fieldPasswordShort"],
  [/password/i, /wrong|not the|incorrect/i, "fieldWrongPassword"],
  [/email/i, /address|valid|e-mail|email/i, "fieldEmail"],
  [/^url$/i, /./, "fieldUrl"],
  [/timezone/i, /./, "fieldTimezone"],
  [/^excludedIps/, /./, "fieldNetwork"],
  [/^allowedDomains/, /./, "fieldDomain"],
  [/scopes/i, /./, "fieldScopes"],
  [/./, /required|missing/i, "fieldRequired"],
  [/./, /greater than|less than|integer|between/i, "fieldNumber"],
  [/./, /at least|short/i, "fieldShort"],
  [/./, /at most|long/i, "fieldLong"],
];

/** Answer the message of a field in words of the language; an unknown one as the API put it. */
export function fieldWords({ field, message }: FieldProblem, { t }: Words): string {
  const known = KNOWN.find(([name, text]) => name.test(field) && text.test(message));
  return known ? t(known[2]) : message;
}
