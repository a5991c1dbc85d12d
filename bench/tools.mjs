// SPDX-License-Identifier: ISC
// The programs that measure, and their reports in one form.
import { execFile } from "node:child_process";
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { makeAccounts } from "./accounts.mjs";
import { drive as driveHttp } from "./http.mjs";
import { BUILD, CLIENT_CPU, ROOT } from "./servers.mjs";

const PROBE_MS = 200;
const RUN_MS_MAX = 300 * 1000;
const SENTENCES = join(ROOT, "bench/sentences.txt");
const WARM_UP_TASKS = 20;

/** Run a program of ours, which prints one JSON object. */
export function json(program, args, input) {
  return new Promise((resolve, reject) => {
    const child = execFile(join(BUILD, program), args.map(String),
      { cwd: ROOT, timeout: RUN_MS_MAX }, (error, stdout, stderr) => {
        if (error) reject(new Error(stderr.trim() || error.message));
        else resolve(JSON.parse(stdout));
      });
    if (input) createReadStream(input).pipe(child.stdin);
  });
}

export const probe = (dir) => json("bench/probe", [dir, PROBE_MS]);

async function driveGateway(c, server, seconds) {
  const accounts = server.kind.reads
    ? await makeAccounts(server, c.conns, c.rooms) : [];
  return json("bench/load", [
    "--port", server.port, "--pid", server.main.pid,
    "--cpu", server.kind.cpu ?? CLIENT_CPU,
    "--conns", c.conns, "--rooms", c.rooms, "--senders", c.senders,
    "--duration", seconds, "--inflight", c.inFlight, "--label", c.name,
    ...c.load, ...accounts,
  ]);
}

/** A report of translations alone in the form of the load generator's. */
const onlyTranslations = (perSecond, latencyMs, failed) => ({
  acked_per_s: 0, delivered_per_s: 0, translated_per_s: perSecond,
  acked_all: 0, delivered_all: 0,
  ack_ms: {}, delivery_ms: {}, translation_ms: latencyMs,
  errors: { untranslated: failed }, server: {}, connect: {},
});

async function driveTranslator(c, server, seconds) {
  const tasks = (n) => json("src/translator/task_bench", [
    "--port", server.taskPort, "--pub-port", server.resultPort,
    "--inflight", c.inFlight, "--n", n, "en", "es",
  ], SENTENCES);
  await tasks(WARM_UP_TASKS);
  const r = await tasks(c.perSecond * seconds);
  return onlyTranslations(
    r.translations_per_second, r.latency_ms, r.failed + r.lost_tasks);
}

async function driveEngine(c, seconds) {
  const r = await json("src/engine/engine_bench",
    ["en", "es", c.perSecond * seconds, c.inFlight], SENTENCES);
  const ms = (us) => us / 1000;
  return onlyTranslations(r.per_second,
    { p50: ms(r.p50_us), p95: ms(r.p95_us), p99: ms(r.p99_us) }, r.failed);
}

async function driveApi(c, server, seconds) {
  const { perSecond, latencyMs, failed } = await driveHttp(c, server, seconds);
  return onlyTranslations(perSecond, latencyMs, failed);
}

/** Put a case's load on a server of one of KINDS for so many seconds. */
export function drive(c, kindName, server, seconds) {
  if (kindName === "engine") return driveEngine(c, seconds);
  if (kindName === "translator") return driveTranslator(c, server, seconds);
  if (server.kind.api) return driveApi(c, server, seconds);
  return driveGateway(c, server, seconds);
}
