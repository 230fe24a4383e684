import { describe, expect, test } from "vitest";
import type { FilePage } from "../src/api/call";
import { ApiError } from "../src/api/problem";
import { parseSearch } from "../src/app/search";
import { exportParams, fileName, joinPages, MAX_BYTES, TooLarge } from "../src/report/export";
import { queryFromSearch } from "../src/report/query";

const RANGE = {
  from: "2026-11-01",
  to: "2026-11-22",
  timezone: "Europe/Moscow",
  interval: "day",
} as const;

/** Pages by their cursor, each leading to the next; the cursors requested, the bytes reported. */
function book(...texts: (string | Blob | Error)[]) {
  const pages = texts.map((text) => (typeof text === "string" ? new Blob([text]) : text));
  const requested: (string | null)[] = [];
  const reported: number[] = [];
  const load = async (next: string | null): Promise<FilePage> => {
    requested.push(next);
    const place = next === null ? 0 : Number(next.slice(1));
    const body = pages[place];
    if (body instanceof Error) {
      pages[place] = new Blob(["again\r\n"]);
      throw body;
    }
    return { body: body as Blob, next: place + 1 < pages.length ? `p${place + 1}` : null };
  };
  return { requested, reported, run: joinPages(load, (bytes) => reported.push(bytes)) };
}

const alive = () => new AbortController().signal;

/** A page that claims a size without taking it. */
function pageOf(size: number): Blob {
  return Object.defineProperty(new Blob(["x"]), "size", { value: size });
}

describe("the pages of an export", () => {
  test("become one file, byte for byte, with the names of the columns once", async () => {
    const { run, requested, reported } = book("date,visits\r\n1,2\r\n", "2,é\r\n", "3,4\r\n");
    const file = await run(alive());
    expect(await file.text()).toBe("date,visits\r\n1,2\r\n2,é\r\n3,4\r\n");
    expect(file.type).toBe("text/csv;charset=utf-8");
    expect(requested).toEqual([null, "p1", "p2"]);
    expect(reported).toEqual([0, 18, 24]);
  });

  test("may be a single one", async () => {
    const { run, requested } = book("date,visits\r\n");
    expect(await (await run(alive())).text()).toBe("date,visits\r\n");
    expect(requested).toEqual([null]);
  });

  test("go on after a failure where it happened", async () => {
    const { run, requested } = book("a\r\n", new ApiError(503), "c\r\n");
    await expect(run(alive())).rejects.toThrow(ApiError);
    expect(await (await run(alive())).text()).toBe("a\r\nagain\r\nc\r\n");
    expect(requested).toEqual([null, "p1", "p1", "p2"]);
  });

  test("end when cancelled: no further page is requested", async () => {
    const control = new AbortController();
    const requested: (string | null)[] = [];
    const run = joinPages(
      async (next) => {
        requested.push(next);
        control.abort();
        return { body: new Blob(["a"]), next: "p1" };
      },
      () => {},
    );
    await expect(run(control.signal)).rejects.toThrow();
    expect(requested).toEqual([null]);
  });

  test("are no more than fit in memory; the last one may pass the bound", async () => {
    const tooMany = book(pageOf(MAX_BYTES), pageOf(1), "c");
    await expect(tooMany.run(alive())).rejects.toThrow(TooLarge);
    expect(tooMany.requested).toEqual([null, "p1"]);
    const justFits = book(pageOf(MAX_BYTES), pageOf(1));
    await expect(justFits.run(alive())).resolves.toBeInstanceOf(Blob);
  });
});

describe("the parameters of an export", () => {
  const queryOf = (text: string) => queryFromSearch(parseSearch(text));

  test("are the report's filters, and its days by their dates and zone", () => {
    const query = queryOf("?period=7d&compare=year&filter=page:is:/a:b&filter=country:is:DE");
    expect(exportParams("s", query, RANGE, { dataset: "events" })).toEqual({
      siteId: "s",
      period: "custom",
      from: "2026-11-01",
      to: "2026-11-22",
      timezone: "Europe/Moscow",
      filter: ["page:is:/a:b", "country:is:DE"],
      dataset: "events",
    });
  });

  test("is all time by its name, and an event's payload by the event", () => {
    const selection = { dataset: "payload", event: "signup" } as const;
    const query = exportParams("s", queryOf("?period=all"), RANGE, selection);
    expect(query).toMatchObject({ period: "all", dataset: "payload", event: "signup" });
    expect(query).not.toHaveProperty("from");
  });
});

describe("a file's name", () => {
  test.each([
    ["Quiet Leaf", { dataset: "summary" }, "quiet-leaf_days_2026-11-01_2026-11-22.csv"],
    ["Тихий лист", { dataset: "events" }, "тихий-лист_events_2026-11-01_2026-11-22.csv"],
    ["../a\\b: <c>?", { dataset: "utm_term" }, "a-b-c_utm_term_2026-11-01_2026-11-22.csv"],
    ["🍵", { dataset: "page" }, "page_2026-11-01_2026-11-22.csv"],
    ["s", { dataset: "payload", event: "Sign/Up" }, "s_payload_sign-up_2026-11-01_2026-11-22.csv"],
    [
      `${"a".repeat(59)}-b`,
      { dataset: "page" },
      `${"a".repeat(59)}_page_2026-11-01_2026-11-22.csv`,
    ],
  ] as const)("of %s", (site, selection, expected) => {
    expect(fileName(site, selection, RANGE)).toBe(expected);
  });
});
