// Builds the page of the API's description into a folder: Swagger UI and what starts it.
import { copyFileSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const OWN = ["index.html", "docs.css", "docs.js"];
const SWAGGER = ["swagger-ui.css", "swagger-ui-bundle.js", "swagger-ui-bundle.js.LICENSE.txt"];

/** Write the page's files into `outDir`, from where they are served at /docs/. */
export function buildDocs(outDir) {
  const require = createRequire(import.meta.url);
  const swagger = dirname(require.resolve("swagger-ui-dist/package.json"));
  mkdirSync(outDir, { recursive: true });
  for (const name of OWN) {
    copyFileSync(new URL(name, import.meta.url), join(outDir, name));
  }
  for (const name of SWAGGER) {
    copyFileSync(join(swagger, name), join(outDir, name));
  }
}
