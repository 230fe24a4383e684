import { expect, test } from "./support/product";

test("a click in the shop shows in the feed and in the API", async ({ product }) => {
  const feed = await product.openFeed();
  const shop = feed.frameLocator("iframe");
  await shop.getByRole("link", { name: "Long Jing" }).click();
  await shop.getByRole("heading", { name: "Long Jing" }).waitFor();
  await shop.getByRole("button", { name: "Add to cart" }).click();

  const events = await product.events(4);
  expect(events.map((event) => event.eventType)).toEqual([
    "session_start",
    "pageview",
    "pageview",
    "click",
  ]);
  const click = events[3];
  expect(click).toMatchObject({
    path: "/teas/long-jing",
    title: "Long Jing · Quiet Leaf",
    browser: expect.stringContaining("Chrome"),
    os: expect.stringContaining("Linux"),
    device: "desktop",
    bot: null,
    language: "en-GB",
    payload: { name: "add-to-cart", elementTag: "BUTTON", elementText: "Add to cart" },
  });

  const row = product.rowOf(feed, click as NonNullable<typeof click>);
  await expect(row).toContainText("Click");
  await expect(row).toContainText("add-to-cart");
  await expect(row).toContainText("/teas/long-jing");
  await expect(row).toContainText("Chrome");
  await expect(row).toHaveClass(/is-new/);
  expect(product.complaints).toEqual([]);
});

test("the feed shows a click by itself, and says how soon", async ({ product, page }) => {
  const feed = await product.openFeed();
  await page.goto(`${product.shop}/catalog`);
  await product.events(2);
  await feed.bringToFront();
  const start = Date.now();
  await page.evaluate(() => document.querySelector<HTMLElement>(".tea button")?.click());
  const click = (await product.events(3))[2];
  await expect(product.rowOf(feed, click as NonNullable<typeof click>)).toBeVisible();
  const seconds = (Date.now() - start) / 1000;
  test.info().annotations.push({ type: "click to feed", description: `${seconds} s` });
});

test("the feed tells where a visitor is, in words", async ({ product, page, context }) => {
  // The host believes this header from loopback; the address is one of Google's in California.
  await context.route("**/track", async (route) => {
    const headers = { ...route.request().headers(), "X-Forwarded-For": "8.8.8.8" };
    await route.continue({ headers });
  });
  await page.goto(product.shop);
  const [event] = await product.events(2);
  expect(event).toMatchObject({ country: "US", city: expect.any(String) });
  const feed = await product.openFeed();
  const row = product.rowOf(feed, event as NonNullable<typeof event>);
  await expect(row).toContainText(`${event?.city}, `);
  await expect(row).toContainText("United States");
});

test("what a page calls itself does not run in the feed", async ({ product, page }) => {
  const feed = await product.openFeed();
  await feed.evaluate(() => Object.assign(window, { hacked: false }));
  await page.goto(product.shop);
  const title = `<img src=x onerror="hacked=true"><script>hacked=true</script>`;
  await page.evaluate((hostile) => {
    history.pushState(null, "", `/<svg onload=hacked=true>?"><script>hacked=true</script>`);
    document.title = hostile;
    window.pixeltrack?.track?.(`<b onclick=1>`, { "<i>": `</code>${hostile}` });
  }, title);
  const events = await product.events(4);
  expect(events.at(-1)?.title).toBe(title);
  for (const event of events) await expect(product.rowOf(feed, event)).toBeVisible();
  const last = events.at(-1);
  await expect(product.rowOf(feed, last as NonNullable<typeof last>)).toContainText(title);
  expect(await feed.locator("#feed :is(img, script, svg, b, i)").count()).toBe(0);
  expect(await feed.evaluate(() => "hacked" in window && window.hacked)).toBe(false);
});

test("the feed pauses and goes on by its button", async ({ product, page }) => {
  const feed = await product.openFeed();
  await feed.getByRole("button", { name: "Pause" }).click();
  await expect(feed.locator("#state")).toHaveText("Paused");
  await page.goto(product.shop);
  const [start] = await product.events(2);
  const row = product.rowOf(feed, start as NonNullable<typeof start>);
  await expect(row).toHaveCount(0);
  await feed.getByRole("button", { name: "Resume" }).click();
  await expect(row).toBeVisible();
});

test("a server that is away is named, with what to do, and comes back", async ({ product }) => {
  const feed = await product.openFeed();
  await feed.route("**/api/v1/events*", (route) => route.abort());
  await expect(feed.getByRole("alert")).toContainText("The server does not answer");
  await expect(feed.getByRole("alert")).toContainText("make up");
  await feed.unroute("**/api/v1/events*");
  await feed.getByRole("button", { name: "Try now" }).click();
  await expect(feed.locator("#state")).toHaveText("Live");
  await expect(feed.getByRole("alert")).toBeHidden();
});
