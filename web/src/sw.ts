// The page without a network: what it is made of is kept here, its data by kept.ts.
// And, with or without a page, what the gateway tells who does not look.
// Own, and not Workbox: a page of one HTML file and hashed names needs these
// lines only.
declare const BUILD: string;
/** All of them, and those that every visit needs, as they lie beside us. */
declare const FILES: string[];
declare const FIRST: string[];

/** What of the worker's world is used here. */
interface WorkerEvent extends Event {
  request: Request;
  data: { json(): unknown } | null;
  notification: Notification;
  respondWith(answer: Promise<Response>): void;
  waitUntil(work: Promise<unknown>): void;
}

interface Page {
  url: string;
  visibilityState: string;
  focus(): Promise<unknown>;
  postMessage(what: unknown): void;
}

interface Worker {
  skipWaiting(): Promise<void>;
  clients: {
    claim(): Promise<void>;
    matchAll(which: object): Promise<Page[]>;
    openWindow(url: string): Promise<unknown>;
  };
  registration: ServiceWorkerRegistration;
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

// ---- notifications (Web Push) ----

/** What the gateway sends; without a name where the device wants none. */
interface Note {
  room: string;
  message: string;
  from?: string;
  where?: string;
  text?: string;
  language?: string;
}

/** What we say ourselves, as the page left it in its language (push-api.ts). */
async function words(): Promise<{ said: string; file: string }> {
  const kept = await caches.match(`${BASE}push-words`);
  const said = { said: "Somebody wrote to you.", file: "A file" };
  return kept ? { ...said, ...(await kept.json()) } : said;
}

async function pages(): Promise<Page[]> {
  const all = { type: "window", includeUncontrolled: true };
  const open = await worker.clients.matchAll(all);
  return open.filter(({ url }) => new URL(url).pathname.startsWith(BASE));
}

async function show(note: Note): Promise<void> {
  const { said, file } = await words();
  const where = note.where ? ` · ${note.where}` : "";
  const body = note.from ? note.text || file : said;
  await worker.registration.showNotification((note.from ?? "Meeshy") + where, {
    body,
    tag: note.room,
    lang: note.language ?? "",
    icon: `${BASE}icon-192.png`,
    data: { room: note.room, message: note.message },
  });
}

/** Who looks at one of our pages in this browser sees it there. */
async function told(note: Note): Promise<void> {
  const open = await pages();
  if (!open.some((page) => page.visibilityState === "visible"))
    await show(note);
}

worker.addEventListener("push", (event) => {
  if (event.data) event.waitUntil(told(event.data.json() as Note));
});

/** In the page that is there, or in a new one, at the message. */
async function follow({ room, message }: Note): Promise<void> {
  const [page] = await pages();
  const path = `room/${encodeURIComponent(room)}#${encodeURIComponent(message)}`;
  if (!page) {
    await worker.clients.openWindow(BASE + path);
    return;
  }
  page.postMessage({ room, message });
  await page.focus();
}

worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(follow(event.notification.data as Note));
});
