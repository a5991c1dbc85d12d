// Lines over the last hour: small, from zero, with holes where nothing is
// known, and with the same figures as a table.
import { useState } from "preact/hooks";
import { clock } from "./format";
import { tell } from "./words";

export interface Line {
  name: string;
  points: readonly (readonly [number, number | null])[];
}

interface Props {
  title: string;
  lines: readonly Line[];
  format: (n: number) => string;
  /** What a Prometheus would be asked. */
  query: string;
}

const W = 600;
const H = 140;
/** Of the table: a row for each minute at most. */
const ROW_MS = 60_000;

/** 1, 2 or 5 times a power of ten that is not less. */
export function niceMax(n: number): number {
  if (n <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(n));
  const step = [1, 2, 5, 10].find((one) => n <= one * power) ?? 10;
  return step * power;
}

export function Plot({ title, lines, format, query }: Props) {
  const say = tell.value;
  const [at, setAt] = useState<number | null>(null);
  const times = lines[0]?.points.map(([time]) => time) ?? [];
  const values = lines.flatMap(({ points }) => points.map(([, n]) => n ?? 0));
  const top = niceMax(Math.max(0, ...values));
  const last = times.length - 1;
  const shown = at === null ? last : Math.min(at, last);
  const read = (line: Line) => {
    const n = line.points[shown]?.[1];
    return n === null || n === undefined ? "–" : format(n);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    setAt(Math.max(0, Math.min(last, shown + step)));
  };
  return (
    <figure class="plot">
      <figcaption>
        <b>{title}</b>
        {last >= 0 && (
          <span class="plot-read" role="status">
            {at !== null && <time>{clock(times[shown] ?? 0)}</time>}
            {lines.map((line, i) => (
              <span key={line.name} class={`key key-${i}`}>
                {line.name && `${line.name} `}
                <b>{read(line)}</b>
              </span>
            ))}
          </span>
        )}
      </figcaption>
      {last < 1 ? (
        <p class="plot-none">{say("noData")}</p>
      ) : (
        <div
          class="plot-area"
          tabIndex={0}
          role="img"
          aria-label={`${title}: ${lines.map((l) => `${l.name} ${read(l)}`).join(", ")}`}
          onKeyDown={onKeyDown}
          onPointerMove={(event) => {
            const box = event.currentTarget.getBoundingClientRect();
            const part = (event.clientX - box.left) / box.width;
            setAt(Math.max(0, Math.min(last, Math.round(part * last))));
          }}
          onPointerLeave={() => setAt(null)}
          onBlur={() => setAt(null)}
        >
          <span class="plot-top">{format(top)}</span>
          <svg viewBox={`0 0 ${W} ${H}`} preserveAspectRatio="none">
            <path class="grid" d={`M0 ${H / 2}H${W}M0 .5H${W}`} />
            {lines.map(({ name, points }, i) => (
              <path key={name} class={`line-${i}`} d={pathOf(points, top)} />
            ))}
            {at !== null && (
              <path class="cursor" d={`M${(shown / last) * W} 0V${H}`} />
            )}
          </svg>
          <span class="plot-times">
            <time>{clock(times[0] ?? 0)}</time>
            <time>{clock(times[last] ?? 0)}</time>
          </span>
        </div>
      )}
      <Figures title={title} lines={lines} format={format} query={query} />
    </figure>
  );
}

function pathOf(points: Line["points"], top: number): string {
  const step = W / Math.max(1, points.length - 1);
  let path = "";
  let pen = "M";
  points.forEach(([, n], i) => {
    if (n === null) pen = "M";
    else {
      const y = H - 1 - (n / top) * (H - 2);
      path += `${pen}${(i * step).toFixed(1)} ${y.toFixed(1)}`;
      pen = "L";
    }
  });
  return path;
}

function Figures({ title, lines, format, query }: Props) {
  const say = tell.value;
  const [open, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{say("table")}</summary>
      {open && (
        <>
          <div class="scrolls" tabIndex={0}>
            <table>
              <thead>
                <tr>
                  <th scope="col">{say("time")}</th>
                  {lines.map(({ name }) => (
                    <th key={name} scope="col" class="n">
                      {name || title}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>{rowsOf(lines, format)}</tbody>
            </table>
          </div>
          <p class="query">
            {say("query")}: <code dir="ltr">{query}</code>
          </p>
        </>
      )}
    </details>
  );
}

/** The newest first. */
function rowsOf(lines: readonly Line[], format: Props["format"]) {
  const times = lines[0]?.points ?? [];
  let next = Infinity;
  const rows = [];
  for (let i = times.length - 1; i >= 0; i--) {
    const time = times[i]?.[0] ?? 0;
    if (time > next) continue;
    next = time - ROW_MS;
    rows.push(
      <tr key={time}>
        <td>{clock(time)}</td>
        {lines.map(({ name, points }) => {
          const n = points[i]?.[1];
          return (
            <td key={name} class="n">
              {n === null || n === undefined ? "–" : format(n)}
            </td>
          );
        })}
      </tr>,
    );
  }
  return rows;
}
