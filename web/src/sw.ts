// The page without a network: what it is made of is kept here, its data by kept.ts.
// Own, and not Workbox: a page of one HTML file and hashed names needs these
// lines only.
declare const BUILD: string;
/** All of them, and those that every visit needs, as they lie beside us. */
declare const FILES: string[];
declare const FIRST: string[];

/** What of the worker's world is used here. */
interface WorkerEvent extends Event {
  request: Request;
  respondWith(answer: Promise<Response>): void;
  waitUntil(work: Promise<unknown>): void;
}

interface Worker {
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
  addEventListener(name: string, fn: (event: WorkerEvent) => void): void;
}

const worker = self as unknown as Worker;
/** "/", or where a site of others has us. */
const BASE = new URL(".", location.href).pathname;
/** Of what lies below BASE, a page and not an address of the gateway's. */
const PAGE = /^((room|join)\/|$)/;
const CACHE = `meeshy-${BUILD}${BASE}`;

/** A site's caches are of all that it has: an older one of ours? */
const outdated = (name: string) =>
  /^meeshy-\w+/.test(name) &&
  name !== CACHE &&
  ["", BASE].includes(name.replace(/^meeshy-\w+/, ""));

worker.addEventListener("install", (event) => {
  const keep = caches
    .open(CACHE)
    .then((cache) => cache.addAll(FIRST.map((name) => BASE + name)));
  event.waitUntil(keep.then(() => worker.skipWaiting()));
});

worker.addEventListener("activate", (event) => {
  const forget = caches
    .keys()
    .then((keys) =>
      Promise.all(keys.filter(outdated).map((name) => caches.delete(name))),
    );
  event.waitUntil(forget.then(() => worker.clients.claim()));
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (!url.pathname.startsWith(BASE)) return;
  const path = url.pathname.slice(BASE.length);
  if (request.mode === "navigate") {
    if (PAGE.test(path)) event.respondWith(pageFor(request));
  } else if (FILES.includes(path)) {
    event.respondWith(kept(request));
  }
});

/** The newest page there is, or the one that is kept. */
async function pageFor(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch {
    return (await caches.match(BASE)) ?? Response.error();
  }
}

/** A hashed name never gets another content: it is fetched once. */
async function kept(request: Request): Promise<Response> {
  const old = await caches.match(request);
  if (old) return old;
  const answer = await fetch(request);
  if (answer.ok) {
    const cache = await caches.open(CACHE);
    await cache.put(request, answer.clone());
  }
  return answer;
}
