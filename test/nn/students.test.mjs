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
const BEAMS = [2, 4, 6];
const BEAM_LINES = 40; // theirs is slow

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

  test(`${name} follows beams as the other engine does`, { skip }, (t) => {
    const all = some(sentences).map(({ text }) => text);
    const lines = all.filter(
      (_, i) => i % Math.ceil(all.length / BEAM_LINES) === 0,
    );
    let unexplained = [];

    for (const beam of BEAMS) {
      const theirs = wasm.load(folder, {
        "beam-size": beam,
        "skip-cost": false,
      });
      const args = ["--beam", String(beam)];
      const { differences } = compareTexts({ folder }, theirs, lines, args);

      theirs.free();
      t.diagnostic(
        `beam ${beam}: ${lines.length - differences.length} of ${lines.length}`,
      );
      unexplained = unexplained.concat(
        differences.filter(({ explained }) => !explained),
      );
    }
    for (const one of unexplained) t.diagnostic(describe(one));
    // A sentence that no student can say counts once, not with every beam.
    const odd = new Set(unexplained.map(({ line }) => line));

    assert.ok(
      odd.size <= Math.max(1, UNEXPLAINED_MAX * BEAMS.length * lines.length),
    );
  });
}

test("there are students", { skip: students().length ? false : "none" }, () =>
  assert.ok(students().length > 0),
);
