/* SPDX-License-Identifier: ISC */
#include "translator/translate/lexicon.h"

#include <stdio.h>
#include <string.h>

#include "base/tap.h"
#include "wire/json.h"

static const char room[] =
    "{\"version\":\"r1\",\"terms\":["
    "{\"term\":\"Go\"},"
    "{\"term\":\"stand-up\",\"language\":\"en\",\"translations\":"
    "{\"fr\":\"mêlée\",\"es\":\"reunión\"}},"
    "{\"term\":\"ärger\",\"translations\":{\"es\":\"ánimo\"}},"
    "{\"term\":\"bank\",\"translations\":{\"es\":\"cualquier\"}},"
    "{\"term\":\"bank\",\"language\":\"en\",\"translations\":"
    "{\"es\":\"banco\"}}]}";

static struct glossary *
glossary_of(const char *text)
{
    json_t *obj = json_read(span_of(text), NULL);
    struct glossary *g = glossary_read(obj, (struct span){NULL, 0}, NULL);

    json_decref(obj);
    return g;
}

/* What the words say about the line's first word: "" for nothing, "=" for
 * kept as it is. */
static const char *
said(struct lexicon *l, const struct glossary *g, const char *source,
    const char *target, const char *line)
{
    static char text[64];
    struct words *w = lexicon_get(l, g, source, target);
    struct terms_hit hit;

    if (!words_terms(w) || !terms_at(words_terms(w), span_of(line), 0, &hit))
        snprintf(text, sizeof(text), "%s", "");
    else if (!hit.target.p)
        snprintf(text, sizeof(text), "=");
    else
        snprintf(text, sizeof(text), "%.*s", SPAN_ARG(hit.target));
    words_unref(w);
    return text;
}

static void
words_are_those_of_the_direction(void)
{
    struct lexicon *l = lexicon_new();
    struct glossary *g = glossary_of(room);

    CHECK(!strcmp(said(l, g, "en", "es", "stand-up today"), "reunión"));
    CHECK(!strcmp(said(l, g, "en", "fr", "stand-up today"), "mêlée"));
    CHECK(!strcmp(said(l, g, "en", "ca", "stand-up today"), "="));
    CHECK(!strcmp(said(l, g, "de", "es", "stand-up heute"), ""));
    CHECK(!strcmp(said(l, g, "de", "es", "bank"), "cualquier"));
    CHECK(!strcmp(said(l, g, "en", "es", "bank"), "banco"));
    glossary_unref(g);
    lexicon_free(l);
}

static void
case_tells_names_from_words(void)
{
    struct lexicon *l = lexicon_new();
    struct glossary *g = glossary_of(room);

    CHECK(!strcmp(said(l, g, "en", "es", "Go is fast"), "="));
    CHECK(!strcmp(said(l, g, "en", "es", "go home"), ""));
    CHECK(!strcmp(said(l, g, "en", "es", "Stand-up today"), "Reunión"));
    CHECK(!strcmp(said(l, g, "en", "es", "STAND-UP today"), "Reunión"));
    CHECK(!strcmp(said(l, g, "de", "es", "Ärger"), "Ánimo"));
    glossary_unref(g);
    lexicon_free(l);
}

static void
no_glossary_says_nothing(void)
{
    struct lexicon *l = lexicon_new();
    struct glossary *empty = glossary_of("{\"version\":\"e\",\"terms\":[]}");

    CHECK(!strcmp(said(l, NULL, "en", "es", "bank"), ""));
    CHECK(!strcmp(said(l, empty, "en", "es", "bank"), ""));
    glossary_unref(empty);
    lexicon_free(l);
}

/* More glossaries than are kept: each is still right, also one that was put
 * away in between. */
static void
many_glossaries_do_not_get_mixed_up(void)
{
    struct lexicon *l = lexicon_new();
    char text[128], want[16];

    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 2 * LEXICON_KEPT_MAX; i++) {
            struct glossary *g;
            snprintf(text, sizeof(text),
                "{\"version\":\"v%d\",\"terms\":[{\"term\":\"bank\","
                "\"translations\":{\"es\":\"b%d\"}}]}",
                i, i);
            snprintf(want, sizeof(want), "b%d", i);
            g = glossary_of(text);
            CHECK(!strcmp(said(l, g, "en", "es", "bank"), want));
            CHECK(!strcmp(said(l, g, "en", "es", "bank"), want));
            glossary_unref(g);
        }
    }
    lexicon_free(l);
}

/* The longest texts that a glossary may hold are usable. */
static void
long_terms_are_terms(void)
{
    struct lexicon *l = lexicon_new();
    char line[GLOSSARY_TEXT_CHARS_MAX * 4 + 1] = "", text[2000];
    struct glossary *g;

    for (int i = 0; i < GLOSSARY_TEXT_CHARS_MAX; i++)
        strcat(line, "𝒳");
    snprintf(text, sizeof(text),
        "{\"version\":\"v\",\"terms\":[{\"term\":\"%s\"},{\"term\":\"b\"}]}",
        line);
    g = glossary_of(text);
    CHECK(!strcmp(said(l, g, "en", "es", line), "="));
    CHECK(!strcmp(said(l, g, "en", "es", "b"), "="));
    glossary_unref(g);
    lexicon_free(l);
}

int
main(void)
{
    RUN(words_are_those_of_the_direction);
    RUN(case_tells_names_from_words);
    RUN(no_glossary_says_nothing);
    RUN(many_glossaries_do_not_get_mixed_up);
    RUN(long_terms_are_terms);
    return tap_end();
}
