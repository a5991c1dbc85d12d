// The page without a network: what it is made of is kept, its data is not.
// Own, and not Workbox: a page of one HTML file and hashed names needs these
// lines only.
declare const BUILD: string;
/** All of them, and those that every visit needs. */
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
const CACHE = `meeshy-${BUILD}`;
/** A page of ours, not an address of the gateway's. */
const PAGE = /^\/((room|join)\/|$)/;

worker.addEventListener("install", (event) => {
  const keep = caches.open(CACHE).then((cache) => cache.addAll(FIRST));
  event.waitUntil(keep.then(() => worker.skipWaiting()));
});

worker.addEventListener("activate", (event) => {
  const forget = caches
    .keys()
    .then((keys) =>
      Promise.all(keys.filter((k) => k !== CACHE).map((k) => caches.delete(k))),
    );
  event.waitUntil(forget.then(() => worker.clients.claim()));
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") {
    if (PAGE.test(url.pathname)) event.respondWith(pageFor(request));
  } else if (FILES.includes(url.pathname)) {
    event.respondWith(kept(request));
  }
});

/** The newest page there is, or the one that is kept. */
async function pageFor(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch {
    return (await caches.match("/")) ?? Response.error();
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
