// SPDX-License-Identifier: ISC
// The students that we trained, and sentences that they have not seen.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { ROOT } from "./ours.mjs";

const STUDENTS = resolve(ROOT, process.env.MEESHY_STUDENTS ?? "models");
const DATA = resolve(ROOT, process.env.MEESHY_DATA ?? "../shared/data");

/** [{name, folder, source, target}, ...]. */
export function students() {
  if (!existsSync(STUDENTS)) return [];
  return readdirSync(STUDENTS)
    .filter((name) => /^[a-z]+-[a-z]+$/.test(name))
    .map((name) => ({ name, folder: join(STUDENTS, name) }))
    .filter(({ folder }) => existsSync(join(folder, "model.bin")))
    .map((one) => {
      const [source, target] = one.name.split("-");

      return { ...one, source, target };
    });
}

/** Held-out sentences, [{text, references}, ...], or null.  The files have an
 * English sentence and its translations on a line. */
export function held(source, target) {
  const foreign = source === "en" ? target : source;
  const file = join(DATA, `tatoeba-en-${foreign}.dev.tsv`);

  if (!existsSync(file)) return null;
  const found = new Map();

  for (const line of readFileSync(file, "utf8").trim().split("\n")) {
    const [english, ...others] = line.split("\t");
    const [text, references] =
      source === "en" ? [english, others] : [others[0], [english]];

    found.set(text, [...(found.get(text) ?? []), ...references]);
  }
  return [...found].map(([text, references]) => ({ text, references }));
}

const SOME = 150;

/** Of a list that is sorted by length some from all over it; the whole of it
 * with MEESHY_FULL=1. */
export function some(list) {
  if (process.env.MEESHY_FULL || list.length <= SOME) return list;
  return Array.from(
    { length: SOME },
    (_, i) => list[Math.floor((i * list.length) / SOME)],
  );
}
