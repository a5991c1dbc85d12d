// SPDX-License-Identifier: ISC
// Our neural engine beside the one that Firefox has (WebAssembly), on one core:
// the same models, the same sentences, in turn.  Part of ./meeshy bench (--only
// nn), and by itself:
//
//   node bench/nn.mjs [--quick] [--json]
//
// The models copy their input, so that lengths and work are those of a real
// translation, and have the shapes of Mozilla's.  MEESHY_DATA (../shared/data)
// has text for a vocabulary of 32000 pieces; without it a small one is made.
import { execFile, execFileSync } from "node:child_process";
import {
  copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { absence, Wasm } from "../test/nn/wasm.mjs";
import { grid, median } from "./report.mjs";
import { BUILD, ROOT, SERVER_CPU } from "./servers.mjs";

const HERE = fileURLToPath(import.meta.url);
const DATA = resolve(ROOT, process.env.MEESHY_DATA ?? "../shared/data");
const MODELS = join(BUILD, "bench-nn");
const SHAPES = ["tiny", "base-memory", "base"];
const KERNELS =
  ["amx", "vnni", "avxvnni", "avx2", "sse4", "neon", "scalar"];
const BATCHES = [1, 2, 4, 8, 16, 32, 64, 128];
const BATCH = 32; // where only one is measured: what the product has
const VOCAB = 32000;
const PER_LINE = 5; // sentences that the vocabulary is trained with
const VOCAB_SMALL = 1000; // of our own few sentences
const SENTENCES_MAX = 200;
const SENTENCES_BESIDE = 64; // beside the peer, which takes its time
const SENTENCES_SLOW = 32; // for kernels that do
const WORDS_MIN = 13;
const WORDS_MAX = 17;
const ROUNDS_MIN = 3;
const RUN_MS_MAX = 300 * 1000;

const run = promisify(execFile);
const program = (name) => join(BUILD, "src/nn", name);
const pinned = SERVER_CPU >= 0 ? ["taskset", "-c", String(SERVER_CPU)] : [];
const words = (lines) => lines.flatMap((line) => line.split(" ")).length;

/** Why it cannot be measured, or null. */
export function missing() {
  const absent = ["nn_speed", "kernel_bench", "meeshy-synth"]
    .find((name) => !existsSync(program(name)));
  return absent ? `src/nn/${absent} is not built` : null;
}

/** Two of the usual sentences each: 13 to 17 words. */
function sentences() {
  const lines = readFileSync(join(ROOT, "bench/sentences.txt"), "utf8")
    .trim().split("\n");
  const pairs = lines.flatMap((_, distance) => lines.map((line, i) =>
    `${line} ${lines[(i + distance + 1) % lines.length]}`));
  return pairs.filter((text) => {
    const n = words([text]);
    return n >= WORDS_MIN && n <= WORDS_MAX;
  }).slice(0, SENTENCES_MAX);
}

/** A file of text in several languages, or null. */
function corpus() {
  const files = existsSync(DATA)
    ? readdirSync(DATA).filter((name) => name.endsWith(".train.tsv.xz")) : [];
  if (!files.length) return null;
  const text = files.flatMap((name) => execFileSync("xz",
    ["-dc", join(DATA, name)], { encoding: "utf8", maxBuffer: 1 << 30 })
    .split(/[\t\n]/));
  const path = join(MODELS, "text.txt");
  // The trainer takes so many lines and no more: several sentences on each.
  writeFileSync(path, [...new Set(text)].map((sentence, i) =>
    sentence + (i % PER_LINE ? " " : "\n")).join(""));
  return path;
}

const synth = (...args) =>
  execFileSync(program("meeshy-synth"), args, { stdio: "pipe" });

/** Its path and size; made once. */
function vocabulary(say) {
  const path = (size) => join(MODELS, `${size}.spm`);
  for (const size of [VOCAB, VOCAB_SMALL])
    if (existsSync(path(size))) return { spm: path(size), size };
  mkdirSync(MODELS, { recursive: true });
  const text = corpus();
  const size = text ? VOCAB : VOCAB_SMALL;
  say(`making a vocabulary of ${size} pieces of ` +
    `${text ? DATA : "our own few sentences"}`);
  synth("vocab", path(size), "--bytes", "--size", String(size),
    ...(text ? ["--text", text] : []));
  if (text) rmSync(text);
  return { spm: path(size), size };
}

/** The folder of a model, made once. */
function modelOf(shape, { spm, size }) {
  const folder = join(MODELS, `${shape}-${size}`);
  const of = ["--vocab", String(size)];
  if (existsSync(join(folder, "lex.bin"))) return folder;
  mkdirSync(folder, { recursive: true });
  copyFileSync(spm, join(folder, "vocab.spm"));
  synth("model", join(folder, "model.bin"), "--arch", shape, "--kind", "copy",
    ...of);
  synth("shortlist", join(folder, "lex.bin"), ...of);
  return folder;
}

/** One JSON object of a program that reads lines and is pinned to a core. */
async function measure(argv, lines, env = {}) {
  const [command, ...args] = [...pinned, ...argv];
  const child = run(command, args.map(String), {
    cwd: ROOT, env: { ...process.env, ...env }, timeout: RUN_MS_MAX,
  });
  child.child.stdin.end(`${lines.join("\n")}\n`);
  return JSON.parse((await child).stdout);
}

const ours = (folder, lines, { batch, seconds, kernel = "", precision }) =>
  measure([program("nn_speed"), "--batch", batch, "--seconds", seconds,
    ...(precision ? ["--precision", precision] : []), folder],
  lines, { MEESHY_KERNEL: kernel });

const theirs = (folder, lines, { batch, seconds }) =>
  measure([process.execPath, HERE, "--peer", folder, "--batch", batch,
    "--seconds", seconds], lines);

/** The peer's process: the same report as nn_speed's.  A batch of 1 is one
 * sentence a call, any other all at once, cut as that engine likes best. */
async function peer({ peer: folder, batch, seconds }) {
  const lines = readFileSync(0, "utf8").trim().split("\n");
  const start = performance.now();
  const model = (await Wasm.open()).load(folder);
  const ms = [];
  const timed = (texts) => {
    const begin = performance.now();
    model.translate(texts);
    ms.push(performance.now() - begin);
  };
  timed([lines[0]]);
  const loaded = performance.now() - start;
  const round = () => {
    if (Number(batch) === 1) lines.forEach((line) => timed([line]));
    else timed(lines);
  };
  const wall = [];
  const cpu = [];
  round(); // to warm up
  ms.length = 0;
  const end = performance.now() + 1000 * seconds;
  while (wall.length < ROUNDS_MIN || performance.now() < end) {
    const before = process.cpuUsage();
    const begin = performance.now();
    round();
    const { user, system } = process.cpuUsage(before);
    wall.push((performance.now() - begin) / 1e3);
    cpu.push((user + system) / 1e6);
  }
  console.log(JSON.stringify({
    kernel: "wasm", batch: Number(batch), words: words(lines),
    wall_s: [Math.min(...wall), median(wall)],
    cpu_s: [Math.min(...cpu), median(cpu)],
    p50_us: 1e3 * median(ms), load_ms: loaded,
  }));
}


const perSecond = (row, key, which = 1) => row.words / row[key][which];
const n0 = (value) => value.toFixed(0);

/** What the CPU's instructions for sums could do at best, if there were nothing
 * else to do: words per second. */
const ceiling = (row, peak) => row.words / (row.products / (peak * 1e9));

/** The kernel's peak in 1e9 multiply-adds per second. */
async function peakOf(kernel) {
  const [command, ...args] =
    [...pinned, program("kernel_bench"), "--json", kernel];
  const { stdout } = await run(command, args, { timeout: RUN_MS_MAX });
  return JSON.parse(stdout.slice(0, stdout.indexOf("\n"))).peak;
}

/** Ours and the peer in turn, for each shape, in batches and one at a time. */
async function beside(folders, lines, seconds, say) {
  const rows = [];
  const few = lines.slice(0, SENTENCES_BESIDE);
  for (const [shape, folder] of folders)
    for (const batch of [BATCH, 1]) {
      const row = {
        shape, batch, ours: await ours(folder, few, { batch, seconds }),
        wasm: await theirs(folder, few, { batch, seconds }),
      };
      row.times = perSecond(row.ours, "cpu_s") / perSecond(row.wasm, "cpu_s");
      row.times_wall =
        perSecond(row.ours, "wall_s") / perSecond(row.wasm, "wall_s");
      rows.push(row);
      say(`${shape} ${batch === 1 ? "one at a time" : "in batches"}: ` +
        `${n0(perSecond(row.ours, "cpu_s"))} against ` +
        `${n0(perSecond(row.wasm, "cpu_s"))} words per CPU second, ` +
        `${row.times.toFixed(1)} times`);
    }
  return rows;
}

/** Ours alone, for each shape by the number of sentences under way. */
async function byBatch(folders, lines, seconds) {
  const rows = [];
  for (const [shape, folder] of folders)
    for (const batch of BATCHES)
      rows.push({ shape, ...await ours(folder, lines, { batch, seconds }) });
  return rows;
}

/** Ours alone, the tiny model on every kernel that the CPU has, and by precision. */
async function byKernel(folder, lines) {
  const rows = [];
  const few = lines.slice(0, SENTENCES_SLOW);
  const one = async (how) => {
    for (const batch of [1, BATCH])
      rows.push(await ours(folder, few, { batch, seconds: 0, ...how }));
  };
  for (const kernel of KERNELS) await one({ kernel }).catch(() => {}); // not here
  for (const precision of ["bfloat16", "float32"]) await one({ precision });
  return rows;
}

const besideTable = (rows) => grid(
  ["shape", "batch", "ours", "best", "wall", "wasm", "best", "wall", "x CPU",
    "x wall", "ours p50 ms", "wasm p50 ms"],
  rows.map(({ shape, batch, ours: a, wasm: b, times, times_wall: wall }) => [
    shape, String(batch), n0(perSecond(a, "cpu_s")),
    n0(perSecond(a, "cpu_s", 0)), n0(perSecond(a, "wall_s")),
    n0(perSecond(b, "cpu_s")), n0(perSecond(b, "cpu_s", 0)),
    n0(perSecond(b, "wall_s")), times.toFixed(1), wall.toFixed(1),
    batch === 1 ? (a.p50_us / 1e3).toFixed(2) : "-",
    batch === 1 ? (b.p50_us / 1e3).toFixed(2) : "-",
  ]));

const batchTable = (rows, peak) => grid(
  ["shape", "batch", "words/CPU s", "best", "words/s", "p50 ms", "p95 ms",
    "ceiling", "share", "MB model", "MB batch"],
  rows.map((row) => [
    row.shape, String(row.batch), n0(perSecond(row, "cpu_s")),
    n0(perSecond(row, "cpu_s", 0)), n0(perSecond(row, "wall_s")),
    (row.p50_us / 1e3).toFixed(2), (row.p95_us / 1e3).toFixed(2),
    n0(ceiling(row, peak)),
    `${n0(100 * perSecond(row, "cpu_s") / ceiling(row, peak))} %`,
    n0(row.model_bytes / 1e6), n0(row.batcher_bytes / 1e6),
  ]));

const kernelTable = (rows) => grid(
  ["kernel", "precision", "batch", "words/CPU s", "best"],
  rows.map((row) => [row.kernel, row.precision, String(row.batch),
    n0(perSecond(row, "cpu_s")), n0(perSecond(row, "cpu_s", 0))]));

/** Measure all and print it; what is returned goes into the report. */
export async function measureNn({ quick = false, say }) {
  const seconds = quick ? 0 : 1;
  const lines = sentences();
  const vocab = vocabulary(say);
  const folders = (quick ? SHAPES.slice(0, 1) : SHAPES)
    .map((shape) => [shape, modelOf(shape, vocab)]);
  const batches = await byBatch(folders, lines, seconds / 2);
  const peak = await peakOf(batches[0].kernel);
  const report = {
    sentences: lines.length, words: words(lines), vocab: vocab.size, peak,
    batches, kernels: await byKernel(folders[0][1], lines),
  };
  say(`\nnn: ${lines.length} sentences of ${WORDS_MIN}-${WORDS_MAX} words, ` +
    `${words(lines)} words, ${batches[0].source_pieces} pieces of ` +
    `${vocab.size}; one core; medians of rounds, and the best`);
  say(`\nOurs by sentences under way; the ceiling is ${n0(peak)}e9 ` +
    `multiply-adds/s (${batches[0].kernel}):\n${batchTable(batches, peak)}`);
  say(`\nThe ${SHAPES[0]} model by kernel:\n${kernelTable(report.kernels)}\n`);
  if (absence()) {
    say(`beside the WebAssembly engine: skipped, ${absence()}`);
    return report;
  }
  report.beside = await beside(folders, lines, seconds, say);
  say(`\nBeside the WebAssembly engine, words per CPU second:\n${
    besideTable(report.beside)}`);
  return report;
}

async function main() {
  const { values } = parseArgs({
    options: {
      quick: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      peer: { type: "string" },
      batch: { type: "string" },
      seconds: { type: "string" },
    },
  });
  if (values.peer) return peer(values);
  if (missing()) throw new Error(missing());
  const say = values.json ? console.error : console.log;
  const report = await measureNn({ quick: values.quick, say });
  if (values.json) console.log(JSON.stringify(report, null, 1));
}

if (process.argv[1] === HERE) await main();
