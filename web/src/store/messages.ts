// What becomes of a message that is seen twice, in any order.  Pure.
import type {
  Message,
  Reacted,
  Rendering,
  ThreadState,
  Translation,
} from "../types";

const RANK = { ready: 3, failed: 2, skipped: 2, queued: 1 };

/** A snapshot may be older than what was pushed: the further one stays. */
function furtherOf(
  a: Translation | undefined,
  b: Translation | undefined,
): Translation | undefined {
  if (!a || !b) return a ?? b;
  return RANK[b.state] >= RANK[a.state] ? b : a;
}

function mergeTranslations(old: Message, next: Message) {
  const merged = { ...old.translations };
  for (const language of Object.keys(next.translations)) {
    const best = furtherOf(merged[language], next.translations[language]);
    if (best) merged[language] = best;
  }
  return merged;
}

/** Reactions and the pin are of the state that has seen more changes. */
function marksOf(old: Message, next: Message) {
  const { marks, reactions, pinned } = next.marks > old.marks ? next : old;
  return { marks, reactions, pinned };
}

/** Of two states of a thread the one with more changes. */
export function withThread(
  message: Message,
  thread: ThreadState | null,
): Message {
  const newer = (thread?.changes ?? 0) > (message.thread?.changes ?? 0);
  return newer ? { ...message, thread } : message;
}

/** Higher revision, deletion and finished translations win. */
export function mergeMessage(old: Message, next: Message): Message {
  if (old.deleted) return withThread(old, next.thread);
  const { thread } = withThread(old, next.thread);
  if (next.deleted) return { ...markDeleted(next), thread };
  if (next.revision < old.revision)
    return { ...old, ...marksOf(old, next), thread };
  const clientId = next.clientId || old.clientId;
  const both = { ...next, ...marksOf(old, next), clientId, thread };
  if (next.revision > old.revision) return both;
  return { ...both, translations: mergeTranslations(old, next) };
}

export function markDeleted(message: Message): Message {
  return {
    ...message,
    deleted: true,
    content: "",
    translations: {},
    reactions: [],
    pinned: false,
  };
}

/** One emoji is counted anew; an older count says nothing. */
export function withReaction(
  message: Message,
  marks: number,
  { emoji, count, userId, added }: Reacted,
  me: string,
): Message {
  if (message.deleted || marks <= message.marks) return message;
  const old = message.reactions.find((r) => r.emoji === emoji);
  const own = userId === me ? added : (old?.own ?? false);
  const next = { emoji, count, own };
  const reactions = old
    ? message.reactions.map((r) => (r === old ? next : r))
    : [...message.reactions, next];
  return { ...message, marks, reactions: reactions.filter((r) => r.count > 0) };
}

export function withPin(
  message: Message,
  marks: number,
  pinned: boolean,
): Message {
  if (message.deleted || marks <= message.marks) return message;
  return { ...message, marks, pinned };
}

/** A translation of another revision says nothing about this text.  Failures
 * come without a revision (0) and mean the present one. */
export function withRendering(message: Message, r: Rendering): Message {
  if (message.deleted) return message;
  if (r.revision !== 0 && r.revision !== message.revision) return message;
  const old = message.translations[r.language];
  if (old?.state === "ready" && r.translation.state !== "ready") return message;
  return {
    ...message,
    translations: { ...message.translations, [r.language]: r.translation },
  };
}
