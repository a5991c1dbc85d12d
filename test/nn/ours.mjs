// SPDX-License-Identifier: ISC
// Our engine by itself (meeshy-nn), and the models that it is tried with
// (meeshy-synth).
import { execFileSync, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const BUILD = resolve(ROOT, process.env.MEESHY_BUILD ?? "build-debug");
const OUTPUT_BYTES_MAX = 64 << 20;

const program = (name) => {
  const path = join(BUILD, "src/nn", name);

  if (!existsSync(path))
    throw new Error(`${path} is not built: run ./meeshy test`);
  return path;
};

/** Lines of our engine for lines; args are meeshy-nn's. */
function lines(folder, input, { kernel = "", args = [] }) {
  if (input.length === 0) return [];
  const output = execFileSync(program("meeshy-nn"), [...args, folder], {
    input: `${input.join("\n")}\n`,
    env: { ...process.env, MEESHY_KERNEL: kernel },
    encoding: "utf8",
    maxBuffer: OUTPUT_BYTES_MAX,
  });

  return output.replace(/\n$/, "").split("\n");
}

export const translate = (folder, input, how = {}) => lines(folder, input, how);

/** [piece, log-probability] of a line like "▁a:-0.1 b:-0.2". */
const piece = (text) => {
  const colon = text.lastIndexOf(":");

  return [text.slice(0, colon), Number(text.slice(colon + 1))];
};

function wordsOf(line) {
  const words = [];

  for (const [text, score] of line.split(" ").map(piece)) {
    if (text === "</s>") continue;
    if (text.startsWith("▁") || words.length === 0) words.push(["", []]);
    const word = words.at(-1);

    word[0] += text.replace(/^▁/, "");
    word[1].push(score);
  }
  return words.map(([word, scores]) => [
    word,
    scores.reduce((a, b) => a + b, 0) / scores.length,
  ]);
}

/** For each line [[word, mean log-probability of its pieces], ...]. */
export function scores(folder, input, { kernel, args = [] } = {}) {
  return lines(folder, input, { kernel, args: ["--scores", ...args] }).map(
    wordsOf,
  );
}

/** Names of the kernels that this CPU can run; any model. */
export function kernels(folder) {
  const { stderr } = spawnSync(program("meeshy-nn"), [folder], {
    env: { ...process.env, MEESHY_KERNEL: "?" },
    encoding: "utf8",
  });
  const [, names] = /here are: (.*)/.exec(stderr) ?? [];

  if (!names) throw new Error(`no kernels in ${JSON.stringify(stderr)}`);
  return names.split(" ");
}

const trained = new Map(); // vocabularies

/** A synthetic model in a folder of its own. */
export class Model {
  /** vocab: arguments of "meeshy-synth vocab", or for each of two; model: of
   * "meeshy-synth model"; pairs: [[word, word], ...] of a dictionary; text:
   * lines to train the vocabulary with; shortlist: false for none. */
  constructor({ vocab, model, pairs, text, shortlist = true }) {
    this.folder = mkdtempSync(join(tmpdir(), "meeshy-nn-"));
    const file = (name) => join(this.folder, name);
    const synth = (...args) =>
      execFileSync(program("meeshy-synth"), args, { stdio: "pipe" });
    const joint = !Array.isArray(vocab[0]);
    const sizes = joint
      ? [this.#train(synth, "vocab.spm", vocab, text)]
      : ["srcvocab.spm", "trgvocab.spm"].map((name, i) =>
          this.#train(synth, name, vocab[i], text),
        );
    const size = ["--vocab", sizes.join(",")];

    if (pairs) {
      writeFileSync(
        file("pairs.txt"),
        pairs.map((words) => `${words.join(" ")}\n`).join(""),
      );
      size.push("--pairs", file("pairs.txt"), "--spm", file("vocab.spm"));
    }
    synth("model", file("model.bin"), ...size, ...model);
    if (shortlist)
      synth("shortlist", file("lex.bin"), "--vocab", sizes.join(","));
  }

  /** Training takes longer than all else: once for each kind. */
  #train(synth, name, vocab, text = []) {
    const kind = JSON.stringify([vocab, text]);
    const from = [];

    if (!trained.has(kind)) {
      if (text.length) {
        writeFileSync(join(this.folder, "text.txt"), `${text.join("\n")}\n`);
        from.push("--text", join(this.folder, "text.txt"));
      }
      synth("vocab", join(this.folder, name), ...vocab, ...from);
      trained.set(kind, readFileSync(join(this.folder, name)));
    }
    writeFileSync(join(this.folder, name), trained.get(kind));
    return vocab[vocab.indexOf("--size") + 1];
  }

  remove() {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
