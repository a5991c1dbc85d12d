// What is shown of the state: which text of a message, and which messages
// stand together.  Pure.
import type { Message, Outgoing } from "../types";

export type View =
  | { kind: "original" | "deleted" | "pending" | "skipped" }
  | { kind: "translated" | "rough"; text: string }
  | { kind: "failed"; reason: string };

/** Standards of one language, which all its readers read. */
const STANDARDS: Readonly<Record<string, string>> = {
  bs: "sh",
  hr: "sh",
  sr: "sh",
};

/** "pt-BR" and "pt" are one language to a reader. */
export function sameLanguage(a: string, b: string): boolean {
  return base(a) === base(b);
}

function base(code: string): string {
  const short = (code.split(/[-_]/)[0] ?? "").toLowerCase();
  return STANDARDS[short] ?? short;
}

/** How a reader of `language` sees a message. */
export function viewOf(
  message: Pick<Message, "deleted" | "language" | "content" | "translations">,
  language: string,
): View {
  if (message.deleted) return { kind: "deleted" };
  if (sameLanguage(message.language, language)) return { kind: "original" };
  if (isWordless(message.content)) return { kind: "original" };
  const translation = message.translations[language];
  switch (translation?.state) {
    case "ready":
      // "OK" and the like: nothing behind it to be shown.
      if (translation.text === message.content) return { kind: "skipped" };
      return {
        kind: translation.rough ? "rough" : "translated",
        text: translation.text,
      };
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
export type Entry = { sort: "message" | "outgoing"; id: string };

export type Row =
  | { sort: "day"; key: string; at: number }
  | { sort: "new"; key: string }
  | {
      sort: "entry";
      key: string;
      mine: boolean;
      senderId: string;
      senderName: string;
      guest: boolean;
      bot: boolean;
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
  /** 0 while it is on its way. */
  seq: number;
  senderId: string;
  senderName: string;
  guest: boolean;
  bot: boolean;
  entry: Entry;
}

function saidOf(
  messages: readonly Message[],
  outbox: readonly Outgoing[],
  me: string,
): Said[] {
  return [
    ...messages.map((message): Said => {
      const { id, seq, senderId, senderName, guest, bot, clientId } = message;
      // Mine keeps the key that it had while it was being sent.
      const key = (senderId === me && clientId) || id;
      const entry: Entry = { sort: "message", id };
      const at = message.createdAt;
      return { key, at, seq, senderId, senderName, guest, bot, entry };
    }),
    ...outbox.map((outgoing): Said => {
      const { clientId: key, createdAt: at } = outgoing;
      const entry: Entry = { sort: "outgoing", id: key };
      const who = { senderId: me, senderName: "", guest: false, bot: false };
      return { key, at, seq: 0, ...who, entry };
    }),
  ];
}

function goesOn(a: Said | undefined, b: Said | undefined): boolean {
  return (
    !!a &&
    !!b &&
    a.senderId === b.senderId &&
    (!b.bot || a.senderName === b.senderName) &&
    b.at - a.at <= STRETCH_MS &&
    dayOf(a.at) === dayOf(b.at)
  );
}

/** Messages and outgoing ones, with a separator before each day, and before
 * the first message of somebody else that is newer than `readSeq`. */
export function timelineOf(
  messages: readonly Message[],
  outbox: readonly Outgoing[],
  me: string,
  readSeq = Infinity,
): Row[] {
  const rows: Row[] = [];
  const all = saidOf(messages, outbox, me);
  const fresh = all.findIndex((s) => s.seq > readSeq && s.senderId !== me);
  let day = "";
  all.forEach((said, i) => {
    const { at, seq: _, ...rest } = said;
    if (dayOf(at) !== day) {
      day = dayOf(at);
      rows.push({ sort: "day", key: `day ${day}`, at });
    }
    if (i === fresh) rows.push({ sort: "new", key: "new" });
    rows.push({
      ...rest,
      sort: "entry",
      mine: said.senderId === me,
      first: i === fresh || !goesOn(all[i - 1], said),
      last: i + 1 === fresh || !goesOn(said, all[i + 1]),
    });
  });
  return rows;
}

/** A text with nothing in it that could be translated: signs, addresses. */
export function isWordless(text: string): boolean {
  return !/\p{L}/u.test(text.replace(/\S+:\/\/\S+|\S+@\S+\.\S+/g, ""));
}
