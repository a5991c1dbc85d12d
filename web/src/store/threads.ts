// Which threads I follow: those under my own messages, and those that I have
// opened in this browser; and how much of each I have not seen.
import { signal } from "@preact/signals";
import { savedThreads, saveThreads } from "../saved";
import type { Message } from "../types";

export class Threads {
  readonly #seen = signal<ReadonlyMap<string, number>>(new Map());
  #user = "";

  open(user: string): void {
    this.#user = user;
    this.#seen.value = user ? savedThreads(user) : new Map();
  }

  /** All of it, as it is now. */
  saw(root: string, replies: number): void {
    if (this.#seen.peek().get(root) === replies) return;
    const seen = new Map(this.#seen.peek());
    seen.delete(root); // it is the latest now
    seen.set(root, replies);
    this.#seen.value = seen;
    saveThreads(this.#user, seen);
  }

  /** Replies under a message that I have not seen, where I follow them. */
  fresh(message: Message): number {
    const replies = message.thread?.replies ?? 0;
    const mine = message.senderId === this.#user;
    const seen = this.#seen.value.get(message.id) ?? (mine ? 0 : replies);
    return Math.max(0, replies - seen);
  }
}
