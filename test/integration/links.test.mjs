// SPDX-License-Identifier: ISC
// Invitations: what a link shows and to whom, who comes in by it, what a guest
// who did has, and what is left when it ends.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { asker, call } from "../lib/api.mjs";
import { House } from "../lib/house.mjs";
import { Person } from "../lib/person.mjs";
import { until } from "../lib/wait.mjs";

const PASSWORD = "correct horse battery";
let house, ann, ben;
let made = 0;

before(async () => {
  house = await House.build({
    GATEWAY_RATE_MESSAGES: "1000",
    GATEWAY_RATE_GUESTS: "1000",
  });
  house.gateway.start();
  await house.answering();
  [ann, ben] = await Promise.all(
    ["ann", "ben"].map((name) => house.guest(name, "fr")),
  );
});
after(() => house.close());

const { ask, good, refused } = asker(() => house);

const group = (title = "Kitchen") =>
  good(ann, "POST", "/conversations", { type: "group", title });

const link = (conversationId, more) =>
  good(ann, "POST", "/links", { conversationId, ...more });

/** Somebody who comes in by a link. */
async function visitor(token, more = {}) {
  const person = new Person();
  const { token: session, user } = await good(
    undefined,
    "POST",
    `/anonymous/join/${token}`,
    { username: `v${++made}`, language: "fr", ...more },
  );

  Object.assign(person, { url: house.url, token: session, user });
  house.people.push(person);
  await person.connect();
  return person;
}

test("a link shows the name of its room, and nobody in it", async () => {
  const { id } = await group();
  const made = await link(id, { guests: true, language: "es", name: "poster" });
  const info = await call(house.url, "GET", `/anonymous/link/${made.token}`);

  assert.deepEqual(info.body.data, {
    title: "Kitchen",
    description: "",
    role: "member",
    guests: true,
    language: "es",
  });
  assert.ok(!info.text.includes("ann"));
  const listed = await ask(ann, "GET", `/conversations/${id}/links`);

  assert.deepEqual(listed.body.data[0].name, "poster");
  assert.ok(!listed.text.includes(made.token), "a token is told once");
});

test("what is no link, expired or revoked is the same to everybody", async () => {
  const { id } = await group();
  const [ended, once] = await Promise.all([
    link(id, { guests: true }),
    link(id, { guests: true, maxUses: 1 }),
  ]);

  await good(ann, "DELETE", `/conversations/${id}/links/${ended.id}`);
  await visitor(once.token);
  const nothing = "A".repeat(43);
  const answers = await Promise.all(
    [ended.token, once.token, nothing, "x"].flatMap((token) => [
      refused(undefined, "GET", `/links/${token}`),
      refused(ben, "POST", `/conversations/join/${token}`),
      refused(undefined, "POST", `/anonymous/join/${token}`, {
        username: "eve",
        language: "fr",
      }),
    ]),
  );

  assert.deepEqual(
    new Set(answers),
    new Set(["404 this link is not valid any more"]),
  );
});

test("moderators make links, members and outsiders do not", async () => {
  const { id } = await group();

  assert.match(
    await refused(ben, "POST", "/links", { conversationId: id }),
    /^404/,
  );
  const { token } = await link(id);
  const joined = await good(ben, "POST", `/conversations/join/${token}`);

  assert.equal(joined.id, id);
  assert.equal(joined.role, "member");
  await ann.sees(
    "conversation:updated",
    (d) => d.member?.userId === ben.user.id,
  );
  assert.match(
    await refused(ben, "POST", "/links", { conversationId: id }),
    /^403/,
  );
  assert.match(
    await refused(undefined, "POST", `/anonymous/join/${token}`, {
      username: "eve",
      language: "fr",
    }),
    /^403/,
  );
});

test("a guest by a link has its room and no other", async () => {
  const { id } = await group();
  const { token } = await link(id, { guests: true });
  const guest = await visitor(token);

  assert.deepEqual(
    (await good(guest, "GET", "/conversations")).map((one) => one.id),
    [id],
  );
  await ann.sees(
    "conversation:updated",
    (d) => d.conversationId === id && d.member?.userId === guest.user.id,
  );
  await guest.send("Salut", { conversationId: id });
  await ann.sees("message:new", (d) => d.senderId === guest.user.id);
  const hall = await good(ben, "POST", "/conversations", {
    type: "public",
    title: "Hall",
  });

  for (const [method, path, body] of [
    ["GET", "/conversations/public"],
    ["POST", `/conversations/${hall.id}/join`],
    ["POST", "/conversations", { type: "group", title: "Mine" }],
    ["POST", `/conversations/${id}/participants`, { userId: ben.user.id }],
  ])
    assert.match(
      await refused(guest, method, path, body),
      /^403 make an account first/,
      path,
    );
  for (const path of ["any", hall.id])
    assert.match(
      await refused(guest, "GET", `/conversations/${path}/messages`),
      /^404/,
    );
  await assert.rejects(guest.send("Salut"), /FORBIDDEN/);
  await ben.send("Bonjour"); // in the public room
  await ann.sees("message:new", (d) => d.content === "Bonjour");
  await guest.send("encore", { conversationId: id });
  await guest.sees("message:new", (d) => d.content === "encore");
  assert.ok(
    guest.all("message:new").every(({ data }) => data.conversationId === id),
  );
});

test("a link lets in so many guests at once, who read only if it says so", async () => {
  const { id } = await group();
  const { token } = await link(id, {
    guests: true,
    maxGuests: 1,
    role: "reader",
    language: "es",
  });
  const first = await visitor(token, { language: undefined });

  assert.equal(first.user.language, "es");
  await assert.rejects(first.send("Hola", { conversationId: id }), /FORBIDDEN/);
  assert.match(
    await refused(undefined, "POST", `/anonymous/join/${token}`, {
      username: "second",
    }),
    /^503/,
  );
  await good(first, "POST", "/auth/logout");
  await visitor(token, { language: undefined });
});

test("revoking a link ends its guests' sockets and sessions at once", async () => {
  const { id } = await group();
  const { token, id: linkId } = await link(id, { guests: true });
  const guest = await visitor(token);

  guest.socket.io.opts.reconnection = false;
  await good(ben, "POST", `/conversations/join/${token}`);
  await good(ann, "DELETE", `/conversations/${id}/links/${linkId}`);
  await until(() => !guest.socket.connected, "the guest's socket has ended");
  assert.match(await refused(guest, "GET", "/users/me"), /^401/);
  assert.ok(ben.socket.connected, "a member who came by it stays");
  const { members } = await good(
    ann,
    "GET",
    `/conversations/${id}/participants`,
  );

  assert.deepEqual(
    members.map((one) => one.id),
    [ann.user.id, ben.user.id],
  );
});

test("a guest gets an account and keeps messages and rooms", async () => {
  const { id } = await group();
  const { token, id: linkId } = await link(id, { guests: true });
  const guest = await visitor(token);
  const { messageId } = await guest.send("Avant", { conversationId: id });
  const account = { username: "gustav", password: PASSWORD };
  const { user } = await good(guest, "POST", "/auth/upgrade", account);

  assert.equal(user.id, guest.user.id);
  assert.equal(user.guest, false);
  await guest.sees("user:updated", (d) => d.user.username === "gustav");
  await guest.sees("conversation:added", (d) => d.conversationId === "any");
  assert.match(
    await refused(guest, "POST", "/auth/upgrade", {
      ...account,
      username: "gustavo",
    }),
    /^409/,
  );
  await good(ann, "DELETE", `/conversations/${id}/links/${linkId}`);
  const again = await good(undefined, "POST", "/auth/login", account);
  const rooms = await good({ token: again.token }, "GET", "/conversations");

  assert.deepEqual(rooms.map((one) => one.id).sort(), ["any", id].sort());
  const [message] = (
    await good({ token: again.token }, "GET", `/conversations/${id}/messages`)
  ).messages;

  assert.equal(message.id, messageId);
  assert.equal(message.sender.displayName, "gustav");
  await guest.send("Bonjour"); // in the public room, on the old session
});

test("a visitor is there after a restart, and still has one room", async () => {
  const { id } = await group();
  const { token } = await link(id, { guests: true });
  const guest = await visitor(token);

  await house.gateway.stop();
  house.gateway.start();
  await house.answering();
  await until(() => guest.socket.connected, "the guest is back");
  await guest.send("Re", { conversationId: id });
  assert.match(
    await refused(guest, "GET", "/conversations/any/messages"),
    /^404/,
  );
});
