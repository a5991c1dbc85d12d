// SPDX-License-Identifier: ISC
// What one anonymous visitor at his worst costs all others, with the settings
// as they are by themselves: Apertium translates, he has an address of his own.
//
//   MEESHY_BUILD=build node bench/abuse.mjs [--abuses say,edit] [--seconds 15]
//       [--rounds 2] [--together 120]
//
// Each abuse alone, in turn with quiet, and then all at once.  Others speak in the
// public room and in one of their own.  Times are percentiles, in milliseconds, with
// what they are of the quiet before and after; a translation that has not come
// after 15 s counts as that.  CPU is of the gateway, and of the translator with its
// programs, in seconds a second, which a busy machine changes less than the times.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { call } from "../test/lib/api.mjs";
import { House } from "../test/lib/house.mjs";
import { group } from "../test/lib/person.mjs";
import { until } from "../test/lib/wait.mjs";
import { ABUSES } from "./abuse/visitor.mjs";

const VISITOR = fileURLToPath(new URL("abuse/visitor.mjs", import.meta.url));
const SPEAK_MS = 1000; // between two messages of one person: nobody writes faster
const LATE_MS = 15_000;
const DRAINED_MS_MAX = 120_000;
const SENTENCES = ["The house is old.", "We are going to the market today.",
  "My sister has a new car.", "Where is the station?", "The water is cold."];

const { values: options } = parseArgs({ options: {
  abuses: { type: "string", default: Object.keys(ABUSES).join(",") },
  seconds: { type: "string", default: "15" },
  rounds: { type: "string", default: "1" },
  together: { type: "string", default: "120" },
} });

const house = await House.build();
for (const setting of ["RATE_TRANSLATIONS", "RATE_INVITES", "ADDED_BY"])
  delete house.gateway.env[`GATEWAY_${setting}`];

/** Somebody speaks in a room until told otherwise; a sample for each message:
 * {ack, translation} in milliseconds. */
async function speak(writer, reader, conversationId, samples, during) {
  for (let i = 0; during.on; i++) {
    const began = performance.now();
    const sample = {};
    const text = `${SENTENCES[i % SENTENCES.length]} ${Math.floor(began)}`;
    try {
      const { messageId } = await writer.send(text, { conversationId });
      sample.ack = performance.now() - began;
      sample.seen = reader.translation(messageId, LATE_MS)
        .then(() => performance.now() - began, () => LATE_MS)
        .then((ms) => { sample.translation = ms; });
    } catch {
      sample.ack = LATE_MS; // refused, or not answered
    }
    samples.push(sample);
    await sleep(SPEAK_MS);
  }
  await Promise.all(samples.map(({ seen }) => seen));
}

const rss = () => Number(/VmRSS:\s+(\d+)/.exec(
  readFileSync(`/proc/${house.gateway.child.pid}/status`, "utf8"))[1]) / 1024;

/** Processor seconds of a program, with the ones that it started. */
function cpuSeconds(pid) {
  let ticks = 0;
  for (const one of readdirSync("/proc").filter((name) => /^\d+$/.test(name)))
    try {
      const [, ppid, ...more] =
        readFileSync(`/proc/${one}/stat`, "utf8").split(") ")[1].split(" ");
      const times = more.slice(9, 13).map(Number);
      if (one === String(pid)) ticks += times.reduce((x, y) => x + y);
      else if (ppid === String(pid)) ticks += times[0] + times[1];
    } catch {} // it has ended meanwhile
  return ticks / 100;
}
const cpu = () => [house.gateway, house.translator]
  .map(({ child }) => cpuSeconds(child.pid));
const stats = async () => (await fetch(`${house.url}/stats`)).json();

/** All speak for so long: {public, own}, samples of each, memory and CPU. */
async function measure(pairs, seconds) {
  const during = { on: true };
  const found = { public: [], own: [], rss: 0, cpu: cpu() };
  const talks = pairs.map(([where, writer, reader, room]) => {
    const samples = [];
    return speak(writer, reader, room, samples, during)
      .then(() => found[where].push(...samples));
  });
  const end = performance.now() + seconds * 1000;

  while (performance.now() < end) {
    found.rss = Math.max(found.rss, rss());
    await sleep(200);
  }
  during.on = false;
  found.cpu = cpu().map((now, i) => (now - found.cpu[i]) / seconds);
  return { found, talks: Promise.all(talks) };
}

async function quiet(pairs, seconds) {
  const { found, talks } = await measure(pairs, seconds);
  await talks;
  return found;
}

async function abused(pairs, seconds, names) {
  const visitor = spawn(process.execPath,
    [VISITOR, new URL(house.url).port, names.join(",")],
    { stdio: ["ignore", "pipe", "inherit"] });
  const lines = createInterface({ input: visitor.stdout });
  const [word] = await once(lines, "line");
  if (word !== "begins") throw new Error(word);
  const { found, talks } = await measure(pairs, seconds);
  const counts = once(lines, "line");
  visitor.kill("SIGTERM");
  const left = performance.now();
  found.counts = (await counts)[0];
  await until(async () => {
    const { translations_waiting: w, translations_in_flight: n } = await stats();
    return w + n === 0;
  }, "all is translated", DRAINED_MS_MAX).catch(() => {});
  found.drained = (performance.now() - left) / 1000;
  await talks;
  return found;
}

const percentile = (samples, key, p) => {
  const sorted = samples.map((s) => s[key]).filter((ms) => ms !== undefined)
    .sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))];
};

function report(name, before, found, after) {
  const cells = ["ack", "translation"].flatMap((key) =>
    ["public", "own"].map((where) => {
      const still = percentile([...before[where], ...after[where]], key, 0.95);
      const then = percentile(found[where], key, 0.95);
      return `${still.toFixed(0)} → ${then.toFixed(0)} (${(then / still).toFixed(1)})`;
    }));
  console.log(`| ${[name, ...cells, before.rss.toFixed(0), found.rss.toFixed(0),
    after.rss.toFixed(0),
    ...[0, 1].map((i) => `${before.cpu[i].toFixed(2)} → ${found.cpu[i].toFixed(2)}`),
    found.drained.toFixed(1)].join(" | ")} |`);
  console.error(`${name}: ${found.counts}`);
}

try {
  await house.start();
  const [a, b, c, d] = await Promise.all([["ann", "en"], ["bob", "es"],
    ["cleo", "en"], ["dan", "es"]].map((who) => house.account(...who)));
  await call(house.url, "PUT", "/users/me/consent",
    { token: d.token, body: { addedBy: "everybody" } });
  const room = await group(house, c, d);
  const pairs = [["public", a, b, "any"], ["own", c, d, room]];
  const seconds = Number(options.seconds);

  await quiet(pairs, 5); // engines start
  console.log("| abuse | ack public | ack own room | translation public | " +
    "translation own room | MB before | MB then | MB after | CPU gateway | CPU translator | drained s |\n" +
    `|${"---|".repeat(11)}`);
  let before = await quiet(pairs, seconds);
  const turn = async (name, names, length) => {
    const found = await abused(pairs, length, names);
    const after = await quiet(pairs, seconds);
    report(name, before, found, after);
    before = after;
  };
  for (let round = 0; round < Number(options.rounds); round++)
    for (const name of options.abuses.split(",")) await turn(name, [name], seconds);
  if (Number(options.together) > 0)
    await turn("all at once", options.abuses.split(","), Number(options.together));
} finally {
  await house.close();
}
