// SPDX-License-Identifier: ISC
// Bytes that no honest client sends: whole and broken requests and frames,
// mixed, cut, repeated and abandoned at random.  The server may answer what it
// likes, but it lives, serves others, and ends well (with sanitizers: without a
// report).  HOSTILE_SECONDS runs it longer, HOSTILE_SEED repeats a run.
import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, test } from "node:test";

import { io } from "socket.io-client";

import { pause, soon } from "../lib/wait.mjs";
import { ANEW, Server } from "./server.mjs";

const SECONDS = Number(process.env.HOSTILE_SECONDS ?? 3);
const SEED = Number(process.env.HOSTILE_SEED ?? Date.now() % 2 ** 32);
const AT_ONCE = 20;
const PIECES_MAX = 12;

let random = SEED;

/** mulberry32 */
function below(n) {
  random = (random + 0x6d2b79f5) | 0;
  let t = Math.imul(random ^ (random >>> 15), 1 | random);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) % n;
}

const pick = (list) => list[below(list.length)];

function frame(opcode, payload, { fin = true, mask = true, rsv = 0 } = {}) {
  const data = Buffer.from(payload);
  const head = [(fin ? 0x80 : 0) | (rsv << 4) | opcode];
  const bit = mask ? 0x80 : 0;

  if (data.length < 126) head.push(bit | data.length);
  else head.push(bit | 126, data.length >> 8, data.length & 255);
  if (!mask) return Buffer.concat([Buffer.from(head), data]);
  return Buffer.concat([
    Buffer.from(head),
    Buffer.from([1, 2, 3, 4]),
    data.map((byte, i) => byte ^ ((i & 3) + 1)),
  ]);
}

const POLL = "/socket.io/?EIO=4&transport=polling";
const get = (path, extra = "") =>
  `GET ${path} HTTP/1.1\r\nHost: x\r\n${extra}\r\n`;
const post = (path, body, length = body.length) =>
  `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\n\r\n${body}`;
const upgrade = get(
  "/socket.io/?EIO=4&transport=websocket",
  "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n" +
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
);

const PIECES = [
  upgrade,
  upgrade,
  upgrade,
  () => get(POLL),
  () => get(pick(["/", "/x", "/socket.io", "//", "/%00", "/..", "/?a=b&c"])),
  () => post(POLL, "4"),
  () => post(POLL, "40\x1e42[1]", below(100)),
  () => post("/x", "z".repeat(below(3000)), below(3000)),
  () => get("/", `Content-Length: ${below(20) - 5}\r\n`),
  () => get("/", "Transfer-Encoding: chunked\r\n") + "5\r\nhello\r\n0\r\n\r\n",
  () => get("/", "Connection: close\r\n"),
  () => get("/", "Upgrade: h2c\r\nConnection: Upgrade\r\n"),
  () => get("/", `X-Long: ${"y".repeat(below(20_000))}\r\n`),
  () => get("/", "Expect: 100-continue\r\n"),
  "OPTIONS / HTTP/1.1\r\n\r\n",
  "HEAD / HTTP/1.0\r\n\r\n",
  "CONNECT x:1 HTTP/1.1\r\n\r\n",
  "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  "BREW / HTTP/1.1\r\n\r\n",
  "\r\n\r\n",
  () => frame(1, "40"),
  () => frame(1, "40"),
  () => frame(1, '421["message-with-ack",1]'),
  () => frame(1, '451-["message",{"_placeholder":true,"num":0}]'),
  () => frame(2, Buffer.from([0, 1, 2])),
  () => frame(1, "41"),
  () => frame(1, '40/custom,{"a":1}'),
  () => frame(1, "3"),
  () => frame(1, pick(["", "4", "4abc", "42{}", "2probe", "5", "6", "1"])),
  () => frame(1, "x".repeat(below(5000)), { fin: below(2) === 0 }),
  () => frame(0, "more", { fin: below(2) === 0 }),
  () => frame(below(16), "any", { rsv: below(8), mask: below(4) > 0 }),
  () => frame(8, Buffer.from([3, 232])),
  () => frame(8, Buffer.from([below(256), below(256), below(256)])),
  () => frame(9, "ping"),
  () => Buffer.from([0x81, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]),
  () => Buffer.from(Array.from({ length: below(200) }, () => below(256))),
];

function piece() {
  const made = pick(PIECES);
  const bytes = Buffer.from(typeof made === "function" ? made() : made);

  if (below(8) === 0 && bytes.length > 0)
    bytes[below(bytes.length)] ^= 1 << below(8);
  return below(8) === 0 ? bytes.subarray(0, below(bytes.length + 1)) : bytes;
}

async function attack() {
  const socket = server.connect();
  const closed = new Promise((done) => socket.on("close", done));

  socket.on("error", () => {});
  if (below(4) > 0) socket.on("data", () => {}); // or it never reads
  for (let n = below(PIECES_MAX); n >= 0 && !socket.destroyed; n--) {
    socket.write(piece());
    if (below(3) === 0) await pause(below(4));
  }
  if (below(2) === 0) server.reset(socket);
  else socket.destroySoon();
  await Promise.race([closed, pause(1000)]);
  socket.destroy();
}

let server;

before(async () => {
  server = await Server.start(["--socket"]);
});
after(() => server.stop());

test(`${SECONDS} s of nonsense (seed ${SEED}) do no harm`, async (t) => {
  const end = performance.now() + SECONDS * 1000;
  let attacks = 0;

  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (performance.now() < end) {
        await attack();
        attacks++;
      }
    }),
  );
  t.diagnostic(`${attacks} connections`);
  assert.equal(server.child.exitCode, null);

  const socket = io(server.url, { ...ANEW, transports: ["websocket"] });
  t.after(() => socket.disconnect());
  await soon(once(socket, "connect"), "an honest client connects");
  assert.equal(
    await soon(socket.emitWithAck("message-with-ack", "x"), "it is served"),
    "x",
  );
});
