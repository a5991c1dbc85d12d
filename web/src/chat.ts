// The conductor: who I am, which rooms there are, and the connection that
// keeps them in step.
import { batch, computed, effect, signal } from "@preact/signals";
import * as api from "./api";
import { ApiError } from "./api";
import { changed } from "./faces";
import { Heard } from "./heard";
import type { Host } from "./host";
import { newId } from "./ids";
import { forgetKept, keepRooms, keptRooms } from "./kept";
import * as notify from "./notify";
import { Room } from "./room";
import { go, route, toRoom } from "./route";
import * as saved from "./saved";
import { Sender } from "./sender";
import type { Link, OpenLink } from "./socket";
import { Outbox } from "./store/outbox";
import { Rooms } from "./store/rooms";
import { Threads } from "./store/threads";
import {
  AUTO,
  type Language,
  type LinkState,
  type Message,
  type Outgoing,
  type RoomEvent,
  type RoomInfo,
  type RoomSettings,
  type Session,
  type User,
  type Why,
} from "./types";
import { Watch } from "./watch";

/** The room where everybody is. */
export const PUBLIC_ROOM = "any";

/** Rooms whose messages are kept while another one is open. */
const ROOMS_OPEN_MAX = 6;
/** Rooms of which the last line is read when the list does not say it. */
const LAST_LINES_MAX = 30;
const RETRY_MS = 2_000;
const REFRESH_MS = 5_000;
/** What is read within it is told at once. */
const READ_AFTER_MS = 300;
const TICK_MS = 2_000;
const SWEEP_MS = 10_000;

/** What a message has beside its text. */
type Said = Pick<Outgoing, "replyTo" | "thread" | "files">;

export class Chat implements Host {
  readonly session = signal<Session | null>(null);
  readonly why = signal<Why>("");
  /** That I read. */
  readonly reading = signal("en");
  readonly languages = signal<readonly Language[]>([]);
  readonly state = signal<LinkState>("connecting");
  readonly rooms = new Rooms();
  /** So many rooms I am asked into. */
  readonly invitations = signal(0);
  readonly outbox = new Outbox();
  readonly threads = new Threads();
  readonly watch: Watch;
  /** The room that is open; it stays the same object while it is. */
  readonly room = signal<Room | null>(null);
  /** What was said last in the open room, for screen readers. */
  readonly spoken = signal<{ message: Message; text: string } | null>(null);
  readonly writing = computed(() => this.session.value?.user.writing ?? AUTO);
  #openLink: OpenLink;
  #link: Link | null = null;
  #sender: Sender;
  #heard: Heard;
  #open = new Map<string, Room>();
  #readingSaved = true;
  #refreshed = 0;
  #reading = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(openLink: OpenLink, reading: string) {
    this.#openLink = openLink;
    this.reading.value = reading;
    this.#sender = new Sender(
      this.outbox,
      () => this.#link,
      (sent, ack) => {
        const name = this.session.peek()?.user.displayName ?? "";
        this.#open.get(sent.room)?.acked(sent, ack, name);
        const room = this.rooms.get(sent.room);
        if (room && room.lastSeq < ack.seq) void this.#lastLine(sent.room);
      },
    );
    this.watch = new Watch(
      () => this.state.peek() === "online",
      () => this.room.peek()?.sweep(),
    );
    this.#heard = new Heard(
      () => this.language,
      (message, text) => this.#told(message, text),
    );
    effect(() => notify.titled(this.rooms.unread.value));
    setInterval(() => this.#tick(), TICK_MS);
    setInterval(() => this.room.peek()?.sweep(), SWEEP_MS);
  }

  // ---- Host ----

  get token(): string {
    return this.session.peek()?.token ?? "";
  }

  get me(): string {
    return this.session.peek()?.user.id ?? "";
  }

  get language(): string {
    return this.reading.peek();
  }

  get link(): Link | null {
    return this.#link;
  }

  arrived(clientId: string): void {
    this.outbox.remove(clientId);
  }

  refused(): void {
    this.#closed("expired");
  }

  async saveLanguage(): Promise<void> {
    const language = this.language;
    if (!this.token || this.#readingSaved) return;
    try {
      await api.saveLanguage(this.token, language);
    } catch (error) {
      // Refused for good: read on with what there is in this language.
      const refused = error instanceof ApiError && error.status === 400;
      if (!refused) throw error;
    }
    if (this.language === language) this.#readingSaved = true;
  }

  // ---- session ----

  /** Take up the session of the last visit, if it is still good. */
  async resume(): Promise<void> {
    const session = saved.savedSession();
    if (!session) return;
    this.enter(session);
    try {
      this.#takeUser(await api.whoAmI(session.token));
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) this.refused();
    }
  }

  enter(session: Session): void {
    this.#link?.close();
    this.#open.clear();
    this.room.value = null;
    this.rooms.clear();
    this.outbox.open(session.user.id);
    this.threads.open(session.user.id);
    void this.#takeKept(session.user.id);
    this.#keepSession(session);
    this.reading.value = session.user.language;
    this.#readingSaved = true;
    saved.saveLanguageHere(session.user.language);
    this.why.value = "";
    this.state.value = "connecting";
    this.#link = this.#openLink(session.token, {
      onOpen: () => {
        this.state.value = "online";
        void this.#catchUp();
      },
      onDrop: () => {
        this.state.value = "offline";
        for (const room of this.#open.values()) room.lost();
      },
      onRefused: () => this.refused(),
      onEvent: (room, event, offset) => this.#event(room, event, offset),
      onUser: (user) => this.#takeUser(user),
      onRead: (state) => this.rooms.counted(state),
      onRooms: (id) => void this.#refreshRoom(id),
      onPicture: (one) => (changed.value = one),
      onInvited: () => void this.#countInvitations(),
    });
  }

  /** The rooms of the last time, until the gateway has listed them. */
  async #takeKept(user: string): Promise<void> {
    const rooms = await keptRooms(user);
    if (user === this.me && !this.rooms.loaded.peek() && rooms.length > 0)
      this.rooms.listed(rooms);
  }

  leave(): void {
    const { token } = this;
    this.#closed("left");
    // Without an answer the token expires by itself.
    if (token) api.logOut(token).catch(() => undefined);
  }

  /** There is no such person any more. */
  gone(): void {
    this.#closed("left");
  }

  #closed(why: Why): void {
    void forgetKept(this.me);
    this.#link?.close();
    this.#link = null;
    for (const room of this.#open.values()) room.lost();
    this.#open.clear();
    this.room.value = null;
    this.rooms.clear();
    this.outbox.open("");
    this.threads.open("");
    this.why.value = why;
    this.#keepSession(null);
    notify.titled(0);
  }

  /** Of a guest, who stays the same person. */
  async makeAccount(username: string, password: string): Promise<void> {
    const session = this.session.peek();
    const user = await api.upgrade(this.token, username, password);
    if (session) this.#keepSession({ ...session, user });
  }

  #keepSession(session: Session | null): void {
    this.session.value = session;
    saved.saveSession(session);
  }

  // ---- rooms ----

  /** The one that the address names, or none. */
  show(id: string): void {
    if (!id || !this.session.peek()) {
      this.room.value = null;
      return;
    }
    saved.saveRoom(id);
    let room = this.#open.get(id);
    if (room && room === this.room.peek()) return;
    if (!room) {
      room = new Room(id, this);
      this.#open.set(id, room);
      this.#forgetRooms(id);
    }
    this.room.value = room;
    if (this.#link?.connected) void room.catchUp();
  }

  #forgetRooms(but: string): void {
    for (const [id, room] of this.#open) {
      if (this.#open.size <= ROOMS_OPEN_MAX) return;
      if (id === but) continue;
      room.lost();
      this.#open.delete(id);
    }
  }

  async makeRoom(type: "group" | "public", title: string): Promise<void> {
    this.#goTo(await api.makeRoom(this.token, type, title));
  }

  /** Whether the other is asked first, and not there yet. */
  async writeTo(userId: string): Promise<boolean> {
    const { room, asked } = await api.writeTo(this.token, userId);
    this.#goTo(room);
    return asked;
  }

  async join(id: string): Promise<void> {
    this.#goTo(await api.joinRoom(this.token, id));
  }

  async joinByLink(link: string): Promise<void> {
    this.#goTo(await api.joinByLink(this.token, link));
  }

  /** A guest has the room of the link and no other. */
  async toFirstRoom(): Promise<void> {
    const [room] = await api.listRooms(this.token);
    if (room) toRoom(room.id);
  }

  async leaveRoom(id: string): Promise<void> {
    await api.leaveRoom(this.token, id);
    this.#gone(id);
  }

  #gone(id: string): void {
    this.rooms.remove(id);
    if (this.room.peek()?.id !== id) return;
    saved.saveRoom("");
    go({ name: "home" });
  }

  async setRoom(id: string, settings: Partial<RoomSettings>): Promise<void> {
    this.rooms.put(await api.setRoom(this.token, id, settings));
  }

  #goTo(room: RoomInfo): void {
    this.rooms.put(room);
    void this.#nameRoom(room.id);
    toRoom(room.id);
  }

  /** A room of two is called as the other. */
  async #nameRoom(id: string): Promise<void> {
    const room = this.rooms.get(id);
    if (room?.type !== "direct" || (room.title && room.other)) return;
    try {
      const members = await api.listMembers(this.token, id);
      const other = members.find((member) => member.id !== this.me);
      const title = other?.name ?? (await api.askedInto(this.token, id))[0];
      const known = other ? { other: other.id } : {};
      if (title) this.rooms.change(id, { title, ...known });
    } catch {
      // It stays without a name.
    }
  }

  /** After every (re)connection: the rooms, the open one, then what waited
   * here.  Runs until it has worked or the connection is lost. */
  async #catchUp(): Promise<void> {
    const link = this.#link;
    void this.loadLanguages();
    void this.watch.look();
    void this.#listRooms();
    void this.#countInvitations();
    const room = this.room.peek();
    if (room && !(await room.catchUp())) return;
    if (link === this.#link) void this.#sender.flush();
  }

  async #listRooms(): Promise<void> {
    const link = this.#link;
    while (link === this.#link && link?.connected) {
      try {
        this.rooms.listed(await api.listRooms(this.token));
        void keepRooms(this.me, this.rooms.list.peek());
        this.#fillRooms();
        return;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  async #countInvitations(): Promise<void> {
    const n = await api.countInvitations(this.token).catch(() => 0);
    this.invitations.value = n;
  }

  #fillRooms(): void {
    const rooms = this.rooms.list.peek().slice(0, LAST_LINES_MAX);
    for (const room of rooms) {
      if (!room.last && room.lastSeq > 0) void this.#lastLine(room.id);
      if (!room.people) void this.#refreshRoom(room.id);
      void this.#nameRoom(room.id);
    }
  }

  async #lastLine(id: string): Promise<void> {
    try {
      const page = await api.history(this.token, id, this.language, 1);
      const [last] = page.messages;
      if (last) this.rooms.change(id, { last: { ...last, room: id } });
    } catch {
      // The list does without.
    }
  }

  async #refreshRoom(id: string): Promise<void> {
    const known = this.rooms.get(id);
    try {
      const room = await api.getRoom(this.token, id);
      this.rooms.put(room);
      if (this.room.peek()?.id === id) void this.room.peek()?.loadMembers();
      // What was said in a new one already is in the list.
      if (!known) void this.#listRooms();
    } catch (error) {
      if (!(error instanceof ApiError) || error.network) return;
      this.#gone(id);
    }
  }

  /** Who is in the open room and what they read, now and then. */
  #refreshSoon(id: string): void {
    const now = Date.now();
    if (now - this.#refreshed < REFRESH_MS) return;
    this.#refreshed = now;
    void this.#refreshRoom(id);
  }

  /** The reader has seen everything up to here. */
  read(id: string, seq: number): void {
    if (!this.rooms.read(id, seq)) return;
    clearTimeout(this.#reading.get(id));
    const tell = () =>
      this.#link?.tell("conversation:read", { conversationId: id, seq });
    this.#reading.set(id, setTimeout(tell, READ_AFTER_MS));
  }

  #event(id: string, event: RoomEvent, offset: number): void {
    const room = this.#open.get(id);
    room?.event(event, offset);
    switch (event.type) {
      case "message/new":
        this.rooms.said(event.message, this.me);
        if (event.message.senderId !== this.me) this.#heard.said(event.message);
        if (room === this.room.peek()) this.#refreshSoon(id);
        break;
      case "typing/started":
      case "typing/stopped":
      case "reader/updated":
        break;
      default:
        this.rooms.happened(id, event);
        this.#heard.happened(event);
    }
  }

  #told(message: Message, text: string): void {
    const { name, ...at } = route.peek();
    const open = name === "room" && "id" in at && at.id === message.room;
    if (open) this.spoken.value = { message, text };
    const room = this.rooms.get(message.room);
    const where = room && room.type === "group" ? ` · ${room.title}` : "";
    notify.tell({
      title: message.senderName + where,
      text,
      tag: message.room,
      onOpen: () => toRoom(message.room),
    });
  }

  // ---- writing ----

  /** False: too much waits already. */
  send(room: string, content: string, more: Partial<Said> = {}): boolean {
    if (this.outbox.full) return false;
    this.outbox.add({
      clientId: newId(),
      room,
      content,
      language: this.writing.peek(),
      replyTo: "",
      thread: "",
      files: [],
      ...more,
      createdAt: Date.now(),
      state: "queued",
      reason: "",
    });
    this.#open.get(room)?.stopTyping();
    void this.#sender.flush();
    return true;
  }

  sendAgain(clientId: string): void {
    this.outbox.mark(clientId, { state: "queued", reason: "" });
    void this.#sender.flush();
  }

  drop(clientId: string): void {
    this.outbox.remove(clientId);
  }

  edit(message: Message, content: string): Promise<boolean> {
    const { id: messageId } = message;
    return this.ask("message:edit", { messageId, content });
  }

  remove(message: Message): Promise<boolean> {
    return this.ask("message:delete", { messageId: message.id });
  }

  react(message: Message, emoji: string): Promise<boolean> {
    const own = message.reactions.some((r) => r.emoji === emoji && r.own);
    const { id: messageId } = message;
    return this.ask(own ? "reaction:remove" : "reaction:add", {
      messageId,
      emoji,
    });
  }

  pin(message: Message, on: boolean): Promise<boolean> {
    const event = on ? "message:pin" : "message:unpin";
    return this.ask(event, { messageId: message.id });
  }

  forward(message: Message, to: string): Promise<boolean> {
    const { id: messageId } = message;
    return this.ask("message:forward", {
      messageId,
      to,
      clientMessageId: newId(),
    });
  }

  /** True: it was done. */
  async ask(event: string, payload: object): Promise<boolean> {
    try {
      const ack = await this.#link?.ask(event, payload);
      return ack?.success === true;
    } catch {
      return false;
    }
  }

  // ---- language ----

  /** What the translators can write; it may change while we are away. */
  async loadLanguages(): Promise<boolean> {
    try {
      this.languages.value = await api.listLanguages();
      return true;
    } catch {
      return false;
    }
  }

  setLanguage(language: string): void {
    const session = this.session.peek();
    this.#readingSaved = !session;
    this.#readIn(language);
    if (!session) return;
    const user = { ...session.user, language };
    this.#keepSession({ ...session, user });
    this.#reread();
  }

  #readIn(language: string): void {
    batch(() => {
      for (const room of this.#open.values()) room.reread();
      this.reading.value = language;
    });
    saved.saveLanguageHere(language);
  }

  #reread(): void {
    if (!this.#link?.connected) return;
    void this.room.peek()?.catchUp();
    for (const room of this.rooms.list.peek().slice(0, LAST_LINES_MAX))
      void this.#lastLine(room.id);
  }

  /** For all my devices; what cannot be saved is as it was. */
  async setWriting(writing: string): Promise<void> {
    const before = this.session.peek();
    if (!before) return;
    this.#keepSession({ ...before, user: { ...before.user, writing } });
    try {
      await api.saveWriting(before.token, writing);
    } catch {
      if (this.token === before.token) this.#keepSession(before);
    }
  }

  /** What I changed on another device. */
  #takeUser(user: User): void {
    const session = this.session.peek();
    if (!session || user.id !== session.user.id) return;
    const language = this.#readingSaved ? user.language : this.language;
    this.#keepSession({ ...session, user: { ...user, language } });
    if (language === this.language) return;
    this.#readIn(language);
    this.#reread();
  }

  #tick(): void {
    this.room.peek()?.log.expireTyping(Date.now());
  }
}
