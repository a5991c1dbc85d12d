/* SPDX-License-Identifier: ISC */
#include "wire/glossary.h"

#include <string.h>

#include "base/tap.h"
#include "wire/json.h"

static struct glossary *
made(const char *text, const char *version)
{
    struct err err;
    json_t *obj = json_read(span_of(text), &err);
    struct glossary *g = glossary_read(obj, span_of(version), &err);

    json_decref(obj);
    return g;
}

static const char *
said(const struct glossary *g, const char *term, const char *language)
{
    for (size_t i = 0; i < g->n_terms; i++)
        if (strcmp(g->terms[i].term, term) == 0)
            return glossary_text(&g->terms[i], span_of(language));
    return "";
}

static const char room[] =
    "{\"terms\":[{\"term\":\"Meeshy\"},{\"term\":\"stand-up\",\"language\":"
    "\"en\",\"translations\":{\"fr\":\"m\u00ealée\",\"es\":\"reunión\"}}]}";

static void
terms_are_translated_or_kept(void)
{
    struct glossary *g = made(room, "r1");

    CHECK(g && g->n_terms == 2 && strcmp(g->version, "r1") == 0);
    CHECK(strcmp(said(g, "stand-up", "es"), "reunión") == 0);
    CHECK(strcmp(said(g, "stand-up", "ca"), "stand-up") == 0);
    CHECK(strcmp(said(g, "Meeshy", "es"), "Meeshy") == 0);
    glossary_unref(g);
}

static void
its_text_reads_back_as_the_same(void)
{
    struct glossary *g = made(room, "r\"1"), *back = made(g->json, NULL);

    CHECK(back && strcmp(back->version, "r\"1") == 0);
    CHECK(back && strcmp(back->json, g->json) == 0);
    glossary_unref(glossary_ref(g));
    glossary_unref(back);
    glossary_unref(g);
}

static void
the_room_wins_over_the_workspace(void)
{
    struct glossary *work = made("{\"terms\":[{\"term\":\"Meeshy\","
                                 "\"translations\":{\"es\":\"Mishi\"}},"
                                 "{\"term\":\"Acme\"}]}",
        "w");
    struct glossary *own = made(room, "r");
    struct glossary *both = glossary_merge(work, own, SPAN("w.r"));

    CHECK(both->n_terms == 3 && strcmp(both->version, "w.r") == 0);
    CHECK(strcmp(said(both, "Meeshy", "es"), "Meeshy") == 0);
    CHECK(strcmp(said(both, "Acme", "es"), "Acme") == 0);
    glossary_unref(both);
    both = glossary_merge(NULL, NULL, SPAN("0"));
    CHECK(both->n_terms == 0);
    glossary_unref(both);
    glossary_unref(own);
    glossary_unref(work);
}

static void
mistakes_are_refused(void)
{
    static const char *const bad[] = {"{}", "{\"terms\":{}}", "{\"terms\":[7]}",
        "{\"terms\":[{\"term\":\"\"}]}", "{\"terms\":[{\"term\":\" a\"}]}",
        "{\"terms\":[{\"term\":\"a\\nb\"}]}",
        "{\"terms\":[{\"term\":\"a\"},{\"term\":\"a\"}]}",
        "{\"terms\":[{\"term\":\"a\",\"language\":\"\"}]}",
        "{\"terms\":[{\"term\":\"a\",\"language\":\"FR\"}]}",
        "{\"terms\":[{\"term\":\"a\",\"translations\":[]}]}",
        "{\"terms\":[{\"term\":\"a\",\"translations\":{\"fr\":7}}]}",
        "{\"terms\":[{\"term\":\"a\",\"translations\":{\"fr\":\"\"}}]}",
        "{\"terms\":[{\"term\":\"a\",\"translations\":{\"?\":\"b\"}}]}"};

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        CHECK(made(bad[i], "v") == NULL);
    CHECK(made("{\"terms\":[]}", NULL) == NULL); /* no version */
}

int
main(void)
{
    RUN(terms_are_translated_or_kept);
    RUN(its_text_reads_back_as_the_same);
    RUN(the_room_wins_over_the_workspace);
    RUN(mistakes_are_refused);
    return tap_end();
}
