/** The texts of the dashboard in the chosen language. */

import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { keepLanguage, type Language, preferredLanguage } from "../app/preferences";
import { EN, type Word } from "./en";
import { RU } from "./ru";

export type { Language, Word };

const WORDS: Record<Language, Record<Word, string>> = { en: EN, ru: RU };

export interface Words {
  language: Language;
  setLanguage(language: Language): void;
  /** Return a text with the values for its `{names}`. */
  t(word: Word, values?: Record<string, string>): string;
}

/** Return the texts of a language. */
export function wordsOf(language: Language, setLanguage: Words["setLanguage"] = () => {}): Words {
  return {
    language,
    setLanguage,
    t: (word, values = {}) =>
      WORDS[language][word].replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole),
  };
}

/** Return whether any text is the key of a word. */
export const isWord = (key: string): key is Word => Object.hasOwn(EN, key);

const Context = createContext<Words>(wordsOf("en"));

export const useWords = (): Words => useContext(Context);

export function WordsProvider({ children }: { children: ReactNode }) {
  const [language, choose] = useState(preferredLanguage);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const words = useMemo(
    () =>
      wordsOf(language, (chosen) => {
        keepLanguage(chosen);
        choose(chosen);
      }),
    [language],
  );
  return <Context value={words}>{children}</Context>;
}
