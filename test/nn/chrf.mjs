// SPDX-License-Identifier: ISC
// How good translations are: chrF2 (Popović 2015: character 6-grams, recall
// counts twice as much) and BLEU-4, of a whole file, each against the nearest
// of its references.
const CHAR_ORDER = 6;
const WORD_ORDER = 4;
const BETA_SQUARED = 4;

const sum = (values) => values.reduce((a, b) => a + b, 0);

function counts(units, n) {
  const found = new Map();

  for (let i = 0; i + n <= units.length; i++) {
    const gram = units.slice(i, i + n).join("\0");

    found.set(gram, (found.get(gram) ?? 0) + 1);
  }
  return found;
}

function common(a, b) {
  let n = 0;

  for (const [gram, times] of a) n += Math.min(times, b.get(gram) ?? 0);
  return n;
}

const mean = (matched, all) =>
  sum(matched.map((n, i) => (all[i] ? n / all[i] : 0))) / matched.length;

function fScore({ matched, mine, theirs }) {
  const precision = mean(matched, mine);
  const recall = mean(matched, theirs);
  const below = BETA_SQUARED * precision + recall;

  return below ? (100 * (1 + BETA_SQUARED) * precision * recall) / below : 0;
}

/** The n-gram counts of one hypothesis against one reference. */
function against(hypothesis, reference) {
  const of = (text) => [...text.replaceAll(" ", "")];
  const a = of(hypothesis);
  const b = of(reference);
  const found = { matched: [], mine: [], theirs: [] };

  for (let n = 1; n <= CHAR_ORDER; n++) {
    found.matched.push(common(counts(a, n), counts(b, n)));
    found.mine.push(Math.max(0, a.length - n + 1));
    found.theirs.push(Math.max(0, b.length - n + 1));
  }
  return found;
}

/** hypotheses: texts; references: for each a list of texts. */
export function chrf(hypotheses, references) {
  const none = () => new Array(CHAR_ORDER).fill(0);
  const total = { matched: none(), mine: none(), theirs: none() };

  hypotheses.forEach((hypothesis, i) => {
    const [best] = references[i]
      .map((reference) => against(hypothesis, reference))
      .map((found) => ({ found, score: fScore(found) }))
      .sort((x, y) => y.score - x.score);

    for (const key of Object.keys(total))
      best.found[key].forEach((n, order) => (total[key][order] += n));
  });
  return fScore(total);
}

const words = (text) => text.match(/[\p{L}\p{N}_]+|[^\p{L}\p{N}_\s]/gu) ?? [];

/** What of a's n-grams the references have, each as often as the one that has
 * it most often. */
function clipped(a, references) {
  let n = 0;

  for (const [gram, times] of a)
    n += Math.min(times, Math.max(...references.map((r) => r.get(gram) ?? 0)));
  return n;
}

export function bleu(hypotheses, references) {
  const matched = new Array(WORD_ORDER).fill(0);
  const all = new Array(WORD_ORDER).fill(0);
  let mine = 0;
  let theirs = 0;

  hypotheses.forEach((hypothesis, i) => {
    const a = words(hypothesis);
    const lists = references[i].map(words);

    mine += a.length;
    theirs += lists
      .map((list) => list.length)
      .sort(
        (x, y) => Math.abs(x - a.length) - Math.abs(y - a.length) || x - y,
      )[0];
    for (let n = 1; n <= WORD_ORDER; n++) {
      matched[n - 1] += clipped(
        counts(a, n),
        lists.map((list) => counts(list, n)),
      );
      all[n - 1] += Math.max(0, a.length - n + 1);
    }
  });
  if (matched.includes(0)) return 0;
  const precision = sum(matched.map((n, i) => Math.log(n / all[i])));

  return (
    100 *
    Math.exp(precision / WORD_ORDER) *
    Math.min(1, Math.exp(1 - theirs / mine))
  );
}
