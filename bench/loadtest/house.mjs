// SPDX-License-Identifier: ISC
// The Meeshy that is measured: one that runs, or one of our own that is
// started on spare ports with a data folder that goes again.
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { absence, BUILD, startServer } from "../servers.mjs";

const KIND = "ours+apertium";

export class CannotRun extends Error {}

/** {gateway, translator, translatorPid, own, close()} */
export async function findHouse(options) {
  if (options.gateway)
    return {
      gateway: options.gateway, translator: options.translator,
      translatorPid: options.translatorPid, own: false, close() {},
    };
  const why = absence(KIND);
  if (why) throw new CannotRun(`nothing to start: ${why}`);
  // Beside the build, on a disk: /tmp may be memory, where fsync is free.
  const dir = mkdtempSync(join(BUILD, "loadtest-data-"));
  const remove = () => rmSync(dir, { recursive: true, force: true });
  process.once("exit", remove);
  const server = await startServer(KIND, dir);
  return {
    gateway: `http://127.0.0.1:${server.port}`,
    translator: `http://127.0.0.1:${server.httpPort}`,
    translatorPid: server.translator.pid,
    own: true,
    async close() {
      await server.stop();
      remove();
    },
  };
}
