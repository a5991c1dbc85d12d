// SPDX-License-Identifier: ISC
// What people do about themselves and each other: passwords, sessions, blocking
// and reporting.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { asker } from "../lib/api.mjs";
import { House } from "../lib/house.mjs";
import { until } from "../lib/wait.mjs";

const PASSWORD = "correct horse battery";
const NEXT = "staple of another horse";
let house, root, ann, ben;

before(async () => {
  house = await House.build({
    GATEWAY_RATE_MESSAGES: "1000",
    GATEWAY_RATE_GUESTS: "1000",
    GATEWAY_RATE_LOGINS: "1000",
  });
  house.gateway.start();
  await house.answering();
  [root, ann, ben] = await Promise.all(["root", "ann", "ben"].map(account));
  const token = house.gateway.log.join("\n").match(/admin_claim=([\w-]+)/)[1];

  await good(root, "POST", "/admin/claim", { token });
});
after(() => house.close());

const { ask, good, refused } = asker(() => house);

/** A device with a session of its own. */
async function device(username, { token, user }) {
  const person = await house.take({ token, user, username });

  person.socket.io.opts.reconnection = false;
  return person;
}

const account = async (username) =>
  device(
    username,
    await good(undefined, "POST", "/auth/register", {
      username,
      password: PASSWORD,
      language: "fr",
    }),
  );

const login = async (username, password) =>
  device(
    username,
    await good(undefined, "POST", "/auth/login", { username, password }),
  );

const ended = (person) =>
  until(() => !person.socket.connected, `a socket of ${person.username} ends`);

test("a new password ends the other sessions, and needs the old one", async () => {
  const carl = await account("carl");
  const phone = await login("carl", PASSWORD);
  const change = { password: PASSWORD, newPassword: NEXT };

  assert.match(
    await refused(carl, "PUT", "/users/me/password", {
      ...change,
      password: "x".repeat(9),
    }),
    /^403 that is not your password/,
  );
  assert.match(
    await refused(carl, "PUT", "/users/me/password", {
      ...change,
      newPassword: "password123",
    }),
    /^400/,
  );
  await good(carl, "PUT", "/users/me/password", change);
  await ended(phone);
  assert.match(await refused(phone, "GET", "/users/me"), /^401/);
  await good(carl, "GET", "/users/me");
  assert.ok(carl.socket.connected);
  assert.match(
    await refused(undefined, "POST", "/auth/login", {
      username: "carl",
      password: PASSWORD,
    }),
    /^401/,
  );
  await login("carl", NEXT);
});

test("an admin's token sets a password once", async () => {
  const dora = await account("dora");
  const { token } = await good(
    root,
    "POST",
    `/admin/users/${dora.user.id}/reset`,
  );
  const reset = (password, more = {}) => ({ token, password, ...more });

  assert.match(
    await refused(
      undefined,
      "POST",
      "/auth/reset",
      reset(NEXT, { token: "A".repeat(43) }),
    ),
    /^404/,
  );
  await good(undefined, "POST", "/auth/reset", reset(NEXT));
  await ended(dora);
  assert.match(await refused(dora, "GET", "/users/me"), /^401/);
  assert.match(
    await refused(undefined, "POST", "/auth/reset", reset(PASSWORD)),
    /^404/,
  );
  await login("dora", NEXT);
});

test("sessions are listed, and one ends without the others", async () => {
  const emma = await account("emma");
  const phone = await login("emma", PASSWORD);
  const sessions = await good(emma, "GET", "/auth/sessions");

  assert.equal(sessions.length, 2);
  const other = sessions.find(({ current }) => !current);

  assert.match(
    await refused(ann, "DELETE", `/auth/sessions/${other.id}`),
    /^404/,
  );
  await good(emma, "DELETE", `/auth/sessions/${other.id}`);
  await ended(phone);
  assert.match(await refused(phone, "GET", "/users/me"), /^401/);
  assert.equal((await good(emma, "GET", "/auth/sessions")).length, 1);
  assert.ok(emma.socket.connected);
});

test("who is blocked cannot write directly, nor take one into groups", async () => {
  const direct = { type: "direct", participantIds: [ann.user.id] };
  const { id } = await good(ben, "POST", "/conversations", direct);

  await ben.send("Salut", { conversationId: id });
  await good(ann, "PUT", `/users/me/blocks/${ben.user.id}`);
  await ben.sees(
    "conversation:role",
    (d) => d.conversationId === id && d.role === "reader",
  );
  await assert.rejects(ben.send("Hé", { conversationId: id }), /FORBIDDEN/);
  assert.match(
    await refused(ben, "POST", "/conversations", {
      type: "group",
      title: "Trap",
      participantIds: [ann.user.id],
    }),
    /^403/,
  );
  const group = await good(ben, "POST", "/conversations", {
    type: "group",
    title: "Trap",
  });

  assert.match(
    await refused(ben, "POST", `/conversations/${group.id}/participants`, {
      userId: ann.user.id,
    }),
    /^403/,
  );
  const other = await account("fred");

  await good(ann, "PUT", `/users/me/blocks/${other.user.id}`);
  assert.match(
    await refused(other, "POST", "/conversations", direct),
    /^403/,
    "no direct conversation is made either",
  );
  const blocks = await good(ann, "GET", "/users/me/blocks");

  assert.deepEqual(
    blocks.map(({ displayName }) => displayName),
    ["ben", "fred"],
  );
  await good(ann, "DELETE", `/users/me/blocks/${ben.user.id}`);
  await ben.send("Merci", { conversationId: id });
});

test("a report waits for a moderator, and is told to nobody else", async () => {
  const { id } = await good(ann, "POST", "/conversations", {
    type: "group",
    title: "Hall",
  });
  const gina = await account("gina");

  await good(ann, "POST", `/conversations/${id}/participants`, {
    userId: gina.user.id,
  });
  const { messageId } = await ann.send("Imbécile", { conversationId: id });
  const path = `/messages/${messageId}/report`;

  assert.match(await refused(ben, "POST", path, { reason: "x" }), /^404/);
  await good(gina, "POST", path, { reason: "rude" });
  await good(gina, "POST", path, { reason: "again" });
  assert.match(
    await refused(gina, "GET", `/conversations/${id}/reports`),
    /^403/,
  );
  const [report, ...rest] = await good(
    ann,
    "GET",
    `/conversations/${id}/reports`,
  );

  assert.deepEqual(rest, []);
  assert.equal(report.reason, "rude");
  assert.equal(report.content, "Imbécile");
  assert.equal(report.reporterId, gina.user.id);
  const resolve = `/conversations/${id}/reports/${report.id}/resolve`;

  await good(ann, "POST", resolve, { outcome: "warned" });
  assert.match(
    await refused(ann, "POST", resolve, { outcome: "dismissed" }),
    /^404/,
  );
  assert.deepEqual(await good(ann, "GET", `/conversations/${id}/reports`), []);
  const [row] = await good(ann, "GET", `/conversations/${id}/audit`);

  assert.equal(row.detail, "outcome=warned");
});

test("one takes along what one wrote, and goes without a trace but that", async () => {
  const hugo = await account("hugo");
  const { id } = await good(hugo, "POST", "/conversations", {
    type: "group",
    title: "Of hugo",
    participantIds: [ann.user.id, ben.user.id],
  });

  await good(
    hugo,
    "PATCH",
    `/conversations/${id}/participants/${ben.user.id}`,
    {
      role: "moderator",
    },
  );
  await hugo.send("Adieu", { conversationId: id });
  const { messages, next } = await good(hugo, "GET", "/users/me/export");

  assert.equal(next, undefined);
  assert.deepEqual(
    messages.map(({ conversationId, content }) => [conversationId, content]),
    [[id, "Adieu"]],
  );
  const go = (password) =>
    ask(hugo, "POST", "/users/me/delete", { password, messages: "keep" });

  assert.equal((await go("x".repeat(9))).status, 403);
  assert.equal((await go(PASSWORD)).status, 200);
  await ended(hugo);
  assert.match(await refused(hugo, "GET", "/users/me"), /^401/);
  assert.match(
    await refused(undefined, "POST", "/auth/login", {
      username: "hugo",
      password: PASSWORD,
    }),
    /^401/,
  );
  await ben.sees(
    "conversation:role",
    (d) => d.conversationId === id && d.role === "owner",
  );
  const [message] = await ann.history(0, id);

  assert.equal(message.content, "Adieu");
  assert.equal(message.sender.displayName, "deleted");
});

test("who wants it takes their messages with them, a guest too", async () => {
  const ida = await house.guest("ida", "fr");
  const { messageId } = await ida.send("Effacez-moi");

  await ann.sees("message:new", (d) => d.id === messageId);
  await good(ida, "POST", "/users/me/delete", { messages: "delete" });
  await ann.sees("message:deleted", (d) => d.messageId === messageId);
  assert.match(await refused(ida, "GET", "/users/me"), /^401/);
});

test("the last admin of a server stays", async () => {
  assert.match(
    await refused(root, "POST", "/users/me/delete", {
      password: PASSWORD,
      messages: "keep",
    }),
    /^409/,
  );
  await good(root, "GET", "/users/me");
});
