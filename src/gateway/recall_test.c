/* SPDX-License-Identifier: ISC */
#include "gateway/recall.h"

#include <stdio.h>

#include "base/tap.h"

enum { ROOM = 4096 };

static struct recall *
recall_of(size_t bytes)
{
    struct recall *r = recall_new(bytes);

    CHECK(r != NULL);
    return r;
}

static void
put(struct recall *r, const char *text, const char *target, uint64_t version,
    const char *message, const char *translation)
{
    struct recall_key key = recall_key(span_of(text), SPAN("en"));
    struct recalled t = {.text = span_of(translation),
        .source = SPAN("en"),
        .model = SPAN("test"),
        .doubt = SPAN("unsure"),
        .confidence = 0.5};

    recall_put(r, &key, span_of(target), version, span_of(message), &t);
}

static bool
has(struct recall *r, const char *text, const char *target, uint64_t version,
    const char *translation)
{
    struct recall_key key = recall_key(span_of(text), SPAN("en"));
    struct recalled t;

    return recall_get(r, &key, span_of(target), version, &t) &&
           span_eqz(t.text, translation) && span_eqz(t.source, "en") &&
           span_eqz(t.model, "test") && span_eqz(t.doubt, "unsure") &&
           t.confidence > 0.49 && t.confidence < 0.51;
}

static void
a_translation_is_found_by_text_languages_and_version(void)
{
    struct recall *r = recall_of(ROOM);
    struct recall_key french = recall_key(SPAN("hello"), SPAN("fr"));
    struct recalled t;

    put(r, "hello", "fr", 1, "m", "bonjour");
    CHECK(has(r, "hello", "fr", 1, "bonjour"));
    CHECK(!has(r, "hello", "es", 1, "bonjour"));
    CHECK(!has(r, "hello", "fr", 2, "bonjour"));
    CHECK(!has(r, "hello!", "fr", 1, "bonjour"));
    CHECK(!recall_get(r, &french, SPAN("fr"), 1, &t));
    recall_free(r);
}

static void
a_newer_one_takes_its_place(void)
{
    struct recall *r = recall_of(ROOM);

    put(r, "hello", "fr", 1, "m", "bonjour");
    put(r, "hello", "fr", 1, "n", "salut");
    CHECK(has(r, "hello", "fr", 1, "salut"));
    recall_forget(r, SPAN("m"));
    CHECK(has(r, "hello", "fr", 1, "salut"));
    recall_free(r);
}

static void
what_came_from_a_message_is_forgotten_with_it(void)
{
    struct recall *r = recall_of(ROOM);

    put(r, "hello", "fr", 1, "m", "bonjour");
    put(r, "hello", "es", 1, "m", "hola");
    put(r, "bye", "fr", 1, "n", "au revoir");
    recall_forget(r, SPAN("m"));
    CHECK(!has(r, "hello", "fr", 1, "bonjour"));
    CHECK(!has(r, "hello", "es", 1, "hola"));
    CHECK(has(r, "bye", "fr", 1, "au revoir"));
    recall_forget(r, SPAN("n"));
    CHECK(recall_bytes(r) == 0);
    recall_free(r);
}

static void
what_was_asked_for_least_recently_leaves(void)
{
    struct recall *r = recall_of(ROOM);
    char text[16];

    put(r, "first", "fr", 1, "m", "premier");
    put(r, "second", "fr", 1, "m", "deuxième");
    for (int i = 0; i < 100; i++) {
        CHECK(has(r, "first", "fr", 1, "premier"));
        snprintf(text, sizeof(text), "text %d", i);
        put(r, text, "fr", 1, "m", "texte");
        CHECK(recall_bytes(r) <= ROOM);
    }
    CHECK(has(r, "first", "fr", 1, "premier"));
    CHECK(!has(r, "second", "fr", 1, "deuxième"));
    CHECK(has(r, "text 99", "fr", 1, "texte"));
    recall_free(r);
}

static void
what_does_not_fit_is_left_out(void)
{
    struct recall *r = recall_of(10);

    put(r, "hello", "fr", 1, "m", "bonjour");
    CHECK(!has(r, "hello", "fr", 1, "bonjour") && recall_bytes(r) == 0);
    recall_free(r);
}

int
main(void)
{
    RUN(a_translation_is_found_by_text_languages_and_version);
    RUN(a_newer_one_takes_its_place);
    RUN(what_came_from_a_message_is_forgotten_with_it);
    RUN(what_was_asked_for_least_recently_leaves);
    RUN(what_does_not_fit_is_left_out);
    return tap_end();
}
