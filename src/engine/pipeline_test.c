/* SPDX-License-Identifier: ISC */
#include "engine/pipeline.h"

#include <errno.h>
#include <sched.h>
#include <sys/stat.h>

#include "base/log.h"
#include "base/tap.h"
#include "engine/apertium.h"
#include "engine/testing.h"

/* What pipelines do when their programs misbehave, seen through the engine,
 * with test_stage in the place of Apertium's programs. */

static const char *stage_path;

static const struct apertium_cfg patient = {
    .in_flight_max = 16,
    .queue_max = 2000,
    .idle_ms = TEST_WAIT_MS,
    .request_timeout_ms = TEST_WAIT_MS,
};

static const struct apertium_cfg hasty = {
    .in_flight_max = 16,
    .queue_max = 100,
    .idle_ms = TEST_WAIT_MS,
    .request_timeout_ms = 400,
};

/* An engine from en to es through three stages with these arguments. */
static struct engine *
open_stages(const struct apertium_cfg *cfg, const char *first,
    const char *second, const char *third, char dir[32])
{
    static const char *const names[] = {"eng-spa.mode", NULL};
    struct apertium_cfg c = *cfg;
    struct engine *e;
    struct err err;
    char text[2048];

    snprintf(text, sizeof(text), "'%s' %s | '%s' %s | '%s' %s", stage_path,
        first, stage_path, second, stage_path, third);
    make_modes(dir, names, (const char *const[]){text});
    c.modes_dir = dir;
    e = apertium_open(&c, &err);
    if (!e) {
        printf("# %s\n", err.text);
        exit(1);
    }
    return e;
}

static void
close_stages(struct engine *e, const char *dir)
{
    e->ops->close(e);
    CHECK(children(NULL, 0) == 0);
    remove_modes(dir);
}

/* Submit n requests "text I", with special in the place of some of them, and
 * wait for all.  special[i] is NULL or the text of request i. */
static struct gather *
translate_all(struct engine *e, size_t n, const char *const *special)
{
    struct gather *g = gather_new(n);
    struct err err;

    for (size_t i = 0; i < n; i++) {
        char text[64];

        snprintf(text, sizeof(text), "text %zu", i);
        CHECK(gather_submit(
            g, i, e, 0, special && special[i] ? special[i] : text, &err));
    }
    CHECK(gather_wait(g, n));
    return g;
}

/* Whether request i, sent as "text I", came back from two stages unchanged and
 * one that writes capitals. */
static bool
is_right(const struct gather *g, size_t i)
{
    char want[64];

    snprintf(want, sizeof(want), "TEXT %zu", i);
    if (!g->requests[i].ok) {
        printf("# %zu: %s\n", i, g->requests[i].err.text);
        return false;
    }
    return strcmp(g->requests[i].translation, want) == 0;
}

static void
a_thousand_requests_come_back_in_order(void)
{
    char dir[32];
    struct engine *e = open_stages(&patient, "", "upper", "", dir);
    struct gather *g = translate_all(e, 1000, NULL);

    for (size_t i = 0; i < g->n; i++) {
        CHECK(is_right(g, i));
        CHECK(g->done_order[i] == i);
    }
    gather_free(g);
    close_stages(e, dir);
}

/* Where request i was among those that were done. */
static size_t
place_of(const struct gather *g, size_t i)
{
    size_t place = 0;

    while (place < g->n && g->done_order[place] != i)
        place++;
    return place;
}

static void
whoever_is_in_the_background_lets_others_pass(void)
{
    enum { N = 1000, OTHERS = 5 };
    char dir[32];
    struct engine *e = open_stages(&patient, "", "upper", "", dir);
    struct gather *g = gather_new(N + OTHERS);
    struct err err;

    for (size_t i = 0; i < N + OTHERS; i++) {
        char text[64];
        snprintf(text, sizeof(text), "text %zu", i);
        g->requests[i].background = i < N;
        CHECK(gather_submit(g, i, e, 0, text, &err));
    }
    CHECK(gather_wait(g, N + OTHERS));
    for (size_t i = 0; i < N + OTHERS; i++)
        CHECK(is_right(g, i));
    for (size_t i = N; i < N + OTHERS; i++)
        CHECK(place_of(g, i) < N * 3 / 4);
    gather_free(g);
    close_stages(e, dir);
}

/* Some texts in twenty make the programs misbehave: they fail and all the
 * others are translated, in spite of the NULs that dying programs write. */
static void
only_bad_texts_fail(const struct apertium_cfg *cfg, const char *bad)
{
    const char *special[20] = {[7] = bad};
    char dir[32];
    struct engine *e = open_stages(cfg, "", "upper", "", dir);
    struct gather *g;

    if (cfg == &patient)
        special[8] = special[19] = bad;
    g = translate_all(e, 20, special);

    for (size_t i = 0; i < g->n; i++) {
        if (special[i])
            CHECK(!g->requests[i].ok && !g->requests[i].translation);
        else
            CHECK(is_right(g, i));
    }
    CHECK(strstr(g->requests[7].err.text, "fails on this text"));
    gather_free(g);
    close_stages(e, dir);
}

static void
a_text_that_kills_a_program_fails_alone(void)
{
    only_bad_texts_fail(&patient, "POISON");
}

static void
a_text_that_kills_a_program_in_its_answer_fails_alone(void)
{
    only_bad_texts_fail(&patient, "CUT this text in two");
}

static void
a_text_whose_end_is_lost_fails_alone(void)
{
    only_bad_texts_fail(&hasty, "LOSE");
}

static void
a_text_without_an_answer_fails_alone(void)
{
    only_bad_texts_fail(&hasty, "SKIP");
}

static void
a_text_that_hangs_a_program_fails_alone(void)
{
    only_bad_texts_fail(&hasty, "HANG");
}

static void
a_text_that_floods_the_pipe_fails_alone(void)
{
    only_bad_texts_fail(&hasty, "FLOOD");
}

/* In small letters until the second program makes them large: the third one
 * is the first to see the word. */
static void
it_does_not_matter_which_program_fails(void)
{
    only_bad_texts_fail(&patient, "poison");
    only_bad_texts_fail(&patient, "cut this text in two");
    only_bad_texts_fail(&patient, "flood");
    only_bad_texts_fail(&hasty, "hang");
    only_bad_texts_fail(&hasty, "lose");
    only_bad_texts_fail(&hasty, "skip");
}

static void
programs_that_always_die_fail_requests_with_a_reason(void)
{
    char dir[32];
    struct engine *e = open_stages(&patient, "", "dead", "", dir);
    struct gather *g = translate_all(e, 20, NULL);

    for (size_t i = 0; i < g->n; i++) {
        CHECK(!g->requests[i].ok);
        CHECK(strstr(g->requests[i].err.text, "do not start"));
    }
    gather_free(g);
    close_stages(e, dir);
}

static void
programs_that_die_once_at_their_start_are_started_again(void)
{
    char dir[32], first[64] = "/tmp/meeshy-once.XXXXXX", once[128];
    struct engine *e;
    struct gather *g;

    close(mkstemp(first));
    unlink(first);
    snprintf(once, sizeof(once), "once=%s", first);
    e = open_stages(&patient, "", once, "upper", dir);
    g = translate_all(e, 20, NULL);
    for (size_t i = 0; i < g->n; i++)
        CHECK(is_right(g, i));
    gather_free(g);
    close_stages(e, dir);
    CHECK(unlink(first) == 0);
}

static void
a_missing_program_fails_requests_with_its_name(void)
{
    char dir[32], path[64];
    struct engine *e = open_stages(&patient, "", "upper", "", dir);
    struct err err;
    FILE *f;

    snprintf(path, sizeof(path), "%s/eng-spa.mode", dir);
    f = fopen(path, "we");
    fputs("no-such-program | cat", f);
    fclose(f);
    for (int i = 0; i < 3; i++) {
        err.text[0] = '\0';
        CHECK(translate_one(e, 0, "hello", &err) == NULL);
        CHECK(strstr(err.text, "no-such-program is not installed"));
    }
    close_stages(e, dir);
}

static void
requests_inside_killed_programs_are_translated_by_new_ones(void)
{
    char dir[32];
    struct engine *e = open_stages(&patient, "", "upper", "", dir);
    struct gather *g = gather_new(1500);
    struct err err;

    for (size_t i = 0; i < g->n; i++) {
        char text[64];

        snprintf(text, sizeof(text), "text %zu", i);
        CHECK(gather_submit(g, i, e, 0, text, &err));
        if (i % 300 == 299) {
            pid_t pids[8];

            CHECK(gather_wait(g, i - 100));
            if (children(pids, 8) == 3)
                kill(pids[i / 300 % 3], SIGKILL);
        }
    }
    CHECK(gather_wait(g, g->n));
    for (size_t i = 0; i < g->n; i++) {
        CHECK(is_right(g, i));
        CHECK(g->done_order[i] == i);
    }
    gather_free(g);
    close_stages(e, dir);
}

static void
idle_programs_are_stopped_and_started_again(void)
{
    struct apertium_cfg cfg = patient;
    char dir[32];
    struct engine *e;

    cfg.idle_ms = 1;
    e = open_stages(&cfg, "", "upper", "", dir);
    CHECK(children(NULL, 0) == 0);
    for (int i = 0; i < 3; i++) {
        struct gather *g = translate_all(e, 10, NULL);

        CHECK(is_right(g, 9));
        CHECK(wait_for_children(0));
        gather_free(g);
    }
    close_stages(e, dir);
}

static void
programs_that_answered_much_are_renewed_without_a_loss(void)
{
    struct apertium_cfg cfg = patient;
    char dir[32];
    struct engine *e;
    struct gather *g;
    pid_t before[3];

    cfg.renew_after = 100;
    e = open_stages(&cfg, "", "upper", "", dir);
    g = translate_all(e, 20, NULL);
    gather_free(g);
    CHECK(children(before, 3) == 3);
    g = translate_all(e, 1500, NULL);
    for (size_t i = 0; i < g->n; i++) {
        CHECK(is_right(g, i));
        CHECK(g->done_order[i] == i);
    }
    gather_free(g);
    for (int i = 0; i < 3; i++)
        CHECK(kill(before[i], 0) != 0);
    close_stages(e, dir);
}

static void
programs_whose_heirs_do_not_start_go_on(void)
{
    struct apertium_cfg cfg = patient;
    char dir[32], path[64];
    struct engine *e;
    struct gather *g;
    pid_t before[3];
    FILE *f;

    cfg.renew_after = 100;
    e = open_stages(&cfg, "", "upper", "", dir);
    g = translate_all(e, 20, NULL);
    gather_free(g);
    CHECK(children(before, 3) == 3);
    snprintf(path, sizeof(path), "%s/eng-spa.mode", dir);
    f = fopen(path, "we");
    fprintf(f, "'%s' dead", stage_path);
    fclose(f);
    g = translate_all(e, 1000, NULL);
    for (size_t i = 0; i < g->n; i++)
        CHECK(is_right(g, i));
    gather_free(g);
    for (int i = 0; i < 3; i++)
        CHECK(kill(before[i], 0) == 0);
    close_stages(e, dir);
}

static void
programs_that_die_idle_are_started_again(void)
{
    char dir[32];
    struct engine *e = open_stages(&patient, "", "upper", "", dir);

    for (int i = 0; i < 3; i++) {
        struct gather *g = translate_all(e, 10, NULL);
        pid_t pids[3];

        CHECK(is_right(g, 9));
        gather_free(g);
        CHECK(children(pids, 3) == 3);
        kill(pids[i], SIGKILL);
        CHECK(wait_for_children(0));
    }
    close_stages(e, dir);
}

static void
a_full_queue_refuses_and_close_fails_what_is_inside(void)
{
    struct apertium_cfg cfg = patient;
    struct gather *g = gather_new(21);
    struct engine *e;
    struct err err;
    char dir[32];

    cfg.in_flight_max = 4;
    cfg.queue_max = 16;
    e = open_stages(&cfg, "", "upper", "", dir);
    for (size_t i = 0; i < 20; i++)
        CHECK(gather_submit(g, i, e, 0, i == 0 ? "HANG" : "x", &err));
    CHECK(!gather_submit(g, 20, e, 0, "x", &err));
    CHECK(err.kind == FAIL_BUSY && strstr(err.text, "en-es is full"));
    CHECK(wait_for_children(3));
    close_stages(e, dir);
    CHECK(g->n_done == 20);
    for (size_t i = 0; i < 20; i++)
        CHECK(!g->requests[i].ok && g->requests[i].err.kind == FAIL_BUSY);
    gather_free(g);
}

/* Three pairs with three stages each in dir. */
static struct engine *
open_three_pairs(const struct apertium_cfg *cfg, char dir[32])
{
    static const char *const names[] = {
        "eng-spa.mode", "eng-fra.mode", "eng-cat.mode", NULL};
    struct apertium_cfg c = *cfg;
    struct err err;
    char text[2048];

    snprintf(text, sizeof(text), "'%s' | '%s' upper | '%s'", stage_path,
        stage_path, stage_path);
    make_modes(dir, names, (const char *const[]){text, text, text});
    c.modes_dir = dir;
    return apertium_open(&c, &err);
}

static void
idle_pipelines_make_room_for_wanted_ones(void)
{
    struct apertium_cfg cfg = patient;
    struct gather *g = gather_new(600);
    struct engine *e;
    struct err err;
    char dir[32];

    cfg.pipelines_max = 2;
    e = open_three_pairs(&cfg, dir);
    for (size_t i = 0; i < g->n; i++) {
        char text[64];

        snprintf(text, sizeof(text), "text %zu", i);
        CHECK(gather_submit(g, i, e, i % 3, text, &err));
        if (i % 200 == 199) {
            CHECK(gather_wait(g, i + 1));
            CHECK(children(NULL, 0) <= 2 * 3);
        }
    }
    for (size_t i = 0; i < g->n; i++)
        CHECK(is_right(g, i));
    gather_free(g);
    close_stages(e, dir);
}

static void
pipelines_end_that_hold_too_much_and_have_nothing_to_do(void)
{
    struct apertium_cfg cfg = patient;
    struct gather *g = gather_new(30);
    int64_t until_ms = clock_mono_ms() + TEST_WAIT_MS;
    struct engine *e;
    struct err err;
    char dir[32];

    cfg.bytes_max = 1;
    cfg.keep_ms = 1;
    e = open_three_pairs(&cfg, dir);
    for (size_t i = 0; i < g->n; i++)
        CHECK(gather_submit(g, i, e, i % 3, "text", &err));
    CHECK(gather_wait(g, g->n));
    while (children(NULL, 0) > 0 && clock_mono_ms() < until_ms)
        sched_yield();
    CHECK(children(NULL, 0) == 0);
    gather_free(g);
    g = gather_new(1); /* and start again when they are wanted */
    CHECK(gather_submit(g, 0, e, 1, "again", &err) && gather_wait(g, 1));
    CHECK(g->requests[0].ok);
    gather_free(g);
    close_stages(e, dir);
}

/* Keeps a pair busy: submits itself again until told to stop. */
struct busy {
    struct engine_request request;
    struct engine *engine;
    atomic_bool stop, stopped;
};

static void
again(struct engine_request *r)
{
    struct busy *b = r->user;
    struct err err;

    free(r->translation);
    if (b->stop || !b->engine->ops->submit(b->engine, 0, r, &err))
        b->stopped = true;
}

static void
a_busy_pipeline_makes_room_after_a_while(void)
{
    struct apertium_cfg cfg = patient;
    struct busy busy[4] = {0};
    struct err err;
    char dir[32], *text;

    cfg.pipelines_max = 1;
    struct engine *e = open_three_pairs(&cfg, dir);
    for (int i = 0; i < 4; i++) {
        busy[i].engine = e;
        busy[i].request.text = SPAN("x");
        busy[i].request.done = again;
        busy[i].request.user = &busy[i];
        CHECK(e->ops->submit(e, 0, &busy[i].request, &err));
    }
    for (size_t pair = 1; pair <= 2; pair++) {
        text = translate_one(e, pair, "hello", &err);
        CHECK(text && strcmp(text, "HELLO") == 0);
        free(text);
    }
    text = translate_one(e, 0, "hello", &err);
    CHECK(text != NULL);
    free(text);
    for (int i = 0; i < 4; i++)
        busy[i].stop = true;
    close_stages(e, dir);
    for (int i = 0; i < 4; i++)
        CHECK(busy[i].stopped);
}

static void
bad_requests_are_refused(void)
{
    char dir[32], *large = xcalloc(1, ENGINE_SEGMENT_BYTES_MAX + 2);
    struct engine *e = open_stages(&patient, "", "", "", dir);
    struct engine_request r = {.text = {"a\0b", 3}};
    struct err err;

    CHECK(!e->ops->submit(e, 0, &r, &err) && err.kind == FAIL_BAD_INPUT);
    r.text = SPAN("");
    CHECK(!e->ops->submit(e, 0, &r, &err) && err.kind == FAIL_BAD_INPUT);
    memset(large, 'x', ENGINE_SEGMENT_BYTES_MAX + 1);
    r.text = span_of(large);
    CHECK(!e->ops->submit(e, 0, &r, &err) && err.kind == FAIL_TOO_LARGE);
    large[ENGINE_SEGMENT_BYTES_MAX] = '\0';
    char *same = translate_one(e, 0, large, &err);
    CHECK(same && strcmp(same, large) == 0);
    free(same);
    free(large);
    close_stages(e, dir);
}

int
main(int argc, char **argv)
{
    if (argc != 2)
        return 1;
    stage_path = argv[1];
    log_open("pipeline_test", LOG_ERROR);
    RUN(a_thousand_requests_come_back_in_order);
    RUN(whoever_is_in_the_background_lets_others_pass);
    RUN(a_text_that_kills_a_program_fails_alone);
    RUN(a_text_that_kills_a_program_in_its_answer_fails_alone);
    RUN(a_text_whose_end_is_lost_fails_alone);
    RUN(a_text_without_an_answer_fails_alone);
    RUN(a_text_that_hangs_a_program_fails_alone);
    RUN(a_text_that_floods_the_pipe_fails_alone);
    RUN(it_does_not_matter_which_program_fails);
    RUN(programs_that_always_die_fail_requests_with_a_reason);
    RUN(programs_that_die_once_at_their_start_are_started_again);
    RUN(a_missing_program_fails_requests_with_its_name);
    RUN(requests_inside_killed_programs_are_translated_by_new_ones);
    RUN(idle_programs_are_stopped_and_started_again);
    RUN(programs_that_answered_much_are_renewed_without_a_loss);
    RUN(programs_whose_heirs_do_not_start_go_on);
    RUN(programs_that_die_idle_are_started_again);
    RUN(a_full_queue_refuses_and_close_fails_what_is_inside);
    RUN(idle_pipelines_make_room_for_wanted_ones);
    RUN(pipelines_end_that_hold_too_much_and_have_nothing_to_do);
    RUN(a_busy_pipeline_makes_room_after_a_while);
    RUN(bad_requests_are_refused);
    return tap_end();
}
