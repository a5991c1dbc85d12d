// SPDX-License-Identifier: ISC
// Line charts over time, one below the other, as one SVG.

const WIDTH = 860;
const PANEL_HEIGHT = 190;
const MARGIN = { left: 62, right: 16, top: 34, bottom: 26 };
const TICKS_MAX = 6;
const COLOURS = ["#2563eb", "#d97706", "#b91c1c", "#059669"];

const escape = (text) => String(text).replace(/[&<>"]/g,
  (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);
const round = (n) => Number(n.toFixed(1));

/** A step of 1, 2 or 5 times a power of ten that gives at most n ticks. */
function niceStep(span, n) {
  const least = span / n || 1;
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 5, 10].map((m) => m * power).find((s) => s >= least);
}

function linearTicks(max) {
  const step = niceStep(max, TICKS_MAX);
  const ticks = [];
  for (let y = 0; y <= max + step / 1e6; y += step)
    ticks.push(Number(y.toPrecision(6)));
  return ticks;
}

function logTicks(min, max) {
  const ticks = [];
  for (let y = 10 ** Math.floor(Math.log10(min)); y <= max; y *= 10)
    if (y >= min) ticks.push(y);
  return ticks;
}

function scaleOf(panel) {
  const values = panel.lines.flatMap(({ points }) => points.map(([, y]) => y))
    .concat(panel.limit ?? []).filter((y) => Number.isFinite(y));
  const top = Math.max(...values, panel.log ? 10 : 1);
  if (!panel.log)
    return { ticks: linearTicks(top * 1.05), of: (y) => y / (top * 1.1) };
  const low = Math.max(0.1, Math.min(...values.filter((y) => y > 0), 10) / 1.5);
  const high = top * 1.5;
  return {
    ticks: logTicks(low, high),
    of: (y) => Math.log(Math.max(y, low) / low) / Math.log(high / low),
  };
}

function drawPanel(panel, top, seconds) {
  const inner = {
    width: WIDTH - MARGIN.left - MARGIN.right,
    height: PANEL_HEIGHT - MARGIN.top - MARGIN.bottom,
  };
  const scale = scaleOf(panel);
  const x = (s) => round(MARGIN.left + (s / (seconds || 1)) * inner.width);
  const y = (v) => round(top + MARGIN.top + inner.height * (1 - scale.of(v)));
  const bottom = top + MARGIN.top + inner.height;
  const right = WIDTH - MARGIN.right;
  const out = [`<text class="t" x="${MARGIN.left}" y="${top + 16}">` +
    `${escape(panel.title)}</text>`];

  for (const tick of scale.ticks)
    out.push(`<path class="g" d="M${MARGIN.left} ${y(tick)}H${right}"/>` +
      `<text class="y" x="${MARGIN.left - 6}" y="${y(tick) + 4}">${tick}</text>`);
  for (const tick of linearTicks(seconds))
    out.push(`<text class="x" x="${x(tick)}" y="${bottom + 16}">${tick} s</text>`);
  if (panel.limit)
    out.push(`<path class="l" d="M${MARGIN.left} ${y(panel.limit)}H${right}"/>`);
  panel.lines.forEach(({ name, points }, i) => {
    const good = points.filter(([, v]) => Number.isFinite(v));
    const d = good.map(([s, v], k) => `${k ? "L" : "M"}${x(s)} ${y(v)}`).join("");
    out.push(`<path class="c" stroke="${COLOURS[i]}" d="${d}"/>` +
      `<text x="${right - 130 * (panel.lines.length - i)}" y="${top + 16}" ` +
      `fill="${COLOURS[i]}">${escape(name)}</text>`);
  });
  return out.join("\n");
}

/** @param panels [{title, log, limit, lines: [{name, points: [[s, y]]}]}] */
export function plot(title, panels, seconds) {
  const height = 34 + panels.length * PANEL_HEIGHT;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" \
font-family="sans-serif" font-size="12">
<style>.g{stroke:#e5e7eb}.l{stroke:#b91c1c;stroke-dasharray:5 4}\
.c{fill:none;stroke-width:1.5}.t{font-weight:bold}\
.y{text-anchor:end;fill:#555}.x{text-anchor:middle;fill:#555}</style>
<rect width="${WIDTH}" height="${height}" fill="#fff"/>
<text x="${MARGIN.left}" y="20" font-size="15">${escape(title)}</text>
${panels.map((p, i) => drawPanel(p, 30 + i * PANEL_HEIGHT, seconds)).join("\n")}
</svg>
`;
}
