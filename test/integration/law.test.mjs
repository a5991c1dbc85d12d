// SPDX-License-Identifier: ISC
// The law of sync: apply(sync(cursor), what was shown) is what a fresh load
// shows, whatever happened meanwhile.  People send, edit, delete, come, go,
// change their language, lose their connections and come back, while gateway
// and translator are killed; afterwards every picture, the one of sync and the
// one that live events made, is the database's.
//
// LAW_SECONDS says how long they do (10), LAW_PEOPLE how many they are, and
// LAW_SEED which history it is.  ./meeshy test --chaos takes long.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isDeepStrictEqual } from "node:util";

import { rows } from "../lib/database.mjs";
import { inHouse } from "../lib/house.mjs";
import { Actor } from "../lib/law.mjs";
import { Random } from "../lib/random.mjs";
import { pause, until } from "../lib/wait.mjs";

const SECONDS = Number(process.env.LAW_SECONDS ?? 10);
const PEOPLE = Number(process.env.LAW_PEOPLE ?? 24);
const SEED = Number(process.env.LAW_SEED ?? Date.now() % 100_000);
const LANGUAGES = ["en", "fr", "es", "ca"];
const ROOMS = 3; // groups, beside the public room
const KILL_EVERY_MS = 2_500;
const SETTLED_MS_MAX = 90_000;
const UNLIMITED = {
  GATEWAY_RATE_MESSAGES: "1000000",
  GATEWAY_RATE_GUESTS: "1000000",
  GATEWAY_TRANSLATION_TIMEOUT: "5",
  TRANSLATOR_ENGINE: "echo", // what it says is another matter
  TRANSLATOR_MEMORY: "",
};

async function killAtRandom(house, random, over) {
  let kills = 0;

  while (!over()) {
    await pause(KILL_EVERY_MS * (0.5 + random.unit()));
    const victim = random.pick([house.gateway, house.translator]);

    await victim.kill();
    kills++;
    await pause(random.below(500));
    victim.start();
    await house.answering();
  }
  return kills;
}

/** What the database says, once nothing happens any more. */
class Truth {
  constructor(house) {
    this.messages = rows(
      house,
      `SELECT c.id AS room, m.id, m.seq, m.revision, m.content,
         CASE WHEN m.deleted_ms > 0 THEN 1 ELSE 0 END AS deleted, r.id AS quoted
       FROM messages m JOIN conversations c ON c.key = m.conversation
       LEFT JOIN messages r ON r.key = m.reply_to
       ORDER BY m.conversation, m.seq`,
    );
    this.texts = new Map(
      rows(
        house,
        `SELECT m.id || ' ' || t.language AS which, t.text FROM translations t
         JOIN messages m ON m.key = t.message WHERE t.state = 1`,
      ),
    );
    this.reactions = rows(
      house,
      `SELECT m.id, r.emoji, u.id AS who FROM reactions r
       JOIN messages m ON m.key = r.message JOIN users u ON u.key = r.user`,
    );
    this.pins = new Set(
      rows(
        house,
        "SELECT m.id FROM pins p JOIN messages m ON m.key = p.message",
      ).flat(),
    );
    this.byId = new Map(this.messages.map((row) => [row[1], row]));
  }

  /** By emoji: how many there are, and whether one is mine. */
  reactionsTo(id, me) {
    const to = this.reactions.filter(([message]) => message === id);

    return [...new Set(to.map(([, emoji]) => emoji))].sort().map((emoji) => {
      const people = to
        .filter(([, other]) => other === emoji)
        .map(([, , who]) => who);

      return { emoji, count: people.length, own: people.includes(me) };
    });
  }

  /** Of a room, for one who reads a language. */
  of(room, language, me) {
    return this.messages
      .filter(([where]) => where === room)
      .map(([, id, seq, revision, content, deleted, replyTo]) => ({
        id,
        seq,
        revision: deleted ? undefined : revision,
        content,
        deleted: deleted === 1,
        translation: this.texts.get(`${id} ${language}`),
        reactions: this.reactionsTo(id, me),
        pinned: this.pins.has(id),
        quote: replyTo
          ? [
              this.byId.get(replyTo)[4],
              this.texts.get(`${replyTo} ${language}`),
            ]
          : undefined,
      }));
  }
}

const readyIn = (language, { translations }) =>
  translations.find(
    (one) =>
      one.targetLanguage === language && (one.state ?? "ready") === "ready",
  )?.translatedContent;

const shown = (message, language) => ({
  id: message.id,
  seq: message.seq,
  revision: message.isDeleted ? undefined : message.revision,
  content: message.content,
  deleted: message.isDeleted,
  translation: readyIn(language, message),
  reactions: [...message.reactions].sort((a, b) =>
    a.emoji < b.emoji ? -1 : 1,
  ),
  pinned: message.pinnedAt !== undefined,
  quote: message.replyTo && [
    message.replyTo.content,
    readyIn(language, message.replyTo),
  ],
});

/** Every picture of a room that somebody has. */
async function checkRoom(truth, actor, room) {
  const view = actor.views.get(room);
  const { language } = view;
  const where = `${actor.person.username} in ${room}, ${language}`;

  await view.catchUp(actor.random.pick([100, 1000]));
  if (view.gone) {
    assert.deepEqual(view.list(), [], `somebody put out of ${where}`);
    return;
  }
  const fresh = [...(await view.load()).values()];

  assert.deepEqual(
    [...view.readers].sort(),
    [...(await view.loadReaders())].sort(),
    `marks of ${where}`,
  );
  assert.deepEqual(view.list(), fresh, `sync of ${where}`);
  assert.deepEqual(
    fresh.map((message) => shown(message, language)),
    truth.of(room, language, actor.person.user.id),
    `history of ${where}`,
  );
  const live = () =>
    actor.live
      .get(room)
      .list()
      .map((message) => shown(message, language));
  const told = fresh.map((message) => shown(message, language));

  // The last events may still be on their way.
  await until(() => isDeepStrictEqual(live(), told), where, 5_000).catch(() =>
    assert.deepEqual(live(), told, `live events and sync of ${where}`),
  );
}

/** What somebody is asked into, by sync, afresh and in the database. */
async function checkAsked(house, { asked, person, random }) {
  await asked.catchUp(random.pick([1, 100]));
  assert.deepEqual(
    [...asked.invitations].sort(),
    [...(await asked.load())].sort(),
    `invitations of ${person.username}`,
  );
  assert.deepEqual(
    [...asked.invitations.values()]
      .map((one) => [one.conversationId, one.inviterId])
      .sort(),
    rows(
      house,
      `SELECT c.id AS room, v.id AS inviter FROM invitations i
       JOIN users u ON u.key = i."user"
       JOIN conversations c ON c.key = i.conversation
       JOIN users v ON v.key = i.inviter
       WHERE i.declined_ms = 0 AND u.id = '${person.user.id}'`,
    ).sort(),
  );
}

function checkNumbers(house) {
  for (const [room, n, last] of rows(
    house,
    "SELECT conversation, count(*) AS n, max(seq) AS last FROM messages GROUP BY 1",
  ))
    assert.equal(n, last, `numbers of room ${room} have holes`);
  const holes = rows(
    house,
    `SELECT stream, n FROM (SELECT *, row_number() OVER
       (PARTITION BY stream ORDER BY n) AS k FROM
         (SELECT * FROM log UNION ALL SELECT * FROM log_fresh) AS rows) AS told
     WHERE k <> CASE WHEN stream > 0 THEN n - messages ELSE n END`,
  );

  assert.deepEqual(holes, [], "offsets have holes");
}

async function play(house, random) {
  const actors = await Promise.all(
    Array.from({ length: PEOPLE }, (_, i) =>
      Actor.enter(house, `p${i}`, LANGUAGES[i % LANGUAGES.length], random),
    ),
  );
  const rooms = await Promise.all(
    Array.from({ length: ROOMS }, (_, i) =>
      actors[i].found(actors.filter((_, k) => (k + i) % 2 === 0)),
    ),
  );
  const end = Date.now() + SECONDS * 1_000;
  const over = () => Date.now() >= end;
  const [kills] = await Promise.all([
    killAtRandom(house, random, over),
    ...actors.map((actor) => actor.act(actors, rooms, over)),
  ]);

  return { actors, rooms, kills };
}

test(`every picture is the database's, seed ${SEED}`, (t) =>
  inHouse(async (house) => {
    const random = new Random(SEED);
    const { actors, rooms, kills } = await play(house, random);

    await house.healthy();
    await Promise.all(actors.map((actor) => actor.rest()));
    await until(
      () => rows(house, "SELECT count(*) AS n FROM pending")[0][0] === 0,
      "nothing is pending",
      SETTLED_MS_MAX,
    );
    const truth = new Truth(house);

    await Promise.all(
      actors.map(async (actor) => {
        for (const room of actor.views.keys())
          await checkRoom(truth, actor, room);
        await checkAsked(house, actor);
      }),
    );
    checkNumbers(house);
    const said = new Set(truth.messages.map(([, id]) => id));

    for (const actor of actors)
      for (const id of actor.acknowledged)
        assert.ok(said.has(id), `${id} was acknowledged and is missing`);
    const operations = actors.reduce((sum, a) => sum + a.operations, 0);

    t.diagnostic(
      `${operations} operations, ${kills} kills, ${said.size} messages, ` +
        `${rooms.length + 1} rooms`,
    );
    assert.ok(kills > 0 && operations > 100);
  }, UNLIMITED));
