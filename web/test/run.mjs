// Bundles the unit tests (Node 18 reads no TypeScript) and runs them, then
// the browser tests against the mock gateway where there is a Chromium.
import { build } from "esbuild";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { CHROMIUM } from "./chromium.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "../node_modules/.cache/meeshy-test");
const units = readdirSync(here).filter((name) => name.endsWith(".test.ts"));

await build({
  entryPoints: units.map((name) => join(here, name)),
  outdir: out,
  outExtension: { ".js": ".mjs" },
  bundle: true,
  platform: "node",
  format: "esm",
  jsx: "automatic",
  jsxImportSource: "preact",
  logLevel: "warning",
});

const files = units.map((name) => join(out, name.replace(/ts$/, "mjs")));
const browser = readdirSync(here).filter((name) => name.endsWith(".test.mjs"));
if (existsSync(CHROMIUM)) files.push(...browser.map((n) => join(here, n)));
else console.log(`skipped: browser tests (${CHROMIUM} is missing)`);

const run = spawnSync(process.execPath, ["--test", ...files], {
  stdio: "inherit",
});
process.exit(run.status ?? 1);
