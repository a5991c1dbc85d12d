/* SPDX-License-Identifier: ISC */
#ifndef ENGINE_RESIDENT_H
#define ENGINE_RESIDENT_H

#include "nn/batcher.h"
#include "nn/model.h"

/*
 * resident - the neural models that are in memory, never more bytes of them
 * than allowed.
 *
 * A model is opened by a loader thread when the first request for it comes;
 * requests wait for that, so many and not more.  When there is no room, the
 * idle model that was used least recently is closed; when all are busy, the
 * one that has worked longest is given no more requests until it is idle, so
 * that two models that do not fit together take turns.  One with requests
 * under way is never closed.
 *
 * A model that cannot be opened fails its requests with the reason and is away:
 * it takes no requests until an attempt, made after a pause that grows,
 * succeeds.
 *
 * Any thread submits.  done() is called exactly once for each request taken, on
 * some thread of ours; it may submit again, and never waits.
 */
struct resident;
struct resident_model;

enum {
    RESIDENT_PATIENCE_MS = 1000, /* for idle models, before one must yield */
    RESIDENT_BACKOFF_MS = 2 * 1000, /* after the first failure; doubles */
    RESIDENT_BACKOFF_MS_MAX = 10 * 60 * 1000,
};

struct resident_cfg {
    size_t bytes_max; /* of models and what works with them */
    enum precision precision;
    struct batcher_cfg batcher; /* of each model; beam_max is its own */
    size_t waiting_max; /* requests for one model that is not open */
    int patience_ms, backoff_ms; /* 0: those above */
    /* Some model went away or came back; on the loader's thread. */
    void (*changed)(void *ctx);
    void *ctx;
};

/* The caller owns the request and keeps it and its text alive until done(). */
struct resident_request {
    /* text, beam and want_alignment are the caller's to set, the results his
     * to read; done and user are ours. */
    struct batcher_request batch; /* must be first */
    void (*done)(struct resident_request *r);
    void *user; /* the caller's */

    /* Ours, while under way. */
    struct resident_model *model;
    struct resident_request *next;
};

/* NULL with err filled when there is no thread to be had. */
struct resident *resident_new(const struct resident_cfg *cfg, struct err *err);

/* Fail what waits and what is under way, close all models.  Nobody submits any
 * more but done(), which is refused.  NULL is fine. */
void resident_free(struct resident *r);

/* The model in folder/name, of about so many bytes on disk, which is not opened
 * yet.  beam: the widest that requests ask for; 0: 1.  Borrowed until
 * resident_drop. */
struct resident_model *resident_add(struct resident *r, const char *folder,
    const char *name, uint64_t bytes, int beam);

/* The model is gone from disk, or is another one now.  What was asked of it is
 * answered, then it is closed and freed; the caller lets go at once. */
void resident_drop(struct resident *r, struct resident_model *m);

/* Take a request.  False with err filled, and done() never called: FAIL_BUSY
 * when too many wait, FAIL_SYSTEM while the model is away. */
bool resident_submit(struct resident *r, struct resident_model *m,
    struct resident_request *request, struct err *err);

bool resident_is_away(struct resident *r, const struct resident_model *m);

enum resident_state {
    RESIDENT_ON_DISK,
    RESIDENT_OPENING,
    RESIDENT_OPEN,
    RESIDENT_CLOSING,
    RESIDENT_AWAY, /* see why */
};

struct resident_model_stats {
    char name[64];
    enum resident_state state;
    size_t bytes; /* in memory; 0: it is not */
    double load_ms; /* of the last time that it was opened */
    uint64_t loads, evictions, failures;
    uint64_t requests;
    size_t running, waiting;
    uint64_t steps, row_steps, sentences; /* see batcher_stats */
    uint64_t source_pieces, target_pieces;
    char kernel[16]; /* or the device */
    char why[200]; /* of the last failure; "" */
};

void resident_model_stats(struct resident *r, const struct resident_model *m,
    struct resident_model_stats *ret);

/* All models together, those gone included. */
struct resident_stats {
    size_t models, open, bytes, bytes_max;
    uint64_t loads, evictions, failures, requests;
    uint64_t steps, row_steps, sentences, source_pieces, target_pieces;
    double load_ms; /* sum */
};
struct resident_stats resident_stats(struct resident *r);

const char *resident_state_name(enum resident_state state);

#endif
