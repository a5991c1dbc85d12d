// The translators as they see themselves, and what can be done with them.
import { useEffect, useState } from "preact/hooks";
import { confirmThen } from "../ui/dialogs/confirm";
import { FormModal } from "../ui/dialogs/form";
import { openDialog } from "../ui/modal";
import { toast } from "../ui/toast";
import { speech } from "../words";
import {
  POOL_SIZES,
  pullModel,
  removeModel,
  resize,
  restart,
  shelf,
  type PoolSizes,
  type Shelf,
  type ShelfModel,
  type TranslatorInfo,
} from "./data";
import { age, bytes, clock, megabytes, millis, number, share } from "./format";
import { Tile } from "./now";
import { look, status, token, translators } from "./state";
import { tell } from "./words";

const SHELF_MS = 2_000;

export function Translators() {
  const say = tell.value;
  const all = translators.value;
  useEffect(() => void look(), []);
  return (
    <>
      <Links />
      {all?.length === 0 && <p class="none">{say("translatorsNone")}</p>}
      {all?.map((one, place) => (
        <Translator key={one.url} one={one} place={place} />
      ))}
    </>
  );
}

/** As the gateway sees them over ZeroMQ. */
function Links() {
  const say = tell.value;
  return (
    <ul class="links">
      {status.value?.translators.map(({ name, alive, outstanding }) => (
        <li key={name}>
          <span class={`lamp ${alive ? "on" : "off"}`} aria-hidden="true" />
          <b dir="ltr">{name}</b> {say(alive ? "alive" : "dead")},{" "}
          {number(outstanding)} {say("inFlight")}
        </li>
      ))}
    </ul>
  );
}

/** It was done, or why it was not. */
async function doing(what: Promise<void>): Promise<void> {
  try {
    await what;
    toast(tell.peek()("done"));
  } catch (error) {
    toast((error as Error).message);
  }
  void look();
}

function Translator({ one, place }: { one: TranslatorInfo; place: number }) {
  const say = tell.value;
  const askRestart = () =>
    confirmThen({
      title: say("restartAsk"),
      text: say("restartHint"),
      yes: say("restart"),
      run: () => doing(restart(token, place)),
    });
  return (
    <section class="card">
      <header class="section-head">
        <h2 dir="ltr">{one.url}</h2>
        {!one.error && (
          <span class="acts">
            <button
              type="button"
              class="plain"
              onClick={() =>
                openDialog(() => <Resize one={one} place={place} />)
              }
            >
              {say("resize")}
            </button>
            <button type="button" class="plain" onClick={askRestart}>
              {say("restart")}
            </button>
          </span>
        )}
      </header>
      {one.error ? (
        <p class="none">{say("noAnswer", { why: one.error })}</p>
      ) : (
        <>
          <Figures one={one} />
          <Pools one={one} />
          <Scalings one={one} />
          <Models one={one} place={place} />
        </>
      )}
    </section>
  );
}

function Figures({ one }: { one: TranslatorInfo }) {
  const say = tell.value;
  const { numbers, latency, cache } = one;
  const at = (name: string) => numbers[name] ?? 0;
  const hits = cache["hits"] ?? 0;
  return (
    <dl class="tiles">
      <Tile
        name={say("translations")}
        value={number(at("translations_completed"))}
        more={`${say("failed")}: ${number(at("translations_failed"))}`}
      />
      <Tile
        name={say("p95")}
        value={latency["minute"] ? millis(latency["p95"] ?? 0) : "–"}
        more={say("minute")}
      />
      <Tile
        name={say("cache")}
        value={share(hits, hits + (cache["misses"] ?? 0))}
        more={`${bytes(cache["bytes"] ?? 0)}${one.redis ? " + Redis" : ""}`}
      />
      <Tile
        name={say("memoryWithChildren")}
        value={megabytes(at("memory_usage_mb"))}
      />
      <Tile
        name={say("processor")}
        value={share(at("cpu_percent"), 100)}
        more={age(at("uptime_seconds") * 1000)}
      />
    </dl>
  );
}

function Pools({ one }: { one: TranslatorInfo }) {
  const say = tell.value;
  return (
    <div class="scrolls" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{say("pool")}</th>
            <th scope="col">{say("workers")}</th>
            <th scope="col">{say("queue")}</th>
            <th scope="col" class="n">
              {say("oldest")}
            </th>
            <th scope="col" class="n">
              {say("p95")}
            </th>
          </tr>
        </thead>
        <tbody>
          {one.pools.map((pool) => (
            <tr key={pool.name}>
              <th scope="row">
                {say(pool.name === "any" ? "poolAny" : "poolNormal")}
              </th>
              <td>
                <Meter part={pool.busy} all={pool.workers} />
                {say("workersBusy", { busy: pool.busy, all: pool.workers })}
              </td>
              <td>
                <Meter part={pool.waiting} all={pool.waitingMax} />
                {number(pool.waiting)} / {number(pool.waitingMax)}
              </td>
              <td class="n">{pool.waiting ? millis(pool.oldestMs) : "–"}</td>
              <td class="n">{pool.waitP95 ? millis(pool.waitP95) : "–"}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Meter({ part, all }: { part: number; all: number }) {
  const width = all > 0 ? Math.min(100, (100 * part) / all) : 0;
  return (
    <span class="meter" aria-hidden="true">
      <span style={{ width: `${width}%` }} />
    </span>
  );
}

function Scalings({ one }: { one: TranslatorInfo }) {
  const say = tell.value;
  const name = (pool: string) => say(pool === "any" ? "poolAny" : "poolNormal");
  return (
    <details>
      <summary>
        {say("scaling")} ({number(one.scalings.length)})
      </summary>
      {one.scalings.length === 0 && <p>{say("scalingNone")}</p>}
      <ul>
        {one.scalings.map(({ at, pool, from, to, reason }) => (
          <li key={`${at}${pool}`}>
            <time>{clock(at)}</time>{" "}
            {say("scaled", { pool: name(pool), from, to, reason })}
          </li>
        ))}
      </ul>
    </details>
  );
}

// ---- pools ----

/** As the statistics name them. */
const SIZE_NOW: Record<(typeof POOL_SIZES)[number], string> = {
  normalWorkers: "normal_workers",
  anyWorkers: "any_workers",
  maxNormalWorkers: "",
  maxAnyWorkers: "",
  normalPoolSize: "",
  anyPoolSize: "",
};
const SIZE_MAX = 1_000_000;

function Resize({ one, place }: { one: TranslatorInfo; place: number }) {
  const say = tell.value;
  const [sizes, setSizes] = useState<PoolSizes>({});
  const waitingMax = (name: string) =>
    one.pools.find((pool) => pool.name === name)?.waitingMax;
  const now = {
    ...Object.fromEntries(
      POOL_SIZES.map((name) => [name, one.numbers[SIZE_NOW[name]]]),
    ),
    normalPoolSize: waitingMax("normal"),
    anyPoolSize: waitingMax("any"),
  } as PoolSizes;
  return (
    <FormModal
      title={say("resize")}
      submit={speech.value.say("save")}
      run={async () => {
        await resize(token, place, sizes);
        void look();
      }}
    >
      <p class="confirm-text">{say("resizeHint")}</p>
      {POOL_SIZES.map((name) => (
        <label key={name} class="field">
          <span class="field-label">{say(name)}</span>
          <input
            name={name}
            type="number"
            min={1}
            max={SIZE_MAX}
            placeholder={now[name] === undefined ? "" : String(now[name])}
            onInput={(event) => {
              const { [name]: _, ...others } = sizes;
              const n = event.currentTarget.valueAsNumber;
              setSizes(isFinite(n) ? { ...others, [name]: n } : others);
            }}
          />
        </label>
      ))}
    </FormModal>
  );
}

// ---- models ----

function Models({ one, place }: { one: TranslatorInfo; place: number }) {
  const say = tell.value;
  const [open, setOpen] = useState(false);
  const [more, setMore] = useState(false);
  const [shown, setShown] = useState<Shelf | null>(null);
  useEffect(() => {
    if (!open) return;
    let current = true;
    const ask = async () => {
      try {
        const found = await shelf(token, place, more);
        if (current) setShown((old) => ({ ...old, ...found }));
      } catch (error) {
        toast((error as Error).message);
        if (current) setMore(false);
      }
    };
    void ask();
    const timer = setInterval(() => void follow(), SHELF_MS);
    const follow = async () => {
      const { pull } = await shelf(token, place, false).catch(() => ({
        pull: null,
      }));
      if (current) setShown((old) => (old ? { ...old, pull } : old));
    };
    return () => {
      current = false;
      clearInterval(timer);
    };
  }, [open, more, place]);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        {say("models")} ({number(one.models.length)})
      </summary>
      {shown?.pull && <Progress pull={shown.pull} />}
      <ul class="models">
        {shown?.models.map((model) => (
          <ModelLine
            key={model.name + model.architecture}
            model={model}
            now={one.models.find(({ name }) => name === model.name)}
            place={place}
          />
        ))}
      </ul>
      {!more && (
        <button type="button" class="quiet" onClick={() => setMore(true)}>
          {say("modelsMore")}
        </button>
      )}
    </details>
  );
}

function Progress({ pull }: { pull: NonNullable<Shelf["pull"]> }) {
  const say = tell.value;
  const done = pull.error || pull.state;
  return (
    <p role="status">
      {say("fetching", {
        name: pull.name,
        share: pull.total ? share(pull.bytes, pull.total) : done,
      })}{" "}
      {pull.error}
      <Meter part={pull.bytes} all={pull.total} />
    </p>
  );
}

interface LineProps {
  model: ShelfModel;
  now: TranslatorInfo["models"][number] | undefined;
  place: number;
}

function ModelLine({ model, now, place }: LineProps) {
  const say = tell.value;
  const remove = () =>
    confirmThen({
      title: say("removeAsk", { name: model.name }),
      yes: say("remove"),
      bad: true,
      run: () => doing(removeModel(token, place, model.name)),
    });
  return (
    <li>
      <b dir="ltr">{model.name}</b>
      <span class="grow">
        {[bytes(model.bytes), model.architecture, model.licence, now?.state]
          .filter(Boolean)
          .join(" · ")}
      </span>
      {model.installed ? (
        model.shipped ? (
          <span>{say("shipped")}</span>
        ) : (
          <button type="button" class="quiet" onClick={remove}>
            {say("remove")}
          </button>
        )
      ) : (
        <button
          type="button"
          class="quiet"
          onClick={() => void doing(pullModel(token, place, model.name))}
        >
          {say("fetch")}
        </button>
      )}
    </li>
  );
}
