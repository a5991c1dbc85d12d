// SPDX-License-Identifier: ISC
// Better translations, and what others will read before it is said.
import assert from "node:assert/strict";
import { test } from "node:test";

import { call } from "../lib/api.mjs";
import { inHouse } from "../lib/house.mjs";
import { emit, group } from "../lib/person.mjs";

/** The translation of a message for a reader, as the history has it. */
async function shown(person, room, messageId) {
  const { messages } = await person.get(
    `/conversations/${room}/messages?limit=200&language=${person.language}`,
  );

  return messages.find(({ id }) => id === messageId).translations[0];
}

test("a better translation is proposed, accepted, shown and remembered", () =>
  inHouse(async (house) => {
    const a = await house.guest("Amélie", "fr");
    const b = await house.guest("Bob", "en");
    const out = await house.guest("Carl", "en");
    const room = await group(house, a, b);
    const other = await group(house, a, b);
    const { messageId } = await a.send("Bonjour à tous", {
      conversationId: room,
    });
    const before = await b.translation(messageId);
    const proposal = {
      messageId,
      targetLanguage: "en",
      translatedContent: "Morning, folks",
    };

    assert.equal(
      (await emit(out, "correction:add", proposal)).code,
      "NOT_FOUND",
    );
    const added = await emit(b, "correction:add", proposal);

    assert.ok(added.success);
    const path = `/conversations/${room}/corrections`;
    const asked = (person) =>
      call(house.url, "GET", path, { token: person.token });

    assert.equal((await asked(b)).status, 403);
    assert.equal((await asked(out)).status, 404);
    const [{ at: _, ...open }] = await a.get(path);

    assert.deepEqual(open, {
      id: added.data.id,
      messageId,
      proposerId: b.user.id,
      originalLanguage: "fr",
      content: "Bonjour à tous",
      targetLanguage: "en",
      translatedContent: "Morning, folks",
      shownContent: before.text,
    });
    const resolved = await emit(a, "correction:resolve", {
      conversationId: room,
      correctionId: open.id,
      outcome: "accepted",
    });

    assert.ok(resolved.success);
    await b.sees(
      "message:translation",
      (t) => t.translations[0].translatedContent === "Morning, folks",
    );
    assert.deepEqual(await a.get(path), []);
    const after = await shown(b, room, messageId);

    assert.equal(after.translatedContent, "Morning, folks");
    assert.equal(after.translationModel, "people");
    assert.equal(after.quality, "sure");
    // The same again, with the translator dead: it is remembered.
    await house.translator.kill();
    const again = await a.send("bonjour à tous ", { conversationId: room });
    const { text } = await b.translation(again.messageId);

    assert.equal(text, "Morning, folks");
    const edited = await a.send("Bonjour", { conversationId: room });

    await emit(a, "message:edit", {
      messageId: edited.messageId,
      content: "Bonjour à tous",
    });
    await b.sees(
      "message:translation",
      (t) => t.messageId === edited.messageId && t.revision === 2,
    );
    // Of this room alone.
    await a.send("bonjour à tous ", { conversationId: other });
    assert.ok(
      b.translations.every(
        (one) =>
          one.text !== "Morning, folks" ||
          [messageId, again.messageId, edited.messageId].includes(
            one.messageId,
          ),
      ),
    );
  }));

test("what others will read is told before it is said, and nobody sees it", () =>
  inHouse(async (house) => {
    const a = await house.guest("Amélie", "fr");
    const b = await house.guest("Bob", "en");
    const room = await group(house, a, b);
    const preview = {
      conversationId: room,
      content: "la maison est petite",
      originalLanguage: "fr",
      targetLanguage: "en",
    };
    // The engines of both directions may have to start.
    const there = await a.send("bonjour", { conversationId: room });
    const back = await b.send("the house", { conversationId: room });

    await b.translation(there.messageId, 60_000);
    await a.translation(back.messageId, 60_000);
    const { success, data } = await a.socket
      .timeout(30_000)
      .emitWithAck("translation:preview", preview);

    assert.ok(success);
    assert.equal(data.state, "ready");
    assert.equal(data.targetLanguage, "en");
    assert.match(data.translatedContent, /house/i);
    assert.match(data.back, /maison/i);
    assert.ok(["sure", "rough"].includes(data.quality));
    assert.equal((await b.history(0, room)).length, 2);
    assert.equal(b.all("message:new").length, 2);
    for (const wrong of [
      { content: " " },
      { targetLanguage: "fr" },
      { targetLanguage: undefined },
    ])
      assert.equal(
        (await emit(a, "translation:preview", { ...preview, ...wrong })).code,
        "BAD_INPUT",
      );
    let last;

    for (let i = 0; i < 20 && last?.code !== "RATE"; i++)
      last = await emit(a, "translation:preview", preview);
    assert.equal(last.code, "RATE");
  }));

test("somebody is found by how their name begins", () =>
  inHouse(async (house) => {
    const a = await house.account("amelie", "fr");
    const b = await house.account("bob", "en");

    await house.guest("Amos", "en");
    const [found, ...more] = await b.get("/users?q=AM");

    assert.deepEqual(
      [found.id, found.username, more],
      [a.user.id, "amelie", []],
    );
    const asked = (query, person) =>
      call(house.url, "GET", `/users?q=${query}`, { token: person?.token });

    assert.equal((await asked("a", b)).status, 400);
    assert.equal((await asked("am")).status, 401);
    await call(house.url, "PUT", `/users/me/blocks/${b.user.id}`, {
      token: a.token,
    });
    assert.deepEqual(await b.get("/users?q=am"), []);
  }));
