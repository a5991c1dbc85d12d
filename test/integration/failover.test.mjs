// SPDX-License-Identifier: ISC
// PostgreSQL dies, and a server that followed it takes over: the gateways find
// it by themselves, and what was acknowledged is there.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { test } from "node:test";

import { guest, together } from "../lib/gateways.mjs";
import { inHouse } from "../lib/house.mjs";
import { Postgres } from "../lib/postgres.mjs";
import { pause, until } from "../lib/wait.mjs";

const MESSAGES = 150;
const RETRY_MS = 200;
const SETTLED_MS_MAX = 60_000;
const SOCKET = ".s.PGSQL.5432";
const skip = !Postgres.installed && "no PostgreSQL in /usr/lib/postgresql";

/** One URL for servers, or for what stands before them, by their folders. */
const urlOf = (...dirs) =>
  `postgresql://meeshy@/postgres?host=${dirs.join(",")}` +
  "&target_session_attrs=read-write";

/** A road to a server that can be blocked without a word, and cut. */
class Road {
  static async build(server) {
    const road = new Road();

    road.dir = await mkdtemp("/tmp/meeshy-road-");
    road.sockets = new Set();
    road.listener = createServer((from) => {
      const to = connect(join(server.dir, SOCKET));

      for (const [one, other] of [
        [from, to],
        [to, from],
      ]) {
        road.sockets.add(one);
        one.on("data", (piece) => road.blocked || other.write(piece));
        one.on("error", () => {});
        one.on("close", () => road.blocked || other.destroy());
      }
    });
    await new Promise((done) =>
      road.listener.listen(join(road.dir, SOCKET), done),
    );
    return road;
  }

  async cut() {
    this.listener.close();
    for (const socket of this.sockets) socket.destroy();
    await rm(this.dir, { recursive: true, force: true });
  }
}

/** Until it is acknowledged, under one clientMessageId. */
async function send(person, clientMessageId) {
  const message = {
    conversationId: "any",
    content: `said ${clientMessageId}`,
    originalLanguage: "en",
    clientMessageId,
  };

  for (;;) {
    const answer = await person.socket
      .timeout(SETTLED_MS_MAX)
      .emitWithAck("message:send", message)
      .catch(() => {});

    if (answer?.success) return answer.data.messageId;
    await pause(RETRY_MS);
  }
}

const idsOf = async (person) => (await person.history()).map(({ id }) => id);

test(
  "two gateways go on with the server that takes over",
  { skip },
  async () => {
    let follower;

    const server = await Postgres.build();

    try {
      await server.start();
      follower = await server.follower();
      await together(
        2,
        async (house, gateways) => {
          const people = [
            await guest(house, gateways[0], "Ann", "en"),
            await guest(house, gateways[1], "Bob", "en"),
          ];
          const acknowledged = [];
          const talk = async (person) => {
            for (let i = 0; i < MESSAGES; i++)
              acknowledged.push(await send(person, `${person.username}-${i}`));
          };
          const talking = Promise.all(people.map(talk));

          await until(() => acknowledged.length > MESSAGES / 2, "they talk");
          await server.stop("SIGKILL");
          await follower.promote();
          await talking;
          for (const person of people)
            assert.deepEqual(
              (await idsOf(person)).sort(),
              [...acknowledged].sort(),
              `what ${person.username} sees`,
            );
          await house.healthy();
        },
        { GATEWAY_DATABASE_URL: urlOf(server.dir, follower.dir) },
      );
    } finally {
      await follower?.close();
      await server.close();
    }
  },
);

/** The number of a transaction, later than all there are. */
const lastTransaction = (server) =>
  server.ask("SELECT pg_snapshot_xmax(pg_current_snapshot())");

/** Others commit there, until the number is theirs. */
async function passTransaction(server, number) {
  while (BigInt(await lastTransaction(server)) <= BigInt(number))
    await server.ask("SELECT pg_current_xact_id()");
}

// The numbers of transactions are given anew there.
test(
  "what only the dead server had is not taken for another's",
  { skip },
  async () => {
    let follower, road;

    const server = await Postgres.build();

    try {
      await server.start();
      follower = await server.follower();
      road = await Road.build(server);
      await inHouse(
        async (house) => {
          const ann = await house.guest("Ann", "en");
          const first = await send(ann, "first");

          await follower.stop("SIGQUIT");
          const second = send(ann, "second");

          await until(
            async () =>
              (await server.ask(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'",
              )) > 0,
            "its commit waits for the follower",
          );
          const number = await lastTransaction(server);

          road.blocked = true;
          await server.stop("SIGKILL");
          await follower.start();
          await follower.promote();
          await passTransaction(follower, number);
          await road.cut();
          const id = await second;

          assert.deepEqual(await idsOf(ann), [first, id]);
        },
        { GATEWAY_DATABASE_URL: urlOf(road.dir, follower.dir) },
      );
    } finally {
      await road?.cut();
      await follower?.close();
      await server.close();
    }
  },
);
