// The catalogues: the same phrases with the same places, in every form that
// the language's numbers have.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { build } from "esbuild";
import { sayWith, uiLanguage, UI_LANGUAGES, type Phrase } from "../src/words";
import { WORDS as ADMIN_AR } from "../src/admin/words/ar";
import { WORDS as ADMIN_CA } from "../src/admin/words/ca";
import { WORDS as ADMIN_DE } from "../src/admin/words/de";
import { EN as ADMIN_EN } from "../src/admin/words/en";
import { WORDS as ADMIN_ES } from "../src/admin/words/es";
import { WORDS as ADMIN_FR } from "../src/admin/words/fr";
import { WORDS as ADMIN_IT } from "../src/admin/words/it";
import { WORDS as ADMIN_PT } from "../src/admin/words/pt";
import { WORDS as AR } from "../src/words/ar";
import { WORDS as CA } from "../src/words/ca";
import { WORDS as DE } from "../src/words/de";
import { EN } from "../src/words/en";
import { WORDS as ES } from "../src/words/es";
import { WORDS as FR } from "../src/words/fr";
import { WORDS as IT } from "../src/words/it";
import { WORDS as PT } from "../src/words/pt";
import { WORDS as MORE_AR } from "../src/words/more/ar";
import { WORDS as MORE_CA } from "../src/words/more/ca";
import { WORDS as MORE_DE } from "../src/words/more/de";
import { MORE as MORE_EN } from "../src/words/more/en";
import { WORDS as MORE_ES } from "../src/words/more/es";
import { WORDS as MORE_FR } from "../src/words/more/fr";
import { WORDS as MORE_IT } from "../src/words/more/it";
import { WORDS as MORE_PT } from "../src/words/more/pt";

type Catalogue = Readonly<Record<string, Phrase>>;

const CHAT: Record<string, Catalogue> = {
  en: EN,
  fr: FR,
  es: ES,
  de: DE,
  pt: PT,
  it: IT,
  ca: CA,
  ar: AR,
};
const MORE: Record<string, Catalogue> = {
  en: MORE_EN,
  fr: MORE_FR,
  es: MORE_ES,
  de: MORE_DE,
  pt: MORE_PT,
  it: MORE_IT,
  ca: MORE_CA,
  ar: MORE_AR,
};
const ADMIN: Record<string, Catalogue> = {
  en: ADMIN_EN,
  fr: ADMIN_FR,
  es: ADMIN_ES,
  de: ADMIN_DE,
  pt: ADMIN_PT,
  it: ADMIN_IT,
  ca: ADMIN_CA,
  ar: ADMIN_AR,
};
const EACH = [
  { place: "chat", all: CHAT, own: EN as Catalogue },
  { place: "chat, once opened", all: MORE, own: MORE_EN as Catalogue },
  { place: "dashboard", all: ADMIN, own: ADMIN_EN as Catalogue },
];

const formsOf = (phrase: Phrase): string[] =>
  typeof phrase === "string" ? [phrase] : Object.values(phrase);
const placesOf = (form: string) =>
  [...form.matchAll(/\{\w+\}/g)].map(([place]) => place).sort();

for (const { place, all, own } of EACH) {
  test(`there is a catalogue for every language: ${place}`, () => {
    assert.deepEqual(Object.keys(all).sort(), [...UI_LANGUAGES].sort());
  });

  for (const [language, words] of Object.entries(all)) {
    test(`the words in ${language} have the same places: ${place}`, () =>
      samePlaces(words, own));
    test(`numbers in ${language} have the forms that they need: ${place}`, () =>
      allForms(words, language));
  }
}

function samePlaces(words: Catalogue, own: Catalogue): void {
  assert.deepEqual(Object.keys(words).sort(), Object.keys(own).sort());
  for (const [key, phrase] of Object.entries(words)) {
    const wanted = placesOf(formsOf(own[key] ?? "").at(-1) ?? "");
    const forms = formsOf(phrase);
    assert.deepEqual(placesOf(forms.at(-1) ?? ""), wanted, key);
    for (const form of forms) {
      assert.ok(form.trim() !== "", key);
      // "one" and the like may say the number in words.
      const places = placesOf(form).filter((place) => place !== "{n}");
      const others = wanted.filter((place) => place !== "{n}");
      assert.deepEqual(places, others, key);
    }
  }
}

function allForms(words: Catalogue, language: string): void {
  const rules = new Intl.PluralRules(language).resolvedOptions();
  // "many" of Romance languages is for millions only.
  const needed = rules.pluralCategories.filter(
    (form) => form !== "many" || language === "ar",
  );
  for (const [key, phrase] of Object.entries(words))
    if (typeof phrase !== "string")
      assert.deepEqual(Object.keys(phrase).sort(), [...needed].sort(), key);
}

test("every phrase is said somewhere", () => {
  const root = join(process.cwd(), "src");
  const files = readdirSync(root, { recursive: true, encoding: "utf8" });
  const code = files
    .filter((name) => /\.tsx?$/.test(name) && !/(^|\/)words\//.test(name))
    .map((name) => readFileSync(join(root, name), "utf8"))
    .join("\n");
  for (const { own } of EACH)
    for (const key of Object.keys(own))
      assert.ok(code.includes(`"${key}"`), `${key} is not used`);
});

/** What is opened, with words of its own. */
const OPENED =
  /ui\/(dialogs\/index|beside|oidc|picker|preview|record|thread-pane)\./;

/** The modules of the page that are there before something is opened. */
async function atOnce(): Promise<string[]> {
  const { metafile } = await build({
    entryPoints: ["src/main.tsx"],
    bundle: true,
    splitting: true,
    format: "esm",
    outdir: "none",
    write: false,
    metafile: true,
    jsx: "automatic",
  });
  const found = new Set<string>();
  const walk = (path: string) => {
    if (found.has(path) || OPENED.test(path)) return;
    found.add(path);
    for (const one of metafile.inputs[path]?.imports ?? []) walk(one.path);
  };
  walk("src/main.tsx");
  return [...found].filter((path) => /^src\/(?!words\/)/.test(path));
}

test("what the page says before something is opened comes first", async () => {
  for (const path of await atOnce()) {
    const code = readFileSync(path, "utf8");
    for (const key of Object.keys(MORE_EN))
      assert.ok(!code.includes(`say("${key}"`), `${path} says ${key}`);
  }
});

test("the words follow what was chosen, then the browser", () => {
  assert.equal(uiLanguage("fr", ["en"]), "fr");
  assert.equal(uiLanguage("", ["es-MX"]), "es");
  assert.equal(uiLanguage("", ["sv-SE", "ca-ES", "en"]), "ca");
  assert.equal(uiLanguage("", ["ar-EG"]), "ar");
  assert.equal(uiLanguage("xx", []), "en");
});

test("a number chooses its form", () => {
  const say = sayWith(EN, "en");
  assert.equal(say("unread", { n: 1 }), "1 new message");
  assert.equal(say("unread", { n: 7 }), "7 new messages");
  assert.equal(sayWith(DE, "de")("unread", { n: 7 }), "7 neue Nachrichten");
  const arabic = sayWith(AR, "ar-EG");
  assert.equal(arabic("people", { n: 2 }), "شخصان");
  assert.match(arabic("people", { n: 5 }), /أشخاص$/);
});
