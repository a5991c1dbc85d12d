// SPDX-License-Identifier: ISC
// Every command by everybody, at both doors, as test/permissions.tsv says; and
// every answer and event as the documents of the gateway say.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { call } from "../lib/api.mjs";
import { changeDatabase } from "../lib/database.mjs";
import { House, ROOT } from "../lib/house.mjs";
import { png } from "../lib/pictures.mjs";
import { faults, unnamed } from "../lib/schema.mjs";

const CODES = {
  BAD_INPUT: "400",
  BUSY: "503",
  UNAUTHORIZED: "401",
  FORBIDDEN: "403",
  NOT_FOUND: "404",
  CONFLICT: "409",
};
const PASSWORD = "correct horse battery";
/** The browser's key in RFC 8291. */
const P256DH =
  "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8" +
  "pZGH6SRpkNtoIAiw4";
const CLAIM = /admin_claim=([\w-]+)/;
/** The others are guests. */
const ACCOUNTS = [
  "ex-member",
  "banned",
  "reader",
  "moderator",
  "admin",
  "owner",
  "server-admin",
];
/** What was done before, or about what is not there. */
const DONE = {
  "admin.claim": "404",
  "invitation.accept": "404", // nobody is asked here, see invitations.test.mjs
  "invitation.decline": "404",
  "invitation.withdraw": "404",
  "session.begin": "404", // no provider is set up, see oidc.test.mjs
  "session.oidc": "403", // nobody began it
  "session.reset": "404",
  "session.forgot": "404", // no server of mail is set up, see mail.test.mjs
  "session.revoke": "404",
  "push.remove": "404", // nobody has added one yet
  "bot.token": "404", // one's own bots only
  "bot.remove": "404",
  // No translator runs here.
  "translation.preview": "503",
  "admin.pools": "503",
  "admin.restart": "503",
  "model.list": "503",
  "model.available": "503",
  "model.pull": "503",
  "model.remove": "503",
  "user.delete": "403", // without the right password: who goes is gone
};
/** Given by the database itself: who made the room is its only owner so far. */
const ROLES = ["banned", "reader", "moderator", "admin", "owner"];
const [actors, ...rows] = readFileSync(
  join(ROOT, "test/permissions.tsv"),
  "utf8",
)
  .split("\n")
  .filter((line) => line && !line.startsWith("#"))
  .map((line) => line.split("\t"))
  .map(([command, ...cells], i) => (i ? { command, cells } : cells));

let house, openapi, asyncapi, room, hall, token, people;
let made = 0;
let keptOuthook;
const strangers = new Map(); // their tokens by their ids

const get = async (path) => (await call(house.url, "GET", path)).body;

const change = (sql) => changeDatabase(house, sql);

const membership = (person) => `conversation = (SELECT key FROM conversations
  WHERE id = '${room}') AND members.user = (SELECT key FROM users WHERE id =
  '${person.user.id}')`;

before(async () => {
  house = await House.build({
    GATEWAY_RATE_MESSAGES: "10000",
    GATEWAY_RATE_GUESTS: "10000",
    GATEWAY_RATE_LOGINS: "10000",
  });
  house.gateway.start();
  await house.answering();
  const names = actors.filter((name) => name !== "anonymous");

  people = Object.fromEntries(
    await Promise.all(
      names.map(async (name, i) => [name, await house.guest(`p${i}`, "fr")]),
    ),
  );
  const group = await call(house.url, "POST", "/conversations", {
    token: people.admin.token,
    body: {
      type: "group",
      title: "Kitchen",
      participantIds: names
        .filter((name) => name !== "outsider")
        .map((name) => people[name].user.id),
    },
  });

  room = group.body.data.id;
  const made = await call(house.url, "POST", "/conversations", {
    token: people.outsider.token,
    body: { type: "public", title: "Hall" },
  });

  hall = made.body.data.id;
  const link = await call(house.url, "POST", "/links", {
    token: people.outsider.token,
    body: { conversationId: hall, guests: true },
  });

  token = link.body.data.token;
  for (const name of ACCOUNTS)
    await call(house.url, "POST", "/auth/upgrade", {
      token: people[name].token,
      body: { username: `the-${name}`, password: PASSWORD },
    });
  const claimed = await call(house.url, "POST", "/admin/claim", {
    token: people["server-admin"].token,
    body: { token: house.gateway.log.join("\n").match(CLAIM)[1] },
  });

  assert.equal(claimed.status, 200);
  await call(house.url, "POST", "/auth/register", {
    body: { username: "anna", password: PASSWORD, language: "fr" },
  });
  await house.gateway.stop();
  for (const role of ROLES)
    change(
      `UPDATE members SET role = '${role}' WHERE ${membership(people[role])}`,
    );
  change(`DELETE FROM members WHERE ${membership(people["ex-member"])}`);
  house.gateway.start();
  await house.answering();
  for (const person of Object.values(people)) {
    person.leave();
    await person.connect();
  }
  openapi = await get("/openapi.json");
  asyncapi = await get("/asyncapi.json");
});
after(() => house.close());

/** Commands about somebody who is in the room, and who is kept out of it. */
const INSIDE = /^(member\.(remove|role|mute|ban)|conversation\.give)$/;
const BANNED = /^member\.unban$/;
/** Commands about anybody. */
const ANYBODY = /^(member\.add|invitation\.withdraw|block\.(add|remove))$/;
/** Commands about the public room of somebody else. */
const HALL = /^(member\.join|conversation\.picture\.public)$/;
/** Commands about an account. */
const ACCOUNT = /^admin\.(disable|grant|reset)$/;

/** The id of somebody who is outside of the room, or in it, or banned. */
async function stranger(command) {
  const n = ++made;
  const guest = await call(house.url, "POST", "/auth/guest", {
    body: { username: `s${n}`, language: "fr" },
  });
  const { id } = guest.body.data.user;

  strangers.set(id, guest.body.data.token);
  if (INSIDE.test(command))
    await call(house.url, "POST", `/conversations/${room}/participants`, {
      token: people.admin.token,
      body: { userId: id },
    });
  if (ACCOUNT.test(command))
    await call(house.url, "POST", "/auth/upgrade", {
      token: guest.body.data.token,
      body: { username: `acc${n}`, password: PASSWORD },
    });
  if (BANNED.test(command))
    await call(house.url, "PUT", `/conversations/${room}/bans/${id}`, {
      token: people.admin.token,
    });
  return id;
}

/** A file of the author's in the room: its id. */
async function file() {
  const sent = await call(house.url, "POST", `/conversations/${room}/files`, {
    token: people.author.token,
    body: png(8, 8),
  });

  return sent.body.data.id;
}

/** A webhook of a room of its own: there are so many of a room. */
async function hook() {
  const answer = await call(house.url, "POST", `/conversations/${room}/hooks`, {
    token: people.admin.token,
    body: { name: "Robot" },
  });

  return answer.body.data;
}

/** An outgoing one, of which nothing happens to be told in time: its id. */
async function outhook() {
  const answer = await call(
    house.url,
    "POST",
    `/conversations/${room}/outhooks`,
    {
      token: people.admin.token,
      body: { url: "https://example.invalid/in" },
    },
  );

  return answer.body.data.id;
}

/** What is to be seen is there. */
async function depict(command) {
  const [who, path] =
    {
      "picture.get": ["owner", "/users/me/picture"],
      "conversation.picture.get": ["owner", `/conversations/${room}/picture`],
      "conversation.picture.public": [
        "outsider",
        `/conversations/${hall}/picture`,
      ],
    }[command] ?? [];

  if (!who) return;
  const { token } = people[who];
  const set = await call(house.url, "PUT", path, { token, body: png(8, 8) });

  assert.equal(set.status, 200, set.text);
}

/** Arguments that are good ones, whatever the command. */
async function sample(properties, command) {
  await depict(command);
  const fileId = /^file\.(get|thumbnail)$/.test(command)
    ? await file()
    : undefined;
  const good = {
    conversationId: () => (HALL.test(command) ? hall : room),
    messageId: async () =>
      (
        await people.author.send("Bonjour", {
          conversationId: room,
          ...(fileId ? { fileIds: [fileId] } : {}),
        })
      ).messageId,
    fileId: () => fileId,
    content: () => "Salut",
    language: () => "fr",
    originalLanguage: () => "fr",
    targetLanguage: () => "es",
    username: () => (command === "session.login" ? "anna" : `u${++made}`),
    password: () => (command === "user.delete" ? "x" : PASSWORD),
    type: () => "group",
    title: () => "Hall",
    terms: () => [{ term: "Meeshy" }],
    emoji: () => "👍",
    q: () => "Bonjour",
    hidden: () => false,
    addedBy: () => "contacts",
    to: () => (command === "message.forward" ? "any" : undefined),
    userIds: () => [people.owner.user.id],
    userId: () =>
      command === "picture.get"
        ? people.owner.user.id
        : [ANYBODY, INSIDE, BANNED, ACCOUNT].some((kind) => kind.test(command))
          ? stranger(command)
          : undefined, // one's own, where it is not given
    role: () => "reader",
    link: () => token,
    botId: () => "nobody",
    name: () => "Robot",
    text: () => "Bonjour",
    hook: async () => (await hook()).token,
    hookId: async () => (await hook()).id,
    url: () => "https://example.invalid/in",
    outhookId: async () =>
      command === "outhook.enable"
        ? (keptOuthook ??= await outhook())
        : outhook(),
    linkId: async () => {
      const made = await call(house.url, "POST", "/links", {
        token: people.admin.token,
        body: { conversationId: room },
      });

      return made.body.data.id;
    },
    seconds: () => 60,
    token: () => "A".repeat(43),
    flow: () => "A".repeat(43),
    state: () => "A".repeat(43),
    code: () => "none",
    messages: () => "keep",
    newPassword: () => PASSWORD,
    outcome: () => "dismissed", // of reports and corrections
    reportId: async () => {
      const { messageId } = await people.author.send("Pardon", {
        conversationId: room,
      });

      await call(house.url, "POST", `/messages/${messageId}/report`, {
        token: people.moderator.token,
        body: {},
      });
      const open = await people.moderator.get(
        `/conversations/${room}/reports?limit=200`,
      );

      return open.find((one) => one.messageId === messageId).id;
    },
    translatedContent: () => "Hola",
    correctionId: async () => {
      const { messageId } = await people.author.send("Bonne nuit", {
        conversationId: room,
      });
      const added = await call(
        house.url,
        "POST",
        `/messages/${messageId}/corrections`,
        {
          token: people.moderator.token,
          body: { targetLanguage: "es", translatedContent: "Buenas noches" },
        },
      );

      return added.body.data.id;
    },
    sessionId: () => "0",
    looks: () => false,
    endpoint: () => `https://example.invalid/${++made}`,
    p256dh: () => P256DH,
    auth: () => "A".repeat(22),
    disabled: () => true,
    draining: () => false,
    admin: () => true,
    translator: () => 0,
    network: async () => {
      const network = `192.0.2.${++made % 256}`;

      if (command === "address.unban")
        await call(house.url, "PUT", "/admin/bans", {
          token: people["server-admin"].token,
          body: { network },
        });
      return network;
    },
    normalWorkers: () => 2,
    model: () => "fr-en",
  };
  const values = {};

  for (const name of Object.keys(properties))
    if (good[name]) values[name] = await good[name]();
  return values;
}

/** By REST: how it was answered, and whether as described. */
/** The parameters that have to be in the query. */
const query = (parameters = [], values) =>
  parameters
    .filter((p) => p.in === "query" && p.required)
    .map(({ name }) => `?${name}=${encodeURIComponent(values[name])}`)
    .join("");

async function byRest(command, path, method, operation, person) {
  const kinds = operation.requestBody?.content ?? {};
  const body = kinds["application/json"]?.schema.properties ?? {};
  const asked = (operation.parameters ?? []).filter((p) => p.required);
  const values = await sample(
    { ...body, ...Object.fromEntries(asked.map((p) => [p.name, p])) },
    command,
  );
  const answer = await call(
    house.url,
    method.toUpperCase(),
    path.replace(/{(\w+)}/g, (_, name) => values[name]) +
      query(operation.parameters, values),
    {
      token: person?.token,
      body: kinds["application/octet-stream"]
        ? png(8, 8)
        : operation.requestBody
          ? Object.fromEntries(Object.keys(body).map((k) => [k, values[k]]))
          : undefined,
    },
  );
  const described = operation.responses[answer.status];

  assert.ok(described, `${method} ${path} answers ${answer.status}`);
  const { content } = described.$ref
    ? openapi.components.responses.Refused
    : described;
  const [[type, { schema }]] = Object.entries(content);

  if (type !== "*/*" || answer.status >= 400)
    assert.equal(answer.headers.get("content-type"), type);
  if (answer.body !== undefined) {
    assert.deepEqual(faults(openapi, schema, answer.body), [], path);
    assert.deepEqual(unnamed(openapi, schema, answer.body), [], path);
  }
  return answer.status < 400 ? "yes" : String(answer.status);
}

const operations = (command) =>
  Object.entries(openapi.paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([, { operationId }]) =>
        [command, `${command}.2`, `${command}.3`].includes(operationId),
      )
      .map(([method, operation]) => [path, method, operation]),
  );

const resolved = ({ $ref }) =>
  $ref
    .slice(2)
    .split("/")
    .reduce((at, key) => at[key], asyncapi);

/** By Socket.IO, likewise. */
async function bySocket(command, operation, person) {
  const message = resolved(operation.messages[0]);
  const values = await sample(message.payload.properties, command);
  const ack = await person.socket
    .timeout(10_000)
    .emitWithAck(message.name, values);
  const schemas = resolved(operation.reply.messages[0]).payload.oneOf;
  const schema = schemas[ack.success ? 0 : 1];

  assert.deepEqual(faults(asyncapi, schema, ack), [], message.name);
  assert.deepEqual(unnamed(asyncapi, schema, ack), [], message.name);
  return ack.success ? "yes" : (CODES[ack.code] ?? ack.code);
}

/** Whoever did these can do nothing afterwards: one door is enough. */
const ONCE = ["member.leave", "session.logout"];

/** The room has the owner again that it had. */
async function giveBack(person) {
  const path = `/conversations/${room}`;
  const { members } = await person.get(`${path}/participants`);
  const { id } = members.find(({ role }) => role === "owner");
  const back = await call(house.url, "PUT", `${path}/owner`, {
    token: strangers.get(id),
    body: { userId: person.user.id },
  });

  assert.equal(back.status, 200);
}

async function check(command, actor, want) {
  const person = people[actor];

  // A guest needs no password for it, and would be gone: see people.test.mjs.
  if (command === "user.delete" && person && !ACCOUNTS.includes(actor)) return;

  const doors = operations(command).map(([path, method, operation]) => [
    `${method} ${path}`,
    () => byRest(command, path, method, operation, person),
  ]);

  for (const id of [command, `${command}.2`])
    if (person && asyncapi.operations[id])
      doors.push([
        "an event",
        () => bySocket(command, asyncapi.operations[id], person),
      ]);
  if (actors.indexOf(actor) % 2) doors.reverse();
  if (want === "yes" && DONE[command]) want = DONE[command];
  for (const [door, enter] of doors) {
    const got = await enter();

    assert.equal(got, want, `${command} by ${actor}: ${door}`);
    if (got === "yes" && ONCE.includes(command)) return;
    if (got === "yes" && command === "conversation.give")
      await giveBack(person);
  }
}

test("everybody may what the page says, at every door", async () => {
  // Who has left or signed out can do nothing any more: that comes last.
  const LAST = ["session.upgrade", "member.leave", "session.logout"];
  const ordered = rows.toSorted(
    (a, b) => LAST.indexOf(a.command) - LAST.indexOf(b.command),
  );

  for (const { command, cells } of ordered)
    await Promise.all(
      actors
        .map((actor, i) => [actor, cells[i]])
        .map(([actor, want]) => check(command, actor, want)),
    );
});

test("no command is left out", () => {
  const ids = Object.values(openapi.paths)
    .flatMap((item) => Object.values(item))
    .map(({ operationId }) => operationId)
    .concat(
      Object.entries(asyncapi.operations)
        .filter(([, { action }]) => action === "receive")
        .map(([id]) => id),
    )
    .map((id) => id.replace(/\.\d$/, ""));

  assert.deepEqual(
    [...new Set(ids)].sort(),
    rows.map(({ command }) => command).sort(),
  );
});

test("what the gateway tells is as it describes", () => {
  for (const person of Object.values(people))
    for (const { name, data } of person.events) {
      const told = asyncapi.channels.socket.messages[`${name}:told`];

      assert.ok(told, `${name} is not described`);
      assert.deepEqual(faults(asyncapi, told.payload, data), [], name);
      assert.deepEqual(unnamed(asyncapi, told.payload, data), [], name);
    }
});

test("who is banned or was removed is told nothing of the room", () => {
  for (const name of ["banned", "ex-member", "outsider"])
    assert.ok(
      people[name].events.every(
        ({ name: event, data }) =>
          event === "conversation:added" || data?.conversationId !== room,
      ),
      name,
    );
});
