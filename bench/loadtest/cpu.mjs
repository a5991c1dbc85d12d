// SPDX-License-Identifier: ISC
// Who used the processors between two moments, from /proc.
import { readdirSync, readFileSync } from "node:fs";
import { cpus } from "node:os";

const TICKS_PER_S = 100; // USER_HZ, the same on every Linux
const KB_PER_MB = 1024;

function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return ""; // it has ended
  }
}

/** Pids of the programs that a process has started. */
export function children(pid) {
  let tasks = [];
  try {
    tasks = readdirSync(`/proc/${pid}/task`);
  } catch {
    return []; // it has ended
  }
  return tasks.flatMap((task) =>
    read(`/proc/${pid}/task/${task}/children`).split(/\s+/).filter(Boolean));
}

/** Memory of a process that it shares with nobody, MB. */
export function ownMb(pid) {
  const kb = /^RssAnon:\s+(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1];
  return Number(kb ?? 0) / KB_PER_MB;
}

/** Seconds of CPU that a process has used. */
function processS(pid) {
  // The name in field 2 may hold anything; fields 14 and 15 are the times.
  const fields = read(`/proc/${pid}/stat`).split(") ").pop().split(" ");
  const ticks = Number(fields[11]) + Number(fields[12]);
  return Number.isFinite(ticks) ? ticks / TICKS_PER_S : 0;
}

/** Seconds of CPU that everybody has used: all but idle and waiting. */
function machineS() {
  const [user, nice, system, , , irq, softirq, steal] =
    read("/proc/stat").split("\n")[0].split(/\s+/).slice(1).map(Number);
  return {
    busy: (user + nice + system + irq + softirq) / TICKS_PER_S,
    stolen: steal / TICKS_PER_S,
  };
}

/** A moment, to be given to cpuUse later.
 * @param house {gatewayPid, translatorPid}, where they are known */
export function cpuNow({ gatewayPid, translatorPid }) {
  const own = process.cpuUsage();
  const s = { "load test": (own.user + own.system) / 1e6 };
  if (gatewayPid) s.gateway = processS(gatewayPid);
  if (translatorPid) {
    s.translator = processS(translatorPid);
    s.pipelines = children(translatorPid).map(processS)
      .reduce((a, b) => a + b, 0);
  }
  return { at: performance.now(), s, ...machineS() };
}

/** Per cent of one core by each, and by everybody else, since then. */
export function cpuUse(was, now) {
  const seconds = (now.at - was.at) / 1000;
  const percent = (s) => (100 * s) / seconds;
  const ours = Object.fromEntries(Object.keys(now.s).map((name) =>
    [name, percent(now.s[name] - (was.s[name] ?? 0))]));
  const sum = Object.values(ours).reduce((a, b) => a + b, 0);
  return {
    cores: cpus().length, ...ours,
    others: Math.max(0, percent(now.busy - was.busy) - sum),
    stolen: percent(now.stolen - was.stolen),
  };
}
