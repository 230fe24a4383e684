import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Download, Page } from "@playwright/test";
import { logIn, makeSite, register } from "./support/people";
import { expect, type Product, test } from "./support/product";
import { stubReports } from "./support/report-stub";

const MADE = { url: "https://quiet-leaf.example", name: "Quiet Leaf", timezone: "Europe/Moscow" };

/** Register, add a site and answer its id. */
async function newSite(page: Page, { origin, complaints }: Product): Promise<string> {
  await register(page, origin);
  // The browser itself reports the refused call of a visitor without a session.
  complaints.splice(0);
  return (await makeSite(page, origin, MADE)).siteId;
}

/** Register, add a site whose reports are the stub's, and open its report. */
async function openReport(page: Page, product: Product, query = ""): Promise<URL[]> {
  const asked = await stubReports(page, { goals: ["Sign up"] });
  await page.goto(`${product.origin}/sites/${await newSite(page, product)}${query}`);
  await expect(page.locator(".chart canvas")).toBeVisible();
  return asked;
}

const textOf = async (file: Download) => readFile(await file.path(), "utf8");

const card = (page: Page, name: string) => page.getByRole("region", { name, exact: true });

test("a visit to the shop comes into report and summary by itself, alone and whole", async ({
  product,
  page,
  request,
}) => {
  test.setTimeout(300_000);
  const { origin, demo } = product;
  const campaign = `spring-${randomUUID()}`;
  const filter = `utm_campaign:is:${campaign}`;
  await page.goto(`${product.shop}/?utm_campaign=${campaign}`);
  await page.getByRole("link", { name: "Long Jing" }).click();
  await page.getByRole("heading", { name: "Long Jing" }).waitFor();
  await page.getByRole("button", { name: "Add to cart" }).click();
  const start = Date.now();

  const ask = async (path: string, more: Record<string, string> = {}) => {
    const answer = await request.get(`${origin}/api/v1/reports/${path}`, {
      params: { siteId: demo.siteId, period: "7d", filter, ...more },
      headers: { Authorization: `Bearer ${demo.apiKey}` },
    });
    // A store that is busy for a moment answers 503; the next look asks again.
    if (answer.status() === 503) return null;
    expect(answer.status()).toBe(200);
    return answer.json();
  };
  const counted = async () => (await ask("summary"))?.metrics;
  const whole = { visitors: 1, visits: 1, pageviews: 2, events: 1, bounceRate: 0 };
  await expect
    .poll(counted, { timeout: 180_000, intervals: [1000] })
    .toMatchObject({ ...whole, viewsPerVisit: 2 });
  const seconds = Math.round((Date.now() - start) / 1000);
  test.info().annotations.push({ type: "click to report", description: `${seconds} s` });

  const rowsOf = async (dimension: string) =>
    (await ask("breakdown", { dimension }))?.rows.map((row: { value: string }) => row.value);
  await expect.poll(() => rowsOf("page")).toEqual(["/", "/teas/long-jing"]);
  await expect.poll(() => rowsOf("entry_page")).toEqual(["/"]);
  await expect.poll(() => rowsOf("exit_page")).toEqual(["/teas/long-jing"]);
  await expect.poll(() => rowsOf("event")).toEqual(["click"]);

  await page.goto(`${origin}/login`);
  await logIn(page, demo.email, demo.password);
  product.complaints.splice(0);
  await page.goto(`${origin}/sites/${demo.siteId}?period=7d&${new URLSearchParams({ filter })}`);
  await expect(page.getByRole("button", { name: /^Visitors\s*1\b/ })).toBeVisible();
  await expect(page.getByRole("button", { name: /^Page views\s*2\b/ })).toBeVisible();
  await expect(card(page, "Pages").getByRole("rowheader")).toHaveText(["/", "/teas/long-jing"]);
  await expect(card(page, "Events").getByRole("rowheader")).toHaveText(["Click"]);
  expect(product.complaints).toEqual([]);
});

test("period, comparison and filters stand in the address; the back button undoes them", async ({
  product,
  page,
}) => {
  const asked = await openReport(page, product);
  const last = () => asked.filter((url) => url.pathname.endsWith("/summary")).at(-1)?.searchParams;
  await page.getByRole("button", { name: "Period: Last 30 days" }).click();
  await page.getByRole("menuitemradio", { name: "Last 7 days" }).click();
  await expect(page).toHaveURL(/\?period=7d$/);
  await expect.poll(() => last()?.get("period")).toBe("7d");
  await page.getByRole("button", { name: /^Comparison/ }).click();
  await page.getByRole("menuitemradio", { name: "No comparison" }).click();
  await expect.poll(() => last()?.get("compare")).toBe("none");
  await expect(page.locator(".tile-before")).toHaveCount(0);

  await card(page, "Places").getByRole("button", { name: "Germany" }).click();
  await expect(page).toHaveURL(/filter=country%3Ais%3ADE/);
  await expect(page.locator(".chip")).toHaveText(/Country is\s*Germany/);
  await expect.poll(() => last()?.getAll("filter")).toEqual(["country:is:DE"]);
  await page.getByRole("button", { name: /^Change the filter/ }).click();
  await page.getByRole("menuitemradio", { name: "is not" }).click();
  await expect.poll(() => last()?.getAll("filter")).toEqual(["country:is_not:DE"]);

  await page.getByRole("button", { name: "Add filter" }).click();
  await page.getByLabel("How").selectOption("contains");
  await page.getByLabel("Value").fill("/blog: a");
  await page.locator("dialog").getByRole("button", { name: "Add filter" }).click();
  await expect
    .poll(() => last()?.getAll("filter"))
    .toEqual(["country:is_not:DE", "page:contains:/blog: a"]);
  await page.reload();
  await expect(page.locator(".chip")).toHaveCount(2);
  await page.goBack();
  await expect(page.locator(".chip")).toHaveCount(1);
  await page.goBack();
  await expect(page.locator(".chip")).toHaveText(/Country is\s*Germany/);
  await page.getByRole("button", { name: "Remove the filter: Country is Germany" }).click();
  await expect(page.locator(".chip")).toHaveCount(0);
  expect(product.complaints).toEqual([]);
});

test("other days are chosen by their dates, the first before the last", async ({
  product,
  page,
}) => {
  const asked = await openReport(page, product);
  await page.getByRole("button", { name: /^Period/ }).click();
  await page.getByRole("menuitemradio", { name: "Other days…" }).click();
  await page.getByLabel("First day").fill("2026-03-09");
  await page.getByLabel("Last day").fill("2026-03-08");
  const show = page.getByRole("button", { name: "Show", exact: true });
  await expect(show).toBeDisabled();
  await page.getByLabel("Last day").fill("2026-03-11");
  await show.click();
  await expect(page).toHaveURL(/period=custom&from=2026-03-09&to=2026-03-11/);
  await expect
    .poll(() => asked.some((url) => url.searchParams.get("from") === "2026-03-09"))
    .toBe(true);
});

test("all rows are searched and paged; those of an event tell what it carried", async ({
  product,
  page,
}) => {
  await page.addInitScript(() => Object.assign(window, { hacked: 0 }));
  await openReport(page, product);
  const opener = card(page, "Pages").getByRole("button", { name: "All rows" });
  await opener.click();
  const dialog = page.locator("dialog");
  await expect(dialog.getByText("1–20 of 67")).toBeVisible();
  await dialog.getByRole("button", { name: "Next" }).click();
  await expect(dialog.getByText("21–40 of 67")).toBeVisible();
  await dialog.getByRole("searchbox").fill("POST-5");
  await expect(dialog.getByText("1–11 of 11")).toBeVisible();
  await dialog.getByRole("searchbox").fill("nowhere");
  await expect(dialog.getByText("Nothing contains this.")).toBeVisible();
  // The first one empties the field.
  await page.keyboard.press("Escape");
  await expect(dialog.getByText("1–20 of 67")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  await expect(opener).toBeFocused();

  await card(page, "Events").getByRole("button", { name: "All rows" }).click();
  await dialog.getByRole("button", { name: "Details of signup" }).click();
  await expect(dialog.getByRole("rowheader", { name: "plan=<b>team</b>" })).toBeVisible();
  await dialog.getByRole("button", { name: "Back", exact: true }).first().click();
  await dialog.getByRole("button", { name: "<img src=x onerror=hacked=1>", exact: true }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.locator(".chip")).toContainText("<img src=x onerror=hacked=1>");
  expect(await page.locator("main :is(img, script)").count()).toBe(0);
  expect(await page.evaluate(() => "hacked" in window && window.hacked)).toBe(0);
  expect(product.complaints).toEqual([]);
});

test("a tile chooses the chart's metric; the chart is read by keys and as a table", async ({
  product,
  page,
}) => {
  await openReport(page, product);
  await page.getByRole("button", { name: /^Page views/ }).click();
  await expect(page).toHaveURL(/metric=pageviews/);
  const chart = page.getByRole("slider", { name: /^Page views over time/ });
  await chart.focus();
  const said = () => chart.getAttribute("aria-valuetext");
  const last = await said();
  await page.keyboard.press("ArrowLeft");
  await expect.poll(said).not.toBe(last);
  await expect(page.locator(".chart-tooltip")).toBeVisible();
  await page.keyboard.press("Home");
  await expect(chart).toHaveAttribute("aria-valuenow", "0");
  const first = await said();
  await page.getByRole("button", { name: /^Visit duration/ }).click();
  await expect(page).toHaveURL(/metric=visitDuration/);
  await expect(page.getByRole("slider", { name: /^Visit duration over time/ })).toBeVisible();
  await page.getByRole("button", { name: /^Page views/ }).click();
  await page.getByText("As a table").click();
  const name = await page.locator(".chart-table tbody th").first().textContent();
  expect(first).toContain(`${name}: `);
  await expect(page.locator(".chart-table tbody tr")).toHaveCount(30);
});

test("the whole report is reached by the keyboard", async ({ product, page }) => {
  await openReport(page, product);
  await page.getByRole("button", { name: /^Period/ }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("menuitemradio").first()).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("menuitemradio", { name: "Yesterday" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Period: Yesterday" })).toBeFocused();
  const row = card(page, "Sources").getByRole("button", { name: "Search", exact: true });
  await row.focus();
  await page.keyboard.press("Enter");
  await expect(page.locator(".chip")).toHaveText(/Channel is\s*Search/);
});

test("a goal chosen shows its conversions in every card", async ({ product, page }) => {
  const asked = await openReport(page, product);
  await card(page, "Goals").getByRole("button", { name: "Sign up", exact: true }).click();
  await expect(page).toHaveURL(/goal=goal-0/);
  await expect(card(page, "Pages").getByRole("columnheader")).toHaveText([
    "Page",
    "Conversions",
    "Rate",
  ]);
  expect(asked.some((url) => url.searchParams.get("goal") === "goal-0")).toBe(true);
});

test("what the server refuses is told in its words; what is away can be tried again", async ({
  product,
  page,
}) => {
  await openReport(page, product);
  const errors = [{ field: "filter", message: "there are no facts before 2026-01-01" }];
  await page.route("**/api/v1/reports/summary*", (route) =>
    route.fulfill({ status: 400, json: { status: 400, errors } }),
  );
  await card(page, "Places").getByRole("button", { name: "Germany" }).click();
  const alert = page.getByRole("alert").first();
  await expect(alert).toContainText("there are no facts before 2026-01-01");
  await page.unroute("**/api/v1/reports/summary*");
  await stubReports(page);
  await page.getByRole("button", { name: "Start again without filters" }).click();
  await expect(page.locator(".tiles")).toBeVisible();
  await expect(page.locator(".chip")).toHaveCount(0);

  await page.route("**/api/v1/reports/breakdown*", (route) => route.abort());
  await page.reload();
  const places = card(page, "Places");
  await expect(places.getByRole("alert")).toContainText("The server does not answer");
  await page.unroute("**/api/v1/reports/breakdown*");
  await stubReports(page);
  await places.getByRole("button", { name: "Try again" }).click();
  await expect(places.getByRole("button", { name: "Germany" })).toBeVisible();
});

test("the data is saved as files: a page after the other, tried again, left", async ({
  product,
  page,
}) => {
  await openReport(page, product, "?filter=country:is:DE");
  const asked: URLSearchParams[] = [];
  let isAway = true;
  await page.route("**/api/v1/export*", (route) => {
    const query = new URL(route.request().url()).searchParams;
    asked.push(query);
    if (!query.has("next")) {
      const headers = { "X-Next": "p1", "Content-Type": "text/csv; charset=utf-8" };
      return route.fulfill({ headers, body: "at,path\r\n1,/чай\r\n" });
    }
    if (isAway) return route.fulfill({ status: 503, json: { status: 503 } });
    return route.fulfill({ contentType: "text/csv", body: "2,/b\r\n" });
  });
  await page.getByRole("button", { name: "Export" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("menuitem", { name: "Days (CSV)" })).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("menuitem", { name: "Events (CSV)" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Export" })).toBeFocused();
  const retry = page.getByRole("alert").getByRole("button", { name: "Try again" });
  await retry.waitFor();
  // The browser itself reports what the stub refused.
  product.complaints.splice(0);
  isAway = false;
  const [events] = await Promise.all([page.waitForEvent("download"), retry.click()]);
  const dates = "2026-10-24_2026-11-22";
  expect(events.suggestedFilename()).toBe(`quiet-leaf_events_${dates}.csv`);
  expect(await textOf(events)).toBe("at,path\r\n1,/чай\r\n2,/b\r\n");
  await expect(page.getByText(`Saved as quiet-leaf_events_${dates}.csv`)).toBeVisible();
  expect(asked.map((query) => query.get("next"))).toEqual([null, "p1", "p1"]);
  expect(Object.fromEntries(asked[0] ?? [])).toMatchObject({
    dataset: "events",
    period: "custom",
    from: "2026-10-24",
    to: "2026-11-22",
    timezone: "Europe/Moscow",
    filter: "country:is:DE",
    bom: "true",
  });

  await card(page, "Pages").getByRole("button", { name: "All rows" }).click();
  const csv = page.locator("dialog").getByRole("button", { name: "CSV of all values" });
  const [rows] = await Promise.all([page.waitForEvent("download"), csv.click()]);
  expect(rows.suggestedFilename()).toBe(`quiet-leaf_page_${dates}.csv`);
  expect(asked.at(-1)?.get("dataset")).toBe("page");
  await page.keyboard.press("Escape");
  await expect(page.locator("dialog")).toHaveCount(0);

  await page.unroute("**/api/v1/export*");
  await page.getByRole("button", { name: "Export" }).click();
  const item = page.getByRole("menuitem", { name: "Days (CSV)" });
  const [days] = await Promise.all([page.waitForEvent("download"), item.click()]);
  const lines = (await textOf(days)).trimEnd().split("\r\n");
  // The byte-order mark tells Excel that this is UTF-8.
  expect(lines[0]).toBe(
    "\ufeffdate,visitors,visits,pageviews,events,bounceRate,visitDuration,exact",
  );
  expect(lines).toHaveLength(31);
  expect(lines.at(-1)).toMatch(/^2026-11-22,/);

  await page.route("**/api/v1/export*", () => {});
  await page.getByRole("button", { name: "Export" }).click();
  await page.getByRole("menuitem", { name: "Events (CSV)" }).click();
  await expect(page.getByText("Fetching the file: 0 MB")).toBeVisible();
  const [left] = await Promise.all([
    page.waitForEvent("requestfailed"),
    page.getByRole("link", { name: "Settings" }).click(),
  ]);
  expect(left.url()).toContain("/api/v1/export");
  expect(product.complaints).toEqual([]);
});

test("a filter that cannot be read is named, and dropped by a button", async ({
  product,
  page,
}) => {
  const asked = await stubReports(page);
  const query = "?filter=planet:is:<b>Mars&filter=country:is:DE";
  await page.goto(`${product.origin}/sites/${await newSite(page, product)}${query}`);
  const alert = page.getByRole("alert");
  await expect(alert).toContainText("planet:is:<b>Mars");
  await expect(page.locator(".chip")).toHaveCount(1);
  await expect(page.locator(".tiles")).toHaveCount(0);
  expect(asked).toEqual([]);
  await alert.getByRole("button", { name: "Drop it: planet:is:<b>Mars" }).click();
  await expect(page.locator(".tile-value").first()).toBeVisible();
  await expect(alert).toHaveCount(0);
  await expect(page).toHaveURL(/\?filter=country%3Ais%3ADE$/);
  expect(asked[0]?.searchParams.getAll("filter")).toEqual(["country:is:DE"]);
  expect(product.complaints).toEqual([]);
});

test("a site without data leads to its snippet; a goal is made and deleted", async ({
  product,
  page,
}) => {
  await page.goto(`${product.origin}/sites/${await newSite(page, product)}`);
  await expect(page.getByText("No data yet")).toBeVisible();
  const goals = card(page, "Goals");
  await goals.getByRole("button", { name: "New goal" }).click();
  await page.getByLabel("Name of the goal").fill("Thanks");
  await page.getByLabel("Path").fill("/thanks*");
  await page.locator("dialog").getByRole("button", { name: "New goal" }).click();
  await expect(goals.getByRole("rowheader")).toHaveText(["Thanks"]);
  await goals.getByRole("button", { name: "Delete goal Thanks" }).click();
  await page.locator("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(goals.getByRole("rowheader")).toHaveCount(0);
  await page.getByRole("link", { name: "Get the snippet" }).click();
  await expect(page.locator(".snippet")).toBeVisible();
  expect(product.complaints).toEqual([]);
});

test("a site's numbers are checked and a visitor is erased in its settings", async ({
  product,
  page,
}) => {
  const { origin } = product;
  // No path carries such an id.
  const visitor = ` ${product.visitor}/../?#%2F🙂`;
  await register(page, origin);
  const { siteId, trackingId } = await makeSite(page, origin, MADE);
  const event = { siteId: trackingId, url: `${MADE.url}/teas`, userId: visitor };
  const events = ["pageview", "signup"].map((eventType) => ({ ...event, eventType }));
  const headers = { "User-Agent": await page.evaluate(() => navigator.userAgent) };
  expect((await page.request.post(`${origin}/track`, { data: { events }, headers })).status()).toBe(
    204,
  );
  const visits = async () => {
    await product.aggregate();
    const { token } = await (await page.request.post(`${origin}/auth/refresh`)).json();
    const answer = await page.request.get(`${origin}/api/v1/reports/summary`, {
      params: { siteId, period: "7d" },
      headers: { Authorization: `Bearer ${token}` },
    });
    return (await answer.json()).metrics?.visits;
  };
  await expect.poll(visits, { timeout: 60_000 }).toBe(1);

  await page.goto(`${origin}/sites/${siteId}/settings`);
  await page.getByRole("button", { name: "Check now" }).click();
  await expect(async () => {
    await product.aggregate();
    await expect(page.getByText("Every number equals")).toBeVisible({ timeout: 2500 });
  }).toPass({ timeout: 90_000 });

  await page.getByRole("button", { name: "Erase a visitor" }).click();
  await page.getByLabel("Visitor id").fill(visitor);
  await page.locator("dialog").getByRole("button", { name: "Erase" }).click();
  await expect(page.getByText(/^(Waiting to begin|Running)/)).toBeVisible();
  // The job ends minutes later; the figures go with its first step.
  await expect.poll(visits, { timeout: 60_000 }).toBe(0);
  await page.goto(`${origin}/sites/${siteId}`);
  await expect(page.getByText("No data yet")).toBeVisible();
});

test("a page in letters is one row however it is written, and is found and filtered by", async ({
  product,
  page,
}) => {
  const { origin } = product;
  await register(page, origin);
  const { siteId, trackingId } = await makeSite(page, origin, MADE);
  const spellings = ["/%d1%82%d0%b5%d1%81%d1%82", "/%D1%82%D0%B5%D1%81%D1%82", "/тест"];
  const events = [...spellings, "/teas"].map((path, place) => ({
    siteId: trackingId,
    userId: `visitor-${place}`,
    eventType: "pageview",
    url: `${MADE.url}${path}`,
    referrer: "https://xn--e1afmkfd.xn--p1ai/",
  }));
  const send = async (agent: string) => {
    const headers = { "User-Agent": agent };
    const sent = await page.request.post(`${origin}/track`, { data: { events }, headers });
    expect(sent.status()).toBe(204);
  };
  await send(await page.evaluate(() => navigator.userAgent));
  await send("Googlebot/2.1 (+http://www.google.com/bot.html)");
  const visitors = page.getByRole("button", { name: /^Visitors\s*4\b/ });
  await expect(async () => {
    await product.aggregate();
    await page.goto(`${origin}/sites/${siteId}?period=day`);
    await expect(visitors).toBeVisible({ timeout: 5000 });
  }).toPass({ timeout: 90_000 });

  const pages = card(page, "Pages");
  await expect(pages.getByRole("row", { name: /^\/тест\s*3/ })).toBeVisible();
  await expect(pages.getByRole("rowheader")).toHaveText(["/тест", "/teas"]);
  await card(page, "Sources").getByRole("button", { name: "Source", exact: true }).click();
  await expect(card(page, "Sources").getByRole("rowheader")).toHaveText(["пример.рф"]);

  await page.getByRole("button", { name: "Show bots" }).click();
  const dialog = page.locator("dialog");
  await dialog.getByRole("button", { name: "Page", exact: true }).click();
  await expect(dialog.getByRole("rowheader")).toHaveText(["/тест", "/teas"]);
  await page.keyboard.press("Escape");

  await pages.getByRole("button", { name: "All rows" }).click();
  for (const sought of ["ТЕСТ", "%d1%82%d0%b5"]) {
    await dialog.getByLabel("Search").fill(sought);
    await expect(dialog.getByText("1–1 of 1")).toBeVisible();
    await expect(dialog.getByRole("rowheader")).toHaveText(["/тест"]);
  }
  await dialog.getByRole("button", { name: "/тест" }).click();
  await expect(page.locator(".chip")).toHaveText(/Page is\s*\/тест/);
  await expect(page.getByRole("button", { name: /^Visitors\s*3\b/ })).toBeVisible();
  await expect(pages.getByRole("rowheader")).toHaveText(["/тест"]);
});

const LOOKS = [
  ["en-GB", "light", 1440, "Visitors"],
  ["en-GB", "dark", 360, "Visitors"],
  ["ru-RU", "light", 360, "Посетители"],
  ["ru-RU", "dark", 1440, "Посетители"],
] as const;

for (const [locale, colorScheme, width, title] of LOOKS) {
  test.describe(`${locale}, ${colorScheme}, ${width} px`, () => {
    test.use({ locale, colorScheme, viewport: { width, height: width < 900 ? 740 : 900 } });

    test("the report fits and has no complaints", async ({ product, page }, info) => {
      await openReport(page, product, "?filter=page:contains:/blog/how-we-count-visits");
      await expect(page.locator(".bars")).toHaveCount(6);
      await expect(page.locator(".tile-name").first()).toHaveText(title);
      const fits = () =>
        page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth);
      expect(await fits(), "the report is wider than the screen").toBe(true);
      const chart = page.locator(".chart");
      await chart.focus();
      for (let point = 29; point >= 0; point -= 1) {
        await expect(chart).toHaveAttribute("aria-valuenow", `${point}`);
        await expect(page.locator(".chart-tooltip")).toBeVisible();
        expect(await fits(), `the tooltip of point ${point} leaves the screen`).toBe(true);
        await page.keyboard.press("ArrowLeft");
      }
      await page.screenshot({ path: info.outputPath("report.png"), fullPage: true });
      await page.locator(".report-head .choice").last().click();
      await expect(page.getByRole("menuitem")).toHaveCount(2);
      await page.screenshot({ path: info.outputPath("menu.png") });
      await page.keyboard.press("Escape");
      await page.locator(".bars-box .rows-end button").first().click();
      await expect(page.locator("dialog .table")).toBeVisible();
      expect(await fits(), "the dialog is wider than the screen").toBe(true);
      await page.screenshot({ path: info.outputPath("rows.png") });
      await page.keyboard.press("Escape");
      await page.locator(".coverage button").first().click();
      await expect(page.locator("dialog .table")).toBeVisible();
      expect(await fits(), "the dialog of bots is wider than the screen").toBe(true);
      await page.screenshot({ path: info.outputPath("bots.png") });
      expect(product.complaints).toEqual([]);
    });
  });
}
