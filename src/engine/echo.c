/* SPDX-License-Identifier: ISC */
#include "engine/echo.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/bq.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"

enum { HANG_LOOK_MS = 1 };

struct echo {
    struct engine engine; /* must be first */
    struct engine_ops ops; /* with the configured name */
    struct echo_cfg cfg; /* what it points to is owned */
    struct bq *queue; /* of struct item */
    struct bq *stop; /* always empty: its end interrupts a delay */
    atomic_size_t load; /* requests not yet done */
    pthread_t thread;
};

struct item {
    struct engine_request *request;
    size_t pair;
    int64_t due_ms;
};

static size_t
pairs(const struct engine *e, const struct engine_pair **ret)
{
    const struct echo *echo = (const struct echo *)e;

    *ret = echo->cfg.pairs;
    return echo->cfg.n_pairs;
}

static bool
contains(struct span text, const char *part)
{
    return part && memmem(text.p, text.len, part, strlen(part));
}

static void
hang(const struct echo *echo, struct span text)
{
    struct timespec pause = {0, HANG_LOOK_MS * 1000000L};

    while (echo->cfg.hangs && *echo->cfg.hangs && contains(text, "hang"))
        nanosleep(&pause, NULL);
}

static bool
submit(struct engine *e, size_t pair, struct engine_request *r, struct err *err)
{
    struct echo *echo = (struct echo *)e;
    struct item *item;

    assert(pair < echo->cfg.n_pairs && r->text.len > 0);
    hang(echo, r->text);
    if (atomic_fetch_add(&echo->load, 1) >= echo->cfg.queue_max) {
        atomic_fetch_sub(&echo->load, 1);
        return err_set(err, FAIL_BUSY, "the echo is full");
    }
    item = xcalloc(1, sizeof(*item));
    *item = (struct item){r, pair, clock_mono_ms() + echo->cfg.delay_ms};
    if (bq_push(echo->queue, item, BQ_NOWAIT) == BQ_OK)
        return true;
    atomic_fetch_sub(&echo->load, 1);
    free(item);
    return err_set(err, FAIL_BUSY, "the engine is closing");
}

static char *
translate(const struct echo *echo, size_t pair, struct span text)
{
    struct buf out = {0};

    if (!echo->cfg.upper)
        buf_addf(&out, "[%s] ", echo->cfg.pairs[pair].target);
    for (size_t i = 0; i < text.len; i++) {
        char c = text.p[i];
        if (echo->cfg.upper && c >= 'a' && c <= 'z')
            c = (char)(c - 'a' + 'A');
        buf_addc(&out, c);
    }
    return buf_take(&out);
}

static void
answer(struct echo *echo, const struct item *item, bool closing)
{
    struct engine_request *r = item->request;

    r->translation = NULL;
    r->confidence = 0;
    if (closing) {
        r->ok = err_set(&r->err, FAIL_BUSY, "the engine is closing");
    } else if (contains(r->text, echo->cfg.fail_on)) {
        r->ok = err_set(&r->err, FAIL_SYSTEM, "the echo fails on this text");
    } else {
        r->ok = true;
        r->translation = translate(echo, item->pair, r->text);
        r->confidence = 0.5;
    }
    atomic_fetch_sub(&echo->load, 1);
    r->done(r);
}

static void *
run(void *arg)
{
    struct echo *echo = arg;
    void *item, *none;
    bool closing = false;

    while (bq_pop(echo->queue, &item, BQ_FOREVER) == BQ_OK) {
        int64_t wait_ms = ((struct item *)item)->due_ms - clock_mono_ms();

        if (wait_ms < 0)
            wait_ms = 0;
        closing = bq_pop(echo->stop, &none, (int)wait_ms) == BQ_CLOSED;
        answer(echo, item, closing);
        free(item);
    }
    return NULL;
}

static void
close_engine(struct engine *e)
{
    struct echo *echo = (struct echo *)e;

    bq_close(echo->stop);
    bq_close(echo->queue);
    pthread_join(echo->thread, NULL);
    bq_free(echo->stop);
    bq_free(echo->queue);
    free((void *)echo->cfg.pairs);
    free((void *)echo->cfg.fail_on);
    free(echo);
}

struct engine *
echo_open(const struct echo_cfg *cfg)
{
    struct echo *echo = xcalloc(1, sizeof(*echo));
    struct engine_pair *copy = xcalloc(cfg->n_pairs, sizeof(*copy));

    memcpy(copy, cfg->pairs, cfg->n_pairs * sizeof(*copy));
    echo->cfg = *cfg;
    echo->cfg.pairs = copy;
    echo->cfg.fail_on = cfg->fail_on ? xstrdup(cfg->fail_on) : NULL;
    echo->ops = (struct engine_ops){
        .name = cfg->name ? cfg->name : "echo",
        .pairs = pairs,
        .submit = submit,
        .close = close_engine,
    };
    echo->engine.ops = &echo->ops;
    echo->queue = bq_new(cfg->queue_max ? cfg->queue_max : 1);
    echo->stop = bq_new(1);
    if (pthread_create(&echo->thread, NULL, run, echo) != 0)
        abort();
    return &echo->engine;
}
