// Bundles the page into dist/: index.html names the other files, whose names
// carry a hash of their content, so that they may be cached for ever.
import { build } from "esbuild";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "dist");

const result = await build({
  absWorkingDir: here,
  entryPoints: {
    app: "src/main.tsx",
    style: "src/css/style.css",
  },
  outdir: "dist",
  entryNames: "[name]-[hash]",
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2021", "chrome97", "firefox97", "safari15.4"],
  define: { "process.env.NODE_ENV": '"production"' },
  legalComments: "none",
  write: false,
  logLevel: "warning",
});

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
let html = await readFile(join(here, "src/index.html"), "utf8");
for (const file of result.outputFiles) {
  const name = basename(file.path);
  const [, stem, ext] = /^(\w+)-\w+\.(\w+)$/.exec(name);
  html = html.replace(`%${stem}.${ext}%`, name);
  await writeFile(join(dist, name), file.contents);
  const gzip = gzipSync(file.contents, { level: 9 }).length;
  console.log(`${name} ${file.contents.length} bytes, ${gzip} gzip`);
}
await writeFile(join(dist, "index.html"), html);
await cp(join(here, "src/favicon.svg"), join(dist, "favicon.svg"));
