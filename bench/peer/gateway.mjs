// SPDX-License-Identifier: ISC
// The peer: what the original project's gateway does for one message, on the
// same stack (Socket.IO, SQLite, ZeroMQ) and nothing else.
//
//   message:send -> durable insert -> ack -> message:new to the room
//                -> translation request on ZeroMQ PUB
//   ZeroMQ SUB   -> message:translation to the room
//
// It has no accounts, membership, validation or ledger, so it is faster than
// the real thing.  GROUP=1 saves everything that arrived in one turn of the
// event loop in one transaction; GROUP=0 commits every message by itself, as
// the original does.  Both are durable: WAL with synchronous=FULL.
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import Database from "better-sqlite3";
import { Server } from "socket.io";
import * as zmq from "zeromq";

const { DB_FILE, PORT, PUB_PORT, SUB_PORT } = process.env;
const GROUP = process.env.GROUP === "1";
const CONTENT_MAX = 20000;

const db = new Database(DB_FILE);
db.pragma("journal_mode = WAL");
db.pragma("synchronous = FULL");
db.exec(`
  CREATE TABLE messages(
    id TEXT PRIMARY KEY, conversationId TEXT NOT NULL, senderId TEXT NOT NULL,
    content TEXT NOT NULL, originalLanguage TEXT NOT NULL,
    messageType TEXT NOT NULL, createdAt INTEGER NOT NULL) WITHOUT ROWID;
  CREATE INDEX messages_conv ON messages(conversationId, createdAt);`);
const insert = db.prepare("INSERT INTO messages VALUES(?,?,?,?,?,?,?)");
const save = (m) =>
  insert.run(m.id, m.conversationId, m.senderId, m.content,
    m.originalLanguage, m.messageType, m.createdAt);
const saveAll = db.transaction((batch) => batch.forEach(([m]) => save(m)));

const http = createServer((req, res) => {
  res.statusCode = 404;
  res.end();
});
const io = new Server(http, { serveClient: false });
const room = (id) => `conversation_${id}`;

// zeromq.js takes one send at a time: chain them.
const publisher = new zmq.Publisher({ sendHighWaterMark: 100000 });
publisher.connect(`tcp://127.0.0.1:${PUB_PORT}`);
const tasks = [];
let publishing = false;
async function publish(m) {
  tasks.push(m);
  if (publishing) return;
  publishing = true;
  while (tasks.length) {
    const { id, conversationId, content, originalLanguage } = tasks.shift();
    await publisher.send(JSON.stringify({
      taskId: randomUUID(), messageId: id, conversationId, text: content,
      sourceLanguage: originalLanguage, targetLanguages: ["fr", "es"],
    }));
  }
  publishing = false;
}

const subscriber = new zmq.Subscriber();
subscriber.connect(`tcp://127.0.0.1:${SUB_PORT}`);
subscriber.subscribe("");
async function relayTranslations() {
  for await (const [frame] of subscriber) {
    const { type, result } = JSON.parse(frame);
    if (type !== "translation_completed" || result.error) continue;
    io.to(room(result.conversationId)).emit("message:translation", result);
  }
}

function finish([message, ack]) {
  ack?.({ success: true, data: { messageId: message.id } });
  io.to(room(message.conversationId)).emit("message:new", message);
  setImmediate(publish, message);
}

function commit(batch) {
  try {
    if (batch.length === 1) save(batch[0][0]);
    else saveAll(batch);
  } catch (error) {
    for (const [, ack] of batch) ack?.({ success: false, error: error.message });
    return;
  }
  batch.forEach(finish);
}

let waiting = [];
function commitWaiting() {
  const batch = waiting;
  waiting = [];
  commit(batch);
}

const isId = (s) => typeof s === "string" && s.length > 0 && s.length <= 128;
const isText = (s) =>
  typeof s === "string" && s.length > 0 && s.length <= CONTENT_MAX;

io.on("connection", (socket) => {
  socket.on("conversation:join", (data, ack) => {
    if (!isId(data?.conversationId)) return ack?.({ success: false });
    socket.join(room(data.conversationId));
    ack?.({ success: true });
  });
  socket.on("message:send", (data, ack) => {
    if (!isId(data?.conversationId) || !isText(data.content))
      return ack?.({ success: false, error: "invalid message" });
    const message = {
      id: randomUUID(), conversationId: data.conversationId,
      senderId: socket.id, content: data.content,
      originalLanguage: data.originalLanguage ?? "en", messageType: "text",
      createdAt: Date.now(),
    };
    if (!GROUP) commit([[message, ack]]);
    else if (waiting.push([message, ack]) === 1) setImmediate(commitWaiting);
  });
});

const BACKLOG = 4096;
http.listen(+PORT, "127.0.0.1", BACKLOG, () => console.log("ready"));
process.on("SIGTERM", () => process.exit(0));
await relayTranslations();
