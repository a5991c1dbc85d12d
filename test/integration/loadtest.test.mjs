// SPDX-License-Identifier: ISC
// The load test: its judgement on made-up outcomes, then a short real one.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { test } from "node:test";

import { judge, allMet, memory } from "../../bench/loadtest/judge.mjs";
import { Ledger } from "../../bench/loadtest/ledger.mjs";
import { BadOptions, readOptions } from "../../bench/loadtest/options.mjs";
import { plot } from "../../bench/loadtest/plot.mjs";
import { texts } from "../../bench/loadtest/texts.mjs";
import { ROOT } from "../lib/house.mjs";

const BUILD = resolve(ROOT, process.env.MEESHY_BUILD ?? "build-debug");
const RUN_MS_MAX = 240_000;

test("the seeds' names set it, flags before the environment", () => {
  const env = { DURATION: "7", REQUESTS_PER_MINUTE: "60" };

  assert.equal(readOptions([], {}).requestsPerMinute, 120);
  assert.equal(readOptions([], env).duration, 7);
  assert.equal(readOptions(["--duration", "9"], env).duration, 9);
  const soak = readOptions(["--soak"], {});

  assert.deepEqual(
    [soak.duration, soak.requestsPerMinute, soak.burst, soak.languages],
    [600, 6000, 0, 3],
  );
  assert.equal(readOptions(["--soak"], env).duration, 7);
  for (const bad of [["--duration", "0"], ["--duration", "x"], ["--dance"]])
    assert.throws(() => readOptions(bad, {}), BadOptions);
});

test("texts never repeat and are the same for the same seed", () => {
  const take = (seed) => {
    const source = texts(seed);

    return Array.from({ length: 5_000 }, () => source.next().value);
  };

  assert.equal(new Set(take(1)).size, 5_000);
  assert.deepEqual(take(1), take(1));
  assert.notDeepEqual(take(1), take(2));
});

test("the ledger counts what came, once, late, twice and never", async () => {
  const ledger = new Ledger(["es", "fr"]);

  for (let i = 0; i < 3; i++) ledger.sent();
  ledger.shown("a", "es", 5); // before its ack
  const a = ledger.acked("a", 0, 10);
  const b = ledger.acked("b", 100, 110);

  ledger.notAcked("RATE");
  ledger.shown("a", "fr", 6);
  ledger.translated("a", "es", 20);
  ledger.translated("a", "es", 21);
  ledger.translated("a", "fr", 40);
  ledger.shown("b", "es", 105);
  ledger.failed("b", "es", "unsupported");
  await a;
  const sum = ledger.summary();

  assert.deepEqual(
    [sum.acknowledged, sum.translated, sum.failed, ledger.refused],
    [2, 2, 1, 1],
  );
  assert.deepEqual(
    [sum.messages_lost, sum.translations_lost, sum.translations_doubled],
    [1, 1, 1],
  );
  assert.equal(sum.latency_ms.translated.mean, 30);
  assert.equal(sum.latency_ms.acknowledged.max, 10);
  assert.equal(ledger.complete, 1);
  ledger.translated("b", "fr", 300);
  await b;
  assert.equal(ledger.complete, 2);
  assert.equal(ledger.summary(50).acknowledged, 1);
});

const good = {
  requests: 100,
  languages: ["es", "fr", "ca"],
  translated: 300,
  asked_per_s: 50,
  acknowledged_per_s: 50,
  translations_per_s: 150,
  burst: null,
  tasks: 100,
  pool_full: 0,
  soak: false,
  latency_ms: { translated: { n: 300, mean: 50, p95: 90 } },
  memory: {},
};
const not = (change) =>
  judge({ ...good, ...change })
    .filter(({ met }) => met === false)
    .map(({ name }) => name);

test("each criterion fails by itself", () => {
  assert.deepEqual(not({}), []);
  assert.deepEqual(not({ translated: 284 }), ["success"]);
  assert.deepEqual(not({ acknowledged_per_s: 9 }), ["gateway"]);
  assert.deepEqual(not({ translations_per_s: 99 }), ["translator"]);
  assert.deepEqual(not({ pool_full: 1 }), ["pool full"]);
  const latency = (l) => ({ latency_ms: { translated: l } });

  assert.deepEqual(not(latency({ n: 1, mean: 1_000 })), ["mean latency"]);
  assert.deepEqual(not(latency({ n: 0, mean: 0 })), ["mean latency"]);
});

test("a rate that was not asked for is measured in the burst or not", () => {
  const slow = { asked_per_s: 2, acknowledged_per_s: 2, translations_per_s: 6 };
  const burst = { messages_per_s: 20, translations_per_s: 60 };

  assert.deepEqual(not(slow), []);
  assert.deepEqual(
    judge({ ...good, ...slow }).map(({ met }) => met),
    [true, null, null, true, true],
  );
  assert.ok(allMet(judge({ ...good, ...slow })));
  assert.deepEqual(not({ ...slow, burst }), ["translator"]);
});

test("the soak also judges loss, copies, p95 and memory", () => {
  const soak = {
    soak: true,
    failed: 0,
    refused: 0,
    unanswered: 0,
    messages_lost: 0,
    translations_lost: 0,
    messages_doubled: 0,
    translations_doubled: 0,
  };
  const grows = (mb) => ({
    gateway: memory(
      Array.from({ length: 20 }, (_, s) => ({ s, gateway: 100 + mb * s })),
      "gateway",
    ),
  });

  assert.deepEqual(not({ ...soak, memory: grows(0.1) }), []);
  assert.deepEqual(not({ ...soak, memory: grows(1) }), ["memory, gateway"]);
  assert.deepEqual(not({ ...soak, translations_lost: 1 }), ["lost"]);
  assert.deepEqual(not({ ...soak, messages_doubled: 1 }), ["doubled"]);
});

test("a plot is one well-formed SVG whatever it is given", () => {
  const svg = plot(
    "a <b>",
    [
      {
        title: "log",
        log: true,
        limit: 1000,
        lines: [{ name: "x", points: [] }],
      },
      {
        title: "gap",
        lines: [
          {
            name: "y",
            points: [
              [0, 1],
              [1, undefined],
              [2, 3],
            ],
          },
        ],
      },
    ],
    0,
  );

  assert.match(svg, /^<svg [^]*<\/svg>\n$/);
  assert.doesNotMatch(svg, /NaN|undefined|Infinity|<b>/);
});

function loadtest(args, env) {
  return new Promise((done) => {
    execFile(
      process.execPath,
      [join(ROOT, "bench/loadtest/main.mjs"), ...args],
      {
        env: { ...process.env, BENCH_BUILD: BUILD, ...env },
        timeout: RUN_MS_MAX,
      },
      (error, stdout, stderr) =>
        done({ code: error ? (error.code ?? -1) : 0, stdout, stderr }),
    );
  });
}

test("a short one runs on a Meeshy of its own and leaves a report", async () => {
  const out = await mkdtemp(join(tmpdir(), "meeshy-loadtest-"));

  try {
    const { code, stdout, stderr } = await loadtest(["--out", out], {
      DURATION: "3",
      REQUESTS_PER_MINUTE: "240",
      CONCURRENT_REQUESTS: "3",
      LANGUAGES: "2",
      BURST: "1",
    });

    // How fast it was is not for a test to judge.
    assert.ok(code === 0 || code === 1, stderr);
    const report = JSON.parse(await readFile(join(out, "loadtest.json")));

    assert.equal(code, report.passed ? 0 : 1);
    assert.match(stdout, /success +100 %/);
    assert.equal(report.requests, 12);
    assert.equal(report.translated, 24);
    assert.equal(report.translations_lost + report.translations_doubled, 0);
    assert.match(await readFile(join(out, "loadtest.svg"), "utf8"), /^<svg/);
    assert.match(await readFile(join(out, "loadtest.txt"), "utf8"), /success/);
  } finally {
    await rm(out, { recursive: true, force: true });
  }
});

test("what cannot run says so with status 2", async () => {
  const away = await loadtest(["--gateway", "http://127.0.0.1:1"]);

  assert.equal(away.code, 2);
  assert.equal((await loadtest(["--dance"])).code, 2);
  assert.equal((await loadtest(["--help"])).code, 0);
});
