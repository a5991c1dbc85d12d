/* SPDX-License-Identifier: ISC */
#ifndef NN_SEARCH_H
#define NN_SEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/*
 * search - sentences under way on one thread: each has its rows (one, or as
 * many as its beam is wide) in a running batch which all take one step
 * together.  Sentences join and leave between any two steps.  A sentence's
 * result depends on nothing but itself: not on its neighbours, not on when it
 * joined, not on how many threads there are.
 *
 * One owner thread.  Once it has seen usual sentences it allocates nothing.
 */
struct device;
struct device_ops;
struct model;
struct search;

enum {
    SEARCH_BEAM_MAX = 6,
    SEARCH_SOURCE_MAX = 128, /* pieces, the closing </s> included */
    SEARCH_TARGET_MAX = 3 * SEARCH_SOURCE_MAX, /* pieces produced at most */
    SEARCH_ROWS_MAX = 1024,
};

struct search_cfg {
    uint32_t rows; /* 1..SEARCH_ROWS_MAX; 0: 32 */
    uint32_t beam_max; /* widest beam that will be asked for; 0: 1 */
    float length_factor; /* target pieces per source piece at most; 0: the
                            model's decoder.yml says, else 2.0 */
    float length_norm; /* score is divided by length to this power; 0: as above,
                          else 1.0 */
    bool loops; /* let it repeat itself up to the length limit */
};

struct sentence {
    /* Set by the caller, who keeps all of it alive until it is finished. */
    const uint32_t *src; /* ids of pieces, </s> at the end */
    uint32_t n_src; /* 1..SEARCH_SOURCE_MAX */
    uint8_t beam; /* 1..beam_max; 0 is 1 */
    bool want_alignment;
    uint32_t *out; /* room for search_out_max(s, n_src) */
    float *logp; /* as many, log p of each piece and of </s>; NULL */
    float *alignment; /* [n_out][n_src], room for as many rows as out; NULL
                         unless want_alignment */

    /* Written when it is finished. */
    uint32_t n_out; /* without </s> */
    bool cut; /* the length limit came before </s> */
    bool looping; /* a phrase was repeated until it was stopped */
    float score; /* mean log p per piece, the closing </s> included */
    float p_min; /* the least probable piece's p */

    void *user; /* the caller's */
    struct sentence *next; /* the search's, and the caller's while it is not
                              under way */
};

struct search *search_new(const struct model *m, const struct search_cfg *cfg);

/* The same, computed by a device that has m's weights and outlives it.  Greedy
 * only: beam_max is 1.  NULL with err filled when it lacks the memory. */
struct search *search_new_on(const struct device_ops *ops, struct device *d,
    const struct model *m, const struct search_cfg *cfg, struct err *err);
void search_free(struct search *s); /* forgets what is under way */
size_t search_bytes(const struct search *s); /* its memory, but no device's */

/* Is its device lost?  Then steps finish nobody any more, and err has why. */
bool search_lost(const struct search *s, struct err *err);

/* Those under way, who leave as they came, linked by next in the order in which
 * they joined. */
struct sentence *search_abandon(struct search *s);

/* Source pieces that are encoded together: as many may join at once without
 * holding up those who run for long. */
uint32_t search_join_pieces(const struct search *s);

/* How many pieces a source of n_src may become. */
uint32_t search_out_max(const struct search *s, uint32_t n_src);

uint32_t search_rows_free(const struct search *s);
uint32_t search_rows_used(const struct search *s);

/* What a step reads of the sentences under way, beside the weights: their keys
 * and values, candidates, states. */
size_t search_step_bytes(const struct search *s);

/* Encode n sentences together and let them join.  Their beams fit the free
 * rows (assert). */
void search_join(struct search *s, struct sentence **list, size_t n);

/* One piece for every row.  Returns the sentences finished by it, linked by
 * next in the order in which they joined. */
struct sentence *search_step(struct search *s);

struct search_stats {
    uint64_t steps, row_steps; /* decoder steps and rows in them */
    uint64_t sentences, source_pieces, target_pieces;
    uint64_t encode_ns, decode_ns;
    uint64_t joined_bytes; /* search_step_bytes of all that ever joined */
};
struct search_stats search_stats(const struct search *s);
void search_stats_add(struct search_stats *to, const struct search_stats *s);

#endif
