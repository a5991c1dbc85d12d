// SPDX-License-Identifier: ISC
// The Meeshy that is measured: one that runs, or one of our own that is
// started on spare ports with a data folder that goes again.
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { absence, BUILD, startServer } from "../servers.mjs";

const KIND = "ours+apertium";
const HEALTHY_MS_MAX = 20000;
const POLL_MS = 50;

/** A soak asks whether memory stays flat.  The cache of translations fills up
 * to its bound first: a small one is full soon. */
const SOAK_SETTINGS = {
  TRANSLATOR_CACHE_BYTES: String(4 * 1024 * 1024),
};

export class CannotRun extends Error {}

/** Wait until the gateway has its translator. */
export async function healthy(url) {
  const deadline = Date.now() + HEALTHY_MS_MAX;
  for (;;) {
    let state;
    try {
      const answer = await fetch(`${url}/health`,
        { signal: AbortSignal.timeout(HEALTHY_MS_MAX) });
      ({ status: state } = await answer.json());
    } catch (error) {
      state = error.cause?.code ?? error.message;
      if (state === "ECONNREFUSED")
        throw new CannotRun(`nothing answers at ${url}`);
    }
    if (state === "healthy") return;
    if (Date.now() > deadline) throw new CannotRun(`${url} is not well: ${state}`);
    await sleep(POLL_MS);
  }
}

/** {gateway, translator, gatewayPid, translatorPid, own, close()} */
export async function findHouse(options) {
  if (options.gateway)
    return {
      gateway: options.gateway, translator: options.translator,
      translatorPid: options.translatorPid, gatewayPid: options.gatewayPid,
      own: false, close() {},
    };
  const why = absence(KIND);
  if (why) throw new CannotRun(`nothing to start: ${why}`);
  console.error("no Meeshy runs here: measuring one of its own");
  // Beside the build, on a disk: /tmp may be memory, where fsync is free.
  const dir = mkdtempSync(join(BUILD, "loadtest-data-"));
  const remove = () => rmSync(dir, { recursive: true, force: true });
  process.once("exit", remove);
  if (options.soak)
    Object.assign(process.env, { ...SOAK_SETTINGS, ...process.env });
  const server = await startServer(KIND, dir);
  return {
    gateway: `http://127.0.0.1:${server.port}`,
    translator: `http://127.0.0.1:${server.httpPort}`,
    translatorPid: server.translator.pid,
    gatewayPid: server.main.pid,
    own: true,
    async close() {
      await server.stop();
      remove();
    },
  };
}
