// How the server is at this moment, and was in the last hour.
import { confirmThen } from "../ui/dialogs/confirm";
import { toast } from "../ui/toast";
import { age, megabytes, millis, number, some } from "./format";
import { Plot, type Line } from "./plot";
import { drain } from "./data";
import { backlog, column, look, perMinute, status, token } from "./state";
import { tell } from "./words";

const BACKUP = "meeshyctl backup FILE";

export function Now() {
  const say = tell.value;
  const now = status.value;
  if (!now) return null;
  return (
    <>
      <Tiles />
      <section>
        <h2>{say("lastHour")}</h2>
        <div class="plots">
          <Plots />
        </div>
      </section>
      <Refused />
      <Gateway />
    </>
  );
}

/** The one that answers, and whether it serves. */
function Gateway() {
  const say = tell.value;
  const counters = status.value?.counters ?? {};
  const draining = Boolean(counters["draining"]);
  const set = async (on: boolean) => {
    try {
      await drain(token, on);
      await look();
    } catch (error) {
      toast((error as Error).message);
    }
  };
  const ask = () =>
    confirmThen({
      title: say("drainAsk"),
      text: say("drainMeans"),
      yes: say("drain"),
      bad: true,
      run: () => set(true),
    });
  return (
    <section>
      <h2>{say("gateway")}</h2>
      <p class="none">
        {say("version", {
          version: status.value?.version ?? "",
          age: age((counters["uptime_seconds"] ?? 0) * 1000),
        })}
        <br />
        {say("backup", { command: BACKUP })}
      </p>
      <button
        type="button"
        class="plain"
        onClick={() => (draining ? void set(false) : ask())}
      >
        {say(draining ? "drainEnd" : "drain")}
      </button>
    </section>
  );
}

interface TileProps {
  name: string;
  value: string;
  more?: string;
  bad?: boolean;
}

export function Tile({ name, value, more, bad = false }: TileProps) {
  return (
    <div class={`tile ${bad ? "bad" : ""}`}>
      <dt>{name}</dt>
      <dd>
        {value}
        {more && <small>{more}</small>}
      </dd>
    </div>
  );
}

const lastOf = (points: readonly (readonly [number, number | null])[]) =>
  points.at(-1)?.[1] ?? 0;

function Tiles() {
  const say = tell.value;
  const counters = status.value?.counters ?? {};
  const count = (name: string) => counters[name] ?? 0;
  const owed = backlog.value;
  const rate = lastOf(perMinute("messages_saved"));
  const p95 = lastOf(column("translation_p95_ms"));
  return (
    <dl class="tiles">
      <Tile
        name={say("connections")}
        value={number(count("connections"))}
        more={`${say("peopleHere")}: ${number(count("people_in_memory"))}`}
      />
      <Tile
        name={say("messages")}
        value={number(owed?.messages ?? count("messages_saved"))}
        more={`${some(rate)} ${say("perMinute")}`}
      />
      <Tile
        name={say("delivered")}
        value={p95 > 0 ? millis(p95) : "–"}
        more={say("p95")}
      />
      <Tile
        name={say("owed")}
        value={number(owed?.untranslated ?? 0)}
        {...(owed?.oldestAt
          ? {
              more: `${say("oldest")} ${age((status.value?.at ?? 0) - owed.oldestAt)}`,
            }
          : {})}
      />
      <Tile
        name={say("waiting")}
        value={number(count("translations_waiting"))}
        more={`${number(count("translations_in_flight"))} ${say("inFlight")}`}
      />
      <Tile name={say("memory")} value={megabytes(count("memory_usage_mb"))} />
      <Tile
        name={say("users")}
        value={number(owed?.users ?? 0)}
        more={`${say("allRooms")}: ${number(owed?.conversations ?? 0)}`}
      />
      <Tile
        name={say("openReports")}
        value={number(owed?.reports ?? 0)}
        bad={(owed?.reports ?? 0) > 0}
      />
    </dl>
  );
}

/** Where 0 means that there was none. */
function known(name: string): Line["points"] {
  return column(name).map(([at, n]) => [at, n > 0 ? n : null]);
}

function Plots() {
  const say = tell.value;
  const rate = (name: string) => `rate(meeshy_gateway_${name}_total[1m]) * 60`;
  return (
    <>
      <Plot
        title={say("messagesPerMinute")}
        lines={[{ name: "", points: perMinute("messages_saved") }]}
        format={some}
        query={rate("messages_saved")}
      />
      <Plot
        title={say("delivered")}
        lines={[
          { name: say("median"), points: known("translation_p50_ms") },
          { name: say("p95"), points: known("translation_p95_ms") },
        ]}
        format={millis}
        query="histogram_quantile(0.95, sum by (le) (rate(meeshy_gateway_translation_seconds_bucket[1m])))"
      />
      <Plot
        title={say("translationsPerMinute")}
        lines={[
          { name: "", points: perMinute("translations_received") },
          {
            name: say("failedPerMinute"),
            points: perMinute("translations_failed"),
          },
        ]}
        format={some}
        query={rate("translations_received")}
      />
      <Plot
        title={say("waiting")}
        lines={[
          { name: "", points: column("translations_waiting") },
          { name: say("inFlight"), points: column("translations_in_flight") },
        ]}
        format={some}
        query="meeshy_gateway_translations_waiting"
      />
      <Plot
        title={say("connections")}
        lines={[{ name: "", points: column("connections") }]}
        format={some}
        query="meeshy_gateway_connections"
      />
      <Plot
        title={say("memory")}
        lines={[{ name: "", points: column("memory_usage_mb") }]}
        format={megabytes}
        query='process_resident_memory_bytes{job="meeshy-gateway"}'
      />
      <Plot
        title={say("commit")}
        lines={[{ name: "", points: column("commit_ms_mean") }]}
        format={millis}
        query="meeshy_gateway_commit_mean_seconds"
      />
    </>
  );
}

function Refused() {
  const say = tell.value;
  const rows = (status.value?.commands ?? [])
    .flatMap(({ name, refused }) =>
      Object.entries(refused).map(([code, n]) => ({ name, code, n })),
    )
    .sort((a, b) => b.n - a.n);
  return (
    <section>
      <h2>{say("errors")}</h2>
      {rows.length === 0 ? (
        <p class="none">{say("errorsNone")}</p>
      ) : (
        <div class="scrolls" tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">{say("command")}</th>
                <th scope="col">{say("what")}</th>
                <th scope="col" class="n">
                  {say("times")}
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ name, code, n }) => (
                <tr key={name + code}>
                  <td dir="ltr">{name}</td>
                  <td dir="ltr">{code}</td>
                  <td class="n">{number(n)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
