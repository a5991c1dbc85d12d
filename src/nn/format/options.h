/* SPDX-License-Identifier: ISC */
#ifndef NN_OPTIONS_H
#define NN_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

/*
 * options - what a model's YAML says about its shape (special:model.yml), and
 * OPUS-MT's decoder.yml about searching.  Pure functions.  A model of a kind
 * that our engine does not run is refused by the name of the option.
 */
enum {
    NN_YML_BYTES_MAX = 1 << 20,
    NN_DIM_MAX = 4096,
    NN_FFN_MAX = 16384,
    NN_DEPTH_MAX = 32,
    NN_HEADS_MAX = 64,
    NN_VOCAB_MAX = 1 << 20,
    NN_BEAM_MAX = 64, /* what a file may ask for, not what is done */
};

enum nn_activation { NN_RELU, NN_SWISH };

struct nn_options {
    uint32_t dim, heads; /* dim is a multiple of 2 and of heads */
    uint32_t ffn, dec_ffn; /* width of the feed-forward layers */
    uint32_t enc_depth, dec_depth;
    uint32_t vocab_src, vocab_trg; /* 0: not said */
    bool ssru; /* the decoder has an SSRU, else self-attention */
    bool tied_all, tied_trg, tied_src; /* as written; the tensors decide */
    enum nn_activation activation;
};

/* Understood is: transformer, post-norm ("dan"), sinusoidal positions,
 * feed-forward of two layers. */
bool nn_options_parse(struct nn_options *ret, struct span yml, struct err *err);

struct nn_decoding {
    uint32_t beam; /* 0: not said */
    float normalize; /* length normalisation; -1: not said */
    float max_length_factor; /* 0: not said */
};

bool nn_decoding_parse(
    struct nn_decoding *ret, struct span yml, struct err *err);

#endif
