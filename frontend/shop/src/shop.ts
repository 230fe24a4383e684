/** Runs the shop: follows its links without page loads, and does what its buttons say. */

import * as cart from "./cart";
import { element } from "./element";
import { draw } from "./pages";
import { teaOf } from "./teas";
import { isRussian, type Word, word } from "./words";

const NOTICE_MS = 1400;
const page = document.getElementById("page");

function drawFrame(): void {
  for (const target of document.querySelectorAll<HTMLElement>("[data-text]")) {
    target.textContent = word(target.dataset.text as Word);
  }
  const count = document.getElementById("cart-count");
  if (count) count.textContent = String(cart.total());
}

function drawPage(): void {
  drawFrame();
  if (!page) {
    document.title = `${word("aboutTitle")} · ${word("brand")}`;
    return;
  }
  const { title, body } = draw(new URL(location.href));
  document.title = `${title} · ${word("brand")}`;
  page.replaceChildren(...body);
}

function go(address: string): void {
  history.pushState(null, "", address);
  drawPage();
  scrollTo(0, 0);
  page?.focus({ preventScroll: true });
}

function buy(): void {
  const items = cart.lines();
  window.pixeltrack?.track?.("purchase", {
    items: cart.total(),
    value: items.reduce((sum, { tea, count }) => sum + tea.price.eur * count, 0),
    currency: "EUR",
  });
  cart.empty();
  go("/thanks");
}

function act(action: string, target: HTMLElement): void {
  const [verb, slug = ""] = action.split(":");
  const tea = teaOf(slug);
  if (verb === "checkout") buy();
  if (!tea) return;
  cart.put(tea, verb === "less" ? -1 : 1);
  if (verb === "add") {
    target.textContent = word("added");
    setTimeout(() => {
      target.textContent = word("addToCart");
    }, NOTICE_MS);
    drawFrame();
  } else if (verb === "buy") {
    go("/cart");
  } else {
    drawPage();
  }
}

document.addEventListener("click", (event) => {
  const target = event.target as Element;
  const button = target.closest<HTMLElement>("button[data-action]");
  if (button) act(button.dataset.action ?? "", button);
  const link = target.closest<HTMLAnchorElement>("a[data-route]");
  const isPlain = !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  if (link && page && isPlain && event.button === 0) {
    event.preventDefault();
    go(link.href);
  }
});

document.addEventListener("submit", (event) => {
  event.preventDefault();
  (event.target as HTMLFormElement).replaceChildren(
    element("p", { role: "status" }, word("subscribed")),
  );
});

addEventListener("popstate", drawPage);
document.documentElement.lang = isRussian ? "ru" : "en";
drawPage();
