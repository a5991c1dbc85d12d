// What the browser remembers.  Every access may fail (private windows, full
// or forbidden storage), and then the page works without memory.
import type { Outgoing, Session } from "./types";
import { asObject, asText, readUser } from "./wire";

const SESSION = "meeshy.session";
const NAME = "meeshy.name";
const LANGUAGE = "meeshy.language";
const OUTBOX = "meeshy.outbox.";

function read(storage: () => Storage, key: string): unknown {
  try {
    return JSON.parse(storage().getItem(key) ?? "null");
  } catch {
    return null;
  }
}

function write(storage: () => Storage, key: string, value: unknown): void {
  try {
    if (value === null) storage().removeItem(key);
    else storage().setItem(key, JSON.stringify(value));
  } catch {
    // Nothing is remembered then.
  }
}

const local = () => localStorage;
const tab = () => sessionStorage;

export function savedSession(): Session | null {
  const saved = asObject(read(local, SESSION));
  const token = asText(saved["token"]);
  return token ? { token, user: readUser(saved["user"]) } : null;
}

export function saveSession(session: Session | null): void {
  write(local, SESSION, session);
}

export function savedName(): string {
  return asText(read(local, NAME));
}

export function saveName(name: string): void {
  write(local, NAME, name);
}

export function savedLanguage(): string {
  return asText(read(local, LANGUAGE));
}

export function saveLanguageHere(language: string): void {
  write(local, LANGUAGE, language);
}

/** Unsent messages survive a reload of the tab.  What was on its way is sent
 * again under the same clientId: the gateway keeps one. */
export function savedOutbox(userId: string): Outgoing[] {
  const saved = read(tab, OUTBOX + userId);
  if (!Array.isArray(saved)) return [];
  return (saved as Outgoing[]).map((outgoing) =>
    outgoing.state === "sending" ? { ...outgoing, state: "queued" } : outgoing,
  );
}

export function saveOutbox(userId: string, outbox: Outgoing[]): void {
  write(tab, OUTBOX + userId, outbox.length ? outbox : null);
}
