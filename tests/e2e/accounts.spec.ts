import { ownSite } from "./support/pages";
import { addSite, confirm, logIn, mailTo, newAddress, PASSWORD, register } from "./support/people";
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
  const mail = await mailTo(page, product.local, email);
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
  const mail = await mailTo(page, product.local, email, 2);
  await page.goto(mail.links.find((link) => link.includes("/reset?token=")) ?? "");
  await expect(page.getByLabel("Revoke all API keys as well")).toBeChecked();
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

test("strangers shut nobody out, and who is refused is told what to do", async ({
  product,
  page,
  context,
  request,
}) => {
  const email = await register(page, product.origin);
  // From the browser's own address, where the limit is narrowest.
  const status = async (path: string, data: object) =>
    (await request.post(`${product.origin}${path}`, { data })).status();
  const guess = { email: email.toUpperCase(), password: "a-wrong-password-1" };
  for (let n = 1; n <= 10; n++) expect(await status("/auth/login", guess)).toBe(401);
  expect(await status("/auth/login", guess)).toBe(429);
  for (let n = 1; n <= 5; n++) expect(await status("/auth/password/forgot", { email })).toBe(200);
  await page.goto(`${product.origin}/account`);
  await page.getByRole("button", { name: "Log out everywhere" }).click();
  await page.waitForURL(/\/login/);
  await logIn(page, email);
  await expect(page.getByText("No sites yet")).toBeVisible();

  await context.clearCookies();
  await page.goto(`${product.origin}/login`);
  await page.locator("[name=email]").fill(email);
  await page.locator("[name=password]").fill(PASSWORD);
  await page.getByRole("button", { name: "Log in" }).click();
  const alert = page.getByRole("alert");
  await expect(alert).toContainText("Too many attempts to log in. Choose a new password by mail");
  await expect(alert).toContainText(/Try again in \d+ minutes/);
  await page.getByRole("link", { name: "Forgot your password?" }).click();
  await page.getByLabel("E-mail").fill(email);
  await page.getByRole("button", { name: "Send the link" }).click();
  await expect(alert).toContainText("look into your mail");
  const mail = await mailTo(page, product.local, email, 2);
  await page.goto(mail.links.find((link) => link.includes("/reset?token=")) ?? "");
  await page.getByLabel("New password").fill(`${email} 1`);
  await page.getByRole("button", { name: "Set password" }).click();
  await expect(page.getByText("Your e-mail address is no good password.")).toBeVisible();
  await page.getByLabel("New password").fill("another-good-9");
  await page.getByRole("button", { name: "Set password" }).click();
  await expect(page).toHaveURL(/\/login/);
  await logIn(page, email, "another-good-9");
  await expect(page.getByText("No sites yet")).toBeVisible();
});

test("who is invited registers by the mail, and need not confirm", async ({
  product,
  page,
  browser,
}) => {
  const host = await register(page, product.origin);
  await page.getByRole("button", { name: "Send again" }).click();
  await expect(page.getByRole("status").filter({ hasText: "another link" })).toBeVisible();
  await page.goto(`${product.origin}/account`);
  await expect(page.getByText("You can invite others once")).toContainText(host);
  await confirm(page, product.local, host, 2);
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

  const mail = await mailTo(page, product.local, email);
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
  const email = await register(page, product.origin);
  await page.goto(`${product.origin}/keys`);
  await expect(page.getByText("You can make keys once")).toContainText(email);
  await expect(page.getByRole("button", { name: "New key" })).toHaveCount(0);
  await confirm(page, product.local, email);
  await page.setViewportSize({ width: 360, height: 780 });
  await page.goto(`${product.origin}/keys`);
  await page.getByRole("button", { name: "New key" }).click();
  await page.getByLabel("What is it for?").fill("Nightly report");
  const password = page.getByLabel("Current password");
  await password.fill("wrong1password");
  await page.keyboard.press("Enter");
  await expect(page.getByText("This password is wrong.")).toBeVisible();
  await expect(password).toBeFocused();
  await password.fill(PASSWORD);
  await page.keyboard.press("Enter");
  const told = await mailTo(page, product.local, email, 2);
  expect(told.subject).toBe("A new API key");
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

test("a stolen tab does nothing once everybody is logged out", async ({
  product,
  page,
  browser,
}) => {
  const email = await register(page, product.origin);
  await confirm(page, product.local, email);
  const elsewhere = await browser.newContext();
  const stolen = await elsewhere.newPage();
  await stolen.goto(`${product.origin}/login`);
  await logIn(stolen, email);
  await stolen.goto(`${product.origin}/keys`);
  await page.goto(`${product.origin}/account`);
  await page.getByRole("button", { name: "Log out everywhere" }).click();
  await expect(page).toHaveURL(/\/login/);
  await stolen.getByRole("button", { name: "New key" }).click();
  await stolen.getByLabel("What is it for?").fill("For ever");
  await stolen.getByLabel("Current password").fill(PASSWORD);
  await stolen.getByRole("button", { name: "Make key" }).click();
  await expect(stolen).toHaveURL(/\/login/);
  await logIn(page, email);
  await page.goto(`${product.origin}/keys`);
  await expect(page.getByText("No keys yet")).toBeVisible();
  await elsewhere.close();
});

test("a new password revokes the keys if that is ticked, and the work goes on", async ({
  product,
  page,
}) => {
  const email = await register(page, product.origin);
  await confirm(page, product.local, email);
  await page.goto(`${product.origin}/keys`);
  await page.getByRole("button", { name: "New key" }).click();
  await page.getByLabel("What is it for?").fill("Nightly report");
  await page.getByLabel("Current password").fill(PASSWORD);
  await page.getByRole("button", { name: "Make key" }).click();
  await page.locator("dialog").getByRole("button", { name: "Close" }).last().click();
  await page.goto(`${product.origin}/account`);
  await page.getByLabel("Current password").fill(PASSWORD);
  await page.getByLabel("New password").fill("another-good-9");
  const box = page.getByLabel("Revoke all API keys as well");
  await expect(box).not.toBeChecked();
  await box.focus();
  await page.keyboard.press("Space");
  await expect(box).toBeChecked();
  await page.keyboard.press("Enter");
  await expect(page.getByText("Your password is changed.")).toBeVisible();
  // The access token of the page has ended; the dashboard renews it and goes on.
  await page.getByRole("link", { name: "API keys" }).click();
  await expect(page.getByText("No keys yet")).toBeVisible();
  const told = await mailTo(page, product.local, email, 3);
  expect(told.subject).toBe("Your password was changed");
});

test("another browser that confirms sets the password, and the first one is out", async ({
  product,
  page,
  browser,
}) => {
  const email = await register(page, product.origin);
  const mail = await mailTo(page, product.local, email);
  const elsewhere = await browser.newContext({ locale: "ru-RU" });
  const owner = await elsewhere.newPage();
  await owner.setViewportSize({ width: 360, height: 780 });
  await owner.goto(mail.links.find((link) => link.includes("/confirm?token=")) ?? "");
  await expect(owner.getByText("В этом браузере вы не вошли")).toBeVisible();
  await owner.getByLabel("Пароль", { exact: true }).fill("123");
  await owner.getByRole("button", { name: "Подтвердить адрес" }).click();
  await expect(owner.getByText("Нужно больше 8 символов, не считая пробелов.")).toBeVisible();
  await owner.getByLabel("Пароль", { exact: true }).fill("another-good-9");
  await owner.getByRole("button", { name: "Подтвердить адрес" }).click();
  await expect(owner.getByText("Ваш адрес подтверждён. Войдите с этим паролем.")).toBeVisible();
  await owner.getByRole("link", { name: "Ко входу" }).click();
  await logIn(owner, email, "another-good-9");
  await expect(owner.getByText("Сайтов пока нет")).toBeVisible();
  await page.reload();
  await expect(page).toHaveURL(/\/login/);
  await page.locator("[name=email]").fill(email);
  await page.locator("[name=password]").fill(PASSWORD);
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page.getByRole("alert")).toContainText("The e-mail or the password is wrong.");
  await elsewhere.close();
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
