import { chromium } from "@playwright/test";
import { readFileSync, existsSync } from "node:fs";
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox","--disable-gpu","--disable-quic","--no-first-run","--disable-background-networking","--disable-component-update","--disable-sync"] });
const page = await browser.newPage();
page.on("console", m => console.log("console", m.type(), m.text()));
page.on("pageerror", e => console.log("pageerror", e.message));
const csp = process.argv[2];
await page.route("**/*", route => {
  const url = new URL(route.request().url());
  let file = url.pathname === "/api/v1/openapi.json" ? "functions/reports/openapi.json" : url.pathname === "/docs/" ? "/tmp/sw/docs/index.html" : `/tmp/sw${url.pathname}`;
  if (!existsSync(file)) { console.log("missing", route.request().url()); return route.fulfill({ status: 404 }); }
  const type = file.endsWith("html") ? "text/html" : file.endsWith("js") ? "text/javascript" : file.endsWith("css") ? "text/css" : "application/json";
  route.fulfill({ status: 200, body: readFileSync(file), headers: { "content-type": type, "content-security-policy": csp } });
});
await page.goto("http://127.0.0.1:9/docs/");
await page.waitForSelector(".opblock");
console.log("operations", await page.locator(".opblock").count());
await page.locator(".opblock-summary-control").nth(3).click();
await page.waitForTimeout(500);
await page.locator("text=Try it out").first().click();
await page.waitForTimeout(300);
await page.locator(".btn.authorize").first().click();
await page.waitForTimeout(500);
await page.screenshot({ path: "/tmp/sw/docs.png" });
await browser.close();
