/* SPDX-License-Identifier: ISC */
#ifndef NN_TESTING_TEXTS_H
#define NN_TESTING_TEXTS_H

/* The lines of testing.h as sentences with room for everything, translated,
 * and compared.  For tests only. */
#include "base/tap.h"
#include "nn/testing.h"

enum { N = TESTING_LINES, OUT_MAX = SEARCH_TARGET_MAX };

/* How many of the lines are translated: all, or few from among them, for a
 * kernel that a sanitizer makes slow. */
static size_t texts_n = N;

static inline const char *
texts_line(size_t i)
{
    return testing_lines[i * (N / texts_n)];
}

/* Sentences with room for everything. */
struct texts {
    uint32_t src[N][SEARCH_SOURCE_MAX];
    uint32_t out[N][OUT_MAX];
    float logp[N][OUT_MAX];
    float *alignment[N];
    struct sentence s[N];
};

static inline struct texts *
texts_new(const struct model *m, uint8_t beam, bool alignment)
{
    struct texts *t = xcalloc(1, sizeof(*t));
    const struct vocab *v = model_vocab_src(m);

    for (size_t i = 0; i < texts_n; i++) {
        size_t n = vocab_encode(
            v, span_of(texts_line(i)), t->src[i], SEARCH_SOURCE_MAX - 1);

        CHECK(n < SEARCH_SOURCE_MAX);
        t->src[i][n++] = vocab_eos(v);
        if (alignment)
            t->alignment[i] = xmalloc(OUT_MAX * n * sizeof(float));
        t->s[i] = (struct sentence){.src = t->src[i],
            .n_src = (uint32_t)n,
            .beam = beam,
            .want_alignment = alignment,
            .out = t->out[i],
            .logp = t->logp[i],
            .alignment = t->alignment[i]};
    }
    return t;
}

static inline void
texts_free(struct texts *t)
{
    for (size_t i = 0; i < texts_n; i++)
        free(t->alignment[i]);
    free(t);
}

/* Translate all, joining as soon as there are free rows, `join` at once. */
static inline void
texts_run(struct search *s, struct texts *t, size_t join)
{
    struct sentence *list[N];
    size_t next = 0, left = texts_n;

    while (left > 0) {
        uint32_t rows = search_rows_free(s);
        size_t n = 0;

        while (next < texts_n && n < join && t->s[next].beam <= rows) {
            rows -= t->s[next].beam;
            list[n++] = &t->s[next++];
        }
        search_join(s, list, n);
        for (struct sentence *d = search_step(s); d; d = d->next)
            left--;
    }
    CHECK(search_rows_used(s) == 0);
}

/* The same to the last bit? */
static inline bool
texts_equal(const struct texts *a, const struct texts *b)
{
    for (size_t i = 0; i < texts_n; i++) {
        const struct sentence *x = &a->s[i], *y = &b->s[i];

        if (x->n_out != y->n_out || x->cut != y->cut ||
            memcmp(&x->score, &y->score, sizeof(x->score)) != 0 ||
            memcmp(&x->p_min, &y->p_min, sizeof(x->p_min)) != 0 ||
            memcmp(x->out, y->out, x->n_out * sizeof(*x->out)) != 0 ||
            memcmp(x->logp, y->logp, x->n_out * sizeof(*x->logp)) != 0)
            return false;
        if (a->alignment[i] && b->alignment[i] &&
            memcmp(a->alignment[i], b->alignment[i],
                (size_t)x->n_out * x->n_src * sizeof(float)) != 0)
            return false;
    }
    return true;
}

/* All kinds of models of which every tensor matters. */
static const struct testing_kind {
    const char *name;
    struct synth_spec spec;
    bool shortlist;
    enum precision precision;
} testing_kinds[] = {
    {"int8", {.kind = SYNTH_RANDOM, .seed = 3}, true, PRECISION_INT8},
    {"int8, all words", {.kind = SYNTH_RANDOM, .seed = 4}, false,
        PRECISION_INT8},
    {"float32", {.kind = SYNTH_RANDOM, .seed = 5}, true, PRECISION_FLOAT32},
    {"float file as int8", {.kind = SYNTH_RANDOM, .seed = 6, .float32 = true},
        true, PRECISION_INT8},
    {"unequal alphas", {.kind = SYNTH_RANDOM, .seed = 7, .jitter = 0.2f}, true,
        PRECISION_INT8},
    {"no alphas", {.kind = SYNTH_RANDOM, .seed = 8, .no_alphas = true}, true,
        PRECISION_INT8},
    {"two vocabularies", {.kind = SYNTH_RANDOM, .seed = 9, .vocab_trg = 1000},
        true, PRECISION_INT8},
    {"self-attention",
        {.kind = SYNTH_RANDOM, .seed = 10, .self_attention = true}, false,
        PRECISION_INT8},
    {"self-attention, swish, float32",
        {.kind = SYNTH_RANDOM,
            .seed = 11,
            .self_attention = true,
            .swish = true,
            .float32 = true},
        true, PRECISION_FLOAT32},
};
enum { TESTING_KINDS = sizeof(testing_kinds) / sizeof(testing_kinds[0]) };

#endif
