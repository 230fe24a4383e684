// Bundles the tracker into dist/tracker.js and refuses one that has grown too large.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const MAX_BYTES = 4000;
const outfile = new URL("dist/tracker.js", import.meta.url).pathname;

await build({
  entryPoints: [new URL("src/main.ts", import.meta.url).pathname],
  outfile,
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2020",
  legalComments: "none",
});

const script = readFileSync(outfile);
const size = gzipSync(script, { level: 9 }).length;
process.stdout.write(
  `tracker.js: ${script.length} bytes, ${size} gzipped (at most ${MAX_BYTES})\n`,
);
if (size > MAX_BYTES) {
  console.error("tracker.js is too large");
  process.exit(1);
}
