/* SPDX-License-Identifier: ISC */
#include "models/registry.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/tap.h"

#define URL "https://models.example/db/models.json"
#define HASH "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define MODEL(path)                                                            \
    "\"model\":{\"path\":\"" path                                              \
    "\",\"uncompressedSize\":10,\"uncompressedHash\":\"" HASH "\"}"
#define VOCAB "\"vocab\":{\"path\":\"v.spm.gz\"}"

static struct registry *
parse(const char *text)
{
    struct err err = {0};
    struct registry *r = registry_parse(span_of(text), URL, &err);

    CHECK(r || err.text[0]);
    return r;
}

/* A registry of one pair with one entry. */
static struct registry *
one(const char *files, const char *rest)
{
    struct buf b = {0};
    struct registry *r;
    char *text;

    buf_addf(&b,
        "{\"models\":{\"en-fr\":[{\"architecture\":\"tiny\",%s"
        "\"files\":{%s}}]}}",
        rest, files);
    text = buf_take(&b);
    r = parse(text);
    free(text);
    return r;
}

static bool
usable(struct registry *r)
{
    struct err err = {0};
    bool ok = r && registry_find(r, SPAN("en-fr"), NULL, &err);

    registry_free(r);
    return ok;
}

static void
mozillas_list_is_read(void)
{
    struct registry *r = parse(
        "{\"generated\":\"2026-01-01\",\"baseUrl\":\"https://storage.example/"
        "moz-fx-translations-data/\",\"models\":{\"en-zh_hant\":[{"
        "\"architecture\":\"base\",\"releaseStatus\":\"Release\",\"files\":{"
        "\"model\":{\"path\":\"models/en-zh_hant/run_7-x/exported/m.bin.gz\","
        "\"uncompressedSize\":43849787,\"uncompressedHash\":\"" HASH "\"},"
        "\"lexicalShortlist\":{\"path\":\"a/lex.gz\",\"size\":7,\"hash\":\"" HASH
        "\"},\"srcVocab\":{\"path\":\"a/s.gz\"},\"trgVocab\":{\"path\":"
        "\"a/t.gz\"}},\"metrics\":{\"flores\":{\"bleu\":38.5}}}]}}");
    const struct registry_entry *e =
        r ? registry_find(r, SPAN("en-zh_hant"), NULL, NULL) : NULL;
    char *url;

    if (!CHECK(e != NULL))
        return;
    CHECK(strcmp(e->source, "en") == 0 && strcmp(e->target, "zh_hant") == 0);
    CHECK(strcmp(e->version, "run_7-x") == 0);
    CHECK(strcmp(e->licence, "MPL-2.0") == 0);
    CHECK(e->files[MANIFEST_MODEL].bytes == 43849787);
    CHECK(e->files[MANIFEST_LEX].packed_bytes == 7);
    CHECK(!e->files[MANIFEST_VOCAB].path && e->files[MANIFEST_TRGVOCAB].path);
    url = registry_url(r, &e->files[MANIFEST_LEX]);
    CHECK(strcmp(url, "https://storage.example/moz-fx-translations-data/a/"
                      "lex.gz") == 0);
    free(url);
    registry_free(r);
}

static void
the_older_list_is_read(void)
{
    struct registry *r = registry_parse(
        SPAN(
            "{\"enfr\":{\"model\":{\"name\":\"model.enfr.bin\",\"size\":9,"
            "\"estimatedCompressedSize\":3,\"expectedSha256Hash\":\"" HASH
            "\",\"modelType\":\"prod\"},\"vocab\":{\"name\":\"vocab.fren.spm\","
            "\"size\":4,\"expectedSha256Hash\":\"" HASH
            "\",\"modelType\":\"prod\"}},\"zhhanten\":{}}"),
        "https://media.example/mozilla/firefox-translations-models/main/"
        "registry.json",
        NULL);
    const struct registry_entry *e =
        r ? registry_find(r, SPAN("en-fr"), NULL, NULL) : NULL;

    if (!CHECK(e != NULL))
        return;
    CHECK(r->n_strange == 1);
    CHECK(strcmp(e->files[MANIFEST_VOCAB].path,
              "models/prod/enfr/vocab.fren.spm.gz") == 0);
    CHECK(strcmp(e->files[MANIFEST_VOCAB].sha256, HASH) == 0);
    CHECK(strcmp(e->version, "0123456789ab") == 0);
    CHECK(strcmp(e->licence, "MPL-2.0") == 0);
    CHECK(strcmp(r->base, "https://media.example/mozilla/"
                          "firefox-translations-models/main") == 0);
    CHECK(registry_bytes(e) == 13);
    registry_free(r);
}

static void
what_is_released_goes_first(void)
{
    struct registry *r = parse(
        "{\"models\":{\"en-fr\":["
        "{\"architecture\":\"base\",\"files\":{" MODEL(
            "a") "," VOCAB "}},"
                 "{\"architecture\":\"memory\",\"releaseStatus\":\"Release Android\","
                 "\"files\":{" MODEL(
                     "b") "," VOCAB "}},"
                          "{\"architecture\":\"tiny\",\"releaseStatus\":\"Release Desktop\","
                          "\"files\":{" MODEL("c") "," VOCAB "}}]}}");
    struct err err;

    CHECK(strcmp(registry_find(r, SPAN("en-fr"), NULL, &err)->architecture,
              "tiny") == 0);
    CHECK(strcmp(registry_find(r, SPAN("en-fr"), "base", &err)->architecture,
              "base") == 0);
    CHECK(!registry_find(r, SPAN("en-fr"), "huge", &err) &&
          err.kind == FAIL_NOT_FOUND);
    CHECK(!registry_find(r, SPAN("fr-en"), NULL, &err));
    CHECK(!registry_find(r, SPAN("../fr\033"), NULL, &err) &&
          !strchr(err.text, '\033'));
    registry_free(r);
}

static void
a_hostile_path_spoils_its_entry_alone(void)
{
    static const char *const paths[] = {"../m.bin", "a/../../m", "/etc/passwd",
        "a//b", "a/./b", "https://evil/m", "a b", "a?b", "a#b", "a%2e%2e", "",
        "a/", ".hidden", "a\\\\b", "caf\u00e9", "a@b"};
    struct registry *r;
    struct err err;

    CHECK(usable(one(MODEL("models/en-fr/m.bin") "," VOCAB, "")));
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        struct buf b = {0};
        char *files;

        buf_addf(&b, MODEL("%s") "," VOCAB, paths[i]);
        files = buf_take(&b);
        CHECK(!usable(one(files, "")));
        free(files);
    }
    r = parse(
        "{\"models\":{\"en-fr\":[{\"architecture\":\"t\",\"files\":{" MODEL(
            "../x") "," VOCAB
                    "}}],\"fr-en\":[{\"architecture\":\"t\",\"files\":"
                    "{" MODEL("x") "," VOCAB "}}]}}");
    CHECK(r && registry_find(r, SPAN("fr-en"), NULL, &err));
    CHECK(!registry_find(r, SPAN("en-fr"), NULL, &err) &&
          strstr(err.text, "strange path of its model"));
    registry_free(r);
}

static void
hostile_names_of_languages_are_passed_over(void)
{
    struct registry *r = parse(
        "{\"models\":{\"../etc-fr\":[{}],\"en-\":[{}],\"en\":[{}],\"en-en\":"
        "[{}],\"EN-fr\":[{}],\"en-fr-de\":[{}],\"en-fr\":[{}],\"x\":7}}");

    CHECK(r && r->n_entries == 1 && r->n_strange == 6);
    CHECK(!usable(r));
}

static void
sizes_hashes_and_files_are_checked(void)
{
#define FILES(size, hash)                                                      \
    "\"model\":{\"path\":\"m\",\"uncompressedSize\":" size                     \
    ",\"uncompressedHash\":" hash "}," VOCAB
    CHECK(usable(one(FILES("1", "\"" HASH "\""), "")));
    CHECK(!usable(one(FILES("0", "\"" HASH "\""), "")));
    CHECK(!usable(one(FILES("-5", "\"" HASH "\""), "")));
    CHECK(!usable(one(FILES("1e3", "\"" HASH "\""), "")));
    CHECK(!usable(one(FILES("99999999999999", "\"" HASH "\""), "")));
    CHECK(!usable(one(FILES("null", "\"" HASH "\""), "")));
    CHECK(!usable(one(FILES("1", "null"), "")));
    CHECK(!usable(one(FILES("1", "\"abc\""), "")));
    CHECK(!usable(one(FILES("1", "7"), "")));
    CHECK(!usable(one(MODEL("m"), "")));
    CHECK(!usable(one(VOCAB, "")));
    CHECK(!usable(
        one(MODEL("m") "," VOCAB ",\"srcVocab\":{\"path\":\"s\"}", "")));
    CHECK(!usable(one(MODEL("m") ",\"srcVocab\":{\"path\":\"s\"}", "")));
    CHECK(!usable(one(MODEL("m") "," VOCAB, "\"license\":\"a\\nb\",")));
}

static void
models_come_from_https_or_from_this_machine(void)
{
    static const char *const good[] = {"https://a.example/x", "file:///m",
        "http://127.0.0.1:80/x", "http://localhost/x", "https://a:1"};
    static const char *const bad[] = {"http://a.example/x", "ftp://a/x", "",
        "file://a/x", "https://", "https://u:p@a/x", "/m", "https://a/ x",
        "http://127.0.0.1.evil/x", "http://127.0.0.1@evil/x",
        "gopher://127.0.0.1", "https:///x", "HTTP://127.0.0.1",
        "https://a/\033x", "https:\\\\a"};

    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        CHECK(registry_url_valid(span_of(good[i])));
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        CHECK(!registry_url_valid(span_of(bad[i])));
    CHECK(!parse("{\"baseUrl\":\"http://a.example\",\"models\":{}}"));
    CHECK(!parse("{\"baseUrl\":\"file:///etc\",\"models\":{\"en-fr\":[{}]}}"));
}

static void
what_is_no_registry_is_refused(void)
{
    static const char *const texts[] = {
        "", "[]", "7", "{", "{}", "{\"models\":{}}", "{\"models\":[]}"};

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        CHECK(!parse(texts[i]));
}

int
main(void)
{
    RUN(mozillas_list_is_read);
    RUN(the_older_list_is_read);
    RUN(what_is_released_goes_first);
    RUN(a_hostile_path_spoils_its_entry_alone);
    RUN(hostile_names_of_languages_are_passed_over);
    RUN(sizes_hashes_and_files_are_checked);
    RUN(models_come_from_https_or_from_this_machine);
    RUN(what_is_no_registry_is_refused);
    return tap_end();
}
