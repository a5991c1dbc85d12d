// SPDX-License-Identifier: ISC
// The criteria of the seeds' load test, and those of their soak.  Each is
// {name, measured, unit, wanted, met, note}; met is null where the asked load
// cannot tell.

const SUCCESS_PERCENT_MIN = 95;
const GATEWAY_PER_S_MIN = 10;
const TRANSLATOR_PER_S_MIN = 100;
const REJECTED_PERCENT_MAX = 1;
const LATENCY_MS_MAX = 1000;
/** A rate that was asked for counts as able to show a criterion from here. */
const ASKED_SHARE = 1.02;

// Memory is flat when it grows by less than this in an hour at the pace of
// the second half, or by less than one part in twenty over that half.
const GROWTH_SHARE_MAX = 0.05;

const at = (name, measured, unit, sign, limit, note = "") => ({
  name, measured, unit, wanted: `${sign} ${limit}`, note,
  met: sign === ">=" ? measured >= limit : measured < limit,
});

/** The least squares line through [x, y] points: {slope, mean}. */
export function trend(points) {
  const n = points.length;
  const meanX = points.reduce((a, [x]) => a + x, 0) / n;
  const meanY = points.reduce((a, [, y]) => a + y, 0) / n;
  let xy = 0, xx = 0;
  for (const [x, y] of points) {
    xy += (x - meanX) * (y - meanY);
    xx += (x - meanX) ** 2;
  }
  return { slope: xx ? xy / xx : 0, mean: meanY };
}

/** How a program's memory went in the second half: {mb_per_min, growth}. */
export function memory(samples, key) {
  const points = samples.filter((s) => Number.isFinite(s[key]))
    .map((s) => [s.s, s[key]]);
  if (points.length < 4) return null;
  const half = points.slice(Math.floor(points.length / 2));
  const { slope, mean } = trend(half);
  const seconds = half.at(-1)[0] - half[0][0];
  return {
    first_mb: points[0][1], last_mb: points.at(-1)[1],
    max_mb: Math.max(...points.map(([, y]) => y)),
    mb_per_min: slope * 60,
    growth_percent: mean > 0 ? (100 * slope * seconds) / mean : 0,
  };
}

function rate(name, limit, steady, asked, burst) {
  if (asked >= limit * ASKED_SHARE) return at(name, steady, "/s", ">=", limit);
  if (burst !== null)
    return at(name, burst, "/s", ">=", limit,
      `in the burst; ${asked.toFixed(1)}/s were asked for`);
  return {
    name, measured: steady, unit: "/s", wanted: `>= ${limit}`, met: null,
    note: `only ${asked.toFixed(1)}/s were asked for`,
  };
}

/** @param r what main.mjs gathered */
export function judge(r) {
  const { requests, languages } = r;
  const asked = r.asked_per_s;
  const latency = r.latency_ms.translated;
  const criteria = [
    at("success", (100 * r.translated) / (requests * languages.length), "%",
      ">=", SUCCESS_PERCENT_MIN, `${r.translated} results of ` +
      `${requests} requests x ${languages.length} languages`),
    rate("gateway", GATEWAY_PER_S_MIN, r.acknowledged_per_s, asked,
      r.burst?.messages_per_s ?? null),
    rate("translator", TRANSLATOR_PER_S_MIN, r.translations_per_s,
      asked * languages.length, r.burst?.translations_per_s ?? null),
    at("pool full", r.tasks ? (100 * r.pool_full) / r.tasks : 0, "%", "<",
      REJECTED_PERCENT_MAX, `${r.pool_full} of ${r.tasks} tasks`),
    at("mean latency", latency.mean, "ms", "<", LATENCY_MS_MAX),
  ];
  // Without a single result its latency is no good news.
  if (!latency.n) criteria.at(-1).met = false;
  return r.soak ? [...criteria, ...judgeSoak(r)] : criteria;
}

function judgeSoak(r) {
  const none = (name, n, note) => ({
    name, measured: n, unit: "", wanted: "0", met: n === 0, note,
  });
  const lost = r.messages_lost + r.translations_lost + r.failed +
    r.unanswered + r.refused;
  const doubled = r.messages_doubled + r.translations_doubled;
  return [
    none("lost", lost, "messages and translations that did not come"),
    none("doubled", doubled, "messages and translations shown twice"),
    { ...at("p95 latency", r.latency_ms.translated.p95, "ms", "<",
      LATENCY_MS_MAX) },
    ...["gateway", "translator"].filter((name) => r.memory[name])
      .map((name) => ({
        ...at(`memory, ${name}`, r.memory[name].growth_percent, "%", "<",
          100 * GROWTH_SHARE_MAX,
          `growth in the second half; ${r.memory[name].mb_per_min.toFixed(2)}` +
          " MB/min"),
      })),
  ];
}

export const allMet = (criteria) => criteria.every(({ met }) => met !== false);
