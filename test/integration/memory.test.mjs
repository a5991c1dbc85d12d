// SPDX-License-Identifier: ISC
// Strangers who send much and finish nothing, at a gateway with little memory.
import assert from "node:assert/strict";
import { chmod, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { test } from "node:test";

import { House } from "../lib/house.mjs";
import { soon, until } from "../lib/wait.mjs";

const ADDRESS_SPACE_KB = 700 * 1024;
const PEERS = 700;

// A sanitizer's shadow alone is terabytes of address space.
const skip = /[at]san/.test(process.env.MEESHY_BUILD ?? "")
  ? "not with sanitizers"
  : false;

/** A gateway whose address space is limited. */
async function inLittle(test) {
  const house = await House.build({ GATEWAY_RATE_GUESTS: "1000" });
  const script = join(house.dir, "gateway");

  await writeFile(
    script,
    `#!/bin/bash\nulimit -v ${ADDRESS_SPACE_KB}\nexec ${house.gateway.program}\n`,
  );
  await chmod(script, 0o755);
  house.gateway.program = script;
  try {
    house.gateway.start();
    await house.answering();
    await test(house);
  } finally {
    await house.close();
  }
}

/** Send to each of many connections; what they were answered, as far as it
 * came: "" for nothing yet.  They stay open until done() is called. */
function crowd(house, n, bytes) {
  const { port } = new URL(house.url);
  const peers = Array.from({ length: n }, () => {
    const peer = { said: "", closed: false };

    peer.socket = connect(port, "127.0.0.1", () => peer.socket.write(bytes));
    peer.socket.on("data", (data) => (peer.said += data.toString("latin1")));
    peer.socket.on("error", () => (peer.closed = true));
    peer.socket.on("close", () => (peer.closed = true));
    return peer;
  });

  return {
    peers,
    done: () => peers.forEach(({ socket }) => socket.destroy()),
  };
}

async function isWell(house) {
  const person = await house.guest("Honest", "fr");

  await person.send("toujours là");
  assert.ok(house.gateway.running);
}

test(
  "a body for a session that there is not is refused by its head",
  { skip },
  () =>
    inLittle(async (house) => {
      const head =
        "POST /socket.io/?EIO=4&transport=polling&sid=nobody HTTP/1.1\r\n" +
        "Host: localhost\r\nContent-Length: 999999\r\n\r\n";
      const flood = crowd(house, PEERS, head + "x".repeat(990_000));

      await until(
        () => flood.peers.every(({ said, closed }) => closed || said),
        "all are answered",
      );
      await isWell(house);
      flood.done();
    }),
);

test(
  "what has half arrived has a bound, of an address and of all",
  { skip },
  () =>
    inLittle(async (house) => {
      const head =
        "POST /conversations/any/messages HTTP/1.1\r\n" +
        "Host: localhost\r\nContent-Length: 120000\r\n\r\n";
      const flood = crowd(house, PEERS, head + "x".repeat(110_000));

      await until(
        () =>
          flood.peers.filter(({ said }) => said.startsWith("HTTP/1.1 503"))
            .length >
          PEERS / 2,
        "most are turned away",
      );
      await isWell(house);
      flood.done();
    }),
);

test("a message that never ends is bounded too", { skip }, () =>
  inLittle(async (house) => {
    const upgrade =
      "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n" +
      "Host: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
      "Sec-WebSocket-Version: 13\r\n" +
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    const frame = Buffer.concat([
      Buffer.from([0x81, 0xff, 0, 0, 0, 0, 0, 0x0e, 0x40, 0, 1, 2, 3, 4]),
      Buffer.alloc(900_000, "x"),
    ]);
    const flood = crowd(
      house,
      PEERS,
      Buffer.concat([Buffer.from(upgrade), frame]),
    );

    await until(
      () => flood.peers.every(({ closed }) => closed),
      "strangers are closed",
    );
    await isWell(house);
    flood.done();
  }),
);

test("handshakes without anybody behind them are bounded", { skip }, () =>
  inLittle(async (house) => {
    const ask =
      "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\n" +
      "Host: localhost\r\n\r\n";
    const flood = crowd(house, 20, ask.repeat(200));
    const count = (text) =>
      flood.peers.reduce(
        (sum, { said }) => sum + said.split(`HTTP/1.1 ${text}`).length - 1,
        0,
      );

    await until(() => count("") === 4000, "all are answered");
    assert.ok(count("200") <= 1024, `${count("200")} sessions`);
    assert.ok(count("503") >= 4000 - 1024);
    flood.done();
    await soon(
      until(() => isWell(house).then(() => true), "well"),
      "well",
    );
  }),
);
