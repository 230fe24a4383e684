import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tracker/tests/**/*.test.ts", "frontend/tests/**/*.test.ts"],
    restoreMocks: true,
    unstubGlobals: true,
  },
});
