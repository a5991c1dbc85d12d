/* SPDX-License-Identifier: ISC */
#ifndef NN_SYNTH_H
#define NN_SYNTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/*
 * synth - synthetic models for tests and benches, the same for the same seed
 * on every machine.  Nobody's weights: shapes, names, order, padding and
 * quantisation are those of Marian's files.
 */
enum synth_arch {
    SYNTH_MICRO, /* dim 64, ffn 128, 2 + 2 layers, 4 heads */
    SYNTH_TINY, /* 256, 1536, 6 + 2, 8 */
    SYNTH_BASE_MEMORY, /* 384, 1536, 6 + 4, 8 */
    SYNTH_BASE, /* 512, 2048, 6 + 2, 8 */
    SYNTH_OPUS, /* 512, 2048, 6 + 6, 8: as OPUS-MT's */
};

enum synth_kind {
    SYNTH_RANDOM, /* deterministic nonsense which depends on every tensor */
    SYNTH_COPY, /* the output is the input; joint vocabulary only.
                   With pairs, some pieces become others: a dictionary */
};

struct synth_pair {
    uint32_t src, trg; /* ids */
};

struct synth_spec {
    enum synth_arch arch;
    enum synth_kind kind;
    uint64_t seed;
    uint32_t vocab_src;
    uint32_t vocab_trg; /* 0: joint, one matrix for all */
    bool self_attention; /* in the decoder, instead of the SSRU */
    bool swish; /* instead of relu */
    bool float32; /* do not quantise */
    bool deflate; /* an .npz; else its tensors are stored as they are */
    bool no_alphas; /* int8 without activation constants */
    float gain; /* of random weights; 0: 1 */
    float eos_bias; /* added to the logit of </s> */
    float jitter; /* spread of the alphas; without it the products that share an
                     input share an alpha, as in real files */
    const struct synth_pair *pairs;
    size_t n_pairs;
};

bool synth_arch_parse(const char *name, enum synth_arch *ret);

/* Write a model; a path that ends in .npz becomes numpy's format (float32
 * only). */
bool synth_model(
    const char *path, const struct synth_spec *spec, struct err *err);

/* Write a shortlist: every source piece gets its own id, where the target has
 * it, and up to 49 random ones.  short_offsets leaves out the last offset, as
 * real files do. */
bool synth_shortlist(const char *path, uint32_t vocab_src, uint32_t vocab_trg,
    uint64_t seed, bool short_offsets, struct err *err);

/* Train a SentencePiece model on the lines of the file text (NULL: some
 * hundreds of our own), </s> 0, <unk> 1. */
struct synth_vocab {
    uint32_t size; /* of our own text, 1000 at most */
    bool bpe; /* else unigram */
    bool byte_fallback;
    const char *normaliser; /* SentencePiece's name; NULL: "nmt_nfkc" */
};
bool synth_vocab(const char *path, const struct synth_vocab *spec,
    const char *text, struct err *err);

#endif
