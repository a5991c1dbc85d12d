// Every word of the page, in the languages that it speaks: two files each.  What
// the page says by itself comes first, what it says once something is opened
// comes with that.
import { computed, signal } from "@preact/signals";
import { prefs } from "../prefs";
import type { EN } from "./en";
import type { MORE } from "./more/en";

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
export type Words = Record<keyof typeof EN, Phrase>;
export type MoreWords = Record<keyof typeof MORE, Phrase>;
export type Key = keyof Words | keyof MoreWords;
export type SayOf<K extends string> = (
  key: K,
  values?: Record<string, string | number>,
) => string;
export type Say = SayOf<Key>;

const FIRST: Record<UiLanguage, () => Promise<{ WORDS: Words }>> = {
  en: () => import("./en").then((m) => ({ WORDS: m.EN })),
  fr: () => import("./fr"),
  es: () => import("./es"),
  de: () => import("./de"),
  pt: () => import("./pt"),
  it: () => import("./it"),
  ca: () => import("./ca"),
  ar: () => import("./ar"),
};
const MORE_OF: Record<UiLanguage, () => Promise<{ WORDS: MoreWords }>> = {
  en: () => import("./more/en").then((m) => ({ WORDS: m.MORE })),
  fr: () => import("./more/fr"),
  es: () => import("./more/es"),
  de: () => import("./more/de"),
  pt: () => import("./more/pt"),
  it: () => import("./more/it"),
  ca: () => import("./more/ca"),
  ar: () => import("./more/ar"),
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

interface Loaded {
  /** "" until there are words. */
  language: UiLanguage | "";
  words: Partial<Words & MoreWords>;
  /** With what is said once something is opened. */
  whole: boolean;
}

const loaded = signal<Loaded>({ language: "", words: {}, whole: false });
let opened = false;

export const speech = computed(() => {
  const { language: spoken, words } = loaded.value;
  const language = spoken || "en";
  const locale = regional(language);
  return {
    language,
    locale,
    dir: language === "ar" ? ("rtl" as const) : ("ltr" as const),
    say: sayWith(words, locale),
  };
});

async function fetchWords(language: UiLanguage, whole: boolean) {
  const [first, more] = await Promise.all([
    FIRST[language](),
    whole ? MORE_OF[language]() : null,
  ]);
  return { language, words: { ...first.WORDS, ...more?.WORDS }, whole };
}

export async function loadWords(): Promise<void> {
  const language = uiLanguage(prefs.value.words);
  const whole = opened;
  const has = () => {
    const there = loaded.peek();
    return there.language === language && (there.whole || !whole);
  };
  if (has()) return;
  try {
    const found = await fetchWords(language, whole);
    if (uiLanguage(prefs.peek().words) === language && !has())
      loaded.value = found;
  } catch {
    // Not there, offline: what there is stays; English is kept with the page.
    if (loaded.peek().language === "")
      loaded.value = await fetchWords("en", whole);
  }
}

/** Before something is opened.  Fails when its words cannot be had. */
export async function loadAllWords(): Promise<void> {
  opened = true;
  await loadWords();
  if (!loaded.peek().whole) throw new Error("no words");
}

export function sayWith<K extends string>(
  words: Partial<Record<K, Phrase>>,
  locale: string,
): SayOf<K> {
  const plurals = new Intl.PluralRules(locale);
  const numbers = new Intl.NumberFormat(locale);
  return (key, values = {}) => {
    const phrase: Phrase = words[key] ?? "";
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
