// SPDX-License-Identifier: ISC
// What the gateway keeps back while a translator has its hands full.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { call } from "../lib/api.mjs";
import { House } from "../lib/house.mjs";
import { Odd } from "../lib/odd.mjs";
import { until } from "../lib/wait.mjs";

const FLOOD = 5000;
const WINDOW = 10;
const WAIT_MS_MAX = 60_000;

let house, odd, writer, reader;

before(async () => {
  house = await House.build({
    GATEWAY_TRANSLATION_TIMEOUT: "3600", // nothing is sent a second time
    GATEWAY_TRANSLATION_WINDOW: String(WINDOW),
    GATEWAY_RATE_MESSAGES: "100000",
  });
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

async function newRoom(title) {
  const { body } = await call(house.url, "POST", "/conversations", {
    token: writer.token,
    body: { type: "group", title, participantIds: [reader.user.id] },
  });

  return body.data.id;
}

const say = (n, conversationId) =>
  Promise.all(
    Array.from({ length: n }, (_, i) =>
      writer.send(`phrase ${i}`, { conversationId }),
    ),
  );
/** As they came for the first time: what is not accepted within a second is
 * sent again. */
const tasks = () => {
  const first = new Map();

  for (const t of odd.tasks) if (!first.has(t.taskId)) first.set(t.taskId, t);
  return [...first.values()];
};
const tasksOf = (room) =>
  tasks().filter(({ conversationId }) => conversationId === room);

test("a room does not wait for another's thousands", async () => {
  const [loud, quiet] = [await newRoom("loud"), await newRoom("quiet")];

  await odd.behave({ hold: true });
  await say(FLOOD, loud);
  await until(() => tasks().length === WINDOW, "the window is full");
  const sent = await say(3, quiet);

  assert.equal(tasks().length, WINDOW);
  // Each answer makes room for one task: every second one is the quiet room's.
  for (let i = 1; i <= 6; i++) {
    await odd.behave({ hold: true, release: 1 });
    await until(() => tasks().length === WINDOW + i, "one more is sent");
  }
  assert.deepEqual(
    tasksOf(quiet).map(({ messageId }) => messageId),
    sent.map(({ messageId }) => messageId),
  );

  await odd.behave({ release: WINDOW });
  await until(
    () => reader.translations.length === FLOOD + 3,
    "everything is translated",
    WAIT_MS_MAX,
  );
  assert.deepEqual(
    tasksOf(loud).map(({ text }) => text),
    Array.from({ length: FLOOD }, (_, i) => `phrase ${i}`),
  );
});

test("a lost result is asked for long before the timeout", async () => {
  await odd.behave({ session: "one", lose: 1 });
  const { messageId } = await writer.send("perdu en route");

  assert.equal((await reader.translation(messageId)).text, "PERDU EN ROUTE");
});

test("what a dead translator had is sent first, in order", async () => {
  const room = await newRoom("steady");

  await odd.behave({ hold: true });
  const sent = await say(3 * WINDOW, room);

  await until(() => tasksOf(room).length === WINDOW, "the window is full");
  await odd.stop();
  await until(
    async () => (await house.health()).services.translator.status === "away",
    "health says away",
  );
  odd = await Odd.start(house);
  await until(() => tasksOf(room).length === sent.length, "all are sent again");
  assert.deepEqual(
    tasksOf(room).map(({ messageId }) => messageId),
    sent.map(({ messageId }) => messageId),
  );
});
