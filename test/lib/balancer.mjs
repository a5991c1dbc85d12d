// SPDX-License-Identifier: ISC
import { once } from "node:events";
import { connect, createServer } from "node:net";

import { pause } from "./wait.mjs";

const LOOK_MS = 300;
const LOOK_MS_MAX = 1_000;

/**
 * A balancer as operators have one: TCP connections go in turn to those
 * gateways whose /ready says 200, which it asks every now and then.
 */
export class Balancer {
  #ready = new Set();
  #next = 0;
  #open = true;

  constructor(gateways) {
    this.gateways = gateways;
  }

  async start() {
    this.server = createServer((client) => this.#carry(client));
    this.server.listen(0, "127.0.0.1");
    await once(this.server, "listening");
    this.url = `http://127.0.0.1:${this.server.address().port}`;
    await this.#look();
    this.looking = (async () => {
      while (this.#open) {
        await pause(LOOK_MS);
        await this.#look();
      }
    })();
  }

  async #look() {
    await Promise.all(
      this.gateways.map(async ({ url }) => {
        const answer = await fetch(`${url}/ready`, {
          signal: AbortSignal.timeout(LOOK_MS_MAX),
        }).catch(() => {});

        if (answer?.status === 200) this.#ready.add(url);
        else this.#ready.delete(url);
      }),
    );
  }

  #carry(client) {
    const urls = [...this.#ready];
    const url = urls[this.#next++ % urls.length];

    client.on("error", () => {});
    if (!url) return client.destroy();
    const gateway = connect(new URL(url).port, "127.0.0.1");

    gateway.on("error", () => client.destroy());
    gateway.on("close", () => client.end());
    client.on("close", () => gateway.destroy());
    client.pipe(gateway).pipe(client);
  }

  async close() {
    this.#open = false;
    await this.looking;
    this.server?.close();
  }
}
