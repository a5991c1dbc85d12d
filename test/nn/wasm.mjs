// SPDX-License-Identifier: ISC
// The engine that Firefox translates with, as WebAssembly from npm: written by
// others from the same equations, and so the judge of ours.
//
//   node test/nn/wasm.mjs FOLDER [--scores] <sentences
//
// FOLDER is a model as ours is: model.bin, vocab.spm or srcvocab.spm and
// trgvocab.spm, lex.bin where there is one.  One sentence a line; a sentence is
// a batch of its own, because there a translation depends on its batch.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);
const PACKAGE = "@browsermt/bergamot-translator";
const HERE = dirname(fileURLToPath(import.meta.url));
const WORKER = join(HERE, "node_modules", PACKAGE, "worker");
const BINARY = join(WORKER, "bergamot-translator-worker.wasm");
const GLUE = join(WORKER, "bergamot-translator-worker.js");

const MODEL_ALIGN = 256; // what the engine wants of the bytes it is given
const FILE_ALIGN = 64;

// A browser may bring its own products of matrices; here the binary's own
// exports are given back to it.
const GEMM = {
  int8_prepare_a: "int8PrepareAFallback",
  int8_prepare_b: "int8PrepareBFallback",
  int8_prepare_b_from_transposed: "int8PrepareBFromTransposedFallback",
  int8_prepare_b_from_quantized_transposed:
    "int8PrepareBFromQuantizedTransposedFallback",
  int8_prepare_bias: "int8PrepareBiasFallback",
  int8_multiply_and_add_bias: "int8MultiplyAndAddBiasFallback",
  int8_select_columns_of_b: "int8SelectColumnsOfBFallback",
};

// Firefox's options, but for the sentences, which are split already.
const OPTIONS = {
  "beam-size": 1,
  normalize: "1.0",
  "word-penalty": 0,
  "cpu-threads": 0,
  "skip-cost": true,
  alignment: "soft",
  quiet: true,
  "quiet-translation": true,
  "max-length-break": 128,
  "mini-batch-words": 1024,
  workspace: 128,
  "max-length-factor": "2.0",
  "ssplit-mode": "sentence",
};

/** Why there is no engine, or null. */
export const absence = () =>
  existsSync(BINARY)
    ? null
    : `${PACKAGE} is not installed (npm ci in test/nn needs the network)`;

const escape = (text) =>
  text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
const unescape = (text) =>
  text
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, "&");

function instantiate(info, accept, reject) {
  let exported;
  const gemm = Object.fromEntries(
    Object.entries(GEMM).map(([wanted, name]) => [
      wanted,
      (...args) => exported[name](...args),
    ]),
  );

  WebAssembly.instantiate(readFileSync(BINARY), { ...info, wasm_gemm: gemm })
    .then(({ instance }) => {
      exported = instance.exports;
      accept(instance);
    })
    .catch(reject);
  return {}; // it comes later
}

/** A model of the WebAssembly engine. */
class WasmModel {
  #module;
  #service;
  #model;

  constructor(module, service, folder, options) {
    const given = (name) => existsSync(join(folder, name));
    const memory = (name, align) => {
      const bytes = readFileSync(join(folder, name));
      const memory = new module.AlignedMemory(bytes.byteLength, align);

      memory.getByteArrayView().set(bytes);
      return memory;
    };
    const model = memory("model.bin", MODEL_ALIGN);
    const alphas = Buffer.from(model.getByteArrayView()).includes(
      "_QuantMultA",
    );
    const settings = {
      ...OPTIONS,
      "gemm-precision": alphas ? "int8shiftAlphaAll" : "int8shiftAll",
      ...options,
    };
    const vocabs = new module.AlignedMemoryList();

    for (const name of given("vocab.spm")
      ? ["vocab.spm"]
      : ["srcvocab.spm", "trgvocab.spm"])
      vocabs.push_back(memory(name, FILE_ALIGN));
    this.#module = module;
    this.#service = service;
    this.#model = new module.TranslationModel(
      Object.entries(settings)
        .map(([key, value]) => `${key}: ${value}\n`)
        .join(""),
      model,
      given("lex.bin") ? memory("lex.bin", FILE_ALIGN) : null,
      vocabs,
      null,
    );
  }

  /** All texts at once, or in the engine's own batches. */
  translate(texts, how = {}) {
    const input = new this.#module.VectorString();
    const options = new this.#module.VectorResponseOptions();

    for (const text of texts) {
      input.push_back(text);
      options.push_back({
        alignment: false,
        html: false,
        qualityScores: false,
        ...how,
      });
    }
    const responses = this.#service.translate(this.#model, input, options);
    const result = texts.map((_, i) => responses.get(i).getTranslatedText());

    for (const list of [input, options, responses]) list.delete();
    return result;
  }

  /** [[word, mean log-probability of its pieces], ...].  Numbers leave this
   * engine only as marks in HTML, and only with skip-cost off. */
  scores(text) {
    const how = { html: true, qualityScores: true };
    const [html] = this.translate([escape(text)], how);

    return [...html.matchAll(/x-bergamot-word-score="([^"]+)">([^<]*)</g)].map(
      ([, score, word]) => [unescape(word), Number(score)],
    );
  }

  free() {
    this.#model.delete();
  }
}

/** The engine, in this thread. */
export class Wasm {
  #module;
  #service;

  static async open() {
    const wasm = new Wasm();

    await new Promise((ready, reject) => {
      wasm.#module = {
        instantiateWasm: (info, accept) => instantiate(info, accept, reject),
        onRuntimeInitialized: ready,
        onAbort: (why) => reject(new Error(`the engine ended: ${why}`)),
      };
      // A script from before modules: its names are kept out of ours.
      new Function(
        "Module",
        "require",
        "__dirname",
        "__filename",
        readFileSync(GLUE, "utf8"),
      )(wasm.#module, require, WORKER, GLUE);
    });
    wasm.#service = new wasm.#module.BlockingService({ cacheSize: 0 });
    return wasm;
  }

  /** options: marian's own, over those above. */
  load(folder, options = {}) {
    return new WasmModel(this.#module, this.#service, folder, options);
  }
}

async function main([folder, flag]) {
  const scores = flag === "--scores";
  const wasm = await Wasm.open();
  const model = wasm.load(folder, scores ? { "skip-cost": false } : {});
  const lines = readFileSync(0, "utf8").replace(/\n$/, "").split("\n");

  for (const line of lines)
    console.log(
      scores ? JSON.stringify(model.scores(line)) : model.translate([line])[0],
    );
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await main(process.argv.slice(2));
