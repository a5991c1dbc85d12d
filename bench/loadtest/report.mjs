// SPDX-License-Identifier: ISC
// A load test's outcome as text, Markdown, JSON and SVG.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { plot } from "./plot.mjs";

const fixed = (n) => (Number.isInteger(n) || Math.abs(n) >= 999.5
  ? String(Math.round(n)) : n.toFixed(n < 9.95 ? 2 : 1));

const verdict = ({ met }) =>
  (met === null ? "not asked" : met ? "met" : "NOT MET");

export function headline(r) {
  return `Meeshy ${r.soak ? "soak" : "load test"}: ` +
    `${fixed(r.asked_per_s)} messages/s for ${fixed(r.seconds)} s, ` +
    `${r.senders} senders, languages ${r.languages.join(" ")}`;
}

function table(rows) {
  const widths = rows[0].map((_, i) =>
    Math.max(...rows.map((row) => row[i].length)));
  return rows.map((row) => `  ${row.map((cell, i) =>
    (i === 0 || i > 5 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
    .join("  ").trimEnd()}`).join("\n");
}

const latencyRows = (r) => [
  ["latency, ms", "mean", "p50", "p95", "p99", "max"],
  ...Object.entries(r.latency_ms).map(([name, l]) =>
    [name, l.mean, l.p50, l.p95, l.p99, l.max]
      .map((cell) => (typeof cell === "number" ? fixed(cell) : cell))),
];

const criteriaRows = (r) => [
  ["criterion", "measured", "wanted", "", "", "", ""],
  ...r.criteria.map((c) => [c.name, `${fixed(c.measured)} ${c.unit}`.trim(),
    c.wanted, verdict(c), "", "", c.note]),
].map(([name, measured, wanted, met, , , note]) =>
  [name, measured, wanted, met, note]);

function criteriaText(r) {
  const rows = criteriaRows(r);
  const widths = [0, 1, 2, 3].map((i) =>
    Math.max(...rows.map((row) => row[i].length)));
  return rows.map(([name, measured, wanted, met, note]) =>
    `  ${name.padEnd(widths[0])}  ${measured.padStart(widths[1])}  ` +
    `${wanted.padEnd(widths[2])}  ${met.padEnd(widths[3])}  ${note}`.trimEnd())
    .join("\n");
}

function counts(r) {
  return [
    `requests ${r.requests}`, `acknowledged ${r.acknowledged}`,
    `translations ${r.translated} of ${r.requests * r.languages.length}`,
    `failed ${r.failed}`,
    `lost ${r.messages_lost + r.translations_lost}`,
    `doubled ${r.messages_doubled + r.translations_doubled}`,
    r.refused ? `refused ${r.refused}` : "",
    r.unanswered ? `unanswered ${r.unanswered}` : "",
    r.late ? `sent late ${r.late}` : "",
  ].filter(Boolean).join("   ");
}

function memoryLines(r) {
  return Object.entries(r.memory).filter(([, m]) => m).map(([name, m]) =>
    `  memory ${name.padEnd(10)} ${fixed(m.first_mb)} -> ` +
    `${fixed(m.last_mb)} MB, ${m.mb_per_min.toFixed(2)} MB/min ` +
    "in the second half");
}

/** Per cent of a core; others' use is what makes a latency doubtful. */
function cpuLine({ cpu_percent: { cores, stolen, ...users } }) {
  const used = Object.entries(users).map(([who, n]) => `${who} ${fixed(n)}`);
  return `  CPU, % of one core of ${cores}: ${used.join(", ")}` +
    (stolen >= 1 ? `, taken by the host ${fixed(stolen)}` : "");
}

export function text(r) {
  return [
    headline(r),
    `  ${r.machine}; load average ${r.load_average.map(fixed).join(" -> ")}`,
    `  ${counts(r)}`,
    `  ${fixed(r.acknowledged_per_s)} messages/s acknowledged, ` +
      `${fixed(r.translations_per_s)} translations/s` +
      (r.cache_hits === undefined ? "" : `, ${r.cache_hits} from the cache`),
    r.burst && `  burst of ${fixed(r.burst.seconds)} s with ` +
      `${r.burst.in_flight} in flight: ${fixed(r.burst.messages_per_s)} ` +
      `messages/s, ${fixed(r.burst.translations_per_s)} translations/s`,
    ...Object.entries(r.reasons).map(([why, n]) => `  ${n} times: ${why}`),
    cpuLine(r),
    ...memoryLines(r),
    "",
    table(latencyRows(r)),
    "",
    criteriaText(r),
    "",
    r.passed ? "all criteria that apply are met" : "NOT all criteria are met",
  ].filter((line) => typeof line === "string").join("\n");
}

const mdTable = (rows) => [
  `| ${rows[0].join(" | ")} |`, `|${rows[0].map(() => "---|").join("")}`,
  ...rows.slice(1).map((row) => `| ${row.join(" | ")} |`),
].join("\n");

export function markdown(r, image) {
  return `# ${headline(r)}

${r.date}, ${r.machine}; load average ${r.load_average.map(fixed).join(" → ")}; \
commit ${r.commit}.

${counts(r)}

${[cpuLine(r), ...memoryLines(r)].map((line) => `- ${line.trim()}`).join("\n")}

${mdTable(latencyRows(r))}

${mdTable(criteriaRows(r))}

![latency over time](${image})
`;
}

export function svg(r) {
  const line = (name, series, key) =>
    ({ name, points: series.map((one) => [one.s, one[key]]) });
  const panels = [{
    title: "latency, ms", log: true, limit: 1000,
    lines: ["p50", "p95", "max"].map((q) => line(q, r.series, q)),
  }, {
    title: "per second",
    lines: [line("translations", r.series, "translations_per_s"),
      line("messages", r.series, "messages_per_s")],
  }, {
    title: "memory, MB",
    lines: ["gateway", "translator"]
      .filter((name) => r.samples.some((s) => s[name] !== undefined))
      .map((name) =>
        line(name, r.samples.filter(({ s }) => s <= r.seconds), name)),
  }];
  return plot(headline(r), panels.filter(({ lines }) => lines.length),
    r.seconds);
}

/** Numbers of three digits are all that a report needs; a sample a line. */
const json = (r) => JSON.stringify(r, (_, v) =>
  (typeof v === "number" ? Number(v.toFixed(3)) : v), 1)
  .replace(/\{\n +"s":[^{}]*\}/g, (one) => one.replace(/\n */g, " "));

/** Write all forms; returns their names. */
export function write(r, dir, name) {
  const forms = { json: `${json(r)}\n`, svg: svg(r) };
  if (r.soak) forms.md = markdown(r, `${name}.svg`);
  else forms.txt = `${text(r)}\n`;
  mkdirSync(dir, { recursive: true });
  for (const [ending, content] of Object.entries(forms))
    writeFileSync(join(dir, `${name}.${ending}`), content);
  return join(dir, `${name}.{${Object.keys(forms)}}`);
}
