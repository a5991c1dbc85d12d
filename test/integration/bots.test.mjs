// SPDX-License-Identifier: ISC
// Programs: bots with tokens that may do so much, and webhooks by which programs
// write to one conversation.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { asker, call } from "../lib/api.mjs";
import { House } from "../lib/house.mjs";
import { emit, group } from "../lib/person.mjs";
import { until } from "../lib/wait.mjs";

const HOOK_RATE = 12;
let house,
  ann,
  ben,
  made = 0;

before(async () => {
  house = await House.build({
    GATEWAY_RATE_MESSAGES: "1000",
    GATEWAY_RATE_GUESTS: "1000",
    GATEWAY_RATE_HOOKS: String(HOOK_RATE),
  });
  await house.start();
  [ann, ben] = await Promise.all([
    house.account("ann", "en"),
    house.account("ben", "es"),
  ]);
});
after(() => house.close());

const { ask, good, refused } = asker(() => house);

const bot = (more = {}) =>
  good(ann, "POST", "/bots", { username: `bot${++made}`, ...more });
const hook = (room, name = "Builder") =>
  good(ann, "POST", `/conversations/${room}/hooks`, { name });
const post = (token, body) =>
  call(house.url, "POST", `/hooks/${token}`, { body });
const members = async (room) =>
  (await good(ann, "GET", `/conversations/${room}/participants`)).members;

/** A connection with a bot's token. */
const connected = ({ token, id }) =>
  house.take({ token, user: { id }, username: id });

test("a bot is taken into a room and talks there, marked as one", async () => {
  const room = await group(house, ann, ben);
  const { token, ...clerk } = await bot({ displayName: "Clerk" });

  assert.deepEqual(clerk.scopes, ["read", "write"]);
  await good(ann, "POST", `/conversations/${room}/participants`, {
    userId: clerk.id,
  });
  const robot = await connected({ token, id: clerk.id });
  const { messageId } = await robot.send("Good morning", {
    conversationId: room,
  });
  const { data } = await ben.sees("message:new", (m) => m.id === messageId);

  assert.deepEqual(data.sender, {
    id: clerk.id,
    displayName: "Clerk",
    guest: false,
    bot: true,
  });
  assert.equal((await ben.translation(messageId)).language, "es");
  await ben.send("Hola", { conversationId: room });
  await robot.sees("message:new", (m) => m.content === "Hola");
  const marked = (await members(room)).filter((m) => m.bot);

  assert.deepEqual(
    marked.map((m) => m.id),
    [clerk.id],
  );
  const listed = await ask(ann, "GET", "/bots");

  assert.ok(!listed.text.includes(token), "a token is told once");
  assert.equal((await good(robot, "GET", "/auth/me")).user.bot, true);
});

test("a token does what its scopes allow, at both doors", async () => {
  const room = await group(house, ann, ben);
  const say = { content: "Hello" };
  const path = `/conversations/${room}`;
  const enter = async (scopes) => {
    const one = await bot(scopes);

    await good(ann, "POST", `${path}/participants`, { userId: one.id });
    return one;
  };
  const reader = await enter({ write: false });
  const writer = await enter({ read: false });
  const both = await enter({});

  assert.match(
    await refused(reader, "POST", `${path}/messages`, say),
    /^403 this token is not for that/,
  );
  await good(reader, "GET", `${path}/messages`);
  await good(writer, "POST", `${path}/messages`, say);
  assert.match(await refused(writer, "GET", `${path}/messages`), /^403/);
  assert.match(
    await refused(both, "POST", "/links", { conversationId: room }),
    /^403/,
  );
  for (const [method, where, body] of [
    ["POST", "/bots", { username: "more" }],
    ["GET", "/admin/users"],
    ["POST", `${path}/hooks`, { name: "Robot" }],
  ])
    assert.match(await refused(both, method, where, body), /^403/, where);
  const socket = await connected(reader);
  const ack = await emit(socket, "message:send", {
    conversationId: room,
    ...say,
  });

  assert.equal(ack.code, "FORBIDDEN");
  await assert.rejects(
    Promise.race([
      connected(writer),
      new Promise((_, fail) =>
        house.people.at(-1).socket.once("connect_error", fail),
      ),
    ]),
    /may not read/,
  );
  house.people.at(-1).leave();
});

test("a bot has no password, no public room, and dies with its token", async () => {
  const one = await bot();
  const robot = await connected(one);

  assert.deepEqual(await good(one, "GET", "/conversations"), []);
  assert.match(
    await refused(undefined, "POST", "/auth/login", {
      username: one.username,
      password: "x".repeat(10),
    }),
    /^401/,
  );
  assert.match(await refused(ben, "POST", `/bots/${one.id}/token`), /^404/);
  assert.match(await refused(ben, "DELETE", `/bots/${one.id}`), /^404/);
  const { token } = await good(ann, "POST", `/bots/${one.id}/token`);

  await until(() => !robot.socket.connected, "the old token's socket is gone");
  assert.match(await refused(one, "GET", "/auth/me"), /^401/);
  await good({ token }, "GET", "/auth/me");
  await good(ann, "DELETE", `/bots/${one.id}`);
  assert.match(await refused({ token }, "GET", "/auth/me"), /^401/);
  assert.ok(!(await good(ann, "GET", "/bots")).some(({ id }) => id === one.id));
});

test("bots go with the account of their owner, at once", async () => {
  const owner = await house.account("owner", "en");
  const one = await good(owner, "POST", "/bots", { username: "orphan" });
  const robot = await connected(one);

  await good(owner, "POST", "/users/me/delete", {
    password: "correct horse battery",
    messages: "keep",
  });
  await until(() => !robot.socket.connected, "the bot's socket is gone");
  assert.match(await refused(one, "GET", "/auth/me"), /^401/);
});

test("what is posted to a webhook is said in its room, and translated", async () => {
  const room = await group(house, ann, ben);
  const { id, token, path } = await hook(room);

  assert.equal(path, `/hooks/${token}`);
  const first = await post(token, { text: "The door is open" });
  const second = await post(token, {
    text: "The window is open",
    username: "Nightly build",
  });

  assert.deepEqual([first.status, second.status], [201, 201]);
  const names = { [first.body.data.messageId]: "Builder" };

  names[second.body.data.messageId] = "Nightly build";
  for (const [messageId, displayName] of Object.entries(names)) {
    const { data } = await ben.sees("message:new", (m) => m.id === messageId);

    assert.deepEqual(data.sender, { id, displayName, guest: false, bot: true });
    await ben.translation(messageId);
  }
  const { messages } = await good(
    ann,
    "GET",
    `/conversations/${room}/messages?limit=2`,
  );

  assert.deepEqual(
    messages.map(({ sender }) => sender.displayName),
    ["Builder", "Nightly build"],
  );
  const reply = await ann.send("Close it", {
    conversationId: room,
    replyToId: second.body.data.messageId,
  });
  const { data } = await ben.sees(
    "message:new",
    (m) => m.id === reply.messageId,
  );

  assert.equal(data.replyTo.sender.displayName, "Nightly build");
  const listed = await ask(ann, "GET", `/conversations/${room}/hooks`);

  assert.deepEqual(
    listed.body.data.map(({ name, createdBy }) => [name, createdBy]),
    [["Builder", ann.user.id]],
  );
  assert.ok(!listed.text.includes(token), "a token is told once");
});

test("a webhook does nothing else, and is nobody's after its end", async () => {
  const room = await group(house, ann, ben);
  const other = await hook(await group(house, ann));
  const { id, token } = await hook(room);
  const robot = { token };

  for (const [method, path, body] of [
    ["GET", "/auth/me"],
    ["GET", `/conversations/${room}/messages`],
    ["POST", `/conversations/${room}/messages`, { content: "Hello" }],
    ["GET", "/users?q=ben"],
  ])
    assert.match(await refused(robot, method, path, body), /^403/, path);
  assert.match(
    await refused(ann, "DELETE", `/conversations/${room}/hooks/${other.id}`),
    /^404/,
  );
  // Another's token is no webhook.
  assert.equal((await post(ann.token, { text: "Hello" })).status, 403);
  assert.equal((await post("A".repeat(43), { text: "Hello" })).status, 404);
  assert.equal((await post(token, { text: " " })).status, 400);
  assert.equal((await post(token, {})).status, 400);
  assert.equal((await post(token, { text: "Hi", username: "​" })).status, 400);
  assert.equal((await post(token, { text: "x".repeat(4001) })).status, 413);
  assert.ok(!(await good(ben, "GET", "/users?q=Builder")).length);
  await good(ann, "DELETE", `/conversations/${room}/hooks/${id}`);
  assert.equal((await post(token, { text: "Hello" })).status, 404);
  assert.ok((await members(room)).every((m) => m.id !== id));
});

test("what a room forbids, it forbids its webhooks", async () => {
  const room = await group(house, ann, ben);
  const { id, token } = await hook(room);

  await good(ann, "PATCH", `/conversations/${room}`, { readOnly: true });
  assert.equal((await post(token, { text: "Hello" })).status, 403);
  await good(ann, "PATCH", `/conversations/${room}`, { readOnly: false });
  await good(ann, "DELETE", `/conversations/${room}/participants/${id}`);
  assert.equal((await post(token, { text: "Hello" })).status, 403);
});

test("a webhook that floods is slowed down, another is not", async () => {
  const room = await group(house, ann);
  const [loud, quiet] = [await hook(room), await hook(room, "Quiet")];
  const answers = [];

  for (let i = 0; i <= HOOK_RATE; i++)
    answers.push(await post(loud.token, { text: `Number ${i}` }));
  assert.equal(answers.at(-1).status, 429);
  assert.ok(Number(answers.at(-1).headers.get("retry-after")) >= 1);
  assert.equal((await post(quiet.token, { text: "Hello" })).status, 201);
});
