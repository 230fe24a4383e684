/** Every word of the page, in English and Russian. */

import type { Language } from "../../src/app/preferences";

export type { Language };

const EN = {
  tagline: "Click in the shop, see it here",
  skipToFeed: "Skip to the feed",
  language: "Language",
  theme: "Switch between light and dark",
  shop: "Demo shop",
  openShop: "Open the shop in a new tab",
  feed: "Live feed",
  pause: "Pause",
  resume: "Resume",
  tryNow: "Try now",
  loading: "Connecting",
  live: "Live",
  paused: "Paused",
  waiting: "Waiting",
  blankTitle: "Nothing yet",
  blankText: "Look around in the shop. Each page view and click shows here within two seconds.",
  pageview: "Page view",
  click: "Click",
  session_start: "New visit",
  unknownPlace: "unknown place",
  unknownBrowser: "unknown browser",
  bot: "Bot",
  desktop: "desktop",
  mobile: "phone",
  tablet: "tablet",
  tv: "TV",
  errorDemo: "There is no demo site yet",
  helpDemo: "Run “make up” in the project's folder; it makes one.",
  errorRefused: "The demo key was refused",
  helpRefused: "Run “make up” again; it writes a new key.",
  errorServer: "The server could not answer",
  helpServer: "“make status” shows what is missing, “make logs” says why.",
  errorNetwork: "The server does not answer",
  helpNetwork: "See whether it runs with “make status”; “make up” starts it.",
  requestId: "Request",
};

const RU: Record<Word, string> = {
  tagline: "Клик в магазине сразу виден здесь",
  skipToFeed: "Перейти к ленте",
  language: "Язык",
  theme: "Переключить светлую и тёмную тему",
  shop: "Демо-магазин",
  openShop: "Открыть магазин в новой вкладке",
  feed: "Живая лента",
  pause: "Пауза",
  resume: "Продолжить",
  tryNow: "Повторить сейчас",
  loading: "Подключение",
  live: "В эфире",
  paused: "Пауза",
  waiting: "Ожидание",
  blankTitle: "Пока пусто",
  blankText: "Походите по магазину. Каждый просмотр и клик появится здесь в течение двух секунд.",
  pageview: "Просмотр",
  click: "Клик",
  session_start: "Новый визит",
  unknownPlace: "место неизвестно",
  unknownBrowser: "браузер неизвестен",
  bot: "Бот",
  desktop: "компьютер",
  mobile: "телефон",
  tablet: "планшет",
  tv: "телевизор",
  errorDemo: "Демо-сайта пока нет",
  helpDemo: "Выполните «make up» в папке проекта — он его создаст.",
  errorRefused: "Демо-ключ не принят",
  helpRefused: "Выполните «make up» ещё раз — он запишет новый ключ.",
  errorServer: "Сервер не смог ответить",
  helpServer: "«make status» покажет, чего не хватает, «make logs» — почему.",
  errorNetwork: "Сервер не отвечает",
  helpNetwork: "Проверьте его командой «make status»; «make up» его запускает.",
  requestId: "Запрос",
};

export type Word = keyof typeof EN;

const WORDS: Record<Language, Record<Word, string>> = { en: EN, ru: RU };

const SECONDS: Record<Language, (n: number) => string> = {
  en: (n) => `next try in ${n} s`,
  ru: (n) => `повтор через ${n} с`,
};

const NEW_EVENTS: Record<Language, Partial<Record<Intl.LDMLPluralRule, string>>> = {
  en: { one: "new event", other: "new events" },
  ru: { one: "новое событие", few: "новых события", other: "новых событий" },
};

let language: Language = "en";

export const currentLanguage = (): Language => language;

export function speak(chosen: Language): void {
  language = chosen;
}

export const word = (key: Word): string => WORDS[language][key];

/** Answer the word for a key that came from outside, or undefined where there is none. */
export const wordFor = (key: string): string | undefined =>
  Object.hasOwn(EN, key) ? word(key as Word) : undefined;

export const nextTry = (seconds: number): string => SECONDS[language](seconds);

export function newEvents(count: number): string {
  const forms = NEW_EVENTS[language];
  return `${count} ${forms[new Intl.PluralRules(language).select(count)] ?? forms.other}`;
}

/** Answer the country's name by its ISO 3166 code, or the code where it is none. */
export function countryName(code: string): string {
  try {
    return new Intl.DisplayNames(language, { type: "region" }).of(code) ?? code;
  } catch {
    return code;
  }
}
