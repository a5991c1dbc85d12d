/* SPDX-License-Identifier: ISC */
#include "engine/echo.h"

#include "base/tap.h"
#include "engine/testing.h"

static const struct engine_pair two_pairs[] = {
    {"en", "es", 1}, {"fr", "es", 2}};

static const struct echo_cfg plain = {
    .pairs = two_pairs,
    .n_pairs = 2,
    .queue_max = 100,
};

static void
it_prefixes_the_target_language(void)
{
    struct engine *e = echo_open(&plain);
    const struct engine_pair *pairs;
    struct err err;
    char *text = translate_one(e, 1, "hello", &err);

    CHECK(text && strcmp(text, "[es] hello") == 0);
    CHECK(e->ops->pairs(e, &pairs) == 2);
    CHECK(strcmp(pairs[1].source, "fr") == 0 && pairs[1].cost == 2);
    CHECK(strcmp(e->ops->name, "echo") == 0);
    free(text);
    e->ops->close(e);
}

static void
it_makes_capitals_when_told_to(void)
{
    struct echo_cfg cfg = plain;
    struct engine *e;
    struct err err;
    char *text;

    cfg.upper = true;
    cfg.name = "loud";
    e = echo_open(&cfg);
    text = translate_one(e, 0, "hello é", &err);
    CHECK(text && strcmp(text, "HELLO é") == 0);
    CHECK(strcmp(e->ops->name, "loud") == 0);
    free(text);
    e->ops->close(e);
}

static void
it_fails_on_the_texts_it_is_told_to(void)
{
    struct echo_cfg cfg = plain;
    struct engine *e;
    struct err err = {0};
    char *text;

    cfg.fail_on = "bad";
    e = echo_open(&cfg);
    CHECK(translate_one(e, 0, "a bad text", &err) == NULL);
    CHECK(err.kind == FAIL_SYSTEM);
    text = translate_one(e, 0, "a good text", &err);
    CHECK(text != NULL);
    free(text);
    e->ops->close(e);
}

static void
it_keeps_order_and_delays_side_by_side(void)
{
    struct echo_cfg cfg = plain;
    struct gather *g = gather_new(100);
    struct engine *e;
    struct err err;

    cfg.delay_ms = 5;
    e = echo_open(&cfg);
    for (size_t i = 0; i < g->n; i++)
        CHECK(gather_submit(g, i, e, 0, "x", &err));
    CHECK(gather_wait(g, g->n));
    for (size_t i = 0; i < g->n; i++)
        CHECK(g->requests[i].ok && g->done_order[i] == i);
    gather_free(g);
    e->ops->close(e);
}

static void
full_is_an_answer_and_close_does_not_wait_for_delays(void)
{
    struct echo_cfg cfg = plain;
    struct gather *g = gather_new(4);
    struct engine *e;
    struct err err;

    cfg.queue_max = 3;
    cfg.delay_ms = 1000 * TEST_WAIT_MS;
    e = echo_open(&cfg);
    for (size_t i = 0; i < 3; i++)
        CHECK(gather_submit(g, i, e, 0, "x", &err));
    CHECK(!gather_submit(g, 3, e, 0, "x", &err));
    CHECK(err.kind == FAIL_BUSY);
    e->ops->close(e);
    CHECK(g->n_done == 3);
    CHECK(!g->requests[0].ok && g->requests[0].err.kind == FAIL_BUSY);
    gather_free(g);
}

int
main(void)
{
    RUN(it_prefixes_the_target_language);
    RUN(it_makes_capitals_when_told_to);
    RUN(it_fails_on_the_texts_it_is_told_to);
    RUN(it_keeps_order_and_delays_side_by_side);
    RUN(full_is_an_answer_and_close_does_not_wait_for_delays);
    return tap_end();
}
