// Names, dates and colours of things.
import type { Language } from "../types";

const DAY_MS = 24 * 60 * 60 * 1000;

export function languageName(code: string, locale: string): string {
  try {
    const names = new Intl.DisplayNames([locale], { type: "language" });
    return names.of(code) ?? code;
  } catch {
    return code;
  }
}

export function nativeName(code: string, languages: Language[]): string {
  const known = languages.find((language) => language.code === code);
  return known?.nativeName ?? languageName(code, code);
}

export function clockTime(at: number, locale: string): string {
  const style = { hour: "numeric", minute: "2-digit" } as const;
  return new Intl.DateTimeFormat(locale, style).format(at);
}

/** "today", "yesterday", or the date with its weekday. */
export function dayName(at: number, now: number, locale: string): string {
  const midnight = (ms: number) => new Date(ms).setHours(12, 0, 0, 0);
  const days = Math.round((midnight(now) - midnight(at)) / DAY_MS);
  if (days === 0 || days === 1) {
    const near = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
    return near.format(-days, "day");
  }
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return new Intl.DateTimeFormat(locale, {
    weekday: "long",
    day: "numeric",
    month: "long",
    ...(sameYear ? {} : { year: "numeric" }),
  }).format(at);
}

const HUES: Record<string, number> = {
  fr: 222,
  en: 345,
  es: 32,
  ca: 52,
  pt: 140,
  it: 160,
  de: 285,
  ar: 95,
};

/** Each language has its colour, and so has each person. */
export function hueOf(key: string): number {
  const known = HUES[key];
  if (known !== undefined) return known;
  let hash = 7;
  for (let i = 0; i < key.length; i++)
    hash = (hash * 31 + key.charCodeAt(i)) >>> 0;
  return Math.round((hash * 137.508) % 360);
}

export function initialOf(name: string): string {
  return ([...name.trim()][0] ?? "?").toUpperCase();
}
