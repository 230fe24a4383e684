import { expect, test } from "./support/product";

test("the page of the API works under its policy and without the internet", async ({
  product,
  page,
  context,
}) => {
  const abroad: string[] = [];
  context.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol !== "data:" && url.origin !== product.origin) abroad.push(request.url());
  });
  const answer = await page.goto(`${product.origin}/docs`);
  expect(answer?.headers()["content-security-policy"]).not.toContain("unsafe");
  const call = page.locator(".opblock-get", { hasText: "/api/v1/openapi.json" });
  await call.locator(".opblock-summary-control").click();
  await call.getByRole("button", { name: "Try it out" }).click();
  await call.getByRole("button", { name: "Execute" }).click();
  await expect(call.locator(".live-responses-table tbody .response-col_status")).toHaveText("200");
  await expect(call.locator(".live-responses-table")).toContainText("Pixel-Track");
  await page.getByRole("button", { name: "Authorize" }).click();
  await expect(page.locator(".modal-ux")).toContainText("ptk_");
  expect(abroad).toEqual([]);
  expect(product.complaints).toEqual([]);
});
