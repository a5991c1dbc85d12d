// Every word of the page, in the languages that it speaks: a file each, of
// which only English comes with the page; another one is fetched when wanted.
import { computed, signal } from "@preact/signals";
import { prefs } from "../prefs";
import { EN } from "./en";

export const UI_LANGUAGES = [
  "en",
  "fr",
  "es",
  "de",
  "pt",
  "it",
  "ca",
  "ar",
] as const;
export type UiLanguage = (typeof UI_LANGUAGES)[number];

type Plural = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };
export type Phrase = string | Plural;
export type Key = keyof typeof EN;
export type Words = Record<Key, Phrase>;
export type SayOf<K extends string> = (
  key: K,
  values?: Record<string, string | number>,
) => string;
export type Say = SayOf<Key>;

const LOADERS: Record<UiLanguage, () => Promise<{ WORDS: Words }>> = {
  en: () => Promise.resolve({ WORDS: EN }),
  fr: () => import("./fr"),
  es: () => import("./es"),
  de: () => import("./de"),
  pt: () => import("./pt"),
  it: () => import("./it"),
  ca: () => import("./ca"),
  ar: () => import("./ar"),
};

/** The chosen one, else the first of the browser's that there is. */
export function uiLanguage(
  chosen: string,
  browser: readonly string[] = navigator.languages,
): UiLanguage {
  for (const wish of [chosen, ...browser]) {
    const short = wish.split(/[-_]/)[0]?.toLowerCase();
    const found = UI_LANGUAGES.find((name) => name === short);
    if (found) return found;
  }
  return "en";
}

/** The browser's own kind of a language ("en-GB"), where it has one: dates
 * and times are as the reader knows them. */
function regional(language: string): string {
  const kinds = typeof navigator === "undefined" ? [] : navigator.languages;
  return kinds.find((l) => l.startsWith(`${language}-`)) ?? language;
}

const loaded = signal<{ language: UiLanguage; words: Words }>({
  language: "en",
  words: EN,
});

export const speech = computed(() => {
  const { language, words } = loaded.value;
  return {
    language,
    locale: regional(language),
    dir: language === "ar" ? ("rtl" as const) : ("ltr" as const),
    say: sayWith(words, language),
  };
});

export async function loadWords(): Promise<void> {
  const language = uiLanguage(prefs.value.words);
  if (language === loaded.peek().language) return;
  try {
    const { WORDS: words } = await LOADERS[language]();
    if (uiLanguage(prefs.peek().words) === language)
      loaded.value = { language, words };
  } catch {
    // Not there, offline: English is.
  }
}

export function sayWith<K extends string>(
  words: Record<K, Phrase>,
  language: string,
): SayOf<K> {
  const plurals = new Intl.PluralRules(language);
  const numbers = new Intl.NumberFormat(language);
  return (key, values = {}) => {
    const phrase = words[key];
    const n = Number(values["n"] ?? 0);
    const text =
      typeof phrase === "string"
        ? phrase
        : (phrase[plurals.select(n)] ?? phrase.other);
    return text.replace(/\{(\w+)\}/g, (_, name: string) => {
      const value = values[name];
      return typeof value === "number"
        ? numbers.format(value)
        : String(value ?? "");
    });
  };
}
