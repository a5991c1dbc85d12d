// Names, dates and colours of things.
import type { Language } from "../types";

const DAY_MS = 24 * 60 * 60 * 1000;
const WEEK_DAYS = 6;

/** What makes words of values in one language costs a hundred times what it
 * does with one: it is made once for each language and way. */
function made<T>(make: (locale: string) => T): (locale: string) => T {
  const all = new Map<string, T>();
  return (locale) => {
    const old = all.get(locale);
    if (old) return old;
    const one = make(locale);
    all.set(locale, one);
    return one;
  };
}

const dates = (style: Intl.DateTimeFormatOptions) =>
  made((locale) => new Intl.DateTimeFormat(locale, style));

const languages = made(
  (locale) => new Intl.DisplayNames([locale], { type: "language" }),
);

export function languageName(code: string, locale: string): string {
  try {
    return languages(locale).of(code) ?? code;
  } catch {
    return code;
  }
}

export function nativeName(
  code: string,
  languages: readonly Language[],
): string {
  const known = languages.find((language) => language.code === code);
  return known?.nativeName ?? languageName(code, code);
}

/** Names in a sentence: "French, Italian and Spanish". */
export function listOf(names: string[], locale: string): string {
  return new Intl.ListFormat(locale).format(names);
}

/** Where more follow: without "and". */
export function startOfList(names: string[], locale: string): string {
  const [, comma] = new Intl.ListFormat(locale).formatToParts(["", "", ""]);
  return names.join(comma?.value ?? ", ");
}

/** In the figures that the reader knows. */
export const numberIn = (n: number, locale: string) =>
  new Intl.NumberFormat(locale).format(n);

const clocks = dates({ hour: "numeric", minute: "2-digit" });
const full = dates({ dateStyle: "full", timeStyle: "short" });
const short = dates({ dateStyle: "short" });
const weekdays = dates({ weekday: "short" });
const near = made(
  (locale) => new Intl.RelativeTimeFormat(locale, { numeric: "auto" }),
);

export const clockTime = (at: number, locale: string) =>
  clocks(locale).format(at);

export const fullTime = (at: number, locale: string) => full(locale).format(at);

function daysBetween(at: number, now: number): number {
  const noon = (ms: number) => new Date(ms).setHours(12, 0, 0, 0);
  return Math.round((noon(now) - noon(at)) / DAY_MS);
}

/** "today", "yesterday", or the date with its weekday. */
export function dayName(at: number, now: number, locale: string): string {
  const days = daysBetween(at, now);
  if (days === 0 || days === 1) return near(locale).format(-days, "day");
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return new Intl.DateTimeFormat(locale, {
    weekday: "long",
    day: "numeric",
    month: "long",
    ...(sameYear ? {} : { year: "numeric" }),
  }).format(at);
}

/** In a list: the time today, the weekday this week, else the date. */
export function shortTime(at: number, now: number, locale: string): string {
  const days = daysBetween(at, now);
  if (days === 0) return clockTime(at, locale);
  if (days > 0 && days <= WEEK_DAYS) return weekdays(locale).format(at);
  return short(locale).format(at);
}

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;

export function sizeOf(bytes: number, locale: string): string {
  let n = bytes;
  let i = 0;
  while (n >= 1000 && i < UNITS.length - 1) {
    n /= 1000;
    i++;
  }
  return new Intl.NumberFormat(locale, {
    style: "unit",
    unit: UNITS[i] as string,
    unitDisplay: "short",
    maximumFractionDigits: n < 10 && i > 0 ? 1 : 0,
  }).format(n);
}

/** People have one of these hues; languages have none of their own. */
export const PEOPLE = [8, 34, 78, 142, 172, 204, 238, 268, 300, 334];

function placeOf(id: string): number {
  let hash = 7;
  for (let i = 0; i < id.length; i++)
    hash = (hash * 31 + id.charCodeAt(i)) >>> 0;
  return hash % PEOPLE.length;
}

/** Of anything but a person. */
export function hueOf(id: string): number {
  return PEOPLE[placeOf(id)] ?? 0;
}

/** The people who came first on this page, as many as there are hues. */
const places = new Map<string, number>();
/** To a hue that is far from the one that was taken. */
const NEXT_PLACE = 3;

/** While there are hues left no two people have the same. */
export function personHue(person: string): number {
  let place = places.get(person) ?? placeOf(person);
  if (!places.has(person) && places.size < PEOPLE.length) {
    const taken = new Set(places.values());
    while (taken.has(place)) place = (place + NEXT_PLACE) % PEOPLE.length;
    places.set(person, place);
  }
  return PEOPLE[place] ?? 0;
}

const segments =
  typeof Intl.Segmenter === "function" ? new Intl.Segmenter() : null;

/** The first sign that a person sees, which may be several code points. */
export function initialOf(name: string): string {
  const shown = plainName(name);
  const first = segments
    ? [...segments.segment(shown)][0]?.segment
    : [...shown][0];
  return (first ?? "?").toUpperCase();
}

const OVERRIDES = /[\u202d\u202e]/g;
const MARKS = /[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/g;

/** Without the signs that turn the order of others around: with them a text
 * shows what it does not say ("exe.txt" for "txt.exe"). */
export function plainText(text: string): string {
  return text.replace(OVERRIDES, "");
}

/** A name has no need of any sign of direction. */
export function plainName(name: string): string {
  return name.replace(MARKS, "").trim() || "?";
}

const RTL = /^(ar|fa|he|ur|yi|ps|sd|ug|dv|ckb)\b/;

export function dirOf(language: string): "ltr" | "rtl" | "auto" {
  if (!language || language === "auto" || language === "und") return "auto";
  return RTL.test(language) ? "rtl" : "ltr";
}

/** Without case and accents. */
export function fold(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();
}
