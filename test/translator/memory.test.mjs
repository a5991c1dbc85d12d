// SPDX-License-Identifier: ISC
// The translation memory of a translator that runs: used without an engine,
// filled by meeshyctl, and read anew when it changes.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { withTranslator } from "../lib/translator.mjs";
import { until } from "../lib/wait.mjs";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const BUILD = resolve(ROOT, process.env.MEESHY_BUILD ?? "build-debug");
const run = promisify(execFile);

const TMX = `<?xml version="1.0" encoding="UTF-8"?>
<tmx version="1.4"><header/><body><tu>
<tuv xml:lang="en"><seg>See you at the usual place.</seg></tuv>
<tuv xml:lang="fi"><seg>Nähdään tutussa paikassa.</seg></tuv>
</tu></body></tmx>`;

test("what meeshyctl imports is translated at once, without any engine", async (t) => {
  const dir = await mkdtemp(join(tmpdir(), "meeshy-memory-"));
  const memory = join(dir, "memory");

  t.after(() => rm(dir, { recursive: true }));
  await writeFile(join(dir, "ours.tmx"), TMX);
  await withTranslator(
    async (translator) => {
      const ask = (q) =>
        translator.post("/translate", { q, source: "en", target: "fi" });

      assert.equal((await ask("See you at the usual place!")).status, 400);
      const { stdout } = await run(join(BUILD, "src/ctl/meeshyctl"), [
        "memory",
        "import",
        join(dir, "ours.tmx"),
        "--memory",
        memory,
      ]);
      assert.match(stdout, /ours\.tsv: 1 meanings, 0 left out/);

      await until(
        async () => (await ask("See you at the usual place!")).status === 200,
        "the memory is read",
      );
      const { body } = await ask("see you at the USUAL place 🙂");

      assert.equal(body.translatedText, "nähdään tutussa paikassa 🙂");
      assert.equal(body.engine, "memory:en-fi");
      assert.equal(body.quality, "sure");
    },
    { ENGINE: "neural", NEURAL_MODELS: dir, MEMORY: memory },
  );
});

test("of a sentence that engines do, the memory does the first clause that they leave", () =>
  withTranslator(
    async (translator) => {
      const ask = async (q) =>
        (await translator.post("/translate", { q, source: "de", target: "en" }))
          .body.translatedText;

      const said = await ask("Schade, ich wollte dich sehen");
      assert.match(said, /pity|shame|sad/i);
      assert.doesNotMatch(said, /schade/i);
      assert.match(await ask("Morgen!"), /good morning/i);
    },
    {
      ENGINE: "neural",
      NEURAL_MODELS: join(ROOT, "models"),
      MEMORY: join(ROOT, "memory"),
    },
  ));

test("what stands beside a sentence is the memory's, and engines do the rest", () =>
  withTranslator(
    async (translator) => {
      const ask = async (source, target, q) =>
        (await translator.post("/translate", { q, source, target })).body
          .translatedText;

      for (const [source, q] of [
        ["de", "ich kann diese Woche nicht, tut mir leid"],
        ["es", "esta semana no puedo, lo siento"],
        ["it", "questa settimana non posso, mi dispiace"],
      ])
        assert.match(
          await ask(source, "en", q),
          /(can't|cannot|can not)\b.*, .*sorry$/,
        );
      assert.match(
        await ask("fr", "de", "tu peux me rappeler plus tard, stp ?"),
        /, bitte\?$/,
      );
      assert.match(
        await ask("en", "de", "I forgot to feed the rabbit, sorry..."),
        /vergessen.*, (tut mir leid|sorry)/,
      );
    },
    {
      ENGINE: "auto",
      NEURAL_MODELS: join(ROOT, "models"),
      MEMORY: join(ROOT, "memory"),
    },
  ));
