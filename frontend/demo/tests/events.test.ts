import { beforeEach, expect, test, vi } from "vitest";
import { type Demo, DemoError, demoEvents } from "../src/events";

const DEMO: Demo = { siteId: "s1", apiKey: "ptk_1", shop: "http://127.0.0.1:1" };
const LOCAL = "http://127.0.0.1:2";
const where = async () => Response.json({ origin: LOCAL });
const PAGE = { events: [], next: null };
const ID = { headers: { "X-Request-Id": "r1" } };

const answers = vi.fn<(path: string, init: RequestInit) => Promise<Response>>();
const onDemo = vi.fn();
const paths = () => answers.mock.calls.map(([path]) => path.split("?")[0]);

beforeEach(() => {
  answers.mockReset();
  onDemo.mockReset();
  vi.stubGlobal("fetch", answers);
});

test("loads with the demo site's key, which it fetches once from the local port", async () => {
  answers.mockImplementationOnce(where);
  answers.mockResolvedValueOnce(Response.json(DEMO));
  answers.mockImplementation(async () => Response.json(PAGE));
  const load = demoEvents(onDemo);
  expect(await load()).toEqual(PAGE);
  await load();
  expect(paths()).toEqual([
    "/demo/local.json",
    `${LOCAL}/demo.json`,
    "/api/v1/events",
    "/api/v1/events",
  ]);
  expect(answers.mock.lastCall?.[0]).toBe("/api/v1/events?siteId=s1&limit=50");
  expect(answers.mock.lastCall?.[1].headers).toEqual({ Authorization: "Bearer ptk_1" });
  expect(onDemo.mock.calls).toEqual([[DEMO]]);
});

test.each([401, 403, 404])("loads the key once more after a refusal by %i", async (status) => {
  answers.mockImplementationOnce(where);
  answers.mockResolvedValueOnce(Response.json(DEMO));
  answers.mockResolvedValueOnce(new Response("", { status, ...ID }));
  answers.mockImplementationOnce(where);
  answers.mockResolvedValueOnce(Response.json({ ...DEMO, apiKey: "ptk_2" }));
  answers.mockResolvedValueOnce(Response.json(PAGE));
  const load = demoEvents(onDemo);
  await expect(load()).rejects.toEqual(new DemoError("Refused", "r1"));
  await load();
  expect(answers.mock.lastCall?.[1].headers).toEqual({ Authorization: "Bearer ptk_2" });
});

const failing = async (answer: () => Promise<Response>) => {
  answers.mockImplementation(answer);
  return demoEvents(onDemo)().catch((error) => ({ ...error }));
};

test.each<[string, () => Promise<Response>, DemoError]>([
  ["no local port", async () => new Response("", { status: 404 }), new DemoError("Away")],
  [
    "a server that is unavailable",
    async () => new Response("", { status: 503 }),
    new DemoError("Server"),
  ],
  ["an answer that is no JSON", async () => new Response("<p>", ID), new DemoError("Server", "r1")],
  ["no answer", () => Promise.reject(new TypeError()), new DemoError("Network")],
])("names %s", async (_, answer, failure) => {
  expect(await failing(answer)).toEqual({ ...failure });
});

test.each<[string, () => Promise<Response>, DemoError]>([
  ["no demo site", async () => new Response("", { status: 404 }), new DemoError("Demo")],
  [
    "a local port that fails",
    async () => new Response("", { status: 500 }),
    new DemoError("Server"),
  ],
  ["a local port out of reach", () => Promise.reject(new TypeError()), new DemoError("Away")],
])("names %s", async (_, answer, failure) => {
  answers.mockImplementationOnce(where);
  expect(await failing(answer)).toEqual({ ...failure });
});
