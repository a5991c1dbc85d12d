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
      // "OK" and the like: nothing behind it to be shown.
      if (translation.text === message.content) return { kind: "skipped" };
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

/** A message of the room, or one that is on its way there. */
export type Entry =
  | { sort: "message"; message: Message }
  | { sort: "outgoing"; outgoing: Outgoing };

export type Row =
  | { sort: "day"; key: string; at: number }
  | {
      sort: "entry";
      key: string;
      mine: boolean;
      senderId: string;
      senderName: string;
      /** The first and the last of what one author says at a stretch. */
      first: boolean;
      last: boolean;
      entry: Entry;
    };

const STRETCH_MS = 5 * 60 * 1000;

function dayOf(at: number): string {
  return new Date(at).toDateString();
}

interface Said {
  key: string;
  at: number;
  senderId: string;
  senderName: string;
  entry: Entry;
}

function saidOf(messages: Message[], outbox: Outgoing[], me: string): Said[] {
  return [
    ...messages.map((message): Said => {
      const { senderId, senderName, createdAt: at, clientId } = message;
      // Mine keeps the key that it had while it was being sent.
      const key = (senderId === me && clientId) || message.id;
      const entry: Entry = { sort: "message", message };
      return { key, at, senderId, senderName, entry };
    }),
    ...outbox.map((outgoing): Said => {
      const { clientId: key, createdAt: at } = outgoing;
      const entry: Entry = { sort: "outgoing", outgoing };
      return { key, at, senderId: me, senderName: "", entry };
    }),
  ];
}

function goesOn(a: Said | undefined, b: Said | undefined): boolean {
  return (
    !!a &&
    !!b &&
    a.senderId === b.senderId &&
    b.at - a.at <= STRETCH_MS &&
    dayOf(a.at) === dayOf(b.at)
  );
}

/** Messages and outgoing ones, with a separator before each day. */
export function timelineOf(
  messages: Message[],
  outbox: Outgoing[],
  me: string,
): Row[] {
  const rows: Row[] = [];
  const all = saidOf(messages, outbox, me);
  let day = "";
  all.forEach((said, i) => {
    const { at, ...rest } = said;
    if (dayOf(at) !== day) {
      day = dayOf(at);
      rows.push({ sort: "day", key: `day ${day}`, at });
    }
    rows.push({
      ...rest,
      sort: "entry",
      mine: said.senderId === me,
      first: !goesOn(all[i - 1], said),
      last: !goesOn(said, all[i + 1]),
    });
  });
  return rows;
}
