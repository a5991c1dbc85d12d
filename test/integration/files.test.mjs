// SPDX-License-Identifier: ISC
// Files: sent in pieces, hung on messages, read by who may, gone with the last.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, utimes, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { test } from "node:test";

import { call } from "../lib/api.mjs";
import { inHouse } from "../lib/house.mjs";
import { emit, group } from "../lib/person.mjs";
import { View } from "../lib/view.mjs";
import { until } from "../lib/wait.mjs";

const PNG = Buffer.from("\x89PNG\r\n\x1a\n0123456789", "latin1");
/** The next round, which would see it too, is a minute later. */
const SOON_MS = 30_000;
const MB = 1024 * 1024;
const LARGE_MB = Number(process.env.LARGE_MB ?? 128);
const GROWN_MB_MAX = 16;
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

/** Send a file for a room: {status, body}. */
async function upload(person, room, bytes, query = "", headers = {}) {
  const answer = await fetch(
    `${person.url}/conversations/${room}/files${query}`,
    {
      method: "POST",
      headers: { authorization: `Bearer ${person.token}`, ...headers },
      body: bytes,
      duplex: "half",
    },
  );

  return { status: answer.status, body: await answer.json() };
}

/** The id of a file that was sent. */
async function sent(person, room, bytes, query) {
  const { status, body } = await upload(person, room, bytes, query);

  assert.equal(status, 201, JSON.stringify(body));
  return body.data.id;
}

function fetched(person, messageId, fileId, headers = {}) {
  return fetch(`${person.url}/messages/${messageId}/files/${fileId}`, {
    headers: { authorization: `Bearer ${person.token}`, ...headers },
  });
}

/** All that lies in the folder of files, as "ab/ab12...". */
async function onDisk(house) {
  const names = await readdir(join(house.dir, "files"), { recursive: true });

  return names.filter((name) => name.includes("/")).sort();
}

test("a file is sent, said, seen by the room and read as it was", () =>
  inHouse(async (house) => {
    const a = await house.guest("Amélie", "fr");
    const b = await house.guest("Bob", "en");
    const room = await group(house, a, b);
    const view = new View(house.url, b.token, "en", room);

    await view.catchUp();
    const first = await upload(
      a,
      room,
      PNG,
      `?name=${encodeURIComponent("chat été.png")}`,
    );
    const voice = await sent(
      a,
      room,
      Buffer.from("OggS-and-so-on"),
      "?durationMs=2500",
    );

    assert.deepEqual(first.body.data, {
      id: first.body.data.id,
      name: "chat été.png",
      type: "image/png",
      bytes: PNG.length,
    });
    const { messageId } = await a.send("bonjour", {
      conversationId: room,
      fileIds: [first.body.data.id, voice],
    });
    const { data } = await b.sees("message:new", (m) => m.id === messageId);

    assert.equal(data.messageType, "file");
    assert.deepEqual(data.files, [
      first.body.data,
      {
        id: voice,
        name: "file",
        type: "video/ogg",
        bytes: 14,
        durationMs: 2500,
      },
    ]);
    await b.translation(messageId); // what they show is translated
    const [kept] = await b.history(0, room);

    assert.deepEqual(kept.files, data.files);
    await view.catchUp();
    assert.deepEqual(view.list().at(-1).files, data.files);

    const got = await fetched(b, messageId, first.body.data.id);

    assert.equal(got.status, 200);
    assert.deepEqual(Buffer.from(await got.arrayBuffer()), PNG);
    assert.equal(got.headers.get("content-type"), "image/png");
    assert.equal(got.headers.get("x-content-type-options"), "nosniff");
    assert.match(got.headers.get("content-security-policy"), /sandbox/);
    assert.equal(
      got.headers.get("content-disposition"),
      "inline; filename*=UTF-8''chat%20%C3%A9t%C3%A9.png",
    );
    const etag = got.headers.get("etag");
    const again = await fetched(b, messageId, first.body.data.id, {
      "if-none-match": etag,
    });

    assert.equal(again.status, 304);
    // Without words, and in another room.
    const { messageId: silent } = await a.send("", { fileIds: [voice] });

    assert.equal((await fetched(b, silent, voice)).status, 200);
    for (const payload of [{}, { content: " " }, { fileIds: [] }])
      assert.equal(
        (await emit(a, "message:send", { conversationId: room, ...payload }))
          .code,
        "BAD_INPUT",
      );
  }));

test("nothing that is sent runs in who reads it", () =>
  inHouse(async (house) => {
    const a = await house.guest("Amélie", "fr");
    const page = Buffer.from("<!doctype html><script>alert(1)</script>");

    for (const [bytes, type] of [
      [page, "text/plain; charset=utf-8"],
      [Buffer.from("<svg onload='alert(1)'/>"), "text/plain; charset=utf-8"],
      [Buffer.from("%PDF-1.7 x"), "application/pdf"],
      [Buffer.from("MZ\x90\0", "latin1"), "application/octet-stream"],
    ]) {
      const id = await sent(a, "any", bytes, "?name=x.html");
      const { messageId } = await a.send("", { fileIds: [id] });
      const got = await fetched(a, messageId, id);

      assert.equal(got.headers.get("content-type"), type);
      assert.match(got.headers.get("content-disposition"), /^attachment;/);
      assert.match(
        got.headers.get("content-security-policy"),
        /default-src 'none'.*sandbox/,
      );
    }
  }));

test("a part of a file is read by its range", () =>
  inHouse(async (house) => {
    const a = await house.guest("Amélie", "fr");
    const bytes = randomBytes(300_000);
    const id = await sent(a, "any", bytes);
    const { messageId } = await a.send("", { fileIds: [id] });

    for (const [range, from, end] of [
      ["bytes=0-", 0, 300_000],
      ["bytes=100000-199999", 100_000, 200_000],
      ["bytes=-5", 299_995, 300_000],
    ]) {
      const got = await fetched(a, messageId, id, { range });

      assert.equal(got.status, 206);
      assert.equal(
        got.headers.get("content-range"),
        `bytes ${from}-${end - 1}/300000`,
      );
      assert.ok(
        Buffer.from(await got.arrayBuffer()).equals(bytes.subarray(from, end)),
      );
    }
    const outside = await fetched(a, messageId, id, { range: "bytes=300000-" });

    assert.equal(outside.status, 416);
    assert.equal(outside.headers.get("content-range"), "bytes */300000");
    const other = await fetched(a, messageId, id, {
      range: "bytes=0-1",
      "if-range": '"another"',
    });

    assert.equal(other.status, 200);
    assert.ok(Buffer.from(await other.arrayBuffer()).equals(bytes));
  }));

test("who is not in a room gets nothing of its files, whatever they guess", () =>
  inHouse(async (house) => {
    const a = await house.account("amelie", "fr");
    const b = await house.account("bob", "en");
    const out = await house.account("carl", "en");
    const left = await house.account("dora", "en");
    const banned = await house.account("emil", "en");
    const room = await group(house, a, b, left, banned);
    const hall = await group(house, out, left);
    const id = await sent(a, room, PNG, "?name=secret.png");
    const { messageId } = await a.send("", {
      conversationId: room,
      fileIds: [id],
    });
    const link = await call(house.url, "POST", "/links", {
      token: out.token,
      body: { conversationId: hall, guests: true },
    });
    const visitor = await call(house.url, "POST", "/auth/guest", {
      body: {
        username: "fred",
        language: "en",
        link: link.body.data.token,
      },
    });

    assert.equal((await fetched(left, messageId, id)).status, 200);
    await call(house.url, "POST", `/conversations/${room}/leave`, {
      token: left.token,
    });
    await call(
      house.url,
      "DELETE",
      `/conversations/${room}/participants/${left.user.id}`,
      { token: a.token },
    );
    await call(
      house.url,
      "PUT",
      `/conversations/${room}/bans/${banned.user.id}`,
      {
        token: a.token,
      },
    );
    const said = await out.send("mine", { conversationId: hall });
    const none = await fetched(out, "01aaaaaaaaaaaaaaaaaaaaaaaa", id);
    const absent = await none.text();

    assert.equal(none.status, 404);
    assert.equal(visitor.status, 201, visitor.text);
    const fred = { url: house.url, token: visitor.body.data.token };

    for (const person of [out, left, banned, fred]) {
      const got = await fetched(person, messageId, id);

      assert.equal(got.status, 404);
      assert.equal(await got.text(), absent); // as what is not there
      assert.equal(got.headers.get("etag"), null);
      // Nor by another room's message, nor with its hash for an id.
      for (const file of [id, sha256(PNG), `../../${sha256(PNG)}`])
        assert.equal(
          (await fetched(person, said.messageId, encodeURIComponent(file)))
            .status >= 400,
          true,
        );
      // Nor hung on a message of one's own.
      const stolen = await call(
        house.url,
        "POST",
        `/conversations/${person === banned ? "any" : hall}/messages`,
        { token: person.token, body: { content: "x", fileIds: [id] } },
      );

      assert.ok(stolen.status >= 400, stolen.text);
      assert.equal((await upload(person, room, PNG)).status, 403);
    }
    const nobody = await fetch(
      `${house.url}/messages/${messageId}/files/${id}`,
    );

    assert.equal(nobody.status, 401);
    assert.equal((await fetched(b, messageId, id)).status, 200);
  }));

test("the same content is once on disk and goes with the last message", () =>
  inHouse(async (house) => {
    const a = await house.guest("Amélie", "fr");
    const b = await house.guest("Bob", "fr");
    const name = `${sha256(PNG).slice(0, 2)}/${sha256(PNG)}`;
    const ids = [await sent(a, "any", PNG), await sent(b, "any", PNG)];
    const mine = await a.send("", { fileIds: [ids[0]] });
    const theirs = await b.send("", { fileIds: [ids[1]] });
    const more = await emit(a, "message:forward", {
      messageId: mine.messageId,
      to: "any",
    });

    assert.ok(more.success);
    assert.deepEqual(await onDisk(house), [name]);
    await emit(a, "message:delete", { messageId: mine.messageId });
    assert.equal((await fetched(a, mine.messageId, ids[0])).status, 404);
    assert.equal((await fetched(b, more.data.messageId, ids[0])).status, 200);
    await emit(b, "message:delete", { messageId: theirs.messageId });
    assert.equal((await fetched(b, more.data.messageId, ids[0])).status, 200);
    await emit(a, "message:delete", { messageId: more.data.messageId });
    await until(
      async () => (await onDisk(house)).length === 0,
      "nothing is left on disk",
      SOON_MS,
    );
  }));

test("too much is refused, before it is read where that is known", () =>
  inHouse(
    async (house) => {
      const a = await house.account("amelie", "fr");
      const guest = await house.guest("Bob", "fr");
      const large = randomBytes(MB + 1);
      const half = randomBytes(MB / 2 + 1);
      const refused = await upload(a, "any", large);

      assert.equal(refused.status, 413);
      // Of a length that nobody says.
      async function* pieces() {
        for (let i = 0; i < 5; i++) yield randomBytes(MB / 4);
      }
      const endless = await upload(a, "any", pieces()).catch(() => ({
        status: 413,
      }));

      assert.equal(endless.status, 413);
      await sent(a, "any", half);
      await sent(a, "any", randomBytes(MB / 2 - 2));
      const { status, body } = await upload(a, "any", Buffer.from("more"));

      assert.equal(status, 413);
      assert.match(body.error, /your files have 0 MB already, of 1/);
      assert.equal((await upload(guest, "any", half)).status, 413); // a tenth
      await sent(guest, "any", Buffer.from("little"));
      assert.equal(
        (await upload(a, "any", "")).body.error,
        "the file is empty",
      );
      assert.equal(
        (await upload(a, "any", "x", "?name=%E2%80%AEgpj.exe")).status,
        400,
      );
      assert.equal((await readdir(join(house.dir, "files/new"))).length, 0);
    },
    { GATEWAY_FILE_MB: "1", GATEWAY_FILES_PERSON_MB: "1" },
  ));

/** The most memory that the gateway has had, in MB. */
async function peak(house) {
  const status = await readFile(
    `/proc/${house.gateway.child.pid}/status`,
    "utf8",
  );

  return Number(status.match(/VmHWM:\s+(\d+) kB/)[1]) / 1024;
}

test("a file of any size costs no more memory than a small one", () =>
  inHouse(
    async (house) => {
      const a = await house.guest("Amélie", "fr"); // no password costs memory
      const hash = createHash("sha256");
      const part = randomBytes(MB);

      await sent(a, "any", part);
      const before = await peak(house);

      async function* pieces() {
        for (let i = 0; i < LARGE_MB; i++) {
          part.writeUInt32LE(i);
          hash.update(part);
          yield Buffer.from(part);
        }
      }
      const id = await sent(a, "any", pieces());
      const { messageId } = await a.send("", { fileIds: [id] });
      const back = createHash("sha256");
      let bytes = 0;

      for await (const piece of (await fetched(a, messageId, id)).body) {
        back.update(piece);
        bytes += piece.length;
      }
      assert.equal(bytes, LARGE_MB * MB);
      assert.equal(back.digest("hex"), hash.digest("hex"));
      const grown = (await peak(house)) - before;

      console.log(`# ${LARGE_MB} MB in and out: ${grown.toFixed(1)} MB more`);
      assert.ok(process.env.ASAN_OPTIONS || grown < GROWN_MB_MAX);
    },
    { GATEWAY_FILE_MB: "4096", GATEWAY_FILES_PERSON_MB: "40960" },
  ));

/** Half of an upload, over a socket of its own. */
async function begin(person, room, bytes) {
  const socket = connect(new URL(person.url).port, "127.0.0.1");

  socket.on("error", () => {});
  socket.write(
    `POST /conversations/${room}/files HTTP/1.1\r\nHost: 127.0.0.1\r\n` +
      `Authorization: Bearer ${person.token}\r\n` +
      `Content-Length: ${2 * bytes.length}\r\n\r\n`,
  );
  socket.write(bytes);
  return socket;
}

test("an upload that breaks off leaves nothing, a crash neither", () =>
  inHouse(async (house) => {
    const a = await house.guest("Amélie", "fr");
    const left = join(house.dir, "files/new");
    const stray = sha256("stray");
    const id = await sent(a, "any", PNG);
    const { messageId } = await a.send("kept", { fileIds: [id] });
    const socket = await begin(a, "any", randomBytes(MB));

    await until(async () => (await readdir(left)).length === 1, "it arrives");
    socket.destroy();
    await until(async () => (await readdir(left)).length === 0, "it is gone");

    const again = await begin(a, "any", randomBytes(MB));

    await until(async () => (await readdir(left)).length === 1, "it arrives");
    await house.gateway.kill();
    again.destroy();
    // What such a crash leaves, an hour ago; and a content without a row.
    for (const name of await readdir(left))
      await utimes(join(left, name), 1, 1);
    await mkdir(join(house.dir, "files", stray.slice(0, 2)), {
      recursive: true,
    });
    await writeFile(join(house.dir, "files", stray.slice(0, 2), stray), "x");
    house.gateway.start();
    await house.answering();
    await until(async () => (await readdir(left)).length === 0, "it is swept");
    await until(
      () => !existsSync(join(house.dir, "files", stray.slice(0, 2), stray)),
      "the stray content is swept",
    );
    const got = await fetched(a, messageId, id);

    assert.deepEqual(Buffer.from(await got.arrayBuffer()), PNG);
    const lost = `${sha256(PNG).slice(0, 2)}/${sha256(PNG)}`;

    assert.deepEqual(await readFile(join(house.dir, "files", lost)), PNG);
  }));
