// SPDX-License-Identifier: ISC
// What is said under a message.
import assert from "node:assert/strict";
import { test } from "node:test";

import { call } from "../lib/api.mjs";
import { inHouse } from "../lib/house.mjs";
import { emit, group } from "../lib/person.mjs";
import { View } from "../lib/view.mjs";

test("a thread is read by itself, and counted at its first message", () =>
  inHouse(async (house) => {
    const a = await house.guest("Amélie", "fr");
    const b = await house.guest("Bob", "en");
    const out = await house.guest("Carl", "en");
    const room = await group(house, a, b);
    const view = new View(house.url, b.token, "en", room);
    const say = (person, content, more) =>
      person.send(content, { conversationId: room, ...more });
    const root = await say(a, "où mange-t-on ?");

    await view.catchUp();
    const threadId = root.messageId;
    const first = await say(b, "at home", { threadId });

    await say(a, "autre chose");
    const second = await say(a, "chez nous", { threadId });
    const { data } = await b.sees(
      "message:thread",
      ({ thread }) => thread.replies === 2,
    );

    assert.equal(data.messageId, threadId);
    assert.equal(data.thread.lastSeq, second.seq);
    const seen = await a.sees("message:new", (m) => m.id === first.messageId);

    assert.equal(seen.data.threadId, threadId);
    const path = `/messages/${threadId}/thread`;
    const read = async (query = "") =>
      (await b.get(`${path}${query}`)).messages.map(({ content }) => content);

    assert.deepEqual(await read(), ["at home", "chez nous"]);
    assert.deepEqual(await read(`?after=${first.seq}`), ["chez nous"]);
    assert.deepEqual(await read("?limit=1"), ["at home"]);
    assert.equal((await b.get(`${path}?limit=1`)).hasMore, true);
    assert.equal((await b.get(path)).hasMore, false);
    await view.catchUp(); // the first one is told again
    assert.deepEqual(view.list(), [...(await view.load()).values()]);
    assert.equal(view.messages.get(threadId).thread.replies, 2);

    await emit(a, "message:delete", { messageId: second.messageId });
    await b.sees("message:thread", ({ thread }) => thread.changes === 3);
    const [{ thread }] = await b.history(0, room);

    assert.deepEqual(thread, { replies: 1, lastSeq: first.seq, changes: 3 });
    for (const wrong of [first.messageId, "nothing"])
      assert.equal(
        (
          await emit(b, "message:send", {
            conversationId: room,
            content: "x",
            threadId: wrong,
          })
        ).code,
        "NOT_FOUND",
      );
    assert.equal(
      (await call(house.url, "GET", path, { token: out.token })).status,
      404,
    );
    const elsewhere = await emit(out, "message:send", {
      conversationId: "any",
      content: "x",
      threadId,
    });

    assert.equal(elsewhere.code, "NOT_FOUND");
  }));
