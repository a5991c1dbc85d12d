// Empties the outbox: one message after the other, so that they are saved in
// the order in which they were written, each until it is acknowledged.
import { isPassing, type Link } from "./socket";
import type { Store } from "./store/store";
import type { Outgoing } from "./types";

const RETRY_MS = 2_000;

export class Sender {
  #store: Store;
  #link: () => Link | null;
  #room: string;
  #busy = false;

  /** `link` gives null while nothing may be sent. */
  constructor(store: Store, link: () => Link | null, room: string) {
    this.#store = store;
    this.#link = link;
    this.#room = room;
  }

  async flush(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (;;) {
        const { outbox } = this.#store.state;
        const next = outbox.find((o) => o.state === "queued");
        const link = this.#link();
        if (!next || !link?.connected) break;
        if (await this.#send(link, next)) continue;
        setTimeout(() => void this.flush(), RETRY_MS);
        break;
      }
    } finally {
      this.#busy = false;
    }
  }

  /** False: not now.  It stays in the outbox and goes out again under the
   * same clientId, of which the gateway saves one. */
  async #send(link: Link, outgoing: Outgoing): Promise<boolean> {
    const { clientId, content, language } = outgoing;
    this.#store.dispatch({ type: "outbox/sending", clientId });
    try {
      const ack = await link.ask("message:send", {
        conversationId: this.#room,
        content,
        originalLanguage: language,
        clientMessageId: clientId,
      });
      if (isPassing(ack.code)) throw new Error(ack.code);
      if (ack.success) {
        this.#store.dispatch({ type: "outbox/acked", clientId, ack });
      } else {
        const reason = ack.code || "UNKNOWN";
        this.#store.dispatch({ type: "outbox/failed", clientId, reason });
      }
      return true;
    } catch {
      this.#store.dispatch({ type: "outbox/again", clientId });
      return false;
    }
  }
}
