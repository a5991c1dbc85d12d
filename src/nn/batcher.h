/* SPDX-License-Identifier: ISC */
#ifndef NN_BATCHER_H
#define NN_BATCHER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"
#include "nn/device.h"

/*
 * batcher - texts to be translated by one model, many at once.
 *
 * Continuous batching: worker threads have rows, and between decoder steps the
 * free ones are given to those who wait, first come first served; what is
 * finished leaves at once.  So a short sentence never waits for a long one, and
 * as many share the reading of the weights as there are.  A translation depends
 * on its text and options alone, never on its neighbours.
 *
 * Any thread submits.  done() is called exactly once for each request taken, on
 * a worker's thread, also when the batcher is freed: it passes the result on,
 * may submit again, and neither waits nor frees the batcher.
 */
struct batcher;
struct model;

enum {
    BATCHER_THREADS_MAX = 64,
    BATCHER_TEXT_BYTES_MAX = 64 * 1024, /* of one request */
};

struct batcher_cfg {
    int threads; /* 0: one per core; on a device one */
    int rows; /* per thread; 0: 24; on a device DEVICE_ROWS */
    int waiting_max; /* requests; 0: 1024 */
    bool fill_when_empty; /* for comparison: newcomers join only when everybody
                             has finished */
    int beam_max; /* the widest beam a request may ask for; 0: 1 */
    float length_factor, length_norm; /* see search.h; 0: its defaults */
    bool loops; /* let it repeat itself up to the length limit */
    enum device_kind device; /* a wish: where there is no such device, when it
                                lacks the memory, and for beams, the CPU
                                translates, and the log says why */
};

/* One text, usually a sentence.  One that is longer than the model can read at
 * once is cut in front of a word and joined again.  White space at both ends is
 * not kept.  The caller owns the request and keeps it and its text alive until
 * done(). */
struct batcher_request {
    struct span text; /* UTF-8 */
    int beam; /* 1..beam_max; 0: 1 */
    bool want_alignment;
    bool background; /* the others go first, nearly all of the time */
    void (*done)(struct batcher_request *r);
    void *user; /* the caller's */

    /* Written before done(). */
    bool ok;
    char *translation; /* owned by the caller; free().  NULL unless ok */
    double score; /* mean log p per piece, </s> included */
    double confidence; /* 0..1: the geometric mean probability of a piece,
                          exp(score), 0 for a loop, halved when cut */
    bool cut; /* ran into the length limit */
    bool looping; /* repeated itself until it was stopped */
    uint32_t pieces_src, pieces_trg; /* without </s> */
    uint32_t strange_pieces; /* of words that the vocabulary has in many pieces
                                only, beyond JOB_KNOWN_PIECES (job.h): the model
                                hardly knows them */
    struct batcher_alignment *alignment; /* when wanted and ok, owned by the
                                            caller: free() */
    struct err err; /* when !ok */

    struct batcher_request *next; /* the batcher's, while under way */
};

/* Which source bytes each produced piece looked at. */
struct batcher_alignment {
    uint32_t n_src, n_trg; /* pieces, </s> not among them */
    /* Begin and end of each piece in the text and in the translation. */
    uint32_t *src_begin, *src_end; /* [n_src] */
    uint32_t *trg_begin, *trg_end; /* [n_trg] */
    float *p; /* [n_trg][n_src], each row sums to at most 1 */
};

/* Borrows the model until batcher_free.  When a device is lost on the way, its
 * sentences begin anew on the CPU: nobody notices but the log. */
struct batcher *batcher_new(
    const struct model *m, const struct batcher_cfg *cfg, struct err *err);

/* Take r.  False with err filled, and done() never called: FAIL_BUSY when as
 * many wait as may, FAIL_TOO_LARGE, FAIL_BAD_INPUT. */
bool batcher_submit(
    struct batcher *b, struct batcher_request *r, struct err *err);

/* Fail what waits and what is under way (FAIL_SYSTEM, done() for each, here or
 * on a worker), stop the threads, free.  NULL is fine. */
void batcher_free(struct batcher *b);

/* Memory of all workers, which does not grow; a device's is not in it. */
size_t batcher_bytes(const struct batcher *b);

struct batcher_stats {
    uint64_t requests, failed,
        sentences; /* finished; sentences after cutting */
    uint64_t source_pieces, target_pieces;
    uint64_t steps, row_steps; /* rows per step is row_steps / steps */
    uint64_t encode_ns, decode_ns; /* of all threads */
    uint64_t waiting, running; /* requests, now */
    int threads, rows;
    enum device_kind device; /* in use; the CPU as soon as one was lost */
};
struct batcher_stats batcher_stats(struct batcher *b);

#endif
