// SPDX-License-Identifier: ISC
// Old messages go for good, by the server's rule or their room's, and everybody
// hears of it.
import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import { asker, call } from "../lib/api.mjs";
import { changeDatabase } from "../lib/database.mjs";
import { inHouse } from "../lib/house.mjs";
import { group } from "../lib/person.mjs";
import { until } from "../lib/wait.mjs";

const SERVER_DAYS = 30;
const MANY = 130; // more than go in one transaction
const env = {
  GATEWAY_RATE_MESSAGES: "10000",
  GATEWAY_RATE_GUESTS: "1000",
  GATEWAY_RETENTION_DAYS: String(SERVER_DAYS),
};

/** While nobody has the database: all that was said in a room was so many days
 * earlier. */
async function age(house, room, days) {
  await house.gateway.stop();
  changeDatabase(
    house,
    `UPDATE messages SET created_ms = created_ms - ${days * 86_400_000} WHERE
      conversation = (SELECT key FROM conversations WHERE id = '${room}')`,
  );
  house.gateway.start();
  await house.answering();
}

test("old messages go with all of their own, young ones stay", () =>
  inHouse(async (house) => {
    const { good } = asker(() => house);
    const ann = await house.account("ann", "en");
    const ben = await house.account("ben", "es");
    const room = await group(house, ann, ben);
    const other = await group(house, ann, ben);
    const sent = await call(
      house.url,
      "POST",
      `/conversations/${room}/files?name=a.txt`,
      {
        token: ann.token,
        body: "some bytes",
      },
    );
    const old = await ann.send("The bridge is closed", {
      conversationId: room,
      fileIds: [sent.body.data.id],
    });

    await ben.translation(old.messageId);
    for (let i = 1; i < MANY; i++)
      await ann.send(`Number ${i}`, { conversationId: room });
    await ann.send("Elsewhere", { conversationId: other });
    const files = await readdir(join(house.dir, "files"), {
      recursive: true,
    });

    assert.ok(files.some((name) => /[0-9a-f]{64}/.test(name)));
    await age(house, room, SERVER_DAYS + 1);
    await until(
      async () => (await ann.history(0, room)).every((m) => m.isDeleted),
      "all of them are gone",
    );
    const gone = await ann.history(0, room);

    assert.equal(gone.length, MANY);
    assert.ok(gone.every((m) => m.content === "" && !m.files));
    assert.equal((await ann.history(0, other))[0].content, "Elsewhere");
    assert.deepEqual((await good(ben, "GET", "/search?q=bridge")).messages, []);
    assert.match(
      (
        await call(house.url, "GET", `/files/${sent.body.data.id}`, {
          token: ben.token,
        })
      ).text,
      /NOT_FOUND/,
    );
    assert.ok(
      house.gateway.log.some((line) =>
        /retention erased messages=130/.test(line),
      ),
    );
    assert.equal(
      (await good(undefined, "GET", "/policy")).retentionDays,
      SERVER_DAYS,
    );
    await until(
      async () =>
        !(await readdir(join(house.dir, "files"), { recursive: true })).some(
          (name) => /[0-9a-f]{64}/.test(name),
        ),
      "the file is gone from the disk",
      90_000,
    );
  }, env));

test("a room says less than its server; who listens hears of each", () =>
  inHouse(async (house) => {
    const { good, refused } = asker(() => house);
    const ann = await house.account("ann", "en");
    const ben = await house.account("ben", "es");
    const room = await group(house, ann, ben);
    const { messageId } = await ann.send("Hello", { conversationId: room });

    await age(house, room, 8);
    await until(() => ben.socket.connected, "ben is here");
    assert.equal((await ann.history(0, room))[0].content, "Hello");
    assert.match(
      await refused(ben, "PATCH", `/conversations/${room}`, {
        retentionDays: 7,
      }),
      /^403/,
    );
    const set = await good(ann, "PATCH", `/conversations/${room}`, {
      retentionDays: 7,
    });

    assert.equal(set.retentionDays, 7);
    await ben.sees(
      "conversation:updated",
      (d) => d.conversation?.retentionDays === 7,
    );
    await ben.sees("message:deleted", (d) => d.messageId === messageId);
    const audit = await good(ann, "GET", `/conversations/${room}/audit`);

    assert.ok(JSON.stringify(audit).includes("retentionDays=7"));
  }, env));
