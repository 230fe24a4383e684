import { defineConfig } from "@playwright/test";

// A headless browser calls itself one, and would be counted as a bot.
const USER_AGENT =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";

export default defineConfig({
  testDir: "tests/e2e",
  outputDir: "test-results",
  workers: 1,
  forbidOnly: true,
  reporter: "list",
  // For a machine with nothing to spare: what passes takes no longer for it.
  timeout: 180_000,
  expect: { timeout: 30_000 },
  use: {
    locale: "en-GB",
    viewport: { width: 1440, height: 900 },
    launchOptions: {
      executablePath: "/usr/bin/chromium",
      args: [
        // For the whole browser: a beacon of a page that is being left ignores the page's own.
        `--user-agent=${USER_AGENT}`,
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
