// Lists of messages: kept sorted by sequence number, merged without losing
// what is newer.  Pure.
import type { Message, Page, Rendering, Translation } from "../types";

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

/** The same message seen twice, in any order: higher revision, deletion and
 * finished translations win. */
export function mergeMessage(old: Message, next: Message): Message {
  if (old.deleted) return old;
  if (next.deleted) return { ...next, content: "", translations: {} };
  if (next.revision < old.revision) return old;
  const clientId = next.clientId || old.clientId;
  if (next.revision > old.revision) return { ...next, clientId };
  return { ...next, clientId, translations: mergeTranslations(old, next) };
}

export function upsert(messages: Message[], incoming: Message[]): Message[] {
  if (incoming.length === 0) return messages;
  // The common case, one new message at the end, without sorting all.
  const [only] = incoming;
  const last = messages.at(-1);
  if (incoming.length === 1 && only && only.seq > (last?.seq ?? 0))
    if (!messages.some((message) => message.id === only.id))
      return [...messages, only];
  const byId = new Map(messages.map((message) => [message.id, message]));
  for (const next of incoming) {
    const old = byId.get(next.id);
    byId.set(next.id, old ? mergeMessage(old, next) : next);
  }
  return [...byId.values()].sort((a, b) => a.seq - b.seq);
}

/** Replace what a fresh reading of the history covers.  Newer messages came
 * by the socket meanwhile and stay; within its range, what the history no
 * longer has is gone; what lies before it is loaded again on scrolling. */
export function replaceRange(messages: Message[], page: Page): Message[] {
  const newest = page.messages.reduce((max, m) => Math.max(max, m.seq), 0);
  const present = new Set(page.messages.map((message) => message.id));
  const kept = messages.filter((m) => m.seq > newest || present.has(m.id));
  return upsert(kept, page.messages);
}

export function change(
  messages: Message[],
  id: string,
  fn: (message: Message) => Message,
): Message[] {
  return messages.map((message) => (message.id === id ? fn(message) : message));
}

export function markDeleted(message: Message): Message {
  return { ...message, deleted: true, content: "", translations: {} };
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
