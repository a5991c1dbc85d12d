// What this reader wants of the page in this browser.
import { signal } from "@preact/signals";
import { savedPrefs, savePrefs } from "./saved";
import { asText } from "./wire";

export const THEMES = ["system", "light", "dark"] as const;
export const CONTRASTS = ["system", "more"] as const;
export const DENSITIES = ["comfortable", "compact"] as const;

export interface Prefs {
  theme: (typeof THEMES)[number];
  contrast: (typeof CONTRASTS)[number];
  density: (typeof DENSITIES)[number];
  /** Of the interface; "": the browser's. */
  words: string;
  /** Original and translation, always. */
  both: boolean;
  sound: boolean;
  notify: boolean;
  panel: boolean;
}

function oneOf<T extends string>(all: readonly T[], value: unknown): T {
  return all.find((one) => one === value) ?? (all[0] as T);
}

function initial(): Prefs {
  const saved = savedPrefs();
  return {
    theme: oneOf(THEMES, saved["theme"]),
    contrast: oneOf(CONTRASTS, saved["contrast"]),
    density: oneOf(DENSITIES, saved["density"]),
    words: asText(saved["words"]),
    both: saved["both"] === true,
    sound: saved["sound"] !== false,
    notify: saved["notify"] === true,
    panel: saved["panel"] !== false,
  };
}

export const prefs = signal<Prefs>(initial());

export function setPrefs(some: Partial<Prefs>): void {
  prefs.value = { ...prefs.peek(), ...some };
  savePrefs(prefs.peek());
}

/** The page wears what was chosen, or what the system says. */
export function wearPrefs(): void {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const more = matchMedia("(prefers-contrast: more)");
  const wear = () => {
    const { theme, contrast, density } = prefs.value;
    const { dataset } = document.documentElement;
    const night = theme === "system" ? dark.matches : theme === "dark";
    dataset["theme"] = night ? "dark" : "light";
    dataset["contrast"] =
      contrast === "more" || more.matches ? "more" : "normal";
    dataset["density"] = density;
  };
  prefs.subscribe(wear);
  dark.addEventListener("change", wear);
  more.addEventListener("change", wear);
}
