// SPDX-License-Identifier: ISC
// What the gateway does when a translator loses, refuses, doubles or garbles.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { call } from "../lib/api.mjs";
import { House } from "../lib/house.mjs";
import { Odd } from "../lib/odd.mjs";
import { pause, until } from "../lib/wait.mjs";

let house, odd, writer, reader;

before(async () => {
  house = await House.build({ GATEWAY_TRANSLATION_TIMEOUT: "2" });
  odd = await Odd.start(house);
  house.gateway.start();
  await house.healthy();
  writer = await house.guest("Writer", "fr");
  reader = await house.guest("Reader", "en");
});
after(async () => {
  await odd.stop();
  await house.close();
});

const tasksOf = (messageId) =>
  odd.tasks.filter((t) => t.messageId === messageId);

/** So many tasks: what the translator says of one comes by a way of its own. */
async function tasksCome(messageId, count) {
  await until(() => tasksOf(messageId).length >= count, `${count} tasks`);
  assert.equal(tasksOf(messageId).length, count);
  return tasksOf(messageId);
}
const stored = async (messageId) =>
  (await reader.history())
    .find(({ id }) => id === messageId)
    .translations.find(({ targetLanguage }) => targetLanguage === "en");

test("a task has the fields of the protocol", async () => {
  await odd.behave({});
  const { messageId } = await writer.send("salut");

  assert.equal((await reader.translation(messageId)).text, "SALUT");
  const [task] = await tasksCome(messageId, 1);

  assert.equal(task.conversationId, "any");
  assert.equal(task.text, "salut");
  assert.equal(task.sourceLanguage, "fr");
  assert.deepEqual(task.targetLanguages, ["en"]);
  assert.equal(typeof task.taskId, "string");
  assert.ok(Number.isInteger(task.timestamp) && task.timestamp > 1.7e12);
});

test("a lost task is sent again under the same id", async () => {
  await odd.behave({ ignore: 2 });
  const { messageId } = await writer.send("perdu deux fois");

  assert.equal((await reader.translation(messageId)).text, "PERDU DEUX FOIS");
  const tasks = await tasksCome(messageId, 3);

  assert.equal(new Set(tasks.map(({ taskId }) => taskId)).size, 1);
});

test("a full pool is asked again later", async () => {
  await odd.behave({ refuse: 2 });
  const { messageId } = await writer.send("plus tard");

  await reader.translation(messageId);
  await tasksCome(messageId, 3);
});

test("a task that no translator can read is not asked for ever", async () => {
  await odd.behave({ reject: "text too long: more than 65536 bytes" });
  const { messageId } = await writer.send("trop long");
  const { data } = await reader.sees(
    "translation:failed",
    (f) => f.messageId === messageId,
  );

  assert.match(data.error, /^text too long/);
  assert.equal((await stored(messageId)).state, "failed");
  await tasksCome(messageId, 1);
});

test("what the quality gate refused is told at once", async () => {
  await odd.behave({ reject: "translation refused: copied source" });
  const { messageId } = await writer.send("Au revoir tout le monde");
  const { data } = await reader.sees(
    "translation:failed",
    (f) => f.messageId === messageId,
  );

  assert.match(data.error, /^translation refused/);
  await tasksCome(messageId, 1);
});

test("an accepted task without a result is sent again", async () => {
  await odd.behave({ mute: true });
  const { messageId } = await writer.send("muet");

  await until(() => tasksOf(messageId).length === 1, "the task arrived");
  await odd.behave({});
  await reader.translation(messageId);
});

test("a result that comes many times is shown once", async () => {
  await odd.behave({ times: 5 });
  const { messageId } = await writer.send("cinq fois");

  await reader.translation(messageId);
  await odd.behave({});
  await reader.translation((await writer.send("après")).messageId);
  assert.equal(
    reader.translations.filter((t) => t.messageId === messageId).length,
    1,
  );
});

test("junk on the line does no harm", async () => {
  await odd.behave({ garbage: true });
  const { messageId } = await writer.send("propre");

  assert.equal((await reader.translation(messageId)).text, "PROPRE");
});

test("a translator with ids of its own is understood", async () => {
  await odd.behave({ stranger: true });
  const { messageId } = await writer.send("étranger");

  assert.equal((await reader.translation(messageId)).text, "ÉTRANGER");
});

test("a failure is told, kept, and never shown as a translation", async () => {
  await odd.behave({ fail: ["en"] });
  const { messageId } = await writer.send("impossible");
  const { data } = await reader.sees(
    "translation:failed",
    (f) => f.messageId === messageId,
  );

  assert.equal(data.error, "unsupported language pair");
  assert.equal((await stored(messageId)).state, "failed");
  assert.equal((await stored(messageId)).translatedContent, undefined);
  assert.equal(writer.find("translation:failed"), undefined); // reads fr

  await odd.behave({}); // and can be asked for again
  const ack = await reader.socket
    .timeout(5_000)
    .emitWithAck("request_translation", { messageId, targetLanguage: "en" });

  assert.equal(ack.success, true);
  assert.equal((await reader.translation(messageId)).text, "IMPOSSIBLE");
  assert.equal((await stored(messageId)).state, "ready");
});

test("an error dressed as a translation is not one", async () => {
  await odd.behave({ bracket: true });
  const { messageId } = await writer.send("crochet");

  await until(() => tasksOf(messageId).length >= 2, "it is asked again");
  await odd.behave({});
  assert.equal((await reader.translation(messageId)).text, "CROCHET");
});

test("a room's own words travel with its tasks", async () => {
  await odd.behave({});
  const made = await call(house.url, "POST", "/conversations", {
    token: writer.token,
    body: { type: "group", title: "Team", participantIds: [reader.user.id] },
  });
  const room = made.body.data.id;
  const put = (person, terms) =>
    call(house.url, "PUT", `/conversations/${room}/glossary`, {
      token: person.token,
      body: { terms },
    });
  const terms = [
    { term: "Meeshy" },
    { term: "mêlée", language: "fr", translations: { en: "stand-up" } },
  ];
  const task = async (content) => {
    const { messageId } = await writer.send(content, { conversationId: room });

    await reader.translation(messageId);
    return (await tasksCome(messageId, 1))[0];
  };

  assert.equal((await task("sans glossaire")).glossary, undefined);
  assert.equal((await put(reader, terms)).status, 403); // not an admin
  assert.equal((await put(writer, [{ term: "" }])).status, 400);
  assert.equal((await put(writer, terms)).status, 200);
  const first = (await task("avec glossaire")).glossary;

  assert.deepEqual(first.terms, terms);
  await house.gateway.stop();
  house.gateway.start();
  await house.healthy();
  await until(() => writer.socket.connected && reader.socket.connected, "back");
  assert.deepEqual((await task("après")).glossary, first);
  assert.equal((await put(writer, [])).status, 200);
  assert.equal((await task("vidé")).glossary, undefined);
});

test("who asks for a language that nobody reads gets it, and nobody else", async () => {
  const { messageId } = await writer.send("sur demande");

  await reader.translation(messageId);
  const ack = await reader.socket
    .timeout(5_000)
    .emitWithAck("request_translation", { messageId, targetLanguage: "es" });

  assert.equal(ack.success, true);
  const inSpanish = ({ messageId: id, language }) =>
    id === messageId && language === "es";

  await until(() => reader.translations.find(inSpanish), "it comes");
  assert.equal(reader.translations.filter(inSpanish).length, 1);
  assert.equal(writer.translations.find(inSpanish), undefined);
});

test("an edit drops what was said of the old text", async () => {
  await odd.behave({ mute: true });
  const { messageId } = await writer.send("ancien");

  await until(() => tasksOf(messageId).length === 1, "the old task arrived");
  await odd.behave({});
  const ack = await writer.socket
    .timeout(5_000)
    .emitWithAck("message:edit", { messageId, content: "nouveau" });

  assert.equal(ack.success, true);
  assert.equal((await reader.translation(messageId)).text, "NOUVEAU");
  assert.equal((await stored(messageId)).translatedContent, "NOUVEAU");
  assert.deepEqual(
    reader.translations
      .filter((t) => t.messageId === messageId)
      .map((t) => t.text),
    ["NOUVEAU"],
  );
});

test("a deleted message is not translated any more", async () => {
  await odd.behave({ mute: true });
  const { messageId } = await writer.send("à oublier");

  await until(() => tasksOf(messageId).length === 1, "the task arrived");
  await writer.socket
    .timeout(5_000)
    .emitWithAck("message:delete", { messageId });
  await odd.behave({});
  await pause(3_000); // longer than the timeout that would send it again
  await tasksCome(messageId, 1);
  assert.equal(
    reader.translations.some((t) => t.messageId === messageId),
    false,
  );
});

test("health says when no translator answers, and when one is back", async () => {
  await odd.behave({ deaf: true });
  await until(
    async () => (await house.health()).services.translator.status === "away",
    "health says away",
  );
  assert.equal((await house.health()).status, "degraded");
  const { messageId } = await writer.send("patience");

  await odd.behave({});
  await house.healthy();
  await reader.translation(messageId);
});
