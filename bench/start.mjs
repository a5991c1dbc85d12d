// SPDX-License-Identifier: ISC
// How long the gateway takes to start, and what memory it needs, when many
// people are in the database and none of them is here:
//   node bench/start.mjs [--users N] [--rooms N] [--rounds N]
// Exit status 1 when a start takes START_MS_MAX or RSS_MB_MAX is passed.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { BUILD, Daemon, freePort } from "./servers.mjs";

const START_MS_MAX = 1000;
const RSS_MB_MAX = 60;

const { values: options } = parseArgs({
  options: {
    users: { type: "string", default: "1000000" },
    rooms: { type: "string", default: "200000" },
    rounds: { type: "string", default: "3" },
  },
});

const rssMb = (pid) =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`))[1]) / 1024;

async function call(port, method, path, { token, body } = {}) {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    headers: {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body && { "content-type": "application/json" }),
    },
    body: body && JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}

const isReady = (port) =>
  call(port, "GET", "/ready").then(() => true, () => false);

// Somebody new comes, and makes a room with four of those who are away.
async function useIt(port) {
  const body = { username: "Somebody", language: "en" };
  const session = (await call(port, "POST", "/auth/guest", { body })).data;
  const room = { type: "group", title: "New",
    participantIds: ["u1", "u2", "u3", "u4"] };
  const made = await call(port, "POST", "/conversations",
    { token: session.token, body: room });
  if (made.data.participantCount !== 5) throw new Error("a wrong count");
}

async function start(dir, file) {
  const port = await freePort();
  const began = performance.now();
  const gateway = new Daemon(dir, "gateway",
    [join(BUILD, "src/gateway/meeshy-gateway")], { env: {
      DATABASE_URL: `sqlite:${file}`, GATEWAY_HOST: "127.0.0.1",
      GATEWAY_ADDED_BY: "everybody",
      GATEWAY_PORT: String(port), ZMQ_TRANSLATOR_HOST: "127.0.0.1",
      ZMQ_SUB_PORT: String(await freePort()),
      ZMQ_PUB_PORT: String(await freePort()) } });
  try {
    await gateway.until(() => isReady(port));
    const ms = performance.now() - began;
    const started = rssMb(gateway.pid);
    await useIt(port);
    return { ms, started, used: rssMb(gateway.pid) };
  } finally {
    await gateway.stop();
  }
}

const dir = mkdtempSync(join(tmpdir(), "meeshy-start-"));
const file = join(dir, "db");
let good = true;

try {
  console.log(`filling: ${options.users} people, ${options.rooms} rooms`);
  execFileSync(join(BUILD, "src/store/store_fill"),
    [file, options.users, options.rooms]);
  for (let i = 0; i < Number(options.rounds); i++) {
    const { ms, started, used } = await start(dir, file);
    good &&= ms < START_MS_MAX && used < RSS_MB_MAX;
    console.log(`start ${ms.toFixed(0)} ms, ${started.toFixed(1)} MB, ` +
      `with somebody in a room ${used.toFixed(1)} MB`);
  }
} finally {
  rmSync(dir, { recursive: true });
}
process.exit(good ? 0 : 1);
