// Numbers, sizes and times, as the reader's language writes them.
import { speech } from "../words";

const MINUTE_S = 60;
const HOUR_S = 3_600;
const DAY_S = 86_400;
const MB = 1024 * 1024;

export function number(n: number, digits = 0): string {
  return new Intl.NumberFormat(speech.value.locale, {
    maximumFractionDigits: digits,
  }).format(n);
}

/** With as many digits as tell something. */
export function some(n: number): string {
  return number(n, n < 10 ? 1 : 0);
}

function unit(n: number, name: string, digits = 0): string {
  return new Intl.NumberFormat(speech.value.locale, {
    style: "unit",
    unit: name,
    unitDisplay: "narrow",
    maximumFractionDigits: digits,
  }).format(n);
}

export function share(part: number, all: number): string {
  return new Intl.NumberFormat(speech.value.locale, {
    style: "percent",
    maximumFractionDigits: 1,
  }).format(all > 0 ? part / all : 0);
}

export function millis(ms: number): string {
  if (ms >= 10_000) return unit(ms / 1000, "second");
  if (ms >= 1_000) return unit(ms / 1000, "second", 1);
  return unit(ms, "millisecond", ms < 10 ? 1 : 0);
}

export function age(ms: number): string {
  const s = Math.max(0, ms / 1000);
  if (s < MINUTE_S) return unit(Math.round(s), "second");
  if (s < HOUR_S) return unit(Math.round(s / MINUTE_S), "minute");
  if (s < DAY_S) return unit(Math.round(s / HOUR_S), "hour");
  return unit(Math.round(s / DAY_S), "day");
}

export function bytes(n: number): string {
  return n >= 1024 * MB
    ? unit(n / MB / 1024, "gigabyte", 1)
    : unit(n / MB, "megabyte", n < 10 * MB ? 1 : 0);
}

export const megabytes = (n: number) => bytes(n * MB);

export function clock(at: number): string {
  const options = { hour: "2-digit", minute: "2-digit" } as const;
  return new Intl.DateTimeFormat(speech.value.locale, options).format(at);
}

export function moment(at: number): string {
  return new Intl.DateTimeFormat(speech.value.locale, {
    dateStyle: "medium",
    timeStyle: "short",
  }).format(at);
}

export function day(at: number): string {
  return new Intl.DateTimeFormat(speech.value.locale, {
    dateStyle: "medium",
  }).format(at);
}
