// SPDX-License-Identifier: ISC
// What more gateways bring, and what each thing costs: acknowledged messages a
// second of one gateway on SQLite, and of one, two and three on one PostgreSQL,
// all in one run; memory of an idle connection, bytes of a message on disk.
//   node bench/scale.mjs [--seconds N] [--conns N] [--rounds N] [--gateways N]
//     [--commit-ms N]
// With --commit-ms a commit of PostgreSQL takes so much longer, as where it waits
// for a disk or another server, and not for a processor.
// Nothing is pinned: on a machine with few cores they share them, so what
// counts is the last column, messages per second of a gateway's processor.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Postgres } from "../test/lib/postgres.mjs";
import { makeAccounts } from "./accounts.mjs";
import { median } from "./report.mjs";
import { BUILD, gatewayEnv, Server } from "./servers.mjs";
import { json } from "./tools.mjs";

const TICKS = Number(execFileSync("getconf", ["CLK_TCK"]));

const { values: options } = parseArgs({
  options: {
    seconds: { type: "string", default: "5" },
    conns: { type: "string", default: "96" },
    inflight: { type: "string", default: "4" },
    rounds: { type: "string", default: "1" },
    gateways: { type: "string", default: "3" },
    "commit-ms": { type: "string", default: "0" },
  },
});

const isReady = (port) => fetch(`http://127.0.0.1:${port}/ready`).then(
  ({ status }) => status === 200, () => false);

const statOf = (pid) => {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");

  return { parent: Number(fields[1]),
    // its own, and those of its children that have ended
    seconds: fields.slice(11, 15).reduce((sum, n) => sum + Number(n), 0) / TICKS };
};

/** Processor seconds so far of a process and of those that it started. */
function cpuSeconds(pid) {
  let sum = statOf(pid).seconds;

  for (const name of readdirSync("/proc").filter((one) => /^\d+$/.test(one)))
    try {
      const { parent, seconds } = statOf(name);

      if (parent === pid) sum += seconds;
    } catch {
      // it has just ended, and is counted by its parent
    }
  return sum;
}

async function startGateway(dir, i, url) {
  const server = new Server(dir);

  await server.ports();
  const daemon = server.add(`gateway${i}`,
    [join(BUILD, "src/gateway/meeshy-gateway")], { env: {
      ...gatewayEnv(server, url), GATEWAY_FILES: join(dir, "files"),
      GATEWAY_DRAIN_SECONDS: "0",
    } });

  await daemon.until(() => isReady(server.port));
  return { daemon, port: server.port, dir: mkdtempSync(join(dir, "g")),
    kind: { reads: "en" }, name: `g${i}n` };
}

/** The load on one gateway: its report. */
async function drive(gateway, conns) {
  const accounts = await makeAccounts(gateway, conns, conns / 2);
  const args = ["--port", gateway.port, "--conns", conns, "--rooms", conns / 2,
    "--senders", conns, "--duration", options.seconds, "--cpu", -1,
    "--inflight", options.inflight, "--label", gateway.name, ...accounts];

  return () => json("bench/load", args);
}

/** n gateways of the database at url; database() is its processor seconds. */
async function measure(dir, url, n, database) {
  const gateways = [];

  try {
    for (let i = 0; i < n; i++) gateways.push(await startGateway(dir, i, url));
    const conns = Math.max(2, 2 * Math.floor(Number(options.conns) / n / 2));
    const loads = [];

    for (const gateway of gateways) loads.push(await drive(gateway, conns));
    const spent = () => gateways.reduce(
      (sum, { daemon }) => sum + cpuSeconds(daemon.pid), 0);
    const [before, db] = [spent(), database()];
    const reports = await Promise.all(loads.map((load) => load()));
    const [cpu, dbCpu] = [spent() - before, database() - db];
    const acked = reports.reduce((sum, r) => sum + r.acked_per_s, 0);
    const all = reports.reduce((sum, r) => sum + r.acked_all, 0);

    return { acked, all, perCpu: all / cpu, usGateway: (cpu / all) * 1e6,
      usDatabase: (dbCpu / all) * 1e6,
      p99: Math.max(...reports.map((r) => r.ack_ms.p99)) };
  } finally {
    for (const { daemon } of gateways) await daemon.stop();
  }
}

async function onSqlite() {
  const dir = mkdtempSync(join(tmpdir(), "meeshy-scale-"));
  const file = join(dir, "db");

  try {
    const result = await measure(dir, `sqlite:${file}`, 1, () => 0);

    return { ...result, bytes: statSync(file).size / result.all };
  } finally {
    rmSync(dir, { recursive: true });
  }
}

async function onPostgres(n) {
  const dir = mkdtempSync(join(tmpdir(), "meeshy-scale-"));
  const server = await Postgres.build();

  try {
    await server.start();
    const ask = (sql) => execFileSync("psql", ["-h", server.dir, "-U",
      "meeshy", "-d", "postgres", "-Atc", sql]);
    const size = () => Number(ask("SELECT pg_database_size('postgres')"));

    ask(`ALTER DATABASE postgres SET commit_siblings = 0`);
    ask(`ALTER DATABASE postgres SET commit_delay = ${
      Number(options["commit-ms"]) * 1000}`);
    const empty = size();
    const result = await measure(dir, server.url, n,
      () => cpuSeconds(server.child.pid));

    return { ...result, bytes: (size() - empty) / result.all };
  } finally {
    await server.close();
    rmSync(dir, { recursive: true });
  }
}

const kinds = [["SQLite, 1 gateway", onSqlite]];

for (let n = 1; n <= Number(options.gateways); n++)
  kinds.push([`PostgreSQL, ${n}`, () => onPostgres(n)]);
const rows = new Map(kinds.map(([name]) => [name, []]));

for (let round = 0; round < Number(options.rounds); round++)
  for (const [name, run] of kinds) rows.get(name).push(await run());

console.log("| | acked/s | p99 ms | gateway µs | database µs | bytes | " +
  "acked per gateway CPU s |\n|---|---|---|---|---|---|---|");
for (const [name, runs] of rows) {
  const of = (key) => median(runs.map((run) => run[key])).toFixed(0);

  console.log(`| ${name} | ${["acked", "p99", "usGateway", "usDatabase",
    "bytes", "perCpu"].map(of).join(" | ")} |`);
}
