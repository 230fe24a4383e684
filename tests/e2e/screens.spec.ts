import { expect, test } from "./support/product";

const SHOP_PAGES = ["/", "/catalog", "/teas/lapsang", "/cart", "/about.html", "/nothing/here"];

for (const [locale, state] of [
  ["en-GB", "Live"],
  ["ru-RU", "В эфире"],
] as const) {
  for (const colorScheme of ["light", "dark"] as const) {
    for (const width of [360, 1440]) {
      test.describe(`${locale}, ${colorScheme}, ${width} px`, () => {
        test.use({ locale, colorScheme, viewport: { width, height: width < 900 ? 740 : 900 } });

        test("the demo page and the shop fit and have no complaints", async ({
          product,
          page,
        }, info) => {
          await page.goto(`${product.shop}/teas/lapsang`);
          await page.locator("[data-track-click=add-to-cart]").click();
          await product.events(3);
          const fits = () =>
            page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth);
          for (const path of SHOP_PAGES) {
            await page.goto(product.shop + path);
            await expect(page.locator("h1")).toBeVisible();
            expect(await fits(), `${path} is wider than the screen`).toBe(true);
            await page.screenshot({
              path: info.outputPath(`shop${path.replaceAll("/", "-")}.png`),
              fullPage: true,
            });
          }
          await page.goto(`${product.origin}/demo/`);
          await expect(page.locator("#state")).toHaveText(state);
          await expect(page.locator("#feed .row").first()).toBeVisible();
          await expect(page.frameLocator("iframe").locator("h1")).toBeVisible();
          expect(await fits(), "the demo page is wider than the screen").toBe(true);
          await expect(page.locator("html")).toHaveAttribute("lang", locale.slice(0, 2));
          await page.screenshot({ path: info.outputPath("feed.png"), fullPage: width < 900 });
          expect(product.complaints).toEqual([]);
        });
      });
    }
  }
}

test("language and theme can be switched, and stay", async ({ product }) => {
  const feed = await product.openFeed();
  const ground = () => feed.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await ground();
  await feed.getByRole("button", { name: "Русский" }).click();
  await feed.getByRole("button", { name: "Переключить" }).click();
  await feed.reload();
  await expect(feed.getByRole("heading", { name: "Живая лента" })).toBeVisible();
  expect(await ground()).not.toBe(light);
});

test("the demo page credits its geo data and works by keyboard", async ({ product }) => {
  const feed = await product.openFeed();
  await expect(feed.getByRole("link", { name: "IP Geolocation by DB-IP" })).toHaveAttribute(
    "href",
    "https://db-ip.com",
  );
  await feed.keyboard.press("Tab");
  await expect(feed.getByRole("link", { name: "Skip to the feed" })).toBeFocused();
  await feed.keyboard.press("Enter");
  await expect(feed.locator("#feed")).toBeFocused();
});
