// Tells the room that I am writing, and that I have stopped.
import type { Link } from "./socket";

const EVERY_MS = 3_000;
const IDLE_MS = 2_000;

export class Typing {
  #link: () => Link | null;
  #room: string;
  #told = 0;
  #timer = 0;

  constructor(link: () => Link | null, room: string) {
    this.#link = link;
    this.#room = room;
  }

  /** A key was pressed. */
  key(): void {
    const now = Date.now();
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.stop(), IDLE_MS);
    if (now - this.#told < EVERY_MS) return;
    this.#told = now;
    this.#link()?.tell("typing:start", { conversationId: this.#room });
  }

  stop(): void {
    clearTimeout(this.#timer);
    if (this.#told)
      this.#link()?.tell("typing:stop", { conversationId: this.#room });
    this.#told = 0;
  }
}
