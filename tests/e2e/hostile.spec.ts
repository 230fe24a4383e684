/** Texts of an attacker's on the screens that dashboard.spec.ts does not open: nothing of them runs. */

import type { Page } from "@playwright/test";
import { makeSite, register } from "./support/people";
import { expect, type Product, test } from "./support/product";

const HOSTILE = `"><img src=x onerror="hacked=1"><script>hacked=1</script>`;
const SVG = "<svg onload=hacked=1>";
const SCRIPT = "javascript:hacked=1";

async function nothingRan(page: Page, where: string): Promise<void> {
  const brought = page.locator(":is(main, dialog) :is(img, script, iframe, object, svg[onload])");
  expect(await brought.count(), where).toBe(0);
  expect(await page.evaluate(() => "hacked" in window && window.hacked), where).toBe(0);
  const links = page.locator(":is(main, dialog) a[href]");
  const addresses = await links.evaluateAll((all) => all.map((a) => (a as HTMLAnchorElement).href));
  const odd = addresses.filter((address) => !/^(https?|mailto):/.test(address));
  expect(odd, where).toEqual([]);
}

/** What a screen shows in the end; an address that can be none of the dashboard's is refused. */
const shown = (page: Page) =>
  page
    .locator("main :is(form, .empty, .failure)")
    .or(page.getByText("There is nothing at this address."))
    .first();

/** Make a site, as the person who is logged in, whose report is full of hostile texts. */
async function hostileSite(page: Page, product: Product): Promise<string> {
  const { origin } = product;
  await register(page, origin, HOSTILE);
  const site = { url: "https://example.com", name: HOSTILE };
  const { siteId, trackingId } = await makeSite(page, origin, site);
  const { token } = await (await page.request.post(`${origin}/auth/refresh`)).json();
  const headers = { Authorization: `Bearer ${token}` };
  const goal = { name: HOSTILE, kind: "event", pattern: SVG };
  const made = await page.request.post(`${origin}/api/v1/sites/${siteId}/goals`, {
    headers,
    data: goal,
  });
  expect(made.status()).toBe(201);
  const base = { siteId: trackingId, userId: HOSTILE, language: SVG, screen: SVG, timezone: SVG };
  const tags = ["source", "medium", "campaign", "term", "content"]
    .map((name) => `utm_${name}=${encodeURIComponent(HOSTILE)}`)
    .join("&");
  const events = [
    {
      ...base,
      eventType: "pageview",
      url: `https://example.com/${HOSTILE}?${tags}`,
      title: HOSTILE,
      referrer: `https://evil.example/${HOSTILE}`,
    },
    { ...base, eventType: SVG, url: "/goal", payload: { [HOSTILE]: HOSTILE, href: SCRIPT } },
    { ...base, eventType: "click", url: "/click", payload: { href: SCRIPT, elementText: SVG } },
    { ...base, eventType: "outbound", url: "/out", payload: { url: SCRIPT, href: HOSTILE } },
    { ...base, eventType: "download", url: "/file", payload: { url: SCRIPT, href: HOSTILE } },
  ];
  const sent = await page.request.post(`${origin}/track`, { data: { events } });
  expect(sent.status()).toBe(204);
  const summary = async () => {
    await product.aggregate();
    const query = { siteId, period: "7d" };
    const path = `${origin}/api/v1/reports/summary`;
    const answer = await page.request.get(path, { headers, params: query });
    return answer.status() === 200 ? (await answer.json()).goals[0].conversions : 0;
  };
  await expect.poll(summary, { timeout: 60_000, intervals: [500] }).toBe(1);
  return siteId;
}

test.beforeEach(async ({ page }) => {
  await page.addInitScript(() => Object.assign(window, { hacked: 0 }));
});

test("a report of hostile values, in every card and dialog", async ({ product, page }) => {
  const siteId = await hostileSite(page, product);
  await page.goto(`${product.origin}/sites/${siteId}?period=7d`);
  await expect(page.locator(".chart canvas")).toBeVisible();
  const cards = page.locator("main section", { has: page.locator(".tab-buttons") });
  const count = await cards.count();
  expect(count).toBeGreaterThanOrEqual(5);
  let shown = 0;
  for (let place = 0; place < count; place += 1) {
    const card = cards.nth(place);
    for (const tab of await card.locator(".tab-buttons button").all()) {
      await tab.click();
      await expect(card.locator(".bars, .bars-empty").first()).toBeVisible();
      shown += await card.getByText("hacked=1").count();
      await nothingRan(page, `tab ${await tab.textContent()}`);
    }
    await card.locator(".tab-buttons button").first().click();
    const opener = card.getByRole("button", { name: "All rows" });
    if (await opener.isVisible()) {
      await opener.click();
      await expect(page.locator("dialog table")).toBeVisible();
      await nothingRan(page, "all rows");
      await page.keyboard.press("Escape");
      await expect(page.locator("dialog")).toHaveCount(0);
    }
  }
  expect(shown, "hostile values are shown, as text").toBeGreaterThan(3);
  await expect(page.getByText(HOSTILE).first()).toBeVisible();
  await nothingRan(page, "goals");
});

test("a filter, a goal and a period from an address", async ({ product, page }) => {
  const siteId = await hostileSite(page, product);
  const queries = [
    `filter=${encodeURIComponent(`event:is:${SVG}`)}`,
    `filter=${encodeURIComponent(HOSTILE)}`,
    `goal=${encodeURIComponent(HOSTILE)}`,
    `period=${encodeURIComponent(HOSTILE)}&from=${SCRIPT}&to=${encodeURIComponent(SVG)}`,
    `metric=${encodeURIComponent(HOSTILE)}&__proto__[hacked]=1&constructor=1`,
  ];
  for (const query of queries) {
    await page.goto(`${product.origin}/sites/${siteId}?${query}`);
    await expect(page.locator(".report-range, main .empty, [role=alert]").first()).toBeVisible();
    await nothingRan(page, query);
    expect(await page.evaluate(() => "hacked" in Object.prototype), query).toBe(false);
  }
});

test("settings, their dialogs and jobs", async ({ product, page }) => {
  const siteId = await hostileSite(page, product);
  await page.goto(`${product.origin}/sites/${siteId}/settings`);
  await page.getByRole("button", { name: "Delete site" }).click();
  await expect(page.locator("dialog")).toContainText("<script>");
  await nothingRan(page, "delete a site");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Erase a visitor" }).click();
  await page.locator("dialog [name=userId]").fill(SVG);
  await page.locator("dialog button[type=submit]").click();
  await expect(page.locator("dialog")).toHaveCount(0);
  await nothingRan(page, "erase a visitor");
  await page.locator("[name=url]").fill(SCRIPT);
  await page.locator("main form button[type=submit]").first().click();
  await nothingRan(page, "an address that is refused");
});

const STRANGERS_SCREENS = [
  `/login?next=${encodeURIComponent(HOSTILE)}`,
  `/register?invitation=${encodeURIComponent(HOSTILE)}&next=${encodeURIComponent(SCRIPT)}`,
  "/forgot",
  `/reset?token=${encodeURIComponent(HOSTILE)}`,
  `/confirm?token=${encodeURIComponent(SVG)}`,
  `/${encodeURIComponent(HOSTILE)}`,
  `/sites/${encodeURIComponent(SVG)}`,
  `/login#${SVG}`,
];

test("screens of strangers with hostile addresses and inputs", async ({ product, page }) => {
  for (const path of STRANGERS_SCREENS) {
    await page.goto(product.origin + path);
    await expect(shown(page), path).toBeVisible();
    await nothingRan(page, path);
    const email = page.locator("[name=email]");
    if (!(await email.isVisible())) continue;
    await email.fill(`${HOSTILE}@example.com`);
    const password = page.locator("[name=password]");
    if (await password.isVisible()) await password.fill(HOSTILE);
    await page
      .locator("form")
      .evaluate((form) => (form as HTMLFormElement).setAttribute("novalidate", ""));
    await page.locator("form button[type=submit]").click();
    await expect(
      page.locator("[role=alert], .field-refusal, main .empty, main p[role=status]").first(),
      path,
    ).toBeVisible();
    await nothingRan(page, `${path}, sent`);
  }
});

test("a screen for which there is nothing says so without what was asked", async ({
  product,
  page,
}) => {
  await register(page, product.origin);
  for (const path of [`/sites/${SVG}/feed`, `/sites/${SVG}/settings`, `/nowhere/${SVG}`]) {
    await page.goto(product.origin + path);
    await expect(shown(page), path).toBeVisible();
    await nothingRan(page, path);
  }
});

test("the shop, the page of the API and the tracker in odd pages", async ({ product, page }) => {
  for (const address of [
    `${product.shop}/teas/${encodeURIComponent(SVG)}`,
    `${product.shop}/catalog?q=${encodeURIComponent(HOSTILE)}#${SVG}`,
    `${product.origin}/docs?url=https://evil.example/x.json&configUrl=${SCRIPT}#${SVG}`,
  ]) {
    await page.goto(address);
    await expect(page.locator("body")).not.toBeEmpty();
    expect(await page.evaluate(() => "hacked" in window && window.hacked), address).toBe(0);
  }
  const answer = await page.goto(`${product.origin}/docs?url=https://evil.example/x.json`);
  expect(answer?.headers()["content-security-policy"]).not.toContain("unsafe");
  await expect(page.getByText("/api/v1/openapi.json").first()).toBeVisible();
});

test("every page that runs scripts has a policy that no text of anybody's can pass", async ({
  product,
  request,
}) => {
  for (const path of ["/", "/login", "/sites", "/demo/", "/docs", "/nowhere"]) {
    const answer = await request.get(product.origin + path);
    const policy = answer.headers()["content-security-policy"] ?? "";
    expect(policy, path).toMatch(/(script-src|default-src) '(self|none)'/);
    expect(policy, path).not.toMatch(/script-src[^;]*('unsafe-inline'|'unsafe-eval'|\*|data:)/);
    expect(policy, path).toContain("base-uri 'none'");
    expect(policy, path).toContain("frame-ancestors");
    expect(answer.headers()["x-content-type-options"], path).toBe("nosniff");
  }
});
