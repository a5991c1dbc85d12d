// SPDX-License-Identifier: ISC
// How far two engines agree.
import { translate } from "./ours.mjs";

// What a difference in the sixth digit of the numbers may do: it flips the
// rounding of one int8 somewhere, and from there on values differ by a hundredth
// and a random model may choose another word.  So agreement has two peaks, not
// one: a wrong equation leaves nothing in the first.
const SAME = 2e-5; // as the other engine prints
const NEAR = 0.05;

/** Of how many sentences the first word and its score are the same, or its
 * score is near: lists of [[word, score], ...]. */
export function firstWords(mine, theirs) {
  const distances = mine.map(([a], i) => {
    const [b] = theirs[i];

    if (!a || !b) return !a && !b ? 0 : Infinity;
    return a[0] === b[0] ? Math.abs(a[1] - b[1]) : Infinity;
  });
  const within = (limit) => distances.filter((d) => d < limit).length;

  return { same: within(SAME), near: within(NEAR), of: mine.length };
}

/** Translate lines by both.  Where the texts differ, ours with sums that
 * saturate at 16 bits as theirs do has to give their text: then that is all
 * that is different. */
export function compareTexts(model, wasm, lines, args = []) {
  const mine = translate(model.folder, lines, { args });
  const theirs = lines.map((line) => wasm.translate([line])[0]);
  const differ = lines.map((_, i) => i).filter((i) => mine[i] !== theirs[i]);
  const saturating = translate(
    model.folder,
    differ.map((i) => lines[i]),
    { args, kernel: "saturating" },
  );
  const differences = differ.map((i, at) => ({
    line: lines[i],
    mine: mine[i],
    theirs: theirs[i],
    explained: saturating[at] === theirs[i],
  }));

  return { mine, theirs, differences };
}

/** One line a difference, for people. */
export const describe = ({ line, mine, theirs, explained }) =>
  `"${line}": ours "${mine}", theirs "${theirs}"` +
  (explained ? ", and ours too when sums saturate" : "");
