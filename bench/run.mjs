// SPDX-License-Identifier: ISC
// ./meeshy bench: ours and the peers on the same cases, alternately.
//
//   node bench/run.mjs [--quick] [--only REGEX] [--rounds N] [--seconds S]
//                      [--json]
//
// Prints a table and writes bench/results/latest.json; with --json that goes
// to standard output and the table to standard error.  A share of a core below
// 0.9 (column "core") means that others used the machine: then only what is
// given per CPU second can be trusted.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { CASES } from "./cases.mjs";
import { measureNn, missing } from "./nn.mjs";
import { isQuiet, ratios, ratioTable, summarise, table } from "./report.mjs";
import { absence, BUILD, ROOT, startServer } from "./servers.mjs";
import { drive, probe } from "./tools.mjs";

const RESULTS = join(ROOT, "bench/results");

const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    only: { type: "string", default: "." },
    rounds: { type: "string" },
    seconds: { type: "string" },
    json: { type: "boolean", default: false },
  },
});
const rounds = Number(options.rounds ?? (options.quick ? 1 : 3));
const seconds = Number(options.seconds ?? (options.quick ? 2 : 5));

/** For a person. */
const say = options.json ? console.error : console.log;

/** One run of one case on one freshly started server. */
async function measure(c, kindName, data) {
  const dir = mkdtempSync(join(data, "run-"));
  const before = await probe(data);
  const server = await startServer(kindName, dir);
  try {
    const result = await drive(c, kindName, server, seconds);
    return {
      case: c.name, server: kindName, before, after: await probe(data), result,
    };
  } finally {
    await server.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** What was measured; "" outside a clone. */
function commit() {
  try {
    return execFileSync("git", ["describe", "--always", "--dirty"],
      { cwd: ROOT, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] })
      .trim();
  } catch {
    return "";
  }
}

function machine() {
  const build = JSON.parse(readFileSync(
    join(BUILD, "meson-info/intro-buildoptions.json")));
  const option = (name) => build.find((o) => o.name === name)?.value;
  return {
    cpu: cpus()[0].model, cores: cpus().length,
    memory_gb: Math.round(totalmem() / 2 ** 30),
    kernel: release(), node: process.version,
    commit: commit(),
    buildtype: option("buildtype"), sanitize: option("b_sanitize"),
  };
}

/** What cannot be run here, by name, and why. */
const absent = new Map();

/** A comparison without the peer looks like one that was won: say it where it
 * is read, at the beginning and behind the table. */
function sayAbsent() {
  for (const [name, why] of absent)
    say(`\nWARNING: ${name} IS MISSING, nothing is compared with it: ${why}`);
}

function choose() {
  const wanted = new RegExp(options.only);
  const chosen = CASES.filter((c) => wanted.test(c.name)).map((c) => ({
    ...c,
    servers: c.servers.filter((name) => {
      const why = absence(name);
      if (why) absent.set(name, why);
      return !why;
    }),
  })).filter((c) => c.servers.length);
  sayAbsent();
  return chosen;
}

/** The neural engine, which is no server and has figures of its own. */
async function neural() {
  if (!new RegExp(options.only).test("nn")) return null;
  if (!missing()) return measureNn({ quick: options.quick, say });
  say(`nn: skipped, ${missing()}`);
  return null;
}

function show(row) {
  const { result: r } = row;
  const translated =
    r.translated_per_s ? ` ${r.translated_per_s} translated/s` : "";
  say(`${row.case} ${row.server}: ` +
    `${r.acked_per_s} acked/s ${r.delivered_per_s} delivered/s${translated}` +
    `${isQuiet(row) ? "" : " (noisy)"}`);
}

async function main() {
  const about = machine();
  say(`${about.cores} x ${about.cpu}, Linux ${about.kernel}, ` +
    `Node ${about.node}, ${about.buildtype} build of ${about.commit}`);
  if (about.buildtype !== "release" || about.sanitize !== "none")
    say("not a release build: the figures of ours say nothing");
  const chosen = choose();

  // Beside the build, on a disk: /tmp may be memory, where fsync is free.
  const data = mkdtempSync(join(BUILD, "bench-data-"));
  const rows = [];
  process.once("SIGINT", () => process.exit(130));
  process.once("SIGTERM", () => process.exit(143));
  process.once("exit", () => rmSync(data, { recursive: true, force: true }));
  for (const c of chosen)
    for (let round = 0; round < rounds; round++)
      for (const kindName of c.servers) {
        try {
          const row = { round, ...await measure(c, kindName, data) };
          rows.push(row);
          show(row);
        } catch (error) {
          process.exitCode = 1;
          say(`${c.name} ${kindName}: FAILED, ${error.message}`);
        }
      }

  const medians = summarise(chosen, rows);
  const compared = ratios(chosen, medians);
  if (medians.length) say(`\n${table(medians)}`);
  if (compared.length) say(`\n${ratioTable(compared)}`);
  const nn = await neural();
  sayAbsent();
  mkdirSync(RESULTS, { recursive: true });
  const file = join(RESULTS, "latest.json");
  const report = JSON.stringify({
    date: new Date().toISOString(), machine: about, rounds, seconds,
    absent: Object.fromEntries(absent), medians, ratios: compared, nn, rows,
  }, null, 1);
  writeFileSync(file, `${report}\n`);
  say(`\n${file}`);
  if (options.json) console.log(report);
}

await main();
