import assert from "node:assert/strict";
import { test } from "node:test";
import { effect } from "@preact/signals";
import {
  KEEP_MESSAGES,
  KEEP_STRAYS,
  NEAR,
  RoomLog,
  WINDOW_MAX,
} from "../src/store/log";
import {
  came,
  entered,
  FAILED,
  ME,
  message,
  messages,
  outgoing,
  QUEUED,
  ready,
} from "./make";

const ids = (log: RoomLog) => [...log.ids.value];
const en = (log: RoomLog, id: string) => log.peek(id)?.translations["en"];
const page = (of: ReturnType<typeof messages>, hasMore = false) => ({
  messages: of,
  hasMore,
});
const edit = (seq: number, content: string) =>
  ({
    type: "message/edited",
    message: message(seq, { revision: 2, content, edited: true }),
  }) as const;
const deletion = (messageId: string) =>
  ({ type: "message/deleted", messageId }) as const;

test("messages are in the order of their numbers however they come", () => {
  const { log } = entered();
  for (const seq of [3, 1, 2]) log.add(message(seq));
  assert.deepEqual(ids(log), ["m1", "m2", "m3"]);
});

test("a message that comes twice is there once", () => {
  const { log } = entered();
  assert.equal(log.add(message(1)), true);
  assert.equal(log.add(message(1)), false);
  log.synced(page([message(1)]));
  assert.deepEqual(ids(log), ["m1"]);
});

test("a translation is kept with its message, and the original stays", () => {
  const { log } = entered();
  log.add(message(1));
  log.happened(came("m1", ready("hello")));
  assert.equal(en(log, "m1")?.text, "hello");
  assert.equal(log.peek("m1")?.content, "bonjour 1");
});

test("what happens to one message wakes nobody who reads another", () => {
  const { log } = entered();
  log.synced(page(messages(1, 100)));
  const woken: string[] = [];
  for (const id of log.ids.value)
    effect(() => {
      if (log.message(id)?.value) woken.push(id);
    });
  let lists = 0;
  effect(() => {
    lists += log.ids.value.length ? 1 : 0;
  });
  woken.length = lists = 0;
  log.happened(came("m7", ready("hello")));
  assert.deepEqual(woken, ["m7"]);
  assert.equal(lists, 0);
});

test("a translation that overtakes its message waits for it", () => {
  const { log } = entered();
  log.happened(came("m1", ready("hello")));
  log.synced(page([message(1)]));
  assert.equal(en(log, "m1")?.text, "hello");
});

test("a translation that overtakes its edit waits for it", () => {
  const { log } = entered();
  log.add(message(1));
  log.happened(came("m1", ready("hi"), { revision: 2 }));
  assert.equal(en(log, "m1"), undefined);
  log.synced(page([message(1, { revision: 2, content: "salut" })]));
  assert.equal(en(log, "m1")?.text, "hi");
});

test("an edit and a deletion that overtake the history are applied", () => {
  const { log } = entered();
  log.happened(edit(1, "salut"));
  log.happened(deletion("m2"));
  log.synced(page(messages(1, 2)));
  assert.equal(log.peek("m1")?.content, "salut");
  assert.equal(log.peek("m2")?.deleted, true);
});

test("events without a message are kept within a bound", () => {
  const { log } = entered();
  const n = KEEP_STRAYS + 10;
  for (let i = 1; i <= n; i++) log.happened(came(`m${i}`, ready("?")));
  log.synced(page(messages(1, n)));
  const known = log.all().filter((m) => m.translations["en"]);
  assert.equal(known.length, KEEP_STRAYS);
});

test("reactions are counted as the latest change says", () => {
  const { log } = entered();
  log.add(message(1));
  const reacted = (marks: number, count: number, userId = "ana") =>
    log.happened({
      type: "message/reacted",
      messageId: "m1",
      marks,
      to: { emoji: "🎉", count, userId, added: true },
    });
  reacted(1, 1);
  reacted(2, 2, ME);
  reacted(1, 1); // late
  assert.deepEqual(log.peek("m1")?.reactions, [
    { emoji: "🎉", count: 2, own: true },
  ]);
  log.happened(edit(1, "salut")); // which knows nothing of them
  assert.equal(log.peek("m1")?.reactions.length, 1);
  log.synced(page([message(1, { revision: 2, marks: 3, pinned: true })]));
  assert.deepEqual(log.peek("m1")?.reactions, []);
  assert.equal(log.peek("m1")?.pinned, true);
  reacted(4, 0);
  assert.deepEqual(log.peek("m1")?.reactions, []);
});

test("a reaction waits for the one before it", () => {
  const { log } = entered();
  log.add(message(1));
  const reacted = (marks: number, emoji: string) =>
    log.happened({
      type: "message/reacted",
      messageId: "m1",
      marks,
      to: { emoji, count: 1, userId: "ana", added: true },
    });
  reacted(3, "🎉");
  reacted(2, "👍"); // the first is on its way by sync
  assert.deepEqual(log.peek("m1")?.reactions, []);
  const first = { emoji: "❤️", count: 1, own: false };
  log.changed([message(1, { marks: 1, reactions: [first] })]);
  assert.deepEqual(
    log.peek("m1")?.reactions.map(({ emoji }) => emoji),
    ["❤️", "👍", "🎉"],
  );
});

test("a late snapshot does not take a finished translation back", () => {
  const { log } = entered();
  log.add(message(1));
  log.happened(came("m1", ready("hello")));
  log.synced(page([message(1, { translations: { en: QUEUED } })]));
  log.happened(came("m1", FAILED, { revision: 0 }));
  assert.equal(en(log, "m1")?.text, "hello");
});

test("what changed while away is merged, and nothing before the oldest", () => {
  const { log } = entered();
  log.synced(page([message(5), message(6)], true));
  log.changed([
    message(2, { revision: 3 }),
    message(5, { revision: 2, content: "salut" }),
    message(7),
  ]);
  assert.deepEqual(ids(log), ["m5", "m6", "m7"]);
  assert.equal(log.peek("m5")?.content, "salut");
  assert.equal(log.hasOlder.value, true);
});

test("a failure is shown, asking again is pending, success ends it", () => {
  const { log } = entered();
  log.add(message(1));
  for (const [translation, state] of [
    [FAILED, "failed"],
    [QUEUED, "queued"],
    [ready("hello"), "ready"],
  ] as const) {
    log.happened(came("m1", translation));
    assert.equal(en(log, "m1")?.state, state);
  }
});

test("an edit drops the old translation, and the old one comes too late", () => {
  const { log } = entered();
  log.add(message(1));
  log.happened(came("m1", ready("hello")));
  log.happened(edit(1, "salut"));
  log.happened(came("m1", ready("hello again")));
  assert.equal(en(log, "m1"), undefined);
  log.happened(came("m1", ready("hi"), { revision: 2 }));
  assert.equal(en(log, "m1")?.text, "hi");
});

test("an older revision from the history does not undo an edit", () => {
  const { log } = entered();
  log.add(message(1));
  log.happened(edit(1, "salut"));
  log.synced(page([message(1)]));
  assert.equal(log.peek("m1")?.content, "salut");
});

test("a deleted message keeps nothing and stays deleted", () => {
  const { log } = entered();
  log.add(message(1));
  log.happened(deletion("m1"));
  log.add(message(1));
  log.happened(came("m1", ready("hello")));
  const gone = log.peek("m1");
  assert.equal(gone?.deleted, true);
  assert.equal(gone?.content, "");
  assert.deepEqual(gone?.translations, {});
});

test("the acknowledgement turns what I sent into a message", () => {
  const { log } = entered();
  const ack = { messageId: "m9", seq: 9, createdAt: 9000 };
  log.acked(outgoing("a"), ack, "Bob");
  assert.equal(log.peek("m9")?.content, "hello a");
  assert.equal(log.peek("m9")?.senderId, ME);
});

test("my message is there once in whichever order ack and event come", () => {
  const ack = { messageId: "m9", seq: 9, createdAt: 9000 };
  const acked = (log: RoomLog) => log.acked(outgoing("a"), ack, "Bob");
  const mine = (log: RoomLog) =>
    log.add(message(9, { senderId: ME, clientId: "a" }));
  const anonymous = (log: RoomLog) => log.add(message(9, { senderId: ME }));
  for (const order of [
    [acked, mine],
    [mine, acked],
    [anonymous, acked],
    [acked, anonymous],
  ]) {
    const { log, arrived } = entered();
    for (const step of order) step(log);
    assert.deepEqual(ids(log), ["m9"]);
    assert.deepEqual([...new Set(arrived)], ["a"]);
  }
});

test("another's message with my client id is not taken for mine", () => {
  const { log, arrived } = entered();
  log.add(message(4, { clientId: "a" }));
  assert.deepEqual(arrived, []);
});

test("catching up keeps what came meanwhile and drops what is gone", () => {
  const { log } = entered();
  log.synced(page(messages(1, 3)));
  log.add(message(6));
  log.synced(page([message(1), ...messages(3, 5)]));
  assert.deepEqual(ids(log), ["m1", "m3", "m4", "m5", "m6"]);
});

test("a gap that was not read in full leaves no hole", () => {
  const { log } = entered();
  log.synced(page(messages(1, 2)));
  log.synced(page(messages(90, 91), true));
  assert.deepEqual(ids(log), ["m90", "m91"]);
  assert.equal(log.hasOlder.value, true);
});

test("only the newest messages are kept while the reader is at the end", () => {
  const { log } = entered();
  log.synced(page(messages(1, KEEP_MESSAGES)));
  log.add(message(KEEP_MESSAGES + 1));
  assert.equal(ids(log).length, KEEP_MESSAGES);
  assert.equal(log.hasOlder.value, true);
  log.scrolled(true);
  log.add(message(KEEP_MESSAGES + 2));
  assert.equal(ids(log).length, KEEP_MESSAGES + 1);
});

test("who is at the end keeps it when older messages come", () => {
  const { log } = entered();
  log.synced(page(messages(801, 900), true));
  log.older(page(messages(701, 800), true));
  assert.equal(log.newest, 900);
  assert.equal(log.hasNewer.value, false);
  assert.equal(ids(log).length, WINDOW_MAX);
});

test("hundreds that come while one looks up are no more than a window", () => {
  const { log } = entered();
  const after = (seq: number) => {
    log.synced(page(messages(1, KEEP_MESSAGES)));
    log.scrolled(true, `m${seq}`);
    for (let n = KEEP_MESSAGES + 1; n <= 500; n++) log.add(message(n));
    assert.equal(ids(log).length, WINDOW_MAX);
  };
  after(5);
  assert.equal(log.oldest, 1);
  assert.equal(log.hasNewer.value, true);
  log.scrolled(false);
  after(95);
  assert.ok(log.oldest <= 95 && log.hasOlder.value);
});

test("however far one scrolls, a window of the room is all there is", () => {
  const { log } = entered();
  log.synced(page(messages(951, 1000), true));
  log.scrolled(true);
  for (let from = 901; from > 0; from -= 50)
    log.older(page(messages(from, from + 49), from > 1));
  assert.equal(ids(log).length, WINDOW_MAX);
  assert.equal(log.oldest, 1);
  assert.equal(log.hasOlder.value, false);
  assert.equal(log.hasNewer.value, true);
  for (let from = WINDOW_MAX + 1; from < 1000; from += 50)
    log.newer(page(messages(from, from + 49), from + 49 < 1000));
  assert.equal(ids(log).length, WINDOW_MAX);
  assert.equal(log.newest, 1000);
  assert.equal(log.hasNewer.value, false);
  assert.equal(log.hasOlder.value, true);
});

test("what is far from the reader goes, at the end of the room or far above", () => {
  const { log } = entered();
  log.synced(page(messages(901, 1000), true));
  log.narrow();
  assert.equal(log.oldest, 1000 - NEAR.after + 1);
  assert.equal(log.newest, 1000);
  assert.equal(log.hasOlder.value, true);
  assert.equal(log.hasNewer.value, false);
  log.scrolled(true, "m850");
  log.older(page(messages(801, 1000 - NEAR.after), true));
  log.narrow();
  assert.equal(log.oldest, 850 - NEAR.before);
  assert.equal(log.newest, 850 + NEAR.after - 1);
  assert.equal(log.hasNewer.value, true);
});

test("read anew far above the end, it stays a window there", () => {
  const { log } = entered();
  log.moved(messages(100, 120), true, true);
  log.synced({ ...page(messages(101, 130), true), hasNewer: true });
  assert.equal(log.oldest, 101);
  assert.equal(log.newest, 130);
  assert.equal(log.hasOlder.value, true);
  assert.equal(log.hasNewer.value, true);
});

test("what is new far below the window is counted and not shown", () => {
  const { log, arrived } = entered();
  log.moved(messages(1, 50), false, true);
  log.scrolled(true);
  log.add(message(900));
  log.add(message(901, { senderId: ME, clientId: "a" }));
  log.changed([message(902)]);
  assert.equal(log.newest, 50);
  assert.equal(log.unseen.value, 1);
  assert.deepEqual(arrived, ["a"]);
});

test("what comes while the reader is away is counted, mine is not", () => {
  const { log } = entered();
  log.scrolled(true);
  for (const seq of [1, 1, 2]) log.add(message(seq));
  log.add(message(3, { senderId: ME }));
  assert.equal(log.unseen.value, 2);
  log.scrolled(false);
  assert.equal(log.unseen.value, 0);
});

test("who writes is shown until the message, a stop, or some seconds", () => {
  const typist = { userId: "ana", name: "Ana", until: 5000 };
  for (const end of [
    (log: RoomLog) => void log.add(message(1)),
    (log: RoomLog) => log.stoppedTyping("ana"),
    (log: RoomLog) => log.expireTyping(5000),
  ]) {
    const { log } = entered();
    log.startedTyping(typist);
    log.startedTyping(typist);
    log.expireTyping(4999);
    assert.equal(log.typing.value.length, 1);
    end(log);
    assert.deepEqual(log.typing.value, []);
  }
});

test("of two counts of a thread the one with more changes stays", () => {
  const { log } = entered();
  const at = (changes: number, replies: number) => ({
    replies,
    lastSeq: 9,
    changes,
  });
  const threaded = (thread: ReturnType<typeof at>) =>
    log.happened({ type: "message/threaded", messageId: "m1", thread });
  threaded(at(1, 1)); // before its message
  log.synced({ messages: [message(1)], hasMore: false });
  assert.equal(log.peek("m1")?.thread?.replies, 1);
  threaded(at(3, 1));
  threaded(at(2, 2));
  assert.equal(log.peek("m1")?.thread?.replies, 1);
  log.add(message(1, { thread: at(2, 2) }));
  assert.equal(log.peek("m1")?.thread?.changes, 3);
  log.happened({ type: "message/deleted", messageId: "m1" });
  threaded(at(4, 2));
  assert.deepEqual(log.peek("m1")?.thread, at(4, 2));
});

test("a long thread is kept whole where a room is cut", () => {
  const size = { window: 1_000, keep: 1_000 };
  const log = new RoomLog(
    () => ME,
    () => undefined,
    size,
  );
  log.synced({ messages: messages(1, 400), hasMore: false });
  log.add(message(401));
  assert.equal(log.all().length, 401);
});
