// Bundles the page into dist/: index.html names the other files, whose names
// carry a hash of their content, so that they may be cached for ever.  Each
// text is there compressed too, for the gateway to send as it is.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "dist");
/** What the page needs without a network, beside what index.html names. */
const OFFLINE =
  /^(wallpaper|manrope-common|chunk|shell|dialogs|index|en|picker|dialog-style|panel|thread-pane|above|faces-load)$/;
const COMPRESSED = /\.(js|css|html|svg|webmanifest)$/;

/** Of Socket.IO's client what the gateway speaks: no WebTransport, and of what
 * is said nothing but JSON. */
const NOT_SPOKEN = [
  [/engine\.io-client.*webtransport\.js$/, "export class WT {}"],
  [
    /socket\.io-parser.*is-binary\.js$/,
    "export const isBinary = () => false, hasBinary = isBinary;",
  ],
  [
    /socket\.io-parser.*[/\\]binary\.js$/,
    "export const deconstructPacket = null, reconstructPacket = null;",
  ],
  [/engine\.io-parser.*base64-arraybuffer\.js$/, "export const decode = null;"],
  [
    /engine\.io-client.*parseuri\.js$/, // browsers have one themselves
    `export function parse(source) {
      const { protocol, hostname, port, pathname, search } = new URL(source);
      return {
        source,
        protocol: protocol.slice(0, -1),
        host: hostname.replace(/[[\\]]/g, ""),
        port,
        path: pathname,
        query: search.slice(1),
      };
    }`,
  ],
];
const spoken = {
  name: "spoken",
  setup({ onLoad }) {
    for (const [filter, contents] of NOT_SPOKEN)
      onLoad({ filter }, () => ({ contents }));
  },
};

const common = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  format: "esm",
  target: ["chrome97", "firefox98", "safari15.4"],
  legalComments: "none",
  charset: "utf8",
  write: false,
  logLevel: "warning",
  plugins: [spoken],
};

/** For who asks for it unasked: the picture in Windows' container. */
function ico(png) {
  const head = Buffer.alloc(22);
  head.writeUInt16LE(1, 2); // an icon,
  head.writeUInt16LE(1, 4); // one picture,
  head[6] = head[7] = png.readUInt32BE(16); // of this width and height,
  head.writeUInt32LE(png.length, 14); // so many bytes,
  head.writeUInt32LE(head.length, 18); // here
  return Buffer.concat([head, png]);
}

async function put(name, contents) {
  await writeFile(join(dist, name), contents);
  if (!COMPRESSED.test(name)) return;
  const gzip = gzipSync(contents, { level: 9 });
  await writeFile(join(dist, `${name}.gz`), gzip);
  console.log(`${name} ${contents.length} bytes, ${gzip.length} gzip`);
}

const bundle = (entryPoints) => ({
  ...common,
  entryPoints,
  outdir: "dist",
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  splitting: true,
  jsx: "automatic",
  define: { "process.env.NODE_ENV": '"production"' },
  loader: { ".woff2": "file", ".svg": "file" },
});
const page = await build(
  bundle({
    early: "src/early.ts",
    app: "src/main.tsx",
    style: "src/css/style.css",
    "dialog-style": "src/css/dialogs.css",
  }),
);
const admin = await build(
  bundle({ admin: "src/admin/main.tsx", "admin-style": "src/css/admin.css" }),
);
const icons = await readFile(join(here, "src/icons.svg"), "utf8");

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
await cp(join(here, "static"), dist, { recursive: true });
await put("favicon.ico", ico(await readFile(join(dist, "icon-192.png"))));

/** A page and what it is made of: its HTML with the names filled in, and each
 * file written. */
async function putPage(source, files) {
  let html = await readFile(join(here, "src", source), "utf8");
  html = html.replace("%icons%", icons);
  const names = [];
  for (const file of files) {
    const name = basename(file.path);
    const [, stem, ext] = /^([\w-]+)-\w{8}\.(\w+)$/.exec(name);
    html = html.replace(`%${stem}.${ext}%`, name);
    names.push({ name, stem });
    await put(name, file.contents);
  }
  await put(source, Buffer.from(html));
  return { html, names };
}

const { html, names: files } = await putPage("index.html", page.outputFiles);
await putPage("admin.html", admin.outputFiles);
const names = files.map(({ name }) => name);
const first = files // what every visit needs
  .filter(({ name, stem }) => html.includes(name) || OFFLINE.test(stem))
  .map(({ name }) => name);

// The client for other pages, where Socket.IO's own server has it.
const client = join(here, "node_modules/socket.io-client/dist");
await mkdir(join(dist, "socket.io"));
for (const [name, file] of [
  ["socket.io.js", "socket.io.min.js"],
  ["socket.io.min.js", "socket.io.min.js"],
  ["socket.io.esm.min.js", "socket.io.esm.min.js"],
])
  await put(`socket.io/${name}`, await readFile(join(client, file)));

// The service worker keeps what this build is made of.
const hash = createHash("sha256").update(html).digest("hex").slice(0, 12);
const worker = await build({
  ...common,
  entryPoints: ["src/sw.ts"],
  format: "iife",
  define: {
    BUILD: JSON.stringify(hash),
    FILES: JSON.stringify(names),
    FIRST: JSON.stringify(["", ...first]),
  },
});
await put("sw.js", worker.outputFiles[0].contents);
for (const name of await readdir(join(here, "static")))
  if (COMPRESSED.test(name)) await put(name, await readFile(join(dist, name)));
