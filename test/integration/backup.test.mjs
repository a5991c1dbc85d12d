// SPDX-License-Identifier: ISC
// A backup of a busy Meeshy, a crash, and the way back.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { copyFile, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { test } from "node:test";

import { inHouse, ROOT } from "../lib/house.mjs";
import { until } from "../lib/wait.mjs";
import { View } from "../lib/view.mjs";

const BUILD = resolve(ROOT, process.env.MEESHY_BUILD ?? "build-debug");
const CTL = join(BUILD, "src/ctl/meeshyctl");
const CTL_MS_MAX = 60_000;
const ACK_MS_MAX = 2_000;
const MESSAGES_BEFORE = 40;

/** Run meeshyctl on the house's database; never rejects. */
const ctl = (house, ...args) =>
  new Promise((done) => {
    execFile(
      CTL,
      args,
      {
        timeout: CTL_MS_MAX,
        env: {
          PATH: process.env.PATH,
          TMPDIR: house.dir,
          GATEWAY_DATABASE_URL: house.gateway.env.GATEWAY_DATABASE_URL,
          GATEWAY_GLOSSARY: join(house.dir, "words.json"),
          TRANSLATOR_NEURAL_MODELS: join(house.dir, "models"),
          TRANSLATOR_MEMORY: join(house.dir, "memory"),
        },
      },
      (error, stdout, stderr) =>
        done({ code: error ? (error.code ?? -1) : 0, stdout, stderr }),
    );
  });

/** Somebody who goes on sending, one message after the other. */
function talk(person) {
  let sent = 0;
  let going = true;
  const ended = (async () => {
    for (; going; sent++)
      await person.socket.timeout(ACK_MS_MAX).emitWithAck("message:send", {
        conversationId: "any",
        content: `number ${sent}`,
      });
  })().catch(() => {}); // the gateway is killed in the middle

  return {
    count: () => sent,
    stop: () => {
      going = false;
      person.leave();
      return ended;
    },
  };
}

async function underLoad(house, keyArgs) {
  const ada = await house.guest("Ada", "en");
  const bob = await house.guest("Bob", "en");
  const view = new View(house.url, bob.token, "en");
  const backup = join(house.dir, "a.backup");
  const talking = talk(ada);

  await until(() => talking.count() > MESSAGES_BEFORE, "there is something");
  const made = await ctl(house, "backup", backup, ...keyArgs);

  assert.equal(made.code, 0, made.stderr);
  const inBackup = Number(made.stderr.match(/(\d+) messages/)[1]);
  const then = talking.count();

  assert.ok(inBackup >= MESSAGES_BEFORE);
  await until(() => talking.count() > then + MESSAGES_BEFORE, "more is said");
  await until(async () => {
    await view.catchUp();
    return view.list().length > inBackup;
  }, "a reader has what was said after the backup");
  await house.gateway.kill();
  await talking.stop();
  return { view, backup, inBackup };
}

async function comesBack(house, keyArgs) {
  const { view, backup, inBackup } = await underLoad(house, keyArgs);
  const { epoch, fresh } = view;
  const restored = await ctl(house, "restore", backup, ...keyArgs);

  assert.equal(restored.code, 0, restored.stderr);
  house.gateway.start();
  await house.answering();
  await view.catchUp();
  assert.notEqual(view.epoch, epoch);
  assert.equal(view.fresh, fresh + 1);
  assert.equal(view.list().length, inBackup);
  assert.deepEqual(view.list(), [...(await view.load()).values()]);
  return backup;
}

test("a backup under load, a crash, a restore: readers see the backup", () =>
  inHouse(async (house) => {
    const backup = await comesBack(house, []);
    const rehearsed = await ctl(house, "rehearse", backup);

    assert.equal(rehearsed.code, 0, rehearsed.stderr);
    assert.match(rehearsed.stdout, /messages +\d+ rows, as backed up/);
    const left = await readdir(house.dir);

    assert.deepEqual(
      left.filter((name) => /rehearsal|\.restoring|\.part/.test(name)),
      [],
    );
    assert.ok(left.some((name) => name.includes(".before-restore-")));
  }));

test("an encrypted backup is no use without its key, and whole with it", () =>
  inHouse(async (house) => {
    const key = join(house.dir, "key");

    await writeFile(key, "a long passphrase, or random bytes\n");
    const backup = await comesBack(house, ["--key-file", key]);

    assert.ok(!(await readFile(backup)).includes("meeshy.db"));
    const without = await ctl(house, "rehearse", backup);

    assert.equal(without.code, 1);
    assert.match(without.stderr, /--key-file is needed/);
  }));

test("a restore waits for the gateway to stop, and words come back too", () =>
  inHouse(async (house) => {
    const backup = join(house.dir, "a.backup");
    const words = join(house.dir, "words.json");

    await writeFile(words, '{"terms":[{"term":"Meeshy"}]}');
    assert.equal((await ctl(house, "backup", backup)).code, 0);
    assert.equal((await ctl(house, "backup", backup)).code, 1); // overwrites
    const busy = await ctl(house, "restore", backup);

    assert.equal(busy.code, 1);
    assert.match(busy.stderr, /another gateway works with/);
    await house.gateway.stop();
    await writeFile(words, "damaged");
    const { code, stdout } = await ctl(house, "restore", backup);

    assert.equal(code, 0);
    assert.match(stdout, /glossary\.json +\S+words\.json/);
    assert.match(await readFile(words, "utf8"), /Meeshy/);
    house.gateway.start();
    await house.answering();
  }));

test("a copy put back by hand beside an old log does not pass for whole", () =>
  inHouse(async (house) => {
    const { backup } = await underLoad(house, []);
    const db = join(house.dir, "meeshy.db");
    const scratch = join(house.dir, "copy.db");

    assert.ok(existsSync(`${db}-wal`));
    const copied = await new Promise((done) =>
      execFile(
        "tar",
        ["--zstd", "-C", house.dir, "-xOf", backup, "meeshy.db"],
        { encoding: "buffer", maxBuffer: 1e9 },
        (error, stdout) => done(error ? undefined : stdout),
      ),
    );

    assert.ok(copied, "tar opens a backup that is not encrypted");
    await writeFile(scratch, copied);
    await copyFile(scratch, db);
    house.gateway.start();
    await until(() => !house.gateway.running, "the gateway refuses to start");
    assert.match(house.gateway.log.join("\n"), /meeshyctl restore/);
  }));

test("what people sent is in a backup, and comes back with its message", () =>
  inHouse(async (house) => {
    const backup = join(house.dir, "a.backup");
    const ada = await house.guest("Ada", "en");
    const headers = { authorization: `Bearer ${ada.token}` };
    const sent = await fetch(`${house.url}/conversations/any/files`, {
      method: "POST",
      headers,
      body: "a picture",
    });
    const { id } = (await sent.json()).data;
    const { messageId } = await ada.send("look", { fileIds: [id] });

    assert.equal((await ctl(house, "backup", backup)).code, 0);
    await ada.socket
      .timeout(5_000)
      .emitWithAck("message:delete", { messageId });
    await until(
      async () =>
        (await readdir(join(house.dir, "files"), { recursive: true })).every(
          (name) => !/[0-9a-f]{64}$/.test(name),
        ),
      "the file is gone",
    );
    await house.gateway.stop();
    await rm(join(house.dir, "files"), { recursive: true });
    const { code, stderr } = await ctl(house, "restore", backup);

    assert.equal(code, 0, stderr);
    house.gateway.start();
    await house.answering();
    const got = await fetch(`${house.url}/messages/${messageId}/files/${id}`, {
      headers,
    });

    assert.equal(await got.text(), "a picture");
  }));

test("a stopped Meeshy gives back the room of what was deleted, words and all", () =>
  inHouse(
    async (house) => {
      const database = join(house.dir, "meeshy.db");
      const word = "Zwetschgenkuchen";
      const ada = await house.guest("Ada", "en");
      const sent = [];

      for (let i = 0; i < 100; i++)
        sent.push(await ada.send(`${word} ${i} ${"and more ".repeat(300)}`));
      await ada.send("The house is red.");
      for (const { messageId } of sent) {
        const { success } = await ada.socket
          .timeout(ACK_MS_MAX)
          .emitWithAck("message:delete", { messageId });

        assert.ok(success);
      }
      const busy = await ctl(house, "database", "vacuum");

      assert.notEqual(busy.code, 0);
      assert.match(busy.stderr, /another|works|gateway/);
      await house.gateway.stop();
      const done = await ctl(house, "database", "vacuum");

      assert.equal(done.code, 0, done.stderr);
      assert.match(done.stdout, /before, .* now/);
      const bytes = await readFile(database, "latin1");

      assert.ok(!bytes.toLowerCase().includes(word.toLowerCase()));
      house.gateway.start();
      await house.answering();
      const view = new View(house.url, ada.token, "en");

      await view.catchUp();
      assert.deepEqual(
        view.list().flatMap(({ content }) => content || []),
        ["The house is red."],
      );
    },
    { GATEWAY_RATE_MESSAGES: "100000" },
  ));
