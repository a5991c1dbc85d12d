// What the dashboard knows, asked again and again while somebody looks.
import { computed, signal } from "@preact/signals";
import { ApiError } from "../api";
import { BASE } from "../base";
import { savedSession } from "../saved";
import * as data from "./data";
import type { Backlog, Status, TranslatorInfo } from "./data";
import { claim } from "./people-data";

const STATUS_MS = 3_000;
const BACKLOG_MS = 10_000;
/** As many samples as the gateway keeps. */
const SAMPLES_MAX = 360;
/** What is owed longer is an alarm. */
const OWED_MS = 60_000;
/** So far back errors of the database are an alarm. */
const ERRORS_MS = 600_000;

export const SECTIONS = [
  "now",
  "pairs",
  "translators",
  "people",
  "rooms",
  "reports",
  "audit",
] as const;
export type Section = (typeof SECTIONS)[number];

export type Access = "asking" | "yes" | "signIn" | "notAdmin";

export const token = savedSession()?.token ?? "";
export const access = signal<Access>(token ? "asking" : "signIn");
export const status = signal<Status | null>(null);
export const backlog = signal<Backlog | null>(null);
export const translators = signal<readonly TranslatorInfo[] | null>(null);
/** The last answer came then, and none since. */
export const staleAt = signal(0);
export const section = signal<Section>(here());

function here(): Section {
  const name = location.hash.slice(1);
  return SECTIONS.find((one) => one === name) ?? "now";
}

export function watchSection(): void {
  addEventListener("hashchange", () => {
    section.value = here();
    void look();
  });
}

/** The token of the first admin, out of the address. */
export async function claimHere(): Promise<boolean | null> {
  const secret = /^#claim=([\w-]+)$/.exec(location.hash)?.[1];
  if (!secret || !token) return null;
  history.replaceState(null, "", `${BASE}/admin`);
  try {
    await claim(token, secret);
    return true;
  } catch {
    return false;
  }
}

function refused(error: unknown): void {
  if (!(error instanceof ApiError)) throw error;
  if (error.status === 401) access.value = "signIn";
  else if (error.status === 403) access.value = "notAdmin";
  else staleAt.value ||= status.peek()?.at ?? Date.now();
}

/** New samples behind those that are known; a gateway that was started again
 * begins anew by itself, since its counters fall. */
function joined(old: Status | null, next: Status): Status {
  const rows = [...(old?.trend.rows ?? []), ...next.trend.rows];
  return { ...next, trend: { ...next.trend, rows: rows.slice(-SAMPLES_MAX) } };
}

async function lookStatus(): Promise<void> {
  const old = status.peek();
  const since = old?.trend.rows.at(-1)?.[0] ?? 0;
  status.value = joined(old, await data.status(token, since));
  access.value = "yes";
  staleAt.value = 0;
}

let looking = false;
let backlogAt = 0;

export async function look(): Promise<void> {
  if (looking || document.hidden || !token) return;
  looking = true;
  try {
    await lookStatus();
    if (Date.now() - backlogAt > BACKLOG_MS) {
      backlog.value = await data.backlog(token);
      backlogAt = Date.now();
    }
    if (section.peek() === "translators")
      translators.value = await data.translators(token);
  } catch (error) {
    refused(error);
  } finally {
    looking = false;
  }
}

export function keepLooking(): void {
  void look();
  setInterval(() => void look(), STATUS_MS);
  document.addEventListener("visibilitychange", () => void look());
}

// ---- alarms ----

/** A column of the samples, with their times. */
export function column(name: string): [number, number][] {
  const trend = status.value?.trend;
  const i = trend?.columns.indexOf(name) ?? -1;
  if (!trend || i < 0) return [];
  return trend.rows.map((row) => [row[0] ?? 0, row[i] ?? 0]);
}

/** Of a counter, so many a minute; null where it began anew. */
export function perMinute(name: string): [number, number | null][] {
  const rows = column(name);
  return rows.slice(1).map(([at, n], i) => {
    const [before, m] = rows[i] as [number, number];
    const minutes = (at - before) / 60_000;
    return [at, n >= m && minutes > 0 ? (n - m) / minutes : null];
  });
}

export type Alarm =
  | { kind: "saving" | "away" | "draining" }
  | { kind: "owed"; n: number; since: number }
  | { kind: "errors"; n: number };

function refusedLately(now: number): number {
  const rows = column("errors").filter(([at]) => at > now - ERRORS_MS);
  const failed = column("translations_failed").filter(
    ([at]) => at > now - ERRORS_MS,
  );
  const grown = (all: [number, number][]) =>
    Math.max(0, (all.at(-1)?.[1] ?? 0) - (all[0]?.[1] ?? 0));
  // "errors" has failed translations in it, which are told elsewhere.
  return Math.max(0, grown(rows) - grown(failed));
}

export const alarms = computed<Alarm[]>(() => {
  const now = status.value;
  if (!now) return [];
  const found: Alarm[] = [];
  if (!now.saving) found.push({ kind: "saving" });
  if (now.counters["draining"]) found.push({ kind: "draining" });
  if (!now.counters["translator_alive"]) found.push({ kind: "away" });
  const owed = backlog.value;
  if (owed && owed.oldestAt && now.at - owed.oldestAt > OWED_MS)
    found.push({ kind: "owed", n: owed.untranslated, since: owed.oldestAt });
  const errors = refusedLately(now.at);
  if (errors > 0) found.push({ kind: "errors", n: errors });
  return found;
});
