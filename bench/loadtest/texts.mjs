// SPDX-License-Identifier: ISC
// English sentences as people write them, each a new one, so that no cache
// answers: words and a number are drawn anew for every message.

const WHO = ["My sister", "The teacher", "Our neighbour", "The doctor",
  "A friend", "The old man", "My brother", "The driver", "The student",
  "Her mother", "The farmer", "The president", "Your cousin", "The child"];
const DID = ["bought", "found", "saw", "sold", "lost", "painted", "cleaned",
  "carried", "washed", "opened", "forgot", "counted"];
const KIND = ["red", "old", "small", "beautiful", "new", "white", "big",
  "black", "green", "expensive", "cheap", "heavy"];
const WHAT = ["houses", "cars", "books", "chairs", "letters", "boxes",
  "windows", "tables", "shirts", "apples", "bottles", "pictures", "doors"];
const WHERE = ["in the city", "near the river", "at the market",
  "in the kitchen", "behind the church", "in the garden", "at school",
  "on the street", "in the mountains", "at the station"];
const WHEN = ["yesterday", "this morning", "on Monday", "last week",
  "in summer", "last night", "in the afternoon", "on Sunday"];

/** Numbers below 2^32 that look random and are the same in every run. */
function* noise(seed) {
  let x = seed >>> 0;
  for (;;) {
    x = (x + 0x6d2b79f5) >>> 0;
    let t = Math.imul(x ^ (x >>> 15), x | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    yield (t ^ (t >>> 14)) >>> 0;
  }
}

export function* texts(seed = Date.now()) {
  const random = noise(seed);
  const pick = (words) => words[random.next().value % words.length];
  const seen = new Set();
  for (;;) {
    const count = 2 + (random.next().value % 98);
    const text = `${pick(WHO)} ${pick(DID)} ${count} ${pick(KIND)} ` +
      `${pick(WHAT)} ${pick(WHERE)} ${pick(WHEN)}.`;
    if (seen.has(text)) continue;
    seen.add(text);
    yield text;
  }
}
