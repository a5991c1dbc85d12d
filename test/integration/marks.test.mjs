// SPDX-License-Identifier: ISC
// What people leave at messages: replies with quotes, reactions, pins.
import assert from "node:assert/strict";
import { test } from "node:test";

import { call } from "../lib/api.mjs";
import { inHouse } from "../lib/house.mjs";
import { emit, group } from "../lib/person.mjs";
import { View } from "../lib/view.mjs";

async function last(person, conversationId = "any") {
  return (await person.history(0, conversationId)).at(-1);
}

test("a reply quotes its original for each reader, and says when it is gone", () =>
  inHouse(async (house) => {
    const a = await house.guest("Amélie", "fr");
    const b = await house.guest("Bob", "en");
    const { messageId } = await a.send("bonjour");

    await b.translation(messageId);
    await b.send("hello to you", { replyToId: messageId });
    const [forA, forB] = await Promise.all(
      [a, b].map(async (one) => {
        const event = await one.sees("message:new", (m) => m.replyToId);

        return event.data.replyTo;
      }),
    );

    assert.equal(forA.content, "bonjour");
    assert.equal(forA.sender.displayName, "Amélie");
    assert.equal(forA.originalLanguage, "fr");
    assert.deepEqual(forA.translations, []);
    assert.equal(forB.translations[0].targetLanguage, "en");
    assert.ok(forB.translations[0].translatedContent);
    assert.deepEqual((await last(b)).replyTo, forB);
    assert.deepEqual((await last(a)).replyTo, forA);

    await emit(a, "message:delete", { messageId });
    const { replyTo } = await last(b);

    assert.equal(replyTo.isDeleted, true);
    assert.equal(replyTo.content, "");
    assert.deepEqual(replyTo.translations, []);
  }));

test("a reaction is seen at once, by sync and in the history, as one's own", () =>
  inHouse(async (house) => {
    const a = await house.guest("Amélie", "fr");
    const b = await house.guest("Bob", "fr");
    const view = new View(house.url, b.token, "fr");
    const { messageId } = await a.send("bonjour");

    await view.catchUp();
    for (const person of [a, b])
      assert.ok(
        (await emit(person, "reaction:add", { messageId, emoji: "👍" }))
          .success,
      );
    await emit(a, "reaction:add", { messageId, emoji: "👍" }); // is there
    await emit(b, "reaction:add", { messageId, emoji: "❤" });
    const { data } = await a.sees("message:reaction", (r) => r.count === 2);

    assert.deepEqual(
      { userId: data.userId, emoji: data.emoji, added: data.added },
      { userId: b.user.id, emoji: "👍", added: true },
    );
    await a.sees("message:reaction", (r) => r.emoji === "❤️");
    assert.deepEqual((await last(a)).reactions, [
      { emoji: "👍", count: 2, own: true },
      { emoji: "❤️", count: 1, own: false },
    ]);
    await view.catchUp();
    assert.equal(view.fresh, 1);
    assert.deepEqual(view.list().at(-1), await last(b));

    const path = `/messages/${messageId}/reactions`;
    const gone = await call(
      house.url,
      "DELETE",
      `${path}/${encodeURIComponent("👍")}`,
      { token: a.token },
    );

    assert.equal(gone.status, 200);
    await b.sees("message:reaction", (r) => !r.added && r.count === 1);
    assert.deepEqual(
      (await b.get(path)).map(({ emoji, displayName }) => [emoji, displayName]),
      [
        ["👍", "Bob"],
        ["❤️", "Bob"],
      ],
    );
    for (const emoji of ["👍👍", "ok", "", "👍 "])
      assert.equal(
        (await emit(a, "reaction:add", { messageId, emoji })).code,
        "BAD_INPUT",
      );
    await emit(a, "message:delete", { messageId });
    assert.deepEqual((await last(b)).reactions, []);
    assert.equal(
      (await emit(b, "reaction:add", { messageId, emoji: "👍" })).code,
      "NOT_FOUND",
    );
  }));

test("a moderator pins, everybody finds it, until it is taken off", () =>
  inHouse(async (house) => {
    const a = await house.guest("Amélie", "fr");
    const b = await house.guest("Bob", "en");
    const c = await house.guest("Carl", "en");
    const room = await group(house, a, b);
    const { messageId } = await b.send("read this", { conversationId: room });
    const view = new View(house.url, b.token, "en", room);

    await b.send("and this", { conversationId: room });
    await view.catchUp();
    assert.equal(
      (await emit(b, "message:pin", { messageId })).code,
      "FORBIDDEN",
    );
    assert.ok((await emit(a, "message:pin", { messageId })).success);
    await b.sees(
      "message:pinned",
      (p) => p.messageId === messageId && p.pinnedAt,
    );
    const { messages } = await b.get(`/conversations/${room}/pins`);

    assert.deepEqual(
      messages.map(({ id }) => id),
      [messageId],
    );
    assert.ok(messages[0].pinnedAt);
    await view.catchUp();
    assert.deepEqual(view.list(), [...(await view.load()).values()]);

    const path = `/conversations/${room}/pins`;

    assert.equal(
      (await call(house.url, "GET", path, { token: c.token })).status,
      404,
    );
    assert.equal(
      (await emit(c, "message:pin", { messageId })).code,
      "NOT_FOUND",
    );
    assert.deepEqual(c.all("message:pinned"), []);

    await emit(a, "message:unpin", { messageId });
    await b.sees("message:pinned", (p) => p.pinnedAt === null);
    assert.deepEqual((await b.get(path)).messages, []);
  }));

test("what a message said before is for its writer and for moderators", () =>
  inHouse(async (house) => {
    const a = await house.guest("Amélie", "fr");
    const b = await house.guest("Bob", "fr");
    const c = await house.guest("Carl", "fr");
    const room = await group(house, a, b, c);
    const { messageId } = await b.send("lundi", { conversationId: room });
    const path = `/messages/${messageId}/revisions`;

    await emit(b, "message:edit", { messageId, content: "mardi" });
    for (const person of [a, b])
      assert.deepEqual(
        (await person.get(path)).map(({ revision, content }) => [
          revision,
          content,
        ]),
        [[1, "lundi"]],
      );
    assert.equal(
      (await emit(c, "message:revisions", { messageId })).code,
      "FORBIDDEN",
    );
    await emit(b, "message:delete", { messageId });
    assert.deepEqual(await a.get(path), []);
  }));

test("a message is forwarded to where one may speak, with its writer's name", () =>
  inHouse(async (house) => {
    const a = await house.guest("Amélie", "fr");
    const b = await house.guest("Bob", "en");
    const c = await house.guest("Carl", "en");
    const room = await group(house, a, b);
    const own = await group(house, c);
    const { messageId } = await a.send("bonjour", { conversationId: room });
    const ack = await emit(b, "message:forward", { messageId, to: "any" });

    assert.ok(ack.success);
    const { data } = await c.sees("message:new", (m) => m.forwardedFrom);

    assert.equal(data.content, "bonjour");
    assert.equal(data.senderId, b.user.id);
    assert.equal(data.forwardedFrom.displayName, "Amélie");
    assert.deepEqual((await last(c)).forwardedFrom, data.forwardedFrom);
    await c.translation(data.id);
    assert.equal(
      (await emit(c, "message:forward", { messageId, to: "any" })).code,
      "NOT_FOUND",
    );
    assert.equal(
      (await emit(b, "message:forward", { messageId, to: own })).code,
      "FORBIDDEN",
    );
  }));
