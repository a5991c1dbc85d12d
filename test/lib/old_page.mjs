// SPDX-License-Identifier: ISC
import { io } from "socket.io-client";

import { call } from "./api.mjs";
import { soon, until } from "./wait.mjs";

const ACK_MS_MAX = 10_000;
const STATES = ["ready", "queued", "failed", "skipped"];

const asText = (value, fallback = "") =>
  typeof value === "string" ? value : fallback;

function readTranslation(value) {
  const given = asText(value.state, "ready");

  return {
    state: STATES.includes(given) ? given : "queued",
    text: asText(value.translatedContent),
    reason: asText(value.reason),
  };
}

function readMessage(message) {
  return {
    id: asText(message.id),
    seq: message.seq,
    senderId: asText(message.senderId, asText(message.sender?.id)),
    senderName:
      asText(message.sender?.displayName) ||
      asText(message.sender?.username, "?"),
    content: asText(message.content),
    language: asText(message.originalLanguage, "en"),
    revision: message.revision,
    edited: message.isEdited === true,
    deleted: message.isDeleted === true,
    clientId: asText(message.clientMessageId),
    createdAt: Date.parse(message.createdAt),
    translations: Object.fromEntries(
      (message.translations ?? []).map((one) => [
        asText(one.targetLanguage),
        readTranslation(one),
      ]),
    ),
  };
}

/**
 * The page as it was before there was a log and sync (c8e92e2), without what one
 * sees of it: a tab that somebody left open, or whose files a cache has kept.
 * Its routes, its events and the fields that it reads are those of then, so
 * nothing here follows the page of today.
 */
export class OldPage {
  messages = new Map(); // by id, as it would show them
  typing = new Map(); // by user id
  refused = false;

  constructor(url, language) {
    Object.assign(this, { url, language });
  }

  async #call(method, path, body) {
    const { status, body: reply } = await call(this.url, method, path, {
      token: this.token,
      body,
    });

    if (status < 400 && reply.success === true) return reply.data;
    throw new Error(`${method} ${path}: ${status} ${reply.code}`);
  }

  #take({ token, user }) {
    this.token = token;
    this.user = user;
  }

  async enter(username) {
    const { language } = this;

    this.#take(await this.#call("POST", "/auth/guest", { username, language }));
  }

  async register(username, password) {
    const { language } = this;
    const who = { username, password, language };

    this.#take(await this.#call("POST", "/auth/register", who));
  }

  async logIn(username, password) {
    this.#take(await this.#call("POST", "/auth/login", { username, password }));
  }

  async whoAmI() {
    const data = await this.#call("GET", "/auth/me");

    return data.user ?? data;
  }

  async logOut() {
    await this.#call("POST", "/auth/logout");
  }

  async languages() {
    const data = await this.#call("GET", "/languages");

    return (Array.isArray(data) ? data : data.languages).map(
      ({ code }) => code,
    );
  }

  async setLanguage(language) {
    await this.#call("PATCH", "/users/me", { language });
    this.language = language;
  }

  async open() {
    this.socket = io(this.url, {
      auth: { token: this.token },
      transports: ["websocket", "polling"],
      tryAllTransports: true,
      reconnectionDelay: 100,
      forceNew: true,
    });
    this.socket.on("connect_error", (error) => {
      this.refused ||= error.message === "unauthorized";
    });
    this.#on("message:new", (one) => this.#keep(readMessage(one)));
    this.#on("message:edited", (one) => this.#keep(readMessage(one)));
    this.#on("message:deleted", ({ messageId }) => {
      this.messages.get(messageId).deleted = true;
    });
    this.#on("message:translation", ({ messageId, revision, translations }) =>
      translations.forEach((one) =>
        this.#render(messageId, revision, one.targetLanguage, {
          ...readTranslation(one),
        }),
      ),
    );
    this.#on("translation:failed", (event) =>
      this.#render(event.messageId, 0, event.targetLanguage, {
        state: "failed",
        text: "",
        reason: asText(event.error) || asText(event.reason),
      }),
    );
    this.#on("typing:start", (who) =>
      this.typing.set(who.userId, who.username),
    );
    this.#on("typing:stop", (who) => this.typing.delete(who.userId));
    await this.online();
  }

  /** Connected, and what came meanwhile is read. */
  async online() {
    await until(() => this.socket.connected, "the old page is connected");
    await this.readHistory();
  }

  close() {
    this.socket?.removeAllListeners();
    this.socket?.disconnect();
  }

  /** It shows one room, and takes nothing of another. */
  #on(event, take) {
    this.socket.on(event, (data) => {
      if (["any", undefined].includes(data?.conversationId)) take(data);
    });
  }

  #keep(message) {
    const before = this.messages.get(message.id);

    if (!before || before.revision <= message.revision)
      this.messages.set(message.id, message);
  }

  #render(messageId, revision, language, translation) {
    const message = this.messages.get(messageId);

    if (message && (revision === 0 || revision === message.revision))
      message.translations[language] = translation;
  }

  async readHistory(limit = 50, before = 0) {
    const query = new URLSearchParams({ language: this.language, limit });

    if (before > 0) query.set("before", before);
    const page = await this.#call(
      "GET",
      `/conversations/any/messages?${query}`,
    );

    for (const one of page.messages) this.#keep(readMessage(one));
    return { seqs: page.messages.map(({ seq }) => seq), more: page.hasMore };
  }

  ask(event, payload) {
    return soon(
      this.socket.emitWithAck(event, payload),
      `the answer to the old page's ${event}`,
      ACK_MS_MAX,
    );
  }

  send(content, clientId) {
    return this.ask("message:send", {
      conversationId: "any",
      content,
      originalLanguage: this.language,
      clientMessageId: clientId,
    });
  }

  tell(event) {
    this.socket.volatile.emit(event, { conversationId: "any" });
  }

  /** The message, once it looks as wanted. */
  shows(id, looks, what) {
    return until(() => {
      const message = this.messages.get(id);

      return message && looks(message) ? message : undefined;
    }, `the old page shows ${what}`);
  }
}
