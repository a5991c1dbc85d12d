/* SPDX-License-Identifier: ISC */
#ifndef ENGINE_NEURAL_H
#define ENGINE_NEURAL_H

#include "engine/engine.h"
#include "engine/resident.h"

/*
 * neural - the engine of neural models: every model found in some folders is a
 * pair, translated by our own inference (nn/), opened when it is asked for and
 * kept in memory as long as there is room (resident.h).
 *
 * Folders are looked at when the engine is opened, every NEURAL_LOOK_MS and by
 * neural_rescan: models that came, went or changed are noticed without a
 * restart.  A model that cannot be opened is not offered until it can.
 *
 * What stands for spans in a segment never reaches a model as it is, and is put
 * back where its words went (neural_marks.h).
 */
enum {
    NEURAL_PAIRS_MAX = 1024, /* ever, in one process */
    NEURAL_FOLDERS_MAX = 8,
    NEURAL_LOOK_MS = 2000,
};

struct neural_cfg {
    const char *folders; /* "DIR:DIR"; of two models for one pair the one in an
                            earlier folder is used, then the one whose name is
                            first */
    size_t bytes_max;
    enum precision precision;
    struct batcher_cfg batcher; /* waiting_max is ours */
    int beam; /* 0: what model.json says, else 1 */
    size_t waiting_max; /* requests for one model */
    int look_ms, patience_ms, backoff_ms; /* 0: the usual */
};

/* What a pair costs the router: less than what any other engine has, but two
 * of ours cost more than one between sister languages (apertium_scan.c). */
#define NEURAL_COST 0.2

/* So much more confidence than its sureFrom a model needs for each piece of a word
 * beyond the second.  On 558 short lines of English and French the small models
 * are 9 to 11 points of chrF2 better than the way through Portuguese where no word
 * has three pieces, and 3 to 5 worse where one has. */
#define NEURAL_STRANGE_PIECE 0.1

/* So much less is its confidence worth when it seems to have made up a word
 * (neural_words.h).  Of 300 short lines into Spanish those with such a word had
 * chrF2 48.7 where the way through Portuguese had 57.4, the others 59.0 and 54.6. */
#define NEURAL_INVENTED_WORD 0.2

/* An engine without a single model is one, too.  NULL with err filled. */
struct engine *neural_open(const struct neural_cfg *cfg, struct err *err);

/* Look at the folders now: when this returns, the pairs are what is there.  Not
 * from done(). */
void neural_rescan(struct engine *e);

struct resident_stats neural_stats(struct engine *e);

/* What is known of each model in use, ordered by pair; returns how many there
 * are and writes at most max. */
struct neural_model {
    struct engine_pair pair;
    char version[128];
    struct resident_model_stats stats;
};
size_t neural_models(struct engine *e, struct neural_model *ret, size_t max);

#endif
