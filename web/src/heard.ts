// What is said aloud: each message of others once, in the words that this
// reader reads, so when its translation is there or does not come.
import { withRendering } from "./store/messages";
import { viewOf } from "./store/view";
import type { Message, Stray } from "./types";

/** So long a translation is waited for; then the original is told. */
const PATIENCE_MS = 5_000;
/** Of a flood the latest are enough. */
const WAITING_MAX = 50;

export type Tell = (message: Message, text: string, language: string) => void;

interface Waiting {
  message: Message;
  timer: ReturnType<typeof setTimeout>;
}

export class Heard {
  #language: () => string;
  #tell: Tell;
  #waiting = new Map<string, Waiting>();

  constructor(language: () => string, tell: Tell) {
    this.#language = language;
    this.#tell = tell;
  }

  said(message: Message): void {
    if (this.#known(message)) return;
    const tellOriginal = () => {
      this.#waiting.delete(message.id);
      this.#tell(message, message.content, message.language);
    };
    const timer = setTimeout(tellOriginal, PATIENCE_MS);
    this.#waiting.set(message.id, { message, timer });
    if (this.#waiting.size > WAITING_MAX)
      for (const [id, { timer: old }] of this.#waiting) {
        clearTimeout(old);
        this.#waiting.delete(id);
        break;
      }
  }

  happened(stray: Stray): void {
    if (stray.type !== "translation/came") return;
    const waiting = this.#waiting.get(stray.rendering.messageId);
    if (!waiting) return;
    if (this.#known(withRendering(waiting.message, stray.rendering))) {
      clearTimeout(waiting.timer);
      this.#waiting.delete(stray.rendering.messageId);
    }
  }

  /** True: it was told, or there is nothing to tell. */
  #known(message: Message): boolean {
    const language = this.#language();
    const view = viewOf(message, language);
    if (view.kind === "pending") return false;
    if (view.kind === "translated" || view.kind === "rough")
      this.#tell(message, view.text, language);
    else if (view.kind !== "deleted")
      this.#tell(message, message.content, message.language);
    return true;
  }
}
