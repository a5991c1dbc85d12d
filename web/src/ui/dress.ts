// The styles of what is opened come with the first of it.
import { BASE } from "../base";
import { loadAllWords } from "../words";

let link: HTMLLinkElement | null = null;
let here = false;

/** Where the page names none, it has them already. */
function fetched(): boolean {
  const name = document.querySelector<HTMLMetaElement>(
    'meta[name="dialog-style"]',
  );
  if (here || !name) return true;
  if (link) return false;
  link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = `${BASE}/${name.content}`;
  // Without them it can still be read.
  for (const end of ["load", "error"])
    link.addEventListener(end, () => (here = true));
  document.head.append(link);
  return false;
}

/** At once, where they are here. */
export function whenDressed(run: () => void): void {
  if (fetched()) return run();
  for (const end of ["load", "error"])
    link?.addEventListener(end, run, { once: true });
}

/** The same, to wait for. */
export const dressed = () => new Promise<void>(whenDressed);

/** With the words that are said only there. */
export const dressedToSpeak = () => Promise.all([dressed(), loadAllWords()]);
