// SPDX-License-Identifier: ISC
// chat.mjs page|talk|remember: what people do with the Meeshy at MEESHY_URL.
import assert from "node:assert/strict";

import { Person } from "../lib/person.mjs";
import { until } from "../lib/wait.mjs";

const url = process.env.MEESHY_URL;
const SAID = "the house is red.";
const TRANSLATION_MS_MAX = 60_000; // models are opened at first use

async function page() {
  const text = await (await fetch(url)).text();

  assert.match(text, /<script[^>]+app-/);
}

async function talk() {
  const ada = await Person.enter(url, `Ada${Date.now()}`, "en");
  const max = await Person.enter(url, `Max${Date.now()}`, "fr");

  await Promise.all([ada.connect(), max.connect()]);
  const { messageId } = await ada.send(SAID);
  const found = await max.translation(messageId, TRANSLATION_MS_MAX);

  assert.equal(found.language, "fr");
  assert.notEqual(found.text, SAID);
  console.log(found.text);
}

async function remember() {
  const eve = await Person.enter(url, `Eve${Date.now()}`, "en");
  const history = await until(() => eve.history(), "there is a history");

  assert.ok(history.some(({ content }) => content === SAID));
}

const what = { page, talk, remember }[process.argv[2]];

await what();
process.exit(0);
