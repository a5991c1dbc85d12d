// What the page knows, in its own shape.  wire.ts turns the gateway's JSON
// into these and is the only place that doubts it.

export interface Language {
  code: string;
  name: string;
  nativeName: string;
}

export interface User {
  id: string;
  username: string;
  displayName: string;
  language: string;
  guest: boolean;
}

export interface Session {
  token: string;
  user: User;
}

export type TranslationState = "ready" | "queued" | "failed" | "skipped";

export interface Translation {
  state: TranslationState;
  text: string;
  reason: string;
}

export interface Message {
  id: string;
  seq: number;
  senderId: string;
  senderName: string;
  content: string;
  language: string;
  revision: number;
  edited: boolean;
  deleted: boolean;
  clientId: string;
  createdAt: number;
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
}

export type OutgoingState = "queued" | "sending" | "failed";

/** A message of mine that the gateway has not acknowledged yet. */
export interface Outgoing {
  clientId: string;
  content: string;
  language: string;
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
