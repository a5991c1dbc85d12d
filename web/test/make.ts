// Messages and states for the unit tests.
import { reduce } from "../src/store/reduce";
import { initialState, type Action, type State } from "../src/store/state";
import type {
  Message,
  Outgoing,
  Rendering,
  Translation,
  User,
} from "../src/types";

export const ME: User = {
  id: "me",
  username: "bob",
  displayName: "Bob",
  language: "en",
  guest: true,
};

export function message(seq: number, more: Partial<Message> = {}): Message {
  return {
    id: `m${seq}`,
    seq,
    senderId: "ana",
    senderName: "Ana",
    content: `bonjour ${seq}`,
    language: "fr",
    revision: 1,
    edited: false,
    deleted: false,
    clientId: "",
    createdAt: seq * 1000,
    translations: {},
    ...more,
  };
}

export function ready(text: string): Translation {
  return { state: "ready", text, reason: "" };
}

export const QUEUED: Translation = { state: "queued", text: "", reason: "" };
export const FAILED: Translation = {
  state: "failed",
  text: "",
  reason: "timeout",
};

export function came(
  messageId: string,
  translation: Translation,
  more: Partial<Rendering> = {},
): Action {
  const rendering = { messageId, revision: 1, language: "en", translation };
  return { type: "translation/came", rendering: { ...rendering, ...more } };
}

export function outgoing(clientId: string): Outgoing {
  return {
    clientId,
    content: `hello ${clientId}`,
    language: "en",
    createdAt: 5000,
    state: "queued",
    reason: "",
  };
}

export function after(state: State, ...actions: Action[]): State {
  return actions.reduce(reduce, state);
}

/** I am in the room, read English, and nothing has been said yet. */
export function entered(...outbox: Outgoing[]): State {
  const session = { token: "t", user: ME };
  return after(
    initialState("en"),
    { type: "session/opened", session, outbox },
    { type: "link/changed", link: "online" },
  );
}

export function synced(messages: Message[], hasMore = false): Action {
  return { type: "history/synced", pages: { messages, hasMore } };
}

export function ids(state: State): string[] {
  return state.messages.map((m) => m.id);
}
