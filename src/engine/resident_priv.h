/* SPDX-License-Identifier: ISC */
#ifndef ENGINE_RESIDENT_PRIV_H
#define ENGINE_RESIDENT_PRIV_H

#include "engine/resident.h"

#include <pthread.h>
#include <stdatomic.h>

/* What has been done, by a model or by all. */
struct work {
    uint64_t loads, evictions, failures, requests;
    uint64_t steps, row_steps, sentences, source_pieces, target_pieces;
    double load_ms;
};

/* DESIGN.  One lock guards everything; it is held for moments, and neither
 * while a model is opened or closed nor while a request is handed over or
 * done.  Only the loader opens and closes.  A batcher is used by others only
 * while running counts them, and the loader closes it when that is zero. */
struct resident_model {
    char *folder, *name; /* constant */
    int beam; /* constant */
    enum resident_state state;
    bool dropped; /* the owner has let go: close and free when idle */
    bool yields; /* other models want its room: requests wait */
    bool verified; /* its files were what model.json says */
    struct model *model; /* while open, as the batcher */
    struct batcher *batcher;
    size_t bytes; /* in memory, or an estimate */
    size_t running; /* requests in the batcher */
    struct resident_request *waiting, **waiting_end;
    size_t n_waiting;
    int64_t wanted_ms; /* since when requests wait */
    int64_t used_ms; /* when it last had a request */
    int64_t opened_ms;
    int64_t retry_ms; /* when to try again, while it is away */
    int failures; /* since it was open */
    double load_ms; /* of the last time */
    struct err err; /* why it is away */
    char why[sizeof(((struct err *)0)->text)];
    struct work work;
    struct resident_model *next;
};

struct resident {
    struct resident_cfg cfg;
    pthread_t loader;
    pthread_mutex_t lock; /* guards all that follows */
    pthread_cond_t wake; /* of the loader */
    bool stopping;
    struct resident_model *models; /* in the order of resident_add */
    size_t bytes; /* of all that are open, opening or closing */
    struct work gone; /* of models that were freed */
    atomic_size_t handing; /* calls of batcher_submit under way */
};

/* resident.c: requests.  What takes a model's waiting requests wants the lock,
 * the others must not have it. */
void resident_fail(struct resident_request *q, const struct err *err);
void resident_fail_all(struct resident_request *list, const struct err *err);
struct resident_request *resident_take_waiting(struct resident_model *m);
/* The request counts as running; false with err filled when it was not taken,
 * and is not counted any more. */
bool resident_hand_over(struct resident *r, struct resident_model *m,
    struct batcher *b, struct resident_request *q, struct err *err);

/* resident_load.c: the loader's thread, and what it shares; with the lock. */
void *resident_load(void *resident);
void resident_free_model(struct resident *r, struct resident_model *m);
void resident_add_work(struct work *sum, const struct work *w);
void resident_add_batches(struct work *w, struct batcher *b);

/* What an open model computes with: a kernel, or a device. */
const char *resident_kernel(const struct resident_model *m);

#endif
