// Builds demo page, demo shop and the page of the API into dist/, beside the dashboard.
import { cpSync } from "node:fs";
import { build } from "esbuild";
import { buildDocs } from "./docs/build.mjs";

const at = (path) => new URL(path, import.meta.url).pathname;
const shared = { bundle: true, minify: true, format: "esm", target: "es2022", logLevel: "warning" };

await build({
  ...shared,
  entryPoints: [at("demo/src/main.ts"), at("demo/src/page.css")],
  outdir: at("dist/demo/assets"),
});
await build({
  ...shared,
  entryPoints: [at("shop/src/shop.ts"), at("shop/src/shop.css")],
  outdir: at("dist/shop/assets"),
});
cpSync(at("demo/index.html"), at("dist/demo/index.html"));
cpSync(at("shop/index.html"), at("dist/shop/index.html"));
cpSync(at("shop/about.html"), at("dist/shop/about.html"));
cpSync(at("shop/icon.svg"), at("dist/shop/icon.svg"));
buildDocs(at("dist/docs"));
process.stdout.write("frontend: dashboard in dist/, with demo/, shop/ and docs/ below it\n");
