// SPDX-License-Identifier: ISC
// ./meeshy loadtest: messages through the front door, every translation
// awaited, judged by the seeds' criteria.  See options.mjs.
import { execFileSync } from "node:child_process";
import { cpus } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ROOT } from "../servers.mjs";
import { cpuNow, cpuUse } from "./cpu.mjs";
import { chooseLanguages, Crowd } from "./crowd.mjs";
import { CannotRun, findHouse, healthy } from "./house.mjs";
import { allMet, judge, memory } from "./judge.mjs";
import { Ledger } from "./ledger.mjs";
import { BadOptions, readOptions, usage } from "./options.mjs";
import { text, write } from "./report.mjs";
import { texts } from "./texts.mjs";
import { Watch } from "./watch.mjs";

const SHAKE_DOWN = 3; // messages that open pipelines, before all counting
const SHAKE_DOWN_MS_MAX = 60000;
const TICK_MS = 5;
const LATE_MS = 50; // behind its time by more: this program is too slow
const SENDER_PER_S_MAX = 15; // below the gateway's default of 20
const RETRY_MS = 100; // after a refusal in the burst
const PROGRESS_MS = 1000, PROGRESS_FILE_MS = 10000;
const SERIES_STEPS = 120;
const TTY = process.stderr.isTTY;

const say = (line) => process.stderr.write(`${line}\n`);

class Progress {
  #last = 0;

  constructor(ledger, watch, startedAt) {
    Object.assign(this, { ledger, watch, startedAt });
  }

  show(what, force = false) {
    const now = performance.now();
    if (!force && now - this.#last < (TTY ? PROGRESS_MS : PROGRESS_FILE_MS))
      return;
    this.#last = now;
    const { requests, acknowledged, complete } = this.ledger;
    const queued = this.watch.samples.at(-1)?.queued;
    const line = `${what} ${((now - this.startedAt) / 1000).toFixed(0)} s: ` +
      `${requests} sent, ${acknowledged} acknowledged, ` +
      `${complete} whole` + (queued === undefined ? "" : `, ${queued} queued`);
    process.stderr.write(TTY ? `\r\x1b[K${line}` : `${line}\n`);
  }

  end() {
    if (TTY) process.stderr.write("\r\x1b[K");
  }
}

/** The first translation of a pair starts programs: not what is measured. */
async function shakeDown(crowd, text) {
  const all = Array.from({ length: SHAKE_DOWN }, async () => {
    const sent = await crowd.send(text.next().value);
    if (sent.error) throw new CannotRun(`a message was refused: ${sent.error}`);
    await sent.whole;
  });
  const late = sleep(SHAKE_DOWN_MS_MAX, "late", { ref: false });
  if (await Promise.race([Promise.all(all), late]) === "late")
    throw new CannotRun("the first translations did not come");
}

/** Send when due, whatever comes back; a message's age counts from then. */
async function steady(crowd, text, perMs, durationMs, progress) {
  const start = performance.now();
  const total = Math.round(perMs * durationMs);
  let late = 0;
  for (let n = 0; n < total;) {
    const due = start + n / perMs;
    const now = performance.now();
    if (due > now) {
      await sleep(Math.min(TICK_MS, due - now));
      progress.show("steady");
      continue;
    }
    late += now - due > LATE_MS;
    crowd.send(text.next().value, due);
    n++;
  }
  const left = start + durationMs - performance.now();
  if (left > 0) await sleep(left);
  return { start, end: start + durationMs, late };
}

/** As many in flight as there are senders, for the most that can be had. */
async function burst(crowd, text, seconds, progress) {
  const start = performance.now();
  const end = start + seconds * 1000;
  let messages = 0;
  const one = async () => {
    while (performance.now() < end) {
      const sent = await crowd.send(text.next().value);
      if (sent.error) {
        await sleep(RETRY_MS);
        continue;
      }
      await Promise.race([sent.whole, sleep(end - performance.now())]);
      if (performance.now() < end) messages++;
      progress.show("burst");
    }
  };
  await Promise.all(crowd.senders.map(one));
  const languages = crowd.ledger.languages.length;
  return {
    seconds, in_flight: crowd.senders.length,
    messages_per_s: messages / seconds,
    translations_per_s: (messages * languages) / seconds,
  };
}

async function drain(ledger, seconds, progress) {
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end &&
    (ledger.waiting > 0 || ledger.complete < ledger.acknowledged)) {
    await sleep(TICK_MS * 4);
    progress.show("waiting");
  }
  await sleep(500); // for what should not come: a second copy
}

function commit() {
  try {
    return execFileSync("git", ["describe", "--always", "--dirty"],
      { cwd: ROOT, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] })
      .trim();
  } catch {
    return "";
  }
}

async function measure(house, options) {
  await healthy(house.gateway);
  const perSecond = options.requestsPerMinute / 60;
  const senders = Math.max(options.concurrentRequests,
    house.own ? 0 : Math.ceil(perSecond / SENDER_PER_S_MAX));
  const languages = await chooseLanguages(house.gateway, options.languages);
  const warm = new Ledger(languages);
  const ledger = new Ledger(languages);
  const text = texts();
  const crowd = await Crowd.gather(house.gateway, {
    ledger: warm, senders, rooms: options.rooms, publicRoom: house.own,
  });
  try {
    say(`${senders} senders and ${languages.length} readers ` +
      `(${languages.join(" ")}) in ${crowd.rooms.length} rooms of ` +
      house.gateway);
    await shakeDown(crowd, text);
    crowd.ledger = ledger;
    const startedAt = performance.now();
    const watch = await Watch.start(house, startedAt);
    const progress = new Progress(ledger, watch, startedAt);
    const cpu = cpuNow(house);
    const run = await steady(crowd, text, perSecond / 1000,
      options.duration * 1000, progress);
    const cpuPercent = cpuUse(cpu, cpuNow(house));
    await drain(ledger, options.drain, progress);
    const drainedAt = performance.now();
    const requests = ledger.requests;
    const { refused, unanswered } = ledger;
    const samples = watch.thin(SERIES_STEPS);
    const steadyMemory = Object.fromEntries(
      ["gateway", "translator", "pipelines"].map((name) => [name,
        memory(watch.samples.filter((s) => s.s <= options.duration), name)]));
    const bursted = options.burst
      ? await burst(crowd, text, options.burst, progress) : null;
    if (bursted) await drain(ledger, options.drain, progress);
    progress.end();
    await watch.stop();
    const sum = ledger.summary(run.start, run.end);
    return {
      ...sum, requests, refused, unanswered, late: run.late,
      reasons: Object.fromEntries(ledger.reasons),
      soak: options.soak, languages, senders, rooms: crowd.rooms.length,
      seconds: options.duration, asked_per_s: perSecond,
      acknowledged_per_s: sum.acknowledged / options.duration,
      translations_per_s: sum.translated / options.duration,
      drained_after_s: (drainedAt - run.end) / 1000,
      burst: bursted,
      tasks: watch.grown("translation_requests_sent"),
      pool_full: watch.grown("pool_full_rejections"),
      resent: watch.grown("translation_requests_resent"),
      cache_hits: watch.grownTranslator("cache.hits"),
      memory: steadyMemory,
      cpu_percent: cpuPercent,
      load_average: [watch.samples[0].load, watch.samples.at(-1).load],
      series: ledger.series(run.start, run.end, SERIES_STEPS),
      samples,
    };
  } finally {
    crowd.leave();
  }
}

async function main() {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options.help) {
    console.log(usage());
    return 0;
  }
  const date = new Date();
  const house = await findHouse(options);
  let result;
  try {
    result = await measure(house, options);
  } finally {
    await house.close();
  }
  result = {
    date: date.toISOString(), commit: commit(), own: house.own,
    machine: `${cpus().length} x ${cpus()[0].model}`, ...result,
  };
  result.criteria = judge(result);
  result.passed = allMet(result.criteria);
  const dir = options.out ?? join(ROOT, "bench/results");
  const name = options.name ??
    (options.soak ? `soak-${date.toISOString().slice(0, 10)}` : "loadtest");
  const files = write(result, dir, name);
  console.log(text(result));
  console.log(files);
  return result.passed ? 0 : 1;
}

process.once("SIGINT", () => process.exit(130));
process.once("SIGTERM", () => process.exit(143));
try {
  process.exitCode = await main();
} catch (error) {
  const known = error instanceof CannotRun || error instanceof BadOptions;
  say(`loadtest: ${known ? error.message : error.stack}`);
  process.exitCode = 2;
}
