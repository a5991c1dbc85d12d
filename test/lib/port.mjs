// SPDX-License-Identifier: ISC
import { randomInt } from "node:crypto";
import { createServer } from "node:net";

// Below the range that the kernel hands to outgoing connections, so that a
// program which is killed and started again finds its port free.
const FIRST = 20_000;
const LAST = 32_000;

function bindable(port) {
  return new Promise((done) => {
    const server = createServer();

    server.once("error", () => done(false));
    server.listen(port, "127.0.0.1", () => server.close(() => done(true)));
  });
}

/** A port of 127.0.0.1 that nobody uses now. */
export async function freePort() {
  for (let tries = 0; tries < 100; tries++) {
    const port = randomInt(FIRST, LAST);

    if (await bindable(port)) return port;
  }
  throw new Error("no free port found");
}
