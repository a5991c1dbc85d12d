// SPDX-License-Identifier: ISC
import { spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants } from "node:fs";
import { connect } from "node:net";
import { delimiter, join } from "node:path";

import { until } from "./wait.mjs";

/** A Redis server of a test's own, on a socket in its folder; it keeps
 * nothing on disk. */
export class Redis {
  static get installed() {
    return process.env.PATH.split(delimiter).some((dir) => {
      try {
        accessSync(join(dir, "redis-server"), constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
  }

  constructor(dir) {
    this.socket = join(dir, "redis.sock");
    this.url = `unix:${this.socket}`;
  }

  async start() {
    this.child = spawn(
      "redis-server",
      ["--port", "0", "--unixsocket", this.socket, "--save", ""],
      { stdio: "ignore" },
    );
    this.exited = once(this.child, "exit");
    await until(() => this.#answers(), "Redis answers");
  }

  #answers() {
    return new Promise((done, fail) => {
      const socket = connect(this.socket, () => {
        socket.destroy();
        done(true);
      });

      socket.once("error", fail);
    });
  }

  async kill() {
    if (!this.child) return;
    this.child.kill("SIGKILL");
    await this.exited;
    this.child = undefined;
  }
}
