// Builds the demo page into dist/ and the demo shop into dist/shop/.
import { cpSync, rmSync } from "node:fs";
import { build } from "esbuild";

const at = (path) => new URL(path, import.meta.url).pathname;
const shared = { bundle: true, minify: true, format: "esm", target: "es2022", logLevel: "warning" };

rmSync(at("dist"), { recursive: true, force: true });
await build({
  ...shared,
  entryPoints: [at("src/main.ts"), at("src/page.css")],
  outdir: at("dist/assets"),
});
await build({
  ...shared,
  entryPoints: [at("shop/src/shop.ts"), at("shop/src/shop.css")],
  outdir: at("dist/shop/assets"),
});
cpSync(at("index.html"), at("dist/index.html"));
cpSync(at("icon.svg"), at("dist/icon.svg"));
cpSync(at("shop/index.html"), at("dist/shop/index.html"));
cpSync(at("shop/about.html"), at("dist/shop/about.html"));
cpSync(at("shop/icon.svg"), at("dist/shop/icon.svg"));
process.stdout.write("frontend: demo page in dist/, shop in dist/shop/\n");
