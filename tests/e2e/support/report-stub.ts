/** Answers for reports of a busy site, made up of the question alone, in place of the server's. */

import type { Page, Route } from "@playwright/test";

const DAY = 86_400_000;
const ZONE = "Europe/Moscow";
const NOW = Date.UTC(2026, 10, 22, 14, 20);

/** What each dimension's rows are, most frequent first. */
const VALUES: Record<string, string[]> = {
  page: ["/", "/pricing", "/blog/how-we-count-visits", "/docs", "/about", "/contact", "/teas"],
  channel: ["search", "direct", "referral", "social", "ai", "mail", "video", "paid", "campaign"],
  source: ["Google", "", "Telegram", "VK", "Yandex", "ChatGPT", "Hacker News", "Bing"],
  referrer: ["www.google.com/", "news.ycombinator.com/item", "t.me/", "github.com/"],
  country: ["RU", "DE", "US", "KZ", "RS", "GB", "FR", "IN", ""],
  region: ["RU/Moscow", "DE/Bavaria", "US/California", "RU/St.-Petersburg"],
  city: ["RU/Moscow/Moscow", "DE/Bavaria/Munich", "US/California/Los Angeles"],
  browser: ["Chrome", "Safari", "Firefox", "Edge", "Yandex Browser", "Samsung Internet"],
  os: ["Windows", "Android", "iOS", "macOS", "Linux"],
  device: ["desktop", "mobile", "tablet"],
  screen: ["1440+", "0-575", "992-1439", "576-991"],
  language: ["ru-RU", "en-US", "de-DE", "en-GB", "kk"],
  event: ["click", "signup", "<img src=x onerror=hacked=1>", "video_played"],
  outbound: ["https://github.com/example", "https://t.me/example"],
  download: ["https://example.com/price-list.pdf"],
  payload: ["plan=pro", "plan=free", "plan=<b>team</b>"],
};

interface Answers {
  /** What is seen of the figures, 0 for a site without visits. */
  scale?: number;
  exact?: boolean;
  /** Names of the goals there are. */
  goals?: string[];
}

const wave = (place: number, size: number) =>
  Math.round(size * (1 + 0.35 * Math.sin(place / 1.1) + 0.15 * Math.sin(place / 3.7)));

const iso = (at: number) => new Date(at).toISOString();
const date = (at: number) => iso(at).slice(0, 10);

function pointsOf(period: string, back: number): { interval: string; ats: number[] } {
  const midnight = NOW - (NOW % DAY) - 3 * 3_600_000;
  if (period === "day" || period === "yesterday") {
    const start = midnight - back * DAY;
    return { interval: "hour", ats: Array.from({ length: 18 }, (_, n) => start + n * 3_600_000) };
  }
  if (period === "12mo" || period === "year" || period === "all") {
    const year = 2026 - back;
    return {
      interval: "month",
      ats: Array.from({ length: 12 }, (_, n) => Date.UTC(year, n - 1, 1) - 3 * 3_600_000),
    };
  }
  const days = { "7d": 7, "90d": 90 }[period] ?? 30;
  const first = midnight - (days * (back + 1) - 1) * DAY;
  return { interval: "day", ats: Array.from({ length: days }, (_, n) => first + n * DAY) };
}

function courseOf(period: string, back: number, scale: number) {
  const { interval, ats } = pointsOf(period, back);
  const series = ats.map((at, place) => {
    const visitors = wave(place + back * 2, (420 - back * 60) * scale);
    return {
      at: iso(at),
      visitors,
      visits: Math.round(visitors * 1.2),
      pageviews: Math.round(visitors * 3.1),
      bounceRate: visitors ? 0.41 + (place % 5) / 100 : null,
      visitDuration: visitors ? 120 + (place % 7) * 9 : null,
      exact: true,
    };
  });
  const sum = (name: "visitors" | "visits" | "pageviews") =>
    series.reduce((all, point) => all + point[name], 0);
  const visits = sum("visits");
  const [first, last] = [ats[0] ?? NOW, ats.at(-1) ?? NOW];
  return {
    range: { from: date(first + DAY / 2), to: date(last + DAY / 2), timezone: ZONE, interval },
    metrics: {
      visitors: Math.round(sum("visitors") * 0.7),
      visits,
      pageviews: sum("pageviews"),
      events: Math.round(visits * 0.4),
      bounceRate: visits ? 0.4123 + back * 0.021 : null,
      visitDuration: visits ? 143.4 - back * 9 : null,
      viewsPerVisit: visits ? sum("pageviews") / visits : null,
    },
    series,
    exact: true,
  };
}

function summary(query: URLSearchParams, { scale = 1, exact = true, goals = [] }: Answers) {
  const period = query.get("period") ?? "30d";
  const part = scale / (1 + query.getAll("filter").length);
  const now = courseOf(period, 0, part);
  const isCompared = query.get("compare") !== "none";
  return {
    ...now,
    exact,
    comparison: isCompared ? courseOf(period, 1, part) : null,
    goals: goals.map((name, place) => ({
      id: `goal-${place}`,
      name,
      conversions: Math.round(now.metrics.visits / (place * 6 + 9)),
      rate: now.metrics.visits ? 1 / (place * 6 + 9) : null,
    })),
    bots: { events: 1234, byReason: { crawler: 1000, headless: 99, hosting: 100, library: 35 } },
    through: iso(NOW),
  };
}

function breakdown(query: URLSearchParams, { scale = 1, exact = true }: Answers) {
  const dimension = query.get("dimension") ?? "";
  const known = VALUES[dimension.replace(/^(entry|exit)_/, "")] ?? [];
  const more = dimension === "page" ? Array.from({ length: 60 }, (_, n) => `/blog/post-${n}`) : [];
  const sought = (query.get("search") ?? "").toLowerCase();
  const filters = query.getAll("filter");
  const only = filters.find((text) => text.startsWith(`${dimension}:is:`));
  const values = [...known, ...more]
    .filter((value) => value.toLowerCase().includes(sought))
    .filter((value) => !only || only === `${dimension}:is:${value}`);
  const limit = Number(query.get("limit"));
  const start = (Number(query.get("page")) - 1) * limit;
  const { range, metrics } = courseOf(query.get("period") ?? "30d", 0, scale);
  const hasGoal = query.has("goal");
  const rows = values.map((value, place) => {
    const visits = Math.round((metrics.visits * 0.45) / (place * 1.4 + 1) / (1 + filters.length));
    return {
      value,
      label: value,
      visitors: Math.round(visits * 0.8),
      visits,
      pageviews: visits * 3,
      events: Math.round(visits / 2),
      bounceRate: dimension === "page" ? null : 0.38,
      visitDuration: dimension === "page" ? null : 95,
      share: metrics.visitors ? (visits * 0.8) / metrics.visitors : 0,
      exact,
      conversions: hasGoal ? Math.round(visits / 12) : null,
      conversionRate: hasGoal ? 1 / 12 : null,
    };
  });
  const shown = scale ? rows : [];
  return {
    range,
    exact,
    rows: shown.slice(start, start + limit),
    total: shown.length,
    through: iso(NOW),
  };
}

function bots(query: URLSearchParams) {
  const dimension = query.get("dimension") ?? "";
  const names = ["Googlebot", "bingbot", "curl", "Chrome", ""];
  const values = dimension === "browser" ? names : (VALUES[dimension] ?? []);
  const rows = values.map((value, place) => {
    const pageviews = Math.round(1100 / (place * 2 + 1));
    return { value, label: value, visitors: Math.ceil(pageviews / 40), pageviews, events: place };
  });
  const { range } = courseOf(query.get("period") ?? "30d", 0, 1);
  return { range, rows, total: rows.length, through: iso(NOW) };
}

/** Stand in for the reports of a page from here on; what is asked is added to the list that is returned. */
export async function stubReports(page: Page, answers: Answers = {}): Promise<URL[]> {
  const asked: URL[] = [];
  const reply =
    (write: (query: URLSearchParams, answers: Answers) => object) => async (route: Route) => {
      const url = new URL(route.request().url());
      asked.push(url);
      await route.fulfill({ json: write(url.searchParams, answers) });
    };
  await page.route("**/api/v1/reports/summary*", reply(summary));
  await page.route("**/api/v1/reports/breakdown*", reply(breakdown));
  await page.route("**/api/v1/reports/bots*", reply(bots));
  return asked;
}
