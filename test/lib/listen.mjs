// SPDX-License-Identifier: ISC
import { once } from "node:events";
import { createServer } from "node:http";

/** A server of HTTP at a free port of this machine: where it is, and its end. */
export async function listen(handler) {
  const server = createServer(handler).listen(0, "127.0.0.1");

  await once(server, "listening");
  const { port } = server.address();

  return {
    port,
    url: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
