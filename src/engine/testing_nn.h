/* SPDX-License-Identifier: ISC */
#ifndef ENGINE_TESTING_NN_H
#define ENGINE_TESTING_NN_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "nn/batcher.h"
#include "nn/model.h"

/*
 * A neural engine without arithmetic, in the place of nn's: a model is a name
 * and a size, and "x" becomes "fr-en(x)".  What it does is decided by whoever
 * tests: which models are damaged, how big they are, and when requests go on.
 */
struct toy_nn {
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t changed;
    bool hold; /* requests stay under way */
    bool hold_opening;
    bool cut, looping; /* of all results */
    char broken[64]; /* the model that cannot be opened */
    size_t bytes; /* of every model */
    size_t opened, open, open_max; /* models: ever, now, at most */
    size_t submitted;
    int beam, beam_max; /* of the last request, and of the batcher it went to */
};

static struct toy_nn toy_nn = {.lock = PTHREAD_MUTEX_INITIALIZER,
    .changed = PTHREAD_COND_INITIALIZER,
    .bytes = 100};

struct model {
    char name[64];
    size_t bytes;
};

struct batcher {
    const struct model *model;
    int beam_max;
    pthread_t thread;
    struct batcher_request *first, **end; /* guarded by toy_nn.lock */
    bool closing;
    struct batcher_stats stats;
};

static inline void
toy_nn_set(bool *what, bool value)
{
    pthread_mutex_lock(&toy_nn.lock);
    *what = value;
    pthread_cond_broadcast(&toy_nn.changed);
    pthread_mutex_unlock(&toy_nn.lock);
}

static inline void
toy_nn_break(const char *name)
{
    pthread_mutex_lock(&toy_nn.lock);
    snprintf(toy_nn.broken, sizeof(toy_nn.broken), "%s", name);
    pthread_mutex_unlock(&toy_nn.lock);
}

/* Until so many requests have reached a batcher since the test began. */
static inline void
toy_nn_await(const size_t *what, size_t n)
{
    pthread_mutex_lock(&toy_nn.lock);
    while (*what < n)
        pthread_cond_wait(&toy_nn.changed, &toy_nn.lock);
    pthread_mutex_unlock(&toy_nn.lock);
}

static inline size_t
toy_nn_get(const size_t *what)
{
    size_t n;

    pthread_mutex_lock(&toy_nn.lock);
    n = *what;
    pthread_mutex_unlock(&toy_nn.lock);
    return n;
}

struct model *
model_open_dir(const char *dir, enum precision p, struct err *err)
{
    const char *name = strrchr(dir, '/') + 1;
    struct model *m = NULL;

    (void)p;
    pthread_mutex_lock(&toy_nn.lock);
    while (toy_nn.hold_opening)
        pthread_cond_wait(&toy_nn.changed, &toy_nn.lock);
    if (strcmp(name, toy_nn.broken) == 0) {
        err_set(err, FAIL_BAD_INPUT, "the toy is broken");
    } else {
        m = xcalloc(1, sizeof(*m));
        snprintf(m->name, sizeof(m->name), "%s", name);
        m->bytes = toy_nn.bytes;
        toy_nn.opened++;
        if (++toy_nn.open > toy_nn.open_max)
            toy_nn.open_max = toy_nn.open;
    }
    pthread_cond_broadcast(&toy_nn.changed);
    pthread_mutex_unlock(&toy_nn.lock);
    return m;
}

void
model_free(struct model *m)
{
    if (!m)
        return;
    pthread_mutex_lock(&toy_nn.lock);
    toy_nn.open--;
    pthread_cond_broadcast(&toy_nn.changed);
    pthread_mutex_unlock(&toy_nn.lock);
    free(m);
}

size_t
model_bytes(const struct model *m)
{
    return m->bytes;
}

const char *
model_kernel(const struct model *m)
{
    (void)m;
    return "toy";
}

static inline void
toy_batch(struct batcher *b, struct batcher_request *r, bool closing)
{
    struct buf out = {0};

    r->translation = NULL;
    r->alignment = NULL;
    r->cut = toy_nn.cut;
    r->looping = toy_nn.looping;
    r->confidence = 0.5;
    toy_nn.beam = r->beam;
    toy_nn.beam_max = b->beam_max;
    r->ok = !closing;
    b->stats.steps++;
    b->stats.row_steps++;
    b->stats.sentences++;
    if (closing) {
        err_set(&r->err, FAIL_SYSTEM, "the batcher closes");
    } else {
        buf_addf(&out, "%s(%.*s)", b->model->name, SPAN_ARG(r->text));
        r->translation = buf_take(&out);
    }
}

static void *
toy_nn_run(void *arg)
{
    struct batcher *b = arg;

    pthread_mutex_lock(&toy_nn.lock);
    for (;;) {
        struct batcher_request *r = b->first;

        if (r && (!toy_nn.hold || b->closing)) {
            b->first = r->next;
            if (!b->first)
                b->end = &b->first;
            toy_batch(b, r, b->closing);
            pthread_mutex_unlock(&toy_nn.lock);
            r->done(r);
            pthread_mutex_lock(&toy_nn.lock);
        } else if (b->closing) {
            break;
        } else {
            pthread_cond_wait(&toy_nn.changed, &toy_nn.lock);
        }
    }
    pthread_mutex_unlock(&toy_nn.lock);
    return NULL;
}

struct batcher *
batcher_new(
    const struct model *m, const struct batcher_cfg *cfg, struct err *err)
{
    struct batcher *b = xcalloc(1, sizeof(*b));

    (void)err;
    b->beam_max = cfg->beam_max;
    b->model = m;
    b->end = &b->first;
    if (pthread_create(&b->thread, NULL, toy_nn_run, b) != 0)
        abort();
    return b;
}

bool
batcher_submit(struct batcher *b, struct batcher_request *r, struct err *err)
{
    (void)err;
    pthread_mutex_lock(&toy_nn.lock);
    r->next = NULL;
    *b->end = r;
    b->end = &r->next;
    toy_nn.submitted++;
    pthread_cond_broadcast(&toy_nn.changed);
    pthread_mutex_unlock(&toy_nn.lock);
    return true;
}

void
batcher_free(struct batcher *b)
{
    if (!b)
        return;
    toy_nn_set(&b->closing, true);
    pthread_join(b->thread, NULL);
    free(b);
}

size_t
batcher_bytes(const struct batcher *b)
{
    (void)b;
    return 0;
}

struct batcher_stats
batcher_stats(struct batcher *b)
{
    struct batcher_stats s;

    pthread_mutex_lock(&toy_nn.lock);
    s = b->stats;
    pthread_mutex_unlock(&toy_nn.lock);
    return s;
}

#endif
