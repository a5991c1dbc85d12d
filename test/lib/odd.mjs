// SPDX-License-Identifier: ISC
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { until } from "./wait.mjs";

const PROGRAM = fileURLToPath(new URL("odd_translator.py", import.meta.url));

/** The misbehaving translator (odd_translator.py) in place of a house's own. */
export class Odd {
  tasks = [];
  #heard = 0;

  static async start(house) {
    const odd = new Odd();
    const {
      GATEWAY_ZMQ_PUB_PORT: sub,
      GATEWAY_ZMQ_SUB_PORT: pub,
      GATEWAY_ZMQ_PATTERN: pattern = "pubsub",
    } = house.gateway.env;

    odd.child = spawn("/usr/bin/python3", [PROGRAM, sub, pub, pattern], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const lines = createInterface({ input: odd.child.stdout });

    await once(lines, "line"); // "ready"
    lines.on("line", (line) => {
      if (line === "heard") odd.#heard++;
      else odd.tasks.push(JSON.parse(line));
    });
    return odd;
  }

  /** From now on behave like this; resolves when it does. */
  async behave(how) {
    const heard = this.#heard;

    this.child.stdin.write(`${JSON.stringify(how)}\n`);
    await until(() => this.#heard > heard, "the odd translator heard");
  }

  async stop() {
    const gone = once(this.child, "exit");

    this.child.kill("SIGKILL");
    await gone;
  }
}
