// Is there a translator?  The gateway knows, and is asked now and then while
// somebody looks at the page.
import { signal } from "@preact/signals";
import { translatorHere } from "./api";

const EVERY_MS = 10_000;
/** So long its return is news. */
const BACK_MS = 6_000;

export type Presence = "here" | "away" | "back";

export class Watch {
  readonly translator = signal<Presence>("here");
  #online: () => boolean;
  #back: () => void;
  #asking = false;

  /** `back` is called when the translator has come back. */
  constructor(online: () => boolean, back: () => void) {
    this.#online = online;
    this.#back = back;
    setInterval(() => void this.look(), EVERY_MS);
  }

  async look(): Promise<void> {
    if (this.#asking || document.hidden || !this.#online()) return;
    this.#asking = true;
    const here = await translatorHere();
    this.#asking = false;
    if (here === false) this.translator.value = "away";
    if (here !== true || this.translator.peek() !== "away") return;
    this.translator.value = "back";
    this.#back();
    setTimeout(() => {
      if (this.translator.peek() === "back") this.translator.value = "here";
    }, BACK_MS);
  }
}
