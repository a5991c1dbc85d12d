// SPDX-License-Identifier: ISC
import assert from "node:assert/strict";

import { io } from "socket.io-client";

import { call } from "./api.mjs";
import { pause, soon, until } from "./wait.mjs";

const ACK_MS_MAX = 10_000;

/** Counts what any person sees, so that events of several can be ordered. */
let order = 0;

/**
 * Somebody with a name, a language and a Socket.IO connection, who remembers
 * everything that arrives: events of {order, name, data}.
 */
export class Person {
  events = [];

  /** As a guest, or with a password under an account of their own. */
  static async enter(url, username, language, password) {
    const person = new Person();
    const door = password ? "register" : "guest";
    const response = await fetch(`${url}/auth/${door}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ username, language, password }),
    });
    const body = await response.json();

    if (!body.success)
      throw new Error(`no entry for ${username}: ${JSON.stringify(body)}`);
    return Object.assign(person, {
      url,
      username,
      language,
      token: body.data.token,
      user: body.data.user,
    });
  }

  /** Reconnects by itself for as long as the test lasts. */
  async connect(options = {}) {
    const { origin, pathname } = new URL(this.url);

    this.socket = io(origin, {
      path: `${pathname.replace(/\/$/, "")}/socket.io/`,
      auth: { token: this.token },
      transports: ["websocket"],
      reconnectionDelay: 100,
      reconnectionDelayMax: 500,
      forceNew: true,
      ...options,
    });
    this.socket.onAny((name, data) =>
      this.events.push({ order: order++, name, data }),
    );
    await until(() => this.socket.connected, `${this.username} is connected`);
  }

  leave() {
    this.socket?.disconnect();
  }

  all(name) {
    return this.events.filter((event) => event.name === name);
  }

  /** The first event of this name whose data passes. */
  find(name, passes = () => true) {
    return this.all(name).find((event) => passes(event.data));
  }

  sees(name, passes, within) {
    return until(
      () => this.find(name, passes),
      `${this.username} sees ${name}`,
      within,
    );
  }

  /** Translations as they arrived: {order, messageId, language, text}. */
  get translations() {
    return this.all("message:translation").flatMap(({ order, data }) =>
      data.translations.map((translation) => ({
        order,
        messageId: data.messageId,
        language: translation.targetLanguage,
        text: translation.translatedContent,
      })),
    );
  }

  translation(messageId, within) {
    return until(
      () => this.translations.find((one) => one.messageId === messageId),
      `${this.username} has a translation of ${messageId}`,
      within,
    );
  }

  /** Send and wait for the ack: {order, messageId, seq}. */
  async send(content, more = {}) {
    const ack = await soon(
      new Promise((done) =>
        this.socket.emit(
          "message:send",
          { conversationId: "any", content, ...more },
          (answer) => done({ order: order++, ...answer }),
        ),
      ),
      `the ack of "${content}"`,
      ACK_MS_MAX,
    );

    if (!ack.success)
      throw new Error(`refused "${content}": ${JSON.stringify(ack)}`);
    return { order: ack.order, ...ack.data };
  }

  /** Surely send text(0), text(1), …, one each 10 ms, so that some fall before,
   * some in and some after what happens meanwhile.  acks gets {i, messageId, …}
   * as they come. */
  sendSpread(count, text, acks) {
    return Promise.all(
      Array.from({ length: count }, async (_, i) => {
        await pause(i * 10);
        acks.push({ i, ...(await this.sendSurely(text(i), `message-${i}`)) });
      }),
    );
  }

  /**
   * Send what must arrive: again after every ack that does not come, under
   * one clientMessageId, as a client does across a crash of the gateway.
   */
  async sendSurely(content, clientMessageId, more = {}) {
    const deadline = Date.now() + 60_000;

    for (;;) {
      try {
        const answer = await this.socket
          .timeout(2_000)
          .emitWithAck("message:send", {
            conversationId: "any",
            content,
            clientMessageId,
            ...more,
          });

        if (answer.success) return answer.data;
        throw new Error(`refused "${content}": ${JSON.stringify(answer)}`);
      } catch (error) {
        if (Date.now() >= deadline) throw error;
      }
    }
  }

  async get(path) {
    const response = await fetch(this.url + path, {
      headers: { authorization: `Bearer ${this.token}` },
    });
    const body = await response.json();

    if (!body.success) throw new Error(`${path}: ${JSON.stringify(body)}`);
    return body.data;
  }

  /** All messages of a conversation after a sequence number, oldest first. */
  async history(after = 0, conversationId = "any") {
    const found = [];

    for (;;) {
      const { messages } = await this.get(
        `/conversations/${conversationId}/messages?limit=100&after=${after}`,
      );

      if (messages.length === 0) return found;
      found.push(...messages);
      after = messages.at(-1).seq;
    }
  }
}

/** An event with its acknowledgement. */
export const emit = (person, event, payload) =>
  person.socket.timeout(5_000).emitWithAck(event, payload);

/** A private room of its founder and others: its id. */
export async function group(house, founder, ...others) {
  const made = await call(house.url, "POST", "/conversations", {
    token: founder.token,
    body: {
      type: "group",
      title: "Kitchen",
      participantIds: others.map(({ user }) => user.id),
    },
  });

  assert.equal(made.status, 201);
  return made.body.data.id;
}
