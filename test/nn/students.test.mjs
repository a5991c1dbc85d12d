// SPDX-License-Identifier: ISC
// Our trained students in both engines, sentence by sentence: some of the
// held-out sentences, and all of them with MEESHY_FULL=1.  MEESHY_STUDENTS names
// another folder of students than models/.
import assert from "node:assert/strict";
import { test } from "node:test";

import { compareTexts, describe } from "./agree.mjs";
import { held, some, students } from "./students.mjs";
import { absence, Wasm } from "./wasm.mjs";

// Rounding in the seventh digit decides where two pieces are as good as equal.
const UNEXPLAINED_MAX = 0.02;

const wasm = absence() ? null : await Wasm.open();

for (const { name, folder, source, target } of students()) {
  const sentences = held(source, target);
  const skip = absence() ?? (sentences ? false : "there are no sentences");

  test(`${name} gives the same text in both engines`, { skip }, (t) => {
    const lines = some(sentences).map(({ text }) => text);
    const theirs = wasm.load(folder);
    const { differences } = compareTexts({ folder }, theirs, lines);
    const unexplained = differences.filter(({ explained }) => !explained);

    theirs.free();
    for (const one of differences) t.diagnostic(describe(one));
    t.diagnostic(
      `${lines.length - differences.length} of ${lines.length} are the same, ` +
        `${differences.length - unexplained.length} more are with sums that saturate`,
    );
    assert.ok(unexplained.length <= UNEXPLAINED_MAX * lines.length);
  });
}

test("there are students", { skip: students().length ? false : "none" }, () =>
  assert.ok(students().length > 0),
);
