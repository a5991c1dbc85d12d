/* SPDX-License-Identifier: ISC */
#ifndef NN_SEARCH_IMPL_H
#define NN_SEARCH_IMPL_H

#include "nn/decoder.h"
#include "nn/device.h"
#include "nn/encoder.h"
#include "nn/guard.h"
#include "nn/model_impl.h"
#include "nn/search.h"
#include "nn/work.h"

/* A translation so far.  The texts of all beams of a sentence are a tree of
 * nodes, of which each hypothesis knows its leaf. */
struct hyp {
    uint32_t prev; /* its last piece */
    uint32_t state; /* number of its decoder state */
    uint32_t node; /* its last piece's, NODE_NONE at the start */
    float total; /* sum of log p */
};

enum { NODE_NONE = UINT32_MAX };
struct node {
    uint32_t piece, parent;
    uint32_t row; /* of alignments */
    float logp;
};

/* A sentence under way, with memory for it and those before it here. */
struct slot {
    struct sentence *s;
    uint32_t beam; /* rows reserved */
    uint32_t t; /* steps done */
    uint32_t limit; /* steps at most */
    float *kv; /* [layer][2][n_src][D] */
    void *out_mem; /* weights of own */
    size_t kv_room, out_room, ids_room; /* bytes that these and ids have */
    struct linear own; /* the output layer with its candidates */
    const struct linear *output; /* that, or the model's with all words */
    uint32_t *ids; /* its columns' words; NULL: column = word */
    uint32_t banned; /* column of <unk> */
    size_t step_bytes; /* of it, that a step reads */
    uint32_t n_live;
    struct hyp live[SEARCH_BEAM_MAX];
    uint32_t states[SEARCH_BEAM_MAX]; /* reserved: numbers */
    struct guard guard; /* greedy */

    /* Of beams only. */
    struct node *nodes; /* [limit][beam] */
    float *alignments; /* [step][beam][n_src] */
    uint32_t n_nodes;
    uint32_t best; /* the best finished one's node */
    float best_score;
    bool found; /* there is one */
    bool best_cut; /* it did not end by itself */
};

struct search {
    const struct model *m; /* borrowed */
    struct search_cfg cfg;
    struct work work; /* of the CPU alone, as are states, kv and logits */
    const struct device_ops *ops; /* NULL: on the CPU; else borrowed */
    struct device_batch *batch;
    struct device_source *sources; /* [rows] */
    struct device_row *steps; /* [rows] */
    struct device_best *device_bests; /* [rows] */
    struct err lost; /* why the device is; no text: it is not */
    uint32_t steps_max; /* positions of a state */
    struct slot *slots; /* [rows] */
    struct slot **active, **idle; /* [rows] each; active in order of joining */
    uint32_t n_active, n_idle;
    float **states; /* [rows], one of each row */
    uint32_t *states_idle, n_states_idle;
    uint32_t rows_used;
    size_t step_bytes; /* of all active slots */
    size_t held; /* bytes of all slots' rooms */
    struct shortlist_set *set;
    uint32_t *candidates; /* [candidates_max], of the one that joins */
    float *logits; /* [OUTPUT_ROWS or beam_max][candidates] */
    size_t ld_logits;
    struct best *bests; /* [rows] */
    struct decoder_row *rows; /* [rows] */
    struct decoder_group *groups; /* [rows] */
    struct encoder_input *inputs; /* [rows] */
    struct sentence *done, **done_tail;
    struct search_stats stats;
    size_t bytes;
};

enum {
    SLOTS_BYTES = 5 << 20, /* that slots keep for sentences to come */
    ENCODER_ROWS = 256, /* that are encoded together; at least one sentence */
    OUTPUT_ROWS = 16, /* whose logits over all words are kept at once */
};

static inline uint32_t
slot_word(const struct slot *sl, uint32_t column)
{
    return sl->ids ? sl->ids[column] : column;
}

/* Greedy: the sentence's results grow in place.  logsum is log(sum(exp(y))) of
 * all its columns.  True when it is finished. */
bool search_greedy(
    struct search *s, struct slot *sl, struct best best, float logsum);

/* Finished: its results to the caller, its rows to others. */
void slot_finish(struct search *s, struct slot *sl);

/* The slots active[first..] have joined: encode them. */
void search_device_join(struct search *s, uint32_t first);

/* All active slots take a step. */
void search_device_step(struct search *s);

/* Memory of at least need bytes in place of old, which has *room bytes and whose
 * contents are lost. */
void *slot_room(struct search *s, void *old, size_t *room, size_t need);
/* Its sentence has left: keep no more memory than SLOTS_BYTES in all. */
void slot_spare(struct search *s, struct slot *sl);

/* Take the step for a sentence with a beam: logits has n_live rows.  True when
 * it is finished, all of the sentence's results written. */
bool beam_advance(struct search *s, struct slot *sl, const float *logits);

#endif
