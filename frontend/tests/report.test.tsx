// @vitest-environment happy-dom
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { loadBots, loadQuality } from "../src/api/calls";
import { ApiError } from "../src/api/problem";
import type { QualityReport, Row, Summary } from "../src/api/types";
import { BarTable } from "../src/report/bar-table";
import { Coverage } from "../src/report/notices";
import { queryFromSearch } from "../src/report/query";
import { Tiles } from "../src/report/tiles";
import { WordsProvider } from "../src/words/words";

vi.mock("../src/api/calls");

const HOSTILE = `"><img src=x onerror=alert(1)><script>alert(1)</script>`;

const row = (over: Partial<Row> = {}): Row => ({
  value: "/",
  label: "/",
  visitors: 10,
  visits: 12,
  pageviews: 30,
  events: 1,
  bounceRate: null,
  visitDuration: null,
  share: 0.5,
  exact: true,
  conversions: null,
  conversionRate: null,
  ...over,
});

const metrics = {
  visitors: 10,
  visits: 12,
  pageviews: 30,
  events: 1,
  bounceRate: 0.25,
  visitDuration: 75,
  viewsPerVisit: 2.5,
};

const range = { from: "2026-11-01", to: "2026-11-02", timezone: "UTC", interval: "day" } as const;

const summary = (over: Partial<Summary> = {}): Summary => ({
  range,
  metrics,
  exact: true,
  comparison: null,
  series: [],
  goals: [],
  bots: { events: 0, byReason: {} },
  through: "2026-11-02T10:00:00.000Z",
  ...over,
});

beforeEach(() => localStorage.setItem("pixeltrack.language", "en"));
afterEach(() => {
  cleanup();
  vi.resetAllMocks();
});

test("a row's name filters by it; the sum of other values has no filter", () => {
  const onFilter = vi.fn();
  const rows = [row(), row({ value: null, visitors: 5 }), row({ value: "", visitors: 1 })];
  render(
    <WordsProvider>
      <BarTable
        answer={{ rows, exact: true }}
        dimension="source"
        hasGoal={false}
        onFilter={onFilter}
      />
    </WordsProvider>,
  );
  expect(screen.getByText("(other)").closest("button")).toBeNull();
  fireEvent.click(screen.getByRole("button", { name: "Direct" }));
  expect(onFilter).toHaveBeenCalledWith("");
});

test("a bar is as long as the visitors are many; markup is text", () => {
  const rows = [row({ value: HOSTILE }), row({ value: "b", visitors: 5 })];
  const { container } = render(
    <WordsProvider>
      <BarTable
        answer={{ rows, exact: true }}
        dimension="page"
        hasGoal={false}
        onFilter={() => {}}
      />
    </WordsProvider>,
  );
  const widths = [...container.querySelectorAll<HTMLElement>(".bar")].map((bar) => bar.style.width);
  expect(widths).toEqual(["100%", "50%"]);
  expect(container.querySelector("img, script")).toBeNull();
  expect(container.textContent).toContain(HOSTILE);
});

test("with a goal the rows show its conversions", () => {
  const rows = [row({ conversions: 3, conversionRate: 0.25 })];
  render(
    <WordsProvider>
      <BarTable answer={{ rows, exact: false }} dimension="page" hasGoal onFilter={() => {}} />
    </WordsProvider>,
  );
  expect(screen.getAllByRole("columnheader").map((head) => head.textContent)).toEqual([
    "Page",
    "Conversions",
    "Rate",
  ]);
  expect(screen.getAllByRole("cell").map((cell) => cell.textContent)).toEqual(["3", "25%"]);
});

test.each([
  ["nothing is", true, true, ["Visitors", "Share"]],
  ["only the whole is", false, true, ["Visitors", "≈ Share"]],
  ["a row is", false, false, ["≈ Visitors", "≈ Share"]],
])("the columns of a list say what is an estimate: %s", (_, exact, isRowExact, headings) => {
  const rows = [row(), row({ value: "/b", exact: isRowExact })];
  render(
    <WordsProvider>
      <BarTable answer={{ rows, exact }} dimension="page" hasGoal={false} onFilter={() => {}} />
    </WordsProvider>,
  );
  expect(screen.getAllByRole("columnheader").map((head) => head.textContent)).toEqual([
    "Page",
    ...headings,
  ]);
});

function drawTiles(over: Partial<Summary>, update = vi.fn()): HTMLElement {
  const { container } = render(
    <WordsProvider>
      <Tiles siteId="s" query={queryFromSearch({})} update={update} summary={summary(over)} />
    </WordsProvider>,
  );
  return container;
}

test("tiles say value and change in words too, and choose the chart's metric", () => {
  const update = vi.fn();
  const comparison = {
    range,
    metrics: { ...metrics, visitors: 20, bounceRate: 0.2 },
    series: [],
    exact: true,
  };
  const said = drawTiles({ comparison }, update).textContent;
  expect(said).toContain("down by 50%");
  expect(said).toContain("up by 5 pts");
  expect(said).toContain("1m 15s");
  const visits = screen.getByRole("button", { name: /^Visits/ });
  expect(visits.getAttribute("aria-pressed")).toBe("false");
  for (const [name, metric] of [
    [/^Visits/, "visits"],
    [/^Bounce rate/, "bounceRate"],
    [/^Visit duration/, "visitDuration"],
  ] as const) {
    fireEvent.click(screen.getByRole("button", { name }));
    expect(update).toHaveBeenLastCalledWith({ metric });
  }
  expect(screen.getAllByRole("button")).toHaveLength(6);
});

test("an estimate is marked as one, and only it", () => {
  expect(drawTiles({ exact: false }).textContent?.match(/≈/g)).toHaveLength(1);
  cleanup();
  expect(drawTiles({}).textContent).not.toContain("≈");
  cleanup();
  const comparison = { range, metrics, series: [], exact: false };
  expect(drawTiles({ comparison }).textContent?.match(/≈/g)).toHaveLength(1);
});

function drawCoverage(over: Partial<Summary> = {}): HTMLElement {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const { container } = render(
    <QueryClientProvider client={client}>
      <WordsProvider>
        <Coverage siteId="s" query={queryFromSearch({})} summary={summary(over)} />
      </WordsProvider>
    </QueryClientProvider>,
  );
  return container;
}

const quality = (over: Partial<QualityReport> = {}): QualityReport => ({
  range,
  dropped: { events: 0, byReason: {}, isMore: false },
  conflicts: 0,
  through: "2026-11-02T10:00:00.000Z",
  ...over,
});

test("bots are told apart, with reasons; an unknown reason as it is", async () => {
  vi.mocked(loadQuality).mockResolvedValue(quality());
  const bots = { events: 12, byReason: { crawler: 11, [HOSTILE]: 1 } };
  const container = drawCoverage({ bots, exact: false });
  expect(container.textContent).toContain("12 events of bots are left out (crawlers 11");
  expect(container.textContent).toContain(HOSTILE);
  expect(container.textContent).toContain("0.8 %");
  expect(container.querySelector("img")).toBeNull();
});

test("bots can be looked at: by name, by page, and those of one reason", async () => {
  vi.mocked(loadQuality).mockResolvedValue(quality());
  const bot = (value: string) => ({ value, label: value, visitors: 2, pageviews: 9, events: 0 });
  vi.mocked(loadBots).mockImplementation(({ dimension }) =>
    Promise.resolve({
      range,
      rows: dimension === "browser" ? [bot("Googlebot"), bot(HOSTILE)] : [bot("/wp-login.php")],
      total: 2,
      through: "2026-11-02T10:00:00.000Z",
    }),
  );
  const container = drawCoverage({ bots: { events: 12, byReason: { hosting: 11, new: 1 } } });
  expect(container.textContent).toContain("browsers on servers 11");
  fireEvent.click(screen.getByRole("button", { name: "Show bots" }));
  await screen.findByText("Googlebot");
  expect(document.body.textContent).toContain(HOSTILE);
  expect(document.body.querySelector("img, script")).toBeNull();
  const heads = screen.getAllByRole("columnheader", { hidden: true }).map((h) => h.textContent);
  expect(heads).toEqual(["Name", "Page views", "Events", "Visitors"]);
  const asked = { siteId: "s", period: "30d", limit: 20, page: 1 };
  expect(vi.mocked(loadBots).mock.lastCall).toEqual([{ ...asked, dimension: "browser" }]);
  fireEvent.click(screen.getByRole("button", { name: "Page", hidden: true }));
  await screen.findByText("/wp-login.php");
  fireEvent.change(screen.getByLabelText("Reason"), { target: { value: "hosting" } });
  await screen.findByText("/wp-login.php");
  expect(vi.mocked(loadBots).mock.lastCall).toEqual([
    { ...asked, dimension: "page", reason: "hosting" },
  ]);
});

test("what was dropped, and why, is told; and ids with two contents", async () => {
  const byReason = { wrong_domain: 1400, [HOSTILE]: 2 };
  vi.mocked(loadQuality).mockResolvedValue(
    quality({ dropped: { events: 1402, byReason, isMore: false }, conflicts: 3 }),
  );
  const container = drawCoverage();
  await screen.findByText(/Events dropped: 1,402 \(of pages on other domains 1,400, /);
  expect(container.textContent).toContain("another content under the same id: 3;");
  expect(container.querySelector("img, script")).toBeNull();
  const asked = vi.mocked(loadQuality).mock.calls[0]?.[0];
  expect(asked).toEqual({ siteId: "s", period: "30d" });
});

test("more drops than are counted are told as at least so many; nothing dropped as nothing", async () => {
  const dropped = { events: 10_000, byReason: { too_old: 10_000 }, isMore: true };
  vi.mocked(loadQuality).mockResolvedValue(quality({ dropped }));
  drawCoverage();
  await screen.findByText(/Events dropped: at least 10,000/);
  cleanup();
  vi.mocked(loadQuality).mockResolvedValue(quality());
  const container = drawCoverage();
  await vi.waitFor(() => expect(loadQuality).toHaveBeenCalledTimes(2));
  expect(container.textContent).not.toContain("Events dropped");
});

test("drops that cannot be counted are no reason to hide the rest", async () => {
  vi.mocked(loadQuality).mockRejectedValue(new ApiError(503, "", "r-1"));
  const container = drawCoverage();
  await screen.findByText("How many events were dropped cannot be told now.");
  expect(container.textContent).toContain("Data up to");
});
