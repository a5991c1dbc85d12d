// SPDX-License-Identifier: ISC
// What happens to a gateway whose database file is touched behind its back.
import assert from "node:assert/strict";
import {
  copyFile,
  open,
  readFile,
  rename,
  rm,
  truncate,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import { call } from "../lib/api.mjs";
import { House } from "../lib/house.mjs";
import { until } from "../lib/wait.mjs";

async function inGateway(test) {
  const house = await House.build({ GATEWAY_RATE_MESSAGES: "1000" });

  try {
    house.gateway.start();
    await house.answering();
    await test(house, join(house.dir, "meeshy.db"));
  } finally {
    await house.close();
  }
}

const ready = (house, status) =>
  until(
    async () => (await call(house.url, "GET", "/ready")).status === status,
    `/ready says ${status}`,
  );

const say = (house, { token }, content, clientMessageId) =>
  call(house.url, "POST", "/conversations/any/messages", {
    token,
    body: { content, clientMessageId },
  });

test("nothing is acknowledged while the database file is away", () =>
  inGateway(async (house, file) => {
    const a = await house.guest("A", "fr");

    await a.send("un");
    await rename(file, `${file}.aside`);
    assert.equal((await say(house, a, "deux", "c2")).status, 500);
    await ready(house, 503); // also where nobody writes
    assert.equal((await call(house.url, "GET", "/health")).status, 503);
    await writeFile(file, "");
    assert.equal((await say(house, a, "deux", "c2")).status, 500);
    await rename(`${file}.aside`, file);
    await ready(house, 200);
    assert.equal((await say(house, a, "deux", "c2")).status, 201);
    assert.deepEqual(
      (await a.history()).map(({ content }) => content),
      ["un", "deux"],
    );
  }));

/** Until what was said has left the log for the file itself. */
const settled = (file, text) =>
  until(
    async () => (await readFile(file)).includes(text),
    `"${text}" is in the file`,
  );

test("an older copy put over the database stops everything", () =>
  inGateway(async (house, file) => {
    const a = await house.guest("A", "fr");

    await a.send("the first one");
    await settled(file, "the first one");
    await copyFile(file, `${file}.old`);
    for (let i = 0; i < 100; i++) await a.send(`more ${i}`);
    await a.send("the last one");
    await settled(file, "the last one");
    await copyFile(`${file}.old`, file);
    await ready(house, 503);
    assert.equal((await say(house, a, "lost?")).status, 500);
  }));

test("damage is said by the health, now and after a restart", () =>
  inGateway(async (house, file) => {
    const a = await house.guest("A", "fr");

    for (let i = 0; i < 100; i++) await a.send(`this is text ${i}`);
    await house.gateway.stop();
    const page = Math.floor((await readFile(file)).indexOf("text 50") / 4096);
    const disk = await open(file, "r+");

    await disk.write(Buffer.alloc(4096, 0x5a), 0, 4096, page * 4096);
    await disk.close();
    house.gateway.start();
    await ready(house, 503);
    assert.ok(house.gateway.log.some((line) => line.includes("is damaged")));
    assert.equal((await say(house, a, "on top of it?")).status, 500);
  }));

test("a log that is cut stops everything", () =>
  inGateway(async (house, file) => {
    const a = await house.guest("A", "fr");

    for (let i = 0; i < 100; i++) await a.send(`this is text ${i}`);
    await truncate(`${file}-wal`, 4096);
    assert.equal((await say(house, a, "on top of it?")).status, 500);
    await ready(house, 503);
  }));

for (const [how, lose] of [
  ["gone", rm],
  ["empty", truncate],
])
  test(`nothing begins anew beside a log whose database is ${how}`, () =>
    inGateway(async (house, file) => {
      const a = await house.guest("A", "fr");

      await a.send("in the log only");
      await house.gateway.kill();
      await copyFile(file, `${file}.aside`);
      await lose(file);
      house.gateway.start();
      assert.equal((await house.gateway.exited).code, 1);
      assert.match(house.gateway.log.at(-2), /put the database back/);
      await copyFile(`${file}.aside`, file);
      house.gateway.start();
      await house.answering();
      assert.equal((await a.history()).at(-1).content, "in the log only");
    }));
