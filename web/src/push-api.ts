// Notifications of this browser while nobody looks: what the browser and the
// gateway have agreed on (Web Push).
import { call } from "./api";
import { BASE } from "./base";
import { asList, asObject, asText } from "./wire";

/** What this device is told besides direct messages and mentions. */
export interface Pushed {
  allRooms: boolean;
  /** Only that somebody wrote. */
  quiet: boolean;
}

/** Where the worker looks for what it says; sw.ts has the same names. */
const WORDS_CACHE = `words-of-meeshy${BASE}`;
const WORDS_PATH = `${BASE}/push-words`;

export function canPush(): boolean {
  return "PushManager" in globalThis && "serviceWorker" in navigator;
}

/** Null: this browser is told nothing. */
export async function pushed(token: string): Promise<Pushed | null> {
  const devices = asList(await call("GET", "/push/devices", token));
  const own = devices.map(asObject).find((one) => one["current"] === true);
  return own
    ? { allRooms: own["allRooms"] === true, quiet: own["quiet"] === true }
    : null;
}

/** The browser's subscription for the gateway's key; one for another key is
 * worth nothing, as after the server lost its database. */
async function subscription(key: string): Promise<PushSubscription> {
  const { pushManager } = await navigator.serviceWorker.ready;
  const options = { userVisibleOnly: true, applicationServerKey: key };
  try {
    return await pushManager.subscribe(options);
  } catch (error) {
    const old = await pushManager.getSubscription();
    if (!old) throw error;
    await old.unsubscribe();
    return pushManager.subscribe(options);
  }
}

async function keepWords(words: Record<string, string>): Promise<void> {
  const cache = await caches.open(WORDS_CACHE);
  await cache.put(WORDS_PATH, new Response(JSON.stringify(words)));
}

/** Rejects when the browser, its push service or the gateway cannot. */
export async function startPush(
  token: string,
  { allRooms, quiet }: Pushed,
  words: Record<string, string>,
): Promise<void> {
  const { publicKey } = asObject(await call("GET", "/push/key", token));
  const { endpoint, keys } = (await subscription(asText(publicKey))).toJSON();
  const { p256dh, auth } = asObject(keys);
  await keepWords(words);
  const body = { endpoint, p256dh, auth, allRooms, quiet };
  await call("PUT", "/push/devices", token, body);
}

export async function stopPush(token: string): Promise<void> {
  await call("DELETE", "/push/devices", token);
  const { pushManager } = await navigator.serviceWorker.ready;
  await (await pushManager.getSubscription())?.unsubscribe();
}
