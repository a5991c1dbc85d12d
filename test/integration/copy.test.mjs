// SPDX-License-Identifier: ISC
// meeshyctl database copy: a Meeshy in use moves from SQLite to PostgreSQL and
// back, and nobody sees a difference.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join, resolve } from "node:path";
import { test } from "node:test";

import { asker } from "../lib/api.mjs";
import { stats } from "../lib/gateways.mjs";
import { House, ROOT } from "../lib/house.mjs";
import { Actor } from "../lib/law.mjs";
import { emit, group } from "../lib/person.mjs";
import { Postgres } from "../lib/postgres.mjs";
import { Random } from "../lib/random.mjs";
import { until } from "../lib/wait.mjs";
import { View } from "../lib/view.mjs";

const BUILD = resolve(ROOT, process.env.MEESHY_BUILD ?? "build-debug");
const CTL = join(BUILD, "src/ctl/meeshyctl");
const CTL_MS_MAX = 60_000;
const OPERATIONS = 60; // of each of the actors
const SEED = 15;
const skip = !Postgres.installed && "no PostgreSQL in /usr/lib/postgresql";

/** Run it; resolves with {code, stdout, stderr} whatever comes. */
const copy = (from, to) =>
  new Promise((done) => {
    execFile(
      CTL,
      ["database", "copy", from, to],
      { timeout: CTL_MS_MAX, env: { PATH: process.env.PATH } },
      (error, stdout, stderr) =>
        done({ code: error ? (error.code ?? -1) : 0, stdout, stderr }),
    );
  });

/** What people do besides what the law's actors do. */
async function live(house, ask) {
  const ada = await house.account("Ada", "en");
  const ben = await house.account("Ben", "fr");
  const carl = await house.guest("Carl", "es");
  const room = await group(house, ada, ben, carl);
  const here = { conversationId: room };
  const { good } = ask;
  const said = await ben.send("Le chat est noir, 12 €.", here);
  const file = await fetch(`${house.url}/conversations/${room}/files`, {
    method: "POST",
    headers: { authorization: `Bearer ${ada.token}` },
    body: "a file's bytes",
  });
  const { id } = (await file.json()).data;

  await ada.send("With a file.", { ...here, fileIds: [id] });
  await ada.send("Below it.", { ...here, threadId: said.messageId });
  await emit(carl, "message:edit", {
    messageId: (await carl.send("first", here)).messageId,
    content: "second",
  });
  await good(ada, "POST", "/conversations", {
    type: "direct",
    participantIds: [ben.user.id],
  });
  await good(ada, "POST", "/links", { conversationId: room });
  await good(ben, "PUT", `/users/me/blocks/${carl.user.id}`);
  await good(carl, "POST", `/messages/${said.messageId}/report`, {
    reason: "rude",
  });
  await good(ada, "PUT", `/conversations/${room}/glossary`, {
    terms: [{ term: "chat" }],
  });
  return { room, people: [ada, ben, carl] };
}

async function act(house) {
  const random = new Random(SEED);
  const actors = [];

  for (const [name, language] of [
    ["Dora", "en"],
    ["Emil", "fr"],
    ["Fio", "es"],
  ])
    actors.push(await Actor.enter(house, name, language, random));
  const rooms = [await actors[0].found([actors[1]])];

  await Promise.all(
    actors.map((actor) =>
      actor.act(actors, rooms, () => actor.operations >= OPERATIONS),
    ),
  );
  return actors.map(({ person }) => person);
}

/** All that these people can see, but who is here at the moment. */
async function seen(people, { good }) {
  const all = {};

  for (const person of people) {
    const mine = (all[person.username] = {});

    mine.me = await good(person, "GET", "/users/me");
    mine.rooms = await good(person, "GET", "/conversations");
    mine.blocks = await good(person, "GET", "/users/me/blocks");
    for (const { id } of mine.rooms) {
      const room = `/conversations/${id}`;

      mine[id] = await person.history(0, id);
      mine[`${id} readers`] = await good(person, "GET", `${room}/readers`);
      mine[`${id} people`] = await good(
        person,
        "GET",
        `${room}/participants`,
      ).catch(() => "not for me");
    }
  }
  return JSON.parse(JSON.stringify(all), (key, value) =>
    ["isOnline", "online", "lastSeenAt"].includes(key) ? undefined : value,
  );
}

/** Nothing is on its way any more. */
const settled = (house) =>
  until(
    async () => {
      const now = await stats(house.url);

      return now.translations_waiting + now.translations_in_flight === 0;
    },
    "all is translated",
    60_000,
  );

/** Stop the gateway, copy, and go on at the other database. */
async function move(house, to) {
  const from = house.gateway.env.GATEWAY_DATABASE_URL;
  const busy = await copy(from, to);

  assert.equal(busy.code, 1, busy.stdout);
  assert.match(busy.stderr, /gateway works with/);
  await house.gateway.stop();
  const done = await copy(from, to);

  assert.equal(done.code, 0, done.stderr);
  assert.match(done.stdout, /^messages +\d+ rows, SHA-256 [0-9a-f]{64}$/m);
  const again = await copy(from, to);

  assert.equal(again.code, 1);
  assert.match(again.stderr, /has something in it already/);
  house.gateway.env.GATEWAY_DATABASE_URL = to;
  house.gateway.start();
  await house.healthy();
  return done.stdout;
}

async function finds(house, ask, person, room, words) {
  await until(async () => {
    const found = await ask.good(
      person,
      "GET",
      `/search?q=${words}&in=${room}`,
    );

    return found.messages.length > 0;
  }, `"${words}" is found`);
}

async function play(house, postgres) {
  const ask = asker(() => house);

  await house.start();
  const { room, people } = await live(house, ask);
  const everybody = [...people, ...(await act(house))];
  const [ada, ben] = people;
  const view = new View(house.url, ada.token, "en", room);

  await settled(house);
  await view.catchUp();
  const before = await seen(everybody, ask);
  const there = await move(house, postgres.url);

  assert.deepEqual(await seen(everybody, ask), before);
  await finds(house, ask, ada, room, "noir");
  await until(() => ben.socket.connected, "Ben is back");
  await ben.send("One more.", { conversationId: room });
  await view.catchUp();
  assert.equal(view.fresh, 2, "the copy is another history");
  assert.equal(view.list().at(-1).content, "One more.");
  await settled(house);

  const after = await seen(everybody, ask);
  const back = await move(house, `sqlite:${join(house.dir, "back.db")}`);

  assert.deepEqual(await seen(everybody, ask), after);
  await finds(house, ask, ada, room, "noir");
  const tables = (text) =>
    text.match(/^\w+ +\d+ rows/gm).map((l) => l.split(/ +/)[0]);

  assert.deepEqual(tables(back), tables(there));
}

test("a Meeshy moves to PostgreSQL and back", { skip }, async () => {
  const postgres = await Postgres.build();
  const house = await House.build({
    GATEWAY_RATE_MESSAGES: "1000000",
    GATEWAY_RATE_GUESTS: "1000000",
    TRANSLATOR_ENGINE: "echo",
  });

  house.gateway.env.GATEWAY_DATABASE_URL = `sqlite:${join(house.dir, "meeshy.db")}`;
  try {
    await postgres.start();
    await play(house, postgres);
  } catch (error) {
    console.error(house.lastLog());
    throw error;
  } finally {
    await house.close().catch(() => {});
    await postgres.close();
  }
});
