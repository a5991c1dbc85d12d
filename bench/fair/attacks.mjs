// SPDX-License-Identifier: ISC
// What one anonymous visitor with a good line can do to a gateway: bytes made
// once and said over and over, answers thrown away unread.  A process of its own,
// from an address of its own: node bench/fair/attacks.mjs PORT TOKEN NAME...
import { randomBytes } from "node:crypto";
import { connect } from "node:net";
import { pathToFileURL } from "node:url";

const FROM = "127.0.0.2";
const SOCKETS = 30; // of one person, as SOCKETS_PER_PERSON allows
const CONNECTIONS = 64;
const IN_A_ROW = 16; // requests at once on one connection

/** A text frame of a client. */
function frame(text) {
  const body = Buffer.from(text);
  const mask = randomBytes(4);
  const head =
    body.length < 126
      ? [0x81, 0x80 | body.length]
      : [0x81, 0xfe, body.length >> 8, body.length & 255];

  for (let i = 0; i < body.length; i++) body[i] ^= mask[i & 3];
  return Buffer.concat([Buffer.from(head), mask, body]);
}

const request = (method, path, { token, body } = {}) =>
  Buffer.from(
    [
      `${method} ${path} HTTP/1.1`,
      "Host: localhost",
      ...(token ? [`Authorization: Bearer ${token}`] : []),
      ...(body === undefined
        ? []
        : [
            "Content-Type: application/json",
            `Content-Length: ${Buffer.byteLength(body)}`,
          ]),
      "",
      body ?? "",
    ].join("\r\n"),
  );

/** A connection that comes back when it is cut off. */
function keep(port, onOpen) {
  const socket = connect({ port, host: "127.0.0.1", localAddress: FROM });

  socket.setNoDelay(true);
  socket.on("connect", () => onOpen(socket));
  socket.on("error", () => {});
  socket.on("close", () => setTimeout(() => keep(port, onOpen), 20));
}

/** Say bytes for as long as the other side takes them. */
function pour(socket, bytes) {
  const more = () => {
    while (!socket.destroyed && socket.write(bytes));
  };

  socket.on("drain", more);
  more();
}

/** Requests without end, IN_A_ROW of them unanswered. */
function requests(port, bytes) {
  const many = Buffer.concat(Array.from({ length: IN_A_ROW }, () => bytes));

  for (let i = 0; i < CONNECTIONS; i++)
    keep(port, (socket) => {
      let answers = 0;

      socket.on("data", (data) => {
        for (
          let at = data.indexOf("HTTP/1.1 ");
          at >= 0;
          at = data.indexOf("HTTP/1.1 ", at + 1)
        )
          answers++;
        if (answers >= IN_A_ROW) {
          answers -= IN_A_ROW;
          socket.write(many);
        }
      });
      socket.write(many);
    });
}

/** Sockets of one person in the public room that say the same for ever. */
function sockets(port, token, texts) {
  const said = Buffer.concat(texts.map(frame));
  const block = Buffer.concat(Array.from({ length: 32 }, () => said));

  for (let i = 0; i < SOCKETS; i++)
    keep(port, (socket) => {
      let inside = false;

      socket.write(
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n" +
          "Host: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
          "Sec-WebSocket-Version: 13\r\n" +
          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
      );
      socket.on("data", (data) => {
        if (data.includes('0{"sid"') && !inside && !data.includes("40{"))
          socket.write(frame(`40${JSON.stringify({ token })}`));
        if (data.includes("40{") && !inside) {
          inside = true;
          pour(socket, block);
        }
      });
    });
}

const json = JSON.stringify;
const event = (name, data, id = "") => `42${id}${json([name, data])}`;

/** Each is given the port and the token of a guest. */
export const ATTACKS = {
  messages: (port, token) =>
    sockets(port, token, [
      event("message:send", { conversationId: "any", content: "x" }, 1),
    ]),
  long: (port, token) =>
    sockets(port, token, [
      event(
        "message:send",
        { conversationId: "any", content: "a word or two ".repeat(280) },
        1,
      ),
    ]),
  typing: (port, token) =>
    sockets(port, token, [event("typing:start", { conversationId: "any" })]),
  asks: (port, token) =>
    sockets(port, token, [
      event("message:search", { q: "a*", limit: 50 }, 1),
      event("messages:history", { conversationId: "any", limit: 200 }, 2),
    ]),
  wrong: (port, token) =>
    sockets(port, token, [event("no:such:thing", { a: "b".repeat(900) }, 1)]),
  history: (port, token) =>
    requests(
      port,
      request("GET", "/conversations/any/messages?limit=200", { token }),
    ),
  search: (port, token) =>
    requests(port, request("GET", "/search?q=word&limit=50", { token })),
  openapi: (port) => requests(port, request("GET", "/openapi.json")),
  nothing: (port) => requests(port, request("GET", "/no/such/thing")),
  guests: (port) =>
    requests(
      port,
      request("POST", "/auth/guest", {
        body: json({ username: "G", language: "en" }),
      }),
    ),
  logins: (port) =>
    requests(
      port,
      request("POST", "/auth/login", {
        body: json({ username: "nobody", password: "correct horse" }),
      }),
    ),
  bodies: (port, token) =>
    requests(
      port,
      request("POST", "/conversations/any/messages", {
        token,
        body: json({ content: "x", more: "y".repeat(60_000) }),
      }),
    ),
  handshakes: (port) =>
    requests(port, request("GET", "/socket.io/?EIO=4&transport=polling")),
  connects: (port) => {
    for (let i = 0; i < 16; i++)
      (function again() {
        const socket = connect({
          port,
          host: "127.0.0.1",
          localAddress: FROM,
        });

        socket.on("error", () => {});
        socket.on("connect", () => socket.resetAndDestroy());
        socket.on("close", () => setImmediate(again));
      })();
  },
};

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [port, token, ...names] = process.argv.slice(2);

  for (const name of names) ATTACKS[name](Number(port), token);
}
