// SPDX-License-Identifier: ISC
// Neural models for tests: made by meeshy-synth, nobody's weights.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import {
  copyFile,
  mkdir,
  mkdtemp,
  readFile,
  rename,
  rm,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const BUILD = resolve(ROOT, process.env.MEESHY_BUILD ?? "build-debug");
const SYNTH = join(BUILD, "src/nn/meeshy-synth");
const run = promisify(execFile);

/** English to Spanish, one word for one. */
export const WORDS = {
  the: "la",
  house: "casa",
  table: "mesa",
  is: "es",
  was: "fue",
  big: "grande",
  small: "pequeña",
  and: "y",
  very: "muy",
  white: "blanca",
  near: "cerca",
  my: "mi",
  sister: "hermana",
  has: "tiene",
  water: "agua",
  with: "con",
  people: "gente",
  sees: "ve",
};

/** Every word often and beside every other, so that each becomes a piece. */
function corpus() {
  const words = [...Object.keys(WORDS), ...Object.values(WORDS)];
  const lines = [];

  for (let i = 0; i < words.length; i++)
    for (let k = 1; k < words.length; k++)
      lines.push(
        [0, 1, 2, 3, 4].map((n) => words[(i + n * k) % words.length]).join(" "),
      );
  lines.push(
    ...[..."abcdefghijklmnopqrstuvwxyz0123456789.,?!"].map(
      (c) => `${c} ${c}${c}`,
    ),
  );
  return lines.join("\n") + "\n";
}

/** Files that models are made of, in a folder of their own. */
export class ModelShop {
  static async open() {
    const shop = new ModelShop();

    shop.dir = await mkdtemp(join(tmpdir(), "meeshy-shop-"));
    shop.vocab = join(shop.dir, "vocab.spm");
    const text = join(shop.dir, "text");
    const pairs = join(shop.dir, "pairs");

    await writeFile(text, corpus());
    await writeFile(
      pairs,
      Object.entries(WORDS)
        .map((pair) => pair.join(" ") + "\n")
        .join(""),
    );
    await run(SYNTH, [
      "vocab",
      shop.vocab,
      "--text",
      text,
      "--size",
      "340",
      "--bytes",
    ]);
    shop.pairs = pairs;
    return shop;
  }

  /** Install a model as folder name of dir, in one step.  dictionary: by
   * WORDS, else every text stays as it is. */
  async install(
    dir,
    name,
    { arch = "tiny", seed = 1, dictionary = true, damage = false } = {},
  ) {
    const [source, target] = name.split("-");
    const stage = await mkdtemp(join(this.dir, "stage-"));
    const weights = join(stage, "model.bin");
    const files = [];

    await copyFile(await this.#weights(arch, seed, dictionary), weights);
    await writeFile(join(stage, "vocab.spm"), await readFile(this.vocab));
    for (const [role, file] of [
      ["model", "model.bin"],
      ["vocab", "vocab.spm"],
    ]) {
      const bytes = await readFile(join(stage, file));

      files.push({
        role,
        name: file,
        bytes: bytes.length,
        sha256: createHash("sha256").update(bytes).digest("hex"),
      });
    }
    if (damage) {
      const bytes = await readFile(weights);

      bytes[bytes.length >> 1] ^= 0x40;
      await writeFile(weights, bytes);
    }
    await writeFile(
      join(stage, "model.json"),
      JSON.stringify({
        format: 1,
        name,
        source,
        target,
        version: String(seed),
        architecture: arch,
        licence: "ISC",
        files,
      }),
    );
    await mkdir(dir, { recursive: true });
    await rm(join(dir, name), { recursive: true, force: true });
    await rename(stage, join(dir, name));
  }

  /** Weights take a second, so the same are made once. */
  async #weights(arch, seed, dictionary) {
    const path = join(this.dir, `${arch}-${seed}-${dictionary}.bin`);

    if (!existsSync(path))
      await run(SYNTH, [
        "model",
        path,
        "--arch",
        arch,
        "--kind",
        "copy",
        "--seed",
        String(seed),
        "--spm",
        this.vocab,
        ...(dictionary ? ["--pairs", this.pairs] : []),
      ]);
    return path;
  }

  close() {
    return rm(this.dir, { recursive: true, force: true });
  }
}
