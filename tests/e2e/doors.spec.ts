/** What pages of other origins, and a proxy, get of what is for this machine: nothing. */

import type { Page } from "@playwright/test";
import { ownSite, reverseProxy } from "./support/pages";
import { addSite, mailTo, register } from "./support/people";
import { expect, invoke, type Product, test } from "./support/product";

/** Return the event of an API call that was let in, as nobody but the gateway may write it. */
function forged(siteId: string, account: string, logIn: string) {
  const key = "DELETE /api/v1/sites/{id}";
  const path = `/api/v1/sites/${siteId}`;
  return {
    version: "2.0",
    routeKey: key,
    rawPath: path,
    rawQueryString: "",
    headers: {},
    pathParameters: { id: siteId },
    requestContext: {
      routeKey: key,
      requestId: "forged",
      stage: "$default",
      domainName: "127.0.0.1",
      authorizer: { lambda: { kind: "user", account, logIn } },
      http: { method: "DELETE", path, protocol: "HTTP/1.1", sourceIp: "127.0.0.1", userAgent: "" },
    },
    isBase64Encoded: false,
  };
}

async function tokenOf(page: Page, product: Product) {
  const { token } = await (await page.request.post(`${product.origin}/auth/refresh`)).json();
  return { Authorization: `Bearer ${token}` };
}

async function statusOfSite(page: Page, product: Product, id: string): Promise<number> {
  const headers = await tokenOf(page, product);
  return (await page.request.get(`${product.origin}/api/v1/sites/${id}`, { headers })).status();
}

/** Call in every way that a page can; answer how many of them it could read. */
async function attack(page: Page, addresses: string[], body: string): Promise<number> {
  return page.evaluate(
    async ({ addresses, body }) => {
      const kinds = ["text/plain", "application/json", "application/x-www-form-urlencoded"];
      const within = <T>(work: Promise<T>) =>
        Promise.race([work, new Promise<undefined>((done) => setTimeout(done, 5000))]);
      let read = 0;
      for (const address of addresses) {
        for (const mode of ["no-cors", "cors"] as const) {
          for (const kind of kinds) {
            const call = fetch(address, {
              method: "POST",
              mode,
              body,
              credentials: "include",
              headers: { "Content-Type": kind },
            });
            await within(
              call.then(
                (answer) => {
                  if (answer.type !== "opaque" && answer.ok) read += 1;
                },
                () => undefined,
              ),
            );
          }
        }
        navigator.sendBeacon(address, body);
        for (const enctype of ["text/plain", "multipart/form-data"]) {
          const frame = document.createElement("iframe");
          frame.name = `f${Math.random()}`;
          const form = document.createElement("form");
          Object.assign(form, { method: "post", action: address, enctype, target: frame.name });
          const field = document.createElement("input");
          // The body, as a form of plain text writes it: `name=value`.
          [field.name, field.value] = [`${body.slice(0, -1)},"x":"`, `"}`];
          form.append(field);
          document.body.append(frame, form);
          const loaded = new Promise((done) => frame.addEventListener("load", done));
          form.submit();
          await within(loaded);
        }
        const shown = (tag: "img" | "script" | "link" | "iframe") =>
          new Promise((done) => {
            const element = document.createElement(tag);
            element.onload = element.onerror = done;
            if (element instanceof HTMLLinkElement) {
              Object.assign(element, { rel: "stylesheet", href: address });
            } else element.src = address;
            document.body.append(element);
          });
        for (const tag of ["img", "script", "link", "iframe"] as const) await within(shown(tag));
        const socket = new WebSocket(address.replace("http", "ws"));
        await within(new Promise((done) => (socket.onerror = socket.onopen = done)));
        if (socket.readyState === WebSocket.OPEN) read += 1;
      }
      return read;
    },
    { addresses, body },
  );
}

test.describe("a page calls no function", () => {
  // The shop's own policy stops most of this; another server of this machine may have none.
  test.use({ bypassCSP: true });

  for (const from of ["a site of somebody's own", "the demo shop"] as const) {
    test(`from ${from}`, async ({ product, page, context }) => {
      await register(page, product.origin);
      const { id } = await addSite(page, product.origin, "Mine", "https://mine.example");
      const headers = await tokenOf(page, product);
      const me = await (await page.request.get(`${product.origin}/auth/me`, { headers })).json();
      const claims = headers.Authorization.split(".")[1] ?? "";
      const logIn = JSON.parse(Buffer.from(claims, "base64url").toString()).sid as string;
      const path = "/2015-03-31/functions/sites/invocations";
      const addresses = [product.origin, product.local].map((origin) => origin + path);
      const site = await ownSite();
      try {
        site.serve("<!doctype html><title>evil</title><body>");
        const evil = await context.newPage();
        const statuses = new Set<number>();
        evil.on("response", (answer) => {
          if (answer.url().includes("invocations")) statuses.add(answer.status());
        });
        await evil.goto(from === "the demo shop" ? product.shop : site.origin);
        expect(await attack(evil, addresses, JSON.stringify(forged(id, me.id, logIn)))).toBe(0);
        expect([...statuses].sort()).toEqual([403, 404]);
        expect(await statusOfSite(page, product, id)).toBe(200);
      } finally {
        await site.close();
      }
      // What was sent is whole: signed, it does what the page wanted.
      expect(await invoke("sites", forged(id, me.id, logIn))).toBe(200);
      expect(await statusOfSite(page, product, id)).toBe(404);
    });
  }
});

test("a page of another origin reads no mail, password or metric", async ({
  product,
  page,
  context,
}) => {
  const email = await register(page, product.origin);
  await mailTo(page, product.local, email);
  const site = await ownSite();
  try {
    const evil = await context.newPage();
    site.serve("<!doctype html><title>evil</title><body>");
    const paths = ["/mailbox", "/mailbox/messages", "/demo.json", "/status.json", "/metrics"];
    const addresses = paths.flatMap((path) => [product.origin + path, product.local + path]);
    for (const origin of [site.origin, product.shop]) {
      await evil.goto(origin);
      const read = await evil.evaluate(async (asked) => {
        const texts: string[] = [];
        for (const address of asked) {
          const call = fetch(address, { credentials: "include" });
          texts.push(await call.then((answer) => answer.text()).catch(() => ""));
        }
        return texts.join("");
      }, addresses);
      expect(read).toBe("");
    }
    // By a name of its own that leads to this machine.
    const rebound = `http://evil.localhost:${new URL(product.local).port}`;
    for (const path of paths) {
      const answer = await evil.goto(rebound + path);
      expect(answer?.status()).toBe(403);
      expect(await evil.content()).not.toContain(email);
    }
    // A link may open it: that page is its reader's alone.
    await evil.goto(site.origin);
    await evil.evaluate((address) => {
      document.body.innerHTML = `<a href="${address}" target="_blank" rel="opener">mail</a>`;
    }, `${product.local}/mailbox`);
    const [mailbox] = await Promise.all([
      context.waitForEvent("page"),
      evil.getByRole("link", { name: "mail" }).click(),
    ]);
    await expect(mailbox.getByText(email).first()).toBeVisible();
  } finally {
    await site.close();
  }
});

test("behind a proxy on this machine there is no mailbox", async ({ product, page }) => {
  const email = await register(page, product.origin);
  await mailTo(page, product.local, email);
  const forwarded = [
    { "X-Forwarded-For": "192.0.2.1" },
    { Forwarded: "for=192.0.2.1" },
    { Via: "1.1 proxy" },
    { "X-Real-IP": "192.0.2.1" },
  ];
  for (const added of forwarded) {
    for (const upstream of [product.origin, product.local]) {
      const proxy = await reverseProxy(upstream, added);
      try {
        for (const path of ["/mailbox", "/demo.json"]) {
          const answer = await page.goto(proxy.origin + path);
          expect([403, 404]).toContain(answer?.status());
          expect(await page.content()).not.toContain(email);
        }
      } finally {
        await proxy.close();
      }
    }
  }
});

for (const [locale, title, help] of [
  ["en-GB", "The demo is shown on its own machine only", "Try now"],
  ["ru-RU", "Демо показывается только на своей машине", "Повторить сейчас"],
] as const) {
  test.describe(locale, () => {
    test.use({ locale });

    test("the demo page does without the local port, and goes on with it", async ({
      product,
      page,
    }) => {
      await page.route(`${product.local}/**`, (route) => route.abort());
      await page.goto(`${product.origin}/demo/`);
      await expect(page.getByRole("alert")).toContainText(title);
      await expect(page.getByRole("alert")).toContainText("make up");
      await page.unroute(`${product.local}/**`);
      await page.getByRole("button", { name: help }).click();
      await expect(page.locator("#state")).toHaveText(/Live|В эфире/);
      await expect(page.frameLocator("iframe").locator("h1")).toBeVisible();
    });
  });
}
