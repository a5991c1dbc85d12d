// What the browser remembers.  Every access may fail (private windows, full
// or forbidden storage), and then the page works without memory.
import { BASE } from "./base";
import type { Outgoing, Session } from "./types";
import { asList, asNumber, asObject, asText, readFile, readUser } from "./wire";

/** Two of us may share a site. */
const OURS = `meeshy${BASE}`;
const SESSION = `${OURS}.session`;
const NAME = `${OURS}.name`;
const LANGUAGE = `${OURS}.language`;
const ROOM = `${OURS}.room`;
const PREFS = `${OURS}.prefs`;
const UNSENT = `${OURS}.unsent.`;
const DRAFTS = `${OURS}.drafts.`;

const THREADS = `${OURS}.threads.`;

/** Threads whose reading is remembered, the latest ones. */
const THREADS_MAX = 200;
/** Drafts kept, the latest ones. */
const DRAFTS_MAX = 50;

function read(key: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null");
  } catch {
    return null;
  }
}

function write(key: string, value: unknown): void {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // Nothing is remembered then.
  }
}

function keysFrom(prefix: string): string[] {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(prefix));
  } catch {
    return [];
  }
}

export function savedSession(): Session | null {
  const saved = asObject(read(SESSION));
  const token = asText(saved["token"]);
  return token ? { token, user: readUser(saved["user"]) } : null;
}

export const saveSession = (session: Session | null) => write(SESSION, session);
export const savedName = () => asText(read(NAME));
export const saveName = (name: string) => write(NAME, name);
export const savedLanguage = () => asText(read(LANGUAGE));
export const saveLanguageHere = (language: string) => write(LANGUAGE, language);
export const savedRoom = () => asText(read(ROOM));
export const saveRoom = (id: string) => write(ROOM, id);
export const savedPrefs = () => asObject(read(PREFS));
export const savePrefs = (prefs: object) => write(PREFS, prefs);

/** What was on its way is sent again under the same clientId: the gateway
 * keeps one. */
export function savedUnsent(user: string): Outgoing[] {
  return keysFrom(`${UNSENT}${user}.`)
    .map((key): Outgoing => {
      const saved = asObject(read(key));
      const failed = saved["state"] === "failed";
      return {
        clientId: asText(saved["clientId"]),
        room: asText(saved["room"]),
        content: asText(saved["content"]),
        language: asText(saved["language"]),
        replyTo: asText(saved["replyTo"]),
        thread: asText(saved["thread"]),
        files: asList(saved["files"]).map(readFile),
        createdAt: asNumber(saved["createdAt"], 0),
        state: failed ? "failed" : "queued",
        reason: asText(saved["reason"]),
      };
    })
    .filter((outgoing) => outgoing.clientId !== "" && outgoing.room !== "")
    .sort((a, b) => a.createdAt - b.createdAt);
}

export function saveUnsent(user: string, outgoing: Outgoing): void {
  write(`${UNSENT}${user}.${outgoing.clientId}`, outgoing);
}

export function forgetUnsent(user: string, clientId: string): void {
  write(`${UNSENT}${user}.${clientId}`, null);
}

export function savedDraft(user: string, room: string): string {
  return asText(asObject(read(DRAFTS + user))[room]);
}

export function saveDraft(user: string, room: string, text: string): void {
  const { [room]: _, ...others } = asObject(read(DRAFTS + user));
  const kept = Object.entries(others).slice(-(DRAFTS_MAX - 1));
  const drafts = text ? [...kept, [room, text]] : kept;
  write(DRAFTS + user, drafts.length ? Object.fromEntries(drafts) : null);
}

/** How many replies I have seen of each thread that I have opened. */
export function savedThreads(user: string): Map<string, number> {
  const saved = Object.entries(asObject(read(THREADS + user)));
  return new Map(saved.map(([root, n]) => [root, asNumber(n, 0)]));
}

export function saveThreads(
  user: string,
  seen: ReadonlyMap<string, number>,
): void {
  write(THREADS + user, Object.fromEntries([...seen].slice(-THREADS_MAX)));
}
