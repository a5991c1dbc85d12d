// SPDX-License-Identifier: ISC
// Several translators behind one gateway.
import assert from "node:assert/strict";
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { Daemon } from "../lib/daemon.mjs";
import { stats } from "../lib/gateways.mjs";
import { House } from "../lib/house.mjs";
import { freePort } from "../lib/port.mjs";
import { until } from "../lib/wait.mjs";

let house, second, writer, reader;
const address = (daemon) =>
  [
    "127.0.0.1",
    daemon.env.TRANSLATOR_ZMQ_SUB_PORT,
    daemon.env.TRANSLATOR_ZMQ_PUB_PORT,
  ].join(":");

async function another(env = {}) {
  const [tasks, results, http] = await Promise.all([
    freePort(),
    freePort(),
    freePort(),
  ]);

  return new Daemon(house.translator.program, {
    ...house.translator.env,
    TRANSLATOR_HTTP_PORT: String(http),
    TRANSLATOR_ZMQ_SUB_PORT: String(tasks),
    TRANSLATOR_ZMQ_PUB_PORT: String(results),
    ...env,
  });
}

const translators = async () => (await stats(house.url)).translators;
const living = async () => (await translators()).filter(({ alive }) => alive);

/** The list of translators is a line of a file, so that it can change. */
const list = (...daemons) =>
  writeFile(
    house.gateway.env.GATEWAY_CONFIG,
    `ZMQ_TRANSLATOR_HOST=${daemons.map(address).join(",")}\n`,
  );

before(async () => {
  house = await House.build({ GATEWAY_RATE_MESSAGES: "2000" });
  delete house.gateway.env.GATEWAY_ZMQ_TRANSLATOR_HOST;
  house.gateway.env.GATEWAY_CONFIG = join(house.dir, "gateway.conf");
  second = await another();
  await list(house.translator);
  second.start();
  await house.start();
  writer = await house.guest("Writer", "fr");
  reader = await house.guest("Reader", "en");
});
after(async () => {
  await house.close();
  await second.stop();
});

const sendMany = (n, word) =>
  Promise.all(
    Array.from({ length: n }, async (_, i) => {
      const { messageId } = await writer.send(`${word} ${i}, bonjour à tous.`);

      return messageId;
    }),
  );
const allTranslated = (ids) =>
  until(
    () =>
      ids.every((id) => reader.translations.some((t) => t.messageId === id)),
    "all are translated",
    60_000,
  );
const assertOnce = (ids) => {
  const got = reader.translations.filter((t) => ids.includes(t.messageId));

  assert.equal(got.length, ids.length);
};

test("a translator joins without a restart and takes its share", async () => {
  const [first] = await living();

  // Where it is, anonymous visitors need not know.
  assert.equal(first.name, "translator 1");
  assert.equal((await living()).length, 1);
  await list(house.translator, second);
  house.gateway.child.kill("SIGHUP");
  await until(async () => (await living()).length === 2, "both are alive");
  const ids = await sendMany(200, "ensemble");

  await allTranslated(ids);
  assertOnce(ids);
  for (const { name, tasks_sent: sent } of await translators())
    assert.ok(sent >= 50, `${name} had ${sent}`);
});

test("a dead one's tasks go to another, each shown once", async () => {
  const sending = sendMany(400, "survivant");

  await until(
    async () => (await translators()).every((t) => t.outstanding > 0),
    "both are at work",
  );
  await second.kill();
  const ids = await sending;

  await allTranslated(ids);
  assertOnce(ids);
  await until(async () => (await living()).length === 1, "one is left");
  assert.equal((await house.health()).status, "healthy");
});

test("one that comes back is used again", async () => {
  second.start();
  await until(async () => (await living()).length === 2, "both are alive");
  const before = (await translators()).find((t) => t.name === "translator 2");
  const ids = await sendMany(100, "de retour");

  await allTranslated(ids);
  const now = (await translators()).find((t) => t.name === "translator 2");

  assert.ok(now.tasks_sent > before.tasks_sent);
});

test("a translator leaves and gets nothing any more", async () => {
  await list(second);
  house.gateway.child.kill("SIGHUP");
  await until(async () => (await translators()).length === 1, "one is listed");
  const ids = await sendMany(50, "seul");

  await allTranslated(ids);
  assertOnce(ids);
});

test("a bad list changes nothing", async () => {
  await writeFile(
    house.gateway.env.GATEWAY_CONFIG,
    "ZMQ_TRANSLATOR_HOST=a:b\n",
  );
  house.gateway.child.kill("SIGHUP");
  await until(
    () => house.gateway.log.some((line) => line.includes("not reloaded")),
    "the log says so",
  );
  assert.equal((await living()).length, 1);
  await allTranslated(await sendMany(5, "toujours"));
});

/** A translator of these pairs alone. */
async function ofPairs(name, ...modes) {
  const dir = join(house.dir, name);

  await mkdir(dir);
  for (const mode of modes)
    await copyFile(
      `/usr/share/apertium/modes/${mode}.mode`,
      join(dir, `${mode}.mode`),
    );
  return another({ TRANSLATOR_APERTIUM_MODES: dir });
}

test("each language of a message goes to who has its pair", async () => {
  const spanish = await ofPairs("spanish", "eng-spa", "spa-eng");
  const french = await ofPairs("french", "eng-cat", "cat-fra");

  try {
    spanish.start();
    french.start();
    await list(spanish, french);
    house.gateway.child.kill("SIGHUP");
    await until(async () => (await living()).length === 2, "both are alive");
    const author = await house.guest("Author", "en");
    const elena = await house.guest("Elena", "es");
    const denis = await house.guest("Denis", "fr");

    for (let i = 0; i < 10; i++) {
      const { messageId } = await author.send(`I have ${i} red cars.`);
      const [es, fr] = await Promise.all([
        elena.translation(messageId),
        denis.translation(messageId),
      ]);

      assert.match(es.text, /rojos/);
      assert.match(fr.text, /rouges/);
    }
  } finally {
    await Promise.all([spanish.stop(), french.stop()]);
  }
});
