// SPDX-License-Identifier: ISC
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { House } from "../lib/house.mjs";
import { Odd } from "../lib/odd.mjs";
import { OldPage } from "../lib/old_page.mjs";
import { emit } from "../lib/person.mjs";
import { until } from "../lib/wait.mjs";

let house, odd;
const pages = [];

before(async () => {
  house = await House.build({ GATEWAY_RATE_MESSAGES: "20" });
  odd = await Odd.start(house); // translates into capitals
  house.gateway.start();
  await house.healthy();
});
after(async () => {
  for (const page of pages) page.close();
  await odd.stop();
  await house.close();
});

async function guest(username, language) {
  const page = new OldPage(house.url, language);

  pages.push(page);
  await page.enter(username);
  await page.open();
  return page;
}

test("an old page talks with a new one, and reads it in its language", async () => {
  const old = await guest("Olive", "fr");
  const now = await house.guest("Nora", "en");
  const ack = await old.send("bonjour", "old-1");
  const mine = await old.shows(ack.data.messageId, () => true, "its own");

  assert.equal(ack.success, true);
  assert.deepEqual(
    [mine.clientId, mine.senderId, mine.senderName, mine.seq, mine.language],
    ["old-1", old.user.id, "Olive", ack.data.seq, "fr"],
  );
  assert.ok(Math.abs(mine.createdAt - Date.parse(ack.data.createdAt)) < 1000);
  const { data } = await now.sees("message:new", (m) => m.id === mine.id);
  assert.equal(data.content, "bonjour");

  const { messageId } = await now.send("The house is red.");
  const { translations } = await old.shows(
    messageId,
    (m) => m.translations.fr?.state === "ready",
    "a translation",
  );
  assert.equal(translations.fr.text, "THE HOUSE IS RED.");
});

test("it sends again what was not answered, and that is one message", async () => {
  const old = await guest("Otto", "en");
  const [one, two] = [await old.send("once", "x"), await old.send("once", "x")];

  assert.equal(one.data.messageId, two.data.messageId);
});

test("it sees edits and deletions, and what another types", async () => {
  const old = await guest("Ona", "en");
  const now = await house.guest("Nils", "en");
  const { messageId } = await now.send("Hallo");

  await old.shows(messageId, (m) => m.content === "Hallo", "the message");
  await emit(now, "message:edit", { messageId, content: "Hello" });
  const edited = await old.shows(messageId, (m) => m.edited, "the edit");
  assert.equal(edited.content, "Hello");
  await emit(now, "message:delete", { messageId });
  await old.shows(messageId, (m) => m.deleted, "the deletion");

  now.socket.emit("typing:start", { conversationId: "any" });
  await until(() => old.typing.get(now.user.id) === "Nils", "it sees typing");
  now.socket.emit("typing:stop", { conversationId: "any" });
  await until(() => old.typing.size === 0, "it sees that typing ends");
  old.tell("typing:start");
  await now.sees("typing:start", (who) => who.userId === old.user.id);
});

test("it asks in another language for what is missing", async () => {
  const old = await guest("Oda", "en");
  const now = await house.guest("Nina", "en");
  const { messageId } = await now.send("The water is cold.");
  const ask = (targetLanguage) =>
    old.ask("request_translation", { messageId, targetLanguage });

  assert.ok((await old.languages()).includes("es"));
  await old.setLanguage("es");
  await old.readHistory();
  assert.equal((await ask("es")).success, true);
  const { translations } = await old.shows(
    messageId,
    (m) => m.translations.es?.state === "ready",
    "the translation",
  );
  assert.equal(translations.es.text, "THE WATER IS COLD.");
  const refused = await ask("xx");
  assert.deepEqual([refused.success, refused.code], [false, "BAD_INPUT"]);
});

test("it is told what cannot be translated, and why", async () => {
  const old = await guest("Odile", "fr");
  const now = await house.guest("Nanna", "en");

  await odd.behave({ reject: "text too long: more than 65536 bytes" });
  const { messageId } = await now.send("far too long");
  const { translations } = await old.shows(
    messageId,
    (m) => m.translations.fr?.state === "failed",
    "the failure",
  );
  await odd.behave({});
  assert.match(translations.fr.reason, /^text too long/);
});

test("it is told to wait by the word that it knows", async () => {
  const old = await guest("Ole", "en");
  const codes = await Promise.all(
    Array.from({ length: 60 }, (_, i) => old.send(`much ${i}`, `m-${i}`)),
  );

  assert.ok(codes.some(({ success, code }) => !success && code === "RATE"));
});

test("it catches up after an outage, and reads back to the beginning", async () => {
  const old = await guest("Olga", "en");
  const now = await house.account("Noah", "en");
  const { messageId } = await now.send("before");

  await old.shows(messageId, () => true, "the message");
  await house.gateway.kill();
  house.gateway.start();
  await house.answering();
  await until(() => now.socket.connected, "the new one is connected");
  await emit(now, "message:edit", { messageId, content: "after" });
  await old.online();
  await old.shows(messageId, (m) => m.content === "after", "the edit");

  let { seqs, more } = await old.readHistory(5);
  while (more) ({ seqs, more } = await old.readHistory(5, Math.min(...seqs)));
  assert.equal(Math.min(...seqs), 1);
});

test("it has an account as before, and knows when its session is over", async () => {
  const old = new OldPage(house.url, "fr");
  pages.push(old);
  await old.register("olaf", "correct horse battery");
  await old.logIn("olaf", "correct horse battery");
  const { username, language } = await old.whoAmI();

  assert.deepEqual([username, language], ["olaf", "fr"]);
  await old.open();
  await old.logOut();
  await until(() => old.refused || !old.socket.connected, "it is cut off");
  old.socket.connect();
  await until(() => old.refused, "it is told that its token is not good");
});
