// SPDX-License-Identifier: ISC
// Engine.IO 4 from its protocol document, against sio-conformance --engine,
// which echoes every message.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { pause, until } from "../lib/wait.mjs";
import { Server, Wire } from "./server.mjs";

const SEPARATOR = "\x1e";
const INTERVAL = 300; // ms, as the server announces
const TIMEOUT = 200;

let calm, hasty; // the hasty one has the heartbeat of the official suite

before(async () => {
  calm = await Server.start(["--engine", "--calm"]);
  hasty = await Server.start(["--engine"]);
});
after(() => Promise.all([calm.stop(), hasty.stop()]));

const url = (server, transport, sid) =>
  `${server.url}/engine.io/?EIO=4&transport=${transport}` +
  (sid ? `&sid=${sid}` : "");

const polling = (sid, init, server = calm) =>
  fetch(url(server, "polling", sid), init);

const post = (sid, body, server) =>
  polling(sid, { method: "POST", body }, server);

async function handshake(server) {
  const text = await (await polling("", {}, server)).text();

  assert.equal(text[0], "0");
  return JSON.parse(text.slice(1));
}

const websocket = (sid, server = calm) =>
  Wire.open(url(server, "websocket", sid));

test("the handshake names the session and the server's limits", async () => {
  const first = await handshake(hasty);
  const second = await handshake(hasty);

  assert.deepEqual(Object.keys(first).sort(), [
    "maxPayload",
    "pingInterval",
    "pingTimeout",
    "sid",
    "upgrades",
  ]);
  assert.deepEqual(first.upgrades, ["websocket"]);
  assert.equal(first.pingInterval, INTERVAL);
  assert.equal(first.pingTimeout, TIMEOUT);
  assert.equal(first.maxPayload, 1_000_000);
  assert.notEqual(first.sid, second.sid);
});

test("a WebSocket handshake offers no upgrade", async () => {
  const wire = await websocket();
  const open = await wire.next();

  assert.deepEqual(JSON.parse(open.slice(1)).upgrades, []);
  wire.close();
});

test("requests outside the protocol get 400", async () => {
  const { sid } = await handshake();

  for (const query of [
    "",
    "?EIO=4",
    "?transport=polling",
    "?EIO=3&transport=polling",
    "?EIO=4&transport=pigeon",
    "?EIO=4&transport=websocket",
    "?EIO=4&transport=polling&sid=nobody",
  ])
    assert.equal(
      (await fetch(`${calm.url}/engine.io/${query}`)).status,
      400,
      query,
    );
  assert.equal((await post("", "4x")).status, 400);
  assert.equal((await polling("", { method: "PUT", body: "" })).status, 400);
  assert.equal((await polling(sid, { method: "DELETE" })).status, 400);
  assert.equal((await fetch(`${calm.url}/elsewhere`)).status, 404);
});

test("a payload may hold several packets, text and binary", async () => {
  const { sid } = await handshake();
  const payload = ["4été", "4", "bAQIDBA==", "4x"].join(SEPARATOR);
  const answer = await post(sid, payload);

  assert.equal(answer.status, 200);
  assert.equal(await answer.text(), "ok");
  assert.equal(await (await polling(sid)).text(), payload);
});

test("a poll is held until there is something to say", async () => {
  const { sid } = await handshake();
  const held = polling(sid);

  await post(sid, "4news");
  assert.equal(await (await held).text(), "4news");
});

test("a malformed packet ends the session", async () => {
  for (const bad of ["abc", "", "4a\x1e", "bA", "2"]) {
    const { sid } = await handshake();

    assert.equal((await post(sid, bad)).status, 400, bad);
    assert.equal((await polling(sid)).status, 400, bad);
  }
  const wire = await websocket();
  wire.send("abc");
  await wire.end();
});

// Which of two requests on two connections comes first is not ours to say, so
// the next tests try until the poll was the first.

test("a second poll at a time ends the session", async () => {
  const { sid } = await handshake();
  const polls = await Promise.all([polling(sid), polling(sid)]);
  const [held, second] = polls.sort((a, b) => a.status - b.status);

  assert.equal(held.status, 200);
  assert.equal(await held.text(), "1");
  assert.equal(second.status, 400);
  assert.equal((await polling(sid)).status, 400);
});

test("giving up a poll ends the session", async () => {
  await until(async () => {
    const { sid } = await handshake();
    const giveUp = new AbortController();
    const held = polling(sid, { signal: giveUp.signal });

    await post(sid, "3");
    giveUp.abort();
    await assert.rejects(held);
    await pause(5);
    return (await post(sid, "3")).status === 400;
  }, "the session is gone");
});

test("a body above maxPayload gets 413", async () => {
  const { sid } = await handshake();

  assert.equal((await post(sid, "4".repeat(1_000_001))).status, 413);
});

test("a message above maxPayload closes with 1009", async () => {
  const wire = await websocket();

  wire.send("4".repeat(1_000_001));
  assert.ok([1006, 1009].includes(await wire.end()));
});

test("the server beats and a client that answers stays", async () => {
  const wire = await websocket("", hasty);

  await wire.next();
  for (let i = 0; i < 5; i++) {
    assert.equal(await wire.next(), "2");
    wire.send("3");
  }
  wire.send("4alive");
  assert.equal(await wire.nextBut2(), "4alive");
  wire.close();
});

test("a poll ends with the heartbeat", async () => {
  const { sid } = await handshake(hasty);

  assert.equal(await (await polling(sid, {}, hasty)).text(), "2");
});

test("a client that is silent for interval and timeout is gone", async () => {
  const { sid } = await handshake(hasty);
  const started = performance.now();
  const wire = await websocket("", hasty);

  await wire.end();
  assert.ok(performance.now() - started >= INTERVAL + TIMEOUT - 1);
  assert.equal((await polling(sid, {}, hasty)).status, 400);
});

test("the client closes and its pending poll ends", async () => {
  await until(async () => {
    const { sid } = await handshake();
    const held = polling(sid);

    assert.equal((await post(sid, "1")).status, 200);
    assert.equal((await polling(sid)).status, 400);
    return (await held).status === 200 && (await (await held).text()) === "6";
  }, "a poll ends with a noop");
  const wire = await websocket();
  wire.send("1");
  await wire.end();
});

test("an upgrade moves the session to a WebSocket", async () => {
  const { sid } = await handshake();
  const wire = await websocket(sid);

  wire.send("2probe");
  assert.equal(await wire.next(), "3probe");
  assert.equal(await (await polling(sid)).text(), "6");
  await post(sid, "4sent meanwhile");
  wire.send("5", "4first");
  assert.equal(await wire.nextBut2(), "4sent meanwhile");
  assert.equal(await wire.nextBut2(), "4first");
  assert.equal((await polling(sid)).status, 400);

  const second = await websocket(sid);
  await second.end();
  wire.send(Buffer.from([1, 2, 3]));
  assert.deepEqual(await wire.nextBut2(), Buffer.from([1, 2, 3]));
  wire.close();
});

test("a failed upgrade leaves the session on polling", async () => {
  const { sid } = await handshake();
  const wire = await websocket(sid);

  wire.send("2probe");
  assert.equal(await wire.next(), "3probe");
  wire.close();
  await post(sid, "4still polling");
  await until(
    async () => (await (await polling(sid)).text()) === "4still polling",
    "the message comes by polling",
  );
});

test("any origin may ask, after a preflight", async () => {
  const preflight = await polling("", {
    method: "OPTIONS",
    headers: {
      origin: "http://elsewhere",
      "access-control-request-method": "POST",
      "access-control-request-headers": "content-type",
    },
  });
  const plain = await polling("", { headers: { origin: "http://elsewhere" } });

  assert.equal(preflight.status, 204);
  assert.match(
    preflight.headers.get("access-control-allow-methods"),
    /\bPOST\b/,
  );
  assert.match(
    preflight.headers.get("access-control-allow-headers"),
    /\bcontent-type\b/,
  );
  for (const answer of [preflight, plain])
    assert.equal(answer.headers.get("access-control-allow-origin"), "*");
});
