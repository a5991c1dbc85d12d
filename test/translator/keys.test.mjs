// SPDX-License-Identifier: ISC
// API keys of the translator's HTTP.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";

import { Translate } from "translate";

import { withTranslator } from "../lib/translator.mjs";
import { until } from "../lib/wait.mjs";

const LIBRE = { q: "hello", source: "en", target: "es" };
const SECRET = "a-key-that-nobody-may-see";

/** As the help tells an operator to do it. */
const hashOf = (key) =>
  execFileSync("b2sum", ["-l", "256"], { input: key, encoding: "utf8" }).split(
    " ",
  )[0];

async function withKeys(lines, run) {
  const dir = await mkdtemp(join(tmpdir(), "meeshy-keys-"));
  const file = join(dir, "keys");

  await writeFile(file, lines);
  try {
    await run(file);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

test("a key opens, in the body, in a form or as a header", () =>
  withKeys(`anna ${hashOf(SECRET)} 0 0 0\n`, (file) =>
    withTranslator(
      async (translator) => {
        const without = await translator.post("/translate", LIBRE);

        assert.equal(without.status, 403);
        assert.match(without.body.error, /API key is needed/);
        const wrong = await translator.post("/translate", {
          ...LIBRE,
          api_key: "guess",
        });

        assert.equal(wrong.status, 403);
        assert.match(wrong.body.error, /Invalid API key/);
        const detect = await translator.post("/detect", { q: "hello" });

        assert.equal(detect.status, 403);

        const key = { api_key: SECRET };
        const bearer = { Authorization: `Bearer ${SECRET}` };
        const answers = await Promise.all([
          translator.post("/translate", { ...LIBRE, ...key }),
          translator.form("/translate", { ...LIBRE, ...key }),
          translator.post("/translate", LIBRE, bearer),
          translator.post("/detect", { q: "hello", ...key }),
          translator.post(
            "/translate/batch",
            [{ text: "hi", source_language: "en", target_language: "es" }],
            bearer,
          ),
        ]);

        for (const { status } of answers) assert.equal(status, 200);
        const translate = new Translate({
          engine: "libre",
          url: `${translator.url}/translate`,
          key: SECRET,
        });

        assert.equal(
          await translate("bye", { from: "en", to: "es" }),
          "[es] bye",
        );
        const better = { ...LIBRE, s: "hola" };
        const stranger = await translator.post("/suggest", better);

        assert.equal(stranger.status, 403);
        for (const [body, headers] of [
          [{ ...better, ...key }],
          [better, bearer],
        ])
          assert.equal(
            (await translator.post("/suggest", body, headers)).status,
            200,
          );
        const settings = await translator.get("/frontend/settings");

        assert.equal(settings.body.keyRequired, true);
        assert.equal(settings.body.apiKeys, true);

        const { body: metrics } = await translator.get("/metrics");
        const { body: stats } = await translator.get("/stats");
        const seen = [
          metrics,
          JSON.stringify(stats),
          ...translator.daemon.log,
        ].join("\n");

        for (const secret of [SECRET, "hello", "anna", "127.0.0.1:"])
          assert.ok(!seen.includes(secret), `${secret} can be read`);
      },
      {
        API_KEYS_FILE: file,
        REQUIRE_KEY: "true",
        SUGGESTIONS: join(dirname(file), "kept"),
        LOG_LEVEL: "debug",
      },
    ),
  ));

test("quotas of a key are named when they are used up", () =>
  withKeys(
    `minute ${hashOf("m")} 2 0 0\nday ${hashOf("d")} 0 2 0\n` +
      `chars ${hashOf("c")} 0 0 10\n`,
    (file) =>
      withTranslator(
        async (translator) => {
          const ask = (api_key, q = "hello") =>
            translator.post("/translate", { ...LIBRE, q, api_key });

          assert.equal((await ask("m", ["a", "b"])).status, 200);
          const slow = await ask("m");

          assert.equal(slow.status, 429);
          assert.equal(slow.headers.get("retry-after"), "30");
          assert.equal((await ask("d")).status, 200);
          assert.equal((await ask("d")).status, 200);
          const day = await ask("d");

          assert.equal(day.status, 403);
          assert.match(day.body.error, /quota: 2 requests per day/);
          assert.equal((await ask("c", "12345")).status, 200);
          const chars = await ask("c", "123456");

          assert.equal(chars.status, 403);
          assert.match(chars.body.error, /quota: 10 characters per day/);
          assert.equal((await ask("c", "67890")).status, 200);
        },
        { API_KEYS_FILE: file },
      ),
  ));

test("SIGHUP reads the keys again and forgets no use", () =>
  withKeys(`day ${hashOf("d")} 0 1 0\n`, (file) =>
    withTranslator(
      async (translator) => {
        const ask = async (api_key) =>
          (await translator.post("/translate", { ...LIBRE, api_key })).status;
        const reread = () =>
          translator.daemon.log.filter((line) => /settings .*read/.test(line));

        assert.equal(await ask("d"), 200);
        assert.equal(await ask("new"), 403);
        await writeFile(
          file,
          `new ${hashOf("new")} 0 0 0\nday ${hashOf("d")} 0 1 0\n`,
        );
        translator.daemon.child.kill("SIGHUP");
        await until(() => reread().length === 1, "the settings are read");
        assert.equal(await ask("new"), 200);
        assert.equal(await ask("d"), 403);

        await writeFile(file, "nonsense\n");
        translator.daemon.child.kill("SIGHUP");
        await until(() => reread().length === 2, "the settings are read");
        assert.match(reread()[1], /not read again.*line 1/);
        assert.equal(await ask("new"), 200);
      },
      { API_KEYS_FILE: file },
    ),
  ));
