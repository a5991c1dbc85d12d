// The list of my rooms: what was said last in each, and how far I have read.
import { computed, signal } from "@preact/signals";
import {
  EVERYBODY,
  type Message,
  type ReadState,
  type RoomInfo,
  type Stray,
} from "../types";
import { markDeleted, mergeMessage, withRendering } from "./messages";

export class Rooms {
  readonly list = signal<readonly RoomInfo[]>([]);
  readonly loaded = signal(false);
  readonly unread = computed(() =>
    this.list.value.reduce((sum, room) => sum + room.unread, 0),
  );

  clear(): void {
    this.list.value = [];
    this.loaded.value = false;
  }

  get(id: string): RoomInfo | undefined {
    return this.list.peek().find((room) => room.id === id);
  }

  /** As the gateway lists them, which does not tell who is in each. */
  listed(rooms: RoomInfo[]): void {
    this.#set(
      rooms.map((room) => {
        const old = this.get(room.id);
        if (!old) return room;
        const last = old.lastSeq > room.lastSeq ? old.last : room.last;
        const title = room.title || old.title;
        const { people, languages } = room.people ? room : old;
        const { other } = old;
        return {
          ...room,
          title,
          last: last ?? old.last,
          people,
          languages,
          ...(other ? { other } : {}),
        };
      }),
    );
    this.loaded.value = true;
  }

  /** What is known of one room now; its messages are not told with it. */
  put(room: RoomInfo): void {
    const old = this.get(room.id);
    const kept = old && {
      title: room.title || old.title,
      ...(old.other ? { other: old.other } : {}),
      lastSeq: old.lastSeq,
      lastAt: old.lastAt,
      last: old.last,
      readSeq: old.readSeq,
      unread: old.unread,
      mentions: old.mentions,
    };
    const others = this.list.peek().filter(({ id }) => id !== room.id);
    this.#set([...others, { ...room, ...kept }]);
  }

  change(id: string, to: Partial<RoomInfo>): void {
    this.#change(id, (room) => ({ ...room, ...to }));
  }

  remove(id: string): void {
    this.list.value = this.list.peek().filter((room) => room.id !== id);
  }

  said(message: Message, me: string): void {
    const { seq, mentions } = message;
    const mine = message.senderId === me;
    const named = mentions.includes(me) || mentions.includes(EVERYBODY);
    this.#change(message.room, (room) => {
      if (seq <= room.lastSeq) return room;
      const news = mine || seq <= room.readSeq ? 0 : 1;
      return {
        ...room,
        lastSeq: seq,
        lastAt: message.createdAt,
        last: message,
        unread: room.unread + news,
        mentions: room.mentions + (named ? news : 0),
      };
    });
  }

  happened(room: string, stray: Stray): void {
    this.#change(room, (info) => {
      const last = info.last && changed(info.last, stray);
      return last === info.last ? info : { ...info, last };
    });
  }

  /** True: it was news that the gateway has to be told. */
  read(id: string, seq: number): boolean {
    const room = this.get(id);
    if (!room || (room.readSeq >= seq && room.unread === 0)) return false;
    const all = seq >= room.lastSeq;
    this.#change(id, (info) => ({
      ...info,
      readSeq: Math.max(info.readSeq, seq),
      unread: all ? 0 : info.unread,
      mentions: all ? 0 : info.mentions,
    }));
    return true;
  }

  /** As the gateway counts, maybe told by another device of mine. */
  counted({ room, ...state }: ReadState): void {
    this.#change(room, (info) => ({ ...info, ...state }));
  }

  #change(id: string, fn: (room: RoomInfo) => RoomInfo): void {
    const old = this.get(id);
    const next = old && fn(old);
    if (!next || next === old) return;
    this.#set(this.list.peek().map((room) => (room === old ? next : room)));
  }

  #set(rooms: RoomInfo[]): void {
    this.list.value = rooms.sort((a, b) => b.lastAt - a.lastAt);
  }
}

function changed(last: Message, stray: Stray): Message {
  switch (stray.type) {
    case "message/edited":
      return stray.message.id === last.id
        ? mergeMessage(last, stray.message)
        : last;
    case "message/deleted":
      return stray.messageId === last.id ? markDeleted(last) : last;
    case "translation/came":
      return stray.rendering.messageId === last.id
        ? withRendering(last, stray.rendering)
        : last;
    default:
      return last;
  }
}
