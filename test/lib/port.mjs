// SPDX-License-Identifier: ISC
import { createServer } from "node:net";

// Below the range that the kernel hands to outgoing connections, so that a
// program which is killed and started again finds its port free.  A process
// has a hundred of its own and gives none twice: a port that was given may not
// be bound yet, or may belong to a program that is dead for the moment.
const FIRST = 20_000;
const PROCESSES = 120;
const PORTS = 100;

let given = 0;

function bindable(port) {
  return new Promise((done) => {
    const server = createServer();

    server.once("error", () => done(false));
    server.listen(port, "127.0.0.1", () => server.close(() => done(true)));
  });
}

/** A port of 127.0.0.1 that nobody uses now. */
export async function freePort() {
  while (given < PORTS) {
    const port = FIRST + (process.pid % PROCESSES) * PORTS + given++;

    if (await bindable(port)) return port;
  }
  throw new Error("no free port found");
}
