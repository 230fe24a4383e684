import { describe, expect, test } from "vitest";
import { address } from "../src/api/call";
import { problemOf } from "../src/api/problem";
import { returnPath } from "../src/auth/use-session";

describe("the way back after the log-in", () => {
  test.each([
    ["/sites/1?type=click", "/sites/1?type=click"],
    [undefined, "/sites"],
    ["", "/sites"],
    ["https://evil.example/", "/sites"],
    ["//evil.example/", "/sites"],
    ["/\\evil.example/", "/sites"],
    ["/\t/evil.example/", "/sites"],
    ["javascript:alert(1)", "/sites"],
    ["//[", "/sites"],
  ])("%s leads to %s", (wanted, path) => {
    expect(returnPath(wanted)).toBe(path);
  });
});

describe("the address of a call", () => {
  test("holds parameters that are no part of a path", () => {
    expect(address("/sites/{id}/x", { id: "../a?b" })).toBe("/sites/..%2Fa%3Fb/x");
  });

  test("leaves out what is not given", () => {
    expect(address("/events", {}, { limit: 5, before: null, type: undefined })).toBe(
      "/events?limit=5",
    );
  });
});

describe("a problem", () => {
  test("is read from the answer", async () => {
    const body = { detail: "no", errors: [{ field: "url", message: "bad" }, "odd"] };
    const headers = { "X-Request-Id": "r", "Retry-After": "7" };
    const problem = await problemOf(Response.json(body, { status: 429, headers }));
    expect(problem).toMatchObject({ status: 429, detail: "no", requestId: "r", retryAfterS: 7 });
    expect(problem.fields).toEqual([{ field: "url", message: "bad" }]);
  });

  test.each(["<html>", "null", "[]", ""])("may have the body %s", async (body) => {
    expect(await problemOf(new Response(body, { status: 502 }))).toMatchObject({
      status: 502,
      fields: [],
      retryAfterS: null,
    });
  });
});
