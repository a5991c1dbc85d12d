/* SPDX-License-Identifier: ISC */
#ifndef NN_MODEL_H
#define NN_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "nn/kernel/precision.h"

struct shortlist;
struct vocab;

/*
 * model - a translation model as the arithmetic wants it: weights packed for
 * the kernel in use, biases and factors folded, positions tabled, beside its
 * vocabulary and shortlist.  Immutable once open, so any number of threads and
 * batchers translate with one of them.
 *
 * Understood are the Bergamot / Firefox students (transformer encoder, SSRU
 * decoder, int8 or float32) and Marian's standard transformers with
 * self-attention in the decoder (OPUS-MT).  Anything else is refused with the
 * name of what is wrong.
 */
struct model;

/* "float32", "bfloat16", "int8" and back; precision_parse also knows "fp32",
 * "full", "bf16", and others' names for what comes closest here: "float16" and
 * "fp16" are bfloat16, "float8" and "fp8" int8. */
const char *precision_name(enum precision p);
bool precision_parse(const char *name, enum precision *ret);

/* What this processor computes with when asked for p: p itself, or int8 where
 * it does not multiply bfloat16. */
enum precision precision_here(enum precision p);

/* Borrowed until model_open returns. */
struct model_files {
    const char *weights; /* .bin or .npz */
    const char *vocab_src; /* .spm, or .bpe: codes of subword-nmt */
    const char *vocab_trg; /* NULL: the same as vocab_src */
    const char *shortlist; /* NULL: all words are candidates */
    const char *options; /* model.yml; NULL: the one within the weights */
    const char *ids_src, *ids_trg; /* vocab.yml of OPUS-MT: piece to id; NULL */
    const char *decoding; /* decoder.yml: OPUS-MT's wishes for search; NULL */
    const char *lang_src, *lang_trg; /* "en"; of use with codes only; NULL: not
                                        known */
};

/* The files of folder dir by their usual names (model.bin or model.npz,
 * vocab.spm or srcvocab.spm and trgvocab.spm, lex.bin, model.yml, decoder.yml,
 * vocab.yml; also Mozilla's and OPUS-MT's own names).  A folder called "en-fr"
 * says the languages.  The strings are owned by the struct. */
struct model_dir {
    struct model_files files;
    char *owned[8];
    char lang_src[16], lang_trg[16];
};
bool model_dir_find(struct model_dir *d, const char *dir, struct err *err);
void model_dir_free(struct model_dir *d);

/* Read, check, pack.  The files are not needed afterwards. */
struct model *model_open(
    const struct model_files *files, enum precision p, struct err *err);
/* model_dir_find and model_open. */
struct model *model_open_dir(
    const char *dir, enum precision p, struct err *err);
void model_free(
    struct model *m); /* NULL is fine; no batcher uses it any more */

/* What it costs to keep: weights, tables, shortlist, vocabularies (estimated).
 * What a batcher adds is in batcher_bytes. */
size_t model_bytes(const struct model *m);
const char *model_kernel(const struct model *m); /* "vnni" */
enum precision model_precision(const struct model *m);
const struct vocab *model_vocab_src(const struct model *m);
const struct vocab *model_vocab_trg(const struct model *m);
const struct shortlist *model_shortlist(const struct model *m); /* or NULL */

/* Its shape, for descriptions and cost models. */
struct model_shape {
    uint32_t dim, ffn, heads, enc_depth, dec_depth, vocab_src, vocab_trg;
    bool ssru; /* else self-attention in the decoder */
    bool tied; /* one matrix is source and target embedding and output */
};
struct model_shape model_shape(const struct model *m);

/* Multiply-adds: per source piece (encoder and cross-attention K, V), per
 * target piece, and per candidate and target piece. */
struct model_cost {
    double source, target, candidate;
};
struct model_cost model_cost(const struct model *m);

#endif
