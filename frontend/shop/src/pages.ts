/** Draws each page of the shop from its address. */

import * as cart from "./cart";
import { cup } from "./cup";
import { element } from "./element";
import { type Kind, TEAS, type Tea, teaOf } from "./teas";
import { money, type Word, word } from "./words";

export interface Drawn {
  title: string;
  body: Node[];
}

const KINDS: (Kind | "all")[] = ["all", "green", "black", "herbal"];

const routed = (href: string, label: string, attributes: Record<string, string> = {}) =>
  element("a", { href, "data-route": "", ...attributes }, label);

/** A button that does `action` (`add:slug`, …) and is counted under `name`. */
const button = (label: Word, action: string, name: string, look = "button") =>
  element(
    "button",
    { type: "button", class: look, "data-action": action, "data-track-click": name },
    word(label),
  );

function card(tea: Tea): HTMLElement {
  return element(
    "article",
    { class: "tea" },
    element("a", { href: `/teas/${tea.slug}`, "data-route": "", tabindex: "-1" }, cup(tea.slug)),
    element("h3", {}, routed(`/teas/${tea.slug}`, tea.name)),
    element("p", { class: "soft" }, tea.origin),
    element(
      "p",
      { class: "tea-foot" },
      element("strong", {}, money(tea.price)),
      button("addToCart", `add:${tea.slug}`, "add-to-cart", "button small"),
    ),
  );
}

const shelf = (teas: Tea[]) => element("div", { class: "shelf" }, ...teas.map(card));

function letter(): HTMLElement {
  return element(
    "form",
    { class: "letter", "data-action": "subscribe" },
    element("div", {}, element("h2", {}, word("letter")), element("p", {}, word("letterText"))),
    element(
      "div",
      { class: "letter-row" },
      element("input", {
        type: "email",
        name: "email",
        required: "",
        autocomplete: "email",
        "aria-label": word("email"),
        placeholder: word("email"),
      }),
      element("button", { class: "button", "data-track-click": "newsletter" }, word("subscribe")),
    ),
  );
}

function home(): Drawn {
  const hero = element(
    "section",
    { class: "hero" },
    element(
      "div",
      {},
      element("h1", {}, word("hello")),
      element("p", {}, word("helloText")),
      routed("/catalog", word("seeTeas"), { class: "button", "data-track-click": "hero" }),
    ),
    cup("darjeeling"),
  );
  const favourites = TEAS.filter((_, index) => index % 2 === 0);
  return {
    title: word("hello"),
    body: [hero, element("h2", {}, word("favourites")), shelf(favourites), letter()],
  };
}

function catalog(query: URLSearchParams): Drawn {
  const kind = KINDS.find((known) => known === query.get("kind")) ?? "all";
  const choices = KINDS.map((each) =>
    routed(each === "all" ? "/catalog" : `/catalog?kind=${each}`, word(each), {
      class: "chip",
      ...(each === kind ? { "aria-current": "page" } : {}),
    }),
  );
  return {
    title: kind === "all" ? word("catalog") : `${word(kind)} · ${word("catalog")}`,
    body: [
      element("h1", {}, word("catalog")),
      element("div", { class: "chips" }, ...choices),
      shelf(TEAS.filter((tea) => kind === "all" || tea.kind === kind)),
    ],
  };
}

function product(tea: Tea): Drawn {
  return {
    title: tea.name,
    body: [
      element(
        "section",
        { class: "product" },
        element("div", { class: "product-cup" }, cup(tea.slug)),
        element(
          "div",
          {},
          element("p", { class: "soft" }, `${tea.origin} · ${word("grams")}`),
          element("h1", {}, tea.name),
          element("p", { class: "note" }, tea.note),
          element("p", { class: "price" }, money(tea.price)),
          element(
            "p",
            { class: "buttons" },
            button("addToCart", `add:${tea.slug}`, "add-to-cart"),
            button("buyNow", `buy:${tea.slug}`, "buy", "button ghost"),
          ),
          element("h2", {}, word("brew")),
          element("p", {}, tea.brewing),
        ),
      ),
    ],
  };
}

function line({ tea, count }: cart.Line): HTMLElement {
  const change = (label: Word, sign: string, action: string) =>
    element(
      "button",
      { type: "button", class: "round", "data-action": action, "aria-label": word(label) },
      sign,
    );
  return element(
    "li",
    {},
    cup(tea.slug),
    routed(`/teas/${tea.slug}`, tea.name),
    element(
      "span",
      { class: "amount" },
      change("less", "−", `less:${tea.slug}`),
      String(count),
      change("more", "+", `more:${tea.slug}`),
    ),
    element("strong", {}, money(tea.price, count)),
  );
}

function cartPage(): Drawn {
  const chosen = cart.lines();
  const heading = element("h1", {}, word("cart"));
  const more = routed("/catalog", word("seeTeas"), { class: "button" });
  if (!chosen.length) {
    return {
      title: word("cart"),
      body: [heading, element("p", { class: "soft" }, word("cartEmpty")), more],
    };
  }
  const sum = {
    eur: chosen.reduce((all, { tea, count }) => all + tea.price.eur * count, 0),
    rub: chosen.reduce((all, { tea, count }) => all + tea.price.rub * count, 0),
  };
  return {
    title: word("cart"),
    body: [
      heading,
      element("ul", { class: "lines" }, ...chosen.map(line)),
      element(
        "p",
        { class: "sum" },
        element("span", {}, `${word("total")}: `, element("strong", {}, money(sum))),
        button("checkout", "checkout", "checkout"),
      ),
    ],
  };
}

const message = (title: Word, text: Word): Drawn => ({
  title: word(title),
  body: [
    element("h1", {}, word(title)),
    element("p", {}, word(text)),
    routed("/catalog", word("seeTeas"), { class: "button" }),
  ],
});

/** Return the page at an address of the shop. */
export function draw({ pathname, searchParams }: URL): Drawn {
  const tea = teaOf(pathname.replace(/^\/teas\//, ""));
  if (pathname === "/" || pathname === "/index.html") return home();
  if (pathname === "/catalog") return catalog(searchParams);
  if (pathname === "/cart") return cartPage();
  if (pathname === "/thanks") return message("thanks", "thanksText");
  return tea && pathname.startsWith("/teas/") ? product(tea) : message("lost", "lostText");
}
