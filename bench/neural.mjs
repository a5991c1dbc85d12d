// SPDX-License-Identifier: ISC
// ./meeshy bench neural: the neural engine inside the translator, ZeroMQ to
// ZeroMQ, with models of our own making whose output is their input, so that
// lengths and work are those of translations.
//
//   node bench/neural.mjs [--seconds S] [--rounds N] [--arch A,...]
//                         [--text FILE] [--vocab N] [--model DIR]
//                         [--part continuous|shapes|crowd]
//
// Without --text the vocabulary has 1000 pieces, about twice as many to a word
// as real ones; FILE has a sentence a line to learn --vocab pieces from.
// --model takes a real model, DIR/xx-yy, for the first table, and FILE then
// has what it translates.
import { execFile, execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  copyFileSync, createReadStream, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync,
  symlinkSync, writeFileSync,
} from "node:fs";
import { basename, join, resolve } from "node:path";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { median } from "./report.mjs";
import { BUILD, CLIENT_CPU, Daemon, ROOT, SERVER_CPU, freePort } from "./servers.mjs";

const SYNTH = join(BUILD, "src/nn/meeshy-synth");
const TARGETS = ["es", "fr", "de", "it", "pt", "ca", "gl", "nl", "sv", "da"];
const LINES = 400;
const IN_FLIGHT = 50;
const MB = 1024 * 1024;

const { values: options } = parseArgs({
  options: {
    seconds: { type: "string", default: "8" },
    rounds: { type: "string", default: "3" },
    arch: { type: "string", default: "tiny,base-memory,base" },
    text: { type: "string" },
    vocab: { type: "string", default: "1000" },
    model: { type: "string" },
    part: { type: "string", default: "." },
  },
});
const seconds = Number(options.seconds);
const rounds = Number(options.rounds);

const dir = mkdtempSync(join(BUILD, "bench-neural-"));
process.once("exit", () => rmSync(dir, { recursive: true, force: true }));
for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]])
  process.once(signal, () => process.exit(code));

const synth = (...args) =>
  execFileSync(SYNTH, args.map(String), { stdio: ["ignore", "ignore", "pipe"] });

/** Sentences of 3 to 30 words, as chat and news have them. */
function sentences() {
  if (options.text && options.model)
    return readFileSync(options.text, "utf8").trim().split("\n").slice(0, LINES);
  const words = readFileSync(join(ROOT, "bench/sentences.txt"), "utf8")
    .replace(/[.?!]/g, "").toLowerCase().split(/\s+/).filter(Boolean);
  const lines = [];
  for (let i = 0, at = 0; i < LINES; i++) {
    const n = 3 + ((i * 7919) % 28);
    lines.push(Array.from({ length: n }, () => words[at++ % words.length])
      .join(" "));
  }
  return lines;
}

const describe = (folder, name) => {
  const [source, target] = name.split("-");
  const files = [["model", "model.bin"], ["vocab", "vocab.spm"], ["lex", "lex.bin"]]
    .map(([role, file]) => {
      const bytes = readFileSync(join(folder, file));
      return {
        role, name: file, bytes: bytes.length,
        sha256: createHash("sha256").update(bytes).digest("hex"),
      };
    });
  writeFileSync(join(folder, "model.json"), JSON.stringify({
    format: 1, name, source, target, version: "1", architecture: "synthetic",
    licence: "ISC", files,
  }));
};

/** One model of every shape, made once; copies differ in their names. */
const shop = new Map();
function install(models, name, arch) {
  const folder = join(models, name);
  const vocab = join(dir, "vocab.spm");
  if (!shop.size)
    synth("vocab", vocab, "--size", options.vocab, "--bytes",
      ...(options.text ? ["--text", options.text] : []));
  if (!shop.has(arch)) {
    const made = join(dir, `${arch}.bin`);
    synth("model", made, "--arch", arch, "--kind", "copy", "--spm", vocab);
    synth("shortlist", join(dir, `${arch}.lex`), "--vocab", options.vocab);
    shop.set(arch, made);
  }
  mkdirSync(folder, { recursive: true });
  copyFileSync(shop.get(arch), join(folder, "model.bin"));
  copyFileSync(vocab, join(folder, "vocab.spm"));
  copyFileSync(join(dir, `${arch}.lex`), join(folder, "lex.bin"));
  describe(folder, name);
}

class Translator {
  static async start(models, settings = {}, cpu = -1) {
    const t = new Translator();
    const [http, tasks, results] = [await freePort(), await freePort(), await freePort()];
    Object.assign(t, { http, taskPort: tasks, resultPort: results });
    t.daemon = new Daemon(dir, "translator",
      [join(BUILD, "src/translator/meeshy-translator")], {
        cpu,
        env: Object.fromEntries(Object.entries({
          ENGINE: "neural", NEURAL_MODELS: models, CACHE_BYTES: 0,
          QUALITY_GATE: "false", ENABLE_DYNAMIC_SCALING: "false",
          ANY_WORKERS: 64, NORMAL_WORKERS: 64, HTTP_PORT: http,
          ZMQ_SUB_PORT: tasks, ZMQ_PUB_PORT: results, LOG_LEVEL: "warn",
          ...settings,
        }).map(([key, value]) => [`TRANSLATOR_${key}`, String(value)])),
      });
    await t.daemon.until(async () => {
      try {
        return (await fetch(`http://127.0.0.1:${http}/ready`)).status === 200;
      } catch {
        return false;
      }
    });
    return t;
  }

  async stats() {
    return (await fetch(`http://127.0.0.1:${this.http}/stats`)).json();
  }

  /** So many tasks, each into all targets, with so many in flight. */
  tasks(n, inFlight, source, targets) {
    const pin = CLIENT_CPU >= 0 ? ["-c", String(CLIENT_CPU)] : [];
    const program = [join(BUILD, "src/translator/task_bench"),
      "--port", this.taskPort, "--pub-port", this.resultPort, "--n", n,
      "--inflight", inFlight, source, targets.join(",")].map(String);
    return new Promise((done, fail) => {
      const child = execFile(pin.length ? "taskset" : program[0],
        pin.length ? [...pin, ...program] : program.slice(1),
        { timeout: 300_000 }, (error, stdout, stderr) =>
          error ? fail(new Error(stderr || error.message))
            : done(JSON.parse(stdout)));
      createReadStream(join(dir, "lines")).pipe(child.stdin);
    });
  }

  stop() {
    return this.daemon.stop();
  }
}

const fixed = (n, digits = 1) => n.toFixed(digits).padStart(9);

/** Sentences a second and latencies of each setting, medians over the rounds,
 * in which they take turns. */
async function load(models, pair, inFlight, settings) {
  const [source, target] = pair.split("-");
  const runs = settings.map(() => []);
  for (let i = 0; i < rounds; i++)
    for (const [which, setting] of settings.entries()) {
      const t = await Translator.start(models, setting, SERVER_CPU);
      const warm = await t.tasks(60, inFlight, source, [target]);
      const before = (await t.stats()).neural;
      const n = Math.max(60, Math.round(warm.translations_per_second * seconds));
      const run = await t.tasks(n, inFlight, source, [target]);
      const { neural } = await t.stats();
      run.rows = (neural.row_steps - before.row_steps) / (neural.steps - before.steps);
      runs[which].push(run);
      await t.stop();
    }
  return runs.map((all) => {
    const of = (read) => median(all.map(read));
    return {
      per_s: of((r) => r.translations_per_second), p50: of((r) => r.latency_ms.p50),
      p95: of((r) => r.latency_ms.p95), p99: of((r) => r.latency_ms.p99),
      rows: of((r) => r.rows),
      failed: all.reduce((sum, r) => sum + r.failed + r.lost_tasks, 0),
    };
  });
}

async function continuous(results) {
  const models = join(dir, "one");
  let pair = "en-es";
  mkdirSync(models);
  if (options.model) {
    pair = basename(options.model);
    symlinkSync(resolve(options.model), join(models, pair));
  } else {
    install(models, pair, "tiny");
  }
  console.log(`\n${options.model ?? "tiny"}, ZeroMQ to ZeroMQ, one core, ` +
    `sentences of ${options.model ? "the text" : "3 to 30 words"}\n` +
    "in flight  joins      sent./s   p50 ms   p95 ms   p99 ms  rows/step  failed");
  for (const inFlight of [1, 10, IN_FLIGHT]) {
    const both = await load(models, pair, inFlight, [true, false].map((on) =>
      ({ NEURAL_THREADS: 1, NEURAL_CONTINUOUS: on })));
    for (const [which, r] of both.entries()) {
      const on = which === 0;
      results.push({ case: "continuous", inFlight, on, ...r });
      console.log(`${String(inFlight).padStart(9)}  ` +
        `${on ? "any step " : "when empty"}`.padEnd(10) +
        `${fixed(r.per_s)}${fixed(r.p50)}${fixed(r.p95)}${fixed(r.p99)}` +
        `${fixed(r.rows, 2)}${String(r.failed).padStart(8)}`);
    }
  }
}

async function shapes(results) {
  console.log("\nmodel          file MB  memory MB  first load ms  again ms");
  for (const arch of options.arch.split(",")) {
    const models = join(dir, `shape-${arch}`);
    install(models, "en-es", arch);
    install(models, "en-fr", arch);
    const first = await Translator.start(models, { NEURAL_THREADS: 1 });
    await first.tasks(1, 1, "en", ["es"]);
    const model = (await first.stats()).neural.models
      .find((m) => m.target === "es");
    await first.stop();
    // Room for one only: the other makes it go and come again.
    const t = await Translator.start(models, {
      NEURAL_THREADS: 1, NEURAL_MEMORY_MB: Math.ceil(model.bytes / MB * 1.5),
    });
    const again = [];
    for (let i = 0; i < 5; i++) {
      await t.tasks(1, 1, "en", ["es"]);
      await t.tasks(1, 1, "en", ["fr"]);
      const list = (await t.stats()).neural.models;
      again.push(list.find((m) => m.target === "es").load_ms);
    }
    await t.stop();
    const file = statSync(join(models, "en-es/model.bin")).size;
    results.push({
      case: "load", arch, file, bytes: model.bytes, first_ms: model.load_ms,
      again_ms: median(again.slice(1)),
    });
    console.log(`${arch.padEnd(12)}${fixed(file / MB)}  ${fixed(model.bytes / MB)}` +
      `      ${fixed(model.load_ms)} ${fixed(median(again.slice(1)))}`);
  }
}

async function crowd(results) {
  const models = join(dir, "ten");
  for (const target of TARGETS) install(models, `en-${target}`, "tiny");
  console.log("\nten models (tiny), tasks into ten languages, one thread a model" +
    "\nlimit MB  transl./s   p50 ms   p95 ms  open  memory MB  rss MB  loads  made room");
  let one = 0; // megabytes of a model
  for (const room of [10.5, 3.5, 1.5]) {
    const limit = one ? Math.ceil(room * one) : 4096;
    const t = await Translator.start(models,
      { NEURAL_THREADS: 1, NEURAL_MEMORY_MB: limit });
    let most = 0, watch = true;
    const watching = (async () => {
      while (watch) {
        most = Math.max(most, (await t.stats()).neural.bytes);
        await new Promise((done) => setTimeout(done, 50));
      }
    })();
    await t.tasks(5, 5, "en", TARGETS);
    const n = one ? 5 * seconds : 40 * seconds;
    const r = await t.tasks(n, 5, "en", TARGETS);
    watch = false;
    await watching;
    const s = await t.stats();
    await t.stop();
    if (r.failed + r.lost_tasks > 0) throw new Error("translations failed");
    if (most > limit * MB) throw new Error(`${most} bytes are over the limit`);
    one ||= Math.max(...s.neural.models.map((m) => m.bytes)) / MB;
    results.push({ case: "ten", limit, most, ...r, neural: s.neural });
    console.log(`${String(limit).padStart(8)}  ${fixed(r.translations_per_second)}` +
      `${fixed(r.latency_ms.p50)}${fixed(r.latency_ms.p95)}` +
      `${String(s.neural.open).padStart(6)}  ${fixed(most / MB)}` +
      `${fixed(s.memory_usage_mb, 0).slice(1)}${String(s.neural.loads).padStart(7)}` +
      `${String(s.neural.evictions).padStart(11)}`);
  }
}

async function main() {
  const results = [];
  console.log(`${cpus().length} x ${cpus()[0].model}, Node ${process.version}`);
  writeFileSync(join(dir, "lines"), sentences().join("\n") + "\n");
  for (const part of [continuous, shapes, crowd])
    if (new RegExp(options.part).test(part.name)) await part(results);
  mkdirSync(join(ROOT, "bench/results"), { recursive: true });
  const file = join(ROOT, "bench/results/latest-neural.json");
  writeFileSync(file, JSON.stringify(
    { date: new Date().toISOString(), options, results }, null, 1) + "\n");
  console.log(`\n${file}`);
}

await main();
