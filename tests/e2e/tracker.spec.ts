import { createHash } from "node:crypto";
import type { Page } from "@playwright/test";
import { ownSite } from "./support/pages";
import { expect, type Product, test } from "./support/product";

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

async function trackingId(page: Page, product: Product): Promise<string> {
  const shop = await (await page.request.get(product.shop)).text();
  return /data-site="(pt_\w+)"/.exec(shop)?.[1] ?? "";
}

test("every way of including the script counts a view", async ({ product, page }) => {
  const src = `${product.origin}/tracker.js`;
  const id = await trackingId(page, product);
  const bytes = await (await page.request.get(src)).body();
  const digest = `sha384-${createHash("sha384").update(bytes).digest("base64")}`;
  const policy = `script-src 'nonce-n'; connect-src ${product.origin}`;
  const ways: Record<string, string> = {
    plain: `<script src="${src}" data-site="${id}"></script>`,
    async: `<script async src="${src}" data-site="${id}"></script>`,
    defer: `<script defer src="${src}" data-site="${id}"></script>`,
    crossorigin: `<script crossorigin src="${src}" data-site="${id}"></script>`,
    integrity: `<script crossorigin integrity="${digest}" src="${src}" data-site="${id}"></script>`,
    nonce: `<meta http-equiv="Content-Security-Policy" content="${policy}">
      <script nonce="n" src="${src}" data-site="${id}"></script>`,
    module: `<script data-site="another-product" type="text/plain"></script>
      <script type="module" src="${src}" data-site="${id}"></script>`,
    imported: `<script type="text/plain" data-site="${id}" data-api="${product.origin}"></script>
      <script type="module">import("${src}")</script>`,
    inserted: `<script>
      const script = document.createElement("script");
      script.src = "${src}";
      script.dataset.site = "${id}";
      document.head.append(script);
      script.remove();
    </script>`,
  };
  const site = await ownSite();
  for (const [way, html] of Object.entries(ways)) {
    site.serve(`<!doctype html><title>${way}</title>${html}`);
    await page.goto(`${site.origin}/${way}`);
    await page.waitForFunction(() => "PixelTracker" in window);
  }
  await page.goto("about:blank");
  await site.close();

  const events = await product.events(Object.keys(ways).length + 1);
  const views = events.filter(({ eventType }) => eventType === "pageview");
  expect(views.map(({ path }) => path.slice(1))).toEqual(Object.keys(ways));
  expect(product.complaints).toEqual([]);
});

test("an isolated page sends without a word on the console", async ({ product, page }) => {
  const id = await trackingId(page, product);
  const query = new URLSearchParams({ siteId: id, eventType: "image", url: "/image" });
  const isolated = {
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Opener-Policy": "same-origin",
  };
  const site = await ownSite();
  for (const ways of ["", "navigator.sendBeacon = () => false"]) {
    site.serve(
      `<!doctype html><link rel="icon" href="data:,"><script>${ways}</script>
      <script src="${product.origin}/tracker.js" data-site="${id}"></script>
      <img src="${product.origin}/pixel.gif?${query}" alt="">`,
      isolated,
    );
    const sent = page.waitForEvent("requestfinished", (one) => one.url().endsWith("/track"));
    await page.goto(site.origin);
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    expect(await page.locator("img").evaluate((image: HTMLImageElement) => image.width)).toBe(1);
    await sent;
  }
  await site.close();
  await product.events(3);
  expect(product.complaints).toEqual([]);
});

test.describe("an iPad", () => {
  const agent =
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15";
  test.use({ userAgent: agent, hasTouch: true });

  test("is a tablet though it says it is a Mac", async ({ product, page }) => {
    await page.addInitScript(() => {
      Object.defineProperty(Navigator.prototype, "maxTouchPoints", { get: () => 5 });
      // A beacon goes out under the browser's own name, whatever the page's is.
      navigator.sendBeacon = () => false;
    });
    await page.goto(product.shop);
    const [start] = await product.events(2);
    expect(start).toMatchObject({ device: "tablet", os: "iOS", browser: "Safari" });
  });
});
