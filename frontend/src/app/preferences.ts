/** The reader's language and theme: the last choice, else the browser's preference. */

export type Language = "en" | "ru";
export type Theme = "light" | "dark";

const LANGUAGE_KEY = "pixeltrack.language";
const THEME_KEY = "pixeltrack.theme";

function stored(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function store(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}

export function preferredLanguage(): Language {
  const chosen = stored(LANGUAGE_KEY);
  if (chosen === "en" || chosen === "ru") return chosen;
  return navigator.language.toLowerCase().startsWith("ru") ? "ru" : "en";
}

export const keepLanguage = (language: Language): void => store(LANGUAGE_KEY, language);

/** Apply the stored theme; without one the style sheet follows the system. */
export function applyTheme(): void {
  const chosen = stored(THEME_KEY);
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
}

export function switchTheme(): void {
  const root = document.documentElement;
  const systemIsDark = matchMedia("(prefers-color-scheme: dark)").matches;
  const current = root.dataset.theme ?? (systemIsDark ? "dark" : "light");
  const next: Theme = current === "dark" ? "light" : "dark";
  root.dataset.theme = next;
  store(THEME_KEY, next);
}
