// SPDX-License-Identifier: ISC
// A registry of models with its files, on this machine, which can misbehave.
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";

import { listen } from "./listen.mjs";

export const sha256 = (bytes) =>
  createHash("sha256").update(bytes).digest("hex");

/** Bytes that do not compress, the same for the same seed. */
export function noise(length, seed) {
  const bytes = Buffer.alloc(length);
  let state = (seed * 2654435761 + 1) >>> 0;

  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

export class Registry {
  models = {}; // as in models.json
  files = new Map(); // path: what is sent
  asked = []; // {path, range, ifRange} of all requests for files
  behave = {}; // path: (request, response, body) instead of sending it

  static async start() {
    const registry = new Registry();

    registry.server = await listen((q, r) => registry.#answer(q, r));
    registry.url = registry.server.url;
    registry.list = `${registry.url}/db/models.json`;
    return registry;
  }

  close() {
    return this.server.close();
  }

  /** Offer a model made of contents {model, vocab, lex...}. */
  offer(pair, version, contents, change = () => {}) {
    const names = {
      model: "model.bin",
      vocab: "vocab.spm",
      lexicalShortlist: "lex.bin",
    };
    const entry = {
      architecture: "tiny",
      releaseStatus: "Release",
      files: {},
    };

    for (const [key, bytes] of Object.entries(contents)) {
      const path = `models/${pair}/${version}/exported/${names[key]}.gz`;

      this.files.set(`/${path}`, gzipSync(bytes));
      entry.files[key] = { path };
    }
    Object.assign(entry.files.model, {
      uncompressedSize: contents.model.length,
      uncompressedHash: sha256(contents.model),
    });
    change(entry);
    this.models[pair] = [entry];
  }

  path(pair, version, name) {
    return `/models/${pair}/${version}/exported/${name}.gz`;
  }

  #answer(q, r) {
    const path = new URL(q.url, this.url).pathname;
    const body = this.files.get(path);

    if (path === "/db/models.json")
      return r.end(
        JSON.stringify({
          baseUrl: this.url,
          license: "MPL-2.0",
          models: this.models,
        }),
      );
    this.asked.push({
      path,
      range: q.headers.range,
      ifRange: q.headers["if-range"],
    });
    if (this.behave[path]) return this.behave[path](q, r, body);
    if (!body) return r.writeHead(404).end("no such file");
    this.send(q, r, body);
  }

  /** As a good server does it: Range, If-Range, ETag. */
  send(q, r, body) {
    const etag = `"${sha256(body).slice(0, 16)}"`;
    const from = /^bytes=(\d+)-$/.exec(q.headers.range ?? "")?.[1];
    const same = !q.headers["if-range"] || q.headers["if-range"] === etag;

    r.setHeader("ETag", etag);
    if (from === undefined || !same)
      return r.writeHead(200, { "Content-Length": body.length }).end(body);
    if (Number(from) >= body.length)
      return r
        .writeHead(416, { "Content-Range": `bytes */${body.length}` })
        .end();
    r.writeHead(206, {
      "Content-Length": body.length - from,
      "Content-Range": `bytes ${from}-${body.length - 1}/${body.length}`,
    });
    r.end(body.subarray(Number(from)));
  }
}

/** Half of it, then the connection ends. */
export function cut(q, r, body) {
  r.writeHead(200, {
    "Content-Length": body.length,
    ETag: `"${sha256(body).slice(0, 16)}"`,
  });
  r.write(body.subarray(0, body.length >> 1), () => r.destroy());
}
