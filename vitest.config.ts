import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{tracker,frontend,frontend/demo}/tests/**/*.test.{ts,tsx}"],
    restoreMocks: true,
    unstubGlobals: true,
  },
});
