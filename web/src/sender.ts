// Empties the outbox: one message after the other, so that they are saved in
// the order in which they were written, each until it is acknowledged.
import { isPassing, type Link } from "./socket";
import type { Outbox } from "./store/outbox";
import type { AckedAs, Outgoing } from "./types";

const RETRY_MS = 2_000;

export class Sender {
  #outbox: Outbox;
  #link: () => Link | null;
  #acked: (outgoing: Outgoing, ack: AckedAs) => void;
  #busy = false;

  /** `link` gives null while nothing may be sent. */
  constructor(
    outbox: Outbox,
    link: () => Link | null,
    acked: (outgoing: Outgoing, ack: AckedAs) => void,
  ) {
    this.#outbox = outbox;
    this.#link = link;
    this.#acked = acked;
  }

  async flush(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (;;) {
        const next = this.#outbox.next();
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
    const { clientId, room, content, language, replyTo, thread, files } =
      outgoing;
    this.#outbox.mark(clientId, { state: "sending", reason: "" });
    try {
      const ack = await link.ask("message:send", {
        conversationId: room,
        content,
        originalLanguage: language,
        clientMessageId: clientId,
        ...(replyTo ? { replyToId: replyTo } : {}),
        ...(thread ? { threadId: thread } : {}),
        ...(files.length > 0 ? { fileIds: files.map(({ id }) => id) } : {}),
      });
      if (isPassing(ack.code)) throw new Error(ack.code);
      if (ack.success) {
        this.#acked(outgoing, ack);
        this.#outbox.remove(clientId);
      } else {
        const reason = ack.code || "UNKNOWN";
        this.#outbox.mark(clientId, { state: "failed", reason });
      }
      return true;
    } catch {
      this.#outbox.mark(clientId, { state: "queued", reason: "" });
      return false;
    }
  }
}
