// SPDX-License-Identifier: ISC
// The gateway's own TLS, with real clients that trust nobody but our authority.
import assert from "node:assert/strict";
import { once } from "node:events";
import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { get, request } from "node:https";
import { get as getPlain } from "node:http";
import { connect as connectPlain } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { connect } from "node:tls";

import { House } from "../lib/house.mjs";
import { Person } from "../lib/person.mjs";
import { freePort } from "../lib/port.mjs";
import { Authority } from "../lib/tls.mjs";
import { soon, until } from "../lib/wait.mjs";

// For fetch, which cannot be told whom to trust; all others are told.
process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";

// A sanitizer's shadow alone is terabytes of address space.
const skip = /[at]san/.test(process.env.MEESHY_BUILD ?? "")
  ? "not with sanitizers"
  : false;

const DEAF_ROUNDS = 100; // of 200 kB: more than sockets' buffers take

let dir, authority, house, port, redirect, trust;
const files = {};

before(async () => {
  dir = await mkdtemp(join(tmpdir(), "meeshy-tls-"));
  authority = await Authority.make(dir);
  const made = await authority.certify();

  files.cert = join(dir, "in-use.pem");
  files.key = join(dir, "in-use.key");
  await copyFile(made.cert, files.cert);
  await copyFile(made.key, files.key);
  redirect = await freePort();
  house = await House.build({
    GATEWAY_TLS_CERT: files.cert,
    GATEWAY_TLS_KEY: files.key,
    GATEWAY_REDIRECT_PORT: String(redirect),
    GATEWAY_HSTS_DAYS: "1",
    GATEWAY_RATE_MESSAGES: "100000",
  });
  port = Number(new URL(house.url).port);
  house.url = `https://localhost:${port}`;
  trust = { ca: authority.ca, rejectUnauthorized: true };
  await house.start();
});
after(async () => {
  await house.close();
  await rm(dir, { recursive: true });
});

async function answer(asked, body) {
  asked.end(body);
  const [response] = await soon(once(asked, "response"), "an answer");
  let text = "";

  for await (const piece of response) text += piece;
  return { status: response.statusCode, headers: response.headers, text };
}

const ask = (path, options = {}) =>
  answer(request(house.url + path, { ...trust, ...options }), options.body);

async function person(name, language, options) {
  const who = await Person.enter(house.url, name, language);

  house.people.push(who);
  await who.connect({ ...trust, ...options });
  return who;
}

/** The serial number of the certificate that a newcomer is shown. */
async function serial() {
  const socket = connect({ host: "localhost", port, ...trust });

  await soon(once(socket, "secureConnect"), "a handshake");
  const { serialNumber } = socket.getPeerCertificate();

  socket.destroy();
  return serialNumber;
}

test("people chat through HTTPS, by polling, WebSocket and upgrade", async () => {
  const ada = await person("Ada", "en");
  const bob = await person("Bob", "es", { transports: ["polling"] });
  const cyd = await person("Cyd", "es", {
    transports: ["polling", "websocket"],
  });
  const { messageId } = await ada.send("The house is red.");

  for (const reader of [bob, cyd]) await reader.translation(messageId);
  await until(
    () => cyd.socket.io.engine.transport.name === "websocket",
    "one comes from polling to WebSocket",
  );
  const said = await Promise.all(
    Array.from({ length: 200 }, (_, i) => ada.send(`line ${i}`)),
  );

  assert.deepEqual(
    said.map(({ seq }) => seq),
    said.map((_, i) => said[0].seq + i),
  );
  await bob.sees("message:new", ({ seq }) => seq === said.at(-1).seq);
});

test("a stranger to our authority does not believe the gateway", async () => {
  await assert.rejects(
    once(get(house.url, { rejectUnauthorized: true }), "response"),
    /self-signed|unable to/,
  );
});

test("the protocol is 1.2 or 1.3, and http/1.1", async () => {
  for (const version of ["TLSv1.2", "TLSv1.3"]) {
    const socket = connect({
      ...{ host: "localhost", port, ...trust },
      ...{ minVersion: version, maxVersion: version },
      ALPNProtocols: ["h2", "http/1.1"],
    });

    await soon(once(socket, "secureConnect"), `${version} is spoken`);
    assert.equal(socket.getProtocol(), version);
    assert.equal(socket.alpnProtocol, "http/1.1");
    socket.destroy();
  }
});

test("browsers are told to come by HTTPS, at every door", async () => {
  const { headers } = await ask("/live");

  assert.equal(headers["strict-transport-security"], "max-age=86400");
  const sent = await answer(
    getPlain(`http://localhost:${redirect}/room/7?x=1`),
  );

  assert.equal(sent.status, 308);
  assert.equal(sent.headers.location, `https://localhost:${port}/room/7?x=1`);
  const plain = await answer(getPlain(`http://localhost:${port}/`));

  assert.equal(plain.status, 400);
  assert.match(plain.text, /HTTPS/);
});

test("an answer much larger than a record comes whole", async () => {
  const { status, headers, text } = await ask("/openapi.json");

  assert.equal(status, 200);
  assert.equal(Buffer.byteLength(text), Number(headers["content-length"]));
  assert.ok(text.length > 50_000);
  JSON.parse(text);
});

test("who does not read is closed, others do not wait", async () => {
  const ada = await person("Ada", "en");
  const deaf = await person("Deaf", "en");
  const closed = async () => JSON.parse((await ask("/stats")).text).closed_slow;
  const was = await closed();

  deaf.socket.io.engine.transport.ws._socket.pause();
  for (let n = 0; n < DEAF_ROUNDS && (await closed()) === was; n++)
    await Promise.all(
      Array.from({ length: 50 }, () => ada.send("x".repeat(3900))),
    );
  assert.equal(await closed(), was + 1);
});

test("SIGHUP brings another certificate, and a bad one changes nothing", async () => {
  const ada = await person("Ada", "en");
  const first = await serial();
  const made = await authority.certify("next");

  await writeFile(files.cert, "nothing");
  house.gateway.child.kill("SIGHUP");
  await until(
    () => house.gateway.log.some((line) => /not reloaded/.test(line)),
    "the bad one is refused",
  );
  assert.equal(await serial(), first);
  await copyFile(made.cert, files.cert);
  await copyFile(made.key, files.key);
  house.gateway.child.kill("SIGHUP");
  await until(async () => (await serial()) !== first, "a new certificate");
  await ada.send("I am still here.");
});

test("half a handshake holds nobody up", async () => {
  const sockets = Array.from({ length: 50 }, () => {
    const socket = connectPlain(port, "localhost");

    socket.on("error", () => {});
    socket.write(Buffer.from([0x16, 3, 1, 2, 0, 1]));
    return socket;
  });
  const ada = await person("Ada", "en");

  await ada.send("Here I am.");
  assert.ok(sockets.some((socket) => !socket.destroyed));
  for (const socket of sockets) socket.destroy();
});

test("a certificate that cannot be used ends the start with its name", async () => {
  const broken = await House.build({ GATEWAY_TLS_CERT: "/nowhere.pem" });

  broken.gateway.start();
  const { code } = await soon(broken.gateway.exited, "it ends");

  assert.equal(code, 1);
  assert.ok(
    broken.gateway.log.some((line) =>
      line.includes("certificate /nowhere.pem: No such file or directory"),
    ),
  );
  await broken.close();
});

test("where memory is little TLS lets fewer in", { skip }, async () => {
  const limit = async (more) => {
    const small = await House.build(more);

    // 700 MB of address space, of which half is for connections.
    small.gateway.env.PROGRAM = small.gateway.program;
    small.gateway.program = "/bin/sh";
    small.gateway.start(["-c", 'ulimit -v 716800; exec "$PROGRAM"']);
    try {
      const lowered = /connections_max lowered to=(\d+) memory_mb/;

      await until(
        () => small.gateway.log.some((line) => lowered.test(line)),
        "it says how many fit",
      );
      await until(
        () => small.gateway.log.some((line) => /listening/.test(line)),
        "it listens",
      );
      return Number(lowered.exec(small.gateway.log.join("\n"))[1]);
    } finally {
      await small.close();
    }
  };
  const plain = await limit({});
  const secret = await limit({
    GATEWAY_TLS_CERT: files.cert,
    GATEWAY_TLS_KEY: files.key,
  });

  assert.ok(secret < plain, `${secret} with, ${plain} without`);
});
