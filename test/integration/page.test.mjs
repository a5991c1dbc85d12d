// SPDX-License-Identifier: ISC
// How the gateway serves the page's files.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";

import { inHouse, ROOT } from "../lib/house.mjs";

const HTML = "<p>the page</p>";
const SCRIPT = "console.log(1)";

/** Status, headers and bytes as they come: fetch would unpack them. */
function get(url, headers = {}) {
  return new Promise((done, failed) => {
    request(url, { headers }, (answer) => {
      const parts = [];

      answer.on("data", (part) => parts.push(part));
      answer.on("end", () =>
        done({
          ...answer,
          headers: answer.headers,
          status: answer.statusCode,
          body: Buffer.concat(parts),
        }),
      );
    })
      .on("error", failed)
      .end();
  });
}

async function withPage(run) {
  const dir = await mkdtemp(join(tmpdir(), "meeshy-page-"));

  await writeFile(join(dir, "index.html"), HTML);
  await writeFile(join(dir, "app-A1B2C3D4.js"), SCRIPT);
  await writeFile(join(dir, "app-A1B2C3D4.js.gz"), gzipSync(SCRIPT));
  try {
    await inHouse(run, { GATEWAY_WEB_ROOT: dir });
  } finally {
    await rm(dir, { recursive: true });
  }
}

test("a file is sent compressed to who takes that, and as it is to others", () =>
  withPage(async ({ url }) => {
    const path = `${url}/app-A1B2C3D4.js`;

    for (const accept of ["gzip", "br, gzip;q=0.8, *;q=0.1"]) {
      const packed = await get(path, { "accept-encoding": accept });

      assert.equal(packed.headers["content-encoding"], "gzip", accept);
      assert.equal(
        packed.headers["content-type"],
        "text/javascript; charset=utf-8",
      );
      assert.match(packed.headers["vary"], /Accept-Encoding/);
      assert.equal(gunzipSync(packed.body).toString(), SCRIPT);
    }
    for (const accept of ["", "br", "gzip;q=0", "gzip; q=0.000", "x-gzipped"]) {
      const plain = await get(path, { "accept-encoding": accept });

      assert.equal(plain.headers["content-encoding"], undefined, accept);
      assert.equal(plain.body.toString(), SCRIPT);
    }
    const packed = await get(path, { "accept-encoding": "gzip" });
    const plain = await get(path);

    assert.notEqual(packed.headers.etag, plain.headers.etag);
    const again = await get(path, {
      "accept-encoding": "gzip",
      "if-none-match": packed.headers.etag,
    });

    assert.equal(again.status, 304);
  }));

test("places in the page are the page, other paths are not", () =>
  withPage(async ({ url }) => {
    for (const path of ["/", "/room/any", "/join/some-token", "/room/a%20b"]) {
      const answer = await get(url + path);

      assert.equal(answer.status, 200, path);
      assert.equal(answer.body.toString(), HTML);
      assert.match(
        answer.headers["content-security-policy"],
        /font-src 'self'/,
      );
    }
    for (const path of ["/rooms/any", "/join", "/nothing.js"])
      assert.equal((await get(url + path)).status, 404, path);
  }));

test("the client of Socket.IO is where its own server has it", (t) => {
  if (!existsSync(join(ROOT, "web/dist/socket.io")))
    return t.skip("the page is not built");
  return inHouse(async (house) => {
    const { status, headers, body } = await get(
      `${house.url}/socket.io/socket.io.js`,
    );

    assert.equal(status, 200);
    assert.match(headers["content-type"], /^text\/javascript/);
    assert.match(body.toString(), /Socket\.IO v4/);
    // The polls beside it are still answered.
    const poll = await get(`${house.url}/socket.io/?EIO=4&transport=polling`);

    assert.equal(poll.status, 200);
  });
});

test("who asks unasked for an icon and for what robots may gets both", () =>
  inHouse(async ({ url }) => {
    const icon = await get(`${url}/favicon.ico`);
    const robots = await get(`${url}/robots.txt`);

    assert.equal(icon.status, 200);
    assert.equal(icon.headers["content-type"], "image/x-icon");
    assert.deepEqual([...icon.body.subarray(0, 6)], [0, 0, 1, 0, 1, 0]);
    const at = icon.body.readUInt32LE(18);

    assert.equal(icon.body.subarray(at + 1, at + 4).toString(), "PNG");
    assert.equal(icon.body.length, at + icon.body.readUInt32LE(14));
    assert.equal(robots.status, 200);
    assert.match(robots.headers["content-type"], /^text\/plain/);
    assert.match(robots.body.toString(), /^User-agent: \*\nDisallow: \/$/m);
  }));
