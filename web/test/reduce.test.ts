import assert from "node:assert/strict";
import { test } from "node:test";
import { KEEP_MESSAGES, KEEP_STRAYS } from "../src/store/reduce";
import type { State } from "../src/store/state";
import {
  after,
  came,
  entered,
  FAILED,
  ids,
  ME,
  message,
  outgoing,
  QUEUED,
  ready,
  synced,
} from "./make";

const en = (state: State, id: string) =>
  state.messages.find((m) => m.id === id)?.translations["en"];
const fresh = (seq: number, more = {}) =>
  ({ type: "message/new", message: message(seq, more) }) as const;

test("messages are in the order of their numbers however they come", () => {
  const state = after(entered(), fresh(3), fresh(1), fresh(2));
  assert.deepEqual(ids(state), ["m1", "m2", "m3"]);
});

test("a message that comes twice is there once", () => {
  const state = after(entered(), fresh(1), fresh(1), synced([message(1)]));
  assert.deepEqual(ids(state), ["m1"]);
});

test("a translation is kept with its message, and the original stays", () => {
  const state = after(entered(), fresh(1), came("m1", ready("hello")));
  assert.equal(en(state, "m1")?.text, "hello");
  assert.equal(state.messages[0]?.content, "bonjour 1");
});

test("a translation that overtakes its message waits for it", () => {
  const early = after(entered(), came("m1", ready("hello")));
  const state = after(early, synced([message(1)]));
  assert.equal(en(state, "m1")?.text, "hello");
  assert.equal(state.strays.length, 0);
});

test("an edit and a deletion that overtake the history are applied", () => {
  const edited = message(1, { revision: 2, content: "salut" });
  const state = after(
    entered(),
    { type: "message/edited", message: edited },
    { type: "message/deleted", messageId: "m2" },
    synced([message(1), message(2)]),
  );
  assert.equal(state.messages[0]?.content, "salut");
  assert.equal(state.messages[1]?.deleted, true);
});

test("events without a message are kept within a bound", () => {
  let state = entered();
  for (let i = 0; i < KEEP_STRAYS + 10; i++)
    state = after(state, came(`x${i}`, ready("?")));
  assert.equal(state.strays.length, KEEP_STRAYS);
});

test("a late snapshot does not take a finished translation back", () => {
  const state = after(
    entered(),
    fresh(1),
    came("m1", ready("hello")),
    synced([message(1, { translations: { en: QUEUED } })]),
    came("m1", FAILED, { revision: 0 }),
  );
  assert.equal(en(state, "m1")?.text, "hello");
});

test("a failure is shown, asking again is pending, success ends it", () => {
  const failed = after(entered(), fresh(1), came("m1", FAILED));
  assert.equal(en(failed, "m1")?.state, "failed");
  const asked = after(failed, came("m1", QUEUED));
  assert.equal(en(asked, "m1")?.state, "queued");
  const done = after(asked, came("m1", ready("hello")));
  assert.equal(en(done, "m1")?.text, "hello");
});

test("an edit drops the old translation, and the old one comes too late", () => {
  const edited = message(1, { revision: 2, content: "salut", edited: true });
  const state = after(
    entered(),
    fresh(1),
    came("m1", ready("hello")),
    { type: "message/edited", message: edited },
    came("m1", ready("hello again")),
  );
  assert.equal(en(state, "m1"), undefined);
  const next = after(state, came("m1", ready("hi"), { revision: 2 }));
  assert.equal(en(next, "m1")?.text, "hi");
});

test("an older revision from the history does not undo an edit", () => {
  const edited = message(1, { revision: 2, content: "salut" });
  const state = after(
    entered(),
    fresh(1),
    { type: "message/edited", message: edited },
    synced([message(1)]),
  );
  assert.equal(state.messages[0]?.content, "salut");
});

test("a deleted message keeps nothing and stays deleted", () => {
  const state = after(
    entered(),
    fresh(1),
    { type: "message/deleted", messageId: "m1" },
    fresh(1),
    came("m1", ready("hello")),
  );
  const [gone] = state.messages;
  assert.equal(gone?.deleted, true);
  assert.equal(gone?.content, "");
  assert.deepEqual(gone?.translations, {});
});

test("the acknowledgement turns what I sent into a message", () => {
  const ack = { messageId: "m9", seq: 9, createdAt: 9000 };
  const state = after(
    entered(outgoing("a")),
    { type: "outbox/sending", clientId: "a" },
    { type: "outbox/acked", clientId: "a", ack },
  );
  assert.deepEqual(state.outbox, []);
  assert.equal(state.messages[0]?.content, "hello a");
  assert.equal(state.messages[0]?.senderId, ME.id);
});

test("my message is there once in whichever order ack and event come", () => {
  const ack = { messageId: "m9", seq: 9, createdAt: 9000 };
  const acked = { type: "outbox/acked", clientId: "a", ack } as const;
  const mine = fresh(9, { senderId: ME.id, clientId: "a" });
  const anonymous = fresh(9, { senderId: ME.id });
  for (const order of [
    [acked, mine],
    [mine, acked],
    [anonymous, acked],
    [acked, anonymous],
  ]) {
    const state = after(entered(outgoing("a")), ...order);
    assert.deepEqual(ids(state), ["m9"]);
    assert.deepEqual(state.outbox, []);
  }
});

test("the history settles what was saved before the ack was lost", () => {
  const mine = message(4, { senderId: ME.id, clientId: "a" });
  const state = after(entered(outgoing("a"), outgoing("b")), synced([mine]));
  assert.deepEqual(
    state.outbox.map((o) => o.clientId),
    ["b"],
  );
});

test("another's message with my client id is not taken for mine", () => {
  const state = after(entered(outgoing("a")), fresh(4, { clientId: "a" }));
  assert.equal(state.outbox.length, 1);
});

test("a refused message says why and can be sent again or dropped", () => {
  const failed = after(entered(outgoing("a")), {
    type: "outbox/failed",
    clientId: "a",
    reason: "TOO_LARGE",
  });
  assert.equal(failed.outbox[0]?.state, "failed");
  assert.equal(failed.outbox[0]?.reason, "TOO_LARGE");
  const again = after(failed, { type: "outbox/again", clientId: "a" });
  assert.equal(again.outbox[0]?.state, "queued");
  const dropped = after(failed, { type: "outbox/dropped", clientId: "a" });
  assert.deepEqual(dropped.outbox, []);
});

test("catching up keeps what came meanwhile and drops what is gone", () => {
  const state = after(
    entered(),
    synced([message(1), message(2), message(3)]),
    fresh(6),
    synced([message(1), message(3), message(4), message(5)]),
  );
  assert.deepEqual(ids(state), ["m1", "m3", "m4", "m5", "m6"]);
});

test("a gap that was not read in full leaves no hole", () => {
  const state = after(
    entered(),
    synced([message(1), message(2)]),
    synced([message(90), message(91)], true),
  );
  assert.deepEqual(ids(state), ["m90", "m91"]);
  assert.equal(state.hasOlder, true);
});

test("only the newest messages are kept while the reader is at the end", () => {
  const many = Array.from({ length: KEEP_MESSAGES }, (_, i) => message(i + 1));
  const full = after(entered(), synced(many));
  const next = after(full, fresh(KEEP_MESSAGES + 1));
  assert.equal(next.messages.length, KEEP_MESSAGES);
  assert.equal(next.hasOlder, true);
  const away = after(full, { type: "view/scrolled", away: true });
  const read = after(away, fresh(KEEP_MESSAGES + 1));
  assert.equal(read.messages.length, KEEP_MESSAGES + 1);
});

test("what comes while the reader is away is counted, mine is not", () => {
  const state = after(
    entered(),
    { type: "view/scrolled", away: true },
    fresh(1),
    fresh(1),
    fresh(2),
    fresh(3, { senderId: ME.id }),
  );
  assert.equal(state.unseen, 2);
  const back = after(state, { type: "view/scrolled", away: false });
  assert.equal(back.unseen, 0);
});

test("who writes is shown until the message, a stop, or some seconds", () => {
  const typist = { userId: "ana", name: "Ana", until: 5000 };
  const state = after(entered(), { type: "typing/started", typist });
  assert.equal(state.typing.length, 1);
  const ends = [
    fresh(1),
    { type: "typing/stopped", userId: "ana" },
    { type: "typing/expired", now: 5000 },
    { type: "link/changed", link: "offline" },
  ] as const;
  for (const end of ends) assert.deepEqual(after(state, end).typing, []);
  const early = after(state, { type: "typing/expired", now: 4999 });
  assert.equal(early.typing.length, 1);
});

test("leaving forgets the room and keeps the language", () => {
  const state = after(
    entered(outgoing("a")),
    fresh(1),
    { type: "language/chosen", language: "es", saved: false },
    { type: "session/closed", why: "expired" },
  );
  assert.equal(state.session, null);
  assert.deepEqual(state.messages, []);
  assert.deepEqual(state.outbox, []);
  assert.equal(state.language, "es");
  assert.equal(state.why, "expired");
});
