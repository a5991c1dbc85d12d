// SPDX-License-Identifier: ISC
// Which files of ours one message goes through, on which threads, from the
// socket of its writer to the reader's translation.
//
//   MEESHY_BUILD=build-debug node bench/way.mjs
//
// Both daemons run in callgrind.  What also runs while nobody writes (timers) is
// told from what does for the message by letting them idle first.  Inlined functions
// count for the file that they are written in.  Takes some minutes: the models
// are read slowly there.  ARCHITECTURE.md has the figures.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { House, ROOT } from "../test/lib/house.mjs";
import { pause, until } from "../test/lib/wait.mjs";

const VALGRIND = "/usr/bin/valgrind";
const KERNEL = "avx2"; // the best that valgrind knows
const WAIT_MS = 300_000;
const IDLE_MS = 6_000; // longer than the timers that come round often
const DUMP_MS_MAX = 60_000;
const WARM_UP = [
  "We will meet at the old bridge tomorrow morning.",
  "My brother sold his blue car to a friend last week.",
];
const COUNTED = "The teacher gave every child a small green apple.";

if (!existsSync(VALGRIND)) {
  console.log("skipped: no valgrind");
  process.exit(0);
}

const dir = mkdtempSync(join(tmpdir(), "meeshy-way-"));
const dumps = () => readdirSync(dir).map((name) => join(dir, name));

/** "(12) name" tells a name and gives it a number, "(12)" means it again. */
function namer() {
  const known = new Map();

  return (text) => {
    const [, number, name] = /^\((\d+)\)(?: (.*))?$/.exec(text) ?? [];
    if (name) known.set(number, name);
    return known.get(number) ?? text;
  };
}

/** The functions that a dump says ran: "FILE FUNCTION", of our own files. */
function readDump(path) {
  const file = namer(), fn = namer(), ran = new Set();
  let of = "", at = "", what = "", ofCall = false;

  for (const line of readFileSync(path, "latin1").split("\n")) {
    const [key, value = ""] = line.split(/=(.*)/, 2);
    if (key === "fl") of = at = file(value);
    else if (key === "fi" || key === "fe") at = file(value);
    else if (key === "fn") [what, at] = [fn(value), of];
    else if (key === "cfi" || key === "cfl") file(value);
    else if (key === "cfn") fn(value);
    else if (key === "calls") ofCall = true;
    else if (/^[+\-*\d]/.test(line)) {
      const [, ours] = /(?:^|\/)src\/(.+\.(?:c|cc))$/.exec(at) ?? [];
      if (ours && !ofCall) ran.add(`${ours} ${what}`);
      ofCall = false;
    }
  }
  return ran;
}

function startIn(daemon, name) {
  const program = daemon.program;

  daemon.program = VALGRIND;
  daemon.start(["--tool=callgrind", "--quiet", "--instr-atstart=no",
    "--separate-threads=yes", `--callgrind-out-file=${join(dir, name)}`, program]);
}

/** Tell both, and wait until each has obeyed. */
async function control(daemons, ...args) {
  for (const { child } of daemons)
    execFileSync("callgrind_control", [...args, String(child.pid)],
      { stdio: "ignore", timeout: DUMP_MS_MAX });
}

async function dump(daemons) {
  const before = new Set(dumps());
  const fresh = () => dumps().filter((path) => !before.has(path));

  await control(daemons, "-d");
  for (const name of ["gateway", "translator"])
    await until(() => fresh().some((p) => p.includes(name)), "a dump", DUMP_MS_MAX);
  await pause(IDLE_MS); // the files of all threads
  return fresh();
}

const house = await House.build({
  TRANSLATOR_NEURAL_MODELS: join(ROOT, "models"),
  TRANSLATOR_MEMORY: join(ROOT, "memory"),
  TRANSLATOR_ENGINE_TIMEOUT: "120", MEESHY_KERNEL: KERNEL,
});
const daemons = [house.gateway, house.translator];
startIn(house.gateway, "gateway");
startIn(house.translator, "translator");
await until(async () => (await house.health()).status === "healthy",
  "both work", WAIT_MS);
const writer = await house.guest("Writer", "en");
const reader = await house.guest("Reader", "fr");
const say = async (content) => {
  const answer = await new Promise((done) => writer.socket.emit(
    "message:send", { conversationId: "any", content }, done));
  await reader.translation(answer.data.messageId, WAIT_MS);
};

for (const content of WARM_UP) await say(content);
await control(daemons, "-i", "on");
await pause(IDLE_MS);
const idle = new Set((await dump(daemons)).flatMap((p) => [...readDump(p)]));
await say(COUNTED);
const threads = (await dump(daemons))
  .map((path) => [path.slice(dir.length + 1), [...readDump(path)]
    .filter((ran) => !idle.has(ran)).map((ran) => ran.split(" ")[0])])
  .filter(([, files]) => files.length > 0);
await Promise.allSettled(daemons.map((daemon) => daemon.kill()));
await house.close();
rmSync(dir, { recursive: true });

const all = new Set(threads.flatMap(([, files]) => files));
const folders = new Map();
for (const file of all) {
  const folder = file.split("/")[0];
  folders.set(folder, (folders.get(folder) ?? 0) + 1);
}
for (const [name, files] of threads)
  console.log(`${name}: ${[...new Set(files)].sort().join(" ")}\n`);
console.log(`${all.size} files: ${[...folders].sort((a, b) => b[1] - a[1])
  .map(([folder, n]) => `${folder} ${n}`).join(", ")}`);
