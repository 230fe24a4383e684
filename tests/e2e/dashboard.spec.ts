import type { Page } from "@playwright/test";
import { confirm, makeSite, newAddress, PASSWORD, register } from "./support/people";
import { expect, test } from "./support/product";

const HOSTILE = `"><img src=x onerror="hacked=1"><script>hacked=1</script>{{7*7}}`;

const send = (page: Page, origin: string, events: object[]) =>
  page.request.post(`${origin}/track`, { data: { events } });

test("hostile names, addresses, titles, types and payloads run nowhere", async ({
  product,
  page,
}) => {
  const { origin } = product;
  await page.addInitScript(() => Object.assign(window, { hacked: 0 }));
  await confirm(page, product.local, await register(page, origin, HOSTILE));
  const { siteId, trackingId } = await makeSite(page, origin, {
    url: "https://example.com/%22%3E%3Csvg%20onload=hacked=1%3E",
    name: HOSTILE,
  });
  const base = { siteId: trackingId, url: "https://example.com/", userId: product.visitor };
  const sent = await send(page, origin, [
    { ...base, eventType: HOSTILE.slice(0, 60), title: HOSTILE, payload: { [HOSTILE]: HOSTILE } },
    {
      ...base,
      eventType: "click",
      title: HOSTILE,
      payload: { name: HOSTILE, elementText: HOSTILE },
    },
    { ...base, eventType: "pageview", url: `https://example.com/${HOSTILE}?q=${HOSTILE}` },
    { ...base, eventType: "__proto__", title: "constructor", payload: { __proto__: 1 } },
  ]);
  expect(sent.status()).toBe(204);
  await page.goto(`${origin}/keys`);
  await page.getByRole("button", { name: "New key" }).click();
  await page.getByLabel("What is it for?").fill(HOSTILE);
  await page.getByLabel("Current password").fill(PASSWORD);
  await page.getByRole("button", { name: "Make key" }).click();
  await expect(page.locator("dialog .snippet")).toBeVisible();

  const screens: [path: string, seen: string][] = [
    ["/sites", "main table"],
    [`/sites/${siteId}`, ".report-range"],
    [`/sites/${siteId}?filter=${encodeURIComponent(`page:is:${HOSTILE}`)}`, ".report-range"],
    [`/sites/${siteId}/feed`, "#feed .row"],
    [`/sites/${siteId}/feed?type=${encodeURIComponent(HOSTILE)}`, "main .empty"],
    [`/sites/${siteId}/install`, ".first[data-arrived]"],
    [`/sites/${siteId}/settings`, "main form"],
    ["/keys", "main table"],
    ["/account", "main form"],
    [`/confirm?token=${encodeURIComponent(HOSTILE)}`, "main .empty"],
  ];
  for (const [path, seen] of screens) {
    await page.goto(origin + path);
    await expect(page.locator(seen).first(), path).toBeVisible();
    expect(await page.locator("main :is(img, script, iframe, object)").count(), path).toBe(0);
    expect(await page.evaluate(() => "hacked" in window && window.hacked), path).toBe(0);
  }
  await page.goto(`${origin}/sites/${siteId}/feed`);
  await expect(page.locator("#feed .row")).toHaveCount(4);
  await expect(page.locator("#feed .row-title").first()).toBeVisible();
  await page.goto(`${origin}/login?next=${encodeURIComponent("javascript:hacked=1")}`);
  await expect(page).toHaveURL(`${origin}/sites`);
  await page.goto(`${origin}/login?next=${encodeURIComponent("//evil.example/")}`);
  await expect(page).toHaveURL(`${origin}/sites`);
  expect(await page.evaluate(() => "hacked" in window && window.hacked)).toBe(0);
});

test("an address of an event is a link only where it is one of the web", async ({
  product,
  page,
}) => {
  await register(page, product.origin);
  const { siteId, trackingId } = await makeSite(page, product.origin, {
    url: "https://example.com",
    name: "Links",
  });
  const base = { siteId: trackingId, eventType: "pageview", userId: product.visitor };
  await send(page, product.origin, [{ ...base, url: "https://example.com/fine" }]);
  await page.goto(`${product.origin}/sites/${siteId}/feed`);
  const link = page.locator("#feed .row").first().getByRole("link");
  await expect(link).toHaveAttribute("href", "https://example.com/fine");
  await expect(link).toHaveAttribute("rel", "noreferrer noopener");
});

test("older events come page by page, each once", async ({ product, page }) => {
  await register(page, product.origin);
  const { siteId, trackingId } = await makeSite(page, product.origin, {
    url: "https://example.com",
    name: "Many",
  });
  for (let batch = 0; batch < 3; batch += 1) {
    const events = Array.from({ length: 40 }, (_, n) => ({
      siteId: trackingId,
      eventType: "pageview",
      url: `https://example.com/${batch}/${n}`,
      userId: product.visitor,
    }));
    expect((await send(page, product.origin, events)).status()).toBe(204);
  }
  await page.goto(`${product.origin}/sites/${siteId}/feed`);
  const rows = page.locator("#feed .row");
  await expect(async () => {
    await page.reload();
    await expect(rows.first()).toBeVisible();
    const older = page.getByRole("button", { name: "Show older" });
    while (await older.isVisible()) {
      const before = await rows.count();
      await older.click();
      await expect
        .poll(async () => (await rows.count()) > before || !(await older.isVisible()))
        .toBe(true);
    }
    expect(await rows.count()).toBe(120);
  }).toPass({ timeout: 90_000 });
  const ids = await rows.evaluateAll((all) => all.map((row) => (row as HTMLElement).dataset.id));
  expect(new Set(ids).size).toBe(120);
  await expect(page.getByText("There is nothing older.")).toBeVisible();
});

test("a server that is away is named, and the feed goes on when it is back", async ({
  product,
  page,
}) => {
  await register(page, product.origin);
  const { siteId } = await makeSite(page, product.origin, {
    url: "https://example.com",
    name: "Away",
  });
  await page.goto(`${product.origin}/sites/${siteId}/feed`);
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
  await page.route("**/api/v1/events*", (route) => route.abort());
  await expect(page.getByRole("alert")).toContainText("The server does not answer");
  await page.unroute("**/api/v1/events*");
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
  await expect(page.getByRole("alert")).toHaveCount(0);
});

test("everything is reached by the keyboard", async ({ product, page }) => {
  await page.goto(`${product.origin}/register`);
  const email = newAddress();
  await page.getByLabel("E-mail").fill(email);
  await page.keyboard.press("Tab");
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Enter");
  await page.waitForURL("**/sites");
  await page.keyboard.press("Tab");
  await page.getByRole("button", { name: "Account menu" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("menuitem", { name: "Account" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Account menu" })).toBeFocused();
  await confirm(page, product.local, email);
  await page.goto(`${product.origin}/keys`);
  const opener = page.getByRole("button", { name: "New key" });
  await opener.focus();
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("What is it for?")).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(page.locator("dialog")).toHaveCount(0);
  await expect(opener).toBeFocused();
});

for (const [locale, sitesTitle] of [
  ["en-GB", "Sites"],
  ["ru-RU", "Сайты"],
] as const) {
  for (const colorScheme of ["light", "dark"] as const) {
    for (const width of [360, 1440]) {
      test.describe(`${locale}, ${colorScheme}, ${width} px`, () => {
        test.use({ locale, colorScheme, viewport: { width, height: width < 900 ? 740 : 900 } });

        test("every screen of the dashboard fits and has no complaints", async ({
          product,
          page,
        }, info) => {
          const { origin } = product;
          const look = async (path: string, name: string, seen = "main h1, main h2") => {
            await page.goto(origin + path);
            await expect(page.locator(seen).first(), path).toBeVisible();
            const fits = await page.evaluate(
              () => document.documentElement.scrollWidth <= window.innerWidth,
            );
            expect(fits, `${path} is wider than the screen`).toBe(true);
            await page.screenshot({ path: info.outputPath(`${name}.png`), fullPage: true });
          };
          await look("/login", "login");
          await look("/register", "register");
          await look("/forgot", "forgot");
          await look("/reset?token=x", "reset");
          await look("/reset", "reset-broken", ".empty");
          await page.goto(`${origin}/register`);
          await page.locator("form button[type=submit]").click();
          await expect(page.locator(".field-refusal").first()).toBeVisible();
          await page.screenshot({ path: info.outputPath("register-refused.png"), fullPage: true });
          const before = product.complaints.splice(0);
          // The browser itself reports each refused call: no log-in yet, and an empty form.
          expect(before.filter((line) => !/status of 40[01]/.test(line))).toEqual([]);

          const email = await register(page, origin, "Ада Лавлейс");
          product.complaints.splice(0);
          await look("/sites", "sites-empty", ".empty");
          await look("/keys", "keys-empty", ".empty");
          const { siteId, trackingId } = await makeSite(page, origin, {
            url: "https://quiet-leaf.example/a-long-address-that-has-to-break-somewhere",
            name: "Quiet Leaf",
          });
          await look("/sites/new", "new-site");
          await look(`/sites/${siteId}`, "report-empty", ".empty");
          await look(`/sites/${siteId}/feed`, "feed-empty", ".empty");
          await look(`/sites/${siteId}/install`, "install", ".snippet");
          const base = { siteId: trackingId, userId: product.visitor, screen: "390x844" };
          const events = ["session_start", "pageview", "click", "signup"].map((eventType, n) => ({
            ...base,
            eventType,
            url: `https://quiet-leaf.example/teas/long-jing?n=${n}`,
            title: "Long Jing · Quiet Leaf",
            payload:
              eventType === "click"
                ? { name: "add-to-cart", elementTag: "BUTTON", elementText: "Add to cart" }
                : { plan: "pro" },
          }));
          const sent = await page.request.post(`${origin}/track`, {
            data: { events },
            headers: { "X-Forwarded-For": "8.8.8.8", "User-Agent": await agent(page) },
          });
          expect(sent.status()).toBe(204);
          await expect(page.locator(".first[data-arrived]")).toBeVisible();
          await page.screenshot({ path: info.outputPath("install-arrived.png"), fullPage: true });
          await look(`/sites/${siteId}/feed`, "feed", "#feed .row");
          await look(`/sites/${siteId}/settings`, "settings", "form");
          await look("/sites", "sites", "main table");
          await expect(page.locator("h1")).toHaveText(sitesTitle);
          await page.locator(".avatar").click();
          await page.screenshot({ path: info.outputPath("menu.png") });
          await look("/account", "account");
          await confirm(page, product.local, email);
          await look("/account", "account-confirmed");
          await look("/keys", "keys", "main h1");
          await page.locator(".empty .button").click();
          await page.screenshot({ path: info.outputPath("new-key.png") });
          await page.locator("dialog [name=name]").fill("Nightly");
          await page.locator("dialog [name=currentPassword]").fill(PASSWORD);
          await page.locator("dialog button[type=submit]").click();
          await expect(page.locator("dialog .snippet")).toBeVisible();
          await page.screenshot({ path: info.outputPath("key-made.png") });
          await look("/keys", "keys", "main table");
          await look("/nothing/here", "not-found", ".empty");
          await expect(page.locator("html")).toHaveAttribute("lang", locale.slice(0, 2));
          expect(product.complaints).toEqual([]);
        });
      });
    }
  }
}

const agent = (page: Page): Promise<string> => page.evaluate(() => navigator.userAgent);

test("the policy of the dashboard holds in the browser", async ({ product, page }) => {
  const answer = await page.goto(`${product.origin}/login`);
  const policy = answer?.headers()["content-security-policy"] ?? "";
  expect(policy).toContain("default-src 'self'");
  expect(policy).not.toContain("unsafe");
  const ran = await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "window.ran = true";
    document.head.append(script);
    return "ran" in window;
  });
  expect(ran).toBe(false);
});
