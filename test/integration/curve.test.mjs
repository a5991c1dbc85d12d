// SPDX-License-Identifier: ISC
// ZeroMQ with keys: who may speak with a translator, and who hears what.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";

import { Daemon } from "../lib/daemon.mjs";
import { House, ROOT } from "../lib/house.mjs";
import { until } from "../lib/wait.mjs";

const BUILD = resolve(ROOT, process.env.MEESHY_BUILD ?? "build-debug");

let dir;
const keys = {}; // name -> {file, public}

before(async () => {
  dir = await mkdtemp(join(tmpdir(), "meeshy-curve-"));
  for (const name of ["translator", "gateway", "next", "stranger"]) {
    const file = join(dir, name);
    const said = execFileSync(
      join(BUILD, "src/ctl/meeshyctl"),
      ["keys", "pair", file],
      { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] },
    );

    keys[name] = { file, public: said.trim() };
  }
});
after(() => rm(dir, { recursive: true }));

const settings = (more = {}) => ({
  TRANSLATOR_ENGINE: "echo",
  TRANSLATOR_ZMQ_SECRET_KEY_FILE: keys.translator.file,
  TRANSLATOR_ZMQ_GATEWAY_KEYS: `${keys.gateway.public},${keys.next.public}`,
  GATEWAY_ZMQ_TRANSLATOR_KEY: keys.translator.public,
  GATEWAY_ZMQ_SECRET_KEY_FILE: keys.gateway.file,
  ...more,
});

async function inHouse(env, run) {
  const house = await House.build(env);
  const ears = [];

  /** Somebody who listens at its ports, with these keys or in clear. */
  house.ear = async (name) => {
    const { TRANSLATOR_ZMQ_SUB_PORT: tasks, TRANSLATOR_ZMQ_PUB_PORT: events } =
      house.translator.env;
    const ear = new Daemon("/usr/bin/python3", {});
    const args = [join(ROOT, "test/lib/ear.py"), tasks, events];

    if (name) {
      const secret = await readFile(keys[name].file, "utf8");

      args.push(keys.translator.public, secret.trim());
    }
    ear.start(args);
    ears.push(ear);
    return ear;
  };
  try {
    house.translator.start();
    house.gateway.start();
    await house.answering();
    await run(house);
  } catch (error) {
    console.error(house.lastLog());
    throw error;
  } finally {
    for (const ear of ears) await ear.kill();
    await house.close();
  }
}

const hears = (ear, what) =>
  until(
    () => ear.log.some((line) => line.startsWith(what)),
    `an ear hears ${what}: ${ear.log}`,
  );

async function translates(house) {
  const ada = await house.guest("Ada", "en");
  const bob = await house.guest("Bob", "es");
  const { messageId } = await ada.send("The secret is 4711.");

  await bob.translation(messageId);
}

test("a key is a file of its owner, and its public half can be shown", async () => {
  assert.equal((await stat(keys.gateway.file)).mode & 0o777, 0o600);
  assert.equal(keys.gateway.public.length, 40);
  const again = execFileSync(
    join(BUILD, "src/ctl/meeshyctl"),
    ["keys", "public", keys.gateway.file],
    { encoding: "utf8" },
  );

  assert.equal(again.trim(), keys.gateway.public);
});

test("with the right keys people are translated, and no other gateway hears it", () =>
  inHouse(settings(), async (house) => {
    const ear = await house.ear("next"); // another gateway's

    await house.healthy();
    await hears(ear, "mine");
    await translates(house);
    const heard = ear.log.length;

    await until(() => ear.log.length > heard, "the ear hears more");
    assert.deepEqual(
      ear.log.filter((line) => line !== "mine"),
      [],
    );
    const metrics = await (
      await fetch(`${house.translatorUrl}/metrics`)
    ).text();

    assert.match(metrics, /^meeshy_translator_curve 1$/m);
    assert.match(metrics, /^meeshy_translator_insecure 0$/m);
  }));

test("a listener of the original hears all where it is let", () =>
  inHouse(settings({ TRANSLATOR_ZMQ_COMPAT: "true" }), async (house) => {
    const ear = await house.ear("next");

    await house.healthy();
    await hears(ear, "mine");
    await translates(house);
    await hears(ear, 'other {"to":');
  }));

test("a key that is not listed is refused, and said", () =>
  inHouse(
    settings({ GATEWAY_ZMQ_SECRET_KEY_FILE: keys.stranger.file }),
    async (house) => {
      await until(
        () => house.translator.log.some((line) => /zmq\.refused/.test(line)),
        "the translator says so",
      );
      assert.notEqual((await house.health()).status, "healthy");
      const metrics = await (
        await fetch(`${house.translatorUrl}/metrics`)
      ).text();

      assert.match(metrics, /^meeshy_translator_keys_refused_total [1-9]/m);
    },
  ));

test("without a key nobody gets in", () =>
  inHouse(settings(), async (house) => {
    await house.healthy();
    await hears(await house.ear(), "refused");
  }));

test("a gateway does not speak with a translator of another key", () =>
  inHouse(
    settings({ GATEWAY_ZMQ_TRANSLATOR_KEY: keys.stranger.public }),
    async (house) => {
      const ear = await house.ear("next"); // the right one is answered

      await hears(ear, "mine");
      assert.notEqual((await house.health()).status, "healthy");
    },
  ));

test("a key is exchanged by a restart of each", () =>
  inHouse(settings(), async (house) => {
    await house.healthy();
    await house.gateway.stop();
    house.gateway.env.GATEWAY_ZMQ_SECRET_KEY_FILE = keys.next.file;
    house.gateway.start();
    await house.healthy();
    await house.translator.stop();
    house.translator.env.TRANSLATOR_ZMQ_GATEWAY_KEYS = keys.next.public;
    house.translator.start();
    await translates(house);
    await house.healthy();
  }));
