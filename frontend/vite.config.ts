import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const BACKEND = "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [react()],
  // The policy of the pages forbids data: scripts and styles; every asset is a file with a hash.
  build: {
    assetsInlineLimit: 0,
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: ["index.html", "demo/index.html"] },
  },
  server: { host: "127.0.0.1", proxy: { "/api": BACKEND, "/auth": BACKEND } },
});
