/* SPDX-License-Identifier: ISC */
#include "translator/translate/recite.h"

#include <stdio.h>
#include <unistd.h>

#include "memory/current.h"
#include "translator/translate/translate_testing.h"
#include "wire/json.h"

/* A translator with a memory, in front of an engine that shouts. */
struct scene {
    char dir[64], path[96];
    struct current *memory;
    struct bench bench;
};

static void
put(const struct scene *s, const char *table)
{
    FILE *f = fopen(s->path, "w");

    if (!CHECK(f != NULL))
        return;
    fputs(table, f);
    fclose(f);
}

static void
open_scene(struct scene *s)
{
    struct translate_cfg cfg = {.cache_bytes = 1 << 20};

    strcpy(s->dir, "/tmp/recite-test-XXXXXX");
    CHECK(mkdtemp(s->dir) != NULL);
    snprintf(s->path, sizeof(s->path), "%s/a.tsv", s->dir);
    put(s, "en\tes\tde\nthanks\tgracias\tdanke\ngood night\tbuenas noches\t"
           "gute Nacht\nthank you very much\tmil gracias\ttausend Dank\n");
    s->memory = current_open(s->dir, NULL);
    cfg.memory = s->memory;
    s->bench = bench_open(bench_echo(0), &cfg);
}

static void
close_scene(struct scene *s)
{
    bench_close(&s->bench);
    current_close(s->memory);
    unlink(s->path);
    rmdir(s->dir);
}

/* What is the memory's alone is sure; engines have to tell. */
static bool
is(struct scene *s, struct asked a, const char *text, const char *model)
{
    bool ok, recited = !strncmp(model, "memory:", 7);

    ask(&s->bench, &a);
    await(&a);
    ok = a.r.outcome == TRANSLATE_OK && !strcmp(a.r.translation, text) &&
         !strcmp(a.r.model, model) &&
         (!recited || a.r.trust.quality == QUALITY_SURE);
    if (!ok)
        printf("# outcome %d \"%s\" %s\n", a.r.outcome,
            a.r.translation ? a.r.translation : a.r.err.text, a.r.model);
    asked_fini(&a);
    return ok;
}

static void
what_people_translated_goes_to_no_engine(void)
{
    struct scene s;

    open_scene(&s);
    CHECK(is(&s, asking("en", "es", "Thanks!"), "¡Gracias!", "memory:en-es"));
    CHECK(is(&s, asking("en", "es", "thanks 😊\n\n**good night**"),
        "gracias 😊\n\n**buenas noches**", "memory:en-es"));
    CHECK(is(&s, asking("es", "en", "mil gracias"), "thank you very much",
        "memory:es-en"));
    CHECK(is(&s, asking("en", "es", "Thanks. I go."), "Gracias. I GO.",
        "memory+echo:en-es"));
    CHECK(is(&s, asking("en", "es", "thankss"), "THANKSS", "echo:en-es"));
    CHECK(translate_stats(s.bench.t).remembered == 5);
    close_scene(&s);
}

static void
without_an_engine_all_of_it_has_to_be_there(void)
{
    struct scene s;

    open_scene(&s);
    CHECK(is(&s, asking("en", "de", "Thanks. Good night! 🌙"),
        "Danke. Gute Nacht! 🌙", "memory:en-de"));
    CHECK(is(&s, asking("es", "de", "gracias"), "danke", "memory:es-de"));
    CHECK(says(&s.bench, asking("en", "de", "Thanks. I go."), TRANSLATE_FAILED,
        "unsupported language pair en-de"));
    CHECK(says(&s.bench, asking("en", "ja", "thanks"), TRANSLATE_FAILED,
        "unsupported language pair en-ja"));
    CHECK(says(
        &s.bench, asking("en", "de", "🌙"), TRANSLATE_SKIPPED, "emoji only"));
    close_scene(&s);
}

static void
a_room_s_own_words_come_first(void)
{
    json_t *tree = json_read(SPAN("{\"version\":\"1\",\"terms\":[{\"term\":"
                                  "\"night\"}]}"),
        NULL);
    struct glossary *g = glossary_read(tree, (struct span){NULL, 0}, NULL);
    struct asked a = asking("en", "es", "good night");
    struct scene s;

    open_scene(&s);
    a.r.glossary = g;
    CHECK(is(&s, a, "GOOD night", "echo:en-es"));
    a.r.target = SPAN("de");
    CHECK(
        says(&s.bench, a, TRANSLATE_FAILED, "unsupported language pair en-de"));
    close_scene(&s);
    glossary_unref(g);
    json_decref(tree);
}

static void
a_table_that_changes_is_used_at_once(void)
{
    struct scene s;

    open_scene(&s);
    CHECK(is(&s, asking("en", "es", "thanks"), "gracias", "memory:en-es"));
    put(&s, "en\tes\nthanks\tmil gracias\n");
    current_look(s.memory);
    CHECK(is(&s, asking("en", "es", "thanks"), "mil gracias", "memory:en-es"));
    CHECK(is(&s, asking("en", "es", "good night"), "GOOD NIGHT", "echo:en-es"));
    close_scene(&s);
}

int
main(void)
{
    RUN(what_people_translated_goes_to_no_engine);
    RUN(without_an_engine_all_of_it_has_to_be_there);
    RUN(a_room_s_own_words_come_first);
    RUN(a_table_that_changes_is_used_at_once);
    return tap_end();
}
