// My messages that the gateway has not acknowledged yet, oldest first.  Each
// is kept in the browser under a key of its own, so that two tabs of one
// person do not write over each other.
import { signal } from "@preact/signals";
import { forgetUnsent, saveUnsent, savedUnsent } from "../saved";
import type { Outgoing } from "../types";

/** More than this nobody writes while a train is in a tunnel. */
export const OUTBOX_MAX = 200;

export class Outbox {
  readonly list = signal<readonly Outgoing[]>([]);
  #user = "";

  /** What this person left unsent, in this browser. */
  open(user: string): void {
    this.#user = user;
    this.list.value = user ? savedUnsent(user) : [];
  }

  get full(): boolean {
    return this.list.peek().length >= OUTBOX_MAX;
  }

  add(outgoing: Outgoing): void {
    saveUnsent(this.#user, outgoing);
    this.list.value = [...this.list.peek(), outgoing];
  }

  get(clientId: string): Outgoing | undefined {
    return this.list.peek().find((o) => o.clientId === clientId);
  }

  next(): Outgoing | undefined {
    return this.list.peek().find((o) => o.state === "queued");
  }

  mark(clientId: string, to: Pick<Outgoing, "state" | "reason">): void {
    this.list.value = this.list.peek().map((outgoing) => {
      if (outgoing.clientId !== clientId) return outgoing;
      const marked = { ...outgoing, ...to };
      saveUnsent(this.#user, marked);
      return marked;
    });
  }

  remove(clientId: string): void {
    const list = this.list.peek();
    if (!list.some((o) => o.clientId === clientId)) return;
    forgetUnsent(this.#user, clientId);
    this.list.value = list.filter((o) => o.clientId !== clientId);
  }
}
