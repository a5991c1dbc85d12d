// SPDX-License-Identifier: ISC
import assert from "node:assert/strict";
import { test } from "node:test";

import { bleu, chrf } from "./chrf.mjs";

const near = (a, b) => assert.ok(Math.abs(a - b) < 0.05, `${a} is not ${b}`);

test("a perfect translation scores 100, a strange one nothing", () => {
  const text = "The cat sat on the mat, and the dog barked.";

  assert.equal(chrf([text], [["Another one.", text]]), 100);
  near(bleu([text], [["Another one.", text]]), 100);
  assert.equal(chrf(["xyz"], [["abc"]]), 0);
  assert.equal(bleu(["xyz"], [["abc"]]), 0);
  assert.equal(chrf([""], [["abc"]]), 0);
});

test("scores are those of another implementation", () => {
  const hypotheses = ["The cat sat on a mat.", "Où est la maison ?"];
  const references = [
    ["The cat sat on the mat.", "A cat was sitting on the mat."],
    ["Où se trouve la maison ?", "Où est-ce qu’est la maison ?"],
  ];

  near(chrf(hypotheses, references), 61.605);
  near(bleu(hypotheses, references), 54.4);
});
