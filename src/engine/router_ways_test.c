/* SPDX-License-Identifier: ISC */
#include "engine/router.h"

#include <stdio.h>
#include <unistd.h>

#include "base/tap.h"
#include "engine/testing_router.h"
#include "engine/testing_toy.h"

/* The label of a way for short lines and for long ones. */
static bool
parts(const struct router *r, const char *source, const char *target,
    const char *for_short, const char *for_long)
{
    struct router_route route;

    if (!router_find(r, span_of(source), span_of(target), &route))
        return false;
    printf("# %s, %s\n", route.of[ENGINE_SHORT].way[0].label,
        route.of[ENGINE_LONG].way[0].label);
    return strcmp(route.of[ENGINE_SHORT].way[0].label, for_short) == 0 &&
           strcmp(route.of[ENGINE_LONG].way[0].label, for_long) == 0;
}

static void
the_way_that_measured_best_wins_for_each_kind_of_text(void)
{
    struct router *r = open_graph();
    struct toy toy = toy_init();

    toy_add(&toy, "en", "es", 0.1); /* an estimate, which a measure overrules */
    toy.quality[0].of[ENGINE_SHORT] = 0.60;
    toy.quality[0].of[ENGINE_LONG] = 0.25;
    router_add(r, &toy.engine);
    /* Two hops of 0.3 keep exp(-0.6), 0.549 of the sense. */
    CHECK(parts(r, "en", "es", "toy:en-es", "echo:en-ca-es"));
    toy.quality[0].of[ENGINE_SHORT] = 0.50;
    toy_changed(&toy);
    CHECK(parts(r, "en", "es", "echo:en-ca-es", "echo:en-ca-es"));
    /* Where it is sure of a short line, it is better: it is asked first. */
    toy.quality[0].sure = 0.70;
    toy_changed(&toy);
    CHECK(parts(r, "en", "es", "toy:en-es", "echo:en-ca-es"));
    router_free(r);
}

static void
what_was_measured_of_a_whole_way_counts_more_than_its_parts(void)
{
    char dir[] = "/tmp/router_test.XXXXXX", path[64];
    struct router *r = router_new();
    struct echo_cfg cfg = echo_cfg("echo", graph, N_GRAPH);
    struct router_route route;
    FILE *f;

    CHECK(mkdtemp(dir));
    snprintf(path, sizeof(path), "%s/ways.tsv", dir);
    f = fopen(path, "w");
    fputs("echo:en-ca-es 30 60\n" /* its parts would be 55 */
          "echo:en-es 40 40 80\n"
          "echo:bb-cc-dd 90 90\n"
          "echo:cc-dd-ee - 27\n" /* twice its parts: for short lines, too */
          "echo:en-xx 99 99\n" /* nobody has it */
          "echo:es-en 80 -\n"
          "echo:aa-bb - - 50\necho:bb-cc - - 60\necho:cc-dd - - 90\n",
        f);
    fclose(f);
    router_use_ways(r, dir);
    router_add(r, echo_open(&cfg));
    CHECK(parts(r, "en", "es", "echo:en-es", "echo:en-ca-es"));
    CHECK(router_find(r, SPAN("en"), SPAN("es"), &route));
    CHECK(route.of[ENGINE_SHORT].way[0].sure_from == 0.8);
    CHECK(router_find(r, SPAN("es"), SPAN("en"), &route));
    CHECK(route.of[ENGINE_SHORT].way[0].sure_from > 1); /* never */
    CHECK(route.of[ENGINE_LONG].way[0].cost > 0.22 &&
          route.of[ENGINE_LONG].way[0].cost < 0.23);
    CHECK(router_find(r, SPAN("cc"), SPAN("ee"), &route));
    CHECK(route.of[ENGINE_SHORT].way[0].cost > 1.30 &&
          route.of[ENGINE_SHORT].way[0].cost < 1.31);
    /* A part of a way that was measured counts, too: 0.9 of exp(-1). */
    CHECK(router_find(r, SPAN("aa"), SPAN("dd"), &route));
    CHECK(route.of[ENGINE_SHORT].way[0].cost > 1.1 &&
          route.of[ENGINE_SHORT].way[0].cost < 1.11);
    /* A way is sure where its hops are: 0.5 * 0.6 * 0.9. */
    CHECK(route.of[ENGINE_SHORT].way[0].sure_from > 0.26 &&
          route.of[ENGINE_SHORT].way[0].sure_from < 0.28);
    router_free(r);
    CHECK(unlink(path) == 0 && rmdir(dir) == 0);
}

/* The version of a router with this table. */
static uint64_t
version_with(const char *table)
{
    char dir[] = "/tmp/router_test.XXXXXX", path[64];
    struct router *r = router_new();
    struct echo_cfg cfg = echo_cfg("echo", graph, N_GRAPH);
    uint64_t version;
    FILE *f;

    CHECK(mkdtemp(dir));
    snprintf(path, sizeof(path), "%s/ways.tsv", dir);
    f = fopen(path, "w");
    fputs(table, f);
    fclose(f);
    router_use_ways(r, dir);
    router_add(r, echo_open(&cfg));
    version = router_version(r);
    router_free(r);
    CHECK(unlink(path) == 0 && rmdir(dir) == 0);
    return version;
}

/* Caches keep what was sure and what was rough. */
static void
another_bar_for_what_is_sure_is_another_version(void)
{
    uint64_t version = version_with("echo:en-es 40 40 80\n");

    CHECK(version == version_with("echo:en-es 40 40 80\n"));
    CHECK(version != version_with("echo:en-es 40 40 81\n"));
    CHECK(version != version_with("echo:en-es 40 40\n"));
}

static void
a_way_can_be_asked_for_by_its_name(void)
{
    struct router *r = open_graph();
    struct router_route route, rest;
    struct router_path list[8];

    CHECK(
        router_find_way(r, SPAN("en"), SPAN("es"), SPAN("echo:en-es"), &route));
    CHECK(route.of[ENGINE_LONG].n == 1 &&
          strcmp(route.of[ENGINE_LONG].way[0].label, "echo:en-es") == 0);
    CHECK(!router_find_rest(&route, &rest));
    CHECK(!router_find_way(
        r, SPAN("en"), SPAN("es"), SPAN("echo:es-en"), &route));
    CHECK(router_list(r, SPAN("en"), SPAN("es"), ENGINE_SHORT, list, 8) == 2);
    CHECK(strcmp(list[0].label, "echo:en-ca-es") == 0);
    CHECK(strcmp(list[1].label, "echo:en-es") == 0);
    CHECK(router_list(r, SPAN("en"), SPAN("xx"), ENGINE_SHORT, list, 8) == 0);
    CHECK(router_find(r, SPAN("en"), SPAN("es"), &route));
    CHECK(router_find_rest(&route, &rest));
    CHECK(strcmp(rest.of[ENGINE_SHORT].way[0].label, "echo:en-es") == 0);
    router_free(r);
}

static void
a_line_that_an_engine_is_unsure_of_goes_the_other_way_alone(void)
{
    struct router *r = open_graph();
    struct toy toy = toy_init();
    struct router_job job;

    toy_add(&toy, "en", "es", 0.1);
    toy.unsure_of = "odd";
    router_add(r, &toy.engine);
    job = translate(r, "en", "es", SPAN("a\nodd\nb\n"));
    CHECK(job.ok &&
          strcmp(job.translation, "<es> a\n[es] [ca] odd\n<es> b\n") == 0);
    CHECK(strcmp(job.label, "toy:en-es") == 0);
    CHECK(job.doubt == ENGINE_SURE);
    free(job.translation);
    /* Where there is no other way, it stays, and its doubt with it. */
    toy_add(&toy, "en", "tt", 0.1);
    toy_changed(&toy);
    job = translate(r, "en", "tt", SPAN("odd"));
    CHECK(job.ok && strcmp(job.translation, "<tt> odd") == 0);
    CHECK(job.doubt == ENGINE_UNSURE);
    free(job.translation);
    router_free(r);
}

/* What comes of a sentence when the first way says one thing, the second
 * another. */
static bool
chosen(const char *first, const char *second, bool gate, const char *want)
{
    struct router *r = router_new();
    struct toy one = toy_init(), two = toy_init();
    struct test_job t = {
        .job.done = on_done, .job.gate = gate, .done = gather_new(1)};
    struct router_route route;
    bool ok;

    toy_add(&one, "en", "es", 0.1);
    toy_add(&two, "en", "es", 0.2);
    one.says = first;
    two.says = second;
    router_add(r, &one.engine);
    router_add(r, &two.engine);
    t.job.user = &t;
    ok = router_find(r, SPAN("en"), SPAN("es"), &route);
    router_translate(r, &route, SPAN("I do not want to go home now"), &t.job);
    ok = ok && gather_wait(t.done, 1) && t.job.ok &&
         strstr(t.job.translation, want);
    free(t.job.translation);
    gather_free(t.done);
    router_free(r);
    return ok;
}

static void
of_two_translations_the_one_that_the_gate_lets_pass_is_taken(void)
{
    const char *good = "ahora no quiero ir a casa";
    const char *bad = "ahora quiero ir a casa";
    const char *worse = "casa casa casa casa casa casa casa casa casa";

    CHECK(chosen(bad, good, true, good));
    CHECK(chosen(bad, good, false, bad)); /* nobody asked the gate */
    CHECK(chosen(good, bad, true, good));
    CHECK(chosen(bad, worse, true, bad));
    CHECK(chosen(bad, bad, true, bad));
}

/* What comes through a third language may keep words of it. */
static void
a_strange_word_is_never_sure_behind_a_pivot(void)
{
    char dir[] = "/tmp/router_test.XXXXXX", path[64];
    struct router *r = router_new();
    struct echo_cfg cfg = echo_cfg("echo", graph, N_GRAPH);
    struct router_job job;
    FILE *f;

    CHECK(mkdtemp(dir));
    snprintf(path, sizeof(path), "%s/ways.tsv", dir);
    f = fopen(path, "w");
    fputs("echo:en-ca-es 90 90 10\necho:en-es 40 40\necho:es-en 60 60 10\n", f);
    fclose(f);
    router_use_ways(r, dir);
    router_add(r, echo_open(&cfg));
    job = translate(r, "en", "es", SPAN("casa grande"));
    CHECK(job.sure && strcmp(job.label, "echo:en-ca-es") == 0);
    free(job.translation);
    job = translate(r, "en", "es", SPAN("ella despejou"));
    CHECK(!job.sure && job.lacking >= 1);
    free(job.translation);
    job = translate(r, "es", "en", SPAN("despejou"));
    CHECK(job.sure);
    free(job.translation);
    router_free(r);
    CHECK(unlink(path) == 0 && rmdir(dir) == 0);
}

static void
a_line_whose_way_fails_goes_the_other_way(void)
{
    struct router *r = open_graph();
    struct toy toy = toy_init();
    struct router_route route;
    struct test_job t = {.job.done = on_done, .done = gather_new(1)};

    toy_add(&toy, "en", "es", 0.1);
    router_add(r, &toy.engine);
    CHECK(router_find(r, SPAN("en"), SPAN("es"), &route));
    toy.away[0] = true; /* the route does not know */
    t.job.user = &t;
    router_translate(r, &route, SPAN("a"), &t.job);
    CHECK(gather_wait(t.done, 1));
    CHECK(t.job.ok && strcmp(t.job.translation, "[es] [ca] a") == 0);
    CHECK(strcmp(t.job.label, "echo:en-ca-es") == 0);
    free(t.job.translation);
    gather_free(t.done);
    router_free(r);
}

static void
a_line_is_short_up_to_a_dozen_words(void)
{
    CHECK(router_kind(SPAN("1 2 3 4 5 6 7 8 9 10 11 12")) == ENGINE_SHORT);
    CHECK(router_kind(SPAN("1 2 3 4 5 6 7 8 9 10 11 12 13")) == ENGINE_LONG);
    CHECK(router_kind(SPAN("")) == ENGINE_SHORT);
}

int
main(void)
{
    RUN(the_way_that_measured_best_wins_for_each_kind_of_text);
    RUN(what_was_measured_of_a_whole_way_counts_more_than_its_parts);
    RUN(another_bar_for_what_is_sure_is_another_version);
    RUN(a_way_can_be_asked_for_by_its_name);
    RUN(a_line_that_an_engine_is_unsure_of_goes_the_other_way_alone);
    RUN(of_two_translations_the_one_that_the_gate_lets_pass_is_taken);
    RUN(a_strange_word_is_never_sure_behind_a_pivot);
    RUN(a_line_whose_way_fails_goes_the_other_way);
    RUN(a_line_is_short_up_to_a_dozen_words);
    return tap_end();
}
