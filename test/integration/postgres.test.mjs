// SPDX-License-Identifier: ISC
import assert from "node:assert/strict";
import { test } from "node:test";

import { inHouse } from "../lib/house.mjs";
import { Postgres } from "../lib/postgres.mjs";
import { until } from "../lib/wait.mjs";

const MESSAGES = 150;
const SETTINGS = { GATEWAY_RATE_MESSAGES: "1000" };
const skip = !Postgres.installed && "no PostgreSQL in /usr/lib/postgresql";

const text = (i) => `Nous avons ${1000 + i} maisons dans la ville.`;

/** A Meeshy on a PostgreSQL of its own. */
async function onPostgres(play) {
  const server = await Postgres.build();

  try {
    await server.start();
    await inHouse((house) => play(house, server), {
      ...SETTINGS,
      GATEWAY_DATABASE_URL: server.url,
    });
  } finally {
    await server.close();
  }
}

/** Send all of them, some before, some in, some after what disturb() does; each
 * is there once, in one order. */
async function survives(house, disturb) {
  const a = await house.guest("Amélie", "fr");
  const b = await house.guest("Bob", "en");
  const acks = [];
  const sending = a.sendSpread(MESSAGES, text, acks);

  await until(() => acks.length >= MESSAGES / 4, "a quarter is acknowledged");
  await disturb();
  await sending;

  const history = await b.history();
  const byId = new Map(history.map((message) => [message.id, message]));

  assert.equal(history.length, MESSAGES);
  assert.equal(byId.size, MESSAGES);
  for (const { i, messageId } of acks)
    assert.equal(byId.get(messageId)?.content, text(i));
  assert.deepEqual(
    history.map(({ seq }) => seq),
    Array.from({ length: MESSAGES }, (_, i) => i + 1),
  );
  await until(() => b.socket.connected, "Bob is connected");
  return { a, b };
}

test("two people chat and read each other's language", { skip }, () =>
  onPostgres(async (house) => {
    const a = await house.guest("Amélie", "fr");
    const b = await house.guest("Bob", "en");
    const { messageId } = await a.send("Le chat est noir.");

    await b.sees("message:new", ({ id }) => id === messageId);
    const { text } = await b.translation(messageId);

    assert.match(text, /cat/i);
    assert.equal((await b.history()).length, 1);
  }),
);

test("nothing is lost or doubled when the gateway is killed", { skip }, () =>
  onPostgres((house) =>
    survives(house, async () => {
      await house.gateway.kill();
      house.gateway.start();
    }),
  ),
);

for (const [how, signal] of [
  ["is restarted", "SIGINT"],
  ["crashes", "SIGQUIT"],
])
  test(`nothing is lost or doubled when the server ${how}`, { skip }, () =>
    onPostgres(async (house, server) => {
      const { a, b } = await survives(house, async () => {
        await server.stop(signal);
        await server.start();
      });
      const { messageId } = await a.send("Merci.");

      await b.sees("message:new", ({ id }) => id === messageId);
      await house.healthy();
    }),
  );
