// SPDX-License-Identifier: ISC
// How far people have read, what is unread, and who is mentioned.
import assert from "node:assert/strict";
import { test } from "node:test";

import { call } from "../lib/api.mjs";
import { inHouse } from "../lib/house.mjs";
import { emit, group } from "../lib/person.mjs";

async function listed(person, room) {
  const rooms = await person.get("/conversations");
  const { readSeq, unread, mentions, lastMessage } = rooms.find(
    ({ id }) => id === room,
  );

  return { counts: [readSeq, unread, mentions], lastMessage };
}

test("what is unread is the same on every device and in the list of rooms", () =>
  inHouse(async (house) => {
    const a = await house.guest("Amélie", "fr");
    const b = await house.guest("Bob", "en");
    const room = await group(house, a, b);
    const sent = [];

    for (const content of ["un", "deux", "trois"])
      sent.push(await a.send(content, { conversationId: room }));
    await b.send("me too", { conversationId: room });
    assert.deepEqual((await listed(b, room)).counts, [0, 3, 0]);
    assert.deepEqual((await listed(a, room)).counts, [0, 1, 0]);

    const ack = await emit(b, "conversation:read", {
      conversationId: room,
      seq: sent[1].seq,
    });

    assert.deepEqual(ack.data, {
      ...{ conversationId: room, readSeq: 2, unread: 1, mentions: 0 },
    });
    const own = await b.sees("conversation:read");
    const { ownOffset, ...told } = own.data;

    assert.ok(ownOffset > 0);
    assert.deepEqual(told, ack.data);
    const seen = await a.sees("reader:updated");

    assert.equal(seen.data.userId, b.user.id);
    assert.equal(seen.data.readSeq, 2);
    assert.deepEqual(a.all("conversation:read"), []);

    await emit(a, "message:delete", { messageId: sent[2].messageId });
    assert.deepEqual((await listed(b, room)).counts, [2, 0, 0]);
    const late = await emit(b, "conversation:read", {
      conversationId: room,
      seq: 1,
    });

    assert.equal(late.data.readSeq, 2, "a device that is late changes nothing");
    const back = await emit(b, "conversation:read", {
      conversationId: room,
      seq: 0,
      back: true,
    });

    assert.deepEqual([back.data.readSeq, back.data.unread], [0, 2]);
  }));

test("who was away learns where they have read, and how far others have", () =>
  inHouse(async (house) => {
    const a = await house.guest("Amélie", "fr");
    const b = await house.guest("Bob", "en");
    const room = await group(house, a, b);
    const sync = async (person, epoch, ownOffset, offset) => {
      const { body } = await call(house.url, "POST", "/sync", {
        token: person.token,
        body: { epoch, ownOffset, rooms: [{ conversationId: room, offset }] },
      });

      return body.data;
    };
    const { epoch, own, rooms } = await sync(b, undefined, -1);

    await a.send("salut", { conversationId: room });
    await emit(b, "conversation:read", { conversationId: room });
    const next = await sync(b, epoch, own.offset, rooms[0].offset);

    assert.deepEqual(next.own.read, [
      { conversationId: room, readSeq: 1, unread: 0, mentions: 0 },
    ]);
    assert.deepEqual(
      next.rooms[0].readers.map(({ userId, readSeq }) => [userId, readSeq]),
      [[b.user.id, 1]],
    );
  }));

test("who hides how far they have read is not seen, and counts all the same", () =>
  inHouse(async (house) => {
    const a = await house.guest("Amélie", "fr");
    const b = await house.guest("Bob", "en");
    const c = await house.guest("Carl", "en");
    const room = await group(house, a, b);
    const path = `/conversations/${room}/readers`;
    const marks = async () =>
      (await a.get(path)).map(({ userId, readSeq }) => [userId, readSeq]);

    await a.send("salut", { conversationId: room });
    await emit(b, "conversation:read", { conversationId: room });
    assert.deepEqual(await marks(), [
      [a.user.id, 0],
      [b.user.id, 1],
    ]);
    assert.equal(
      (await emit(b, "reads:set", { hidden: true })).data.hidden,
      true,
    );
    await a.sees("reader:updated", (r) => r.readSeq === null);
    assert.deepEqual(await marks(), [[a.user.id, 0]]);
    await a.send("encore", { conversationId: room });
    await emit(b, "conversation:read", { conversationId: room });
    await b.sees("conversation:read", (r) => r.readSeq === 2);
    assert.deepEqual((await listed(b, room)).counts, [2, 0, 0]);
    assert.deepEqual(await b.get("/users/me/reads"), { hidden: true });
    assert.ok(
      a.all("reader:updated").every(({ data }) => data.readSeq !== 2),
      "nobody is told",
    );
    assert.equal(
      (await call(house.url, "GET", path, { token: c.token })).status,
      404,
    );
    assert.equal(
      (await emit(c, "conversation:read", { conversationId: room })).code,
      "NOT_FOUND",
    );
  }));

test("a mention reaches who is meant, by name, and all by a moderator's @all", () =>
  inHouse(async (house) => {
    const a = await house.guest("Amélie", "fr");
    const b = await house.guest("Bob", "en");
    const c = await house.guest("Carl", "en");
    const room = await group(house, a, b);
    const say = (person, content) =>
      person.send(content, { conversationId: room });

    await say(a, `salut @Bob et @Carl, voir https://example.org/@Bob`);
    const { data } = await b.sees("message:new");

    assert.deepEqual(data.mentions, [b.user.id]);
    assert.equal(data.mentionsAll, false);
    assert.deepEqual((await listed(b, room)).counts, [0, 1, 1]);
    await say(b, `@${a.user.username} @all`);
    const reply = await a.sees("message:new", (m) => m.senderId === b.user.id);

    assert.deepEqual(reply.data.mentions, [a.user.id]);
    assert.equal(reply.data.mentionsAll, false, "a member's @all is text");
    const { messageId } = await say(a, "@all venez");
    const all = await b.sees("message:new", (m) => m.mentionsAll);

    assert.deepEqual(all.data.mentions, []);
    assert.deepEqual((await listed(b, room)).counts, [0, 2, 2]);
    const translation = await b.translation(messageId);

    assert.match(translation.text, /@all/);
    await emit(a, "message:edit", { messageId, content: "venez" });
    const edited = await b.sees("message:edited");

    assert.equal(edited.data.mentions, undefined);
    assert.deepEqual((await listed(b, room)).counts, [0, 2, 1]);
    assert.deepEqual(c.all("message:new"), []);
  }));

test("the list of rooms shows the newest message in one's own language", () =>
  inHouse(async (house) => {
    const a = await house.guest("Amélie", "fr");
    const b = await house.guest("Bob", "en");
    const room = await group(house, a, b);
    const { messageId } = await a.send("bonjour", { conversationId: room });

    await b.translation(messageId);
    const { lastMessage } = await listed(b, room);

    assert.equal(lastMessage.id, messageId);
    assert.equal(lastMessage.content, "bonjour");
    assert.equal(lastMessage.sender.displayName, "Amélie");
    assert.equal(lastMessage.translations[0].targetLanguage, "en");
    assert.deepEqual((await listed(a, room)).lastMessage.translations, []);
  }));
