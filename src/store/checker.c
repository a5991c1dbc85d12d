/* SPDX-License-Identifier: ISC */
#include "store/checker.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/bq.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"

enum { LOOK_AGAIN_MS = 60 * 1000 }; /* a look reads the whole file */

struct checker {
    char *url;
    struct bq *wishes; /* of one: the next look answers all */
    pthread_t thread;
    atomic_bool stop, damaged;
    _Atomic int64_t looked_ms; /* when the last look ended */
    _Atomic uint64_t looks;
};

static void
look(struct checker *c)
{
    struct store_options options = {.read_only = true};
    int64_t began = clock_mono_ms();
    struct err err = {0};
    struct store *s = store_open(c->url, &options, &err);
    bool whole = s && store_check(s, &c->stop, &err);

    store_close(s);
    if (atomic_load(&c->stop))
        return;
    atomic_store(&c->damaged, !whole);
    atomic_store(&c->looked_ms, clock_mono_ms());
    atomic_fetch_add(&c->looks, 1);
    if (whole)
        log_info("database checked, it is whole ms=%lld",
            (long long)(clock_mono_ms() - began));
    else
        log_error("database checked reason=\"%s\": nothing is saved any more, "
                  "put a backup back (meeshyctl restore)",
            err.text);
}

static void *
run(void *arg)
{
    struct checker *c = arg;
    void *wish;

    while (bq_pop(c->wishes, &wish, BQ_FOREVER) == BQ_OK)
        look(c);
    return NULL;
}

struct checker *
checker_start(const char *url, struct err *err)
{
    struct checker *c = xcalloc(1, sizeof(*c));
    int rc;

    c->url = xstrdup(url);
    c->wishes = bq_new(1);
    bq_push(c->wishes, c, BQ_NOWAIT);
    rc = pthread_create(&c->thread, NULL, run, c);
    if (rc == 0)
        return c;
    err_set(err, FAIL_SYSTEM, "cannot start a thread: %s", strerror(rc));
    bq_free(c->wishes);
    free(c->url);
    free(c);
    return NULL;
}

void
checker_suspect(struct checker *c)
{
    if (!atomic_exchange(&c->damaged, true))
        log_error("database damaged, as a reader says; checking");
    if (clock_mono_ms() - atomic_load(&c->looked_ms) >= LOOK_AGAIN_MS)
        bq_push(c->wishes, c, BQ_NOWAIT); /* full: there is a wish already */
}

bool
checker_damaged(const struct checker *c)
{
    return atomic_load(&c->damaged);
}

uint64_t
checker_looks(const struct checker *c)
{
    return atomic_load(&c->looks);
}

void
checker_stop(struct checker *c)
{
    if (!c)
        return;
    atomic_store(&c->stop, true);
    bq_close(c->wishes);
    pthread_join(c->thread, NULL);
    bq_free(c->wishes);
    free(c->url);
    free(c);
}
