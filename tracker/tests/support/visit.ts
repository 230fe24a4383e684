/** Opens a page of its own with the bundled tracker, and returns what the page sent. */

import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { Window } from "happy-dom";
import { expect, vi } from "vitest";

export const COLLECTOR = "https://stats.example/track";
export const SITE = "pt_0123456789abcdef";

const bundle = buildSync({
  entryPoints: [fileURLToPath(new URL("../../src/main.ts", import.meta.url))],
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2020",
  write: false,
}).outputFiles[0]?.text as string;

/** The fields of a sent event that tests look at. */
export interface Sent {
  id: string;
  eventType: string;
  url: string;
  referrer: string;
  title: string;
  userId: string;
  payload?: Record<string, unknown>;
}

interface Options {
  url?: string;
  html?: string;
  title?: string;
  referrer?: string;
  /** Attributes of the script line; `src` and `data-site` are there unless overridden. */
  script?: Record<string, string | null>;
  /** What localStorage holds at first, or null where the browser blocks it. */
  storage?: Record<string, string> | null;
  navigator?: Record<string, unknown>;
  /** Runs before the tracker, as an inline script above it would. */
  before?: (window: PageWindow) => void;
}

/** The parts of a page's window that tests touch. */
export interface PageWindow extends Window {
  pixeltrack: { track: (...call: unknown[]) => void; q?: unknown[] };
  PixelTracker: new (id: unknown, options?: unknown) => { track: (...call: unknown[]) => void };
}

export interface Page {
  window: PageWindow;
  /** Bodies by request, oldest first, with the address each went to. */
  requests: { url: string; body: string }[];
  /** Let the tracker's delays pass and return the events sent since the last call. */
  sent(): Promise<Sent[]>;
  /** Load the script (once more). */
  load(): void;
  beacon: ReturnType<typeof vi.fn>;
  fetch: ReturnType<typeof vi.fn>;
}

/** Set what a document says by itself, where browsers keep it: on its prototype. */
export function define(document: object, name: string, value: unknown): void {
  const prototype = Object.getPrototypeOf(document);
  Object.defineProperty(prototype, name, { value, configurable: true });
}

export function visit(options: Options = {}): Page {
  const window = new Window({ url: options.url ?? "https://shop.example/" }) as PageWindow;
  const { document } = window;
  document.title = options.title ?? "Shop";
  document.body.innerHTML = options.html ?? "";
  define(document, "referrer", options.referrer ?? "");
  const script = document.createElement("script");
  const attributes = {
    src: "https://stats.example/tracker.js",
    "data-site": SITE,
    ...options.script,
  };
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null) script.setAttribute(name, value);
  }
  define(document, "currentScript", script);

  const requests: Page["requests"] = [];
  let read = 0;
  const beacon = vi.fn((url: string, body: string): boolean => {
    requests.push({ url, body });
    return true;
  });
  const fetch = vi.fn(async (url: string, { body }: { body: string }) => {
    requests.push({ url, body });
  });

  const blocked = () => {
    throw new Error("SecurityError");
  };
  for (const [key, value] of Object.entries(options.storage ?? {})) {
    window.localStorage.setItem(key, value);
  }
  const storage =
    options.storage === null ? { getItem: blocked, setItem: blocked } : window.localStorage;
  const given: Record<string, unknown> = {
    screen: { width: 1440, height: 900 },
    navigator: {
      language: "en-GB",
      userAgent: "Firefox",
      sendBeacon: beacon,
      ...options.navigator,
    },
    localStorage: storage,
    fetch,
    Date,
    Intl,
    Math,
    Uint8Array,
    crypto,
    performance,
    setTimeout,
    clearTimeout,
  };
  for (const [name, value] of Object.entries(given)) {
    Object.defineProperty(window, name, { value, configurable: true, writable: true });
  }
  const names = { window, document, location: window.location };
  const load = (): void =>
    new Function(...Object.keys(names), bundle)(...Object.values(names)) as undefined;

  options.before?.(window);
  load();
  return {
    window,
    requests,
    beacon,
    fetch,
    load,
    async sent() {
      await vi.advanceTimersByTimeAsync(1300);
      const fresh = requests.slice(read);
      read = requests.length;
      return fresh.flatMap((request) => (JSON.parse(request.body) as { events: Sent[] }).events);
    },
  };
}

/** Do `act` on the page; the events it sends must be like `expected`, in order, and no others. */
export async function expectEvents(
  page: Page,
  act: (window: PageWindow) => void,
  ...expected: Record<string, unknown>[]
): Promise<Sent[]> {
  await page.sent();
  act(page.window);
  const sent = await page.sent();
  expect(sent).toMatchObject(expected);
  expect(sent).toHaveLength(expected.length);
  return sent;
}
