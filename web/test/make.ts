// Messages, and a room's log, for the unit tests.
import { RoomLog } from "../src/store/log";
import type {
  Message,
  Outgoing,
  Rendering,
  Stray,
  Translation,
} from "../src/types";

export const ME = "me";

export function message(seq: number, more: Partial<Message> = {}): Message {
  return {
    id: `m${seq}`,
    room: "any",
    seq,
    senderId: "ana",
    senderName: "Ana",
    guest: false,
    bot: false,
    content: `bonjour ${seq}`,
    language: "fr",
    revision: 1,
    edited: false,
    deleted: false,
    clientId: "",
    createdAt: seq * 1000,
    replyTo: "",
    quote: null,
    forwardedFrom: "",
    threadId: "",
    thread: null,
    files: [],
    mentions: [],
    marks: -1,
    reactions: [],
    pinned: false,
    translations: {},
    ...more,
  };
}

export function messages(from: number, to: number): Message[] {
  const n = to - from + 1;
  return Array.from({ length: n }, (_, i) => message(from + i));
}

export function ready(text: string): Translation {
  return { state: "ready", text, rough: false, people: false, reason: "" };
}

export const QUEUED: Translation = {
  state: "queued",
  text: "",
  rough: false,
  people: false,
  reason: "",
};
export const FAILED: Translation = {
  state: "failed",
  text: "",
  rough: false,
  people: false,
  reason: "timeout",
};

export function came(
  messageId: string,
  translation: Translation,
  more: Partial<Rendering> = {},
): Stray {
  const rendering = { messageId, revision: 1, language: "en", translation };
  return { type: "translation/came", rendering: { ...rendering, ...more } };
}

export function outgoing(clientId: string): Outgoing {
  return {
    clientId,
    room: "any",
    content: `hello ${clientId}`,
    language: "en",
    replyTo: "",
    thread: "",
    files: [],
    createdAt: 5000,
    state: "queued",
    reason: "",
  };
}

/** A room in which nothing has been said yet, and what came back of mine. */
export function entered() {
  const arrived: string[] = [];
  const log = new RoomLog(
    () => ME,
    (clientId) => arrived.push(clientId),
  );
  return { log, arrived };
}
