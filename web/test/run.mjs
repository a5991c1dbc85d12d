// Bundles the unit tests (Node 18 reads no TypeScript) and runs them, then
// the browser tests against the mock gateway where there is a Chromium.
// node test/run.mjs NAME: the unit tests of that name alone.
import { build } from "esbuild";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { CHROMIUM } from "./chromium.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const NONE = "there is no unit test of that name";
const out = join(here, "../node_modules/.cache/meeshy-test");
const [, , only = ""] = process.argv;
const units = readdirSync(here).filter(
  (name) => name.endsWith(".test.ts") && name.startsWith(only),
);

if (units.length === 0) throw new Error(NONE); // node would look everywhere
await build({
  entryPoints: units.map((name) => join(here, name)),
  outdir: out,
  outExtension: { ".js": ".mjs" },
  bundle: true,
  external: ["esbuild"],
  platform: "node",
  format: "esm",
  jsx: "automatic",
  jsxImportSource: "preact",
  logLevel: "warning",
});

const files = units.map((name) => join(out, name.replace(/ts$/, "mjs")));
const browser = readdirSync(here).filter((name) => name.endsWith(".test.mjs"));
if (only !== "") browser.length = 0;
else if (existsSync(CHROMIUM)) files.push(...browser.map((n) => join(here, n)));
else console.log(`skipped: browser tests (${CHROMIUM} is missing)`);

const how = ["--test", "--test-reporter=spec"];
const run = spawnSync(process.execPath, [...how, ...files], {
  stdio: "inherit",
});
process.exit(run.status ?? 1);
