// SPDX-License-Identifier: ISC
// The translator's HTTP, as LibreTranslate's clients and curl see it.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";

import { Translate } from "translate";

import { BUILD, withTranslator } from "../lib/translator.mjs";

const LIBRE = { q: "hello", source: "en", target: "es" };

test("an unmodified client of LibreTranslate translates", () =>
  withTranslator(async ({ url }) => {
    const translate = new Translate({
      engine: "libre",
      url: `${url}/translate`,
    });

    assert.equal(
      await translate("good morning", { from: "en", to: "es" }),
      "[es] good morning",
    );
    await assert.rejects(
      translate("good morning", { from: "en", to: "ja" }),
      /unsupported language pair en-ja/,
    );
  }));

test("a text, an array and a form get answers of their shape", () =>
  withTranslator(async (translator) => {
    const one = await translator.post("/translate", LIBRE);

    assert.equal(one.status, 200);
    assert.equal(one.body.translatedText, "[es] hello");
    assert.equal(one.body.quality, "rough"); // nobody measured the echo
    assert.equal(one.body.engine, "echo:en-es");

    const many = await translator.post("/translate", {
      ...LIBRE,
      q: ["hello", "", "😀", "bye"],
      alternatives: 2,
    });

    const texts = ["[es] hello", "", "😀", "[es] bye"];

    assert.deepEqual(many.body.translatedText, texts);
    assert.deepEqual(many.body.alternatives, [[], [], [], []]);
    // What needs no translation is as it should be.
    assert.deepEqual(many.body.quality, ["rough", "sure", "sure", "rough"]);

    const form = await translator.form("/translate", LIBRE);

    assert.deepEqual(form.body, one.body);
    const parts = await translator.parts("/translate", LIBRE);

    assert.deepEqual(parts.body, one.body);
    const curl = await translator.raw(
      "/translate",
      JSON.stringify({ ...LIBRE, alternatives: 1 }),
      "application/x-www-form-urlencoded",
    );

    assert.deepEqual(curl.body, { ...one.body, alternatives: [] });
  }));

test("the language of each text is found", () =>
  withTranslator(async (translator) => {
    const french = "Bonjour tout le monde, comment allez-vous ?";
    const english = "Good morning everybody, how are you today?";
    const { body } = await translator.post("/translate", {
      q: [french, english, "😀"],
      source: "auto",
      target: "es",
    });
    const [first, second, third] = body.detectedLanguage;

    assert.equal(first.language, "fr");
    assert.equal(second.language, "en");
    assert.ok(first.confidence > 70 && first.confidence <= 100);
    assert.deepEqual(third, { confidence: 0, language: "en" });
    assert.equal(body.translatedText[2], "😀");

    const single = await translator.post("/translate", {
      q: english,
      source: "auto",
      target: "es",
    });

    assert.equal(single.body.detectedLanguage.language, "en");
    const found = await translator.form("/detect", { q: french });

    assert.equal(found.status, 200);
    assert.equal(found.body[0].language, "fr");
    const none = await translator.post("/detect", { q: "😀" });

    assert.deepEqual(none.body, [{ confidence: 0, language: "en" }]);
  }));

test("one short text does not spoil a request whose language is found", () =>
  withTranslator(async (translator) => {
    const english = "Good morning everybody, how are you today?";
    const { status, body } = await translator.post("/translate", {
      q: [english, "gate", "hey"],
      source: "auto",
      target: "es",
    });

    assert.equal(status, 200);
    assert.deepEqual(body.translatedText, [
      `[es] ${english}`,
      "[es] gate",
      "[es] hey",
    ]);
    for (const unsure of body.detectedLanguage.slice(1)) {
      assert.equal(unsure.language, "en");
      assert.ok(unsure.confidence < 70);
    }
    const html = await translator.post("/translate", {
      q: "<b>hm</b>",
      source: "auto",
      target: "es",
      format: "html",
    });

    assert.equal(html.body.translatedText, "<b>[es] hm</b>");
    assert.deepEqual(html.body.detectedLanguage, {
      confidence: 0,
      language: "en",
    });
  }));

test("a text that cannot be translated concerns no other", () =>
  withTranslator(async (translator) => {
    const russian = "где ты сейчас и что делаешь?";
    const english = "Good morning everybody, how are you today?";
    const { status, body } = await translator.post("/translate", {
      q: [russian, english],
      source: "auto",
      target: "es",
    });

    assert.equal(status, 200);
    assert.deepEqual(body.translatedText, [russian, `[es] ${english}`]);
    assert.equal(body.detectedLanguage[0].language, "ru");
    assert.deepEqual(body.untranslated, [
      "unsupported language pair ru-es",
      null,
    ]);

    const alone = await translator.post("/translate", {
      q: russian,
      source: "auto",
      target: "es",
    });

    assert.equal(alone.status, 400);
    assert.match(alone.body.error, /unsupported language pair ru-es/);
  }));

test("HTML keeps its tags, its code and its references", () =>
  withTranslator(async (translator) => {
    const { body } = await translator.post("/translate", {
      q:
        '<p title="a>b">Fish <b>&lt;</b> chips</p>\n<script>a<b</script>' +
        "<pre>as it is</pre><li>cat<li>dog &lt;b&gt;",
      source: "en",
      target: "es",
      format: "html",
    });

    assert.equal(
      body.translatedText,
      '<p title="a>b">[es] Fish <b>&lt;</b> chips</p>\n<script>a<b</script>' +
        "<pre>as it is</pre><li>[es] cat<li>[es] dog &lt;b&gt;",
    );
    const nothing = await translator.post("/translate", {
      ...LIBRE,
      q: ["<hr>", "<p>hi</p>"],
      source: "auto",
      format: "html",
      target: "xx",
    });

    assert.equal(nothing.status, 400);
    const empty = await translator.post("/translate", {
      ...LIBRE,
      q: "<hr>",
      format: "html",
    });

    assert.equal(empty.body.translatedText, "<hr>");
    assert.equal(empty.body.quality, "sure");
  }));

test("the shape of the original Meeshy works too", () =>
  withTranslator(async (translator) => {
    const { status, body } = await translator.post("/translate", {
      text: "hello",
      source_language: "en",
      target_language: "es",
      model_type: "basic",
    });

    assert.equal(status, 200);
    assert.equal(body.original_text, "hello");
    assert.equal(body.translated_text, "[es] hello");
    assert.equal(body.source_language, "en");
    assert.equal(body.target_language, "es");
    assert.equal(body.model_used, "echo:en-es");
    assert.equal(body.from_cache, false);
    assert.ok(Number.isInteger(body.processing_time_ms));
    assert.ok(body.confidence_score >= 0 && body.confidence_score <= 1);

    const batch = await translator.post("/translate/batch", [
      { text: "hello", source_language: "en", target_language: "es" },
      { text: "lost", source_language: "en", target_language: "ja" },
    ]);

    assert.equal(batch.body.results[0].from_cache, true);
    assert.deepEqual(batch.body.results[1], {
      error: "unsupported language pair en-ja",
      original_text: "lost",
    });
    const eleven = await translator.post(
      "/translate/batch",
      Array(11).fill({ text: "a", target_language: "es" }),
    );

    assert.equal(eleven.status, 400);
  }));

test("what is wrong has a status and a reason", () =>
  withTranslator(
    async (translator) => {
      const cases = [
        [400, {}, /missing q/],
        [400, { ...LIBRE, q: "" }, /missing q/],
        [400, { ...LIBRE, source: undefined }, /missing source/],
        [400, { ...LIBRE, target: undefined }, /missing target/],
        [400, { ...LIBRE, format: "pdf" }, /format/],
        [400, { ...LIBRE, target: "ja" }, /unsupported language pair/],
        [400, { ...LIBRE, q: 7 }, /q/],
        [400, { ...LIBRE, q: "éééééééééééé" }, /12.*limit.*10/],
        [400, { ...LIBRE, q: ["a", "b", "c"] }, /3.*limit.*2/],
      ];

      for (const [status, body, reason] of cases) {
        const answer = await translator.post("/translate", body);

        assert.equal(answer.status, status, JSON.stringify(body));
        assert.match(answer.body.error, reason);
      }
      const broken = await translator.raw(
        "/translate",
        "{",
        "application/json",
      );

      assert.equal(broken.status, 400);
      const deep = "[".repeat(1000) + "]".repeat(1000);

      for (const path of ["/translate", "/translate/batch", "/detect"]) {
        const answer = await translator.raw(path, deep, "application/json");

        assert.equal(answer.status, 400);
      }
      const mixed = await translator.raw(
        "/translate",
        "--x--",
        "multipart/mixed; boundary=x",
      );

      assert.equal(mixed.status, 415);
      const huge = await translator.raw(
        "/translate",
        "q=".padEnd(600_000, "a"),
        "application/x-www-form-urlencoded",
      );

      assert.equal(huge.status, 413);
      assert.equal((await translator.ask("put", "/translate")).status, 405);
    },
    { CHAR_LIMIT: "10", BATCH_LIMIT: "2" },
  ));

test("addresses have a rate, which a header of theirs does not change", () =>
  withTranslator(
    async (translator) => {
      const ask = (from) =>
        translator.post("/translate", LIBRE, { "X-Forwarded-For": from });

      assert.equal((await ask("192.0.2.1")).status, 200);
      assert.equal((await ask("192.0.2.2")).status, 200);
      const slow = await ask("192.0.2.3");

      assert.equal(slow.status, 429);
      assert.match(slow.body.error, /Slow down: 2 requests per minute/);
      assert.equal(slow.headers.get("retry-after"), "30");
      assert.equal((await translator.get("/languages")).status, 200);
    },
    { REQ_LIMIT: "2" },
  ));

test("behind a proxy that is trusted the client's address counts", () =>
  withTranslator(
    async (translator) => {
      const ask = async (from) =>
        (
          await translator.post("/translate", LIBRE, {
            "X-Forwarded-For": from,
          })
        ).status;

      assert.equal(await ask("192.0.2.1"), 200);
      assert.equal(await ask("192.0.2.2"), 200);
      assert.equal(await ask("192.0.2.1"), 429);
      assert.equal(await ask("forged, 192.0.2.1"), 429);
      assert.equal(await ask("192.0.2.1, 192.0.2.3"), 200);
    },
    { REQ_LIMIT: "1", TRUST_PROXY: "true" },
  ));

test("pages of an origin may ask when the setting says so", async () => {
  await withTranslator(async (translator) => {
    const { headers } = await translator.get("/languages");

    assert.equal(headers.get("access-control-allow-origin"), null);
  });
  await withTranslator(
    async ({ url }) => {
      const answer = await fetch(`${url}/translate`, { method: "OPTIONS" });

      assert.equal(answer.status, 204);
      assert.equal(answer.headers.get("access-control-allow-origin"), "*");
    },
    { CORS_ORIGIN: "*" },
  );
});

test("everything that the OpenAPI document names is there", () =>
  withTranslator(async (translator) => {
    const { body: spec } = await translator.get("/spec");

    assert.match(spec.openapi, /^3\./);
    for (const [path, item] of Object.entries(spec.paths))
      for (const method of Object.keys(item)) {
        const { status, body } = await translator.ask(method, path, {
          body: method === "post" ? {} : undefined,
        });

        assert.ok(
          String(status) in item[method].responses,
          `${path} ${status}`,
        );
        if (status === 404) assert.match(body.error, /ADMIN_TOKEN/);
      }
    const refs = JSON.stringify(spec).matchAll(/"#\/([^"]+)"/g);

    for (const [, ref] of refs)
      assert.ok(
        ref.split("/").reduce((node, key) => node?.[key], spec),
        `${ref} is not there`,
      );
  }));

test("clients learn languages and limits", () =>
  withTranslator(async (translator) => {
    const { body: languages } = await translator.get("/languages");
    const english = languages.find(({ code }) => code === "en");

    assert.equal(english.name, "English");
    assert.ok(english.targets.includes("es"));
    const { body: settings } = await translator.get("/frontend/settings");

    assert.equal(settings.charLimit, 10_000);
    assert.equal(settings.keyRequired, false);
    assert.deepEqual(settings.supportedFilesFormat, []);
    assert.equal(settings.language.source.code, "auto");
    assert.deepEqual(settings.language.target, { code: "en", name: "English" });
  }));

test("a client that leaves in the middle harms nobody", () =>
  withTranslator(async (translator) => {
    const { hostname, port } = new URL(translator.url);
    const body = JSON.stringify({ ...LIBRE, q: Array(50).fill("leaving") });

    for (let i = 0; i < 20; i++) {
      const socket = connect(Number(port), hostname);

      await once(socket, "connect");
      socket.write(
        `POST /translate HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${body.length}` +
          `\r\nContent-Type: application/json\r\n\r\n${body}`,
      );
      socket.destroy();
    }
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, i) =>
        translator.post("/translate", { ...LIBRE, q: `text ${i}` }),
      ),
    );

    answers.forEach(({ body: { translatedText } }, i) =>
      assert.equal(translatedText, `[es] text ${i}`),
    );
  }));

test("clients of apertium-apy, DeepL and Google get what they know", () =>
  withTranslator(async (translator) => {
    const json = async (path, options) => {
      const response = await fetch(translator.url + path, options);

      return { status: response.status, body: await response.json() };
    };
    const apy = await json("/translate?langpair=en%7Ces&q=hello");

    assert.equal(apy.body.responseData.translatedText, "[es] hello");
    assert.equal(apy.body.responseStatus, 200);
    const pairs = await json("/listPairs");

    assert.ok(
      pairs.body.responseData.some(
        ({ sourceLanguage, targetLanguage }) =>
          sourceLanguage === "eng" && targetLanguage === "spa",
      ),
    );
    const deepl = await translator.post("/v2/translate", {
      text: ["hello", "bye"],
      source_lang: "EN",
      target_lang: "ES",
    });

    assert.deepEqual(
      deepl.body.translations.map(({ text }) => text),
      ["[es] hello", "[es] bye"],
    );
    const google = await json(
      "/language/translate/v2?q=hello&source=en&target=es",
    );

    assert.deepEqual(google.body.data.translations, [
      { translatedText: "[es] hello" },
    ]);
    const wrong = await json("/language/translate/v2?q=hello&target=zz");

    assert.equal(wrong.status, 400);
    assert.match(wrong.body.error.message, /zz is not supported/);
  }));

test("LibreTranslate's requests by query, its refusals, large batches", () =>
  withTranslator(async (translator) => {
    const query = await fetch(
      `${translator.url}/translate?q=hello&source=en&target=es`,
      { method: "POST" },
    );

    assert.equal((await query.json()).translatedText, "[es] hello");
    const zz = await translator.post("/translate", { ...LIBRE, target: "zz" });

    assert.equal(zz.status, 400);
    assert.equal(zz.body.error, "zz is not supported");
    const many = await translator.post("/translate", {
      ...LIBRE,
      q: Array.from({ length: 100 }, (_, i) => `line ${i}.`),
    });

    assert.equal(many.body.translatedText.length, 100);
    for (const path of ["/suggest", "/translate_file"]) {
      const refused = await translator.post(path, LIBRE);

      assert.equal(refused.status, 403);
      assert.match(refused.body.error, /disabled on this server/);
    }
  }));

test("who knows better suggests it, and an operator takes it into the memory", async (t) => {
  const dir = await mkdtemp(join(tmpdir(), "meeshy-suggest-"));
  const file = join(dir, "kept/en-fi.tsv");
  const one = {
    q: "See you at the usual place.",
    s: "Nähdään tutussa paikassa.",
    source: "en",
    target: "fi",
  };

  t.after(() => rm(dir, { recursive: true }));
  await withTranslator(
    async (translator) => {
      const settings = await translator.get("/frontend/settings");

      assert.equal(settings.body.suggestions, true);
      const taken = await translator.post("/suggest", one);

      assert.equal(taken.status, 200);
      assert.deepEqual(taken.body, { success: true });
      const form = new FormData(); // as LibreTranslate's own page sends it

      for (const [name, value] of Object.entries({ ...one, q: "Bye now" }))
        form.append(name, value);
      const sent = await fetch(`${translator.url}/suggest`, {
        method: "POST",
        body: form,
      });

      assert.equal(sent.status, 200);
      assert.equal(
        await readFile(file, "utf8"),
        "en\tfi\nsee you at the usual place\tnähdään tutussa paikassa\n" +
          "bye now\tnähdään tutussa paikassa\n",
      );
      const refused = {
        "missing q": { ...one, q: "" },
        "missing s": { ...one, s: undefined },
        "missing target": { ...one, target: undefined },
        "zz is not supported": { ...one, source: "zz" },
        "is not supported": { ...one, source: "../x" },
        "are the same": { ...one, source: "fi" },
        "of one sentence": { ...one, s: "a|b" },
      };

      for (const [why, body] of Object.entries(refused)) {
        const answer = await translator.post("/suggest", body);

        assert.equal(answer.status, 400, why);
        assert.match(answer.body.error, new RegExp(why));
      }
    },
    { SUGGESTIONS: join(dir, "kept") },
  );
  const memory = join(dir, "memory");
  const ctl = join(BUILD, "src/ctl/meeshyctl");

  await promisify(execFile)(ctl, [
    "memory",
    "import",
    file,
    "--memory",
    memory,
  ]);
  assert.match(await readFile(join(memory, "en-fi.tsv"), "utf8"), /tutussa/);
});
