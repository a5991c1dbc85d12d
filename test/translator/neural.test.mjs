// SPDX-License-Identifier: ISC
// The neural engine inside the real programs, with models of our own making.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";

import { inHouse } from "../lib/house.mjs";
import { ModelShop } from "../lib/models.mjs";
import { withTranslator } from "../lib/translator.mjs";
import { until } from "../lib/wait.mjs";

const ENGLISH = "the house is big and my sister sees the water";
const SPANISH = "la casa es grande y mi hermana ve la agua";
/** The models say the same in each language; in French it is elided. */
const inLanguage = (target) =>
  target === "fr" ? SPANISH.replace("la agua", "l'agua") : SPANISH;
const OPEN_BYTES_MAX = 120e6; // of a tiny model and its workers

let shop, dir, none;

before(async () => {
  shop = await ModelShop.open();
  none = await mkdtemp(join(tmpdir(), "meeshy-none-"));
});
after(async () => {
  await shop.close();
  await rm(none, { recursive: true });
});
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "meeshy-models-"));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

// The dictionary knows no capitals: it sees texts as they are typed, which is
// what engines see where nobody judges them.
const AS_TYPED = { QUALITY_GATE: "false" };

/** Neural models alone: there are no modes of Apertium to fall back to. */
const alone = (more = {}) => ({
  ...AS_TYPED,
  ENGINE: "neural",
  NEURAL_MODELS: dir,
  NEURAL_THREADS: "1",
  ...more,
});

const ask = (translator, q = ENGLISH, source = "en", target = "es") =>
  translator.post("/translate", { q, source, target });

async function pairsOf(translator) {
  const { body } = await translator.get("/languages");

  return body.flatMap(({ code, targets }) =>
    targets.map((t) => `${code}-${t}`),
  );
}

async function neuralOf(translator) {
  return (await translator.get("/stats")).body.neural;
}

test("a dictionary model translates over HTTP", async () => {
  await shop.install(dir, "en-es");
  await withTranslator(async (translator) => {
    const { status, body } = await ask(translator);

    assert.equal(status, 200);
    assert.equal(body.translatedText, SPANISH);
    assert.deepEqual(await pairsOf(translator), ["en-es"]);
    assert.equal((await translator.get("/health")).body.status, "healthy");
    const neural = await neuralOf(translator);

    assert.equal(neural.open, 1);
    assert.equal(neural.sentences, 1);
    assert.equal(neural.models[0].name, "en-es");
    assert.equal(neural.models[0].state, "open");
    assert.ok(neural.models[0].bytes > 1e6);
    assert.ok(neural.models[0].load_ms > 0);
    const { body: metrics } = await translator.get("/metrics");

    assert.match(metrics, /neural_models_open 1\n/);
    assert.match(
      metrics,
      /neural_model_loads_total\{source="en",target="es"\} 1/,
    );
  }, alone());
});

test("an alternative is what another engine makes of the text", async () => {
  await shop.install(dir, "en-es");
  await withTranslator(
    async (translator) => {
      const { body } = await translator.post("/translate", {
        q: [ENGLISH, "😀"],
        source: "en",
        target: "es",
        alternatives: 3,
      });
      const [[other], none] = body.alternatives;

      assert.equal(body.translatedText[0], SPANISH);
      assert.match(other, /\bcasa\b.*\bagua\b/);
      assert.notEqual(other, SPANISH);
      assert.deepEqual(none, []);
    },
    { ...AS_TYPED, ENGINE: "auto", NEURAL_MODELS: dir, NEURAL_THREADS: "1" },
  );
});

test("it translates over ZeroMQ, in front of Apertium", async () => {
  await shop.install(dir, "en-es");
  await inHouse(
    async (house) => {
      const bob = await house.guest("Bob", "en");
      const elena = await house.guest("Elena", "es");
      const carme = await house.guest("Carme", "ca");
      const { messageId } = await bob.send(ENGLISH);

      assert.equal((await elena.translation(messageId)).text, SPANISH);
      const catalan = await carme.translation(messageId);

      assert.match(catalan.text, /\b(casa|germana)\b/);
    },
    { TRANSLATOR_NEURAL_MODELS: dir, TRANSLATOR_QUALITY_GATE: "false" },
  );
});

test("spans that must stay do, each once", async () => {
  await shop.install(dir, "en-es");
  await withTranslator(async (translator) => {
    const texts = {
      "the house 😀 is big 🎉": /^la casa.* 😀 .*grande 🎉$/u,
      "the **white** house": /^la \*\*blanca\*\* casa$/,
      "my sister has the water at https://example.org/a?b=c":
        /^mi hermana tiene la agua .*https:\/\/example\.org\/a\?b=c$/,
      "`the house` is big, see @bob": /^`the house` es grande, .*@bob$/,
      "the house is big.\n\n  - the table is small\n":
        /^la casa es grande\.\n\n {2}- la mesa es pequeña\n$/,
    };

    for (const [text, want] of Object.entries(texts))
      assert.match(
        (await ask(translator, text)).body.translatedText,
        want,
        text,
      );
  }, alone());
});

test("two models make a path", async () => {
  await shop.install(dir, "mk-en", { dictionary: false });
  await shop.install(dir, "en-es");
  await withTranslator(
    async (translator) => {
      assert.deepEqual(await pairsOf(translator), ["en-es", "mk-en", "mk-es"]);
      const { body } = await ask(translator, ENGLISH, "mk", "es");

      assert.equal(body.translatedText, SPANISH);
    },
    alone({ QUALITY_GATE: "false" }),
  );
});

test("a model and Apertium make a path", async () => {
  await shop.install(dir, "en-de");
  await withTranslator(
    async (translator) => {
      // To English by Apertium, and back by our dictionary, which has not
      // learnt German.
      const { status, body } = await ask(
        translator,
        "La casa es grande",
        "es",
        "de",
      );

      assert.equal(status, 200);
      assert.match(body.translatedText, /casa es grande/);
    },
    { ...AS_TYPED, ENGINE: "auto", NEURAL_MODELS: dir },
  );
});

test("a damaged model is refused in words, and Apertium serves", async () => {
  await shop.install(dir, "en-es", { damage: true });
  await withTranslator(
    async (translator) => {
      const { status, body } = await ask(translator);

      assert.equal(status, 200);
      assert.match(body.translatedText, /casa/);
      const neural = await neuralOf(translator);

      assert.equal(neural.open, 0);
      assert.equal(neural.models[0].state, "away");
      assert.match(neural.models[0].why, /model en-es: .*SHA-256/);
      assert.ok((await pairsOf(translator)).includes("en-es"));

      await shop.install(dir, "en-es");
      await until(
        async () => (await neuralOf(translator)).models[0].state === "on disk",
        "the mended model is found",
      );
      assert.equal((await ask(translator)).body.translatedText, SPANISH);
    },
    { ...AS_TYPED, ENGINE: "auto", NEURAL_MODELS: dir },
  );
});

test("models come and go without a restart", () =>
  withTranslator(
    async (translator) => {
      assert.equal((await translator.get("/ready")).status, 503);
      assert.equal((await ask(translator)).status, 400);
      await shop.install(dir, "en-es");
      await until(
        async () => (await translator.get("/ready")).status === 200,
        "the model is found",
      );
      assert.equal((await ask(translator)).body.translatedText, SPANISH);

      await shop.install(dir, "en-es", { dictionary: false, seed: 2 });
      await until(
        async () => (await neuralOf(translator)).models[0].version === "2",
        "the other model is found",
      );
      // Nothing of the old one is left in the cache.
      assert.equal((await ask(translator)).body.translatedText, ENGLISH);

      await rm(join(dir, "en-es"), { recursive: true });
      await until(
        async () => (await pairsOf(translator)).length === 0,
        "its going is noticed",
      );
      assert.equal((await ask(translator)).status, 400);
    },
    alone({ QUALITY_GATE: "false" }),
  ));

test("models make room for each other while requests run", async () => {
  const names = ["en-es", "en-it", "en-fr", "en-pt", "en-de"];

  for (const name of names) await shop.install(dir, name);
  await withTranslator(
    async (translator) => {
      await ask(translator); // so that we know what one weighs
      const { bytes } = await neuralOf(translator);

      assert.ok(bytes < OPEN_BYTES_MAX, `a model has ${bytes} bytes`);
      const asked = Array.from({ length: 60 }, async (_, i) => {
        const [source, target] = names[i % names.length].split("-");
        const { status, body } = await ask(
          translator,
          `${ENGLISH} ${i}`,
          source,
          target,
        );

        assert.equal(status, 200, JSON.stringify(body));
        assert.equal(body.translatedText, `${inLanguage(target)} ${i}`);
      });
      const watched = (async () => {
        for (let i = 0; i < 20; i++) {
          const neural = await neuralOf(translator);

          assert.ok(neural.bytes <= neural.bytes_max, "over the limit");
        }
      })();

      await Promise.all([...asked, watched]);
      const neural = await neuralOf(translator);

      assert.ok(neural.evictions > 0, "nothing had to make room");
      assert.equal(neural.failures, 0);
    },
    alone({ QUALITY_GATE: "false", NEURAL_MEMORY_MB: "60", CACHE_BYTES: "0" }),
  );
});

test("ten models are in memory together", async () => {
  const names = "es fr de it pt ca gl nl ro sv"
    .split(" ")
    .map((language) => `en-${language}`);

  for (const name of names) await shop.install(dir, name);
  await withTranslator(
    async (translator) => {
      await Promise.all(
        names.map(async (name) => {
          const [source, target] = name.split("-");
          const { body } = await ask(translator, ENGLISH, source, target);

          assert.equal(body.translatedText, inLanguage(target));
        }),
      );
      const neural = await neuralOf(translator);

      assert.equal(neural.open, 10);
      assert.equal(neural.evictions, 0);
    },
    alone({ QUALITY_GATE: "false" }),
  );
});

test("without any model nothing is different", () =>
  withTranslator(
    async (translator) => {
      assert.match((await ask(translator)).body.translatedText, /casa/);
      const neural = await neuralOf(translator);

      assert.equal(neural.installed, 0);
      assert.deepEqual(neural.models, []);
    },
    { ENGINE: "auto", NEURAL_MODELS: none },
  ));
