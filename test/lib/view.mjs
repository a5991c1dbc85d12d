// SPDX-License-Identifier: ISC
import { call } from "./api.mjs";
import { pause } from "./wait.mjs";

const SLOW_DOWN_MS = 100; // when the gateway says so

const QUOTE_CHARS = 200;
const start = (text) => [...text].slice(0, QUOTE_CHARS).join("");

/** What replies show of a message, to readers of a language. */
function quoteOf(message, language) {
  const { id, senderId, sender, content, originalLanguage } = message;
  const { revision, isDeleted } = message;
  const translations = message.translations
    .filter((one) => one.targetLanguage === language && one.state === "ready")
    .map(({ targetLanguage, translatedContent, quality, doubt }) => ({
      targetLanguage,
      translatedContent: start(translatedContent),
      quality,
      ...(doubt ? { doubt } : {}),
    }));

  return {
    ...{ id, senderId, sender, content: start(content), originalLanguage },
    ...{ revision, isDeleted, translations },
  };
}

/**
 * A client's picture of one room in one language, kept by `sync` alone: a
 * cursor, and messages by id as the gateway last told them.  The law:
 * apply(sync(cursor), old view) is what a fresh load shows.
 */
export class View {
  messages = new Map();
  epoch = undefined;
  offset = undefined;
  gone = false;
  readers = new Map(); // who has read how far
  pages = 0;
  fresh = 0; // times that everything was read anew
  #replies = new Map(); // their ids, by what they reply to, known or not

  constructor(url, token, language, room = "any") {
    Object.assign(this, { url, token, language, room });
  }

  async #get(method, path, body) {
    const answer = await call(this.url, method, path, {
      token: this.token,
      body,
    });

    if (answer.status === 429) {
      await pause(SLOW_DOWN_MS);
      return this.#get(method, path, body);
    }
    if (!answer.body?.success)
      throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.body.data;
  }

  /** What a client that knows nothing shows: the whole history. */
  async load() {
    const found = new Map();
    let after = 0;

    for (;;) {
      const { messages } = await this.#get(
        "GET",
        `/conversations/${this.room}/messages?limit=100&after=${after}` +
          `&language=${this.language}`,
      );

      if (messages.length === 0) return found;
      for (const message of messages) found.set(message.id, message);
      after = messages.at(-1).seq;
    }
  }

  async loadReaders() {
    const list = await this.#get("GET", `/conversations/${this.room}/readers`);

    return new Map(list.map(({ userId, readSeq }) => [userId, readSeq]));
  }

  mark({ userId, readSeq }) {
    if (readSeq === null) this.readers.delete(userId);
    else this.readers.set(userId, readSeq);
  }

  keep(message) {
    this.messages.set(message.id, message);
    this.#quoteIn(message.id);
    for (const id of this.#replies.get(message.id) ?? []) this.#quoteIn(id);
  }

  /** What is known of a message is what its replies show of it. */
  #quoteIn(id) {
    const message = this.messages.get(id);
    const quoted = this.messages.get(message?.replyToId);

    if (message?.replyToId) {
      const replies = this.#replies.get(message.replyToId);

      if (replies) replies.add(id);
      else this.#replies.set(message.replyToId, new Set([id]));
    }
    if (quoted)
      this.messages.set(id, {
        ...message,
        replyTo: quoteOf(quoted, this.language),
      });
  }

  /** The same of all that were put there together. */
  quote() {
    for (const id of this.messages.keys()) this.#quoteIn(id);
  }

  /** One page; true when nothing is behind any more. */
  async step(limit = 200) {
    const { language } = this;
    const { epoch, rooms } = await this.#get("POST", "/sync", {
      epoch: this.epoch,
      language,
      limit,
      rooms: [{ conversationId: this.room, offset: this.offset }],
    });
    const [room] = rooms;

    if (language !== this.language) return false; // asked too early
    this.pages++;
    this.gone = room.gone === true;
    if (this.gone) {
      this.messages.clear();
      this.offset = undefined;
      return true;
    }
    if (room.anew) {
      this.fresh++;
      const readers = await this.loadReaders();
      const messages = await this.load(); // last: it has what came meanwhile

      if (language !== this.language) return false;
      this.messages = messages;
      this.readers = readers;
      this.quote(); // of what came while the history was being read, too
    } else {
      for (const message of room.messages) this.keep(message);
      for (const reader of room.readers) this.mark(reader);
    }
    Object.assign(this, { epoch, offset: room.offset });
    return room.anew || room.behind === 0;
  }

  async catchUp(limit) {
    while (!(await this.step(limit)));
  }

  /** Read in another language from now on: nothing is known in it yet. */
  read(language) {
    this.language = language;
    this.offset = undefined;
  }

  /** In the order of the room. */
  list() {
    return [...this.messages.values()].sort((a, b) => a.seq - b.seq);
  }
}
