// SPDX-License-Identifier: ISC
// Translations over HTTP, ours and Debian's apertium-apy: one load generator
// (wrk), one set of sentences, each server asked as its own clients ask it.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

import { BUILD, ROOT } from "./servers.mjs";

const MODES = "/usr/share/apertium/modes";
const WARM_UP_S = 1;
const REQUEST_S_MAX = 20;
const RUN_MS_MAX = 300 * 1000;
const PROBE = "Where is the house?";
const ANSWER = /casa/;

const run = promisify(execFile);

/** What a server says to one sentence. */
async function ask(api, port) {
  const base = `http://127.0.0.1:${port}/translate`;
  const response = api === "apy"
    ? await fetch(`${base}?langpair=eng%7Cspa&q=${encodeURIComponent(PROBE)}`)
    : await fetch(base, {
      method: "POST",
      body: new URLSearchParams({ q: PROBE, source: "en", target: "es" }),
    });
  const body = await response.json();
  return api === "apy" ? body.responseData?.translatedText : body.translatedText;
}

async function answers(api, port) {
  try {
    return ANSWER.test(await ask(api, port));
  } catch {
    return false; // not yet
  }
}

export async function startOurs(server, { cacheBytes = 0 }) {
  server.main = server.add(
    "translator", [join(BUILD, "src/translator/meeshy-translator")], {
      env: {
        TRANSLATOR_HTTP_PORT: server.port,
        TRANSLATOR_ZMQ_SUB_PORT: server.taskPort,
        TRANSLATOR_ZMQ_PUB_PORT: server.resultPort,
        TRANSLATOR_CACHE_BYTES: cacheBytes,
      },
    });
  await server.main.until(() => answers("libre", server.port));
}

export async function startApy(server) {
  server.main = server.add(
    "apy", ["apertium-apy", "--port", String(server.port), MODES],
    { env: { LC_ALL: "C.UTF-8" } });
  await server.main.until(() => answers("apy", server.port));
}

async function wrk(c, kind, port, seconds) {
  const { stdout } = await run("wrk", [
    "-t", "1", "-c", String(c.conns), "-d", `${seconds}s`,
    "--timeout", `${REQUEST_S_MAX}s`, "-s", join(ROOT, "bench/http.lua"),
    `http://127.0.0.1:${port}`, "--",
    kind.api, join(ROOT, "bench/sentences.txt"), c.same ? "same" : "distinct",
  ], { timeout: RUN_MS_MAX });
  return JSON.parse(stdout.trim().split("\n").at(-1));
}

/** { perSecond, latencyMs, failed } of one run. */
export async function drive(c, server, seconds) {
  await wrk(c, server.kind, server.port, WARM_UP_S);
  const r = await wrk(c, server.kind, server.port, seconds);
  return {
    perSecond: Math.round((r.requests - r.failed) / r.seconds),
    latencyMs: { p50: r.p50, p95: r.p95, p99: r.p99 },
    failed: r.failed,
  };
}
