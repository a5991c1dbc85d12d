// SPDX-License-Identifier: ISC
// Medians, ratios and the table that a person reads.

const QUIET_SHARE_MIN = 0.9;

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (!sorted.length) return NaN;
  return sorted.length % 2
    ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Both cores were ours before and after the run. */
export const isQuiet = (row) =>
  Math.min(...row.before.share, ...row.after.share) >= QUIET_SHARE_MIN;

const figures = {
  acked_per_s: (r) => r.acked_per_s,
  delivered_per_s: (r) => r.delivered_per_s,
  translated_per_s: (r) => r.translated_per_s,
  acked_per_cpu_s: (r) => r.server.acked_per_cpu_s,
  delivered_per_cpu_s: (r) => r.server.delivered_per_cpu_s,
  ack_p50_ms: (r) => r.ack_ms.p50,
  ack_p99_ms: (r) => r.ack_ms.p99,
  delivery_p50_ms: (r) => r.delivery_ms.p50,
  delivery_p99_ms: (r) => r.delivery_ms.p99,
  translation_p50_ms: (r) => r.translation_ms.p50,
  translation_p95_ms: (r) => r.translation_ms.p95,
  translation_p99_ms: (r) => r.translation_ms.p99,
  kb_per_conn: (r) => r.server.kb_per_conn,
  rss_mb: (r) => r.server.rss_end_kb / 1024,
  connects_per_s: (r) => r.connect.per_s,
  client_cpu_pct: (r) => r.client_cpu_pct,
};

/** Messages that were acknowledged and did not reach every member. */
function missing({ result: r }, { conns, rooms }) {
  return r.acked_all * (conns / rooms) - r.delivered_all;
}

const sum = (values) => values.reduce((a, b) => a + b, 0);

/** One line per case and server: medians over its quiet runs, or over all
 * where no run was quiet. */
export function summarise(cases, rows) {
  const lines = [];
  for (const c of cases) {
    for (const server of c.servers) {
      const all = rows.filter((r) => r.case === c.name && r.server === server);
      const quiet = all.filter(isQuiet);
      const used = quiet.length ? quiet : all;
      if (!used.length) continue;
      const of = (read) => used.map((row) => read(row.result));
      const line = {
        case: c.name, server, conns: c.conns, runs: all.length, quiet: quiet.length,
        share: median(used.map((r) =>
          Math.min(...r.before.share, ...r.after.share))),
        fdatasync_per_s: median(used.map((r) => r.before.fdatasync_per_s)),
        errors: sum(all.map((r) => sum(Object.values(r.result.errors)))),
        missing: sum(all.map((r) => missing(r, c))),
      };
      for (const [name, read] of Object.entries(figures))
        line[name] = median(of(read));
      const main = of(figures[c.figure]);
      line.min = Math.min(...main);
      line.max = Math.max(...main);
      lines.push(line);
    }
  }
  return lines;
}

/** Ours against each peer of the same case: throughput and, where the server
 * used the CPU for it, throughput per CPU second. */
export function ratios(cases, lines) {
  const out = [];
  for (const c of cases) {
    const mine = lines.filter((l) => l.case === c.name);
    for (const ours of mine.filter((l) => l.server.startsWith("ours")))
      for (const peer of mine.filter((l) => l.server.startsWith("peer"))) {
        const ratio = ours[c.figure] / peer[c.figure];
        const perCpu = c.figure.replace("_per_s", "_per_cpu_s");
        out.push({
          case: c.name, ours: ours.server, peer: peer.server,
          figure: c.figure,
          times_better: c.smallerIsBetter ? 1 / ratio : ratio,
          times_better_per_cpu:
            perCpu !== c.figure ? ours[perCpu] / peer[perCpu] : null,
        });
      }
  }
  return out;
}

/** 12345 -> "12.3k". */
function short(n) {
  if (!n) return "-"; // nothing, or nothing that this case measures
  if (n >= 999500) return `${(n / 1e6).toFixed(2)}M`;
  if (n >= 10000) return `${(n / 1e3).toFixed(n < 99950 ? 1 : 0)}k`;
  if (n >= 100) return n.toFixed(0);
  return n.toFixed(n < 10 ? 2 : 1);
}

const row = (...values) =>
  values.some(Boolean) ? values.map(short).join("/") : "-";

// What a connection costs shows only when there are many.
const crowd = (line, n) => (line.conns >= 1000 ? short(n) : "-");

const columns = [
  ["case", (l) => l.case],
  ["server", (l) => l.server],
  ["acked/s", (l) => short(l.acked_per_s)],
  ["deliv/s", (l) => short(l.delivered_per_s)],
  ["transl/s", (l) => short(l.translated_per_s)],
  ["min-max", (l) => `${short(l.min)}-${short(l.max)}`],
  ["acked/CPU-s", (l) => short(l.acked_per_cpu_s)],
  ["deliv/CPU-s", (l) => short(l.delivered_per_cpu_s)],
  ["ack p50/p99 ms", (l) => row(l.ack_p50_ms, l.ack_p99_ms)],
  ["deliv p50/p99 ms", (l) => row(l.delivery_p50_ms, l.delivery_p99_ms)],
  ["transl p50/p95/p99 ms", (l) => row(
    l.translation_p50_ms, l.translation_p95_ms, l.translation_p99_ms)],
  ["kB/conn", (l) => crowd(l, l.kb_per_conn)],
  ["RSS MB", (l) => short(l.rss_mb)],
  ["conn/s", (l) => crowd(l, l.connects_per_s)],
  ["client %", (l) => short(l.client_cpu_pct)],
  ["err", (l) => String(l.errors)],
  ["lost", (l) => String(l.missing)],
  ["quiet", (l) => `${l.quiet}/${l.runs}`],
  ["core", (l) => l.share.toFixed(2)],
  ["fsync/s", (l) => short(l.fdatasync_per_s)],
];

/** Columns under their heads; the first two are names. */
export function grid(heads, cells) {
  const widths = heads.map((head, i) =>
    Math.max(head.length, ...cells.map((row) => row[i].length)));
  return [heads, ...cells].map((row) => row
    .map((cell, i) => (i < 2 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
    .join("  ").trimEnd()).join("\n");
}

export function table(lines) {
  return grid(columns.map(([head]) => head),
    lines.map((line) => columns.map(([, show]) => show(line))));
}

export function ratioTable(list) {
  return grid(["case", "ours", "against", "figure", "x", "x per CPU"],
    list.map((r) => [r.case, r.ours, r.peer, r.figure,
      r.times_better.toFixed(2),
      r.times_better_per_cpu ? r.times_better_per_cpu.toFixed(2) : "-"]));
}
