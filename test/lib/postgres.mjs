// SPDX-License-Identifier: ISC
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { chown, mkdtemp, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { until } from "./wait.mjs";

const run = promisify(execFile);
const DEBIAN = "/usr/lib/postgresql";
const NOBODY = 65534;
const READY_MS_MAX = 60_000;

/** Where the newest server's programs are; undefined: there is none. */
function programs() {
  try {
    const [newest] = readdirSync(DEBIAN).sort((a, b) => b - a);

    return newest && join(DEBIAN, newest, "bin");
  } catch {
    return undefined;
  }
}

/**
 * A PostgreSQL server of a test's own, on a socket in a folder of its own.  It
 * refuses to run as root, so root starts it as "nobody".
 */
export class Postgres {
  static get installed() {
    return programs() !== undefined;
  }

  static async #folder() {
    const server = new Postgres();

    server.dir = await mkdtemp("/tmp/meeshy-pg-"); // sockets have short names
    server.as =
      process.getuid() === 0 ? { uid: NOBODY, gid: NOBODY, cwd: "/" } : {};
    if (server.as.uid) await chown(server.dir, NOBODY, NOBODY);
    return server;
  }

  static async build() {
    const server = await Postgres.#folder();

    await run(
      join(programs(), "initdb"),
      [
        ...["-D", server.data, "--no-sync", "--auth=trust"],
        ...["--username=meeshy", "--locale=C", "--encoding=UTF8"],
      ],
      server.as,
    );
    return server;
  }

  /** Another server that follows this one, started.  From now on a commit here
   * waits for it. */
  async follower() {
    const other = await Postgres.#folder();

    await run(
      join(programs(), "pg_basebackup"),
      [
        ...["-D", other.data, "-d", this.url],
        ...["--write-recovery-conf", "--checkpoint=fast", "--no-sync"],
      ],
      other.as,
    );
    await other.start();
    await this.ask("ALTER SYSTEM SET synchronous_standby_names = '*'");
    await this.ask("SELECT pg_reload_conf()");
    await until(
      async () =>
        (await this.ask("SELECT sync_state FROM pg_stat_replication")) ===
        "sync",
      "the other server follows",
    );
    return other;
  }

  /** A follower is the server from now on. */
  promote() {
    return this.ask("SELECT pg_promote()");
  }

  /** What these statements say, each a transaction. */
  async ask(...statements) {
    const { stdout } = await run("psql", [
      ...["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"],
      ...statements.flatMap((sql) => ["-c", sql]),
      this.url,
    ]);

    return stdout.trim();
  }

  get data() {
    return join(this.dir, "data");
  }

  get url() {
    return `postgresql://meeshy@/postgres?host=${this.dir}`;
  }

  async start() {
    const child = spawn(
      join(programs(), "postgres"),
      ["-D", this.data, "-k", this.dir, "-c", "listen_addresses="],
      { ...this.as, stdio: "ignore" },
    );

    this.child = child;
    this.exited = once(child, "exit");
    await until(() => this.#ready(), "PostgreSQL is ready", READY_MS_MAX);
  }

  /** The last line of its file says so. */
  async #ready() {
    const lines = await readFile(join(this.data, "postmaster.pid"), "utf8");

    return (
      lines.startsWith(`${this.child.pid}\n`) && /^(ready|standby)/m.test(lines)
    );
  }

  /** SIGINT: as an admin stops it; SIGQUIT: as if it crashed. */
  async stop(signal = "SIGINT") {
    if (!this.child) return;
    this.child.kill(signal);
    await this.exited;
    this.child = undefined;
  }

  async close() {
    await this.stop("SIGQUIT");
    await rm(this.dir, { recursive: true, force: true });
  }
}
