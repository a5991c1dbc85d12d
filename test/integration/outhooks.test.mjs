// SPDX-License-Identifier: ISC
// Outgoing webhooks: what happens in a room is posted, signed, in order and
// surely; not into one's own network, and not for ever.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, test } from "node:test";

import { asker, call } from "../lib/api.mjs";
import { House } from "../lib/house.mjs";
import { listen } from "../lib/listen.mjs";
import { group } from "../lib/person.mjs";
import { until } from "../lib/wait.mjs";

const ATTEMPTS = 3;
let house, ann, ben;

/** A program that hears: posts as they came, and how it answers the next. */
class Ear {
  posts = [];
  answers = [];

  static async open() {
    const ear = new Ear();

    ear.server = await listen(async (request, response) => {
      const chunks = [];

      for await (const chunk of request) chunks.push(chunk);
      const { headers, url } = request;
      const text = Buffer.concat(chunks).toString();
      const status = ear.answers.shift() ?? 200;

      ear.posts.push({ headers, url, text, status, ...JSON.parse(text) });
      response.writeHead(status, {
        location: `${ear.server.url}/x`,
      });
      response.end("thank you");
    });
    ear.url = `${ear.server.url}/in?key=secret`;
    return ear;
  }

  /** What was taken, in order. */
  get events() {
    return this.posts
      .filter(({ status }) => status === 200)
      .flatMap(({ events }) => events);
  }

  hears(passes) {
    return until(() => this.events.find(passes), "it is told");
  }

  close() {
    return this.server.close();
  }
}

before(async () => {
  house = await House.build({
    GATEWAY_RATE_MESSAGES: "1000",
    GATEWAY_RATE_GUESTS: "1000",
    GATEWAY_HOOK_NETWORKS: "127.0.0.1",
    GATEWAY_HOOK_ATTEMPTS: String(ATTEMPTS),
    GATEWAY_HOOK_RETRY_MS: "20",
  });
  house.gateway.start();
  await house.answering();
  [ann, ben] = await Promise.all([
    house.account("ann", "en"),
    house.account("ben", "es"),
  ]);
});
after(() => house.close());

const { good, refused } = asker(() => house);
const hook = (room, url) =>
  good(ann, "POST", `/conversations/${room}/outhooks`, { url });
const listed = (room, person = ann) =>
  good(person, "GET", `/conversations/${room}/outhooks`);

test("what happens in a room is told in order, and signed", async (t) => {
  const ear = await Ear.open();

  t.after(() => ear.close());
  const room = await group(house, ann, ben);

  await ann.send("Before", { conversationId: room });
  const { id, secret } = await hook(room, ear.url);
  const first = await ann.send("One", { conversationId: room });

  await ben.send("Two", { conversationId: room });
  await good(ann, "PATCH", `/messages/${first.messageId}`, { content: "Uno" });
  await good(ann, "DELETE", `/messages/${first.messageId}`);
  await good(ann, "PATCH", `/conversations/${room}`, { title: "Attic" });
  await good(
    ann,
    "DELETE",
    `/conversations/${room}/participants/${ben.user.id}`,
  );
  await ear.hears(({ event }) => event === "member:removed");
  assert.deepEqual(
    ear.events.map(({ event }) => event),
    [
      "message:new",
      "message:new",
      "message:edited",
      "message:deleted",
      "conversation:updated",
      "member:removed",
    ],
  );
  const [said, two] = ear.events;

  assert.equal(said.message.id, first.messageId);
  assert.equal(two.message.content, "Two");
  assert.deepEqual(ear.events.at(-1).user, {
    id: ben.user.id,
    displayName: "ben",
  });
  for (const { headers, text, url, webhookId, conversationId } of ear.posts) {
    const when = headers["x-meeshy-timestamp"];
    const mac = createHmac("sha256", secret)
      .update(`${when}.${text}`)
      .digest("hex");

    assert.equal(headers["x-meeshy-signature"], `sha256=${mac}`);
    assert.equal(headers["content-type"], "application/json");
    assert.deepEqual(
      [url, webhookId, conversationId],
      ["/in?key=secret", id, room],
    );
  }
  const deliveries = ear.posts.map(
    ({ headers }) => headers["x-meeshy-delivery"],
  );

  assert.equal(new Set(deliveries).size, deliveries.length);
});

test("what is not taken is told again, and nothing is lost or skipped", async (t) => {
  const ear = await Ear.open();

  t.after(() => ear.close());
  const room = await group(house, ann);
  const { id } = await hook(room, ear.url);

  ear.answers.push(500, 302);
  for (const content of ["One", "Two", "Three"])
    await ann.send(content, { conversationId: room });
  await ear.hears(({ message }) => message.content === "Three");
  assert.deepEqual(
    ear.events.map(({ message }) => message.content),
    ["One", "Two", "Three"],
  );
  assert.ok(
    ear.posts.every(({ url }) => url === "/in?key=secret"),
    "nobody is followed",
  );
  await until(
    async () => (await listed(room)).some((h) => h.id === id && !h.failures),
    "its failures are forgotten",
  );
});

test("what fails too often is given up, said so, and goes on when asked", async (t) => {
  const ear = await Ear.open();

  t.after(() => ear.close());
  const room = await group(house, ann, ben);
  const { id } = await hook(room, ear.url);

  ear.answers.push(...Array(ATTEMPTS).fill(503));
  await ann.send("One", { conversationId: room });
  const given = await until(
    async () => (await listed(room)).find((h) => h.disabledAt),
    "it is given up",
  );

  assert.equal(given.failures, ATTEMPTS);
  assert.equal(given.reason, "it answered 503");
  assert.ok(
    house.gateway.log.some(
      (line) => line.includes("webhook given up") && line.includes(id),
    ),
  );
  assert.match(
    (await call(house.url, "GET", "/metrics")).text,
    /webhooks_given_up[^\n]* 1/,
  );
  await ann.send("Two", { conversationId: room });
  await good(ann, "POST", `/conversations/${room}/outhooks/${id}/enable`);
  await ear.hears(({ message }) => message.content === "Two");
  assert.equal(
    ear.posts.filter(({ status }) => status === 503).length,
    ATTEMPTS,
  );
  assert.deepEqual(
    ear.events.map(({ message }) => message.content),
    ["One", "Two"],
  );
});

test("nobody there is a failure, too", async () => {
  const room = await group(house, ann);

  await hook(room, "http://127.0.0.1:1/");
  await ann.send("One", { conversationId: room });
  const given = await until(
    async () => (await listed(room)).find((h) => h.disabledAt),
    "it is given up",
  );

  assert.match(given.reason, /connect/i);
});

test("a restart goes on where it was", async (t) => {
  const ear = await Ear.open();

  t.after(() => ear.close());
  const room = await group(house, ann);

  await hook(room, ear.url);
  await ann.send("One", { conversationId: room });
  await ear.hears(({ message }) => message.content === "One");
  await house.gateway.stop();
  house.gateway.start();
  await house.answering();
  await until(() => ann.socket.connected, "ann is here again");
  await ann.send("Two", { conversationId: room });
  await ear.hears(({ message }) => message.content === "Two");
  assert.deepEqual(
    ear.events.map(({ message }) => message.content),
    ["One", "Two"],
  );
});

test("members see where it goes, admins the address, nobody the secret", async () => {
  const room = await group(house, ann, ben);
  const { id, secret, url } = await hook(room, "https://example.org/a?key=b");
  const mine = await listed(room);
  const his = await listed(room, ben);

  assert.equal(url, "https://example.org/a?key=b");
  assert.equal(mine[0].url, url);
  assert.deepEqual(Object.keys(his[0]).sort(), [
    "createdAt",
    "createdBy",
    "host",
    "id",
  ]);
  assert.equal(his[0].host, "example.org");
  assert.ok(!JSON.stringify([mine, his]).includes(secret));
  await good(ann, "DELETE", `/conversations/${room}/outhooks/${id}`);
  assert.deepEqual(await listed(room), []);
});

test("what is no address of the web is refused at once", async () => {
  const room = await group(house, ann);

  for (const url of [
    "example.org",
    "ftp://example.org/",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "https://me:word@example.org/",
    "https://",
    "http://exa mple.org/",
    "gopher://127.0.0.1:6379/_FLUSHALL",
  ])
    assert.match(
      await refused(ann, "POST", `/conversations/${room}/outhooks`, { url }),
      /^400/,
      url,
    );
});

test("inside of this network nothing is called, whatever its name", async (t) => {
  const closed = await House.build({
    GATEWAY_RATE_GUESTS: "1000",
    GATEWAY_HOOK_ATTEMPTS: "1",
  });
  const ear = await Ear.open();

  t.after(async () => {
    ear.close();
    await closed.close();
  });
  closed.gateway.start();
  await closed.answering();
  const eve = await closed.account("eve", "en");
  const inside = asker(() => closed);

  for (const host of [
    "127.0.0.1",
    "localhost",
    "2130706433", // the same, as a number
    "[::ffff:127.0.0.1]",
    "0.0.0.0",
  ]) {
    const room = await group(closed, eve);

    await inside.good(eve, "POST", `/conversations/${room}/outhooks`, {
      url: `http://${host}:${ear.server.port}/`,
    });
    await eve.send("Hello", { conversationId: room });
    const given = await until(
      async () =>
        (await inside.good(eve, "GET", `/conversations/${room}/outhooks`)).find(
          (h) => h.disabledAt,
        ),
      `${host} is given up`,
    );

    assert.equal(
      given.reason,
      "the address is not of the public internet",
      host,
    );
  }
  assert.equal(ear.posts.length, 0);
});
