// SPDX-License-Identifier: ISC
// One anonymous visitor at his worst, from one address, until SIGTERM:
//   visitor.mjs PORT ABUSE,...
// Tells at the end what was answered.  It yields to everybody else on this
// machine: in life its processor is not the server's.
import { constants, setPriority } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Visitor } from "./wire.mjs";

const ADDRESS = "127.0.0.2";
const PAUSE_MS = 20; // after what was refused
const LONG = "The house stands by the river and nobody knows why. ".repeat(27);
const LANGUAGES = "en fr es de it pt ca nl ru uk pl cs ar tr sv da nb fi et lv lt bg ro hu el sl hr sr mk sq is ga cy eu gl oc eo ja ko zh hi bn ta te ur fa he th vi id ms sw af ka hy az kk uz"
  .split(" ");

let ended = false;
const guests = [];
const said = []; // messages of his own
const any = () => guests[Math.floor(Math.random() * guests.length)];
const mine = () => said[Math.floor(Math.random() * said.length)];

/** Again and again, n at once, until the end; f says whether it was let. */
const always = (n, f) => Promise.all(Array.from({ length: n }, async (_, i) => {
  while (!ended) if (!(await f(i))) await sleep(PAUSE_MS);
}));

/** By n sockets that are opened again when they are closed. */
async function bySockets(v, n, f, { by = any, ...options } = {}) {
  const sockets = [];
  await always(n, async (i) => {
    if (!sockets[i]?.open) sockets[i] = await v.socket(by().token, options);
    return sockets[i] && f(sockets[i], i);
  });
}

const asks = (v, name, n, call) => always(n, async (i) => {
  const { status } = await v.ask(...call(i));
  v.count(name, status);
  return status > 0 && status < 400;
});

const emits = (v, name, n, event, payload, by) => bySockets(v, n, async (s, i) => {
  const answer = await s.emit(event, payload(i));
  v.count(name, answer.code ?? (answer.success ? "ok" : "closed"));
  if (event === "message:send" && answer.success && said.length < 10_000)
    said.push(answer.data.messageId);
  return answer.success;
}, { by });

export const ABUSES = {
  /** What breaking.md had: one guest's sockets say long messages. */
  say: (v) => emits(v, "say", 20, "message:send",
    (i) => ({ conversationId: "any", content: `${i} ${LONG}` })),
  /** The same one, changed for ever: each change is translated anew. */
  edit: (v) => emits(v, "edit", 10, "message:edit",
    (i) => ({ messageId: said[0], content: `${i} ${Math.random()} ${LONG}` }),
    () => guests[0]),
  /** In every language, on demand. */
  demand: (v) => emits(v, "demand", 10, "translation:request",
    (i) => ({ messageId: mine(),
      targetLanguage: LANGUAGES[(i + said.length) % LANGUAGES.length] })),
  preview: (v) => emits(v, "preview", 10, "translation:preview",
    () => ({ conversationId: "any", content: LONG, targetLanguage: "es" })),
  react: (v) => emits(v, "react", 10, "reaction:add",
    (i) => ({ messageId: mine(),
      emoji: String.fromCodePoint(0x1f600 + (i % 50)) })),
  typing: (v) => emits(v, "typing", 10, "typing:start",
    () => ({ conversationId: "any" })),
  sync: (v) => emits(v, "sync", 10, "sync",
    () => ({ rooms: [{ conversationId: "any", offset: 0 }] })),
  history: (v) => asks(v, "history", 32, () =>
    ["GET", "/conversations/any/messages?limit=200", any()]),
  search: (v) => asks(v, "search", 16, (i) =>
    ["GET", `/search?q=${"eotai"[i % 5]}`, any()]),
  people: (v) => asks(v, "people", 16, (i) =>
    ["GET", `/users?q=g${i}`, any()]),
  readers: (v) => asks(v, "readers", 16, () =>
    ["GET", "/conversations/any/participants", any()]),
  /** 64 MiB and 50 ms each, were they let. */
  passwords: (v) => asks(v, "passwords", 8, (i) => ["POST", "/auth/login",
    { body: { username: `ann${i}`, password: "wrong horse battery" } }]),
  register: (v) => asks(v, "register", 8, (i) => ["POST", "/auth/register",
    { body: { username: `x${i}${Date.now()}`, password: "correct horse battery",
      language: LANGUAGES[i] } }]),
  guests: (v) => asks(v, "guests", 8, (i) => ["POST", "/auth/guest",
    { body: { username: `more ${i}`, language: LANGUAGES[i] } }]),
  rooms: (v) => asks(v, "rooms", 8, (i) => ["POST", "/conversations",
    { ...any(), body: { type: "public", title: `Room ${i}` } }]),
  names: (v) => asks(v, "names", 8, (i) => ["PATCH", "/users/me",
    { ...any(), body: { language: LANGUAGES[i * 3] } }]),
  files: (v) => asks(v, "files", 8, () => ["POST",
    "/conversations/any/files?name=a.bin", { ...any(), raw: LONG.repeat(700) }]),
  /** Polling handshakes that are never used. */
  handshakes: (v) => asks(v, "handshakes", 32, () =>
    ["GET", "/socket.io/?EIO=4&transport=polling"]),
  /** Heads of nearly a megabyte of body that never ends. */
  bodies: (v) => always(300, async () => {
    const head = "POST /socket.io/?EIO=4&transport=polling&sid=none HTTP/1.1\r\n"
      + "Host: localhost\r\nContent-Length: 999999\r\n\r\n";
    await v.tcp(head + "x".repeat(900_000));
    v.count("bodies", "closed");
  }),
  slow: (v) => always(300, async () => {
    await v.tcp("GET / HTTP/1.1\r\nHost: loc");
    v.count("slow", "closed");
  }),
  deaf: (v) => bySockets(v, 30, async (s) => {
    await s.emit("message:list", { conversationId: "any", limit: 200 });
    return false;
  }, { deaf: true }),
  /** Comes, is told everything, leaves. */
  come: (v) => always(16, async () => {
    const socket = await v.socket(any().token);
    v.count("come", socket ? "in" : "refused");
    socket?.close();
    return socket;
  }),
};

async function main(port, names) {
  const v = new Visitor(port, ADDRESS);
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  process.on("SIGTERM", () => {
    ended = true;
    console.log(JSON.stringify(v.counts));
    process.exit(0);
  });
  // As many guests as he gets, each of another language.
  for (const language of LANGUAGES) {
    const { status, data } = await v.ask("POST", "/auth/guest",
      { body: { username: `g ${language}`, language } });
    v.count("guest", status);
    if (data?.token) guests.push({ token: data.token });
  }
  const first = await v.socket(guests[0].token);
  const { data } = await first.emit("message:send",
    { conversationId: "any", content: LONG });
  if (data) said.push(data.messageId);
  console.log("begins");
  await Promise.all(names.map((name) => ABUSES[name](v)));
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await main(Number(process.argv[2]), process.argv[3].split(","));
