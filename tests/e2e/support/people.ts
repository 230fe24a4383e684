/** A person in a browser of their own: registers, reads their mail, adds sites. */

import { randomUUID } from "node:crypto";
import type { Page } from "@playwright/test";
import { expect } from "./product";

export const PASSWORD = "goodpassword123";

export interface Mail {
  id: string;
  to: string;
  subject: string;
  text: string;
  links: string[];
}

export const newAddress = (): string => `ada-${randomUUID()}@example.com`;

/** Return the newest mail to an address once there is one; older than `after` do not count. */
export async function mailTo(page: Page, local: string, email: string, count = 1): Promise<Mail> {
  let mails: Mail[] = [];
  await expect
    .poll(async () => {
      const answer = await page.request.get(`${local}/mailbox/messages`);
      const all = (await answer.json()) as Mail[];
      mails = all.filter((mail) => mail.to === email);
      return mails.length;
    })
    .toBeGreaterThanOrEqual(count);
  return mails[0] as Mail;
}

/** Register in the browser; the list of sites is open afterwards. */
export async function register(page: Page, origin: string, name = "Ada"): Promise<string> {
  const email = newAddress();
  await page.goto(`${origin}/register`);
  await page.locator("[name=email]").fill(email);
  await page.locator("[name=password]").fill(PASSWORD);
  await page.locator("[name=name]").fill(name);
  await page.locator("form button[type=submit]").click();
  await page.waitForURL("**/sites");
  await expect(page.locator("main h1")).toBeVisible();
  return email;
}

/** Confirm the address by the newest mail, in the browser that registered it. */
export async function confirm(page: Page, local: string, email: string, count = 1): Promise<void> {
  const mail = await mailTo(page, local, email, count);
  await page.goto(mail.links.find((link) => link.includes("/confirm?token=")) ?? "");
  await expect(page.locator("main .success")).toBeVisible();
}

/** Log in in the browser, from the log-in page. */
export async function logIn(page: Page, email: string, password = PASSWORD): Promise<void> {
  await page.locator("[name=email]").fill(email);
  await page.locator("[name=password]").fill(password);
  await page.locator("form button[type=submit]").click();
  await page.waitForURL((url) => url.pathname !== "/login");
}

/** Add a site in the browser and answer its id; its snippet is open afterwards. */
export async function addSite(page: Page, origin: string, name: string, url: string) {
  await page.goto(`${origin}/sites/new`);
  await page.locator("[name=name]").fill(name);
  await page.locator("[name=url]").fill(url);
  await page.locator("form button[type=submit]").click();
  await page.waitForURL("**/install");
  const snippet = await page.locator(".snippet").textContent();
  return { id: page.url().split("/").at(-2) ?? "", snippet: snippet ?? "" };
}

interface Made {
  siteId: string;
  trackingId: string;
}

/** Make a site through the API, as the person who is logged in in `page`. */
export async function makeSite(page: Page, origin: string, site: object): Promise<Made> {
  const { token } = await (await page.request.post(`${origin}/auth/refresh`)).json();
  const headers = { Authorization: `Bearer ${token}` };
  const made: { id: string; trackingId: string }[] = [];
  const make = async () => {
    const answer = await page.request.post(`${origin}/api/v1/sites`, { headers, data: site });
    if (answer.ok()) made.push(await answer.json());
    return answer.status();
  };
  // A function that is busy for a moment answers 503.
  await expect.poll(make).toBe(201);
  const { id = "", trackingId = "" } = made[0] ?? {};
  return { siteId: id, trackingId };
}
