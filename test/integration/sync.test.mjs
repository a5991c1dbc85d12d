// SPDX-License-Identifier: ISC
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";

import { call } from "../lib/api.mjs";
import { inHouse } from "../lib/house.mjs";
import { View } from "../lib/view.mjs";

async function same(view) {
  const fresh = [...(await view.load()).values()];

  assert.deepEqual(view.list(), fresh);
}

const change = (person, event, payload) =>
  person.socket.timeout(5_000).emitWithAck(event, payload);

async function group(house, a, ...others) {
  const made = await call(house.url, "POST", "/conversations", {
    token: a.token,
    body: {
      type: "group",
      title: "Quiet",
      participantIds: others.map(({ user }) => user.id),
    },
  });

  assert.equal(made.status, 201);
  return made.body.data.id;
}

test("who was away learns what is new, edited, deleted and translated", () =>
  inHouse(async (house) => {
    const a = await house.guest("Amélie", "fr");
    const b = await house.guest("Bob", "en");
    const view = new View(house.url, b.token, "en");
    const ids = [];

    await view.catchUp();
    assert.equal(view.fresh, 1);
    for (const text of ["un", "deux", "trois"])
      ids.push((await a.send(text)).messageId);
    await change(a, "message:edit", { messageId: ids[0], content: "merci" });
    await change(a, "message:delete", { messageId: ids[1] });
    await b.sees("message:translation", (t) => t.messageId === ids[2]);
    await b.sees(
      "message:translation",
      (t) => t.messageId === ids[0] && t.revision === 2,
    );
    await view.catchUp(1); // a page for each row
    assert.ok(view.pages > 5);
    assert.equal(view.fresh, 1);
    await same(view);
    const [one, two, three] = view.list();
    assert.equal(one.content, "merci");
    assert.equal(one.translations[0].state, "ready");
    assert.equal(two.isDeleted, true);
    assert.equal(two.content, "");
    assert.deepEqual(two.translations, []);
    assert.equal(three.translations[0].targetLanguage, "en");
  }));

test("live events say their places, without holes for who reads along", () =>
  inHouse(async (house) => {
    const a = await house.guest("Amélie", "fr");
    const b = await house.guest("Bob", "en");
    const { messageId } = await a.send("bonjour");
    const found = await b.sees("message:translation");

    await change(a, "message:edit", { messageId, content: "salut" });
    await b.sees("message:translation", (t) => t.revision === 2);
    await change(a, "message:delete", { messageId });
    await b.sees("message:deleted");
    const offsets = b.events
      .map(({ data }) => data.offset)
      .filter((offset) => offset !== undefined);

    assert.equal(found.data.offset, 2);
    assert.deepEqual(offsets, [1, 2, 3, 4, 5]);
    const view = new View(house.url, b.token, "en");
    await view.catchUp();
    assert.equal(view.offset, 5);
  }));

test("a cursor of another epoch or of the future says anew", () =>
  inHouse(async (house) => {
    const b = await house.guest("Bob", "en");
    const view = new View(house.url, b.token, "en");

    await b.send("hello");
    await view.catchUp();
    view.offset = 99;
    await view.catchUp();
    assert.equal(view.fresh, 2);
    view.epoch = "of another database";
    await view.catchUp();
    assert.equal(view.fresh, 3);
    await view.catchUp();
    assert.equal(view.fresh, 3);
  }));

test("a restored backup is another epoch, a restart is none", () =>
  inHouse(async (house) => {
    const b = await house.guest("Bob", "en");
    const view = new View(house.url, b.token, "en");
    const db = join(house.dir, "meeshy.db");

    await b.send("before the copy");
    await view.catchUp();
    await house.gateway.stop();
    execFileSync("cp", [db, `${db}.copy`]);
    house.gateway.start();
    await house.answering();
    await view.catchUp();
    assert.equal(view.fresh, 1);
    await b.sendSurely("after the copy", "late");
    await view.catchUp();
    assert.equal(view.list().length, 2);
    await house.gateway.stop();
    execFileSync("cp", [`${db}.copy`, db]);
    house.gateway.start();
    await house.answering();
    await view.catchUp();
    assert.equal(view.fresh, 2);
    assert.equal(view.list().length, 1);
  }));

test("both doors answer, for several rooms, and nobody else's", () =>
  inHouse(async (house) => {
    const a = await house.guest("Amélie", "fr");
    const b = await house.guest("Bob", "en");
    const c = await house.guest("Carla", "es");
    const room = await group(house, a, b);
    const query = {
      rooms: [{ conversationId: "any" }, { conversationId: room }],
    };
    const answer = await change(b, "sync", query);
    const rest = await call(house.url, "POST", "/sync", {
      token: b.token,
      body: query,
    });
    const foreign = await change(c, "sync", query);

    assert.equal(answer.success, true);
    assert.deepEqual(rest.body, answer);
    assert.equal(answer.data.rooms[1].conversation.title, "Quiet");
    assert.deepEqual(foreign.data.rooms[1], {
      conversationId: room,
      gone: true,
    });
    for (const rooms of [[{}], [{ conversationId: "any", offset: -4 }], "any"])
      assert.equal(
        (
          await call(house.url, "POST", "/sync", {
            token: b.token,
            body: { rooms },
          })
        ).status,
        400,
      );
    assert.equal(
      (await call(house.url, "POST", "/sync", { body: query })).status,
      401,
    );
  }));

test("every device of a person learns of rooms and of their language", () =>
  inHouse(async (house) => {
    const a = await house.guest("Amélie", "fr");
    const b = await house.guest("Bob", "en");
    const before = await change(b, "sync", { ownOffset: -1, rooms: [] });
    const room = await group(house, a, b);
    const added = await b.sees("conversation:added");

    assert.equal(added.data.conversationId, room);
    assert.equal(added.data.conversation.title, "Quiet");
    await call(house.url, "PATCH", "/users/me", {
      token: b.token,
      body: { language: "es" },
    });
    const updated = await b.sees("user:updated");
    assert.equal(updated.data.user.language, "es");
    const seen = await a.sees("conversation:updated");
    assert.deepEqual(seen.data.conversation.languages, { fr: 1, es: 1 });

    const { data } = await change(b, "sync", {
      epoch: before.data.epoch,
      ownOffset: before.data.own.offset,
      rooms: [],
    });
    assert.equal(data.own.offset, updated.data.ownOffset);
    assert.deepEqual(
      data.own.joined.map(({ id }) => id),
      [room],
    );
    assert.deepEqual(data.own.left, []);
    assert.equal(data.own.user.language, "es");
  }));

test("who is taken into a group or put out of it is told, and so is the group", () =>
  inHouse(async (house) => {
    const a = await house.guest("Amélie", "fr");
    const b = await house.guest("Bob", "en");
    const c = await house.guest("Carla", "es");
    const room = await group(house, a, b);
    const view = new View(house.url, c.token, "es", room);
    const userId = c.user.id;

    await b.send("before", { conversationId: room });
    await view.catchUp();
    assert.ok(view.gone);
    const taken = await change(b, "member:add", {
      conversationId: room,
      userId,
    });
    assert.equal(taken.success, true);
    await c.sees("conversation:added", (e) => e.conversationId === room);
    const joined = await a.sees("conversation:updated");
    assert.equal(joined.data.conversation.participantCount, 3);
    await view.catchUp();
    assert.equal(view.list().length, 1);
    await b.send("for three", { conversationId: room });
    await c.sees("message:new", (e) => e.content === "for three");

    const gone = await call(
      house.url,
      "DELETE",
      `/conversations/${room}/participants/${userId}`,
      { token: a.token },
    );
    assert.equal(gone.status, 200);
    await c.sees("conversation:removed", (e) => e.conversationId === room);
    await b.send("for two again", { conversationId: room });
    await a.sees("message:new", (e) => e.content === "for two again");
    await view.catchUp();
    assert.ok(view.gone);
    assert.equal(
      c.find("message:new", (e) => e.content === "for two again"),
      undefined,
    );
    assert.equal(
      (await change(a, "member:add", { conversationId: "any", userId })).code,
      "BAD_INPUT",
    );
  }));
