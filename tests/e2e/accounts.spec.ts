import { ownSite } from "./support/pages";
import { addSite, logIn, mailTo, newAddress, PASSWORD, register } from "./support/people";
import { expect, test } from "./support/product";

test("a stranger registers, confirms, adds a site and sees its first click", async ({
  product,
  page,
  context,
}) => {
  const began = Date.now();
  const email = await register(page, product.origin);
  const banner = page.getByText("Please confirm your address");
  await expect(banner).toContainText(email);
  const mail = await mailTo(page, product.origin, email);
  const link = mail.links.find((address) => address.includes("/confirm?token="));
  await page.goto(link ?? "");
  await expect(page.getByText("Your address is confirmed.")).toBeVisible();
  await page.getByRole("link", { name: "To the dashboard" }).click();
  await expect(banner).toHaveCount(0);
  await page.getByRole("link", { name: "Add a site" }).click();

  const site = await ownSite();
  try {
    await page.getByLabel("Name").fill("My site");
    await page.getByLabel("Address").fill(site.origin);
    await page.getByRole("button", { name: "Add a site" }).click();
    await expect(page.getByText("Waiting for the first event…")).toBeVisible();
    const snippet = await page.locator(".snippet").textContent();
    expect(snippet).toContain(`${product.origin}/tracker.js`);
    site.serve(
      `<!doctype html><title>My page</title>${snippet}` +
        `<button id="buy" data-track-click="buy">Buy now</button>`,
    );
    const visit = await context.newPage();
    await visit.goto(`${site.origin}/pricing`);
    await visit.waitForFunction(() => "PixelTracker" in window);
    await visit.getByRole("button", { name: "Buy now" }).click();

    await page.bringToFront();
    await expect(page.getByText("It works: the first event is here")).toBeVisible();
    await page.getByRole("link", { name: "Open the feed" }).click();
    const click = page.locator("#feed .row[data-type=click]");
    await expect(click).toContainText("Buy now");
    await expect(click).toContainText("/pricing");
    await expect(page.locator("#feed .row")).toHaveCount(3);
    test.info().annotations.push({
      type: "register to first click in the feed",
      description: `${(Date.now() - began) / 1000} s`,
    });

    await page.getByLabel("Type").selectOption("click");
    await expect(page).toHaveURL(/\?type=click$/);
    await expect(page.locator("#feed .row")).toHaveCount(1);
    await page.reload();
    await expect(page.locator("#feed .row")).toHaveCount(1);
    await expect(page.getByLabel("Type")).toHaveValue("click");
  } finally {
    await site.close();
  }
  expect(product.complaints.filter((line) => !line.includes("401"))).toEqual([]);
});

test("log out everywhere ends the session of another browser", async ({
  product,
  page,
  browser,
}) => {
  const email = await register(page, product.origin);
  const elsewhere = await browser.newContext();
  const other = await elsewhere.newPage();
  await other.goto(`${product.origin}/account`);
  await expect(other).toHaveURL(/\/login\?next=%2Faccount$/);
  await logIn(other, email);
  await expect(other).toHaveURL(/\/account$/);
  await page.goto(`${product.origin}/account`);
  await page.getByRole("button", { name: "Log out everywhere" }).click();
  await expect(page).toHaveURL(/\/login/);
  await other.reload();
  await expect(other).toHaveURL(/\/login\?next=%2Faccount$/);
  await elsewhere.close();
});

test("two tabs that reload together stay in", async ({ product, page, context }) => {
  await register(page, product.origin);
  const second = await context.newPage();
  await second.goto(`${product.origin}/sites`);
  for (let round = 0; round < 3; round += 1) {
    await Promise.all([page.reload(), second.reload()]);
    for (const tab of [page, second]) {
      await expect(tab.getByRole("heading", { name: "Sites", level: 1 })).toBeVisible();
    }
  }
});

test("a log-out in one tab is noticed in the other", async ({ product, page, context }) => {
  await register(page, product.origin);
  const second = await context.newPage();
  await second.goto(`${product.origin}/sites`);
  await page.getByRole("button", { name: "Account menu" }).click();
  await page.getByRole("menuitem", { name: "Log out" }).click();
  await expect(page).toHaveURL(/\/login/);
  await second.reload();
  await expect(second).toHaveURL(/\/login/);
});

test("a forgotten password is replaced through a mail", async ({ product, page, context }) => {
  const email = await register(page, product.origin);
  await context.clearCookies();
  await page.goto(`${product.origin}/login`);
  await page.getByRole("link", { name: "Forgot your password?" }).click();
  await page.getByLabel("E-mail").fill(email.toUpperCase());
  await page.getByRole("button", { name: "Send the link" }).click();
  await expect(page.getByRole("status").filter({ hasText: "on its way" })).toBeVisible();
  const mail = await mailTo(page, product.origin, email, 2);
  await page.goto(mail.links.find((link) => link.includes("/reset?token=")) ?? "");
  await page.getByLabel("New password").fill("short1");
  await page.getByRole("button", { name: "Set password" }).click();
  await expect(page.getByLabel("New password")).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByLabel("New password")).toBeFocused();
  await page.getByLabel("New password").fill("another-good-9");
  await page.getByRole("button", { name: "Set password" }).click();
  await expect(page).toHaveURL(/\/login/);
  await page.locator("[name=email]").fill(email);
  await page.locator("[name=password]").fill(PASSWORD);
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page.getByRole("alert")).toContainText("The e-mail or the password is wrong.");
  await logIn(page, email, "another-good-9");
  await expect(page.getByText("No sites yet")).toBeVisible();
});

test("who is invited registers by the mail, and need not confirm", async ({
  product,
  page,
  browser,
}) => {
  await register(page, product.origin);
  await page.getByRole("button", { name: "Send again" }).click();
  await expect(page.getByRole("status").filter({ hasText: "another link" })).toBeVisible();
  await page.goto(`${product.origin}/account`);
  const email = newAddress();
  const field = page.getByRole("region", { name: "Invite someone" }).getByLabel("E-mail");
  await field.fill("nobody");
  await page.getByRole("button", { name: "Send invitation" }).click();
  await expect(field).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByText("This is not an e-mail address.")).toBeVisible();
  await field.fill(email);
  await page.getByRole("button", { name: "Send invitation" }).click();
  await expect(page.getByRole("status").filter({ hasText: email })).toBeVisible();
  await expect(field).toHaveValue("");

  const mail = await mailTo(page, product.origin, email);
  const elsewhere = await browser.newContext();
  const guest = await elsewhere.newPage();
  await guest.goto(mail.links.find((link) => link.includes("/register?invitation=")) ?? "");
  await guest.locator("[name=email]").fill(email);
  await guest.locator("[name=password]").fill(PASSWORD);
  await guest.getByRole("button", { name: "Create account" }).click();
  await expect(guest.getByRole("heading", { name: "Sites", level: 1 })).toBeVisible();
  await expect(guest.getByText("Please confirm your address")).toHaveCount(0);
  await elsewhere.close();
});

test("a key is shown once, reads events, and can be revoked", async ({ product, page }) => {
  await register(page, product.origin);
  await page.goto(`${product.origin}/keys`);
  await page.getByRole("button", { name: "New key" }).click();
  await page.getByLabel("What is it for?").fill("Nightly report");
  await page.getByRole("button", { name: "Make key" }).click();
  const key = await page.locator("dialog .snippet").textContent();
  const read = () =>
    page.request.get(`${product.origin}/api/v1/events`, {
      headers: { Authorization: `Bearer ${key}` },
    });
  expect((await read()).status()).toBe(200);
  await page.locator("dialog").getByRole("button", { name: "Close" }).last().click();
  await expect(page.locator("dialog")).toHaveCount(0);
  await page.getByRole("button", { name: "Revoke: Nightly report" }).click();
  await page.locator("dialog").getByRole("button", { name: "Revoke" }).click();
  await expect(page.getByText("No keys yet")).toBeVisible();
  await expect.poll(async () => (await read()).status()).toBe(401);
});

test("a site is changed, refused where it is wrong, and deleted", async ({ product, page }) => {
  await register(page, product.origin);
  const { id } = await addSite(page, product.origin, "Old name", "https://example.com");
  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByLabel("Name").fill("ab");
  await page.getByLabel("Address", { exact: true }).fill("javascript:alert(1)");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("This is too short.")).toBeVisible();
  await expect(page.getByText("A full address, please")).toBeVisible();
  await page.getByLabel("Name").fill("New name");
  await page.getByLabel("Address", { exact: true }).fill("https://example.org");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { name: "New name", level: 1 })).toBeVisible();
  await page.getByRole("button", { name: "Delete site" }).click();
  const confirm = page.locator("dialog").getByRole("button", { name: "Delete site" });
  await expect(confirm).toBeDisabled();
  await page.locator("dialog [name=typed]").fill("New name");
  await confirm.click();
  await expect(page.getByText("No sites yet")).toBeVisible();
  await page.goto(`${product.origin}/sites/${id}`);
  await expect(page.getByText("There is nothing here")).toBeVisible();
});
