// SPDX-License-Identifier: ISC
// How good our students are on sentences that they have not seen: by the engine
// itself in float32 and in int8, and through the running translator, beside
// Apertium.  Some of the sentences, and all of them with MEESHY_FULL=1.
import assert from "node:assert/strict";
import { dirname } from "node:path";
import { test } from "node:test";

import { withTranslator } from "../lib/translator.mjs";
import { bleu, chrf } from "./chrf.mjs";
import { translate } from "./ours.mjs";
import { held, some, students } from "./students.mjs";

const TEXTS_A_REQUEST = 50;
const DEADLINE_S = "120"; // a request waits for the cores of a busy machine

const QUANTISING_COSTS_MAX = 2; // chrF
const PRODUCT_COSTS_MAX = 2;
const APERTIUM_LEAD_MIN = 12; // en-es leads by 15, which kernels move by tenths

/** Translations by a running translator; null where it has no way. */
async function byProduct(one, lines, settings) {
  const found = [];

  await withTranslator(
    async (translator) => {
      for (let i = 0; i < lines.length; i += TEXTS_A_REQUEST) {
        const { status, body } = await translator.post("/translate", {
          q: lines.slice(i, i + TEXTS_A_REQUEST),
          source: one.source,
          target: one.target,
        });

        if (status !== 200) return;
        found.push(...body.translatedText);
      }
    },
    { HTTP_DEADLINE: DEADLINE_S, TASK_DEADLINE: DEADLINE_S, ...settings },
  );
  return found.length === lines.length ? found : null;
}

const neural = (one) => ({
  ENGINE: "auto",
  NEURAL_MODELS: dirname(one.folder),
});

for (const one of students()) {
  const sentences = held(one.source, one.target);
  const skip = sentences ? false : "there are no sentences";

  test(`${one.name} is much better than Apertium`, { skip }, async (t) => {
    const used = some(sentences);
    const lines = used.map(({ text }) => text);
    const references = used.map(({ references: all }) => all);
    const judge = (name, texts) => {
      const score = chrf(texts, references);

      t.diagnostic(
        `${name}: chrF ${score.toFixed(1)}, ` +
          `BLEU ${bleu(texts, references).toFixed(1)} of ${texts.length}`,
      );
      return score;
    };
    const float = judge(
      "float32",
      translate(one.folder, lines, { args: ["--precision", "float32"] }),
    );
    const int8 = judge("int8", translate(one.folder, lines));
    const product = judge(
      "through the translator",
      await byProduct(one, lines, neural(one)),
    );
    const rules = await byProduct(one, lines, { ENGINE: "apertium" });

    assert.ok(int8 >= float - QUANTISING_COSTS_MAX);
    assert.ok(product >= int8 - PRODUCT_COSTS_MAX);
    if (!rules) t.diagnostic("Apertium: skipped, it is not here");
    else assert.ok(product >= judge("Apertium", rules) + APERTIUM_LEAD_MIN);
  });
}

// Nobody's training text has them all.
const NAMES = {
  "en-fr": [
    ["I work at Google.", "Google"],
    ["I have two cats, Minka and Felix.", "Minka"],
    ["I'm 37 years old and I live in Brno.", "Brno"],
  ],
  "fr-en": [["J'ai deux chats, Minka et Félix.", "Minka"]],
};

for (const one of students().filter(({ name }) => NAMES[name])) {
  test(`${one.name} keeps names it does not know`, async () => {
    const texts = await byProduct(
      one,
      NAMES[one.name].map(([text]) => text),
      { ...neural(one), ENGINE: "neural" },
    );

    NAMES[one.name].forEach(([, word], i) =>
      assert.match(texts[i], new RegExp(`\\b${word}\\b`)),
    );
  });
}

test("there are students", { skip: students().length ? false : "none" }, () =>
  assert.ok(students().length > 0),
);
