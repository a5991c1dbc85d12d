// SPDX-License-Identifier: ISC
// What one anonymous visitor who does the worst costs everybody else: how long
// acknowledgements take, quiet and under attack in turn, on a gateway of its own.
//   node bench/fair/main.mjs [--rounds 3] [--seconds 4] [ATTACK...]
// MEESHY_BUILD says which build; otherwise build/.  Elsewhere the attacker would
// have processors of its own: on a machine with others' work run it under
// "chrt -r 10", which the gateway and the people get, and the attacker does not.
import { spawn } from "node:child_process";
import { parseArgs } from "node:util";

import { group } from "../../test/lib/person.mjs";
import { pause } from "../../test/lib/wait.mjs";
import { ATTACKS } from "./attacks.mjs";

process.env.MEESHY_BUILD ??= "build";
const { House } = await import("../../test/lib/house.mjs");

const PEOPLE = 4;
const EVERY_MS = 100; // each of them says something
const SCRIPT = new URL("attacks.mjs", import.meta.url).pathname;
const SETTLE_MS = 500;
const REFILL_MS = 3000; // of what they may say

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string", default: "3" },
    seconds: { type: "string", default: "4" },
  },
});
const names = positionals.length ? positionals : [...Object.keys(ATTACKS), "all"];
const rounds = Number(values.rounds);
const windowMs = Number(values.seconds) * 1000;

const quantile = (samples, q) =>
  samples.toSorted((a, b) => a - b)[Math.floor(q * (samples.length - 1))];
const ms = (x) => x.toFixed(2).padStart(8);

/** Milliseconds to each acknowledgement in one window. */
async function measure(people, room) {
  const samples = [];
  const end = performance.now() + windowMs;
  const speak = async (person, i) => {
    await pause((i * EVERY_MS) / people.length);
    for (let n = 0; performance.now() < end; n++) {
      const begun = performance.now();

      await person.send(`${n}`, { conversationId: room });
      samples.push(performance.now() - begun);
      await pause(EVERY_MS);
    }
  };

  await Promise.all(people.map(speak));
  return samples;
}

async function underAttack(attack, port, token, work) {
  const all = attack === "all" ? Object.keys(ATTACKS) : [attack];
  const child = spawn(
    "chrt",
    ["--other", "0", process.execPath, SCRIPT, port, token, ...all],
    { stdio: "inherit" },
  );

  await pause(SETTLE_MS);
  try {
    return await work();
  } finally {
    child.kill("SIGKILL");
    await pause(SETTLE_MS);
  }
}

const house = await House.build();

house.gateway.start();
await house.answering();
const people = [];

for (let i = 0; i < PEOPLE; i++) people.push(await house.guest(`P${i}`, "fr"));
const room = await group(house, ...people);
const attacker = await house.guest("Mallory", "fr");

attacker.leave();
for (let i = 0; i < 200; i++)
  await people[i % PEOPLE].send(`a word, and ${i} more`).catch(() => {});
await pause(REFILL_MS);
await measure(people, room); // warm
console.log("attack        quiet p50      p95   attack p50     p95   ratio p95");
const { port } = new URL(house.url);

for (const name of names) {
  const quiet = [];
  const attacked = [];

  for (let i = 0; i < rounds; i++) {
    quiet.push(...(await measure(people, room)));
    attacked.push(
      ...(await underAttack(name, port, attacker.token, () =>
        measure(people, room),
      )),
    );
  }
  const ratio = quantile(attacked, 0.95) / quantile(quiet, 0.95);

  console.log(
    `${name.padEnd(14)}${ms(quantile(quiet, 0.5))} ${ms(quantile(quiet, 0.95))}` +
      `     ${ms(quantile(attacked, 0.5))} ${ms(quantile(attacked, 0.95))}` +
      `  ${ratio.toFixed(2).padStart(8)}`,
  );
}
await house.close();
