// SPDX-License-Identifier: ISC
import assert from "node:assert/strict";
import { test } from "node:test";

import { inHouse } from "../lib/house.mjs";
import { pause, until } from "../lib/wait.mjs";

const MESSAGES = 200;
const FAST = { GATEWAY_RATE_MESSAGES: "1000" };
const TRANSLATED_MS_MAX = 90_000;

/** The number survives translation and tells which message it was. */
const text = (i) => `Nous avons ${1000 + i} maisons dans la ville.`;
const numberOf = (i) =>
  new RegExp(`\\b1[.,  ]?${String(i).padStart(3, "0")}\\b`);

function assertOnceEach(list, what) {
  assert.equal(list.length, new Set(list).size, `${what} twice`);
}

test("what was sent while the translator was dead is translated after", () =>
  inHouse(async (house) => {
    const a = await house.guest("Amélie", "fr");
    const b = await house.guest("Bob", "en");
    const ids = [];

    await house.translator.kill();
    for (let i = 0; i < MESSAGES; i++)
      ids.push((await a.send(text(i))).messageId);
    assert.deepEqual(b.translations, []);
    house.translator.start();

    await until(
      () => b.translations.length >= MESSAGES,
      `${MESSAGES} translations arrived`,
      TRANSLATED_MS_MAX,
    );
    await pause(1_000); // time for a second copy of any of them
    assertOnceEach(
      b.translations.map(({ messageId }) => messageId),
      "a translation came",
    );
    assertOnceEach(
      b.all("message:new").map(({ data }) => data.id),
      "a message came",
    );
    for (const [i, messageId] of ids.entries()) {
      const one = b.translations.find((t) => t.messageId === messageId);

      assert.equal(one?.language, "en");
      assert.match(one.text, numberOf(i));
    }
  }, FAST));

test("nothing acknowledged is lost when the gateway is killed", () =>
  inHouse(async (house) => {
    const a = await house.guest("Amélie", "fr");
    const b = await house.guest("Bob", "en");
    const acks = [];
    const sending = a.sendSpread(MESSAGES, text, acks);

    await until(() => acks.length >= MESSAGES / 4, "a quarter is acknowledged");
    const before = acks.map(({ messageId }) => messageId);

    await house.gateway.kill();
    house.gateway.start();
    await sending;

    const translated = async () => {
      const history = await b.history();
      const done = history.filter(({ translations }) =>
        translations.some(
          ({ targetLanguage, state }) =>
            targetLanguage === "en" && state === "ready",
        ),
      );

      return done.length >= MESSAGES && history;
    };
    const history = await until(
      translated,
      `all ${MESSAGES} are translated`,
      TRANSLATED_MS_MAX,
    );
    const byId = new Map(history.map((message) => [message.id, message]));

    assert.equal(history.length, MESSAGES);
    assert.equal(byId.size, MESSAGES);
    for (const id of before) assert.ok(byId.has(id), `${id} was lost`);
    for (const { i, messageId } of acks) {
      const message = byId.get(messageId);
      const [english] = message.translations.filter(
        ({ targetLanguage }) => targetLanguage === "en",
      );

      assert.equal(message.content, text(i));
      assert.match(english.translatedContent, numberOf(i));
    }
    const seqs = history.map(({ seq }) => seq);

    assert.deepEqual(
      seqs,
      [...seqs].sort((x, y) => x - y),
    );
    await until(() => b.socket.connected, "Bob is back");
    assertOnceEach(
      b.translations.map(({ messageId }) => messageId),
      "a translation came",
    );
  }, FAST));

test("what the killed gateway had not translated is translated after", () =>
  inHouse(async (house) => {
    const a = await house.guest("Amélie", "fr");
    const b = await house.guest("Bob", "en");
    const ids = [];

    await house.translator.kill();
    for (let i = 0; i < MESSAGES; i++)
      ids.push((await a.send(text(i))).messageId);
    await house.gateway.kill();
    house.gateway.start();
    await until(() => b.socket.connected, "Bob is back");
    house.translator.start();

    await until(
      () => b.translations.length >= MESSAGES,
      `${MESSAGES} translations arrived`,
      TRANSLATED_MS_MAX,
    );
    assertOnceEach(
      b.translations.map(({ messageId }) => messageId),
      "a translation came",
    );
    assert.deepEqual(
      b.translations.map(({ messageId }) => messageId).sort(),
      ids.sort(),
    );
  }, FAST));
