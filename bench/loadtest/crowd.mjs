// SPDX-License-Identifier: ISC
// The people of a load test: senders who write English, and one reader for
// each language, all in the same rooms, by stock Socket.IO clients.
import { createRequire } from "node:module";
import { performance } from "node:perf_hooks";
import { CannotRun } from "./house.mjs";

// The page's own copy: ./meeshy up has installed it.
const require = createRequire(new URL("../../web/package.json", import.meta.url));

const SOURCE = "en";
/** Languages in which Apertium is at home, the most asked for first. */
const PREFERRED = ["es", "fr", "ca", "pt", "it", "gl", "oc", "ro"];
const CONNECT_MS_MAX = 10000;
const ACK_MS_MAX = 20000;

async function call(url, method, path, { token, body } = {}) {
  const response = await fetch(url + path, {
    method,
    headers: {
      ...(body && { "content-type": "application/json" }),
      ...(token && { authorization: `Bearer ${token}` }),
    },
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(CONNECT_MS_MAX),
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok)
    throw new CannotRun(`${method} ${path}: ${response.status} ` +
      `${answer.error ?? answer.message ?? ""}`);
  return answer.data;
}

/** The first n languages that this Meeshy can write. */
export async function chooseLanguages(url, n) {
  const known = (await call(url, "GET", "/languages")).map(({ code }) => code);
  const good = PREFERRED.filter((code) => known.includes(code));
  if (good.length < n)
    throw new CannotRun(`${n} languages are wanted, and this Meeshy ` +
      `translates into ${good.join(", ") || "none"}`);
  return good.slice(0, n);
}

class Person {
  static async enter(url, username, language) {
    const person = new Person();
    const { token, user } = await call(url, "POST", "/auth/guest",
      { body: { username, language } });
    return Object.assign(person, { url, token, user, language });
  }

  async connect() {
    const { io } = require("socket.io-client");
    this.socket = io(this.url, {
      auth: { token: this.token }, transports: ["websocket"], forceNew: true,
    });
    await new Promise((done, fail) => {
      const late = setTimeout(
        () => fail(new CannotRun("a connection was not made in time")),
        CONNECT_MS_MAX);
      this.socket.once("connect", () => {
        clearTimeout(late);
        done();
      });
    });
  }

  async join(room) {
    const answer = await this.socket.timeout(CONNECT_MS_MAX)
      .emitWithAck("conversation:join", { conversationId: room });
    if (answer?.success === false)
      throw new CannotRun(`no way into a room: ${answer.error}`);
  }
}

export class Crowd {
  #turn = 0;

  /** @param ledger told of everything that comes */
  static async gather(url, { ledger, senders, rooms, publicRoom }) {
    const crowd = new Crowd();
    const tag = Date.now().toString(36);
    const people = [];
    crowd.ledger = ledger;
    crowd.senders = [];
    crowd.readers = [];
    for (let i = 0; i < senders; i++)
      people.push(Person.enter(url, `load-${tag}-${i}`, SOURCE));
    for (const code of ledger.languages)
      people.push(Person.enter(url, `load-${tag}-${code}`, code));
    crowd.people = await Promise.all(people);
    crowd.senders = crowd.people.slice(0, senders);
    crowd.readers = crowd.people.slice(senders);
    await Promise.all(crowd.people.map((person) => person.connect()));
    await crowd.#furnish(url, tag, rooms, publicRoom);
    crowd.readers.forEach((reader) => crowd.#listen(reader));
    return crowd;
  }

  async #furnish(url, tag, rooms, publicRoom) {
    const [owner] = this.senders;
    this.rooms = publicRoom ? ["any"] : [];
    while (this.rooms.length < rooms) {
      const { id, invited } = await call(url, "POST", "/conversations", {
        token: owner.token,
        body: {
          type: "group", title: `load test ${tag} ${this.rooms.length}`,
          participantIds: this.people.slice(1).map(({ user }) => user.id),
        },
      });
      this.rooms.push(id);
      if (invited) await this.#accept(url, id);
    }
    for (const room of this.rooms)
      await Promise.all(this.people.map((person) => person.join(room)));
  }

  /** They know each other from then on. */
  async #accept(url, room) {
    const path = `/users/me/invitations/${room}/accept`;
    await Promise.all(this.people.slice(1).map(({ token }) =>
      call(url, "POST", path, { token })));
  }

  #listen({ socket, language }) {
    const ours = new Set(this.rooms);
    // The public room may hold what others say.
    const mine = ({ content, conversationId, sender }) =>
      ours.has(conversationId) && content !== undefined &&
      (sender?.id === undefined || this.#ids().has(sender.id));
    socket.on("message:new", (message) => {
      if (mine(message))
        this.ledger.shown(message.id, language, performance.now());
    });
    socket.on("message:translation", ({ messageId, translations }) => {
      const now = performance.now();
      for (const { targetLanguage } of translations)
        if (targetLanguage === language)
          this.ledger.translated(messageId, language, now);
    });
    socket.on("translation:failed", ({ messageId, targetLanguage, error }) => {
      if (targetLanguage === language)
        this.ledger.failed(messageId, language, error ?? "failed");
    });
  }

  #senderIds;
  #ids() {
    this.#senderIds ??= new Set(this.senders.map(({ user }) => user.id));
    return this.#senderIds;
  }

  /** Send one message, by each sender and into each room in turn.  Resolves
   * to {id, whole}, whole being a promise of all translations, or to the
   * reason why it was refused. */
  async send(content, dueAt = performance.now()) {
    const turn = this.#turn++;
    const sender = this.senders[turn % this.senders.length];
    const room = this.rooms[
      Math.floor(turn / this.senders.length) % this.rooms.length];
    this.ledger.sent();
    let answer;
    try {
      answer = await sender.socket.timeout(ACK_MS_MAX)
        .emitWithAck("message:send", {
          conversationId: room, content, originalLanguage: SOURCE,
        });
    } catch {
      this.ledger.notAcked();
      return { error: "no answer" };
    }
    if (!answer.success) {
      this.ledger.notAcked(answer.error ?? "refused");
      return { error: answer.error ?? "refused" };
    }
    const { messageId: id } = answer.data;
    return { id, whole: this.ledger.acked(id, dueAt, performance.now()) };
  }

  leave() {
    for (const person of this.people) person.socket?.disconnect();
  }
}
