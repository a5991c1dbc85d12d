// SPDX-License-Identifier: ISC
// Health and statistics of the translator over HTTP.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { withTranslator } from "../lib/translator.mjs";

const LIBRE = { q: "hello", source: "en", target: "es" };
const SCALAR = /^meeshy_translator_(\w+(?:\{[^}]*\})?) (\S+)$/gm;

async function metricsOf(translator) {
  const { body } = await translator.get("/metrics");

  return Object.fromEntries(
    [...body.matchAll(SCALAR)].map(([, name, value]) => [name, Number(value)]),
  );
}

test("a translator without languages lives but is not ready", async () => {
  const dir = await mkdtemp(join(tmpdir(), "meeshy-modes-"));

  try {
    await withTranslator(
      async (translator) => {
        assert.equal((await translator.get("/live")).status, 200);
        assert.equal((await translator.get("/ready")).status, 503);
        const health = await translator.get("/health");

        assert.equal(health.body.status, "degraded");
        assert.equal((await metricsOf(translator)).up, 0);
        assert.equal((await translator.post("/translate", LIBRE)).status, 400);
        assert.deepEqual((await translator.get("/languages")).body, []);
      },
      { ENGINE: "apertium", APERTIUM_MODES: dir },
    );
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});

test("statistics and metrics tell what happened", () =>
  withTranslator(async (translator) => {
    assert.equal((await translator.get("/ready")).status, 200);
    for (const q of ["hello", "hello", "bye"])
      await translator.post("/translate", { ...LIBRE, q });
    await translator.post("/translate", { ...LIBRE, target: "ja" });
    await translator.post("/detect", { q: "hello" });

    const { body: stats } = await translator.get("/stats");
    const [pair] = stats.pairs;

    assert.equal(stats.server_status, "running");
    assert.equal(stats.translations.ok, 3);
    assert.equal(stats.translations.failed, 1);
    assert.equal(stats.translations.latency_ms.count, 3);
    assert.equal(stats.cache.hits, 1);
    assert.equal(stats.cache.misses, 2);
    assert.equal(stats.pairs.length, 1);
    assert.equal(`${pair.source}-${pair.target}`, "en-es");
    assert.equal(pair.ok, 3);
    assert.ok(pair.per_second > 0);
    assert.equal(stats.http.answers["200"], 4);
    assert.equal(stats.http.answers["400"], 1);
    assert.equal(stats.http.texts_in_flight, 0);
    assert.equal(stats.pools.any.waiting_max, 10_000);

    const metrics = await metricsOf(translator);

    assert.equal(metrics.up, 1);
    assert.equal(metrics.translation_seconds_count, 3);
    assert.equal(metrics['texts_total{outcome="failed"}'], 1);
    assert.equal(metrics['translation_seconds_bucket{le="+Inf"}'], 3);
    assert.equal(
      metrics['translations_total{source="en",target="es",outcome="ok"}'],
      3,
    );
    assert.equal(
      metrics['cache_requests_total{level="memory",result="hit"}'],
      1,
    );
    assert.equal(
      metrics['http_requests_total{route="/translate",status="400"}'],
      1,
    );
  }));

test("a change of sizes shows at once", () =>
  withTranslator(
    async (translator) => {
      const { status } = await translator.post(
        "/admin/pools",
        { normal_workers: 7, any_pool_size: 11 },
        { Authorization: "Bearer 0123456789abcdef" },
      );

      assert.equal(status, 200);
      const { body: stats } = await translator.get("/stats");

      assert.equal(stats.normal_workers, 7);
      assert.equal(stats.pools.normal.workers, 7);
      assert.equal(stats.pools.any.waiting_max, 11);
      assert.deepEqual(stats.scaling_events, []); // it is no scaling
    },
    { ADMIN_TOKEN: "0123456789abcdef" },
  ));
