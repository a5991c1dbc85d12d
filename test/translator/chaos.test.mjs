// SPDX-License-Identifier: ISC
// Things die at random while people talk: pipelines of both translators, one
// of the translators, Redis.  Whatever it was, every message ends translated,
// or failed or skipped with a reason, and is shown once.
//
// CHAOS_SECONDS (12) says how long people talk.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

import { Daemon } from "../lib/daemon.mjs";
import { House } from "../lib/house.mjs";
import { freePort } from "../lib/port.mjs";
import { Redis } from "../lib/redis.mjs";
import { pause, until } from "../lib/wait.mjs";

const SECONDS = Number(process.env.CHAOS_SECONDS ?? 12);
const MESSAGES_PER_S = 30;
const KILL_EVERY_MS = 400;
const REPEATED_TEXTS = 20; // every second message is one of them
const END_MS_MAX = 120_000;
const LANGUAGES = ["es", "fr", "ca"];

/** Pids of the programs that a translator has started. */
function children(pid) {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, "utf8")
        .split(" ")
        .filter(Boolean)
        .map(Number),
    );
  } catch {
    return []; // it, or a thread of it, has just ended
  }
}

const pick = (list) => list[Math.floor(Math.random() * list.length)];
const address = ({ env }) =>
  ["127.0.0.1", env.TRANSLATOR_ZMQ_SUB_PORT, env.TRANSLATOR_ZMQ_PUB_PORT].join(
    ":",
  );

async function another(house) {
  const [tasks, results, http] = await Promise.all(
    Array.from({ length: 3 }, freePort),
  );

  return new Daemon(house.translator.program, {
    ...house.translator.env,
    TRANSLATOR_HTTP_PORT: String(http),
    TRANSLATOR_ZMQ_SUB_PORT: String(tasks),
    TRANSLATOR_ZMQ_PUB_PORT: String(results),
  });
}

/** A house with two translators that share a Redis. */
async function build() {
  const house = await House.build({
    GATEWAY_RATE_MESSAGES: "1000",
    GATEWAY_TRANSLATION_TIMEOUT: "5",
  });

  if (Redis.installed) {
    house.redis = new Redis(house.dir);
    house.translator.env.TRANSLATOR_REDIS_URL = house.redis.url;
    await house.redis.start();
  }
  house.second = await another(house);
  house.gateway.env.GATEWAY_ZMQ_TRANSLATOR_HOST = [
    house.translator,
    house.second,
  ]
    .map(address)
    .join(",");
  house.second.start();
  await house.start();
  return house;
}

/** What may die; each counts how often it did. */
function victims(house, counts) {
  const killed = (name) => (counts[name] = (counts[name] ?? 0) + 1);
  const pipeline = () => {
    const translators = [house.translator, house.second].filter(
      ({ running }) => running,
    );
    const pid = pick(children(pick(translators).child.pid));

    if (!pid) return;
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      return; // it has ended by itself
    }
    killed("pipeline");
  };
  const translator = async () => {
    if (house.second.running) {
      await house.second.kill();
      killed("translator");
    } else {
      house.second.start();
    }
  };
  const redis = async () => {
    if (house.redis.child) {
      await house.redis.kill();
      killed("redis");
    } else {
      await house.redis.start();
    }
  };

  return [pipeline, pipeline, pipeline, translator].concat(
    house.redis ? [redis] : [],
  );
}

/** Kill one after the other, each kind at least once, until told to stop. */
async function rage(house, counts, going) {
  const kinds = victims(house, counts);

  for (let i = 0; going(); i++) {
    await pause(KILL_EVERY_MS);
    await (i < kinds.length ? kinds[i] : pick(kinds))();
  }
  if (!house.second.running) house.second.start();
}

const text = (i) =>
  i % 2
    ? `The old man has ${i % REPEATED_TEXTS} red cars in the garden.`
    : `My sister bought ${1000 + i} books near the river.`;

async function talk(writer) {
  const ids = [];
  const sending = [];
  const total = SECONDS * MESSAGES_PER_S;

  for (let i = 0; i < total; i++) {
    sending.push(
      writer.send(text(i)).then(({ messageId }) => ids.push(messageId)),
    );
    await pause(1000 / MESSAGES_PER_S);
  }
  await Promise.all(sending);
  return ids;
}

const FINAL = ["ready", "failed", "skipped"];
const wanted = ({ translations }) =>
  LANGUAGES.map((code) =>
    translations.find(({ targetLanguage }) => targetLanguage === code),
  );

test("everything ends while pipelines, a translator and Redis die", async (t) => {
  const house = await build();
  const counts = {};

  try {
    const writer = await house.guest("Writer", "en");
    const readers = await Promise.all(
      LANGUAGES.map((code) => house.guest(`Reader ${code}`, code)),
    );
    let talking = true;
    const raging = rage(house, counts, () => talking);
    const ids = await talk(writer);

    talking = false;
    await raging;
    const history = await until(
      async () => {
        const all = await writer.history();
        const done = all.every((message) =>
          wanted(message).every((one) => FINAL.includes(one?.state)),
        );

        return done && all.length === ids.length && all;
      },
      "every translation has an end",
      END_MS_MAX,
    );
    const ends = history.flatMap(wanted);

    for (const { state, reason } of ends)
      if (state !== "ready") assert.ok(reason, `${state} without a reason`);
    const ready = ends.filter(({ state }) => state === "ready").length;

    t.diagnostic(`killed ${JSON.stringify(counts)}`);
    t.diagnostic(`${ready} of ${ends.length} are ready`);
    for (const { state, reason } of ends)
      if (state !== "ready") t.diagnostic(`${state}: ${reason}`);
    assert.ok(counts.pipeline && counts.translator, "something was killed");
    assert.ok(ready >= ends.length * 0.95, `only ${ready} are ready`);

    for (const [i, reader] of readers.entries()) {
      const shown = await until(() => {
        const mine = reader.translations.map(({ messageId }) => messageId);
        const due = history.filter((m) => wanted(m)[i].state === "ready");

        return mine.length >= due.length && mine;
      }, `${reader.username} sees them all`);

      assert.equal(new Set(shown).size, shown.length, "one was shown twice");
    }
  } catch (error) {
    console.error(house.lastLog());
    throw error;
  } finally {
    await house.redis?.kill();
    await house.second.stop();
    await house.close();
  }
});
