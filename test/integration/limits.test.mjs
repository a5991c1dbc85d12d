// SPDX-License-Identifier: ISC
// What one client may do to all others.
import assert from "node:assert/strict";
import { test } from "node:test";

import { io } from "socket.io-client";

import { call } from "../lib/api.mjs";
import { House } from "../lib/house.mjs";
import { Person, emit } from "../lib/person.mjs";
import { until } from "../lib/wait.mjs";

/** A gateway alone: no translator is needed here. */
async function inGateway(env, test) {
  const house = await House.build(env);

  try {
    house.gateway.start();
    await house.answering();
    await test(house);
  } finally {
    await house.close();
  }
}

const enter = (house, forwarded) =>
  call(house.url, "POST", "/auth/guest", {
    body: { username: "Guy", language: "fr" },
    headers: forwarded ? { "x-forwarded-for": forwarded } : {},
  });

test("editing and deleting count as much as saying", () =>
  inGateway({ GATEWAY_RATE_MESSAGES: "5" }, async (house) => {
    const a = await house.guest("A", "fr");
    const { messageId } = await a.send("un");
    const edits = Array.from({ length: 50 }, (_, i) =>
      emit(a, "message:edit", { messageId, content: `deux ${i}` }),
    );
    // In the same breath, so that no time has passed to earn another one.
    const deletion = emit(a, "message:delete", { messageId });
    const refused = (await Promise.all(edits)).filter(
      ({ code }) => code === "RATE",
    );

    assert.ok(refused.length >= 30, `${refused.length} of 50`);
    assert.equal((await deletion).code, "RATE");
  }));

test("what is changed over REST has a rate too", () =>
  inGateway({ GATEWAY_RATE_MESSAGES: "5" }, async (house) => {
    const { token } = (await enter(house)).body.data;
    const answers = await Promise.all(
      Array.from({ length: 40 }, () =>
        call(house.url, "PATCH", "/users/me", {
          token,
          body: { language: "en" },
        }),
      ),
    );

    assert.equal(answers[0].status, 200);
    assert.ok(answers.filter(({ status }) => status === 429).length >= 20);
  }));

test("an address makes so many conversations a minute", () =>
  inGateway({ GATEWAY_RATE_GUESTS: "3" }, async (house) => {
    const { token } = (await enter(house)).body.data;
    const make = () =>
      call(house.url, "POST", "/conversations", {
        token,
        body: { type: "group", title: "Kitchen" },
      });

    for (let i = 0; i < 3; i++) assert.equal((await make()).status, 201);
    assert.equal((await make()).status, 429);
  }));

test("behind a proxy that is trusted each visitor has a rate", () =>
  inGateway(
    { GATEWAY_RATE_GUESTS: "1", GATEWAY_TRUST_PROXY: "true" },
    async (house) => {
      assert.equal((await enter(house, "192.0.2.1")).status, 201);
      assert.equal((await enter(house, "192.0.2.2")).status, 201);
      const forged = await enter(house, "203.0.113.9, 192.0.2.1");

      assert.equal(forged.status, 429);
      assert.equal((await enter(house, "2001:db8::1")).status, 201);
      assert.equal((await enter(house, "2001:db8::2")).status, 429);
    },
  ));

test("without such a proxy nobody chooses an address", () =>
  inGateway({ GATEWAY_RATE_GUESTS: "1" }, async (house) => {
    assert.equal((await enter(house, "192.0.2.1")).status, 201);
    assert.equal((await enter(house, "192.0.2.2")).status, 429);
  }));

test("a page of history that would be huge ends early, with nothing lost", () =>
  inGateway({ GATEWAY_RATE_MESSAGES: "1000" }, async (house) => {
    const a = await house.guest("A", "fr");
    const long = `x${"\u0001".repeat(3999)}`; // six bytes each, as JSON
    const page = async (where) => {
      const { body, text } = await call(
        house.url,
        "GET",
        `/conversations/any/messages?limit=200&${where}`,
        { token: a.token },
      );

      assert.ok(text.length < 1_000_000, `${text.length} bytes`);
      return [body.data.messages.map(({ seq }) => seq), body.data.hasMore];
    };

    for (let i = 0; i < 200; i++) await a.send(long);
    const all = Array.from({ length: 200 }, (_, i) => i + 1);
    const back = [];
    const on = [];

    for (let more = true; more;) {
      const [rows, older] = await page(`before=${back[0] ?? 201}`);

      assert.ok(rows.length > 0 && rows.length < 200);
      back.unshift(...rows);
      more = older;
    }
    assert.deepEqual(back, all);
    for (let more = true; more;) {
      const [rows, newer] = await page(`after=${on.at(-1) ?? 0}`);

      assert.ok(rows.length > 0 && rows.length < 200);
      on.push(...rows);
      more = newer;
    }
    assert.deepEqual(on, all);
  }));

const INVITES = { GATEWAY_RATE_INVITES: "200" }; // as it is by itself

test("nobody is put into rooms in crowds, nor puts crowds into one", () =>
  inGateway({ ...INVITES, GATEWAY_RATE_GUESTS: "100" }, async (house) => {
    const people = await Promise.all(
      Array.from({ length: 41 }, () => enter(house)),
    );
    const [{ token }, ...others] = people.map(({ body }) => body.data);
    const group = (n) =>
      call(house.url, "POST", "/conversations", {
        token,
        body: {
          type: "group",
          title: "Crowd",
          participantIds: others.slice(0, n).map(({ user }) => user.id),
        },
      });

    assert.equal((await group(39)).status, 201);
    const more = await group(2);

    assert.equal(more.status, 429);
    assert.match(more.body.error, /too many people/);
    assert.equal((await group(0)).status, 201, "rooms are made as before");
  }));

test("a name that cannot be seen, or turns others around, is refused", () =>
  inGateway({}, async (house) => {
    const { token } = (await enter(house)).body.data;

    for (const name of ["\u200b", "\u3164 ", "Ada\u202e", "a\u2028b"]) {
      const guest = await call(house.url, "POST", "/auth/guest", {
        body: { username: name, language: "fr" },
      });
      const room = await call(house.url, "POST", "/conversations", {
        token,
        body: { type: "group", title: name },
      });

      assert.equal(guest.status, 400, JSON.stringify(name));
      assert.equal(room.status, 400, JSON.stringify(name));
    }
  }));

test("nobody is called like those who run the server", () =>
  inGateway({}, async (house) => {
    const enter = (door, body) =>
      call(house.url, "POST", `/auth/${door}`, {
        body: { language: "fr", password: "correct horse battery", ...body },
      });
    const names = ["System (admin)", "\u0430dmin", "Support"];
    const guests = await Promise.all(
      names.map((username) => enter("guest", { username })),
    );
    const first = await enter("register", { username: "admin" });
    const [token] = house.gateway.log
      .map((line) => /admin_claim=(\S+)/.exec(line)?.[1])
      .filter(Boolean);
    const claim = await call(house.url, "POST", "/admin/claim", {
      token: first.body.data.token,
      body: { token },
    });
    const next = await enter("register", {
      username: "ann",
      displayName: "Administrator",
    });

    assert.deepEqual(
      guests.map(({ status }) => status),
      [400, 400, 400],
    );
    assert.equal(first.status, 201, "who is to be the first admin may be");
    assert.equal(claim.status, 200);
    assert.match(next.body.error, /kept for those who run the server/);
  }));

test("a name is kept whole and throws nobody out, whatever its letters", () =>
  inGateway({}, async (house) => {
    const name = "😀".repeat(40);
    const title = "😀".repeat(80);
    const bob = await house.guest("Bob", "en");
    const smiling = await house.guest(name, "fr");
    const room = await call(house.url, "POST", "/conversations", {
      token: smiling.token,
      body: { type: "group", title },
    });

    assert.equal(smiling.user.displayName, name);
    assert.equal(room.body.data.title, title);
    await smiling.send("Bonjour");
    const { data } = await bob.sees("message:new");

    assert.equal(data.sender.displayName, name);
    assert.ok(bob.socket.connected && smiling.socket.connected);
  }));

test("a person has one rate over all connections", () =>
  inGateway({ GATEWAY_RATE_MESSAGES: "5" }, async (house) => {
    const a = await house.guest("A", "fr");
    const sockets = await Promise.all(
      Array.from({ length: 10 }, async () => {
        const socket = io(house.url, {
          auth: { token: a.token },
          transports: ["websocket"],
          forceNew: true,
        });

        await until(() => socket.connected, "another socket");
        return socket;
      }),
    );
    const answers = await Promise.all(
      sockets.flatMap((socket) =>
        Array.from({ length: 10 }, (_, i) =>
          socket.timeout(5_000).emitWithAck("message:send", {
            conversationId: "any",
            content: `${i}`,
          }),
        ),
      ),
    );

    for (const socket of sockets) socket.disconnect();
    const taken = answers.filter(({ success }) => success).length;

    assert.ok(taken >= 10 && taken < 40, `${taken} of 100`);
  }));

test("a person and an address have so many connections", () =>
  inGateway(
    {
      GATEWAY_SOCKETS_PER_PERSON: "2",
      GATEWAY_SOCKETS_PER_ADDRESS: "3",
    },
    async (house) => {
      const [a, b] = await Promise.all(
        ["A", "B"].map((name) => Person.enter(house.url, name, "fr")),
      );
      const connect = ({ token }) =>
        new Promise((done) => {
          const socket = io(house.url, {
            auth: { token },
            forceNew: true,
            reconnection: false,
          });

          socket.on("connect", () => done(socket));
          socket.on("connect_error", ({ message }) => done(message));
        });
      const one = await connect(a);
      const two = await connect(a);

      assert.ok(one.connected && two.connected);
      assert.equal(await connect(a), "too many connections");
      const three = await connect(b);

      assert.ok(three.connected);
      assert.equal(await connect(b), "too many connections");
      one.disconnect();
      await until(async () => {
        const again = await connect(b);
        const in_ = typeof again !== "string";

        if (in_) again.disconnect();
        return in_;
      }, "the place that was left is free");
      for (const socket of [two, three]) socket.disconnect();
    },
  ));

test("over a person's budget a message is translated on demand only", () =>
  inGateway(
    { GATEWAY_RATE_MESSAGES: "1000", GATEWAY_RATE_TRANSLATIONS: "1" },
    async (house) => {
      const a = await house.guest("A", "fr");
      const b = await house.guest("B", "en");
      const over = async () =>
        (await call(house.url, "GET", "/stats")).body.messages_over_budget;
      let last;

      for (let i = 0; i < 15; i++) await a.send(`message ${i}`);
      assert.equal(await over(), 0);
      for (let i = 0; i < 50; i++) last = await a.send(`encore ${i}`);
      assert.ok((await over()) > 10, `${await over()}`);
      const states = async () =>
        (await b.history()).at(-1).translations.map(({ state }) => state);

      assert.deepEqual(await states(), []);
      const asked = await call(
        house.url,
        "POST",
        `/messages/${last.messageId}/translations`,
        { token: b.token, body: { targetLanguage: "en" } },
      );

      assert.equal(asked.status, 202);
      assert.deepEqual(await states(), ["queued"]);
    },
  ));
