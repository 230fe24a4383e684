import { describe, expect, test } from "vitest";
import { address } from "../src/api/call";
import { parseSearch, stringifySearch, texts } from "../src/app/search";
import {
  addFilter,
  apiParams,
  formatFilter,
  parseFilter,
  queryFromSearch,
  reportSearch,
  searchFromQuery,
} from "../src/report/query";

const queryOf = (text: string) => queryFromSearch(parseSearch(text));

describe("the parameters of an address", () => {
  test("keep every one of a name, in order, as text", () => {
    expect(parseSearch("?filter=a&x=5&filter=b")).toEqual({ filter: ["a", "b"], x: "5" });
    expect(stringifySearch({ filter: ["a&b", "c d"], x: "5", none: undefined })).toBe(
      "?filter=a%26b&filter=c+d&x=5",
    );
    expect(stringifySearch({})).toBe("");
  });

  test("are texts where one is wanted: the last of several", () => {
    expect(texts("type")({ type: ["a", "b"], other: "x" })).toEqual({ type: "b" });
    expect(texts("type")({})).toEqual({});
  });

  test("repeat in a call", () => {
    expect(address("/r", {}, { filter: ["a:is:b", "c:is:d"] })).toBe(
      "/r?filter=a%3Ais%3Ab&filter=c%3Ais%3Ad",
    );
    expect(address("/r", {}, { filter: [] })).toBe("/r");
  });
});

describe("a query", () => {
  test("is the usual one where the address says nothing, which is then not said", () => {
    const query = queryOf("");
    expect(query).toMatchObject({ period: "30d", compare: "previous", metric: "visitors" });
    expect(searchFromQuery(query)).toEqual({});
  });

  test.each([
    "?period=day",
    "?period=12mo&compare=none",
    "?period=custom&from=2026-11-01&to=2026-11-22",
    "?filter=page%3Ais%3A%2Fa%3Ab&filter=country%3Ais_not%3ADE&metric=visits",
    "?compare=year&goal=g1",
  ])("of %s comes back as it was", (query) => {
    expect(stringifySearch({ ...searchFromQuery(queryOf(query)) })).toBe(query);
    expect(reportSearch(parseSearch(query))).toEqual(searchFromQuery(queryOf(query)));
  });

  test.each([
    ["?period=decade", { period: "30d" }],
    ["?period=custom&from=2026-11-01", { period: "30d" }],
    ["?compare=none&compare=year", { compare: "year" }],
    ["?metric=constructor", { metric: "visitors" }],
  ])("of %s leaves out what is not known", (query, expected) => {
    expect(queryOf(query)).toMatchObject(expected);
  });

  test("keeps filters that cannot be read, once each, until they are dropped", () => {
    const invalidFilters = ["nothing", "planet:is:x", "page:like:x", "page:is"];
    const given = [...invalidFilters, "country:is:DE", "", "nothing"].map(
      (each) => `filter=${each}`,
    );
    const query = queryOf(`?${given.join("&")}`);
    expect(query).toMatchObject({ filters: [{ dimension: "country" }], invalidFilters });
    expect(searchFromQuery(query)).toEqual({ filter: ["country:is:DE", ...invalidFilters] });
    expect(apiParams("s", query).filter).toEqual(["country:is:DE"]);
    expect(searchFromQuery({ ...query, invalidFilters: [] })).toEqual({
      filter: ["country:is:DE"],
    });
  });

  test("names dates to the API for a custom period alone", () => {
    const query = queryOf("?period=custom&from=2026-11-01&to=2026-11-22&filter=page:is:/");
    expect(apiParams("s", query)).toEqual({
      siteId: "s",
      period: "custom",
      compare: "previous",
      from: "2026-11-01",
      to: "2026-11-22",
      filter: ["page:is:/"],
    });
    expect(apiParams("s", { ...query, period: "day" })).not.toHaveProperty("from");
  });
});

describe("a filter", () => {
  test.each(["page:is:/a:b", "source:is:", "event:contains:a b"])(
    "%s is read and written",
    (text) => {
      const filter = parseFilter(text);
      expect(filter && formatFilter(filter)).toBe(text);
    },
  );

  test("is added once", () => {
    const filter = { dimension: "page", op: "is", value: "/" } as const;
    const other = { ...filter, op: "is_not" } as const;
    expect(addFilter([filter], filter)).toEqual([filter]);
    expect(addFilter([filter], other)).toEqual([filter, other]);
  });
});
