// SPDX-License-Identifier: ISC
// The sockets of later Meeshy versions: tasks are pushed.
import assert from "node:assert/strict";
import { test } from "node:test";

import { House, inHouse } from "../lib/house.mjs";
import { Odd } from "../lib/odd.mjs";

const PUSHPULL = {
  GATEWAY_ZMQ_PATTERN: "pushpull",
  TRANSLATOR_ZMQ_PATTERN: "pushpull",
};

test("our translator serves our gateway by pushed tasks", () =>
  inHouse(async (house) => {
    const a = await house.guest("Ana", "es");
    const b = await house.guest("Bob", "en");
    const { messageId } = await a.send("La casa es roja.");

    assert.match((await b.translation(messageId)).text, /house/);
  }, PUSHPULL));

test("a stock translator serves our gateway by pushed tasks", async () => {
  const house = await House.build(PUSHPULL);
  const odd = await Odd.start(house);

  try {
    house.gateway.start();
    await house.healthy();
    const writer = await house.guest("Writer", "fr");
    const reader = await house.guest("Reader", "en");
    const { messageId } = await writer.send("poussé");

    assert.equal((await reader.translation(messageId)).text, "POUSSÉ");
    // A lost task, a refusal and a second copy, as with PUB/SUB.
    for (const how of [{ ignore: 2 }, { refuse: 2 }, { times: 3 }]) {
      await odd.behave(how);
      const sent = await writer.send(`encore ${Object.keys(how)}`);

      await reader.translation(sent.messageId);
    }
    const shown = reader.translations.map((one) => one.messageId);

    assert.equal(new Set(shown).size, shown.length);
  } finally {
    await odd.stop();
    await house.close();
  }
});
