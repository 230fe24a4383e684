// Builds demo shop and the page of the API into dist/, beside the dashboard and the demo page.
import { cpSync } from "node:fs";
import { build } from "esbuild";
import { buildDocs } from "./docs/build.mjs";

const at = (path) => new URL(path, import.meta.url).pathname;

await build({
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  logLevel: "warning",
  entryPoints: [at("shop/src/shop.ts"), at("shop/src/shop.css")],
  outdir: at("dist/shop/assets"),
});
cpSync(at("shop/index.html"), at("dist/shop/index.html"));
cpSync(at("shop/about.html"), at("dist/shop/about.html"));
cpSync(at("shop/icon.svg"), at("dist/shop/icon.svg"));
buildDocs(at("dist/docs"));
process.stdout.write("frontend: dashboard in dist/, with demo/, shop/ and docs/ below it\n");
