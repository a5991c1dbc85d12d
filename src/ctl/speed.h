/* SPDX-License-Identifier: ISC */
#ifndef CTL_SPEED_H
#define CTL_SPEED_H

#include "base/err.h"
#include "base/span.h"
#include "nn/model.h"

/*
 * speed - how fast a model translates: texts alone one after another, or as
 * many at once as its batcher takes.
 */
struct speed_cfg {
    const struct span *texts;
    size_t n_texts;
    int threads; /* 0: one per core */
    int rows; /* of a thread */
    int beam;
    bool alone; /* one text at a time */
    int ms; /* measure at least so long */
};

struct speed {
    double words_s; /* of the source */
    double mean_ms, p95_ms; /* from submitting a text to its translation */
    size_t texts, failed;
};

/* False with err filled when nothing could be measured. */
bool speed_measure(const struct model *m, const struct speed_cfg *cfg,
    struct speed *ret, struct err *err);

/* Words of a text: what stands between white space. */
size_t speed_words(struct span text);

#endif
