// SPDX-License-Identifier: ISC
// Running a server: its first admin, who may come in, shutting somebody out,
// and the log of what people with power did.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { asker, call } from "../lib/api.mjs";
import { House } from "../lib/house.mjs";
import { Person } from "../lib/person.mjs";
import { until } from "../lib/wait.mjs";

const PASSWORD = "correct horse battery";
const CLAIM = /admin_claim=([\w-]+)/;
let house, root;

before(async () => {
  house = await House.build({
    GATEWAY_RATE_MESSAGES: "1000",
    GATEWAY_RATE_GUESTS: "1000",
    GATEWAY_RATE_LOGINS: "1000",
    GATEWAY_TRUST_PROXY: "true",
  });
  house.gateway.start();
  await house.answering();
});
after(() => house.close());

const { ask, good, refused } = asker(() => house);

/** Somebody with a password, connected. */
async function account(username, more = {}) {
  const { token, user } = await good(undefined, "POST", "/auth/register", {
    username,
    password: PASSWORD,
    language: "fr",
    ...more,
  });

  return house.take({ token, user, username });
}

const claims = () =>
  house.gateway.log.map((line) => line.match(CLAIM)?.[1]).filter(Boolean);

test("whoever has the token in the log is the first admin, once", async () => {
  const [token] = claims();
  const guest = await house.guest("gus", "fr");
  const other = await account("olga");

  root = await account("root-of-all");
  assert.match(await refused(guest, "POST", "/admin/claim", { token }), /^403/);
  assert.match(
    await refused(root, "POST", "/admin/claim", { token: "A".repeat(43) }),
    /^404/,
  );
  assert.match(
    await refused(root, "GET", "/admin/users"),
    /^403 only an admin/,
  );
  const { user } = await good(root, "POST", "/admin/claim", { token });

  assert.equal(user.admin, true);
  assert.match(await refused(other, "POST", "/admin/claim", { token }), /^404/);
  await good(root, "GET", "/admin/users");
  await house.gateway.stop();
  house.gateway.start();
  await house.answering();
  assert.deepEqual(claims(), [token], "no second token is offered");
  assert.equal((await good(root, "GET", "/users/me")).user.admin, true);
});

test("registration and guests are what an admin decides", async () => {
  const set = (policy) => good(root, "PATCH", "/admin/policy", policy);
  const register = (username, more = {}) => ({
    username,
    password: PASSWORD,
    language: "fr",
    ...more,
  });
  const { id } = await good(root, "POST", "/conversations", {
    type: "group",
    title: "Kitchen",
  });
  const { token: link } = await good(root, "POST", "/links", {
    conversationId: id,
    guests: true,
  });

  await set({ registration: "invitation", guests: false });
  assert.deepEqual(await good(undefined, "GET", "/policy"), {
    registration: "invitation",
    guests: false,
    retentionDays: 0,
    mail: false,
  });
  const guest = { username: "eve", language: "fr" };

  assert.match(await refused(undefined, "POST", "/auth/guest", guest), /^403/);
  assert.match(
    await refused(undefined, "POST", "/auth/register", register("emil")),
    /^403 accounts are made by invitation/,
  );
  assert.match(
    await refused(
      undefined,
      "POST",
      "/auth/register",
      register("emil", { link: "A".repeat(43) }),
    ),
    /^404/,
  );
  const emil = await account("emil", { link });
  const rooms = await good(emil, "GET", "/conversations");

  assert.ok(rooms.some((one) => one.id === id));
  const visitor = await good(undefined, "POST", "/auth/guest", {
    ...guest,
    link,
  });

  await set({ registration: "closed" });
  assert.match(
    await refused({ token: visitor.token }, "POST", "/auth/upgrade", {
      username: "evelyn",
      password: PASSWORD,
    }),
    /^403 nobody can make an account/,
  );
  await house.gateway.stop();
  house.gateway.start();
  await house.answering();
  assert.match(
    await refused(undefined, "POST", "/auth/register", register("fritz")),
    /^403/,
  );
  await set({ registration: "open", guests: true });
  await house.guest("free", "fr");
});

test("who is shut out is so at once, and may come back", async () => {
  const mallory = await account("mallory");
  const path = `/admin/users/${mallory.user.id}`;
  const login = () =>
    ask(undefined, "POST", "/auth/login", {
      username: "mallory",
      password: PASSWORD,
    });

  mallory.socket.io.opts.reconnection = false;
  await good(root, "PUT", `${path}/disabled`, { disabled: true });
  await until(() => !mallory.socket.connected, "the socket has ended");
  assert.match(await refused(mallory, "GET", "/users/me"), /^401/);
  assert.equal((await login()).status, 403);
  const wrong = await ask(undefined, "POST", "/auth/login", {
    username: "mallory",
    password: "x".repeat(9),
  });

  assert.equal(wrong.status, 401, "who knows no password learns nothing");
  const { users } = await good(root, "GET", "/admin/users?q=mallory");

  assert.equal(users.length, 1);
  assert.equal(users[0].disabled, true);
  await good(root, "PUT", `${path}/disabled`, { disabled: false });
  assert.equal((await login()).status, 200);
  assert.match(await refused(mallory, "GET", "/users/me"), /^401/);
});

test("there is an admin always, and another can be made", async () => {
  const second = await account("second");
  const at = (person) => `/admin/users/${person.user.id}/admin`;

  assert.match(
    await refused(root, "PUT", at(root), { admin: false }),
    /^409 make somebody else/,
  );
  await good(root, "PUT", at(second), { admin: true });
  await second.sees("user:updated", (d) => d.user.admin === true);
  await good(second, "GET", "/admin/users");
  await good(root, "PUT", at(second), { admin: false });
  assert.match(await refused(second, "GET", "/admin/users"), /^403/);
});

test("what people with power did is written down, without texts", async () => {
  const victim = await account("victim");
  const { id } = await good(root, "POST", "/conversations", {
    type: "public",
    title: "Court",
  });

  await good(victim, "POST", `/conversations/${id}/join`);
  await good(root, "PATCH", `/conversations/${id}`, {
    title: "Secret court",
    slowSeconds: 5,
  });
  await good(root, "PUT", `/conversations/${id}/bans/${victim.user.id}`);
  const rows = await good(root, "GET", `/conversations/${id}/audit`);

  assert.deepEqual(
    rows.map(({ act, userId, detail }) => [act, userId, detail]),
    [
      ["member.ban", victim.user.id, ""],
      ["conversation.set", undefined, "title slowSeconds=5"],
    ],
  );
  assert.ok(rows.every(({ actorId }) => actorId === root.user.id));
  const all = await good(root, "GET", "/admin/audit?limit=200");
  const acts = all.map(({ act }) => act);

  for (const act of ["admin.claim", "admin.policy", "admin.disable"])
    assert.ok(acts.includes(act), act);
  assert.deepEqual(
    all.filter((row) => row.conversationId === id),
    rows,
  );
  const [newest] = all;
  const older = await good(root, "GET", `/admin/audit?before=${newest.n}`);

  assert.ok(older.every(({ n }) => n < newest.n));
});

test("an address is kept out, whoever comes from there but admins", async () => {
  const from = (address) => ({ headers: { "x-forwarded-for": address } });
  const enter = (address) =>
    call(house.url, "POST", "/auth/guest", {
      body: { username: "trudy", language: "fr" },
      ...from(address),
    });

  await good(root, "PATCH", "/admin/policy", { guests: true });
  const there = await enter("192.0.2.7");

  assert.equal(there.status, 201);
  const trudy = Object.assign(new Person(), {
    url: house.url,
    username: "trudy",
    ...there.body.data,
  });

  await trudy.connect({
    extraHeaders: from("192.0.2.7").headers,
    reconnection: false,
  });
  assert.match(
    await refused(root, "PUT", "/admin/bans", { network: "127.0.0.0/8" }),
    /^409 you come from there/,
  );
  assert.match(
    await refused(root, "PUT", "/admin/bans", { network: "::/0" }),
    /^400/,
  );
  await good(root, "PUT", "/admin/bans", {
    network: "192.0.2.9/24",
    reason: "floods",
  });
  await until(() => !trudy.socket.connected, "who is there is put out");
  const refusal = new Promise((heard) =>
    trudy.socket.once("connect_error", heard),
  );

  trudy.socket.connect();
  assert.match((await refusal).message, /kept out/, "and stays out");
  trudy.leave();
  assert.equal((await enter("192.0.2.200")).status, 403);
  assert.equal((await enter("192.0.3.1")).status, 201, "others do");
  const read = await call(house.url, "GET", "/conversations", {
    token: trudy.token,
    ...from("192.0.2.7"),
  });

  assert.equal(read.status, 403);
  const own = await call(house.url, "GET", "/admin/bans", {
    token: root.token,
    ...from("192.0.2.7"),
  });
  const [ban] = own.body.data;

  assert.deepEqual(
    [ban.network, ban.reason, ban.createdBy],
    ["192.0.2.0/24", "floods", root.user.id],
  );
  await house.gateway.stop();
  house.gateway.start();
  await house.answering();
  assert.equal(
    (await enter("192.0.2.200")).status,
    403,
    "also after a restart",
  );
  await good(root, "DELETE", "/admin/bans?network=192.0.2.0/24");
  assert.match(
    await refused(root, "DELETE", "/admin/bans?network=192.0.2.0/24"),
    /^404/,
  );
  assert.equal((await enter("192.0.2.200")).status, 201);
  await good(root, "PUT", "/admin/bans", {
    network: "192.0.2.7",
    expiresIn: 1,
  });
  await until(
    async () => (await enter("192.0.2.7")).status === 201,
    "a ban expires",
  );
});

test("an admin rules in rooms that they are in, and in no others", async () => {
  const owner = await account("owner-of-one");
  const { id } = await good(owner, "POST", "/conversations", {
    type: "group",
    title: "Private",
  });

  assert.match(
    await refused(root, "GET", `/conversations/${id}/messages`),
    /^404/,
  );
  assert.match(
    await refused(root, "PATCH", `/conversations/${id}`, { readOnly: true }),
    /^404/,
  );
  await good(root, "PATCH", "/conversations/any", { readOnly: true });
  await assert.rejects(owner.send("Bonjour"), /only moderators write/);
  await root.send("Annonce");
  const at = `/conversations/any/bans/${owner.user.id}`;
  const count = async () =>
    (await good(root, "GET", "/conversations/any")).participantCount;
  const before = await count();

  await good(root, "PUT", at);
  assert.match(await refused(owner, "POST", "/conversations/any/join"), /^403/);
  assert.equal(await count(), before - 1);
  await good(root, "DELETE", at);
  await good(owner, "POST", "/conversations/any/join");
  assert.equal(await count(), before);
  await good(root, "PATCH", "/conversations/any", { readOnly: false });
  await owner.send("Bonjour");
});
