// SPDX-License-Identifier: ISC
// Finding messages by their words, in originals and translations.
import assert from "node:assert/strict";
import { test } from "node:test";

import { call } from "../lib/api.mjs";
import { inHouse } from "../lib/house.mjs";
import { emit, group } from "../lib/person.mjs";

async function find(person, query) {
  const { data } = await emit(person, "message:search", query);

  return data.messages.map(({ content }) => content);
}

test("a message is found at once by its words, and by its translation's", () =>
  inHouse(async (house) => {
    const a = await house.guest("Amélie", "fr");
    const b = await house.guest("Bob", "en");
    const { messageId } = await a.send("le chat est blanc");

    assert.deepEqual(await find(b, { q: "CHAT" }), ["le chat est blanc"]);
    await b.translation(messageId);
    assert.deepEqual(await find(b, { q: "cat white" }), ["le chat est blanc"]);
    assert.deepEqual(await find(a, { q: "cat white" }), [], "not what a reads");
    const page = await b.get("/search?q=white");

    assert.equal(page.messages[0].id, messageId);
    assert.equal(page.messages[0].translations[0].targetLanguage, "en");
    assert.equal(page.hasMore, false);
  }));

test("an edit and a deletion are found as they are now", () =>
  inHouse(async (house) => {
    const a = await house.guest("Amélie", "fr");
    const b = await house.guest("Bob", "fr");
    const { messageId } = await a.send("rendez-vous lundi");

    assert.deepEqual(await find(b, { q: "lundi" }), ["rendez-vous lundi"]);
    await emit(a, "message:edit", { messageId, content: "rendez-vous mardi" });
    assert.deepEqual(await find(b, { q: "lundi" }), []);
    assert.deepEqual(await find(b, { q: "mardi" }), ["rendez-vous mardi"]);
    await emit(a, "message:delete", { messageId });
    assert.deepEqual(await find(b, { q: "rendez" }), []);
  }));

test("nobody finds what is said where they are not", () =>
  inHouse(async (house) => {
    const a = await house.guest("Amélie", "fr");
    const b = await house.guest("Bob", "fr");
    const c = await house.guest("Carl", "fr");
    const room = await group(house, a, b);
    const { messageId } = await a.send("un secret", { conversationId: room });

    assert.deepEqual(await find(b, { q: "secret" }), ["un secret"]);
    for (const query of [
      { q: "secret" },
      { q: "", senderId: a.user.id },
      { q: "secret", before: messageId },
    ])
      assert.deepEqual(await find(c, query), []);
    const answers = await Promise.all(
      [room, "nowhere"].map((id) =>
        emit(c, "message:search", { q: "secret", in: id }),
      ),
    );

    assert.deepEqual(answers[0], answers[1], "a room is as one that is not");
    assert.equal(answers[0].code, "NOT_FOUND");
    await call(
      house.url,
      "DELETE",
      `/conversations/${room}/participants/${b.user.id}`,
      { token: a.token },
    );
    assert.deepEqual(await find(b, { q: "secret" }), []);
  }));

test("a search is narrowed by room, person, time and link, page by page", () =>
  inHouse(async (house) => {
    const a = await house.guest("Amélie", "fr");
    const b = await house.guest("Bob", "fr");
    const room = await group(house, a, b);
    const said = [];

    for (const content of ["jour 1", "jour 2", "jour 3"])
      said.push(await a.send(content, { conversationId: room }));
    await b.send("jour de https://example.org", { conversationId: room });
    await b.send("jour ailleurs");
    assert.equal((await find(a, { q: "jour" })).length, 5);
    assert.equal((await find(a, { q: "jour", in: room })).length, 4);
    assert.deepEqual(await find(a, { q: "jour", senderId: a.user.id }), [
      "jour 3",
      "jour 2",
      "jour 1",
    ]);
    assert.deepEqual(await find(a, { q: "", has: "link" }), [
      "jour de https://example.org",
    ]);
    assert.deepEqual(await find(a, { q: "jour", to: "2020-01-01" }), []);
    assert.equal(
      (await find(a, { q: "jour", from: new Date(0).toISOString() })).length,
      5,
    );
    const first = await emit(a, "message:search", {
      ...{ q: "jour", senderId: a.user.id, limit: 2 },
    });

    assert.equal(first.data.hasMore, true);
    assert.deepEqual(
      await find(a, {
        ...{ q: "jour", senderId: a.user.id, limit: 2 },
        before: first.data.messages.at(-1).id,
      }),
      ["jour 1"],
    );
    for (const query of [{}, { q: "" }, { q: "jour", from: "yesterday" }])
      assert.equal(
        (await emit(a, "message:search", query)).code,
        "BAD_INPUT",
        JSON.stringify(query),
      );
    const since = await emit(a, "message:list", {
      ...{ conversationId: room, from: said[1].createdAt },
    });

    assert.equal(since.data.messages[0].content, "jour 2");
    const never = await emit(a, "message:list", {
      ...{ conversationId: room, from: "2999-01-01" },
    });

    assert.deepEqual(never.data.messages, []);
  }));

test("words say of whom, where, when, and whether with a file", () =>
  inHouse(async (house) => {
    const ann = await house.account("ann", "en");
    const ben = await house.account("ben", "en");
    const room = await group(house, ann, ben); // its title is Kitchen
    const sent = await call(
      house.url,
      "POST",
      `/conversations/${room}/files?name=a.txt`,
      { token: ann.token, body: "bytes" },
    );

    await ann.send("a cat here", { conversationId: "any" });
    await ann.send("the cat in https://example.org", { conversationId: room });
    await ben.send("another cat", { conversationId: room });
    await ann.send("", { conversationId: room, fileIds: [sent.body.data.id] });
    const here = "a cat here";
    const linked = "the cat in https://example.org";
    const cases = [
      ["cat from:ann", [linked, here]],
      ["cat from:@ben", ["another cat"]],
      ["cat from:nobody", []],
      ["cat in:kitchen", ["another cat", linked]],
      [`cat in:${room} from:ann`, [linked]],
      ["has:link", [linked]],
      ["has:file", [""]],
      ["has:file from:ben", []],
      ["has:file cat", []],
      ["cat before:2020-01-01", []],
      ["cat after:2020-01-01 in:Kitchen from:ben", ["another cat"]],
      ["in:kitchen", ["", "another cat", linked]],
    ];

    for (const [q, expected] of cases)
      assert.deepEqual(await find(ben, { q }), expected, q);
    assert.deepEqual(await find(ben, { q: "", has: "file" }), [""]);
    for (const [q, code] of [
      ["cat before:yesterday", "BAD_INPUT"],
      ["cat in:Attic", "NOT_FOUND"],
    ])
      assert.equal((await emit(ben, "message:search", { q })).code, code, q);
  }));
