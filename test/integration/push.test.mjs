// SPDX-License-Identifier: ISC
// Web Push: who does not look is told on their devices, in their language, and
// nobody else can read it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { asker, call } from "../lib/api.mjs";
import { guest, together } from "../lib/gateways.mjs";
import { House } from "../lib/house.mjs";
import { group } from "../lib/person.mjs";
import { Postgres } from "../lib/postgres.mjs";
import { PushService, sender } from "../lib/push-service.mjs";
import { until } from "../lib/wait.mjs";

const skip = !Postgres.installed && "no PostgreSQL in /usr/lib/postgresql";
const CONTACT = "mailto:admin@example.org";
const LONG = 30_000; // characters of an endpoint
let house, service, ann, ben;
let made = 0;

before(async () => {
  service = await PushService.open();
  house = await House.build({
    GATEWAY_RATE_MESSAGES: "1000",
    GATEWAY_RATE_GUESTS: "1000",
    GATEWAY_RATE_LOGINS: "1000",
    GATEWAY_PUSH_NETWORKS: "127.0.0.1",
    GATEWAY_PUSH_CONTACT: CONTACT,
    GATEWAY_PUSH_RETRY_MS: "50",
    TRANSLATOR_ENGINE: "echo",
  });
  await house.start();
  ann = await house.account("ann", "en");
  ben = await house.account("ben", "es");
});
after(async () => {
  await house.close();
  await service.close();
});

const { good, refused } = asker(() => house);
const list = (person) => good(person, "GET", "/push/devices");

/** A browser of the person's session, which is told. */
async function device(person, more = {}) {
  const browser = service.browser(`b${++made}`);

  await good(person, "PUT", "/push/devices", {
    ...browser.subscription,
    ...more,
  });
  return browser;
}

const remove = (person) => good(person, "DELETE", "/push/devices");

async function direct(one, other) {
  const { id } = await good(one, "POST", "/conversations", {
    type: "direct",
    participantIds: [other.user.id],
  });

  return id;
}

const say = (person, room, content) =>
  person.send(content, { conversationId: room });

test("a direct message comes sealed, signed, and in the reader's language", async () => {
  const browser = await device(ben);
  const room = await direct(ann, ben);
  const { messageId, seq } = await say(ann, room, "Good morning");
  const note = await browser.gets();

  assert.deepEqual(note, {
    room,
    message: messageId,
    seq,
    from: "ann",
    text: "[es] Good morning",
    language: "es",
    type: "text",
  });
  const { headers } = service.requests.at(-1);
  const { publicKey } = await good(ben, "GET", "/push/key");
  const who = sender(headers.authorization);

  assert.equal(who.key, publicKey);
  assert.equal(who.aud, service.url);
  assert.equal(who.sub, CONTACT);
  assert.ok(who.exp * 1000 > Date.now());
  assert.ok(who.exp * 1000 < Date.now() + 24 * 3600 * 1000);
  assert.equal(headers["content-encoding"], "aes128gcm");
  assert.equal(headers["content-type"], "application/octet-stream");
  assert.equal(headers.ttl, "86400");
  assert.match(headers.topic, /^[\w-]{1,32}$/);
  const [{ toldAt, current, host }] = await list(ben);

  assert.ok(toldAt && current);
  assert.equal(host, "127.0.0.1");
  await remove(ben);
});

test("in other rooms a mention is told, all of it where that is wanted", async () => {
  const room = await group(house, ann, ben);
  const meant = await device(ben);

  await say(ann, room, "Nobody by name");
  const { messageId } = await say(ann, room, "Hello @ben");
  const note = await meant.gets();

  assert.equal(note.message, messageId);
  assert.ok(note.where);
  await remove(ben);
  const all = await device(ben, { allRooms: true });
  const said = await say(ann, room, "For everybody");

  await all.gets(({ message }) => message === said.messageId);
  assert.equal(meant.notes.length, 1);
  await remove(ben);
});

test("who wants no text gets no text and no name", async () => {
  const browser = await device(ben, { quiet: true });
  const room = await direct(ann, ben);
  const { messageId, seq } = await say(ann, room, "It is a secret");

  assert.deepEqual(await browser.gets(), { room, message: messageId, seq });
  await remove(ben);
});

test("a long text is cut and still fits", async () => {
  const browser = await device(ben);
  const room = await direct(ann, ben);

  await say(ann, room, '"\n'.repeat(1_900));
  const { text } = await browser.gets();

  assert.ok(text.length > 100 && text.startsWith('"\n"'));
  await remove(ben);
});

test("who looks is told nothing, at any of their pages", async () => {
  const browser = await device(ben);
  const cleo = await house.account("cleo", "en");
  const cleos = await device(cleo);
  const room = await direct(ann, ben);
  const looks = (value) =>
    ben.socket.emitWithAck("presence:look", { looks: value });

  await looks(true);
  await say(ann, await group(house, ann, ben, cleo), "You see this, @all");
  // What is due first is looked at first: behind this, Ben's has been.
  await say(ann, await direct(ann, cleo), "Only for you");
  await cleos.gets(({ text }) => text === "Only for you");
  assert.equal(browser.notes.length, 0);
  await looks(false);
  const { messageId } = await say(ann, room, "And not this");

  assert.equal((await browser.gets()).message, messageId);
  await looks(true);
  ben.socket.disconnect(); // a page that is closed looks no more
  const last = await say(ann, room, "Nor this");

  await browser.gets(({ message }) => message === last.messageId);
  assert.equal(browser.notes.length, 2);
  ben.socket.connect();
  await remove(ben);
});

test("what is busy or away is told later, and when it says so", async () => {
  const browser = await device(ben);
  const room = await direct(ann, ben);
  const from = service.requests.length;

  service.answers.push(
    { status: 429, headers: { "retry-after": "2" } },
    { status: 503 },
  );
  const began = Date.now();

  await say(ann, room, "Later");
  await browser.gets();
  assert.ok(Date.now() - began >= 2_000, "it waited as long as it was told");
  assert.deepEqual(
    service.requests.slice(from).map(({ status }) => status),
    [429, 503, 201],
  );
  await until(
    async () => (await list(ben))[0].failures === 0,
    "that it was told is written",
  );
  await remove(ben);
});

test("what its service does not know any more is removed", async () => {
  for (const status of [404, 410]) {
    await device(ben);
    service.answers.push({ status });
    await say(ann, await direct(ann, ben), "Anybody?");
    await until(
      async () => (await list(ben)).length === 0,
      "the device is removed",
    );
  }
  assert.match(
    (await call(house.url, "GET", "/metrics")).text,
    /notifications_gone[^\n]* 2/,
  );
});

test("what was not told before a stop or a kill is told after it", async () => {
  const browser = await device(ben);
  const room = await direct(ann, ben);
  const kills = [() => house.gateway.kill(), () => house.gateway.stop()];

  for (const end of kills) {
    service.answers.push(...Array(100).fill({ status: 503 }));
    const { messageId } = await say(ann, room, "Wait for it");

    await until(() => service.answers.length < 100, "it was tried");
    await end();
    service.answers.length = 0;
    house.gateway.start();
    await house.answering();
    await browser.gets(({ message }) => message === messageId);
    await until(() => ann.socket.connected, "ann is back");
  }
  await remove(ben);
});

test("with the session goes the device, and with the room what was said there", async () => {
  const other = await call(house.url, "POST", "/auth/login", {
    body: { username: "ben", password: "correct horse battery" },
  });
  const token = other.body.data.token;
  const browser = await device({ token });
  const room = await direct(ann, ben);
  const [{ sessionId, current }] = await list(ben);

  assert.equal(current, false);
  await good(ben, "DELETE", `/auth/sessions/${sessionId}`);
  assert.deepEqual(await list(ben), []);
  const kitchen = await group(house, ann, ben);
  const all = await device(ben, { allRooms: true });

  service.answers.push({ status: 503, headers: { "retry-after": "1" } });
  await say(ann, room, "You are still here");
  await say(ann, kitchen, "Not for who left");
  await good(
    ann,
    "DELETE",
    `/conversations/${kitchen}/participants/${ben.user.id}`,
  );
  await all.gets();
  const last = await say(ann, room, "What is due first is told first");

  await all.gets(({ message }) => message === last.messageId);
  assert.ok(all.notes.every((note) => note.room === room));
  assert.equal(browser.notes.length, 0);
  await remove(ben);
});

test("the same browser is somebody else's once they signed in there", async () => {
  const browser = await device(ben);

  await good(ann, "PUT", "/push/devices", browser.subscription);
  assert.deepEqual(await list(ben), []);
  assert.equal((await list(ann)).length, 1);
  await remove(ann);
  assert.equal(
    await refused(ann, "DELETE", "/push/devices"),
    "404 that gets no notifications",
  );
});

test("an address that is none, and a key that is none, are refused", async () => {
  const { subscription } = service.browser("none");
  const put = (more) =>
    refused(ben, "PUT", "/push/devices", { ...subscription, ...more });

  assert.match(await put({ endpoint: "ftp://push.example.org/x" }), /^400/);
  assert.match(await put({ endpoint: "https://me:pw@example.org/" }), /^400/);
  assert.match(
    await put({ endpoint: `https://example.org/${"x".repeat(LONG)}` }),
    /^4(00|13)/,
  );
  assert.match(await put({ p256dh: "AAAA" }), /^400 p256dh/);
  assert.match(await put({ auth: "AAAA" }), /^400 auth/);
  assert.match(
    await refused(undefined, "PUT", "/push/devices", subscription),
    /^401/,
  );
});

test("addresses of this machine's network are told nothing unless it is allowed", async () => {
  const strict = await House.build({ GATEWAY_PUSH_RETRY_MS: "50" });

  try {
    strict.gateway.start();
    await strict.answering();
    const one = await strict.account("ann", "en");
    const two = await strict.account("ben", "en");
    const { subscription } = service.browser("inside");
    const put = (endpoint) =>
      call(strict.url, "PUT", "/push/devices", {
        token: two.token,
        body: { ...subscription, endpoint },
      });
    const from = service.requests.length;

    assert.equal((await put(subscription.endpoint)).status, 400);
    assert.equal(
      (await put(`https://127.0.0.1:${service.server.port}/`)).status,
      200,
    );
    const made = await call(strict.url, "POST", "/conversations", {
      token: one.token,
      body: { type: "direct", participantIds: [two.user.id] },
    });

    await one.send("Inside", { conversationId: made.body.data.id });
    await until(
      () =>
        strict.gateway.log.some((line) =>
          line.includes("the address is not of the public internet"),
        ),
      "it is refused",
    );
    assert.equal(service.requests.length, from);
    assert.ok(!strict.gateway.log.some((line) => line.includes("/to/")));
  } finally {
    await strict.close();
  }
});

test(
  "of several gateways one sends, and who looks at any is not told",
  { skip },
  () =>
    together(
      2,
      async (inn, [one, two]) => {
        const a = await guest(inn, one, "Amélie", "fr");
        const b = await guest(inn, two, "Bob", "fr");
        const keys = await Promise.all(
          [one, two].map(({ url }) =>
            call(url, "GET", "/push/key", { token: a.token }),
          ),
        );
        const browser = service.browser("shared");
        const put = await call(one.url, "PUT", "/push/devices", {
          token: b.token,
          body: browser.subscription,
        });
        const room = await call(one.url, "POST", "/conversations", {
          token: a.token,
          body: { type: "direct", participantIds: [b.user.id] },
        });
        const { id } = room.body.data;

        assert.deepEqual(keys[0].body, keys[1].body);
        assert.equal(put.status, 200, put.text);
        for (let i = 0; i < 5; i++) {
          const { messageId } = await say(a, id, `Message ${i}`);

          await browser.gets(({ message }) => message === messageId);
        }
        assert.equal(browser.notes.length, 5);
        await b.socket.emitWithAck("presence:look", { looks: true });
        const c = await guest(inn, one, "Chloé", "fr");
        const other = service.browser("other");

        await call(two.url, "PUT", "/push/devices", {
          token: c.token,
          body: other.subscription,
        });
        const kitchen = await group(inn, a, b, c);

        await say(a, kitchen, "Hello @Bob");
        await say(a, kitchen, "Hello @Chloé"); // due behind Bob's
        await other.gets();
        assert.equal(browser.notes.length, 5);
        await two.daemon.kill(); // it cannot say that nobody looks there any more
        await until(async () => {
          await say(a, id, "Are you there?");
          return browser.notes.length > 5;
        }, "the lease of the dead gateway ends");
      },
      { GATEWAY_PUSH_NETWORKS: "127.0.0.1", TRANSLATOR_ENGINE: "echo" },
    ),
);

test("a server without notifications says so", async () => {
  const without = await House.build({ GATEWAY_PUSH: "false" });

  try {
    without.gateway.start();
    await without.answering();
    const one = await without.guest("ann", "en");
    const answer = await call(without.url, "GET", "/push/key", {
      token: one.token,
    });

    assert.equal(answer.status, 404);
  } finally {
    await without.close();
  }
});
