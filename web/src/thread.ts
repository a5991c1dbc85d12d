// What is said under one message: a log of its own, read as a whole when it is
// opened and after every reconnection, and kept in step by the room's events.
import * as api from "./api";
import { newAsker, newLog, RETRY_MS, type Host } from "./host";
import type { Talk } from "./room";
import type { RoomLog } from "./store/log";
import type { Asker } from "./translate";
import type { Message, RoomEvent } from "./types";

const PAGE = 200;
/** Of a longer one the end is shown. */
const REPLIES_MAX = 1_000;
const PAGES_MAX = 50;

export class Thread implements Talk {
  readonly log: RoomLog;
  readonly readers;
  readonly #asker: Asker;
  #host: Host;
  #run = 0;

  constructor(
    /** The message that it is under. */
    readonly root: string,
    /** The room's. */
    readonly id: string,
    readers: Talk["readers"],
    host: Host,
  ) {
    this.readers = readers;
    this.#host = host;
    this.log = newLog(host, { window: REPLIES_MAX, keep: REPLIES_MAX });
    this.#asker = newAsker(host, this.log);
  }

  event(event: RoomEvent): void {
    switch (event.type) {
      case "message/new":
        if (event.message.threadId === this.root) this.log.add(event.message);
        break;
      case "typing/started":
      case "typing/stopped":
      case "reader/updated":
        break;
      default:
        this.log.happened(event);
    }
  }

  /** Runs until it has worked or the connection is lost. */
  async load(): Promise<void> {
    const run = ++this.#run;
    const current = () => run === this.#run && !!this.#host.link?.connected;
    while (current()) {
      try {
        const messages = await this.#all();
        if (!current()) return;
        this.log.synced({ messages, hasMore: false });
        this.#asker.askMissing();
        return;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  /** Nobody looks any more, or the connection is gone. */
  stop(): void {
    this.#run++;
  }

  async #all(): Promise<Message[]> {
    const { token, language } = this.#host;
    const all: Message[] = [];
    for (let n = 0; n < PAGES_MAX; n++) {
      const after = all.at(-1)?.seq ?? 0;
      const page = await api.thread(token, this.root, language, PAGE, after);
      all.push(...page.messages);
      if (!page.hasMore) break;
    }
    return all.slice(-REPLIES_MAX);
  }

  translateAgain(message: Message): void {
    this.#asker.again(message);
  }

  sweep(): void {
    this.#asker.sweep();
  }
}
