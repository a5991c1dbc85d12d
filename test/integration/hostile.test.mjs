// SPDX-License-Identifier: ISC
// A translator that was taken over, or is broken: what it may do to people.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { call } from "../lib/api.mjs";
import { House } from "../lib/house.mjs";
import { Odd } from "../lib/odd.mjs";
import { until } from "../lib/wait.mjs";

const HONEST = { session: "one" };

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

/** What the reader is told of a message that is answered with these fields. */
async function told(result) {
  await odd.behave({ ...HONEST, result });
  const { messageId } = await writer.send("bonjour");
  const about = (data) => data.messageId === messageId;
  const { name, data } = await until(
    () =>
      reader.find("message:translation", about) ??
      reader.find("translation:failed", about),
    "the reader is told",
  );

  return name === "translation:failed" ? data.error : data.translations[0];
}

for (const [what, translatedText] of [
  ["400 kB for a word", "x".repeat(400_000)],
  ["nothing", ""],
  ["spaces", "  \n"],
  ["what has no shape", "\u2800\u200b\u{e0041}"],
  ["marks of direction only", "\u202e\u2066"],
])
  test(`no translation: ${what}`, async () => {
    assert.match(await told({ translatedText }), /impossible length/);
  });

test("what changes the text around it, or cannot be seen, is taken out", async () => {
  const { translatedContent } = await told({
    translatedText: "a\u202eb\u0007c\u001b[31md\u2066e\u{e0041}\ufff9f",
  });

  assert.equal(translatedContent, "abc[31mdef");
});

for (const sourceLanguage of ["x".repeat(100_000), "<b>", "", "\u202e\u0007"])
  test(`no language: ${sourceLanguage.slice(0, 8)}`, async () => {
    assert.equal((await told({ sourceLanguage })).sourceLanguage, "fr");
  });

test("names have a length", async () => {
  const big = "x".repeat(100_000);
  const { translationModel, doubt, translatedContent } = await told({
    modelType: big,
    quality: "rough",
    doubt: big,
  });

  assert.equal(translatedContent, "BONJOUR");
  assert.ok(translationModel.length <= 128 && doubt.length <= 128);
});

test("numbers that are none leave the statistics as they are", async () => {
  await told({ processingTime: 1e308, memoryUsage: 1e308, cpuUsage: -1 });
  await told({ processingTime: 1e308 });
  const stats = await (await fetch(`${house.url}/stats`)).text();

  assert.ok(!/inf|nan/i.test(stats));
  JSON.parse(stats);
});

for (const event of [{ taskId: "another" }, { taskId: null }])
  test(`who asked is told, and only by whom they asked: ${event.taskId}`, async () => {
    await odd.behave({ ...HONEST, event });
    const { messageId } = await writer.send("à qui ?");

    await until(
      () => odd.tasks.filter((t) => t.messageId === messageId).length > 1,
      "it is asked again",
    );
    assert.equal(
      reader.find("message:translation", (d) => d.messageId === messageId),
      undefined,
    );
    await odd.behave(HONEST);
    assert.equal((await reader.translation(messageId)).text, "À QUI ?");
  });

test("endless lists of languages are not believed", async () => {
  const languages = async () =>
    (await call(house.url, "GET", "/languages")).text;
  const pong = { languages: "en,fr", pairs: "fr:en2" };

  await odd.behave({ ...HONEST, pong });
  await until(async () => (await languages()).includes('"en":'), "a pair");
  await odd.behave({
    ...HONEST,
    pong: { ...pong, pairs: "fr:en2;".repeat(1e5) },
  });
  await until(async () => !(await languages()).includes('"en":'), "no pairs");
  await odd.behave(HONEST);
});

test("a frame that is too large costs some seconds, and not the translator", async () => {
  await odd.behave({ ...HONEST, frame: 5 << 20 });
  await until(
    async () =>
      !(await (await fetch(`${house.url}/stats`)).json()).translator_alive,
    "it is missed",
  );
  await odd.behave(HONEST);
  const { messageId } = await writer.send("encore");

  assert.equal((await reader.translation(messageId)).text, "ENCORE");
});
