// SPDX-License-Identifier: ISC
// People for the law of sync: what they do, and the pictures that they have.
import { call } from "./api.mjs";
import { Asked } from "./asked.mjs";
import { Person } from "./person.mjs";
import { View } from "./view.mjs";
import { pause, until } from "./wait.mjs";

const PAUSE_MS_MAX = 120;
const RETRY_MS = 200;
const BACK_MS_MAX = 60_000;

const languageOf = (one) => one.targetLanguage;
const without = (list, language) =>
  list.filter((one) => languageOf(one) !== language);

const NO_MARKS = { marks: 0, reactions: [] };
const marksOf = ({ marks, reactions, pinnedAt }) => ({
  ...{ marks, reactions },
  ...(pinnedAt ? { pinnedAt } : {}),
});

/** What is said under a message: the state with more changes is newer. */
function threadOf(old, next) {
  const changes = (message) => message.thread?.changes ?? 0;
  const { thread } = changes(next) >= changes(old) ? next : old;

  return thread ? { thread } : {};
}

/** The same message twice, in any order: what is further stays. */
function merge(old, next) {
  if (!old) return { ...NO_MARKS, ...next };
  const { pinnedAt: _, thread: __, ...rest } = mergeText(old, next);
  const text = { ...rest, ...threadOf(old, next) };

  if (text.isDeleted) return { ...text, reactions: [] };
  return { ...text, ...marksOf((next.marks ?? -1) >= old.marks ? next : old) };
}

function mergeText(old, next) {
  if (next.isDeleted) return next;
  if (old.isDeleted || next.revision < old.revision) return old;
  if (next.revision > old.revision) return next;
  const ready = old.translations.filter(({ state }) => state === "ready");
  const rest = next.translations.filter(
    (one) => !ready.some((kept) => languageOf(kept) === languageOf(one)),
  );

  return { ...next, translations: [...ready, ...rest] };
}

/** A picture as a client has it: sync after every connection, then live. */
class Live extends View {
  #run = 0;
  #synced = false;
  #missed = false; // an event about a message that is on its way by sync

  keep(message) {
    super.keep(merge(this.messages.get(message.id), message));
  }

  async load() {
    const fresh = await super.load();

    const newest = Math.max(0, ...[...fresh.values()].map(({ seq }) => seq));

    for (const [id, message] of fresh)
      fresh.set(id, merge(this.messages.get(id), message));
    for (const [id, message] of this.messages)
      // came meanwhile
      if (message.seq > newest) fresh.set(id, message);
    return fresh;
  }

  lost() {
    this.#run++;
    this.#synced = false;
  }

  async follow() {
    const run = ++this.#run;

    this.#synced = false;
    while (run === this.#run && !this.#synced) {
      try {
        this.#missed = false;
        const done = await this.step();

        if (done && !this.#missed && run === this.#run) this.#synced = true;
      } catch {
        await pause(RETRY_MS); // the gateway is dead for the moment
      }
    }
  }

  on(name, data) {
    const old = this.messages.get(data.messageId ?? data.id);

    if (name === "reader:updated") this.mark(data);
    else if (name === "message:new" || name === "message:edited")
      this.keep(data);
    else if (!old) this.#missed = true;
    else if (name === "message:thread")
      this.keep({ ...old, thread: data.thread });
    else if (name === "message:deleted") {
      const { files: _, ...rest } = old;

      this.keep({ ...rest, isDeleted: true, content: "", translations: [] });
    } else if (data.revision > old.revision) this.#missed = true;
    else if (name === "message:translation" && old.revision === data.revision)
      for (const one of data.translations) this.#translated(old, one);
    // An earlier one is on its way by sync, and brings this one too.
    else if (data.marks > old.marks + 1) this.#missed = true;
    else if (data.marks > old.marks) this.#marked(old, data);
    if (this.#synced && data.offset > this.offset) this.offset = data.offset;
  }

  #translated(old, one) {
    if (old.isDeleted || languageOf(one) !== this.language) return;
    const translations = [...without(old.translations, this.language), one];

    super.keep({ ...old, translations });
  }

  #marked(old, data) {
    const { pinnedAt, ...rest } = { ...old, marks: data.marks };

    if (old.isDeleted) return;
    if (data.emoji) {
      const before = old.reactions.find(({ emoji }) => emoji === data.emoji);
      const others = old.reactions.filter((one) => one !== before);
      const own = data.userId === this.me ? data.added : !!before?.own;
      const { emoji, count } = data;

      if (pinnedAt) rest.pinnedAt = pinnedAt;
      rest.reactions = count ? [...others, { emoji, count, own }] : others;
    } else if (data.pinnedAt) rest.pinnedAt = data.pinnedAt;
    this.messages.set(old.id, rest);
  }
}

export class Actor {
  acknowledged = [];
  operations = 0;
  views = new Map(); // by sync alone
  live = new Map();
  mine = []; // ids of messages
  #said = 0;
  #own = undefined; // the group that this one has made

  static async enter(house, name, language, random) {
    const actor = new Actor();
    const person = await Person.enter(house.url, name, language);

    Object.assign(actor, { house, person, language, random });
    house.people.push(person);
    actor.asked = new Asked(person.url, person.token);
    await actor.asked.catchUp(); // before anybody can be asked
    await person.connect();
    person.socket.onAny((event, data) => actor.#heard(event, data));
    person.socket.on("connect", () => actor.#followAll());
    person.socket.on("disconnect", () => {
      for (const live of actor.live.values()) live.lost();
    });
    actor.#know("any");
    return actor;
  }

  #know(room) {
    const { url, token } = this.person;

    for (const [kind, Picture] of [
      ["views", View],
      ["live", Live],
    ])
      if (!this[kind].has(room))
        this[kind].set(
          room,
          Object.assign(new Picture(url, token, this.language, room), {
            me: this.person.user.id,
          }),
        );
    void this.live.get(room).follow();
  }

  #followAll() {
    for (const live of this.live.values()) void live.follow();
  }

  #heard(event, data) {
    const live = this.live.get(data?.conversationId);

    this.person.events.length = 0; // what was heard is in the pictures
    if (event === "conversation:added") this.#know(data.conversationId);
    else if (event === "conversation:removed") void live?.follow();
    else live?.on(event, data);
  }

  async #call(method, path, body) {
    const { url, token } = this.person;
    const answer = await call(url, method, path, { token, body });

    return answer.body?.success ? (answer.body.data ?? {}) : undefined;
  }

  /** Make a group with these people in it; its id. */
  async found(actors) {
    const { id } = await this.#call("POST", "/conversations", {
      type: "group",
      title: `of ${this.person.username}`,
      participantIds: actors.map(({ person }) => person.user.id),
    });

    this.#own = id;
    for (const actor of [this, ...actors]) actor.#know(id);
    return id;
  }

  // ---- what people do ----

  /** Until there is an answer, under one clientMessageId. */
  async #send(rooms) {
    const conversationId = this.random.pick(["any", ...rooms]);
    const clientMessageId = `${this.person.username}-${++this.#said}`;
    const fileIds =
      this.random.unit() < 0.1 ? await this.#attach(conversationId) : {};
    const threadId =
      this.random.unit() < 0.2 ? this.#root(conversationId) : undefined;
    const message = {
      ...(threadId ? { threadId } : {}),
      ...fileIds,
      conversationId,
      content: `said ${clientMessageId}`,
      originalLanguage: this.language,
      clientMessageId,
      ...(this.random.unit() < 0.3
        ? { replyToId: this.#known(conversationId) }
        : {}),
    };
    let answer;

    while (!answer || answer.code === "BUSY") {
      answer = await this.#emit("message:send", message).catch(() => {});
      if (!answer) await pause(RETRY_MS);
    }
    if (!answer.success) return; // put out of the room
    this.acknowledged.push(answer.data.messageId);
    this.mine.push(answer.data.messageId);
  }

  /** A message that others may be said under, or undefined. */
  #root(room) {
    const messages = [...(this.views.get(room)?.messages.values() ?? [])];

    return this.random.pick(
      messages.filter((one) => !one.threadId && !one.isDeleted).slice(-5),
    )?.id;
  }

  /** A file for a message, if the gateway lives. */
  async #attach(room) {
    const { url, token } = this.person;
    const answer = await call(url, "POST", `/conversations/${room}/files`, {
      token,
      body: `file ${this.#said}`,
    }).catch(() => {});

    return answer?.body?.success ? { fileIds: [answer.body.data.id] } : {};
  }

  /** Some message that this one knows of, or undefined. */
  #known(room = this.random.pick([...this.views.keys()])) {
    return this.random.pick([...(this.views.get(room)?.messages.keys() ?? [])]);
  }

  async #react() {
    const event = this.random.pick(["add", "add", "remove"]);
    const messageId = this.#known();
    const emoji = this.random.pick(["👍", "❤️", "😂"]);

    if (messageId) await this.#emit(`reaction:${event}`, { messageId, emoji });
  }

  async #read() {
    const [conversationId, view] = this.random.pick([...this.views]);
    const seq = this.random.below(view.messages.size + 1);

    await this.#emit("conversation:read", { conversationId, seq });
  }

  async #hide() {
    await this.#emit("reads:set", { hidden: this.random.unit() < 0.5 });
  }

  async #pin() {
    const event = this.random.pick(["pin", "unpin"]);
    const messageId = this.#known(this.#own);

    if (messageId) await this.#emit(`message:${event}`, { messageId });
  }

  #emit(event, payload) {
    return this.person.socket.timeout(2_000).emitWithAck(event, payload);
  }

  async #edit() {
    const mine = this.random.pick(this.mine);
    const content = `edited ${this.#said++}`;

    if (mine) await this.#emit("message:edit", { messageId: mine, content });
  }

  async #delete() {
    const mine = this.random.pick(this.mine);

    if (mine) await this.#emit("message:delete", { messageId: mine });
  }

  async #ask() {
    const known = [...this.views.get("any").messages.keys()];

    if (known.length > 0)
      await this.#emit("request_translation", {
        messageId: this.random.pick(known),
        targetLanguage: this.language,
      });
  }

  /** Until it is sure: an answer that was lost leaves the old or the new. */
  async #readIn(language) {
    while (
      !(await this.#call("PATCH", "/users/me", { language }).catch(() => {}))
    )
      await pause(RETRY_MS);
    this.language = language;
    for (const picture of [...this.views.values(), ...this.live.values()])
      picture.read(language);
    this.#followAll();
  }

  async #away() {
    this.person.socket.disconnect();
    await pause(this.random.below(600));
    this.person.socket.connect();
  }

  async #member(actors) {
    if (!this.#own) return;
    const { user } = this.random.pick(actors).person;
    const path = `/conversations/${this.#own}/participants`;

    if (user.id === this.person.user.id) return;
    const ban = `/conversations/${this.#own}/bans/${user.id}`;
    const role = this.random.pick(["reader", "member", "moderator"]);
    const [method, at, body] = this.random.pick([
      ["POST", path, { userId: user.id }],
      ["POST", path, { userId: user.id }],
      ["DELETE", `${path}/${user.id}`],
      ["PATCH", `${path}/${user.id}`, { role }],
      ["PUT", `${path}/${user.id}/mute`, { seconds: 1 }],
      ["DELETE", `/conversations/${this.#own}/invitations/${user.id}`],
      ["PUT", ban],
      ["DELETE", ban],
      ["PATCH", `/conversations/${this.#own}`, { title: `${this.#said}` }],
    ]);

    await this.#call(method, at, body);
  }

  /** From now on one is asked first, or is not. */
  async #wish() {
    const addedBy = this.random.pick(["everybody", "nobody"]);

    await this.#call("PUT", "/users/me/consent", { addedBy });
  }

  async #answer() {
    const room = this.random.pick([...this.asked.invitations.keys()]);
    const [method, more] = this.random.pick([
      ["POST", "/accept"],
      ["DELETE", ""],
    ]);

    if (!room) await this.asked.step(this.random.pick([1, 50]));
    else await this.#call(method, `/users/me/invitations/${room}${more}`, {});
  }

  #sync() {
    return this.random
      .pick([...this.views.values()])
      .step(this.random.pick([1, 5, 50]));
  }

  #one(actors, rooms) {
    const dice = this.random.below(118);

    if (dice < 33) return this.#send(rooms);
    if (dice < 42) return this.#react();
    if (dice < 45) return this.#pin();
    if (dice < 52) return this.#read();
    if (dice < 53) return this.#hide();
    if (dice < 65) return this.#edit();
    if (dice < 70) return this.#delete();
    if (dice < 75) return this.#ask();
    if (dice < 78)
      return this.#readIn(this.random.pick(["en", "fr", "es", "ca"]));
    if (dice < 83) return this.#away();
    if (dice < 90) return this.#member(actors);
    if (dice < 95) return this.#wish();
    if (dice < 100) return this.#answer();
    return this.#sync();
  }

  async act(actors, rooms, over) {
    while (!over()) {
      // What fails because the gateway is dead has happened or has not.
      await this.#one(actors, rooms).catch(() => {});
      this.operations++;
      await pause(this.random.below(PAUSE_MS_MAX));
    }
  }

  // ---- afterwards ----

  async rest() {
    if (!this.person.socket.connected) this.person.socket.connect();
    await until(
      () => this.person.socket.connected,
      `${this.person.username} is back`,
      BACK_MS_MAX,
    );
  }
}
