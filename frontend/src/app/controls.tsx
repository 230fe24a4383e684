/** The language and theme switches, and the credits at the foot of each page. */

import { type Language, useWords } from "../words/words";
import { switchTheme } from "./preferences";

const NAMES: readonly [Language, string][] = [
  ["en", "English"],
  ["ru", "Русский"],
];

export function Controls() {
  const { t, language, setLanguage } = useWords();
  return (
    <>
      <fieldset className="switch" aria-label={t("language")}>
        {NAMES.map(([code, name]) => (
          <button
            key={code}
            type="button"
            lang={code}
            aria-label={name}
            aria-pressed={code === language}
            onClick={() => setLanguage(code)}
          >
            {code.toUpperCase()}
          </button>
        ))}
      </fieldset>
      <button
        type="button"
        className="icon-button"
        aria-label={t("theme")}
        title={t("theme")}
        onClick={switchTheme}
      >
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <circle cx="12" cy="12" r="8.5" fill="none" stroke="currentColor" strokeWidth="2" />
          <path d="M12 3.5a8.5 8.5 0 0 1 0 17z" fill="currentColor" />
        </svg>
      </button>
    </>
  );
}

export function Credits() {
  const { t } = useWords();
  return (
    <footer>
      <a href="https://db-ip.com" rel="noopener">
        {t("credit")}
      </a>
      <a href="https://www.routeviews.org" rel="noopener">
        Route Views
      </a>
      <a href="https://www.nro.net" rel="noopener">
        NRO
      </a>
      <span>CC BY 4.0</span>
    </footer>
  );
}
