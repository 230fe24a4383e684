/** Starts the demo page: the shop in a frame, and the feed of its events beside it. */

import {
  applyTheme,
  keepLanguage,
  preferredLanguage,
  switchTheme,
} from "../../src/app/preferences";
import { ApiError, type Demo, type FeedEvent, loadDemo, loadEvents } from "./api";
import { drawState, drawTrouble, type State, type Trouble } from "./connection";
import { byId, element } from "./element";
import { feed } from "./feed";
import { poller } from "./poller";
import { currentLanguage, type Language, speak, type Word, word } from "./words";

let demo: Demo | undefined;
let state: State = "loading";
let trouble: Trouble | undefined;
let isPaused = false;
let framed = "";

applyTheme();
speak(preferredLanguage());
const list = feed(byId("feed"), byId("blank"), byId("news"));

const polling = poller<FeedEvent[]>(
  async () => {
    if (!demo) {
      demo = await loadDemo();
      frameShop(demo.shop);
    }
    return loadEvents(demo);
  },
  (events) => {
    state = "live";
    trouble = undefined;
    list.show(events);
    drawConnection();
  },
  (failure, nextMs) => {
    const known = failure instanceof ApiError ? failure : new ApiError("Server");
    // The server may have been set up anew: ask it for the demo site once more.
    demo = undefined;
    state = "waiting";
    trouble = { failure: known.failure, requestId: known.requestId, nextMs };
    drawConnection();
  },
);

function frameShop(address: string): void {
  if (framed === address || !/^https?:/.test(address)) return;
  framed = address;
  const link = { href: address, class: "address", target: "_blank", rel: "noopener" };
  byId("shop-link").replaceChildren(element("a", link, new URL(address).host));
  byId("frame").replaceChildren(element("iframe", { src: address, title: word("shop") }));
}

function drawConnection(): void {
  const pause = byId("pause");
  pause.textContent = word(isPaused ? "resume" : "pause");
  pause.setAttribute("aria-pressed", String(isPaused));
  drawState(isPaused ? "paused" : state);
  drawTrouble(isPaused ? undefined : trouble);
}

function drawWords(): void {
  document.documentElement.lang = currentLanguage();
  for (const target of document.querySelectorAll<HTMLElement>("[data-text]")) {
    target.textContent = word(target.dataset.text as Word);
  }
  for (const target of document.querySelectorAll<HTMLElement>("[data-label]")) {
    target.setAttribute("aria-label", word(target.dataset.label as Word));
    target.title = word(target.dataset.label as Word);
  }
  for (const button of document.querySelectorAll<HTMLElement>("[data-language]")) {
    const isChosen = button.dataset.language === currentLanguage();
    button.setAttribute("aria-pressed", String(isChosen));
  }
  byId("shop-link").title = word("openShop");
  byId("frame").querySelector("iframe")?.setAttribute("title", word("shop"));
  drawConnection();
  list.redraw();
}

function follow(): void {
  if (isPaused || document.hidden) polling.pause();
  else polling.resume();
}

for (const button of document.querySelectorAll<HTMLElement>("[data-language]")) {
  button.addEventListener("click", () => {
    const language = button.dataset.language as Language;
    keepLanguage(language);
    speak(language);
    drawWords();
  });
}
byId("retry").addEventListener("click", polling.resume);
byId("theme").addEventListener("click", switchTheme);
byId("pause").addEventListener("click", () => {
  isPaused = !isPaused;
  drawConnection();
  follow();
});
document.addEventListener("visibilitychange", follow);
drawWords();
follow();
