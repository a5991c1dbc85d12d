// One room on the page: keeps its log in step with the gateway, and walks in
// its history.
import * as api from "./api";
import { ApiError } from "./api";
import { advanced, nextStep, type Step } from "./follow";
import { newAsker, newLog, RETRY_MS, type Host } from "./host";
import { keepMessages, keptMessages } from "./kept";
import type { RoomLog } from "./store/log";
import type { Asker } from "./translate";
import { Typing } from "./typing";
import { Thread } from "./thread";
import type {
  AckedAs,
  Cursor,
  Member,
  Message,
  Outgoing,
  Page,
  RoomEvent,
} from "./types";
import { signal, type ReadonlySignal } from "@preact/signals";

const FIRST_PAGE = 50;
const SYNC_PAGE = 100;
/** Of what is read anew; the reader scrolls up for more. */
const SYNC_PAGES_MAX = 3;
/** What changes meanwhile is kept with it. */
const KEEP_AFTER_MS = 2_000;

/** Where messages stand: a room, or what is said under one of them. */
export interface Talk {
  /** The room's. */
  readonly id: string;
  readonly log: RoomLog;
  /** How far each of the others has read. */
  readonly readers: ReadonlySignal<ReadonlyMap<string, number>>;
  /** The message that all is said under; "": it is the room itself. */
  readonly root: string;
  translateAgain(message: Message): void;
}

export class Room implements Talk {
  readonly root = "";
  readonly log: RoomLog;
  readonly readers = signal<ReadonlyMap<string, number>>(new Map());
  /** The first of them, once somebody has asked. */
  readonly members = signal<readonly Member[]>([]);
  /** The one that is open beside it. */
  readonly thread = signal<Thread | null>(null);
  readonly #asker: Asker;
  readonly #typing: Typing;
  #host: Host;
  #synced = false;
  #run = 0;
  #cursor: Cursor | null = null;
  #keeping = 0;

  constructor(
    readonly id: string,
    host: Host,
  ) {
    this.#host = host;
    this.log = newLog(host);
    this.#asker = newAsker(host, this.log);
    this.#typing = new Typing(() => host.link, id);
    void this.#takeKept();
  }

  /** What was read the last time, until the gateway has said what there is. */
  async #takeKept(): Promise<void> {
    const messages = await keptMessages(this.#host.me, this.id);
    if (messages.length === 0 || this.log.loaded.peek()) return;
    this.log.synced({ messages, hasMore: true });
  }

  #keepSoon(): void {
    const { me } = this.#host;
    if (this.#keeping || !me) return;
    this.#keeping = window.setTimeout(() => {
      this.#keeping = 0;
      const { log } = this;
      if (me !== this.#host.me || log.hasNewer.peek()) return;
      void keepMessages(me, this.id, log.all());
    }, KEEP_AFTER_MS);
  }

  /** The connection is gone, or nobody looks: what happens is not known. */
  lost(): void {
    this.#synced = false;
    this.#run++;
    this.log.typing.value = [];
    this.thread.peek()?.stop();
  }

  /** All of it is to be read in another language. */
  reread(): void {
    this.lost();
    this.log.narrow();
  }

  openThread(root: string): void {
    if (this.thread.peek()?.root === root) return;
    this.closeThread();
    const thread = new Thread(root, this.id, this.readers, this.#host);
    this.thread.value = thread;
    void thread.load();
  }

  closeThread(): void {
    this.thread.peek()?.stop();
    this.thread.value = null;
  }

  /** The gateway has saved one of mine. */
  acked(sent: Outgoing, ack: AckedAs, name: string): void {
    this.log.acked(sent, ack, name);
    const thread = this.thread.peek();
    if (thread && sent.thread === thread.root)
      thread.log.acked(sent, ack, name);
  }

  event(event: RoomEvent, offset: number): void {
    this.thread.peek()?.event(event);
    switch (event.type) {
      case "message/new":
        this.log.add(event.message);
        break;
      case "typing/started":
        this.log.startedTyping(event.typist);
        break;
      case "typing/stopped":
        this.log.stoppedTyping(event.userId);
        break;
      case "reader/updated":
        this.#reader(event.userId, event.seq);
        break;
      default:
        this.log.happened(event);
    }
    this.#keepSoon();
    // While catching up, what lies before it may still be missing.
    if (this.#synced && offset > 0)
      this.#cursor = advanced(this.#cursor, offset);
  }

  /** After every (re)connection: what changed while we were away.  Runs until
   * it has worked (true) or the connection is lost. */
  async catchUp(): Promise<boolean> {
    const run = ++this.#run;
    const current = () => run === this.#run && !!this.#host.link?.connected;
    while (current()) {
      try {
        await this.#host.saveLanguage();
        const step = await nextStep(
          { changes: this.#readChanges, newest: this.#readHistory },
          this.#host.language,
          this.#cursor,
        );
        if (!current()) return false;
        this.#take(step);
        if (!step.done) continue;
        this.#synced = true;
        this.#asker.askMissing();
        void this.loadReaders();
        void this.thread.peek()?.load();
        return true;
      } catch (error) {
        if (error instanceof ApiError && error.status === 401) {
          if (current()) this.#host.refused();
          return false;
        }
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
    return false;
  }

  #reader(userId: string, seq: number | null): void {
    const readers = new Map(this.readers.peek());
    if (seq === null) readers.delete(userId);
    else readers.set(userId, seq);
    this.readers.value = readers;
  }

  /** Nice to have: without an answer nothing is shown. */
  async loadReaders(): Promise<void> {
    try {
      const { token } = this.#host;
      this.readers.value = new Map(await api.listReaders(token, this.id));
    } catch {
      this.readers.value = new Map();
    }
  }

  async loadMembers(): Promise<void> {
    try {
      this.members.value = await api.listMembers(this.#host.token, this.id);
    } catch {
      // The pane does without.
    }
  }

  #take(step: Step): void {
    if (step.kind === "anew") this.log.synced(step.pages);
    else this.log.changed(step.messages);
    this.#cursor = step.cursor;
    this.#keepSoon();
  }

  #readChanges = (language: string, cursor: Cursor | null) =>
    api.changes(this.#host.token, this.id, language, cursor);

  #page(limit: number, place: api.Place, language = this.#host.language) {
    return api.history(this.#host.token, this.id, language, limit, place);
  }

  /** Of each message that is shown something may have changed. */
  #readHistory = (language: string): Promise<Page> =>
    this.log.hasNewer.peek()
      ? this.#readHere(language)
      : this.#readEnd(language);

  /** The reader is far from the newest, and stays there. */
  async #readHere(language: string): Promise<Page> {
    const { log } = this;
    log.narrow();
    const place = { after: log.oldest - 1 };
    const { messages, hasMore } = await this.#page(SYNC_PAGE, place, language);
    return { messages, hasMore: log.hasOlder.peek(), hasNewer: hasMore };
  }

  /** Backwards from the newest to the oldest that is shown. */
  async #readEnd(language: string): Promise<Page> {
    const oldest = this.log.oldest || Infinity; // none: one page will do
    const limit = this.log.oldest ? SYNC_PAGE : FIRST_PAGE;
    const all: Message[] = [];
    let place: api.Place = {};
    for (let n = 1; ; n++) {
      const page = await this.#page(limit, place, language);
      all.push(...page.messages);
      const before = Math.min(...page.messages.map((message) => message.seq));
      const joined = before <= oldest || page.messages.length === 0;
      if (!page.hasMore || joined || n === SYNC_PAGES_MAX)
        return { messages: all, hasMore: page.hasMore };
      place = { before };
    }
  }

  /** One reading at a time; what a catch-up has overtaken is dropped. */
  async #walk(read: () => Promise<() => void>): Promise<void> {
    const { log } = this;
    if (log.loading.peek() || !log.loaded.peek()) return;
    const run = this.#run;
    log.loading.value = true;
    try {
      const apply = await read();
      if (run === this.#run) {
        apply();
        this.#asker.askMissing();
      }
    } catch {
      // The reader scrolls, or presses, again.
    } finally {
      log.loading.value = false;
    }
  }

  async loadOlder(): Promise<void> {
    const { log } = this;
    if (!log.hasOlder.peek()) return;
    await this.#walk(async () => {
      const page = await this.#page(FIRST_PAGE, { before: log.oldest });
      return () => log.older(page);
    });
  }

  async loadNewer(): Promise<void> {
    const { log } = this;
    if (!log.hasNewer.peek()) return;
    await this.#walk(async () => {
      const page = await this.#page(FIRST_PAGE, { after: log.newest });
      return () => log.newer(page);
    });
  }

  async toNewest(): Promise<void> {
    const { log } = this;
    if (!log.hasNewer.peek()) return;
    await this.#walk(async () => {
      const page = await this.#page(FIRST_PAGE, {});
      return () => log.moved(page.messages, page.hasMore, false);
    });
  }

  /** Around a message that may be far from what is shown. */
  async toSeq(seq: number): Promise<void> {
    const { log } = this;
    if (seq >= log.oldest && seq <= log.newest) return;
    await this.#walk(async () => {
      const [before, after] = await Promise.all([
        this.#page(FIRST_PAGE, { before: seq + 1 }),
        this.#page(FIRST_PAGE, { after: seq }),
      ]);
      const messages = [...before.messages, ...after.messages];
      return () => log.moved(messages, before.hasMore, after.hasMore);
    });
  }

  translateAgain(message: Message): void {
    this.#asker.again(message);
  }

  sweep(): void {
    if (!this.#synced) return;
    this.#asker.sweep();
    this.thread.peek()?.sweep();
  }

  typing(): void {
    this.#typing.key();
  }

  stopTyping(): void {
    this.#typing.stop();
  }
}
