import { expect, test } from "./support/product";

test("client-side navigation counts views, and one visit", async ({ product, page }) => {
  await page.goto(product.shop);
  await page.getByRole("link", { name: "Teas", exact: true }).click();
  await page.getByRole("link", { name: "Green" }).click();
  await page.goBack();
  await expect(page).toHaveURL(/\/catalog$/);

  const events = await product.events(5);
  expect(events.map((event) => event.eventType)).toEqual([
    "session_start",
    "pageview",
    "pageview",
    "pageview",
    "pageview",
  ]);
  expect(events.slice(1).map((event) => event.url.replace(product.shop, ""))).toEqual([
    "/",
    "/catalog",
    "/catalog?kind=green",
    "/catalog",
  ]);
  expect(events[2]?.title).toBe("Teas · Quiet Leaf");
});

test("page loads count views in the same visit, the last one before leaving too", async ({
  product,
  page,
}) => {
  // Nothing is known of a page that is left before its script has run.
  const isTracked = () => page.waitForFunction(() => "PixelTracker" in window);
  await page.goto(product.shop);
  await page.getByRole("link", { name: "About" }).click();
  await page.waitForURL("**/about.html");
  await isTracked();
  await page.getByRole("link", { name: "See the teas" }).click();
  await page.waitForURL("**/catalog");
  await isTracked();
  await page.goto("about:blank");

  const events = await product.events(5);
  expect(events.map((event) => `${event.eventType} ${event.path}`)).toEqual([
    "session_start /",
    "pageview /",
    "pageview /about.html",
    "click /about.html",
    "pageview /catalog",
  ]);
  expect(events[3]?.payload).toMatchObject({ name: "about-to-catalog", elementTag: "A" });
  expect(events.map((event) => event.bot)).toEqual([null, null, null, null, null]);
});

test("a reload of any page of the shop shows it", async ({ product, page }) => {
  await page.goto(`${product.shop}/teas/sencha`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Sencha Asatsuyu");
  await page.reload();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Sencha Asatsuyu");
});

test("pixeltrack.track may be called before the script has loaded", async ({ product, page }) => {
  await page.addInitScript(() => {
    window.pixeltrack = window.pixeltrack || {
      q: [],
      track(...call: unknown[]) {
        (this.q as unknown[][]).push(call);
      },
    };
    window.pixeltrack.track?.("early", { answer: 42 });
  });
  await page.goto(product.shop);
  const events = await product.events(3);
  expect(events.find((event) => event.eventType === "early")?.payload).toEqual({ answer: 42 });
});

test("a purchase carries its own payload", async ({ product, page }) => {
  await page.goto(`${product.shop}/teas/sencha`);
  await page.getByRole("button", { name: "Buy now" }).click();
  await page.getByRole("button", { name: "Buy", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Thank you!" })).toBeVisible();
  const events = await product.events(7);
  const purchase = events.find((event) => event.eventType === "purchase");
  expect(purchase?.payload).toEqual({ items: 1, value: 11, currency: "EUR" });
});

test("a visitor with Global Privacy Control sends nothing", async ({ product, page }) => {
  const sent: string[] = [];
  page.on("request", (request) => {
    if (request.url().endsWith("/track")) sent.push(request.url());
  });
  await page.addInitScript(() =>
    Object.defineProperty(Navigator.prototype, "globalPrivacyControl", { get: () => true }),
  );
  await page.goto(product.shop);
  await page.getByRole("button", { name: "Add to cart" }).first().click();
  await page.goto("about:blank");
  expect(sent).toEqual([]);
});
