// The last of what was read, for who opens the page without a network.  Where
// the browser has no database for us, or it fails, nothing is kept.
import { BASE } from "./base";
import type { Message, RoomInfo } from "./types";

/** Two of us may share a site. */
const NAME = `meeshy${BASE}`;
const STORE = "kept";
/** Of the shape of what is kept: another one's is forgotten. */
const SHAPE = 1;
/** Of a room. */
const KEPT_MESSAGES_MAX = 100;
const KEPT_ROOMS_MAX = 30;

const listKey = (user: string) => `${user}/list`;
const roomKey = (user: string, room: string) => `${user}/room/${room}`;
/** All that is one person's. */
const allOf = (user: string) => IDBKeyRange.bound(`${user}/`, `${user}0`);

let opened: Promise<IDBDatabase> | null = null;

function open(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, SHAPE);
    request.onupgradeneeded = () => {
      const { result } = request;
      for (const name of result.objectStoreNames)
        result.deleteObjectStore(name);
      result.createObjectStore(STORE);
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}

async function use<T>(
  mode: IDBTransactionMode,
  ask: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T | null> {
  try {
    const store = (await open()).transaction(STORE, mode).objectStore(STORE);
    return await new Promise((resolve, reject) => {
      const request = ask(store);
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  } catch {
    return null;
  }
}

export async function keptRooms(user: string): Promise<RoomInfo[]> {
  const key = listKey(user);
  return (await use<RoomInfo[]>("readonly", (s) => s.get(key))) ?? [];
}

/** The list, and of the rooms that are no longer high in it nothing else. */
export async function keepRooms(
  user: string,
  rooms: readonly RoomInfo[],
): Promise<void> {
  const kept = rooms.slice(0, KEPT_ROOMS_MAX);
  await use("readwrite", (s) => s.put(kept, listKey(user)));
  const stay = new Set(kept.map(({ id }) => roomKey(user, id)));
  stay.add(listKey(user));
  const keys = await use("readonly", (s) => s.getAllKeys(allOf(user)));
  for (const key of keys ?? [])
    if (!stay.has(String(key))) await use("readwrite", (s) => s.delete(key));
}

export async function keptMessages(
  user: string,
  room: string,
): Promise<Message[]> {
  const key = roomKey(user, room);
  return (await use<Message[]>("readonly", (s) => s.get(key))) ?? [];
}

export async function keepMessages(
  user: string,
  room: string,
  messages: readonly Message[],
): Promise<void> {
  const last = messages.slice(-KEPT_MESSAGES_MAX);
  await use("readwrite", (s) => s.put(last, roomKey(user, room)));
}

/** Who leaves, leaves nothing. */
export async function forgetKept(user: string): Promise<void> {
  await use("readwrite", (s) => s.delete(allOf(user)));
}
