// The words of the dashboard, apart from those of the chat.
import { computed, signal } from "@preact/signals";
import { sayWith, speech, type Phrase, type UiLanguage } from "../../words";
import { EN } from "./en";

export type AdminKey = keyof typeof EN;
export type AdminWords = Record<AdminKey, Phrase>;

const LOADERS: Record<UiLanguage, () => Promise<{ WORDS: AdminWords }>> = {
  en: () => Promise.resolve({ WORDS: EN }),
  fr: () => import("./fr"),
  es: () => import("./es"),
  de: () => import("./de"),
  pt: () => import("./pt"),
  it: () => import("./it"),
  ca: () => import("./ca"),
  ar: () => import("./ar"),
};

const loaded = signal<AdminWords>(EN);

export const tell = computed(() => sayWith(loaded.value, speech.value.locale));

/** In the language that the page speaks by then. */
export async function loadAdminWords(): Promise<void> {
  try {
    const { WORDS } = await LOADERS[speech.peek().language]();
    loaded.value = WORDS;
  } catch {
    // Not there: English is.
  }
}
