/* SPDX-License-Identifier: ISC */
#ifndef NN_JOB_H
#define NN_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "nn/search.h"

/*
 * job - one text on its way through a search: cut into pieces and, where there
 * are more than the model reads at once, into sentences of at most
 * SEARCH_SOURCE_MAX; put together again when all are done.  One owner thread.
 */
struct batcher_request;
struct model;

enum { JOB_KNOWN_PIECES = 2 }; /* of a word that the vocabulary knows */

struct job {
    struct batcher_request *r; /* borrowed */
    uint32_t n_src; /* pieces of the text */
    uint32_t *ids; /* each sentence's, with its </s> */
    struct vocab_place *places; /* [n_src], when an alignment is wanted */
    struct sentence *sentences; /* [n], user is the job */
    size_t n, n_done;
    uint32_t *out; /* room for all results */
    float *alignment; /* likewise */
    struct job *next; /* the owner's */
};

/* NULL with err filled.  r is borrowed until nn_job_finish or nn_job_free. */
struct job *nn_job_new(const struct model *m, const struct search *s,
    struct batcher_request *r, struct err *err);
void nn_job_free(struct job *j);

/* All sentences are done: write the results into the request.  Does not call
 * its done(). */
void nn_job_finish(const struct model *m, struct job *j);

#endif
