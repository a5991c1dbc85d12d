import assert from "node:assert/strict";
import { test } from "node:test";
import { Rooms } from "../src/store/rooms";
import { EVERYBODY, type RoomInfo } from "../src/types";
import { readRoom } from "../src/wire";
import { came, ME, message, ready } from "./make";

const room = (id: string, lastSeq: number, more = {}): RoomInfo => ({
  ...readRoom({ id, title: id, role: "member", readSeq: lastSeq, ...more }),
  lastSeq,
  lastAt: lastSeq * 1000,
});

function opened(...list: RoomInfo[]): Rooms {
  const rooms = new Rooms();
  rooms.listed(list);
  return rooms;
}

const order = (rooms: Rooms) => rooms.list.value.map(({ id }) => id);

test("what others say behind my mark is counted, mine and old is not", () => {
  const rooms = opened(room("any", 900), room("b", 3));
  rooms.said(message(4, { room: "b", createdAt: 1e9 }), ME);
  rooms.said(message(5, { room: "b", createdAt: 1e9, senderId: ME }), ME);
  rooms.said(message(4, { room: "b", createdAt: 1e9 }), ME);
  assert.equal(rooms.get("b")?.unread, 1);
  assert.equal(rooms.unread.value, 1);
  assert.deepEqual(order(rooms), ["b", "any"]);
  assert.equal(rooms.read("b", 5), true);
  assert.equal(rooms.unread.value, 0);
  assert.equal(rooms.read("b", 5), false);
});

test("who is named is told apart", () => {
  const rooms = opened(room("any", 0));
  rooms.said(message(1, { mentions: ["eva"] }), ME);
  rooms.said(message(2, { mentions: [ME] }), ME);
  rooms.said(message(3, { mentions: [EVERYBODY] }), ME);
  assert.equal(rooms.get("any")?.unread, 3);
  assert.equal(rooms.get("any")?.mentions, 2);
});

test("another device of mine reads for this one too", () => {
  const rooms = opened(room("any", 0, { unread: 7, mentions: 1 }));
  rooms.counted({ room: "any", readSeq: 5, unread: 2, mentions: 0 });
  assert.equal(rooms.get("any")?.unread, 2);
  assert.equal(rooms.get("any")?.readSeq, 5);
});

test("the last line follows its translation, edit and deletion", () => {
  const rooms = opened(room("any", 0));
  rooms.said(message(1), ME);
  rooms.happened("any", came("m1", ready("hello")));
  const last = () => rooms.get("any")?.last;
  assert.equal(last()?.translations["en"]?.text, "hello");
  rooms.happened("any", came("m0", ready("old")));
  assert.equal(last()?.id, "m1");
  rooms.happened("any", { type: "message/deleted", messageId: "m1" });
  assert.equal(last()?.deleted, true);
});

test("what is learnt of a room leaves its messages as they are", () => {
  const rooms = opened(room("any", 0, { unread: 2 }));
  rooms.said(message(1), ME);
  rooms.put({ ...room("any", 0), people: 7 });
  assert.equal(rooms.get("any")?.last?.id, "m1");
  assert.equal(rooms.get("any")?.unread, 3);
  assert.equal(rooms.get("any")?.people, 7);
});

test("a list made before the latest message does not take it back", () => {
  const rooms = opened(room("any", 0));
  rooms.said(message(1), ME);
  rooms.listed([room("any", 0)]);
  assert.equal(rooms.get("any")?.last?.id, "m1");
});
