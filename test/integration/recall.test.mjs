// SPDX-License-Identifier: ISC
// What was translated once is not translated again, as long as the models are
// the same.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { stats } from "../lib/gateways.mjs";
import { House } from "../lib/house.mjs";
import { emit } from "../lib/person.mjs";
import { until } from "../lib/wait.mjs";

let house, writer, reader;

before(async () => {
  house = await House.build();
  await house.start();
  writer = await house.guest("Writer", "fr");
  reader = await house.guest("Reader", "en");
});
after(() => house.close());

/** A gateway of a new process, and both are there again. */
async function startAgain() {
  await house.gateway.stop();
  await until(
    () => !writer.socket.connected && !reader.socket.connected,
    "both are cut off",
  );
  house.gateway.start();
  await house.healthy(); // knows the translator, and so the models' version
  await until(
    () => writer.socket.connected && reader.socket.connected,
    "both are back",
  );
}

const text = "La maison est grande.";

async function said(content) {
  const { messageId } = await writer.send(content);
  const { data } = await reader.sees(
    "message:translation",
    (event) => event.messageId === messageId,
  );
  const [{ translatedContent, cached }] = data.translations;

  return { messageId, text: translatedContent, cached };
}

test("a text that was just translated goes to no translator", async () => {
  const first = await said(text);
  const { translation_requests_sent: before } = await stats(house.url);
  const second = await said(text);
  const now = await stats(house.url);

  assert.equal(first.cached, false);
  assert.equal(second.cached, true);
  assert.equal(second.text, first.text);
  assert.notEqual(second.messageId, first.messageId);
  assert.equal(now.translation_requests_sent, before);
  assert.equal(now.translations_recalled, 1);
});

test("nor after a restart: the database has it", async () => {
  await startAgain();
  const again = await said(text);
  const now = await stats(house.url);

  assert.equal(again.cached, true);
  assert.equal(now.translation_requests_sent, 0);
  assert.equal(now.translations_recalled, 1);
});

test("of deleted messages nothing is left to be found", async () => {
  const history = await writer.history();

  for (const { id, content } of history)
    if (content === text)
      assert.ok(
        (await emit(writer, "message:delete", { messageId: id })).success,
      );
  await startAgain();
  await said(text);
  assert.equal((await stats(house.url)).translations_recalled, 0);
});
