// What the dashboard asks the gateway for, in its own shape.
import { call } from "../api";
import { asList, asNumber, asObject, asText } from "../wire";

export interface Took {
  n: number;
  p50: number;
  p95: number;
  p99: number;
  max: number;
}

export const WINDOWS = ["minute", "hour", "day"] as const;
export type Window = (typeof WINDOWS)[number];
export type Outcome = "sure" | "rough" | "failed";

export interface PairRow {
  source: string;
  target: string;
  outcome: Outcome;
  took: Readonly<Record<Window, Took>>;
}

export interface CommandRow {
  name: string;
  took: Took;
  refused: Readonly<Record<string, number>>;
}

export interface Trend {
  columns: readonly string[];
  /** As the columns say; the first is a time. */
  rows: readonly (readonly number[])[];
}

export interface Status {
  at: number;
  version: string;
  saving: boolean;
  counters: Readonly<Record<string, number>>;
  translators: readonly { name: string; alive: boolean; outstanding: number }[];
  pairs: readonly PairRow[];
  commands: readonly CommandRow[];
  trend: Trend;
}

export interface Backlog {
  users: number;
  conversations: number;
  messages: number;
  reports: number;
  untranslated: number;
  /** Since when the oldest waits; 0: none does. */
  oldestAt: number;
}

export function timeOf(value: unknown): number {
  const ms = Date.parse(asText(value));
  return isFinite(ms) ? ms : 0;
}

const num = (value: unknown) => asNumber(value, 0);

function readTook(value: unknown): Took {
  const took = asObject(value);
  return {
    n: num(took["n"]),
    p50: num(took["p50"]),
    p95: num(took["p95"]),
    p99: num(took["p99"]),
    max: num(took["max"]),
  };
}

function readPair(value: unknown): PairRow {
  const pair = asObject(value);
  const outcome = asText(pair["outcome"]);
  return {
    source: asText(pair["source"]),
    target: asText(pair["target"]),
    outcome: outcome === "rough" || outcome === "failed" ? outcome : "sure",
    took: {
      minute: readTook(pair["minute"]),
      hour: readTook(pair["hour"]),
      day: readTook(pair["day"]),
    },
  };
}

export function numbersOf(value: unknown): Record<string, number> {
  const entries = Object.entries(asObject(value));
  return Object.fromEntries(
    entries.map(([key, n]) => [key, n === true ? 1 : num(n)]),
  );
}

function readTrend(value: unknown): Trend {
  const trend = asObject(value);
  return {
    columns: asList(trend["columns"]).map((name) => asText(name)),
    rows: asList(trend["rows"]).map((row) => asList(row).map(num)),
  };
}

export async function status(token: string, since: number): Promise<Status> {
  const query = since ? `?since=${since}` : "";
  const answer = asObject(await call("GET", `/admin/status${query}`, token));
  return {
    at: timeOf(answer["at"]),
    version: asText(answer["version"]),
    saving: answer["saving"] === true,
    counters: numbersOf(answer["counters"]),
    translators: asList(answer["translators"]).map((item) => {
      const one = asObject(item);
      const outstanding = num(one["outstanding"]);
      return {
        name: asText(one["name"]),
        alive: one["alive"] === true,
        outstanding,
      };
    }),
    pairs: asList(answer["pairs"]).map(readPair),
    commands: asList(answer["commands"]).map((item) => {
      const command = asObject(item);
      return {
        name: asText(command["name"]),
        took: readTook(command["took"]),
        refused: numbersOf(command["refused"]),
      };
    }),
    trend: readTrend(answer["trend"]),
  };
}

/** Out of service, or back. */
export async function drain(token: string, draining: boolean): Promise<void> {
  await call("POST", "/admin/drain", token, { draining });
}

export async function backlog(token: string): Promise<Backlog> {
  const answer = asObject(await call("GET", "/admin/backlog", token));
  return {
    users: num(answer["users"]),
    conversations: num(answer["conversations"]),
    messages: num(answer["messages"]),
    reports: num(answer["reports"]),
    untranslated: num(answer["untranslated"]),
    oldestAt: timeOf(answer["oldestAt"]),
  };
}

// ---- translators ----

export interface Pool {
  name: string;
  waiting: number;
  waitingMax: number;
  workers: number;
  busy: number;
  oldestMs: number;
  waitP95: number;
}

export interface Scaling {
  at: number;
  pool: string;
  from: number;
  to: number;
  reason: string;
}

export interface Model {
  name: string;
  state: string;
  bytes: number;
  requests: number;
}

export interface TranslatorInfo {
  url: string;
  /** Why nothing is known of it. */
  error: string;
  numbers: Readonly<Record<string, number>>;
  pools: readonly Pool[];
  scalings: readonly Scaling[];
  cache: Readonly<Record<string, number>>;
  redis: boolean;
  latency: Readonly<Record<string, number>>;
  neural: Readonly<Record<string, number>>;
  models: readonly Model[];
}

function readPool([name, value]: [string, unknown]): Pool {
  const pool = asObject(value);
  return {
    name,
    waiting: num(pool["waiting"]),
    waitingMax: num(pool["waiting_max"]),
    workers: num(pool["workers"]),
    busy: num(pool["busy"]),
    oldestMs: num(pool["oldest_ms"]),
    waitP95: num(asObject(pool["wait_ms"])["p95"]),
  };
}

function readScaling(value: unknown): Scaling {
  const event = asObject(value);
  return {
    at: timeOf(event["at"]),
    pool: asText(event["pool"]),
    from: num(event["from"]),
    to: num(event["to"]),
    reason: asText(event["reason"]),
  };
}

function readTranslator(value: unknown): TranslatorInfo {
  const one = asObject(value);
  const stats = asObject(one["data"]);
  const neural = asObject(stats["neural"]);
  const cache = asObject(stats["cache"]);
  return {
    url: asText(one["url"]),
    error: asText(one["error"]),
    numbers: numbersOf(stats),
    pools: Object.entries(asObject(stats["pools"])).map(readPool),
    scalings: asList(stats["scaling_events"]).map(readScaling),
    cache: numbersOf(cache),
    redis: cache["redis_up"] === true,
    latency: numbersOf(asObject(stats["translations"])["latency_ms"]),
    neural: numbersOf(neural),
    models: asList(neural["models"]).map((item) => {
      const model = asObject(item);
      return {
        name: asText(model["name"]),
        state: asText(model["state"]),
        bytes: num(model["bytes"]),
        requests: num(model["requests"]),
      };
    }),
  };
}

export async function translators(token: string): Promise<TranslatorInfo[]> {
  const answer = await call("GET", "/admin/translators", token);
  return asList(answer).map(readTranslator);
}

export const POOL_SIZES = [
  "normalWorkers",
  "anyWorkers",
  "maxNormalWorkers",
  "maxAnyWorkers",
  "normalPoolSize",
  "anyPoolSize",
] as const;
export type PoolSizes = Partial<Record<(typeof POOL_SIZES)[number], number>>;

export async function resize(
  token: string,
  place: number,
  sizes: PoolSizes,
): Promise<void> {
  await call("PATCH", `/admin/translators/${place}/pools`, token, sizes);
}

export async function restart(token: string, place: number): Promise<void> {
  await call("POST", `/admin/translators/${place}/restart`, token, {});
}

export interface ShelfModel {
  name: string;
  bytes: number;
  licence: string;
  architecture: string;
  /** Comes with Meeshy, and stays. */
  shipped: boolean;
  installed: boolean;
}

export interface Shelf {
  models: readonly ShelfModel[];
  /** The one that is being fetched, or was last. */
  pull: {
    name: string;
    state: string;
    error: string;
    bytes: number;
    total: number;
  } | null;
}

/** `more`: those that could be fetched, too. */
export async function shelf(
  token: string,
  place: number,
  more: boolean,
): Promise<Shelf> {
  const path = `/admin/translators/${place}/models${more ? "/available" : ""}`;
  const answer = asObject(await call("GET", path, token));
  const pull = asObject(answer["pull"]);
  return {
    models: asList(answer["models"]).map((item) => {
      const model = asObject(item);
      return {
        name: asText(model["name"]),
        bytes: num(model["bytes"]),
        licence: asText(model["licence"]),
        architecture: asText(model["architecture"]),
        shipped: model["shipped"] === true,
        installed: !more || model["installed"] === true,
      };
    }),
    pull: asText(pull["name"])
      ? {
          name: asText(pull["name"]),
          state: asText(pull["state"]),
          error: asText(pull["error"]),
          bytes: num(pull["bytes"]),
          total: num(pull["total"]),
        }
      : null,
  };
}

export async function pullModel(
  token: string,
  place: number,
  name: string,
): Promise<void> {
  await call("POST", `/admin/translators/${place}/models/${name}`, token, {});
}

export async function removeModel(
  token: string,
  place: number,
  name: string,
): Promise<void> {
  await call("DELETE", `/admin/translators/${place}/models/${name}`, token);
}
