// SPDX-License-Identifier: ISC
// Several gateways of one database: whoever is at one hears of the others.
import assert from "node:assert/strict";
import { test } from "node:test";

import { call } from "../lib/api.mjs";
import { guest, stats, together } from "../lib/gateways.mjs";
import { emit, Person } from "../lib/person.mjs";
import { Postgres } from "../lib/postgres.mjs";
import { Redis } from "../lib/redis.mjs";
import { pause, until } from "../lib/wait.mjs";

const MESSAGES = 200;
const GUESTS = 10; // a minute
const skip = !Postgres.installed && "no PostgreSQL in /usr/lib/postgresql";
const skipRedis = skip || (!Redis.installed && "no redis-server");

async function chat(house, [one, two]) {
  const a = await guest(house, one, "Amélie", "fr");
  const b = await guest(house, two, "Bob", "en");

  // what Bob reads is known there as soon as the bus has said so
  await until(async () => {
    const { messageId } = await a.send("Bonjour.");

    return b.translation(messageId, 1_000);
  }, "Amélie is translated for Bob");
  const { messageId } = await a.send("Le chat est noir.");
  const shown = ({ id }) => id === messageId;

  const { data } = await b.sees("message:new", shown);

  assert.equal(data.content, "Le chat est noir.");
  assert.match((await b.translation(messageId)).text, /cat/i);

  const answer = await b.send("The house is big.", { replyTo: messageId });

  await a.sees("message:new", ({ id }) => id === answer.messageId);
  assert.ok(await a.translation(answer.messageId));
  return { a, b, messageId };
}

test("a message sent at one gateway reaches people at another", { skip }, () =>
  together(2, async (house, gateways) => {
    const { a, b, messageId } = await chat(house, gateways);

    await emit(a, "message:edit", { messageId, content: "Le chat est blanc." });
    await b.sees("message:edited", (m) => m.content === "Le chat est blanc.");
    await emit(b, "reaction:add", { messageId, emoji: "👍" });
    const { data } = await a.sees(
      "message:edited",
      (m) => m.id === messageId && m.reactions?.length,
    );

    assert.deepEqual(data.reactions, [{ emoji: "👍", count: 1, own: false }]);
    await emit(a, "reaction:add", { messageId, emoji: "👍" });
    await b.sees("message:edited", (m) => {
      const [{ count, own } = {}] = m.reactions ?? [];

      return m.id === messageId && count === 2 && own;
    });
    await b.send("Et le chien ?", { threadId: messageId });
    await a.sees(
      "message:thread",
      (m) => m.messageId === messageId && m.thread.replies === 1,
    );
    await emit(a, "typing:start", { conversationId: "any" });
    await b.sees("typing:start", ({ userId }) => userId === a.user.id);
    await emit(a, "message:delete", { messageId });
    await b.sees("message:deleted", (m) => m.messageId === messageId);
  }),
);

test("the same by a Redis", { skip: skipRedis }, async () => {
  const server = await Postgres.build();
  const redis = new Redis(server.dir);

  try {
    await redis.start();
    await together(2, (house, gateways) => chat(house, gateways), {
      GATEWAY_BUS_URL: redis.url,
    });
  } finally {
    await redis.kill();
    await server.close();
  }
});

test("a room and its members are the same at all of them", { skip }, () =>
  together(2, async (house, [one, two]) => {
    const a = await guest(house, one, "Amélie", "fr");
    const b = await guest(house, two, "Bob", "en");
    const made = await call(one.url, "POST", "/conversations", {
      token: a.token,
      body: { type: "group", title: "Kitchen", participantIds: [b.user.id] },
    });
    const { id } = made.body.data;
    const here = { conversationId: id };

    await b.sees("conversation:added", (e) => e.conversationId === id);
    const { messageId } = await b.send("The soup is hot.", here);

    await a.sees("message:new", (m) => m.id === messageId);
    await a.translation(messageId);
    await call(
      one.url,
      "DELETE",
      `/conversations/${id}/participants/${b.user.id}`,
      {
        token: a.token,
      },
    );
    await b.sees("conversation:removed", (e) => e.conversationId === id);
  }),
);

/** Somebody's stream is written at all gateways at once, so none of them knows
 * what is in it at the moment. */
const ROUNDS = 4;
const AT_ONCE = 3;

test("a room just made is there, whoever writes beside", { skip }, () =>
  together(2, async (house, gateways) => {
    const a = await guest(house, gateways[0], "Amélie", "fr");
    const b = await guest(house, gateways[1], "Bob", "en");
    const post = (at, person, path, body) =>
      call(gateways[at].url, "POST", path, { token: person.token, body });

    /** Made at one; said something in at the other. */
    async function make(at) {
      const made = await post(at, a, "/conversations", {
        type: "public",
        title: "Kitchen",
      });

      assert.equal(made.status, 201, made.text);
      const { id, role } = made.body.data;

      assert.equal(role, "owner");
      const said = await post(1 - at, a, `/conversations/${id}/messages`, {
        content: "Bonjour.",
      });

      assert.equal(said.status, 201, said.text);
      return { id, messageId: said.body.data.messageId };
    }

    /** Come in at one; react to what was said at the other. */
    async function join(at, { id, messageId }) {
      const joined = await post(at, b, `/conversations/${id}/join`);

      assert.equal(joined.status, 200, joined.text);
      assert.equal(joined.body.data?.id, id);
      assert.equal(joined.body.data.role, "member");
      const reacted = await call(
        gateways[1 - at].url,
        "PUT",
        `/messages/${messageId}/reactions/${encodeURIComponent("👍")}`,
        { token: b.token },
      );

      assert.ok(reacted.status < 300, reacted.text);
    }

    for (let i = 0; i < ROUNDS; i++) {
      const rooms = await Promise.all(
        Array.from({ length: 2 * AT_ONCE }, (_, k) => make(k % 2)),
      );

      await Promise.all(rooms.map((room, k) => join(k % 2, room)));
    }
  }),
);

test("who is kept out or set up at one is so at all", { skip }, () =>
  together(
    2,
    async (house, [one, two]) => {
      const account = async (gateway, username) => {
        const { body } = await call(gateway.url, "POST", "/auth/register", {
          body: { username, password: "correct horse battery", language: "fr" },
        });

        return Object.assign(new Person(), {
          ...{ url: gateway.url, username, ...body.data },
        });
      };
      const from = (address) => ({ "x-forwarded-for": address });
      const enter = (gateway, headers) =>
        call(gateway.url, "POST", "/auth/guest", {
          ...{ body: { username: "trudy", language: "fr" }, headers },
        });
      const root = await account(one, "root-of-all");
      const ben = await account(two, "ben");
      const asRoot = async (method, path, body) => {
        const { token } = root;
        const answer = await call(one.url, method, path, { token, body });

        assert.ok(answer.status < 300, answer.text);
        return answer.body.data;
      };
      const ben2 = async (method, path, body) =>
        (await call(two.url, method, path, { token: ben.token, body })).status;
      const claim = one.daemon.log.join("\n").match(/admin_claim=([\w-]+)/)[1];

      await ben.connect({ reconnection: false });
      await asRoot("POST", "/admin/claim", { token: claim });

      const admin = `/admin/users/${ben.user.id}`;

      await asRoot("PUT", `${admin}/admin`, { admin: true });
      await until(
        async () => (await ben2("GET", "/admin/users")) === 200,
        "an admin is one at the other gateway",
      );
      await asRoot("PUT", `${admin}/admin`, { admin: false });
      await until(
        async () => (await ben2("GET", "/admin/users")) === 403,
        "and is none any more",
      );

      const { id } = await asRoot("POST", "/conversations", {
        ...{ type: "group", title: "Kitchen", participantIds: [ben.user.id] },
      });

      await ben.sees("conversation:added", (e) => e.conversationId === id);
      await asRoot("PUT", `/conversations/${id}/bans/${ben.user.id}`);
      await ben.sees("conversation:removed", (e) => e.conversationId === id);
      assert.equal(
        await ben2("POST", `/conversations/${id}/messages`, { content: "Oh" }),
        403,
      );

      const there = await enter(two, from("192.0.2.7"));
      const trudy = Object.assign(new Person(), {
        ...{ url: two.url, username: "trudy", ...there.body.data },
      });

      await trudy.connect({
        ...{ extraHeaders: from("192.0.2.7"), reconnection: false },
      });
      await asRoot("PUT", "/admin/bans", { network: "192.0.2.0/24" });
      await until(() => !trudy.socket.connected, "who is there is put out");
      assert.equal((await enter(two, from("192.0.2.8"))).status, 403);
      await asRoot("DELETE", "/admin/bans?network=192.0.2.0/24");
      await until(
        async () => (await enter(two, from("192.0.2.8"))).status === 201,
        "and may come again",
      );

      await asRoot("PUT", `${admin}/disabled`, { disabled: true });
      await until(() => !ben.socket.connected, "who is shut out is out");
      assert.equal(await ben2("GET", "/conversations"), 401);
    },
    { GATEWAY_TRUST_PROXY: "true" },
  ),
);

test("a session that ends at one ends at all within a second", { skip }, () =>
  together(2, async (house, [one, two]) => {
    const a = await guest(house, one, "Amélie", "fr");
    const elsewhere = Object.assign(new Person(), { ...a, events: [] });

    elsewhere.url = two.url;
    await elsewhere.connect({ reconnection: false });
    const ended = new Promise((done) =>
      elsewhere.socket.once("disconnect", done),
    );

    await call(one.url, "POST", "/auth/logout", { token: a.token });
    await ended;
    const again = await call(two.url, "GET", "/conversations", {
      token: a.token,
    });

    assert.equal(again.status, 401);
    elsewhere.leave();
  }),
);

test("who goes to another gateway has no more guests there", { skip }, () =>
  together(
    2,
    async (house, [one, two]) => {
      const enter = (gateway, name) =>
        call(gateway.url, "POST", "/auth/guest", {
          body: { username: name, language: "en" },
        });

      for (let i = 0; i < GUESTS; i++)
        assert.equal((await enter(one, `one ${i}`)).status, 201);
      let there = 0; // until it has heard of them

      await until(async () => {
        await pause(300);
        return (await enter(two, `two ${there++}`)).status === 429;
      }, "it is refused at the other one");
      assert.ok(there < GUESTS, `${there} there`);
    },
    { GATEWAY_RATE_GUESTS: String(GUESTS) },
  ),
);

test(
  "of three one is killed: nothing is lost, nothing is twice, all is translated",
  { skip, timeout: 300_000 },
  () =>
    together(3, async (house, gateways) => {
      const [one, two, three] = gateways;
      const writers = [
        await guest(house, one, "Amélie", "fr"),
        await guest(house, two, "Benoît", "fr"),
        await guest(house, three, "Chloé", "fr"),
      ];
      const readers = [
        await guest(house, one, "Xenia", "en"),
        await guest(house, two, "Yves", "en"),
      ];
      const acks = [];
      const sending = Promise.all(
        writers.map(async (writer, w) => {
          for (let i = 0; i < MESSAGES / 2; i++) {
            const content = `Nous avons ${1000 * (w + 1) + i} maisons.`;

            try {
              acks.push(await writer.sendSurely(content, `message-${w}-${i}`));
            } catch {
              // who was at the one that died goes to another
              writer.leave();
              writer.url = one.url;
              await writer.connect();
              acks.push(await writer.sendSurely(content, `message-${w}-${i}`));
            }
            await pause(5);
          }
        }),
      );

      await until(() => acks.length > 60, "some are acknowledged", 60_000);
      await three.daemon.kill();
      writers[2].leave();
      writers[2].url = one.url;
      await writers[2].connect();
      await sending;

      for (const reader of readers) {
        await until(
          () =>
            acks.every(({ messageId }) =>
              reader.find("message:new", ({ id }) => id === messageId),
            ),
          `${reader.username} sees all of ${acks.length}`,
          60_000,
        );
        await until(
          () =>
            acks.every(({ messageId }) =>
              reader.translations.some((t) => t.messageId === messageId),
            ),
          `${reader.username} has all translations`,
          90_000,
        );
      }
      const history = await readers[0].history();

      assert.equal(history.length, acks.length);
      assert.equal(
        new Set(history.map(({ content }) => content)).size,
        acks.length,
      );
      assert.deepEqual(
        history.map(({ seq }) => seq),
        Array.from({ length: acks.length }, (_, i) => i + 1),
      );
      for (const reader of readers) {
        const shown = reader.all("message:new").map(({ data }) => data.id);

        assert.equal(
          shown.length,
          new Set(shown).size,
          "nothing is shown twice",
        );
        assert.equal(
          reader.translations.length,
          new Set(reader.translations.map((t) => t.messageId)).size,
          "no translation is shown twice",
        );
      }
      const taken =
        (await stats(one.url)).translations_taken_over +
        (await stats(two.url)).translations_taken_over;

      console.log(`# taken over ${taken}`);
      gateways.pop();
    }),
);
