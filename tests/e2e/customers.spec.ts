/** What customers' pages do: routers of every kind, late titles, other libraries, other buttons. */

import type { Page } from "@playwright/test";
import { type Customer, expect, test } from "./support/customer";

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Open the customer's first page: `head` comes before the tracker, `body` after it. */
async function open(page: Page, customer: Customer, { head = "", body = "" } = {}) {
  customer.serve(
    () => `<!doctype html><title>Home</title>${head}
      <script src="${customer.tracker}" data-site="pt_1"></script>${body}`,
  );
  await page.goto(customer.origin);
}

/** Leave the page and return what was sent, as type and path; there must be `count` events. */
async function leave(page: Page, customer: Customer, count: number): Promise<string[]> {
  await page.goto("about:blank");
  const events = await customer.events(count);
  expect(new Set(customer.sent.map(({ id }) => id)).size).toBe(events.length);
  return events;
}

const HOME = ["session_start /", "pageview /"];

/** A router that takes every navigation, as those on the Navigation API do. */
const INTERCEPT = `navigation.addEventListener("navigate", (event) => {
  if (event.canIntercept && event.navigationType !== "traverse") {
    event.intercept({ handler: async () => {} });
  }
})`;

test.describe("a navigation counts once", () => {
  const kinds: Record<string, { head?: string; act: string }> = {
    pushState: { act: `history.pushState({}, "", "/next")` },
    replaceState: { act: `history.replaceState({}, "", "/next")` },
    "an intercepted navigation": { head: INTERCEPT, act: `void navigation.navigate("/next")` },
    "a link that is intercepted": {
      head: INTERCEPT,
      act: `document.body.innerHTML = '<a href="/next">Next</a>'; document.links[0].click()`,
    },
    "pushState of the prototype": {
      act: `History.prototype.pushState.call(history, {}, "", "/next")`,
    },
    "pushState kept before the tracker ran": {
      head: `const kept = history.pushState.bind(history)`,
      act: `kept({}, "", "/next")`,
    },
    "pushState that the page had wrapped": {
      head: `const native = history.pushState;
        history.pushState = function (...change) { native.apply(this, change); }`,
      act: `history.pushState({}, "", "/next")`,
    },
    "pushState that the page had wrapped, without the Navigation API": {
      head: `const native = history.pushState; var navigation = {};
        history.pushState = function (...change) { native.apply(this, change); }`,
      act: `history.pushState({}, "", "/next")`,
    },
    "pushState without the Navigation API": {
      head: `var navigation = document.createElement("nav")`,
      act: `history.pushState({}, "", "/next")`,
    },
    "pushState of the prototype, without the Navigation API": {
      head: `var navigation = null`,
      act: `History.prototype.pushState.call(history, {}, "", "/next")`,
    },
    "pushState of a history whose name is taken": {
      head: `const own = window.history; { function history() {} }; var navigation = 1`,
      act: `own.pushState({}, "", "/next")`,
    },
    "a redirection of the router's": {
      act: `history.pushState({}, "", "/"); history.replaceState({}, "", "/next")`,
    },
    "the same address again": {
      act: `history.pushState({}, "", "/next"); history.replaceState({ y: 10 }, "", "/next")`,
    },
  };
  for (const [told, { head = "", act }] of Object.entries(kinds)) {
    test(told, async ({ page, customer }) => {
      await open(page, customer, { head: `<script>${head}</script>` });
      await page.evaluate(act);
      await page.waitForURL("**/next");
      expect(await leave(page, customer, 3)).toEqual([...HOME, "pageview /next"]);
      expect(customer.sent[2]?.referrer).toBe(`${customer.origin}/`);
    });
  }

  test("back and forward too", async ({ page, customer }) => {
    await open(page, customer);
    await page.evaluate(() => history.pushState({}, "", "/next"));
    await page.goBack();
    await page.goForward();
    expect(await leave(page, customer, 5)).toEqual([
      ...HOME,
      "pageview /next",
      "pageview /",
      "pageview /next",
    ]);
  });

  test("and a change of the fragment does not", async ({ page, customer }) => {
    await open(page, customer);
    await page.evaluate(() => {
      location.hash = "#/route";
      history.pushState({}, "", "#/other");
    });
    expect(await leave(page, customer, 2)).toEqual(HOME);
  });
});

test.describe("a view bears the title of its own page", () => {
  /** Change the route, and set the title as a router does once the page's data is there. */
  const change = (page: Page, path: string, title: string, ms: number) =>
    page.evaluate(
      ({ path, title, ms }) => {
        history.pushState({}, "", path);
        return new Promise<void>((resolve) =>
          setTimeout(() => {
            document.title = title;
            resolve();
          }, ms),
        );
      },
      { path, title, ms },
    );
  const titles = (customer: Customer) => customer.sent.map(({ title }) => title);

  for (const ms of [0, 400, 900]) {
    test(`that is set ${ms} ms after pushState`, async ({ page, customer }) => {
      await open(page, customer);
      await customer.events(2);
      await change(page, "/teas", "Teas", ms);
      expect(await customer.events(3)).toEqual([...HOME, "pageview /teas"]);
      expect(titles(customer)).toEqual(["Home", "Home", "Teas"]);
    });
  }

  test("that is set after another one", async ({ page, customer }) => {
    await open(page, customer);
    await customer.events(2);
    await page.evaluate(() => {
      history.pushState({}, "", "/teas");
      document.title = "Loading…";
      setTimeout(() => {
        document.title = "Teas";
      }, 400);
    });
    await customer.events(3);
    expect(titles(customer)).toEqual(["Home", "Home", "Teas"]);
  });

  test("that never comes: it is the one before, and the view is sent", async ({
    page,
    customer,
  }) => {
    await open(page, customer);
    await page.evaluate(() => history.pushState({}, "", "/teas"));
    expect(await customer.events(3)).toEqual([...HOME, "pageview /teas"]);
    expect(titles(customer)).toEqual(["Home", "Home", "Home"]);
  });

  test("though the visitor goes on meanwhile", async ({ page, customer }) => {
    await open(page, customer, { body: `<button data-track-click="buy">Buy</button>` });
    await customer.events(2);
    await change(page, "/teas", "Teas", 300);
    await page.getByRole("button").click();
    await change(page, "/cart", "Cart", 300);
    expect(await customer.events(5)).toEqual([
      ...HOME,
      "pageview /teas",
      "click /teas",
      "pageview /cart",
    ]);
    expect(titles(customer)).toEqual(["Home", "Home", "Teas", "Teas", "Cart"]);
    const times = customer.sent.map(({ timestamp }) => timestamp ?? "");
    expect(times).toEqual([...times].sort());
  });

  test("and a click that of the page on which it was", async ({ page, customer }) => {
    await open(page, customer, { body: `<button data-track-click="teas">Teas</button>` });
    await customer.events(2);
    await page.evaluate(() => {
      document.querySelector("button")?.click();
      document.title = "Teas";
      history.pushState({}, "", "/teas");
    });
    expect(await customer.events(4)).toEqual([...HOME, "click /", "pageview /teas"]);
    expect(titles(customer)).toEqual(["Home", "Home", "Home", "Teas"]);
  });

  test("and does not wait for it once the page is hidden", async ({ page, customer }) => {
    await open(page, customer);
    await customer.events(2);
    await page.evaluate(() => history.pushState({}, "", "/teas"));
    expect(await leave(page, customer, 3)).toEqual([...HOME, "pageview /teas"]);
  });
});

test.describe("a marked link counts once", () => {
  const LINK = `<a id="go" href="#there" data-track-click="go"><b>Go</b></a>`;
  const acts: Record<string, (page: Page) => Promise<unknown>> = {
    "by a click": (page) => page.click("b"),
    "by the middle button": (page) => page.click("b", { button: "middle" }),
    "by Enter": async (page) => {
      await page.focus("#go");
      await page.keyboard.press("Enter");
    },
    "by a click into a new tab": (page) => page.click("b", { modifiers: ["Control"] }),
  };
  for (const [told, act] of Object.entries(acts)) {
    test(told, async ({ page, customer }) => {
      await open(page, customer, { body: LINK });
      await act(page);
      await page.evaluate(() => window.dispatchEvent(new Event("pagehide")));
      // What a new tab sends may come before.
      const clicks = () => customer.sent.filter(({ eventType }) => eventType === "click");
      await expect.poll(() => clicks().length, { intervals: [50] }).toBeGreaterThan(0);
      expect(clicks()).toHaveLength(1);
      expect(clicks()[0]?.payload).toEqual({
        name: "go",
        elementId: "go",
        elementTag: "A",
        elementText: "Go",
      });
    });
  }

  test("and not at all by the right button, nor a marked button by the middle one", async ({
    page,
    customer,
  }) => {
    await open(page, customer, { body: `${LINK}<button data-track-click="buy">Buy</button>` });
    await page.click("b", { button: "right" });
    await page.click("button", { button: "middle" });
    await page.click("button");
    expect(await leave(page, customer, 3)).toEqual([...HOME, "click /"]);
  });

  test("and so does a marked label with its field", async ({ page, customer }) => {
    await open(page, customer, {
      body: `<label data-track-click="agree"><b>I agree</b><input type="checkbox"></label>`,
    });
    await page.click("b");
    await page.click("input");
    expect(await leave(page, customer, 4)).toEqual([...HOME, "click /", "click /"]);
  });

  test("whatever the fields of a form around it are named", async ({ page, customer }) => {
    const fields = ["nodeType", "hasAttribute", "getAttribute", "closest", "tagName", "id"]
      .map((name) => `<input type="hidden" name="${name}">`)
      .join("");
    await open(page, customer, {
      body: `<form data-track-click="order">${fields}<p>Order</p></form>`,
    });
    await page.evaluate(() => document.querySelector("p")?.click());
    expect(await leave(page, customer, 3)).toEqual([...HOME, "click /"]);
    expect(customer.sent[2]?.payload).toEqual({
      name: "order",
      elementTag: "FORM",
      elementText: "Order",
    });
  });
});

/** What the libraries put in place of built-ins, cut down to what differs. */
const LIBRARIES: Record<string, string> = {
  "Prototype 1.7": `
    const $A = (all) => {
      if (!all) return [];
      if ("toArray" in Object(all)) return all.toArray();
      let length = all.length || 0;
      const list = new Array(length);
      while (length--) list[length] = all[length];
      return list;
    };
    Array.from = $A;
    Object.values = (object) => { const all = []; for (const key in object) all.push(object[key]); return all; };
    Array.prototype.toArray = function () { return this.slice(0); };
    Array.prototype.entries = Array.prototype.toArray;
    Array.prototype.find = function (test) { for (let i = 0; i < this.length; i++) if (test(this[i], i)) return this[i]; };
    Array.prototype.reverse = function (inline) { return this.toArray(); };
    Element.prototype.select = function () {};
    var $break = {};`,
  "Prototype 1.6": `
    Array.prototype.toJSON = function () { return "[" + this.join(", ") + "]"; };
    String.prototype.toJSON = function () { return '"' + this + '"'; };
    Number.prototype.toJSON = function () { return String(this); };
    Date.prototype.toJSON = function () { return '"' + this.getTime() + '"'; };
    Object.prototype.toJSON = function () { return "{}"; };`,
  MooTools: `
    Array.from = (item) => (item == null ? [] : Array.isArray(item) ? item : [item]);
    Object.keys = (object) => { const all = []; for (const key in object) all.push(key); return all; };
    Function.prototype.bind = function (self) { const own = this; return () => own.call(self); };
    String.prototype.test = function () {};
    String.from = Number.from = () => null;
    Array.prototype.pick = Object.prototype.pick = function () {};
    Element.prototype.getProperty = function () {};`,
  "a JSON of the page's own": `JSON.stringify = JSON.parse = () => "{}";`,
  "frozen built-ins": `
    for (const built of [Object, Array, History, EventTarget, Document]) {
      Object.freeze(built.prototype);
    }`,
};

for (const [told, script] of Object.entries(LIBRARIES)) {
  test(`${told} changes nothing of what is sent`, async ({ page, customer }) => {
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(error.message));
    await open(page, customer, {
      head: `<script>
        window.pixeltrack={q:[],track(){this.q.push(arguments)}}; pixeltrack.track("early", {n: 1});
        ${script}</script>`,
      body: `<button data-track-click="buy">Buy</button>`,
    });
    const payload = `{ list: [1, "two", null], deep: { yes: true }, at: new Date(0), text: "é\\n\\"\\ud83d" }`;
    await page.evaluate(`pixeltrack.track("signup", ${payload})`);
    await page.click("button");
    await page.evaluate(`history.pushState({}, "", "/next")`);
    expect(await leave(page, customer, 6)).toEqual([
      ...HOME,
      "early /",
      "signup /",
      "click /",
      "pageview /next",
    ]);
    for (const { id } of customer.sent) expect(id).toMatch(UUID_V7);
    expect(customer.sent[2]?.payload).toEqual({ n: 1 });
    expect(customer.sent[3]?.payload).toEqual({
      list: [1, "two", null],
      deep: { yes: true },
      at: "1970-01-01T00:00:00.000Z",
      text: 'é\n"\ufffd',
    });
    expect(errors).toEqual([]);
  });
}
