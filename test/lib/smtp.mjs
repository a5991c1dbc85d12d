// SPDX-License-Identifier: ISC
// A server of mail, for tests: ESMTP with STARTTLS and AUTH PLAIN.
import { once } from "node:events";
import { createServer } from "node:net";
import { TLSSocket } from "node:tls";

/** A letter as it came: its head by names in small letters, and its text. */
function read(raw) {
  const [head, body] = raw.split("\r\n\r\n");
  const lines = head.replace(/\r\n[ \t]+/g, " ").split("\r\n");
  const fields = lines.map((line) => {
    const [name, ...rest] = line.split(": ");

    return [name.toLowerCase(), rest.join(": ")];
  });
  const text = Buffer.from(body.replaceAll("\r\n", ""), "base64").toString();
  const words = Object.fromEntries(fields).subject.split(/\s+/);
  const subject = words
    .map((word) => /^=\?UTF-8\?B\?(.*)\?=$/.exec(word)[1])
    .map((word) => Buffer.from(word, "base64").toString())
    .join("");

  return { names: fields.map(([name]) => name), subject, text, raw };
}

export class SmtpServer {
  letters = [];
  /** How the next MAIL commands are answered; then "250 go on". */
  answers = [];
  /** Conversations as their commands, in order. */
  commands = [];

  /** tls: {cert, key} as text, and STARTTLS is offered. */
  static async open({ tls } = {}) {
    const server = new SmtpServer();

    server.tls = tls;
    server.server = createServer((socket) => server.#talk(socket));
    server.server.listen(0, "127.0.0.1");
    await once(server.server, "listening");
    server.url = `smtp://127.0.0.1:${server.server.address().port}`;
    return server;
  }

  #talk(socket) {
    const state = { secure: false, user: "", data: null, rest: "" };

    this.#listen(socket, state);
    socket.write("220 test ESMTP\r\n");
  }

  #listen(socket, state) {
    socket.on("error", () => {});
    socket.on("data", (bytes) => {
      state.rest += bytes;
      for (let at; (at = state.rest.indexOf("\r\n")) >= 0;) {
        const line = state.rest.slice(0, at);

        state.rest = state.rest.slice(at + 2);
        if (this.#line(socket, state, line) === "tls") return;
      }
    });
  }

  #line(socket, state, line) {
    const say = (text) => socket.write(`${text}\r\n`);

    if (state.data) {
      if (line !== ".") {
        state.data.push(line.replace(/^\./, ""));
        return;
      }
      const { secure, user, letter } = state;

      this.letters.push({
        ...letter,
        secure,
        user,
        ...read(state.data.join("\r\n")),
      });
      state.data = null;
      return say("250 taken");
    }
    if (state.asking) {
      const plain = Buffer.from(line, "base64").toString();

      state.asking = false;
      state.user = plain.split("\0").slice(1).join(":");
      return say("235 welcome");
    }
    this.commands.push(line.split(" ")[0]);
    const [, address = ""] = /<(.*)>/.exec(line) ?? [];

    switch (line.split(" ")[0].toUpperCase()) {
      case "EHLO":
        if (this.tls && !state.secure) say("250-STARTTLS");
        say("250-AUTH PLAIN");
        return say("250 8BITMIME");
      case "STARTTLS":
        say("220 go on");
        state.secure = true;
        socket.removeAllListeners("data");
        this.#listen(
          new TLSSocket(socket, { isServer: true, ...this.tls }),
          state,
        );
        return "tls";
      case "AUTH":
        state.asking = true;
        return say("334 ");
      case "MAIL":
        state.letter = { from: address };
        return say(this.answers.shift() ?? "250 go on");
      case "RCPT":
        state.letter.to = address;
        return say("250 go on");
      case "DATA":
        state.data = [];
        return say("354 go on");
      case "QUIT":
        say("221 goodbye");
        return socket.end();
      default:
        return say("502 what?");
    }
  }

  async close() {
    this.server.close();
  }
}
