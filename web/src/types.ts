// What the page knows, in its own shape.  wire.ts turns the gateway's JSON
// into these and is the only place that doubts it.

/** The language of a message is what it looks like. */
export const AUTO = "auto";

export interface Language {
  code: string;
  name: string;
  nativeName: string;
  /** What it becomes, and how good that is. */
  quality: Readonly<Record<string, Quality>>;
}

export type Quality = "good" | "fair" | "basic";

export interface User {
  id: string;
  username: string;
  displayName: string;
  language: string;
  /** What I chose to write, or AUTO. */
  writing: string;
  /** Which picture I show; "": none. */
  picture: string;
  guest: boolean;
  /** Runs this server. */
  admin: boolean;
}

export interface Session {
  token: string;
  user: User;
}

export type TranslationState = "ready" | "queued" | "failed" | "skipped";

export interface Translation {
  state: TranslationState;
  text: string;
  /** May say something else than the original, which is shown with it. */
  rough: boolean;
  /** Somebody here made it, or accepted it. */
  people: boolean;
  reason: string;
}

export interface Message {
  id: string;
  room: string;
  seq: number;
  senderId: string;
  senderName: string;
  guest: boolean;
  /** A program. */
  bot: boolean;
  content: string;
  language: string;
  revision: number;
  edited: boolean;
  deleted: boolean;
  clientId: string;
  createdAt: number;
  replyTo: string;
  quote: Quote | null;
  /** Who wrote it, elsewhere; "": it is not forwarded. */
  forwardedFrom: string;
  /** The message that it is said under; "": it is in the room itself. */
  threadId: string;
  /** What is said under it; null: nothing ever was. */
  thread: ThreadState | null;
  files: readonly FileInfo[];
  /** Ids of people; EVERYBODY is one. */
  mentions: readonly string[];
  /** How often its reactions and its pin have changed; -1: not told. */
  marks: number;
  reactions: readonly Reaction[];
  pinned: boolean;
  translations: Readonly<Record<string, Translation>>;
}

/** What is said under a message, as far as it is counted. */
export interface ThreadState {
  replies: number;
  lastSeq: number;
  /** Of two states the one with more is newer. */
  changes: number;
}

/** Of a message; who may read that may have this. */
export interface FileInfo {
  id: string;
  name: string;
  /** A media type, by what is in it. */
  type: string;
  bytes: number;
  /** Of sound and film; 0: not said. */
  durationMs: number;
  /** Of a picture, upright; 0: not known. */
  width: number;
  height: number;
  /** There is a small copy. */
  thumbnail: boolean;
}

/** Among the mentioned: all who are in the room. */
export const EVERYBODY = "@all";

export interface Reaction {
  emoji: string;
  count: number;
  /** One of them is mine. */
  own: boolean;
}

/** What a reply answers, as far as it comes with it: its start. */
export interface Quote {
  id: string;
  senderId: string;
  senderName: string;
  content: string;
  language: string;
  deleted: boolean;
  translations: Readonly<Record<string, Translation>>;
}

/** One translation as it comes alone, after its message. */
export interface Rendering {
  messageId: string;
  revision: number;
  language: string;
  translation: Translation;
}

export interface Page {
  messages: Message[];
  hasMore: boolean;
  /** It does not reach to the end of the room. */
  hasNewer?: boolean;
}

/** How far the room's log is shown, for a reader of one language. */
export interface Cursor {
  epoch: string;
  offset: number;
  language: string;
}

/** What happened after a cursor. */
export interface Changes {
  epoch: string;
  offset: number;
  /** So much more there is after this. */
  behind: number;
  /** The log does not reach back so far. */
  anew: boolean;
  messages: Message[];
}

export type RoomType = "global" | "group" | "public" | "direct";

/** From the least to the most. */
export const ROLES = [
  "reader",
  "member",
  "moderator",
  "admin",
  "owner",
] as const;
export type Role = (typeof ROLES)[number];

/** Somebody in a room. */
export interface Member {
  id: string;
  username: string;
  name: string;
  language: string;
  guest: boolean;
  bot: boolean;
  role: Role;
  mutedUntil: number;
}

/** What is settled about a room by its admins. */
export interface RoomSettings {
  title: string;
  description: string;
  archived: boolean;
  readOnly: boolean;
  translation: boolean;
  slowSeconds: number;
  /** What is older is erased; 0: as the server says. */
  retentionDays: number;
}

/** A line of the list of rooms. */
export interface RoomInfo extends RoomSettings {
  id: string;
  type: RoomType;
  /** Which picture it has; "": none. */
  picture: string;
  /** Who is there with me, in a room of two whose name is known. */
  other?: string;
  /** Found among the public ones: I am not in it. */
  listed?: boolean;
  /** Mine. */
  role: Role;
  mutedUntil: number;
  people: number;
  /** How many read each language. */
  languages: Readonly<Record<string, number>>;
  lastSeq: number;
  lastAt: number;
  last: Message | null;
  /** Up to where I have read. */
  readSeq: number;
  unread: number;
  mentions: number;
}

/** How far I have read a room, as the gateway counts. */
export interface ReadState {
  room: string;
  readSeq: number;
  unread: number;
  mentions: number;
}

export type OutgoingState = "queued" | "sending" | "failed";

/** A message of mine that the gateway has not acknowledged yet. */
export interface Outgoing {
  clientId: string;
  room: string;
  content: string;
  language: string;
  replyTo: string;
  /** The message that it is said under, or "". */
  thread: string;
  /** They are at the gateway already. */
  files: readonly FileInfo[];
  createdAt: number;
  state: OutgoingState;
  reason: string;
}

export type LinkState = "connecting" | "online" | "offline";

export interface Typist {
  userId: string;
  name: string;
  until: number;
}

/** Something that happened to a message that this page has not got yet. */
export type Stray =
  | { type: "message/edited"; message: Message }
  | { type: "message/deleted"; messageId: string }
  | { type: "translation/came"; rendering: Rendering }
  | { type: "message/threaded"; messageId: string; thread: ThreadState }
  | { type: "message/reacted"; messageId: string; marks: number; to: Reacted }
  | {
      type: "message/pinned";
      messageId: string;
      marks: number;
      pinned: boolean;
    };

/** One emoji of a message, as it is counted now. */
export interface Reacted {
  emoji: string;
  count: number;
  userId: string;
  added: boolean;
}

/** What the socket tells of a room. */
export type RoomEvent =
  | Stray
  | { type: "message/new"; message: Message }
  | { type: "typing/started"; typist: Typist }
  | { type: "typing/stopped"; userId: string }
  | { type: "reader/updated"; userId: string; seq: number | null };

/** Why there is no session: at the start, by choice, or the token expired. */
export type Why = "" | "left" | "expired";

export interface AckedAs {
  messageId: string;
  seq: number;
  createdAt: number;
}
