/* SPDX-License-Identifier: ISC */
#ifndef NN_MODEL_IMPL_H
#define NN_MODEL_IMPL_H

#include "nn/format/marian.h"
#include "nn/format/options.h"
#include "nn/format/shortlist.h"
#include "nn/format/vocab.h"
#include "nn/kernel/kernel.h"
#include "nn/model.h"
#include "nn/search.h"

/*
 * What a model is made of, for the files that compute with it: model_load.c
 * fills it, encoder.c and decoder.c read it.  D is dim, F ffn, V a vocabulary.
 */

/* Matrices that eat the same rows and whose results lie beside each other.  One
 * product where their alphas agree, as in all files seen; else one each. */
struct wide {
    struct linear *parts; /* [n_parts], owned */
    uint32_t *columns; /* [n_parts]: where each part's results begin */
    uint32_t n_parts, n; /* n: columns of all */
};

struct ffn {
    struct linear w1, w2; /* [D][F], [F][D] */
    struct norm norm;
};

struct enc_layer {
    struct wide qkv; /* [D][3 D]: queries, keys, values */
    struct linear o; /* [D][D] */
    struct norm norm;
    struct ffn ffn;
};

struct dec_layer {
    struct wide
        in; /* SSRU: [D][2 D], z then gate; else queries, keys, values */
    struct linear self_o; /* self-attention only */
    struct norm norm;
    struct linear q, o; /* cross-attention */
    struct norm cross_norm;
    struct ffn ffn;
};

struct model {
    const struct kernel *kr;
    enum precision precision;
    struct model_shape shape;
    enum nn_activation activation;
    struct nn_decoding decoding; /* what the model wants by default */
    struct arena arena; /* all weights, in the order of use */
    struct enc_layer *enc; /* [enc_depth] */
    struct dec_layer *dec; /* [dec_depth] */
    struct linear *kv; /* [2 dec_depth], [D][D]: keys, values of each layer */
    struct table src, trg; /* embeddings */
    struct table out_own; /* the output matrix where it is one of its own */
    const struct table *out; /* that or trg: what candidates are taken from */
    float output_alpha; /* of the output layer */
    const char *output_name; /* of its matrix */
    struct linear output; /* [D][V], when there is no shortlist */
    float *pos; /* [MODEL_POSITIONS][D] */
    float embed_factor; /* sqrt(D) */
    uint32_t candidates_max; /* columns of any sentence's output at most */

    struct marian *file; /* tables may borrow its bytes */
    struct vocab *vocab_src, *vocab_trg; /* the same when there is one only */
    struct shortlist *shortlist; /* or NULL */
    bool joint; /* source ids are target ids */
    uint32_t eos, unk; /* target ids */
};

enum {
    MODEL_POSITIONS = SEARCH_TARGET_MAX,
    MODEL_CANDIDATES_STEP = 8, /* their number is a multiple of this */
};

/* Fill everything that comes from the tensors; vocabularies, shortlist and
 * shape are there. */
bool model_load(struct model *m, const struct nn_options *o, struct err *err);
void model_unload(struct model *m);

#endif
