// The messages of one room that are on the page: a window of its log, each
// message a signal of its own, so that what happens to one costs one.
import { batch, signal, type Signal } from "@preact/signals";
import type { AckedAs, Message, Outgoing, Page, Stray, Typist } from "../types";
import {
  markDeleted,
  mergeMessage,
  withPin,
  withReaction,
  withRendering,
  withThread,
} from "./messages";

/** More than this are never on the page: what is far from the reader goes and
 * is read again on the way back.  Each line costs every dialog that opens, and
 * every frame, a little; so it is some screens and no more. */
export const WINDOW_MAX = 150;
/** Kept while the reader is at the end. */
export const KEEP_MESSAGES = 100;
/** Kept around the reader where all of them will change: a large screen. */
export const NEAR = { before: 20, after: 60 };
/** Events kept for messages that are still on their way from the history. */
export const KEEP_STRAYS = 200;

/** How many messages a log has at most: ever, and while its end is read. */
export interface Size {
  window: number;
  keep: number;
}

export class RoomLog {
  /** Ascending by sequence number. */
  readonly ids = signal<readonly string[]>([]);
  readonly loaded = signal(false);
  readonly loading = signal(false);
  readonly hasOlder = signal(false);
  readonly hasNewer = signal(false);
  readonly typing = signal<readonly Typist[]>([]);
  /** The reader has scrolled up, away from the newest message. */
  readonly away = signal(false);
  readonly unseen = signal(0);
  #messages = new Map<string, Signal<Message>>();
  #strays: Stray[] = [];
  /** The message at the upper edge; "": the reader is at the end. */
  #eye = "";
  #me: () => string;
  #arrived: (clientId: string) => void;
  #size: Size;

  /** `arrived` hears of each message of mine that came back. */
  constructor(
    me: () => string,
    arrived: (clientId: string) => void,
    size: Size = { window: WINDOW_MAX, keep: KEEP_MESSAGES },
  ) {
    this.#size = size;
    this.#me = me;
    this.#arrived = arrived;
  }

  message(id: string): Signal<Message> | undefined {
    return this.#messages.get(id);
  }

  peek(id: string): Message | undefined {
    return this.#messages.get(id)?.peek();
  }

  /** All of them, as they are now. */
  all(): Message[] {
    return this.ids.peek().map((id) => this.peek(id) as Message);
  }

  get oldest(): number {
    return this.#seqAt(0);
  }

  get newest(): number {
    return this.#seqAt(-1);
  }

  #seqAt(i: number): number {
    const id = this.ids.peek().at(i);
    return (id && this.peek(id)?.seq) || 0;
  }

  // ---- what the history says ----

  /** A fresh reading, of the newest messages if it does not say otherwise.
   * Within its range, what the
   * history no longer has is gone; what lies before is read again later. */
  synced(page: Page): void {
    const newest = page.messages.reduce((max, m) => Math.max(max, m.seq), 0);
    const present = new Set(page.messages.map((m) => m.id));
    const { hasNewer = false } = page;
    batch(() => {
      this.#keep((m) => present.has(m.id) || (!hasNewer && m.seq > newest));
      this.#merge(page.messages);
      this.loaded.value = true;
      this.hasOlder.value = page.hasMore;
      this.hasNewer.value = hasNewer;
    });
  }

  /** What changed while we were away.  Of messages outside the window nothing
   * is shown: they are read when the reader scrolls there. */
  changed(messages: Message[]): void {
    const { oldest, newest } = this;
    const shown = messages.filter(
      (m) => m.seq >= oldest && (!this.hasNewer.peek() || m.seq <= newest),
    );
    const unseen = shown.filter(
      (m) => !this.#messages.has(m.id) && m.senderId !== this.#me(),
    );
    batch(() => {
      this.#merge(shown);
      if (this.away.peek()) this.unseen.value += unseen.length;
      this.#trim();
    });
  }

  older(page: Page): void {
    batch(() => {
      this.#merge(page.messages);
      this.hasOlder.value = page.hasMore;
      // Who is at the end stays there.
      if (this.away.peek()) this.#cut(0, this.#size.window);
      else this.#cut(-this.#size.window);
    });
  }

  newer(page: Page): void {
    batch(() => {
      this.#merge(page.messages);
      this.hasNewer.value = page.hasMore;
      this.#cut(-this.#size.window);
    });
  }

  /** Somewhere else in the room. */
  moved(messages: Message[], hasOlder: boolean, hasNewer: boolean): void {
    batch(() => {
      this.#keep(() => false);
      this.#merge(messages);
      this.hasOlder.value = hasOlder;
      this.hasNewer.value = hasNewer;
    });
  }

  // ---- what the socket says ----

  /** True: it was not known. */
  add(message: Message): boolean {
    const known = this.#messages.has(message.id);
    const mine = message.senderId === this.#me();
    batch(() => {
      this.stoppedTyping(message.senderId);
      if (known || !this.hasNewer.peek()) this.#merge([message]);
      else if (mine && message.clientId) this.#arrived(message.clientId);
      if (this.away.peek() && !known && !mine) this.unseen.value++;
      this.#trim();
    });
    return !known;
  }

  happened(stray: Stray): void {
    if (this.#isEarly(stray))
      this.#strays = [...this.#strays, stray].slice(-KEEP_STRAYS);
    else this.#apply(stray);
  }

  /** The acknowledgement makes a message of the outgoing one, unless
   * `message:new` or the history has brought it before. */
  acked(sent: Outgoing, ack: AckedAs, name: string): void {
    if (this.#messages.has(ack.messageId) || this.hasNewer.peek()) {
      this.#arrived(sent.clientId);
      return;
    }
    this.#merge([
      {
        id: ack.messageId,
        room: sent.room,
        seq: ack.seq,
        senderId: this.#me(),
        senderName: name,
        guest: false,
        bot: false,
        content: sent.content,
        language: sent.language,
        revision: 1,
        edited: false,
        deleted: false,
        clientId: sent.clientId,
        createdAt: ack.createdAt || sent.createdAt,
        replyTo: sent.replyTo,
        quote: null,
        forwardedFrom: "",
        threadId: sent.thread,
        thread: null,
        files: sent.files,
        mentions: [],
        marks: -1,
        reactions: [],
        pinned: false,
        translations: {},
      },
    ]);
  }

  startedTyping(typist: Typist): void {
    this.stoppedTyping(typist.userId);
    this.typing.value = [...this.typing.peek(), typist];
  }

  stoppedTyping(userId: string): void {
    const typing = this.typing.peek();
    if (typing.some((t) => t.userId === userId))
      this.typing.value = typing.filter((t) => t.userId !== userId);
  }

  /** Forget who stopped without saying so. */
  expireTyping(now: number): void {
    const typing = this.typing.peek();
    if (typing.some((t) => t.until <= now))
      this.typing.value = typing.filter((t) => t.until > now);
  }

  /** `eye`: the message at the upper edge of the screen. */
  scrolled(away: boolean, eye = ""): void {
    this.#eye = away ? eye : "";
    if (away === this.away.peek()) return;
    batch(() => {
      this.away.value = away;
      this.unseen.value = 0;
      this.#trim();
    });
  }

  /** All of them are about to change: what is far from the reader goes, and is
   * read as it is then when they come there. */
  narrow(): void {
    const ids = this.ids.peek();
    const eye = this.#eye ? ids.indexOf(this.#eye) : -1;
    const end = eye < 0 ? ids.length : eye + NEAR.after;
    const from = Math.max(0, eye < 0 ? end - NEAR.after : eye - NEAR.before);
    const kept = new Set(ids.slice(from, end));
    batch(() => {
      if (from > 0) this.hasOlder.value = true;
      if (end < ids.length) this.hasNewer.value = true;
      this.#keep(({ id }) => kept.has(id));
    });
  }

  // ---- inside ----

  #merge(incoming: Message[]): void {
    let fresh = 0;
    const last = this.newest;
    for (const next of incoming) {
      const old = this.#messages.get(next.id);
      if (old) old.value = mergeMessage(old.peek(), next);
      else {
        this.#messages.set(next.id, signal(next));
        fresh++;
      }
      if (next.clientId && next.senderId === this.#me())
        this.#arrived(next.clientId);
    }
    if (fresh > 0) this.#order(incoming, fresh, last);
    this.#settle();
  }

  /** The common case, one new message at the end, without sorting all. */
  #order(incoming: Message[], fresh: number, last: number): void {
    const [only] = incoming;
    if (incoming.length === 1 && fresh === 1 && only && only.seq > last)
      this.ids.value = [...this.ids.peek(), only.id];
    else
      this.ids.value = [...this.#messages.values()]
        .map((message) => message.peek())
        .sort((a, b) => a.seq - b.seq)
        .map((message) => message.id);
  }

  #keep(wanted: (message: Message) => boolean): void {
    const ids = this.ids.peek();
    const kept = ids.filter((id) => {
      const message = this.peek(id);
      const stays = !!message && wanted(message);
      if (!stays) this.#messages.delete(id);
      return stays;
    });
    if (kept.length < ids.length) this.ids.value = kept;
  }

  #cut(from: number, to?: number): void {
    const ids = this.ids.peek();
    if (ids.length <= this.#size.window) return;
    const kept = new Set(ids.slice(from, to));
    this.#keep((message) => kept.has(message.id));
    if (from === 0) this.hasNewer.value = true;
    else this.hasOlder.value = true;
  }

  /** New messages came: what goes is far from the reader. */
  #trim(): void {
    const ids = this.ids.peek();
    if (this.hasNewer.peek()) return;
    if (this.away.peek()) {
      const eye = ids.indexOf(this.#eye);
      const { window } = this.#size;
      if (eye >= 0 && eye < window / 2) this.#cut(0, window);
      else this.#cut(-window);
      return;
    }
    if (ids.length <= this.#size.keep) return;
    const kept = new Set(ids.slice(-this.#size.keep));
    this.#keep((message) => kept.has(message.id));
    this.hasOlder.value = true;
  }

  /** Events that were waiting for a message are applied to it. */
  #settle(): void {
    if (this.#strays.length === 0) return;
    const due = this.#strays.filter((stray) => !this.#isEarly(stray));
    if (due.length === 0) return;
    this.#strays = this.#strays.filter((stray) => this.#isEarly(stray));
    due.forEach((stray) => this.#apply(stray));
  }

  /** What it is about is still on its way: the message, its new text, or the
   * change of its marks before this one. */
  #isEarly(stray: Stray): boolean {
    const message = this.peek(idOf(stray));
    if (!message) return true;
    if (stray.type === "translation/came")
      return stray.rendering.revision > message.revision;
    if ("marks" in stray)
      return !message.deleted && stray.marks > Math.max(0, message.marks) + 1;
    return false;
  }

  #apply(stray: Stray): void {
    const message = this.#messages.get(idOf(stray));
    if (!message) return;
    const old = message.peek();
    switch (stray.type) {
      case "message/edited":
        message.value = mergeMessage(old, stray.message);
        break;
      case "message/deleted":
        message.value = markDeleted(old);
        break;
      case "message/threaded":
        message.value = withThread(old, stray.thread);
        break;
      case "translation/came":
        message.value = withRendering(old, stray.rendering);
        break;
      case "message/reacted":
        message.value = withReaction(old, stray.marks, stray.to, this.#me());
        break;
      case "message/pinned":
        message.value = withPin(old, stray.marks, stray.pinned);
        break;
    }
    this.#settle();
  }
}

function idOf(stray: Stray): string {
  switch (stray.type) {
    case "message/edited":
      return stray.message.id;
    case "translation/came":
      return stray.rendering.messageId;
    default:
      return stray.messageId;
  }
}
