// Writes src/api/schema.d.ts from the OpenAPI document; with --check, fails where it lags behind.
import { readFileSync, writeFileSync } from "node:fs";
import openapi, { astToString } from "openapi-typescript";

const at = (path) => new URL(path, import.meta.url);
const DOCUMENT = at("../functions/reports/openapi.json");
const TYPES = at("src/api/schema.d.ts");
const HEAD = "// Written by `npm run types` from the OpenAPI document; do not edit.\n\n";

const wanted = HEAD + astToString(await openapi(DOCUMENT, { defaultNonNullable: false }));
if (!process.argv.includes("--check")) {
  writeFileSync(TYPES, wanted);
} else if (readFileSync(TYPES, "utf8") !== wanted) {
  process.stderr.write("frontend/src/api/schema.d.ts lags behind: run `npm run types`\n");
  process.exit(1);
}
