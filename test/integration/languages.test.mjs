// SPDX-License-Identifier: ISC
import assert from "node:assert/strict";
import { test } from "node:test";

import { call } from "../lib/api.mjs";
import { inHouse } from "../lib/house.mjs";

const GREETING = "Bonjour à tous, comment allez-vous ?";

test("everybody reads a greeting in their own language", () =>
  inHouse(async (house) => {
    const a = await house.guest("Amélie", "fr");
    const b = await house.guest("Bob", "en");
    const c = await house.guest("Carme", "ca");
    const d = await house.guest("Denis", "fr");

    const ack = await a.send(GREETING);
    const english = await b.translation(ack.messageId);
    const catalan = await c.translation(ack.messageId);

    for (const reader of [b, c, d]) {
      const original = await reader.sees(
        "message:new",
        (message) => message.id === ack.messageId,
      );

      assert.equal(original.data.content, GREETING);
      assert.equal(original.data.originalLanguage, "fr");
      assert.equal(original.data.conversationId, "any");
      for (const one of reader.translations)
        assert.ok(one.order > original.order, "a translation came first");
    }
    assert.ok(ack.order < english.order, "the ack waited for English");
    assert.ok(ack.order < catalan.order, "the ack waited for Catalan");
    assert.equal(english.language, "en");
    assert.match(english.text, /\b(all|everyone|everybody|how)\b/i);
    assert.equal(catalan.language, "ca");
    assert.match(catalan.text, /\b(tots|tothom|com)\b/i);

    const saved = a.find("message_sent").data;

    assert.equal(saved.messageId, ack.messageId);
    assert.equal(b.find("message_sent"), undefined);
  }));

test("nobody gets a language that they do not read, nor one twice", () =>
  inHouse(async (house) => {
    const people = await Promise.all([
      house.guest("Amélie", "fr"),
      house.guest("Bob", "en"),
      house.guest("Carme", "ca"),
      house.guest("Elena", "es"),
    ]);
    const texts = {
      fr: "La maison est grande.",
      en: "The house is big.",
      ca: "La casa és gran.",
      es: "La casa es grande.",
    };
    const sent = await Promise.all(
      people.map(async (author) => ({
        author,
        ...(await author.send(texts[author.language])),
      })),
    );

    for (const reader of people) {
      const foreign = sent.filter(({ author }) => author !== reader);

      for (const { messageId } of foreign) await reader.translation(messageId);
    }
    for (const reader of people) {
      const got = reader.translations;

      assert.deepEqual(
        got.filter(({ language }) => language !== reader.language),
        [],
      );
      assert.equal(got.length, new Set(got.map((one) => one.messageId)).size);
      assert.equal(got.length, people.length - 1);
    }
  }));

test("a reader who comes later finds the translations in the history", () =>
  inHouse(async (house) => {
    const a = await house.guest("Amélie", "fr");
    const b = await house.guest("Bob", "en");
    const { messageId } = await a.send(GREETING);
    const live = await b.translation(messageId);
    const late = await house.guest("Beth", "en");
    const [message] = await late.history();

    assert.equal(message.id, messageId);
    assert.equal(message.content, GREETING);
    assert.deepEqual(
      message.translations
        .filter(({ targetLanguage }) => targetLanguage === "en")
        .map(({ translatedContent }) => translatedContent),
      [live.text],
    );
  }));

test("who chooses a language is told what there is for its readers", () =>
  inHouse(async (house) => {
    const offered = await call(house.url, "GET", "/languages");
    const english = offered.body.data.find(({ code }) => code === "en");

    assert.ok(english.targets.includes("es"));
    assert.match(english.quality.es, /^(good|fair|basic)$/);
    assert.deepEqual(Object.keys(english.quality), english.targets);

    const enter = async (language) => {
      const answer = await call(house.url, "POST", "/auth/guest", {
        body: { username: "Guest", language },
      });

      return answer.body.data;
    };
    const spanish = await enter("es");

    assert.ok(spanish.readsFrom.en);
    assert.equal(spanish.warning, undefined);

    const swahili = await enter("sw");

    assert.deepEqual(swahili.readsFrom, {});
    assert.match(swahili.warning, /Swahili/);

    const changed = await call(house.url, "PATCH", "/users/me", {
      token: spanish.token,
      body: { language: "zu" },
    });

    assert.match(changed.body.data.warning, /Zulu/);
  }));

test("what somebody chose to write holds on all devices", () =>
  inHouse(async (house) => {
    const a = await house.guest("Amélie", "fr");
    const b = await house.guest("Bob", "en");
    const language = async (content, more) => {
      const { messageId } = await a.send(content, more);
      const { data } = await b.sees(
        "message:new",
        (message) => message.id === messageId,
      );

      return data.originalLanguage;
    };
    const choose = (writing) =>
      call(house.url, "PATCH", "/users/me", {
        token: a.token,
        body: { writing },
      });

    assert.equal(a.user.writing, "auto");
    assert.equal(await language("I am already at the station"), "en");
    assert.equal((await choose("ca")).body.data.user.writing, "ca");
    await a.sees("user:updated", ({ user }) => user.writing === "ca");
    assert.equal(await language("I am already at the station"), "ca");
    assert.equal(
      await language("I am already at the station", {
        originalLanguage: "auto",
      }),
      "en",
    );
    assert.equal((await choose("auto")).body.data.user.writing, "auto");
    assert.equal(await language("I am already at the station"), "en");
  }));
