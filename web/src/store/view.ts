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
  /** What was said, at a stretch, under one message: a line that opens it. */
  | { sort: "thread"; key: string; root: string; ids: readonly string[] }
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
  /** The message that it is under, where that is folded away. */
  under: string;
  entry: Entry;
}

function saidOf(
  messages: readonly Message[],
  outbox: readonly Outgoing[],
  me: string,
  folded: boolean,
): Said[] {
  return [
    ...messages.map((message): Said => {
      const { id, seq, senderId, senderName, guest, bot, clientId } = message;
      const under = folded ? message.threadId : "";
      // Mine keeps the key that it had while it was being sent.
      const key = (senderId === me && clientId) || id;
      const entry: Entry = { sort: "message", id };
      const at = message.createdAt;
      const who = { senderId, senderName, guest, bot };
      return { key, at, seq, ...who, under, entry };
    }),
    ...outbox.map((outgoing): Said => {
      const { clientId: key, createdAt: at } = outgoing;
      const entry: Entry = { sort: "outgoing", id: key };
      const who = { senderId: me, senderName: "", guest: false, bot: false };
      return { key, at, seq: 0, ...who, under: "", entry };
    }),
  ];
}

function goesOn(a: Said | undefined, b: Said | undefined): boolean {
  return (
    !!a &&
    !!b &&
    !a.under &&
    !b.under &&
    a.senderId === b.senderId &&
    (!b.bot || a.senderName === b.senderName) &&
    b.at - a.at <= STRETCH_MS &&
    dayOf(a.at) === dayOf(b.at)
  );
}

/** Messages and outgoing ones, with a separator before each day, and before
 * the first message of somebody else that is newer than `readSeq`.  What is
 * under a message is one line, unless it is not `folded`. */
export function timelineOf(
  messages: readonly Message[],
  outbox: readonly Outgoing[],
  me: string,
  readSeq = Infinity,
  folded = true,
): Row[] {
  const rows: Row[] = [];
  const all = saidOf(messages, outbox, me, folded);
  const fresh = all.findIndex((s) => s.seq > readSeq && s.senderId !== me);
  let day = "";
  all.forEach((said, i) => {
    const { at, seq: _, under, ...rest } = said;
    if (dayOf(at) !== day) {
      day = dayOf(at);
      rows.push({ sort: "day", key: `day ${day}`, at });
    }
    if (i === fresh) rows.push({ sort: "new", key: "new" });
    if (under) {
      const { key, id } = { key: `thread ${said.key}`, id: said.entry.id };
      const last = rows.at(-1);
      if (last?.sort === "thread" && last.root === under)
        rows[rows.length - 1] = { ...last, ids: [...last.ids, id] };
      else rows.push({ sort: "thread", key, root: under, ids: [id] });
      return;
    }
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
