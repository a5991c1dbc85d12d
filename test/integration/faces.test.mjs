// SPDX-License-Identifier: ISC
// Pictures of rooms and people: a square of what was sent, seen by who sees the
// room or the person, and told to all who do.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import { asker, call } from "../lib/api.mjs";
import { rows } from "../lib/database.mjs";
import { inHouse } from "../lib/house.mjs";
import { emit, group } from "../lib/person.mjs";
import { hugePng, png, webpSize } from "../lib/pictures.mjs";
import { until } from "../lib/wait.mjs";

const SIDE = 192;
const PASSWORD = "correct horse battery";

const give = (person, path, body = png(400, 300)) =>
  call(person.url, "PUT", `${path}/picture`, { token: person.token, body });

const take = (person, path) =>
  call(person.url, "DELETE", `${path}/picture`, { token: person.token });

const look = (person, path, headers = {}) =>
  fetch(`${person.url}${path}/picture`, {
    headers: { authorization: `Bearer ${person.token}`, ...headers },
  });

/** What is seen: the bytes, or how it is refused. */
async function sees(person, path) {
  const answer = await look(person, path);

  return answer.status === 200
    ? Buffer.from(await answer.arrayBuffer())
    : answer.status;
}

const versionOf = (bytes) =>
  createHash("sha256").update(bytes).digest("hex").slice(0, 16);

test("a person's picture is a square, replaced and taken away", () =>
  inHouse(async (house) => {
    const { good } = asker(() => house);
    const alice = await house.guest("alice", "en");
    const bob = await house.guest("bob", "fr");
    const path = `/users/${alice.user.id}`;
    const told = [];

    bob.socket.on("picture:changed", (event) => told.push(event));
    assert.equal(await sees(bob, path), 404);
    const first = await give(alice, "/users/me");

    assert.equal(first.status, 200, first.text);
    const bytes = await sees(bob, path);

    assert.deepEqual(webpSize(bytes), [SIDE, SIDE]);
    assert.equal(first.body.data.picture, versionOf(bytes));
    assert.deepEqual(
      await good(bob, "POST", "/users/pictures", {
        userIds: [alice.user.id, bob.user.id, "nobody"],
      }),
      [{ userId: alice.user.id, picture: versionOf(bytes) }],
    );
    const { user } = await good(alice, "GET", "/auth/me");

    assert.equal(user.picture, versionOf(bytes));
    const second = await give(alice, "/users/me", png(300, 300));

    assert.notEqual(second.body.data.picture, first.body.data.picture);
    assert.equal(versionOf(await sees(bob, path)), second.body.data.picture);
    assert.equal((await take(alice, "/users/me")).status, 200);
    assert.equal(await sees(bob, path), 404);
    await until(() => told.length === 3, "all three are told");
    assert.deepEqual(
      told.map(({ userId, picture }) => [userId, picture]),
      [first.body.data.picture, second.body.data.picture, ""].map((version) => [
        alice.user.id,
        version,
      ]),
    );
  }));

test("nothing of what was sent is left but the square", () =>
  inHouse(async (house) => {
    const alice = await house.guest("alice", "en");

    assert.equal((await give(alice, "/users/me")).status, 200);
    await give(alice, "/users/me", "no picture at all");
    await give(alice, "/users/me", hugePng(20_000, 20_000));
    const folder = join(house.dir, "files");
    const left = await readdir(folder, { recursive: true });

    assert.deepEqual(left, ["new"]);
  }));

test("what is no picture changes nothing", () =>
  inHouse(async (house) => {
    const alice = await house.guest("alice", "en");
    const path = `/users/${alice.user.id}`;

    await give(alice, "/users/me");
    const before = await sees(alice, path);

    for (const bad of [
      "text",
      png(8, 8).subarray(0, 40),
      hugePng(20_000, 20_000),
      "",
    ])
      assert.equal((await give(alice, "/users/me", bad)).status, 400);
    assert.deepEqual(await sees(alice, path), before);
  }));

test("a picture may be kept for as long as it is that one", () =>
  inHouse(async (house) => {
    const alice = await house.guest("alice", "en");
    const path = `/users/${alice.user.id}`;

    await give(alice, "/users/me");
    const { headers } = await look(alice, path);

    assert.equal(headers.get("content-type"), "image/webp");
    assert.match(headers.get("cache-control"), /private, .*immutable/);
    const again = await look(alice, path, {
      "if-none-match": headers.get("etag"),
    });

    assert.equal(again.status, 304);
  }));

test("a room's is for who may see the room, and told by its log", () =>
  inHouse(async (house) => {
    const { good, refused } = asker(() => house);
    const alice = await house.guest("alice", "en");
    const bob = await house.guest("bob", "fr");
    const eve = await house.guest("eve", "en");
    const room = await group(house, alice, bob);
    const path = `/conversations/${room}`;
    const { offset } = (
      await emit(bob, "sync", {
        rooms: [{ conversationId: room, offset: 0 }],
      })
    ).data.rooms[0];

    assert.equal((await give(bob, path)).status, 403);
    assert.equal((await give(eve, path)).status, 404);
    const updated = new Promise((resolve) =>
      bob.socket.on("conversation:updated", resolve),
    );
    const { picture } = (await give(alice, path)).body.data;

    assert.equal((await updated).conversation.picture, picture);
    assert.equal(versionOf(await sees(bob, path)), picture);
    assert.equal(await sees(eve, path), 404);
    assert.equal(await sees(eve, `/conversations/public/${room}`), 404);
    const listed = await good(bob, "GET", "/conversations");

    assert.equal(listed.find(({ id }) => id === room).picture, picture);
    const [missed] = (
      await emit(bob, "sync", { rooms: [{ conversationId: room, offset }] })
    ).data.rooms;

    assert.equal(missed.conversation.picture, picture);
    assert.equal((await take(bob, path)).status, 403);
    assert.equal((await take(alice, path)).status, 200);
    assert.equal(await sees(bob, path), 404);
    assert.match(await refused(eve, "DELETE", `${path}/picture`), /^404/);
  }));

test("a public room's is seen before one joins", () =>
  inHouse(async (house) => {
    const { good } = asker(() => house);
    const alice = await house.guest("alice", "en");
    const eve = await house.guest("eve", "en");
    const { id } = await good(alice, "POST", "/conversations", {
      type: "public",
      title: "Hall",
    });
    const { picture } = (await give(alice, `/conversations/${id}`)).body.data;
    const [hall] = await good(eve, "GET", "/conversations/public");

    assert.equal(hall.picture, picture);
    assert.equal(
      versionOf(await sees(eve, `/conversations/public/${id}`)),
      picture,
    );
    await good(alice, "PATCH", `/conversations/${id}`, { archived: true });
    assert.equal(await sees(eve, `/conversations/public/${id}`), 404);
  }));

test("a guest by a link sees those of its room only", () =>
  inHouse(async (house) => {
    const { good } = asker(() => house);
    const alice = await house.guest("alice", "en");
    const bob = await house.guest("bob", "fr");
    const room = await group(house, alice);
    const { token } = await good(alice, "POST", "/links", {
      conversationId: room,
      guests: true,
    });
    const entered = await call(house.url, "POST", "/auth/guest", {
      body: { username: "vera", language: "en", link: token },
    });
    const visitor = { url: house.url, token: entered.body.data.token };

    await give(alice, "/users/me");
    await give(bob, "/users/me");
    assert.ok(Buffer.isBuffer(await sees(visitor, `/users/${alice.user.id}`)));
    assert.equal(await sees(visitor, `/users/${bob.user.id}`), 404);
    assert.equal(await sees(visitor, "/users/nobody"), 404);
    assert.deepEqual(
      (
        await good(visitor, "POST", "/users/pictures", {
          userIds: [bob.user.id, alice.user.id],
        })
      ).map(({ userId }) => userId),
      [alice.user.id],
    );
  }));

test("it is taken along, counts, and goes with its person", () =>
  inHouse(async (house) => {
    const { good } = asker(() => house);
    const bob = await house.guest("bob", "fr");
    const alice = await house.guest("alice", "en");

    await good(alice, "POST", "/auth/upgrade", {
      username: "alice",
      password: PASSWORD,
    });
    await give(alice, "/users/me");
    const bytes = await sees(bob, `/users/${alice.user.id}`);
    const taken = await good(alice, "GET", "/users/me/export");

    assert.deepEqual(Buffer.from(taken.picture, "base64"), bytes);
    assert.deepEqual(rows(house, "SELECT bytes FROM faces"), [[bytes.length]]);
    await good(alice, "POST", "/users/me/delete", {
      password: PASSWORD,
      messages: "keep",
    });
    assert.equal(await sees(bob, `/users/${alice.user.id}`), 404);
    assert.deepEqual(rows(house, "SELECT count(*) AS n FROM faces"), [[0]]);
  }));

test("one's other devices hear of it, also later", () =>
  inHouse(async (house) => {
    const alice = await house.guest("alice", "en");
    const { own } = (await emit(alice, "sync", { ownOffset: 0, rooms: [] }))
      .data;
    const updated = new Promise((resolve) =>
      alice.socket.on("user:updated", resolve),
    );
    const { picture } = (await give(alice, "/users/me")).body.data;

    assert.equal((await updated).user.picture, picture);
    const later = await emit(alice, "sync", {
      ownOffset: own.offset,
      rooms: [],
    });

    assert.equal(later.data.own.user.picture, picture);
  }));
