// Asks the gateway for translations that nobody has asked for: those of older
// messages after a change of language, and again after a failure.
import { isPassing, type Link } from "./socket";
import type { RoomLog } from "./store/log";
import type { Message, TranslationState } from "./types";
import { isUnasked } from "./store/view";

const AT_ONCE = 4;

function keyOf(message: Message, language: string): string {
  return `${message.id} ${message.revision} ${language}`;
}

export interface Reader {
  id: string;
  language: string;
  link: Link | null;
}

export class Asker {
  #log: RoomLog;
  #reader: () => Reader;
  #asked = new Set<string>();
  #seen = new Set<string>();
  #waiting: Message[] = [];
  #running = 0;

  constructor(log: RoomLog, reader: () => Reader) {
    this.#log = log;
    this.#reader = reader;
  }

  /** The history has just said what is asked for and what is not: ask for
   * the rest, the newest first. */
  askMissing(): void {
    this.#asked.clear();
    this.#waiting = this.#missing();
    this.#pump();
  }

  /** Now and then: new messages are asked for by the gateway itself, but not
   * when it learnt of my language a moment too late.  What was missing the
   * last time already is asked for. */
  sweep(): void {
    const { language } = this.#reader();
    const missing = this.#missing();
    const before = this.#seen;
    this.#seen = new Set(missing.map((m) => keyOf(m, language)));
    this.#waiting = missing.filter((m) => before.has(keyOf(m, language)));
    this.#pump();
  }

  #missing(): Message[] {
    const { language, id } = this.#reader();
    return this.#log
      .all()
      .filter((m) => isUnasked(m, language, id))
      .filter((m) => !this.#asked.has(keyOf(m, language)))
      .reverse();
  }

  /** After a failure that the reader has seen. */
  again(message: Message): void {
    this.#mark(message, this.#reader().language, "queued", "");
    this.#waiting.unshift(message);
    this.#pump();
  }

  #pump(): void {
    while (this.#running < AT_ONCE) {
      const message = this.#waiting.shift();
      if (!message) return;
      this.#running++;
      void this.#ask(message).finally(() => {
        this.#running--;
        this.#pump();
      });
    }
  }

  async #ask(message: Message): Promise<void> {
    const { language, link } = this.#reader();
    const key = keyOf(message, language);
    const payload = { messageId: message.id, targetLanguage: language };
    this.#asked.add(key);
    try {
      if (!link) throw new Error("not connected");
      const ack = await link.ask("request_translation", payload);
      if (isPassing(ack.code)) this.#asked.delete(key);
      else if (!ack.success) this.#mark(message, language, "failed", ack.code);
    } catch {
      this.#asked.delete(key);
      const now = this.#log.peek(message.id);
      if (now?.translations[language]?.state === "queued")
        this.#mark(now, language, "failed", "NETWORK");
    }
  }

  #mark(
    message: Message,
    language: string,
    state: TranslationState,
    reason: string,
  ): void {
    this.#log.happened({
      type: "translation/came",
      rendering: {
        messageId: message.id,
        revision: message.revision,
        language,
        translation: { state, text: "", rough: false, people: false, reason },
      },
    });
  }
}
