import assert from "node:assert/strict";
import { test } from "node:test";
import { isUnasked, timelineOf, viewOf } from "../src/store/view";
import { sayIn, uiLanguage } from "../src/strings";
import { dayName } from "../src/ui/format";
import { readAck, readMessage, readPage, readSession } from "../src/wire";
import { FAILED, ME, message, outgoing, QUEUED, ready } from "./make";

test("a message in my language needs no translation", () => {
  assert.equal(viewOf(message(1), "fr").kind, "original");
  const regional = message(1, { language: "fr-CA" });
  assert.equal(viewOf(regional, "fr").kind, "original");
});

test("without a translation it is pending, then whatever came of it", () => {
  const with_ = (translation: typeof QUEUED) =>
    viewOf(message(1, { translations: { en: translation } }), "en");
  assert.equal(viewOf(message(1), "en").kind, "pending");
  assert.equal(with_(QUEUED).kind, "pending");
  assert.deepEqual(with_(ready("hi")), { kind: "translated", text: "hi" });
  assert.equal(with_(ready("bonjour 1")).kind, "skipped");
  assert.deepEqual(with_(FAILED), { kind: "failed", reason: "timeout" });
  assert.equal(with_({ ...QUEUED, state: "skipped" }).kind, "skipped");
});

test("only messages of others that nobody asked for are asked for", () => {
  assert.equal(isUnasked(message(1), "en", ME.id), true);
  assert.equal(isUnasked(message(1), "fr", ME.id), false);
  const queued = message(1, { translations: { en: QUEUED } });
  assert.equal(isUnasked(queued, "en", ME.id), false);
  assert.equal(isUnasked(message(1, { deleted: true }), "en", ME.id), false);
  assert.equal(isUnasked(message(1, { senderId: ME.id }), "en", ME.id), false);
});

test("what one author says within minutes is one stretch", () => {
  const minute = 60_000;
  const rows = timelineOf(
    [
      message(1, { createdAt: 10 * minute }),
      message(2, { createdAt: 11 * minute }),
      message(3, { createdAt: 12 * minute, senderId: "eva" }),
      message(4, { createdAt: 30 * minute, senderId: "eva" }),
    ],
    [],
    ME.id,
  );
  const shape = rows.map((row) =>
    row.sort === "day"
      ? "day"
      : `${row.first ? "<" : ""}${row.last ? ">" : ""}`,
  );
  assert.deepEqual(shape, ["day", "<", ">", "<>", "<>"]);
});

test("a day begins with its separator, and a new stretch", () => {
  const late = new Date(2026, 0, 1, 23, 59).getTime();
  const early = new Date(2026, 0, 2, 0, 1).getTime();
  const rows = timelineOf(
    [message(1, { createdAt: late }), message(2, { createdAt: early })],
    [],
    ME.id,
  );
  const sorts = rows.map((row) => row.sort);
  assert.deepEqual(sorts, ["day", "entry", "day", "entry"]);
  assert.ok(rows.every((row) => row.sort === "day" || row.first));
});

test("my message keeps its key from the outbox to the room", () => {
  const before = timelineOf([], [outgoing("a")], ME.id);
  const mine = message(1, { senderId: ME.id, clientId: "a", createdAt: 5000 });
  const then = timelineOf([mine], [], ME.id);
  assert.deepEqual(
    before.map((item) => item.key),
    then.map((item) => item.key),
  );
});

test("days have names near today and dates further away", () => {
  const now = new Date(2026, 4, 10, 1, 0).getTime();
  const at = (day: number) => new Date(2026, 4, day, 23, 0).getTime();
  assert.equal(dayName(at(9), now, "en"), "yesterday");
  assert.equal(dayName(now, now, "fr"), "aujourd’hui");
  assert.match(dayName(at(2), now, "es"), /2 de mayo/);
});

test("the words follow the reading language, then the browser", () => {
  assert.equal(uiLanguage("fr", ["en"]), "fr");
  assert.equal(uiLanguage("es-MX", []), "es");
  assert.equal(uiLanguage("ca", ["es-ES", "en"]), "es");
  assert.equal(uiLanguage("xx", []), "en");
  assert.equal(sayIn("en")("charsLeft", { n: 7 }), "7 characters left");
});

test("JSON without the expected fields is read without harm", () => {
  for (const odd of [null, 7, "x", [], {}, { messages: 3, sender: null }]) {
    assert.equal(readMessage(odd).content, "");
    assert.deepEqual(readPage(odd).messages, []);
    assert.equal(readSession(odd).token, "");
    assert.equal(readAck(odd).success, false);
  }
});

test("a message is read with its translations", () => {
  const read = readMessage({
    id: "m1",
    seq: 3,
    senderId: "ana",
    sender: { username: "ana", displayName: "Ana" },
    content: "bonjour",
    originalLanguage: "fr",
    revision: 2,
    isEdited: true,
    createdAt: "2026-01-02T03:04:05.678Z",
    translations: [
      { targetLanguage: "en", translatedContent: "hi", state: "ready" },
      { targetLanguage: "es", state: "failed", reason: "timeout" },
    ],
  });
  assert.equal(read.senderName, "Ana");
  assert.equal(read.createdAt, Date.UTC(2026, 0, 2, 3, 4, 5, 678));
  assert.equal(read.translations["en"]?.text, "hi");
  assert.equal(read.translations["es"]?.reason, "timeout");
});
