// SPDX-License-Identifier: ISC
// Two builds of the gateway, alternately, under the same load: is a message
// cheaper or dearer than it was?
//
//   git worktree add /tmp/was COMMIT
//   (cd /tmp/was && meson setup build --buildtype=release &&
//     ninja -C build src/gateway/meeshy-gateway)
//   node bench/beside.mjs /tmp/was/build/src/gateway/meeshy-gateway \
//     [--only REGEX] [--rounds N] [--seconds S] [--least RATIO]
//
// The other build is the one in build/.  What counts is the gateway's own
// processor time (all its threads, user and system, from /proc) for each
// message, since that means something on a machine that others use, too.
// Messages per second are told beside it.  Ratios are old by new, medians of
// the rounds: above 1 is better now.  With --least, exit status 1 when one is
// below.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { CASES } from "./cases.mjs";
import { grid, median } from "./report.mjs";
import { absence, BUILD, startServer } from "./servers.mjs";
import { drive } from "./tools.mjs";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: "string", default: "^(acked|fanout)" },
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "3" },
    least: { type: "string", default: "0" },
  },
});
const [oldGateway] = positionals;
if (!oldGateway || !existsSync(oldGateway)) {
  console.error("usage: node bench/beside.mjs OLD-MEESHY-GATEWAY [OPTION...]");
  process.exit(2);
}
const rounds = Number(options.rounds);
const seconds = Number(options.seconds);
const least = Number(options.least);
const builds = { old: oldGateway, new: undefined };

/** One run: µs of processor, and how many a second. */
async function measure(c, kindName, gateway, data) {
  const dir = mkdtempSync(join(data, "run-"));
  const server = await startServer(kindName, dir, { gateway });
  try {
    const r = await drive(c, kindName, server, seconds);
    const what = c.figure.replace("_per_s", "");
    return {
      us: 1e6 / r.server[`${what}_per_cpu_s`], perSecond: r[c.figure],
    };
  } finally {
    await server.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Old and new in turn, and in the other order every second time. */
async function compare(c, kindName, data) {
  const runs = { old: [], new: [] };
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 ? ["new", "old"] : ["old", "new"];
    for (const which of order)
      runs[which].push(await measure(c, kindName, builds[which], data));
  }
  const of = (which, figure) => median(runs[which].map((r) => r[figure]));
  const spread = runs.old.map((r, i) => r.us / runs.new[i].us)
    .sort((a, b) => a - b);
  return {
    name: `${c.name} ${kindName}`,
    us: [of("old", "us"), of("new", "us")],
    perSecond: [of("old", "perSecond"), of("new", "perSecond")],
    pairs: [spread[0], spread[spread.length - 1]],
  };
}

const data = mkdtempSync(join(BUILD, "bench-data-"));
process.once("SIGINT", () => process.exit(130));
process.once("SIGTERM", () => process.exit(143));
process.once("exit", () => rmSync(data, { recursive: true, force: true }));

const HEADS =
  ["case", "server", "old us", "new us", "CPU x", "pairs", "old/s", "new/s", "x"];

const cells = ({ name, us, pairs, perSecond }) => [
  ...name.split(" "), ...us.map((n) => n.toFixed(2)),
  (us[0] / us[1]).toFixed(2), pairs.map((n) => n.toFixed(2)).join("-"),
  ...perSecond.map((n) => n.toFixed(0)),
  (perSecond[1] / perSecond[0]).toFixed(2),
];

/** What costs a message, of the cases; the servers that are there. */
function chosen() {
  const wanted = new RegExp(options.only);
  return CASES
    .filter((c) => /^(acked|delivered)_/.test(c.figure) && wanted.test(c.name))
    .flatMap((c) => c.servers.map((kindName) => ({ c, kindName })))
    .filter(({ kindName }) => kindName.startsWith("ours"))
    .filter(({ kindName }) => {
      const why = absence(kindName);
      if (why) console.error(`${kindName} is left out: ${why}`);
      return !why;
    });
}

const lines = [];
for (const { c, kindName } of chosen()) {
  const line = await compare(c, kindName, data);
  lines.push(cells(line));
  console.error(lines.at(-1).join("  "));
  if (line.us[0] / line.us[1] < least) process.exitCode = 1;
}
console.log(grid(HEADS, lines));
