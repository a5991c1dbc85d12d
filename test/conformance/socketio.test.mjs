// SPDX-License-Identifier: ISC
// Socket.IO 5: the official client, unmodified, and packets by hand from the
// protocol document, against sio-conformance --socket.
import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, test } from "node:test";

import { io } from "socket.io-client";

import { freePort } from "../lib/port.mjs";
import { soon, until } from "../lib/wait.mjs";
import { ANEW, Server, Wire } from "./server.mjs";

const CALM = ["--socket", "--calm"];

let server;

before(async () => {
  server = await Server.start(CALM);
});
after(() => server.stop());

/** A client of its own, connected; {auth} is what the server says it got. */
async function connect(t, options = {}, nsp = "") {
  const socket = io(server.url + nsp, { ...ANEW, ...options });
  const told = once(socket, "auth");

  t.after(() => socket.disconnect());
  await soon(once(socket, "connect"), "the client connects");
  const [auth] = await soon(told, "the server tells what it got");
  return { socket, auth };
}

const emitting = (socket, ...args) => {
  const back = once(socket, "message-back");

  socket.emit("message", ...args);
  return soon(back, "the message comes back");
};

const TRANSPORTS = {
  "by polling only": { transports: ["polling"] },
  "by WebSocket only": { transports: ["websocket"] },
  "with an upgrade": { transports: ["polling", "websocket"] },
};

for (const [how, options] of Object.entries(TRANSPORTS)) {
  test(`the official client talks ${how}`, async (t) => {
    const { socket } = await connect(t, options);
    const engine = socket.io.engine;
    const upgraded =
      options.transports.length === 2 && engine.transport.name === "polling"
        ? once(engine, "upgrade")
        : Promise.resolve();

    assert.deepEqual(await emitting(socket, 1, "2", { 3: [true] }), [
      1,
      "2",
      { 3: [true] },
    ]);
    await soon(upgraded, "the client upgrades");
    assert.equal(engine.transport.name, options.transports.at(-1));
    assert.deepEqual(await emitting(socket, "été 🎉"), ["été 🎉"]);
    assert.equal(
      await socket.timeout(2000).emitWithAck("message-with-ack", "x"),
      "x",
    );
  });

  test(`binary goes both ways ${how}`, async (t) => {
    const { socket } = await connect(t, options);
    const bytes = Buffer.from([0, 1, 2, 255]);
    const large = Buffer.alloc(200_000, 7);
    const back = await emitting(socket, bytes, { deep: [large] }, bytes);

    assert.ok(bytes.equals(back[0]) && bytes.equals(back[2]));
    assert.ok(large.equals(back[1].deep[0]));
    assert.ok(
      bytes.equals(
        await socket.timeout(2000).emitWithAck("message-with-ack", bytes),
      ),
    );
  });

  test(`order is kept and nothing is lost ${how}`, async (t) => {
    const { socket } = await connect(t, options);
    const got = [];
    const all = new Promise((done) =>
      socket.on("message-back", (n) => got.push(n) === 500 && done()),
    );

    for (let n = 0; n < 500; n++) socket.emit("message", n);
    await soon(all, "all messages come back");
    assert.deepEqual(
      got,
      Array.from({ length: 500 }, (_, n) => n),
    );
  });
}

test("the handshake's auth reaches the namespace", async (t) => {
  const auth = { token: "123", more: { deep: [1] } };

  assert.deepEqual((await connect(t)).auth, {});
  assert.deepEqual((await connect(t, { auth })).auth, auth);
  assert.deepEqual((await connect(t, { auth }, "/custom")).auth, auth);
});

test("namespaces share a connection and are left one by one", async (t) => {
  const { socket } = await connect(t, { forceNew: false });
  const custom = socket.io.socket("/custom");

  custom.connect(); // again: the client then says CONNECT twice
  await soon(once(custom, "connect"), "the second namespace connects");
  assert.equal(custom.io.engine, socket.io.engine);
  assert.notEqual(custom.id, socket.id);
  assert.deepEqual(await emitting(custom, "custom"), ["custom"]);
  custom.disconnect();
  assert.deepEqual(await emitting(socket, "main"), ["main"]);
});

test("an unknown namespace is refused", async (t) => {
  const socket = io(`${server.url}/nowhere`, { ...ANEW });

  t.after(() => socket.disconnect());
  const [error] = await soon(once(socket, "connect_error"), "it is refused");
  assert.equal(error.message, "Invalid namespace");
});

test("a client comes back when the server does", async (t) => {
  // One that no outgoing connection can take while the server is away.
  let own = await Server.start(CALM, await freePort());
  const socket = io(own.url, { ...ANEW, reconnectionDelay: 50 });

  t.after(async () => {
    socket.disconnect();
    await own.stop();
  });
  await soon(once(socket, "connect"), "the client connects");
  // Between its two transports it would only notice by its heartbeat.
  await until(
    () => socket.io.engine.transport.name === "websocket",
    "the client has upgraded",
  );
  const lost = once(socket, "disconnect");
  // Not once(): the manager also emits "error" while the server is away.
  const back = new Promise((done) => socket.io.on("reconnect", done));
  await own.stop();
  const [reason] = await soon(lost, "the client notices");
  assert.match(reason, /^transport (close|error)$/);
  own = await Server.start(CALM, own.port);
  await soon(back, "the client comes back");
  await soon(socket.emitWithAck("message-with-ack", 1), "it is answered");
});

async function raw(...packets) {
  const wire = await Wire.open(
    `${server.url}/socket.io/?EIO=4&transport=websocket`,
  );

  await wire.next();
  wire.send(...packets);
  return wire;
}

async function rawConnected() {
  const wire = await raw("40");

  assert.match(await wire.nextBut2(), /^40\{"sid":"[^"]+"\}$/);
  assert.equal(await wire.nextBut2(), '42["auth",{}]');
  return wire;
}

test("packets are answered to the letter", async () => {
  const wire = await rawConnected();

  wire.send('40/custom,{"a":1}');
  assert.match(await wire.nextBut2(), /^40\/custom,\{"sid":"[^"]+"\}$/);
  assert.equal(await wire.nextBut2(), '42/custom,["auth",{"a":1}]');
  wire.send('42456["message-with-ack",1,"2",{"3":[false]}]');
  assert.equal(await wire.nextBut2(), '43456[1,"2",{"3":[false]}]');
  wire.send('42/custom,0["message-with-ack"]');
  assert.equal(await wire.nextBut2(), "43/custom,0[]");
  wire.send("40/nowhere");
  assert.equal(
    await wire.nextBut2(),
    '44/nowhere,{"message":"Invalid namespace"}',
  );
  wire.send("41/custom", '42["message","still here"]');
  assert.equal(await wire.nextBut2(), '42["message-back","still here"]');
  wire.send('451-7["message-with-ack",{"_placeholder":true,"num":0}]');
  wire.send(Buffer.from([9]));
  assert.equal(await wire.nextBut2(), '461-7[{"_placeholder":true,"num":0}]');
  assert.deepEqual(await wire.nextBut2(), Buffer.from([9]));
  wire.close();
});

test("what is not the protocol closes the connection", async () => {
  for (const bad of [
    "4abc",
    "42{}",
    '42abc["x"]',
    '42["disconnect"]',
    "42[",
    `42["x",${"[".repeat(200_000)}`,
    '4511-["x"]',
    '42/custom,["x"]',
    Buffer.from([1]),
  ]) {
    const wire = await rawConnected();

    wire.send(bad);
    await wire.end();
  }
  await (await raw('42["message"]')).end(); // before CONNECT
});

test("a client that never sends CONNECT is closed", async () => {
  const hasty = await Server.start(["--socket"]);
  const wire = await Wire.open(
    `${hasty.url}/socket.io/?EIO=4&transport=websocket`,
  );

  await wire.end();
  await hasty.stop();
});

test("the end of the server is announced", async () => {
  const own = await Server.start(CALM);
  const wire = await Wire.open(
    `${own.url}/socket.io/?EIO=4&transport=websocket`,
  );

  await wire.next();
  await own.stop();
  assert.equal(await wire.end(), 1001);
});
