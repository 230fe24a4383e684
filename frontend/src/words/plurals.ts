/** Counted words, which bend by their number. */

import type { Language } from "../app/preferences";

type Forms = Partial<Record<Intl.LDMLPluralRule, string>>;

const NEW_EVENTS: Record<Language, Forms> = {
  en: { one: "new event", other: "new events" },
  ru: { one: "новое событие", few: "новых события", other: "новых событий" },
};

/** Answer a number with the word in the form that goes with it. */
export function newEvents(language: Language, count: number): string {
  const forms = NEW_EVENTS[language];
  return `${count} ${forms[new Intl.PluralRules(language).select(count)] ?? forms.other}`;
}
