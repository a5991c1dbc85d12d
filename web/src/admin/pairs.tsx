// How each pair of languages fares: how soon, how sure.
import { useState } from "preact/hooks";
import { languageName } from "../ui/format";
import { speech } from "../words";
import { WINDOWS, type PairRow, type Took, type Window } from "./data";
import { millis, number, share } from "./format";
import { status } from "./state";
import { tell } from "./words";

interface Row {
  key: string;
  source: string;
  target: string;
  n: Record<PairRow["outcome"], number>;
  /** Of those that came, the outcome that has more of them. */
  took: Took;
}

/** One row for a pair, whatever came of its translations. */
export function rowsOf(pairs: readonly PairRow[], window: Window): Row[] {
  const rows = new Map<string, Row>();
  for (const { source, target, outcome, took } of pairs) {
    const all = took[window];
    if (all.n === 0) continue;
    const key = `${source}-${target}`;
    const row = rows.get(key) ?? {
      key,
      source,
      target,
      n: { sure: 0, rough: 0, failed: 0 },
      took: { n: 0, p50: 0, p95: 0, p99: 0, max: 0 },
    };
    row.n[outcome] += all.n;
    if (outcome !== "failed" && all.n > row.took.n) row.took = all;
    rows.set(key, row);
  }
  const total = ({ n }: Row) => n.sure + n.rough + n.failed;
  return [...rows.values()].sort((a, b) => total(b) - total(a));
}

export function Pairs() {
  const say = tell.value;
  const [window, setWindow] = useState<Window>("hour");
  const rows = rowsOf(status.value?.pairs ?? [], window);
  return (
    <section>
      <header class="section-head">
        <h2>{say("delivered")}</h2>
        <div class="tabs-small" role="group" aria-label={say("time")}>
          {WINDOWS.map((one) => (
            <button
              key={one}
              type="button"
              aria-pressed={one === window}
              onClick={() => setWindow(one)}
            >
              {say(one)}
            </button>
          ))}
        </div>
      </header>
      {rows.length === 0 ? (
        <p class="none">{say("pairsNone")}</p>
      ) : (
        <Table rows={rows} />
      )}
    </section>
  );
}

function Table({ rows }: { rows: Row[] }) {
  const say = tell.value;
  const { locale } = speech.value;
  const name = (code: string) => languageName(code, locale);
  const heads = ["median", "p95", "p99", "longest"] as const;
  return (
    <div class="scrolls" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{say("from")}</th>
            <th scope="col">{say("into")}</th>
            <th scope="col" class="n">
              {say("translations")}
            </th>
            <th scope="col" class="n">
              {say("rough")}
            </th>
            <th scope="col" class="n">
              {say("failed")}
            </th>
            {heads.map((head) => (
              <th key={head} scope="col" class="n">
                {say(head)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, source, target, n, took }) => {
            const came = n.sure + n.rough;
            return (
              <tr key={key}>
                <td>{name(source)}</td>
                <td>{name(target)}</td>
                <td class="n">{number(came + n.failed)}</td>
                <td class="n">{share(n.rough, came)}</td>
                <td class={`n ${n.failed ? "bad" : ""}`}>
                  {share(n.failed, came + n.failed)}
                </td>
                {[took.p50, took.p95, took.p99, took.max].map((ms, i) => (
                  <td key={heads[i]} class="n">
                    {took.n ? millis(ms) : "–"}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
