/* SPDX-License-Identifier: ISC */
#include "engine/neural.h"

#include "engine/router.h"
#include "engine/testing.h"
#include "engine/testing_depot.h"
#include "engine/testing_nn.h"
#include "engine/testing_toy.h"

static struct neural_cfg
cfg_of(const char *folders)
{
    return (struct neural_cfg){.folders = folders,
        .bytes_max = (size_t)1 << 30,
        .precision = PRECISION_INT8,
        .waiting_max = 100,
        .look_ms = 3600 * 1000};
}

static struct engine *
open_on(const char *folders)
{
    struct neural_cfg cfg = cfg_of(folders);

    return neural_open(&cfg, NULL);
}

static bool
becomes(struct engine *e, const char *source, const char *target,
    const char *text, const char *want)
{
    struct err err = {0};
    char *got = translate_one(e, pair_index(e, source, target), text, &err);
    bool ok = got ? want && strcmp(got, want) == 0 : want == NULL;

    if (!ok)
        printf("# got %s\n", got ? got : err.text);
    free(got);
    return ok;
}

static bool
offered(const struct engine *e, const char *source, const char *target)
{
    const struct engine_pair *pairs;
    size_t n = e->ops->pairs(e, &pairs), i = pair_index(e, source, target);

    return i < n && e->ops->offers(e, i);
}

static void
every_model_in_the_folders_is_a_pair(void)
{
    char first[32], second[32], both[80];
    struct engine *e;
    struct neural_model models[4];

    test_folder(first);
    test_folder(second);
    snprintf(both, sizeof(both), "%s::%s:/nowhere", first, second);
    test_install(first, "mine", "fr", "en", "2");
    test_install(second, "fr-en", "fr", "en", "1");
    test_install(second, "fr-en-big", "fr", "en", "1");
    test_install(second, "en-es", "eng", "spa", "1");
    e = open_on(both);
    CHECK(becomes(e, "fr", "en", "x", "mine(x)"));
    CHECK(becomes(e, "en", "es", "x", "en-es(x)"));
    CHECK(!offered(e, "es", "en"));
    CHECK(neural_models(e, models, 4) == 2);
    CHECK(strcmp(models[0].pair.source, "en") == 0);
    CHECK(strcmp(models[1].version, "2") == 0);
    CHECK(models[1].stats.state == RESIDENT_OPEN);
    e->ops->close(e);
    test_remove_folder(first);
    test_remove_folder(second);
}

static void
no_model_at_all_is_no_failure(void)
{
    struct engine *e = open_on("");
    const struct engine_pair *pairs;

    CHECK(e && e->ops->pairs(e, &pairs) == 0);
    e->ops->close(e);
}

static void
models_come_change_and_go_while_it_runs(void)
{
    char dir[32];
    struct engine *e;
    struct router *r = router_new();
    uint64_t versions[4];

    test_folder(dir);
    e = open_on(dir);
    router_add(r, e);
    versions[0] = router_version(r);
    CHECK(router_pairs(r, NULL, 0) == 0);
    test_install(dir, "fr-en", "fr", "en", "1");
    neural_rescan(e);
    versions[1] = router_version(r);
    CHECK(router_pairs(r, NULL, 0) == 1);
    CHECK(becomes(e, "fr", "en", "x", "fr-en(x)"));
    neural_rescan(e);
    CHECK(router_version(r) == versions[1]);
    CHECK(neural_stats(e).loads == 1);

    test_install(dir, "fr-en", "fr", "en", "2");
    neural_rescan(e);
    versions[2] = router_version(r);
    CHECK(becomes(e, "fr", "en", "x", "fr-en(x)"));
    CHECK(neural_stats(e).loads == 2 && neural_stats(e).models == 1);
    CHECK(versions[0] != versions[1] && versions[1] != versions[2]);

    test_uninstall(dir, "fr-en");
    neural_rescan(e);
    CHECK(router_pairs(r, NULL, 0) == 0 && !offered(e, "fr", "en"));
    CHECK(becomes(e, "fr", "en", "x", NULL));
    test_install(dir, "fr-en", "fr", "en", "2");
    neural_rescan(e);
    CHECK(becomes(e, "fr", "en", "x", "fr-en(x)"));
    router_free(r);
    test_remove_folder(dir);
}

static void
the_folders_are_looked_at_by_themselves(void)
{
    char dir[32];
    struct neural_cfg cfg;
    struct engine *e;
    int64_t until = clock_mono_ms() + TEST_WAIT_MS;

    test_folder(dir);
    cfg = cfg_of(dir);
    cfg.look_ms = 1;
    e = neural_open(&cfg, NULL);
    test_install(dir, "fr-en", "fr", "en", "1");
    while (!offered(e, "fr", "en") && clock_mono_ms() < until)
        nanosleep(&(struct timespec){0, 1000000}, NULL);
    CHECK(offered(e, "fr", "en"));
    e->ops->close(e);
    test_remove_folder(dir);
}

static void
a_model_that_is_damaged_is_left_to_other_engines(void)
{
    char dir[32], path[64];
    struct router *r = router_new();
    struct toy toy = toy_init();
    struct router_route way;
    struct err err = {0};
    struct engine *e;
    int64_t until;

    test_folder(dir);
    test_install(dir, "fr-en", "fr", "en", "1");
    snprintf(path, sizeof(path), "%s/fr-en", dir);
    test_file(path, "model.bin", "2"); /* as long as the right one */
    e = open_on(dir);
    toy_add(&toy, "fr", "en", 1);
    router_add(r, &toy.engine);
    router_add(r, e);
    CHECK(router_find(r, SPAN("fr"), SPAN("en"), &way));
    CHECK(strcmp(way.of[ENGINE_SHORT].way[0].label, "neural:fr-en") == 0);
    CHECK(!translate_one(e, 0, "x", &err));
    CHECK(err.kind == FAIL_SYSTEM && strstr(err.text, "model fr-en: "));
    printf("# %s\n", err.text);
    for (until = clock_mono_ms() + TEST_WAIT_MS; clock_mono_ms() < until;) {
        CHECK(router_find(r, SPAN("fr"), SPAN("en"), &way));
        if (strcmp(way.of[ENGINE_SHORT].way[0].label, "toy:fr-en") == 0)
            break;
        nanosleep(&(struct timespec){0, 1000000}, NULL);
    }
    CHECK(strcmp(way.of[ENGINE_SHORT].way[0].label, "toy:fr-en") == 0);

    test_install(dir, "fr-en", "fr", "en", "2");
    neural_rescan(e);
    CHECK(router_find(r, SPAN("fr"), SPAN("en"), &way));
    CHECK(strcmp(way.of[ENGINE_SHORT].way[0].label, "neural:fr-en") == 0);
    CHECK(becomes(e, "fr", "en", "x", "fr-en(x)"));
    router_free(r);
    test_remove_folder(dir);
}

static void
what_is_wrong_with_a_result_is_said(void)
{
    char dir[32];
    struct engine *e;
    struct gather *g = gather_new(2);
    struct err err;

    test_folder(dir);
    test_install(dir, "fr-en", "fr", "en", "1");
    e = open_on(dir);
    toy_nn.cut = true;
    CHECK(gather_submit(g, 0, e, 0, "x", &err) && gather_wait(g, 1));
    CHECK(g->requests[0].ok && g->requests[0].doubt == ENGINE_CUT);
    toy_nn.cut = false;
    toy_nn.looping = true;
    CHECK(gather_submit(g, 1, e, 0, "x", &err) && gather_wait(g, 2));
    CHECK(g->requests[1].doubt == ENGINE_LOOP);
    CHECK(g->requests[1].confidence == 0.5);
    toy_nn.looping = false;
    gather_free(g);
    e->ops->close(e);
    test_remove_folder(dir);
}

/* What doubt the model of this name leaves, which says its name. */
static enum engine_doubt
doubt_of_saying(const char *name)
{
    char dir[32];
    struct engine *e;
    struct gather *g = gather_new(1);
    struct err err;
    enum engine_doubt doubt;

    test_folder(dir);
    test_install(dir, name, "fr", "en", "1");
    e = open_on(dir);
    CHECK(gather_submit(g, 0, e, 0, "x", &err) && gather_wait(g, 1));
    doubt = g->requests[0].doubt;
    gather_free(g);
    e->ops->close(e);
    test_remove_folder(dir);
    return doubt;
}

static void
a_made_up_word_is_a_reason_to_doubt(void)
{
    CHECK(doubt_of_saying("drinks") == ENGINE_SURE);
    CHECK(doubt_of_saying("bevers") == ENGINE_UNSURE);
}

/* The beam that a request for fr-en is searched with, and for which there is
 * room; beam: the setting. */
static int
beam_of(const char *dir, int beam)
{
    struct neural_cfg cfg = cfg_of(dir);
    struct engine *e;
    int used;

    cfg.beam = beam;
    e = neural_open(&cfg, NULL);
    CHECK(becomes(e, "fr", "en", "x", "fr-en(x)"));
    used = toy_nn.beam;
    CHECK(toy_nn.beam_max == used);
    e->ops->close(e);
    return used;
}

static void
a_model_says_how_wide_its_beam_is_and_the_setting_overrules(void)
{
    char dir[32];

    test_folder(dir);
    test_install(dir, "fr-en", "fr", "en", "1");
    CHECK(beam_of(dir, 0) == 1);
    test_install_beam(dir, "fr-en", "fr", "en", "1", 3);
    CHECK(beam_of(dir, 0) == 3);
    CHECK(beam_of(dir, 1) == 1);
    CHECK(beam_of(dir, 4) == 4);
    test_remove_folder(dir);
}

static void
punctuation_in_front_stays(void)
{
    char dir[32];
    struct engine *e;

    test_folder(dir);
    test_install(dir, "fr-en", "fr", "en", "1");
    e = open_on(dir);
    CHECK(becomes(e, "fr", "en", ", a, b.", ", fr-en(a, b.)"));
    CHECK(becomes(e, "fr", "en", "...", "fr-en(...)"));
    e->ops->close(e);
    test_remove_folder(dir);
}

static void
what_cannot_be_a_segment_is_refused(void)
{
    char dir[32];
    struct engine *e;
    struct engine_request r = {.text = SPAN("")};
    struct err err;

    test_folder(dir);
    test_install(dir, "fr-en", "fr", "en", "1");
    e = open_on(dir);
    CHECK(!e->ops->submit(e, 0, &r, &err) && err.kind == FAIL_BAD_INPUT);
    e->ops->close(e);
    test_remove_folder(dir);
}

/* Installs, removes and asks at the same time. */
struct shop {
    struct engine *e;
    atomic_bool stop;
};

static void *
keep_asking(void *arg)
{
    struct shop *s = arg;
    struct err err;

    while (!s->stop)
        free(translate_one(s->e, 0, "x", &err));
    return NULL;
}

static void
models_are_exchanged_under_requests(void)
{
    enum { THREADS = 3 };
    char dir[32];
    struct shop s = {0};
    pthread_t threads[THREADS];

    test_folder(dir);
    test_install(dir, "fr-en", "fr", "en", "1");
    s.e = open_on(dir);
    for (int i = 0; i < THREADS; i++)
        CHECK(pthread_create(&threads[i], NULL, keep_asking, &s) == 0);
    for (int i = 0; i < 30; i++) {
        if (i % 3 == 2)
            test_uninstall(dir, "fr-en");
        else
            test_install(dir, "fr-en", "fr", "en", i % 2 ? "1" : "2");
        neural_rescan(s.e);
    }
    s.stop = true;
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    s.e->ops->close(s.e);
    CHECK(toy_nn_get(&toy_nn.open) == 0);
    test_remove_folder(dir);
}

int
main(void)
{
    RUN(every_model_in_the_folders_is_a_pair);
    RUN(no_model_at_all_is_no_failure);
    RUN(models_come_change_and_go_while_it_runs);
    RUN(the_folders_are_looked_at_by_themselves);
    RUN(a_model_that_is_damaged_is_left_to_other_engines);
    RUN(what_is_wrong_with_a_result_is_said);
    RUN(a_made_up_word_is_a_reason_to_doubt);
    RUN(a_model_says_how_wide_its_beam_is_and_the_setting_overrules);
    RUN(punctuation_in_front_stays);
    RUN(what_cannot_be_a_segment_is_refused);
    RUN(models_are_exchanged_under_requests);
    return tap_end();
}
