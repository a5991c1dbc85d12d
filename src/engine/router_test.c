/* SPDX-License-Identifier: ISC */
#include "engine/router.h"

#include "base/buf.h"
#include "base/tap.h"
#include "engine/testing_router.h"
#include "engine/testing_toy.h"

static bool
leads(const struct router *r, const char *source, const char *target,
    const char *want)
{
    struct router_route route;

    if (!router_find(r, span_of(source), span_of(target), &route))
        return want == NULL;
    if (!want || strcmp(route.of[ENGINE_SHORT].way[0].label, want) != 0) {
        printf("# got %s\n", route.of[ENGINE_SHORT].way[0].label);
        return false;
    }
    return true;
}

static void
the_cheapest_path_wins_over_the_shortest(void)
{
    struct router *r = open_graph();
    struct router_route route;
    const struct router_path *path = &route.of[ENGINE_LONG].way[0];

    CHECK(leads(r, "en", "es", "echo:en-ca-es"));
    CHECK(leads(r, "es", "en", "echo:es-en"));
    CHECK(router_find(r, SPAN("en"), SPAN("es"), &route));
    CHECK(path->n == 2 && path->hops[0].pair == 1 && path->hops[1].pair == 2);
    CHECK(path->cost > 0.59 && path->cost < 0.61);
    router_free(r);
}

static bool
turns_to(const struct router *r, const char *source, const char *target,
    const char *want)
{
    struct router_route route;

    if (!router_find(r, span_of(source), span_of(target), &route))
        return false;
    if (route.of[ENGINE_SHORT].n < 2)
        return want == NULL;
    return want && strcmp(route.of[ENGINE_SHORT].way[1].label, want) == 0;
}

static void
another_path_lacks_a_hop_of_the_first(void)
{
    struct router *r = open_graph();

    CHECK(turns_to(r, "en", "es", "echo:en-es"));
    CHECK(turns_to(r, "es", "en", "echo:es-ca-en"));
    CHECK(turns_to(r, "aa", "dd", "echo:aa-dd"));
    CHECK(turns_to(r, "xx", "yy", NULL));
    CHECK(turns_to(r, "ca", "es", "echo:ca-en-es"));
    router_free(r);
}

static void
of_equal_paths_the_shorter_one_wins(void)
{
    struct router *r = open_graph();

    CHECK(leads(r, "pp", "rr", "echo:pp-rr"));
    router_free(r);
}

static void
a_path_has_at_most_four_hops(void)
{
    struct router *r = open_graph();

    CHECK(leads(r, "aa", "ee", "echo:aa-bb-cc-dd-ee"));
    /* The cheap way to dd leaves no hop for the rest. */
    CHECK(leads(r, "aa", "ff", "echo:aa-dd-ee-ff"));
    CHECK(leads(r, "bb", "ff", "echo:bb-cc-dd-ee-ff"));
    router_free(r);
}

static void
no_path_is_said_honestly(void)
{
    struct router *r = open_graph();

    CHECK(leads(r, "en", "xx", NULL));
    CHECK(leads(r, "yy", "xx", NULL));
    CHECK(leads(r, "en", "fr", NULL));
    CHECK(leads(r, "en", "en", NULL));
    CHECK(leads(r, "", "en", NULL));
    CHECK(leads(r, "en", "no language", NULL));
    router_free(r);
}

static void
languages_may_be_named_in_any_way(void)
{
    struct router *r = open_graph();

    CHECK(leads(r, "EN-us", "spa", "echo:en-ca-es"));
    router_free(r);
}

static void
paths_join_engines(void)
{
    static const struct engine_pair one[] = {{"en", "es", 1}, {"en", "ca", 1}};
    static const struct engine_pair two[] = {{"es", "pt", 1}, {"en", "ca", 2}};
    struct echo_cfg cfg_one = echo_cfg("one", one, 2);
    struct echo_cfg cfg_two = echo_cfg("two", two, 2);
    struct router *r = router_new();

    router_add(r, echo_open(&cfg_one));
    router_add(r, echo_open(&cfg_two));
    CHECK(leads(r, "en", "pt", "one:en-es+two:es-pt"));
    CHECK(leads(r, "en", "ca", "one:en-ca"));
    router_free(r);
}

static void
all_pairs_that_a_path_joins_are_listed(void)
{
    struct router *r = open_graph();
    struct engine_pair out[64];
    size_t n = router_pairs(r, out, 64), found = 0;

    /* 6 among en es ca, 15 down the chain, 1 on the island, 3 more. */
    CHECK(n == 6 + 15 + 1 + 3);
    for (size_t i = 0; i < n; i++)
        found += strcmp(out[i].source, "aa") == 0 &&
                 strcmp(out[i].target, "ff") == 0 && out[i].cost == 11;
    CHECK(found == 1);
    CHECK(router_pairs(r, out, 2) == n);
    CHECK(router_pairs(r, NULL, 0) == n);
    router_free(r);
}

static bool
becomes(struct router *r, const char *source, const char *target,
    const char *text, const char *want)
{
    struct router_job job = translate(r, source, target, span_of(text));
    bool ok = job.ok && strcmp(job.translation, want) == 0;

    if (!ok)
        printf("# got %s\n", job.ok ? job.translation : job.err.text);
    free(job.translation);
    return ok;
}

static void
lines_are_translated_and_what_is_between_them_is_kept(void)
{
    struct router *r = open_graph();

    CHECK(becomes(r, "es", "en", "hola", "[en] hola"));
    CHECK(becomes(
        r, "es", "en", "  a \r\n\n\tb  c\n", "  [en] a \r\n\n\t[en] b  c\n"));
    CHECK(becomes(r, "es", "en", "12:30\nx", "12:30\n[en] x"));
    CHECK(becomes(r, "es", "en", "", ""));
    CHECK(becomes(r, "es", "en", " \n", " \n"));
    CHECK(becomes(r, "es", "en", "...", "..."));
    router_free(r);
}

static void
every_hop_translates_what_the_one_before_it_did(void)
{
    struct router *r = open_graph();
    struct router_job job;

    CHECK(becomes(r, "en", "es", "x\ny", "[es] [ca] x\n[es] [ca] y"));
    CHECK(becomes(r, "bb", "ee", "x", "[ee] [dd] [cc] x"));
    job = translate(r, "bb", "ee", SPAN("x"));
    CHECK(job.confidence == 0.125); /* an echo is half sure */
    free(job.translation);
    router_free(r);
}

static void
many_lines_come_back_in_order(void)
{
    struct router *r = open_graph();
    struct buf text = {0}, want = {0};

    for (int i = 0; i < 5000; i++) {
        buf_addf(&text, "line %d\n", i);
        buf_addf(&want, "[es] [ca] line %d\n", i);
    }
    buf_addc(&text, '\0');
    buf_addc(&want, '\0');
    CHECK(becomes(r, "en", "es", text.p, want.p));
    buf_free(&text);
    buf_free(&want);
    router_free(r);
}

static void
a_long_line_is_cut_to_what_an_engine_takes(void)
{
    struct router *r = open_graph();
    struct buf text = {0};
    struct router_job job;

    while (text.len < 3 * ENGINE_SEGMENT_BYTES_MAX)
        buf_addz(&text, "palabra ");
    job = translate(r, "bb", "ee", buf_span(&text));
    CHECK(job.ok);
    free(job.translation);
    while (text.len <= ROUTER_TEXT_BYTES_MAX)
        buf_addz(&text, "palabra ");
    job = translate(r, "bb", "ee", buf_span(&text));
    CHECK(!job.ok && job.err.kind == FAIL_TOO_LARGE && !job.translation);
    buf_free(&text);
    router_free(r);
}

static void
one_failed_line_fails_the_text_once(void)
{
    struct echo_cfg cfg = echo_cfg("echo", graph, N_GRAPH);
    struct router *r = router_new();
    struct buf text = {0};
    struct router_job job;

    cfg.fail_on = "bad";
    router_add(r, echo_open(&cfg));
    for (int i = 0; i < 200; i++)
        buf_addz(&text, i % 50 == 7 ? "bad\n" : "good\n");
    job = translate(r, "en", "es", buf_span(&text));
    CHECK(!job.ok && !job.translation);
    CHECK(strstr(job.err.text, "fails on this text"));
    buf_free(&text);
    router_free(r);
}

static void
a_full_engine_fails_the_text_as_busy(void)
{
    struct echo_cfg cfg = echo_cfg("echo", graph, N_GRAPH);
    struct router *r = router_new();
    struct router_job job;

    cfg.queue_max = 2;
    cfg.delay_ms = 1;
    router_add(r, echo_open(&cfg));
    job = translate(r, "en", "es", SPAN("a\nb\nc\nd"));
    CHECK(!job.ok && job.err.kind == FAIL_BUSY);
    router_free(r);
}

/* n jobs of three lines, each with a gather of its own. */
static void
submit_all(struct router *r, const struct router_route *route, int n,
    struct test_job jobs[], struct gather *g[])
{
    for (int i = 0; i < n; i++) {
        g[i] = gather_new(1);
        jobs[i] = (struct test_job){.job.done = on_done, .done = g[i]};
        jobs[i].job.user = &jobs[i];
        router_translate(r, route, SPAN("a\nb\nc"), &jobs[i].job);
    }
}

static void
closing_ends_every_job(void)
{
    enum { JOBS = 20 };
    struct echo_cfg cfg = echo_cfg("echo", graph, N_GRAPH);
    struct router *r = router_new();
    struct gather *g[JOBS];
    struct test_job jobs[JOBS];
    struct router_route route;

    cfg.delay_ms = 1000 * TEST_WAIT_MS;
    router_add(r, echo_open(&cfg));
    CHECK(router_find(r, SPAN("en"), SPAN("es"), &route));
    submit_all(r, &route, JOBS, jobs, g);
    router_free(r);
    for (int i = 0; i < JOBS; i++) {
        CHECK(g[i]->n_done == 1 && !jobs[i].job.ok);
        gather_free(g[i]);
    }
}

static void
the_graph_follows_engines_that_change(void)
{
    struct router *r = open_graph();
    struct toy toy = toy_init();
    uint64_t without, with;

    router_add(r, &toy.engine);
    without = router_version(r);
    CHECK(leads(r, "en", "es", "echo:en-ca-es"));
    toy_add(&toy, "en", "es", 0.1);
    toy_add(&toy, "es", "pt", 0.1);
    toy_changed(&toy);
    with = router_version(r);
    CHECK(with != without);
    CHECK(leads(r, "en", "es", "toy:en-es"));
    CHECK(leads(r, "ca", "pt", "echo:ca-es+toy:es-pt"));
    CHECK(turns_to(r, "en", "es", "echo:en-ca-es"));

    toy.away[0] = true;
    toy_changed(&toy);
    CHECK(leads(r, "en", "es", "echo:en-ca-es"));
    CHECK(leads(r, "es", "pt", "toy:es-pt"));
    toy.away[0] = false;
    toy_changed(&toy);
    CHECK(router_version(r) == with);
    toy.version++; /* the same pair, other weights */
    toy_changed(&toy);
    CHECK(router_version(r) != with);
    router_free(r);
}

static void
too_many_languages_are_left_out(void)
{
    static struct engine_pair many[ROUTER_LANGS_MAX];
    struct echo_cfg cfg = echo_cfg("echo", many, ROUTER_LANGS_MAX);
    struct router *r = router_new();

    for (int i = 0; i < ROUTER_LANGS_MAX; i++) {
        snprintf(many[i].source, ENGINE_LANG_BYTES, "en");
        snprintf(many[i].target, ENGINE_LANG_BYTES, "%c%c%c", 'a' + i / 26,
            'a' + i % 26, 'z');
        many[i].cost = 1;
    }
    router_add(r, echo_open(&cfg));
    CHECK(router_pairs(r, NULL, 0) == ROUTER_LANGS_MAX - 1);
    router_free(r);
}

struct turner {
    struct toy *toy;
    atomic_bool stop;
};

static void *
keep_turning(void *ctx)
{
    struct turner *t = ctx;

    while (!t->stop) {
        t->toy->version++;
        toy_changed(t->toy);
    }
    return NULL;
}

/* For the sanitizers: who looks for a path has a graph that is whole. */
static void
paths_are_found_while_the_graph_is_replaced(void)
{
    struct router *r = open_graph();
    struct toy toy = toy_init();
    struct turner turner = {.toy = &toy};
    pthread_t thread;

    toy_add(&toy, "en", "es", 0.1);
    router_add(r, &toy.engine);
    CHECK(pthread_create(&thread, NULL, keep_turning, &turner) == 0);
    for (int i = 0; i < 2000; i++)
        CHECK(leads(r, "en", "es", "toy:en-es"));
    turner.stop = true;
    pthread_join(thread, NULL);
    router_free(r);
}

static void
an_engines_doubt_reaches_the_job(void)
{
    struct router *r = open_graph();
    struct toy toy = toy_init();
    struct router_job job;

    toy_add(&toy, "en", "tt", 0.1);
    toy.doubt = ENGINE_LOOP;
    router_add(r, &toy.engine);
    job = translate(r, "en", "tt", SPAN("a\nb"));
    CHECK(job.ok && job.doubt == ENGINE_LOOP);
    free(job.translation);
    job = translate(r, "es", "en", SPAN("a\nb"));
    CHECK(job.ok && job.doubt == ENGINE_SURE);
    free(job.translation);
    router_free(r);
}

/* What an engine answers while it closes must not reach one that is gone: the
 * sanitizers would see it. */
static void
closing_engines_hand_nothing_on(void)
{
    enum { JOBS = 200 };
    static const struct engine_pair one[] = {{"aa", "bb", 1}};
    static const struct engine_pair two[] = {{"bb", "cc", 1}};
    struct echo_cfg last = echo_cfg("last", two, 1);
    struct echo_cfg first = echo_cfg("first", one, 1);

    for (int round = 0; round < 20; round++) {
        struct router *r = router_new();
        struct gather *g[JOBS];
        struct test_job jobs[JOBS];
        struct router_route route;

        router_add(r, echo_open(&last)); /* closes first */
        router_add(r, echo_open(&first));
        CHECK(router_find(r, SPAN("aa"), SPAN("cc"), &route) &&
              route.of[ENGINE_SHORT].way[0].n == 2);
        submit_all(r, &route, JOBS, jobs, g);
        router_free(r);
        for (int i = 0; i < JOBS; i++) {
            CHECK(g[i]->n_done == 1);
            free(jobs[i].job.translation);
            gather_free(g[i]);
        }
    }
}

int
main(void)
{
    RUN(the_cheapest_path_wins_over_the_shortest);
    RUN(of_equal_paths_the_shorter_one_wins);
    RUN(another_path_lacks_a_hop_of_the_first);
    RUN(a_path_has_at_most_four_hops);
    RUN(no_path_is_said_honestly);
    RUN(languages_may_be_named_in_any_way);
    RUN(paths_join_engines);
    RUN(all_pairs_that_a_path_joins_are_listed);
    RUN(lines_are_translated_and_what_is_between_them_is_kept);
    RUN(every_hop_translates_what_the_one_before_it_did);
    RUN(many_lines_come_back_in_order);
    RUN(a_long_line_is_cut_to_what_an_engine_takes);
    RUN(one_failed_line_fails_the_text_once);
    RUN(a_full_engine_fails_the_text_as_busy);
    RUN(closing_ends_every_job);
    RUN(closing_engines_hand_nothing_on);
    RUN(the_graph_follows_engines_that_change);
    RUN(too_many_languages_are_left_out);
    RUN(paths_are_found_while_the_graph_is_replaced);
    RUN(an_engines_doubt_reaches_the_job);
    return tap_end();
}
