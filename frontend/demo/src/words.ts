/** The words that only the demo page says, in English and Russian. */

import { type Language, useWords } from "../../src/words/words";

const EN = {
  tagline: "Click in the shop, see it here",
  skip: "Skip to the feed",
  shop: "Demo shop",
  openShop: "Open the shop in a new tab",
  feed: "Live feed",
  pause: "Pause",
  resume: "Resume",
  tryNow: "Try now",
  nextTry: "next try in {seconds} s",
  blankTitle: "Nothing yet",
  blankText: "Look around in the shop. Each page view and click shows here within two seconds.",
  errorAway: "The demo is shown on its own machine only",
  helpAway:
    "Open this page on the machine that runs Pixel-Track, at the address that “make up” printed.",
  errorDemo: "There is no demo site yet",
  helpDemo: "Run “make up” in the project's folder; it makes one.",
  errorRefused: "The demo key was refused",
  helpRefused: "Run “make up” again; it writes a new key.",
  errorServer: "The server could not answer",
  helpServer: "“make status” shows what is missing, “make logs” says why.",
  errorNetwork: "The server does not answer",
  helpNetwork: "See whether it runs with “make status”; “make up” starts it.",
};

type DemoWord = keyof typeof EN;

const RU: Record<DemoWord, string> = {
  tagline: "Клик в магазине сразу виден здесь",
  skip: "Перейти к ленте",
  shop: "Демо-магазин",
  openShop: "Открыть магазин в новой вкладке",
  feed: "Живая лента",
  pause: "Пауза",
  resume: "Продолжить",
  tryNow: "Повторить сейчас",
  nextTry: "повтор через {seconds} с",
  blankTitle: "Пока пусто",
  blankText: "Походите по магазину. Каждый просмотр и клик появится здесь в течение двух секунд.",
  errorAway: "Демо показывается только на своей машине",
  helpAway:
    "Откройте эту страницу на машине, где работает Pixel-Track, по адресу, который напечатал «make up».",
  errorDemo: "Демо-сайта пока нет",
  helpDemo: "Выполните «make up» в папке проекта — он его создаст.",
  errorRefused: "Демо-ключ не принят",
  helpRefused: "Выполните «make up» ещё раз — он запишет новый ключ.",
  errorServer: "Сервер не смог ответить",
  helpServer: "«make status» покажет, чего не хватает, «make logs» — почему.",
  errorNetwork: "Сервер не отвечает",
  helpNetwork: "Проверьте его командой «make status»; «make up» его запускает.",
};

const WORDS: Record<Language, Record<DemoWord, string>> = { en: EN, ru: RU };

/** Return the page's own words in the chosen language. */
export const useDemoWords = (): Record<DemoWord, string> => WORDS[useWords().language];
