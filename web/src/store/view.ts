// What is shown of the state: which text of a message, and which messages
// stand together.  Pure.
import type { Message, Outgoing } from "../types";

export type View =
  | { kind: "original" | "deleted" | "pending" | "skipped" }
  | { kind: "translated"; text: string }
  | { kind: "failed"; reason: string };

/** "pt-BR" and "pt" are one language to a reader. */
export function sameLanguage(a: string, b: string): boolean {
  return base(a) === base(b);
}

function base(code: string): string {
  return (code.split(/[-_]/)[0] ?? "").toLowerCase();
}

/** How a reader of `language` sees a message. */
export function viewOf(message: Message, language: string): View {
  if (message.deleted) return { kind: "deleted" };
  if (sameLanguage(message.language, language)) return { kind: "original" };
  const translation = message.translations[language];
  switch (translation?.state) {
    case "ready":
      return { kind: "translated", text: translation.text };
    case "failed":
      return { kind: "failed", reason: translation.reason };
    case "skipped":
      return { kind: "skipped" };
    default:
      return { kind: "pending" };
  }
}

/** Nobody has been asked for this message in my language yet. */
export function isUnasked(
  message: Message,
  language: string,
  me: string,
): boolean {
  return (
    message.senderId !== me &&
    !message.translations[language] &&
    viewOf(message, language).kind === "pending"
  );
}

export type Entry =
  | { sort: "message"; key: string; at: number; message: Message }
  | { sort: "outgoing"; key: string; at: number; outgoing: Outgoing };

export type Item =
  | { sort: "day"; key: string; at: number }
  | {
      sort: "group";
      key: string;
      mine: boolean;
      senderId: string;
      senderName: string;
      entries: Entry[];
    };

const GROUP_MS = 5 * 60 * 1000;

function dayOf(at: number): string {
  return new Date(at).toDateString();
}

function entriesOf(
  messages: Message[],
  outbox: Outgoing[],
  me: string,
): Entry[] {
  return [
    ...messages.map((message): Entry => {
      // Mine keeps the key that it had while it was being sent.
      const mine = message.senderId === me;
      const key = (mine && message.clientId) || message.id;
      return { sort: "message", key, at: message.createdAt, message };
    }),
    ...outbox.map((outgoing): Entry => {
      const { clientId: key, createdAt: at } = outgoing;
      return { sort: "outgoing", key, at, outgoing };
    }),
  ];
}

/** Messages and outgoing ones as day separators and groups by one author. */
export function timelineOf(
  messages: Message[],
  outbox: Outgoing[],
  me: string,
): Item[] {
  const items: Item[] = [];
  let group: Extract<Item, { sort: "group" }> | null = null;
  let day = "";
  let last = 0;
  for (const entry of entriesOf(messages, outbox, me)) {
    const senderId = entry.sort === "message" ? entry.message.senderId : me;
    if (dayOf(entry.at) !== day) {
      day = dayOf(entry.at);
      group = null;
      items.push({ sort: "day", key: `day ${day}`, at: entry.at });
    }
    if (!group || group.senderId !== senderId || entry.at - last > GROUP_MS) {
      group = {
        sort: "group",
        key: `by ${entry.key}`,
        mine: senderId === me,
        senderId,
        senderName: entry.sort === "message" ? entry.message.senderName : "",
        entries: [],
      };
      items.push(group);
    }
    group.entries.push(entry);
    last = entry.at;
  }
  return items;
}
