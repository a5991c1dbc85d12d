// SPDX-License-Identifier: ISC
// Whom the public room is translated for.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { call } from "../lib/api.mjs";
import { changeDatabase } from "../lib/database.mjs";
import { House } from "../lib/house.mjs";
import { Odd } from "../lib/odd.mjs";
import { Person } from "../lib/person.mjs";
import { until } from "../lib/wait.mjs";

const DAYS = 3;

let house, odd, writer, reader, room;

before(async () => {
  house = await House.build({ GATEWAY_READER_DAYS: String(DAYS) });
  odd = await Odd.start(house);
  house.gateway.start();
  await house.healthy();
  writer = await house.guest("Writer", "fr");
  reader = await house.account("Reader", "en");
  const { body } = await call(house.url, "POST", "/conversations", {
    token: writer.token,
    body: { type: "group", title: "Both", participantIds: [reader.user.id] },
  });

  room = body.data.id;
});
after(async () => {
  await odd.stop();
  await house.close();
});

/** Everybody was last here so many days ago, as far as the file says. */
async function age(days) {
  await house.gateway.stop();
  changeDatabase(
    house,
    `UPDATE users SET seen_ms = ${Date.now() - days * 86_400_000}`,
  );
  house.gateway.start();
  await house.healthy();
  await until(() => writer.socket.connected, "the writer is back");
}

const tasks = () => new Set(odd.tasks.map(({ taskId }) => taskId)).size;

test("who was here lately is translated for, who stays away is not", async () => {
  await writer.send("un");
  await until(() => tasks() === 1, "translated for the reader");
  reader.socket.disconnect();

  await age(DAYS - 1);
  await writer.send("deux");
  await until(() => tasks() === 2, "translated for who was here lately");

  await age(DAYS + 1);
  await writer.send("trois");
  await writer.send("quatre", { conversationId: room });
  await until(() => tasks() === 3, "a room is translated for its members");
  assert.equal(odd.tasks.at(-1).text, "quatre");
});

test("who comes back is translated for again, and kept in mind", async () => {
  reader.socket.connect();
  await until(() => reader.socket.connected, "the reader is back");
  const { messageId } = await writer.send("cinq");

  await reader.translation(messageId);
  reader.socket.disconnect();
  await house.gateway.stop();
  house.gateway.start();
  await house.healthy();
  await until(() => writer.socket.connected, "the writer is back");
  await writer.send("six");
  await until(() => odd.tasks.at(-1).text === "six", "translated all the same");
});

test("a guest's language counts while they are here, of an address a few", async () => {
  const languages = "ca de da el es fi it nl pl pt ro sv".split(" ");
  const wanted = async (text) => {
    await writer.send(text);
    await until(() => odd.tasks.at(-1)?.text === text, "a task");
    return odd.tasks.at(-1).targetLanguages.length;
  };
  const before = await wanted("sept");

  for (const language of languages)
    await Person.enter(house.url, "Away", language); // never connected
  assert.equal(await wanted("huit"), before);
  for (const language of languages) await house.guest("Here", language);
  const after = await wanted("neuf");

  assert.ok(after > before && after <= before + 8, `${before} ${after}`);
});
