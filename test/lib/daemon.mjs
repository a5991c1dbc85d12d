// SPDX-License-Identifier: ISC
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";

import { soon } from "./wait.mjs";

const LOG_LINES_MAX = 5_000;
const REPORT =
  /(Address|Leak|Thread|UndefinedBehavior)Sanitizer\b|: runtime error: /;
const REPORT_LINES = 40; // from its first line on
const REPORT_LINES_MAX = 400;
const STOP_MS_MAX = 15_000; // sanitizers look for leaks before they let go

/** One program of ours: started, stopped and killed as often as a test likes. */
export class Daemon {
  log = []; // lines of stdout and stderr over all starts
  reports = []; // those by sanitizers
  #reporting = 0; // more lines to come

  constructor(program, env) {
    this.program = program;
    this.env = env;
  }

  get running() {
    return this.child !== undefined;
  }

  start(args = []) {
    if (this.running) throw new Error(`${this.program} runs already`);
    if (!existsSync(this.program))
      throw new Error(`${this.program} is not built: run ./meeshy test`);
    const { PATH, HOME, LANG, ASAN_OPTIONS, TSAN_OPTIONS } = process.env;
    const child = spawn(this.program, args, {
      env: { PATH, HOME, LANG, ASAN_OPTIONS, TSAN_OPTIONS, ...this.env },
      stdio: ["ignore", "pipe", "pipe"],
    });

    this.child = child;
    this.exited = once(child, "exit").then(([code, signal]) => {
      if (this.child === child) this.child = undefined;
      this.#note(`-- ended code=${code} signal=${signal}`);
      return { code, signal };
    });
    for (const stream of [child.stdout, child.stderr])
      createInterface({ input: stream }).on("line", (line) => this.#note(line));
  }

  /** No sanitizer said a word, also not in a start that was killed. */
  #expectNoReport() {
    if (this.reports.length > 0)
      throw new Error(`${this.program}\n${this.reports.join("\n")}`);
  }

  /** SIGTERM; the program must end by itself, and well. */
  async stop() {
    if (!this.running) return this.#expectNoReport();
    this.child.kill("SIGTERM");
    const { code, signal } = await soon(
      this.exited,
      `${this.program} stops`,
      STOP_MS_MAX,
    ).catch(async (late) => {
      await this.kill();
      throw late;
    });

    this.#expectNoReport();
    if (code !== 0)
      throw new Error(`${this.program} ended with ${code ?? signal}`);
  }

  /** SIGKILL, and be sure that it is gone. */
  async kill() {
    if (!this.running) return;
    this.child.kill("SIGKILL");
    await this.exited;
  }

  #note(line) {
    this.log.push(line);
    if (this.log.length > LOG_LINES_MAX) this.log.shift();
    if (REPORT.test(line)) this.#reporting = REPORT_LINES;
    if (this.#reporting-- > 0 && this.reports.length < REPORT_LINES_MAX)
      this.reports.push(line);
  }
}
