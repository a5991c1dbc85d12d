// SPDX-License-Identifier: ISC
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { call } from "../lib/api.mjs";
import { House } from "../lib/house.mjs";
import { pause, until } from "../lib/wait.mjs";

let house;

before(async () => {
  house = await House.build({ GATEWAY_RATE_MESSAGES: "500" });
  house.gateway.start(); // no translator: messages do not need one
  await house.answering();
});
after(() => house.close());

const emit = (person, event, data) =>
  person.socket.timeout(5_000).emitWithAck(event, data);
const group = async (owner, ...others) => {
  const answer = await call(house.url, "POST", "/conversations", {
    token: owner.token,
    body: {
      type: "group",
      title: "Kitchen",
      participantIds: others.map(({ user }) => user.id),
    },
  });

  assert.equal(answer.status, 201);
  return answer.body.data.id;
};

test("the ack comes before the message, and both say the same", async () => {
  const a = await house.guest("A", "fr");
  const b = await house.guest("B", "en");
  const ack = await a.send("Salut !", { clientMessageId: "c-1" });
  const { data, order } = await a.sees(
    "message:new",
    (m) => m.id === ack.messageId,
  );
  const sent = await a.sees("message_sent");

  assert.ok(ack.order < order);
  assert.equal(sent.data.status, "message_saved");
  assert.equal(data.clientMessageId, "c-1");
  assert.equal(data.seq, ack.seq);
  assert.equal(data.originalLanguage, "fr");
  assert.equal(data.sender.displayName, "A");
  await b.sees("message:new", (m) => m.content === "Salut !");
});

test("the language of a message is seen from its text unless its writer says it", async () => {
  const a = await house.guest("A", "fr");
  const b = await house.guest("B", "fr");
  const language = async (content, originalLanguage) => {
    const { messageId } = await a.send(content, { originalLanguage });
    const { data } = await b.sees("message:new", (m) => m.id === messageId);

    return data.originalLanguage;
  };

  assert.equal(await language("where is the station, please?", "auto"), "en");
  assert.equal(await language("où est la gare ?", "auto"), "fr");
  assert.equal(await language("ok", "auto"), "fr"); // what its writer reads
  assert.equal(await language("no puedo venir mañana"), "es");
  assert.equal(await language("where is the station?", "en-GB"), "en");
});

test("a message sent twice under one client id is one message", async () => {
  const a = await house.guest("A", "fr");
  const b = await house.guest("B", "en");
  const more = { clientMessageId: "same" };
  const [one, two] = await Promise.all([
    a.send("un", more),
    a.send("un", more),
  ]);
  const three = await a.send("un", more);
  const other = await b.send("autre", more); // another sender's id

  assert.equal(one.messageId, two.messageId);
  assert.equal(one.seq, three.seq);
  assert.notEqual(other.messageId, one.messageId);
  await b.sees("message:new", (m) => m.id === other.messageId);
  assert.equal(
    b.all("message:new").filter(({ data }) => data.id === one.messageId).length,
    1,
  );
});

test("a client id that names a message elsewhere saves nothing, and says so", async () => {
  const a = await house.guest("A", "fr");
  const room = await group(a);

  await a.send("un", { clientMessageId: "1" });
  const answer = await emit(a, "message:send", {
    conversationId: room,
    content: "autre chose",
    clientMessageId: "1",
  });

  assert.equal(answer.success, false);
  assert.equal(answer.code, "CONFLICT");
});

test("a conversation is made with those who are named, or not at all", async () => {
  const a = await house.guest("A", "fr");
  const make = (body) =>
    call(house.url, "POST", "/conversations", { token: a.token, body });

  for (const participantIds of ["abc", { 0: "a" }, 7, [7], ["nobody"]]) {
    const { status } = await make({
      type: "group",
      title: "Kitchen",
      participantIds,
    });

    assert.ok(status === 400 || status === 404, JSON.stringify(participantIds));
  }
  const alone = await make({ type: "direct", participantIds: [a.user.id] });

  assert.equal(alone.status, 400);
});

test("everybody sees one order, without gaps", async () => {
  const people = await Promise.all(
    ["fr", "en", "es"].map((language, i) => house.guest(`P${i}`, language)),
  );
  const room = await group(...people);

  await Promise.all(
    people.flatMap((person) =>
      Array.from({ length: 50 }, (_, i) =>
        person.send(`${person.username} ${i}`, { conversationId: room }),
      ),
    ),
  );
  const seqs = people.map(
    (person) => () =>
      person
        .all("message:new")
        .filter(({ data }) => data.conversationId === room)
        .map(({ data }) => data.seq),
  );

  for (const list of seqs)
    await until(() => list().length === 150, "150 messages arrived");
  for (const list of seqs)
    assert.deepEqual(
      list(),
      Array.from({ length: 150 }, (_, i) => i + 1),
    );
});

test("nobody gets a byte of a room they are not in", async () => {
  const [a, b, stranger] = await Promise.all([
    house.guest("A", "fr"),
    house.guest("B", "fr"),
    house.guest("Stranger", "fr"),
  ]);
  const room = await group(a, b);
  const secret = "le code est 4711";
  const { messageId } = await a.send(secret, { conversationId: room });

  await b.sees("message:new", (m) => m.id === messageId);
  for (const [event, data] of [
    ["conversation:join", { conversationId: room }],
    ["message:send", { conversationId: room, content: "let me in" }],
    ["message:edit", { messageId, content: "mine now" }],
    ["message:delete", { messageId }],
    ["request_translation", { messageId, targetLanguage: "en" }],
    ["typing:start", { conversationId: room }],
  ]) {
    const answer = await emit(stranger, event, data);

    assert.equal(answer.success, false, event);
    assert.ok(["FORBIDDEN", "NOT_FOUND"].includes(answer.code), event);
  }
  for (const path of ["", "/messages", "/messages?limit=5&after=1"]) {
    const answer = await call(
      house.url,
      "GET",
      `/conversations/${room}${path}`,
      {
        token: stranger.token,
      },
    );

    assert.equal(answer.status, 404);
  }
  const post = await call(
    house.url,
    "POST",
    `/conversations/${room}/messages`,
    {
      token: stranger.token,
      body: { content: "let me in" },
    },
  );

  assert.equal(post.status, 403);
  assert.ok(!JSON.stringify(stranger.events).includes("4711"));
  const mine = await stranger.get("/conversations");

  assert.deepEqual(
    mine.map(({ id }) => id),
    ["any"],
  );
});

test("bad input gets a clear error and saves nothing", async () => {
  const a = await house.guest("A", "fr");
  const before = (await a.history()).length;
  const cases = [
    {},
    { content: "" },
    { content: " \n\t\u00a0\u200b" },
    { content: 5 },
    { content: null },
    { content: "x".repeat(4001) },
    { content: "nul \u0000 byte" },
    { content: "x", conversationId: "nowhere" },
    { content: "x", conversationId: 7 },
    { content: "x", conversationId: { $ne: null } },
    { content: "x", originalLanguage: "not-a-language" },
    { content: "x", clientMessageId: "x".repeat(65) },
    { content: "x", replyToId: "../../etc" },
  ];

  for (const wrong of cases) {
    const answer = await emit(a, "message:send", {
      conversationId: "any",
      ...wrong,
    });

    assert.equal(answer.success, false, JSON.stringify(wrong));
    assert.ok(answer.error && answer.code, JSON.stringify(wrong));
  }
  for (const junk of [undefined, null, 1, "x", [], [[]]])
    assert.equal((await emit(a, "message:send", junk)).success, false);
  assert.equal((await emit(a, "no:such:event", {})).success, false);
  a.socket.emit("message:send", { conversationId: "nowhere", content: "x" });
  await a.sees("error", (e) => e.code === "FORBIDDEN"); // not silent
  assert.equal((await a.history()).length, before);
  assert.ok((await a.send("x".repeat(4000))).messageId);
});

test("an edit and a deletion reach everybody and the history", async () => {
  const a = await house.guest("A", "fr");
  const b = await house.guest("B", "en");
  const { messageId } = await a.send("Bonjor");

  assert.equal(
    (await emit(b, "message:edit", { messageId, content: "Hi" })).success,
    false,
  );
  assert.equal(
    (await emit(a, "message:edit", { messageId, content: "Bonjour" })).success,
    true,
  );
  const edited = await b.sees("message:edited", (m) => m.id === messageId);

  assert.equal(edited.data.content, "Bonjour");
  assert.equal(edited.data.revision, 2);
  assert.equal(edited.data.isEdited, true);
  assert.equal((await emit(b, "message:delete", { messageId })).success, false);
  assert.equal((await emit(a, "message:delete", { messageId })).success, true);
  await b.sees("message:deleted", (m) => m.messageId === messageId);
  const [last] = (await b.history()).slice(-1);

  assert.equal(last.id, messageId);
  assert.equal(last.isDeleted, true);
  assert.equal(last.content, "");
  assert.equal(
    (await emit(a, "message:edit", { messageId, content: "again" })).success,
    false,
  );
});

test("history is paged both ways", async () => {
  const a = await house.guest("A", "fr");
  const room = await group(a);

  for (let i = 1; i <= 25; i++) await a.send(`m${i}`, { conversationId: room });
  const page = async (query) => {
    const { messages, hasMore } = await a.get(
      `/conversations/${room}/messages?${query}`,
    );

    return [messages.map(({ seq }) => seq), hasMore];
  };
  const range = (first, last) =>
    Array.from({ length: last - first + 1 }, (_, i) => first + i);

  assert.deepEqual(await page("limit=10"), [range(16, 25), true]);
  assert.deepEqual(await page("limit=10&before=16"), [range(6, 15), true]);
  assert.deepEqual(await page("limit=10&before=6"), [range(1, 5), false]);
  assert.deepEqual(await page("limit=10&after=10"), [range(11, 20), true]);
  assert.deepEqual(await page("limit=10&after=20"), [range(21, 25), false]);
  assert.deepEqual(await page("limit=10&after=25"), [[], false]);
  for (const query of ["limit=0", "limit=201", "limit=x", "before=-1"]) {
    const path = `/conversations/${room}/messages?${query}`;

    assert.equal(
      (await call(house.url, "GET", path, { token: a.token })).status,
      400,
    );
  }
});

test("a message by REST goes the same way", async () => {
  const a = await house.guest("A", "fr");
  const b = await house.guest("B", "en");
  const answer = await call(house.url, "POST", "/conversations/any/messages", {
    token: a.token,
    body: { content: "par REST", clientMessageId: "rest-1" },
  });
  const again = await call(house.url, "POST", "/conversations/any/messages", {
    token: a.token,
    body: { content: "par REST", clientMessageId: "rest-1" },
  });

  assert.equal(answer.status, 201);
  assert.equal(again.status, 200);
  assert.deepEqual(again.body.data.messageId, answer.body.data.messageId);
  await b.sees("message:new", (m) => m.content === "par REST");
});

test("leaving a room stops its events, joining starts them again", async () => {
  const a = await house.guest("A", "fr");
  const b = await house.guest("B", "en");

  assert.equal(
    (await emit(b, "conversation:leave", { conversationId: "any" })).success,
    true,
  );
  await b.sees("conversation:left");
  await a.send("while away");
  assert.equal(
    (await emit(b, "conversation:join", { conversationId: "any" })).success,
    true,
  );
  await b.sees("conversation:joined");
  await a.send("back again");
  await b.sees("message:new", (m) => m.content === "back again");
  assert.equal(
    b.find("message:new", (m) => m.content === "while away"),
    undefined,
  );
});

test("typing is told to the others only", async () => {
  const a = await house.guest("A", "fr");
  const b = await house.guest("B", "en");

  a.socket.emit("typing:start", { conversationId: "any" });
  const { data } = await b.sees("typing:start");

  assert.equal(data.userId, a.user.id);
  assert.equal(data.username, "A");
  assert.equal(a.find("typing:start"), undefined);
});

test("a user's sockets all see, and one leaving does not end the others", async () => {
  const a = await house.guest("A", "fr");
  const twin = Object.assign(Object.create(Object.getPrototypeOf(a)), a, {
    events: [],
  });

  await twin.connect();
  await a.send("pour deux");
  await twin.sees("message:new", (m) => m.content === "pour deux");
  twin.leave();
  await a.send("encore");
  await a.sees("message:new", (m) => m.content === "encore");
});

test("a flood is refused and the rest of the house stays quick", async () => {
  const flooded = await House.build({ GATEWAY_RATE_MESSAGES: "10" });

  try {
    flooded.gateway.start();
    await flooded.answering();
    const a = await flooded.guest("A", "fr");
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, i) =>
        emit(a, "message:send", { conversationId: "any", content: `f${i}` }),
      ),
    );
    const refused = answers.filter(({ success }) => !success);

    assert.ok(refused.length >= 100);
    assert.ok(refused.every(({ code }) => code === "RATE"));
    assert.equal((await flooded.health()).services.database.status, "healthy");
  } finally {
    await flooded.close();
  }
});

test("SIGTERM under load loses no acknowledged message", async () => {
  const a = await house.guest("A", "fr");
  const room = await group(a);
  const acked = [];
  let stopping = false;
  const sending = (async () => {
    for (let i = 0; !stopping; i++) {
      a.socket
        .timeout(10_000)
        .emitWithAck("message:send", { conversationId: room, content: `s${i}` })
        .then((ack) => ack.success && acked.push(ack.data.messageId))
        .catch(() => {});
      if (i % 20 === 19) await pause(5);
    }
  })();

  await until(() => acked.length > 50, "some are acknowledged");
  await house.gateway.stop(); // asserts exit code 0
  stopping = true;
  await sending;
  house.gateway.start();
  await house.answering();
  const stored = new Set((await a.history(0, room)).map(({ id }) => id));

  for (const id of acked) assert.ok(stored.has(id), `${id} was lost`);
});
