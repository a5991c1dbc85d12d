import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { isUnasked, isWordless, timelineOf, viewOf } from "../src/store/view";
import {
  dayName,
  initialOf,
  PEOPLE,
  personHue,
  plainName,
  plainText,
  startOfList,
} from "../src/ui/format";
import { choicesOf, matching } from "../src/ui/picker";
import { isEmoji } from "../src/ui/text";
import {
  readAck,
  readLanguages,
  readMessage,
  readPage,
  readSession,
} from "../src/wire";
import { FAILED, ME, message, outgoing, QUEUED, ready } from "./make";

test("a message in my language needs no translation", () => {
  assert.equal(viewOf(message(1), "fr").kind, "original");
  const regional = message(1, { language: "fr-CA" });
  assert.equal(viewOf(regional, "fr").kind, "original");
  const standard = message(1, { language: "sh" });
  assert.equal(viewOf(standard, "hr").kind, "original");
  assert.equal(viewOf(standard, "sl").kind, "pending");
});

test("without a translation it is pending, then whatever came of it", () => {
  const with_ = (translation: typeof QUEUED) =>
    viewOf(message(1, { translations: { en: translation } }), "en");
  assert.equal(viewOf(message(1), "en").kind, "pending");
  assert.equal(with_(QUEUED).kind, "pending");
  assert.deepEqual(with_(ready("hi")), { kind: "translated", text: "hi" });
  assert.equal(with_(ready("bonjour 1")).kind, "skipped");
  const rough = { ...ready("hi"), rough: true };
  assert.deepEqual(with_(rough), { kind: "rough", text: "hi" });
  assert.deepEqual(with_(FAILED), { kind: "failed", reason: "timeout" });
  assert.equal(with_({ ...QUEUED, state: "skipped" }).kind, "skipped");
});

test("what a program says under two names is not one stretch", () => {
  const by = (bot: boolean, senderName: string, seq: number) =>
    message(seq, { bot, senderName, senderId: "u2" });
  const firsts = (bot: boolean) =>
    timelineOf([by(bot, "Build", 1), by(bot, "Nightly", 2)], [], ME).flatMap(
      (row) => (row.sort === "entry" ? [row.first] : []),
    );
  assert.deepEqual(firsts(true), [true, true]);
  assert.deepEqual(firsts(false), [true, false]);
});

test("only messages of others that nobody asked for are asked for", () => {
  assert.equal(isUnasked(message(1), "en", ME), true);
  assert.equal(isUnasked(message(1), "fr", ME), false);
  const queued = message(1, { translations: { en: QUEUED } });
  assert.equal(isUnasked(queued, "en", ME), false);
  assert.equal(isUnasked(message(1, { deleted: true }), "en", ME), false);
  assert.equal(isUnasked(message(1, { senderId: ME }), "en", ME), false);
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
    ME,
  );
  const shape = rows.map((row) =>
    row.sort !== "entry"
      ? row.sort
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
    ME,
  );
  const sorts = rows.map((row) => row.sort);
  assert.deepEqual(sorts, ["day", "entry", "day", "entry"]);
  assert.ok(rows.every((row) => row.sort !== "entry" || row.first));
});

test("my message keeps its key from the outbox to the room", () => {
  const before = timelineOf([], [outgoing("a")], ME);
  const mine = message(1, { senderId: ME, clientId: "a", createdAt: 5000 });
  const then = timelineOf([mine], [], ME);
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

test("what is new since the last visit begins with a line", () => {
  const rows = timelineOf(
    [
      message(1),
      message(2),
      message(3, { senderId: ME }),
      message(4),
      message(5),
    ],
    [],
    ME,
    2,
  );
  const sorts = rows.map((row) => row.sort);
  assert.deepEqual(sorts.join(" "), "day entry entry entry new entry entry");
});

test("signs, numbers and addresses alone want no translation", () => {
  for (const text of ["🎉🎉", "12:30", "https://example.org/a", "a@b.example"])
    assert.equal(isWordless(text), true, text);
  for (const text of ["ok 👍", "see https://example.org", "да"])
    assert.equal(isWordless(text), false, text);
  const party = message(1, { content: "🎉" });
  assert.equal(viewOf(party, "en").kind, "original");
});

test("a few emoji are large, a number is not one", () => {
  assert.equal(isEmoji("🎉 👍🏽"), true);
  assert.equal(isEmoji("👨‍👩‍👧"), true);
  assert.equal(isEmoji("7"), false);
  assert.equal(isEmoji("ok 🎉"), false);
});

test("no sign turns the order of what is read around", () => {
  assert.equal(plainText("abc \u202etxt.exe"), "abc txt.exe");
  assert.equal(plainName("\u202eana\u2066"), "ana");
  assert.equal(plainName("\u202e "), "?");
  assert.equal(initialOf("👩‍🚀 Sally"), "👩‍🚀");
});

test("a language is found by any name that somebody has for it", () => {
  const languages = [
    {
      code: "de",
      name: "German",
      nativeName: "Deutsch",
      quality: { en: "fair" },
    },
    {
      code: "en",
      name: "English",
      nativeName: "English",
      quality: { de: "fair" },
    },
    { code: "nl", name: "Dutch", nativeName: "Nederlands", quality: {} },
  ] as const;
  const choices = choicesOf(languages, "fr", ["de-AT"], "as written");
  const find = (wanted: string) =>
    matching(choices, wanted).map(({ code }) => code);
  for (const name of ["German", "deut", "alem", "allemand", "TEDESCO", "de"])
    assert.equal(find(name)[0], "de", name);
  assert.deepEqual(find("xyz"), []);
  const [de, en, nl] = choices;
  assert.equal(de?.name, "allemand");
  assert.equal(de?.suggested, true);
  assert.equal(en?.hint, "");
  assert.equal(nl?.hint, "as written");
});

test("JSON without the expected fields is read without harm", () => {
  for (const odd of [null, 7, "x", [], {}, { messages: 3, sender: null }]) {
    assert.equal(readMessage(odd).content, "");
    assert.deepEqual(readPage(odd).messages, []);
    assert.equal(readSession(odd).token, "");
    assert.equal(readAck(odd).success, false);
  }
});

test("languages are read with what they become, and how well", () => {
  const [en, old] = readLanguages([
    { code: "en", name: "English", quality: { es: "good", fr: "odd" } },
    { code: "ca", name: "Catalan" },
  ]);
  assert.deepEqual(en?.quality, { es: "good", fr: "basic" });
  assert.deepEqual(old?.quality, {});
});

test("what I write is seen from each message unless I chose", () => {
  const user = { id: "me", username: "bob", language: "en" };
  assert.equal(readSession({ token: "t", user }).user.writing, "auto");
  const chosen = { ...user, writing: "es" };
  assert.equal(readSession({ token: "t", user: chosen }).user.writing, "es");
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

test("what is said under a message, at a stretch, is one line of the room", () => {
  const said = [
    message(1),
    message(2, { threadId: "m1" }),
    message(3, { threadId: "m1", senderId: "bo" }),
    message(4),
    message(5, { threadId: "m1" }),
    message(6, { threadId: "m4" }),
  ];
  const rows = timelineOf(said, [], ME).filter((row) => row.sort !== "day");
  assert.deepEqual(
    rows.map((row) =>
      row.sort === "thread" ? [row.root, ...row.ids] : row.key,
    ),
    ["m1", ["m1", "m2", "m3"], "m4", ["m1", "m5"], ["m4", "m6"]],
  );
  // No stretch of one author goes on over it.
  const entries = rows.filter((row) => row.sort === "entry");
  assert.ok(entries.every((row) => row.first && row.last));
  const open = timelineOf(said, [], ME, Infinity, false);
  assert.ok(open.every((row) => row.sort !== "thread"));
});

/** WCAG's, of a colour in hsl() on one in #rrggbb or #rgb. */
function contrast(hue: number, name: string, ground: string): number {
  const [s = 0, l = 0] = name.split(" ").map((part) => parseFloat(part) / 100);
  const at = (n: number) => {
    const k = (n + hue / 30) % 12;
    return l - s * Math.min(l, 1 - l) * Math.max(-1, Math.min(k - 3, 9 - k, 1));
  };
  const hex = ground.replace(/^#(.)(.)(.)$/, "#$1$1$2$2$3$3");
  const parts = [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16) / 255);
  const bright = (rgb: number[]) =>
    [0.2126, 0.7152, 0.0722].reduce((sum, weight, i) => {
      const c = rgb[i] ?? 0;
      const linear = c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
      return sum + weight * linear;
    }, 0);
  const [a, b] = [bright([at(0), at(8), at(4)]), bright(parts)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

test("everybody's name can be read on everything that it stands on", () => {
  const css = readFileSync(join(process.cwd(), "src/css/tokens.css"), "utf8");
  const themes = css.split(/\n:root/).filter((part) => part.includes("--name"));
  assert.equal(themes.length, 4);
  for (const theme of themes) {
    const token = (key: string) =>
      new RegExp(`--${key}: ([^;]+);`).exec(theme)?.[1] ?? "";
    const name = token("name");
    for (const key of ["card", "pane", "mine"])
      for (const hue of PEOPLE)
        if (token(key))
          assert.ok(
            contrast(hue, name, token(key)) >= 4.5,
            `${hue} on ${key}: ${contrast(hue, name, token(key))}`,
          );
  }
});

test("no two of the first people have one hue, and each keeps theirs", () => {
  const people = PEOPLE.map((_, i) => `person ${i}`);
  const hues = people.map(personHue);
  assert.equal(new Set(hues).size, PEOPLE.length);
  assert.ok(PEOPLE.includes(personHue("one more")));
  assert.deepEqual(people.map(personHue), hues);
});

test('the start of a list has no "and"', () => {
  for (const locale of ["en", "fr", "es", "de", "pt", "it", "ca"])
    assert.equal(startOfList(["A", "B", "C"], locale), "A, B, C", locale);
});
