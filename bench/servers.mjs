// SPDX-License-Identifier: ISC
// Starting and stopping what is measured.  Every child dies with this process
// (setpriv), is asked to stop in time, and is killed when it does not.
import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { availableParallelism } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import * as http from "./http.mjs";

export const ROOT = fileURLToPath(new URL("..", import.meta.url));
export const BUILD = process.env.BENCH_BUILD ?? join(ROOT, "build");

const require = createRequire(import.meta.url);

const READY_MS_MAX = 15000;
const STOP_MS_MAX = 5000;
const POLL_MS = 20;
const LOG_TAIL_CHARS = 2000;

// The server has the first core, the client and what stands in for others the
// second: on a smaller machine everybody shares.
const PIN = availableParallelism() > 1;
export const SERVER_CPU = PIN ? 0 : -1;
export const CLIENT_CPU = PIN ? 1 : -1;

const pinned = (cpu) => (cpu >= 0 ? ["taskset", "-c", String(cpu)] : []);

export async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

/** A child with its output in DIR/NAME.log. */
export class Daemon {
  constructor(dir, name, argv, { env = {}, cpu = -1 } = {}) {
    this.name = name;
    this.log = join(dir, `${name}.log`);
    const out = openSync(this.log, "w");
    const [command, ...args] =
      ["setpriv", "--pdeathsig", "KILL", ...pinned(cpu), ...argv];
    this.child = spawn(command, args, {
      cwd: ROOT, env: { ...process.env, ...env },
      stdio: ["ignore", out, out],
    });
    closeSync(out);
    this.ended = new Promise((done) => {
      this.child.once("exit", done);
      this.child.once("error", done);
    });
  }

  // setpriv and taskset exec, so this is the server itself.
  get pid() {
    return this.child.pid;
  }

  get alive() {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  output() {
    return readFileSync(this.log, "utf8");
  }

  async until(ready) {
    const deadline = Date.now() + READY_MS_MAX;
    while (!(await ready())) {
      if (!this.alive || Date.now() > deadline)
        throw new Error(`${this.name} ${this.alive ? "is not ready" : "ended"}:
${this.output().slice(-LOG_TAIL_CHARS)}`);
      await sleep(POLL_MS);
    }
  }

  async stop() {
    if (!this.alive) return;
    this.child.kill("SIGTERM");
    const late = setTimeout(() => this.child.kill("SIGKILL"), STOP_MS_MAX);
    await this.ended;
    clearTimeout(late);
  }
}

const printsReady = (daemon) => daemon.until(() => /ready/.test(daemon.output()));

/** A running server with what it needs around it. */
export class Server {
  constructor(dir) {
    this.dir = dir;
    this.daemons = [];
  }

  async ports() {
    this.port = await freePort();
    this.taskPort = await freePort();
    this.resultPort = await freePort();
  }

  add(name, argv, options) {
    const daemon = new Daemon(this.dir, name, argv, options);
    this.daemons.unshift(daemon);
    return daemon;
  }

  async stop() {
    for (const daemon of this.daemons) await daemon.stop();
  }
}

async function addStub(server, reply) {
  await printsReady(server.add(
    "stub", [process.execPath, join(ROOT, "bench/peer/translator.mjs")], {
      cpu: CLIENT_CPU,
      env: {
        SUB_PORT: server.taskPort, PUB_PORT: server.resultPort,
        REPLY: reply ? "1" : "0",
      },
    }));
}

async function startPeer(server, { group }) {
  await addStub(server, false);
  server.main = server.add(
    "peer", [process.execPath, join(ROOT, "bench/peer/gateway.mjs")], {
      cpu: SERVER_CPU,
      env: {
        PORT: server.port, DB_FILE: join(server.dir, "peer.db"),
        PUB_PORT: server.taskPort, SUB_PORT: server.resultPort,
        GROUP: group ? "1" : "0",
      },
    });
  await printsReady(server.main);
}

async function healthy(port) {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/health`);
    await answer.arrayBuffer();
    return answer.status === 200;
  } catch {
    return false;
  }
}

async function startTranslator(server) {
  server.httpPort = await freePort();
  server.main = server.add("translator", [join(BUILD, PROGRAMS.translator)], {
    env: {
      TRANSLATOR_ENGINE: "apertium",
      TRANSLATOR_HTTP_PORT: server.httpPort,
      TRANSLATOR_ZMQ_SUB_PORT: server.taskPort,
      TRANSLATOR_ZMQ_PUB_PORT: server.resultPort,
    },
  });
  server.translator = server.main;
  await printsReady(server.main);
}

/** Of a gateway that refuses nobody for a rate, on the ports of a server. */
export const gatewayEnv = ({ port, taskPort, resultPort }, database) => ({
  GATEWAY_HOST: "127.0.0.1", GATEWAY_PORT: String(port),
  GATEWAY_DATABASE_URL: database,
  GATEWAY_ZMQ_TRANSLATOR_HOST: "127.0.0.1",
  GATEWAY_ZMQ_PUB_PORT: String(taskPort),
  GATEWAY_ZMQ_SUB_PORT: String(resultPort),
  GATEWAY_RATE_MESSAGES: "1000000000",
  GATEWAY_RATE_TRANSLATIONS: "1000000000",
  GATEWAY_RATE_GUESTS: "1000000000",
  GATEWAY_ADDED_BY: "everybody",
  GATEWAY_SOCKETS_PER_PERSON: "1000000",
  GATEWAY_SOCKETS_PER_ADDRESS: "1000000",
});

async function startOurs(server, { translator, cpu = SERVER_CPU }) {
  if (translator === "stub") await addStub(server, true);
  if (translator === "apertium") await startTranslator(server);
  server.main = server.add(
    "gateway", [server.gateway], {
      cpu,
      env: gatewayEnv(server, `sqlite:${join(server.dir, "ours.db")}`),
    });
  await server.main.until(() => healthy(server.port));
}

const PROGRAMS = {
  gateway: "src/gateway/meeshy-gateway",
  translator: "src/translator/meeshy-translator",
};
const PEER_PACKAGES = ["better-sqlite3", "socket.io", "zeromq"];

/** What can be measured, by name; what it needs; and, where guests are made
 * on it, the language that the second half of the connections reads: one
 * other than English makes every message a translation. */
export const KINDS = {
  "ours": { start: startOurs, reads: "en", programs: [PROGRAMS.gateway] },
  "ours+translation": {
    start: startOurs, reads: "fr", translator: "stub",
    programs: [PROGRAMS.gateway], packages: ["zeromq"],
  },
  "ours+apertium": {
    start: startOurs, reads: "es", translator: "apertium", cpu: -1,
    programs: [PROGRAMS.gateway, PROGRAMS.translator],
  },
  "translator": {
    start: startTranslator,
    programs: [PROGRAMS.translator, "src/translator/task_bench"],
  },
  "engine": { start: () => {}, programs: ["src/engine/engine_bench"] },
  "ours-http": {
    start: http.startOurs, api: "libre",
    programs: [PROGRAMS.translator], commands: ["wrk"],
  },
  "ours-http-cached": {
    start: http.startOurs, api: "libre", cacheBytes: 64 * 1024 * 1024,
    programs: [PROGRAMS.translator], commands: ["wrk"],
  },
  "peer-apy": {
    start: http.startApy, api: "apy", commands: ["apertium-apy", "wrk"],
  },
  "peer-group": { start: startPeer, group: true, packages: PEER_PACKAGES },
  "peer-each": { start: startPeer, group: false, packages: PEER_PACKAGES },
};

/** Why a kind cannot be run here, or null. */
export function absence(kindName) {
  const { programs = [], packages = [], commands = [] } = KINDS[kindName];
  const missing = programs.find((p) => !existsSync(join(BUILD, p)));
  if (missing) return `${missing} is not built`;
  const dirs = process.env.PATH.split(delimiter);
  const unknown = commands.find(
    (command) => !dirs.some((dir) => existsSync(join(dir, command))));
  if (unknown) return `${unknown} is not installed`;
  try {
    packages.forEach((name) => require(name));
  } catch (error) {
    return `npm package not usable: ${error.message.split("\n")[0]}`;
  }
  return null;
}

/** Start one of KINDS with its data under dir; gateway is the program, if it
 * is not the one that was built here. */
export async function startServer(
  kindName, dir, { gateway = join(BUILD, PROGRAMS.gateway) } = {}) {
  const kind = KINDS[kindName];
  const server = new Server(dir);
  server.kind = kind;
  server.gateway = gateway;
  await server.ports();
  try {
    await kind.start(server, kind);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return server;
}
