/* SPDX-License-Identifier: ISC */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "nn/tool/synth_impl.h"

/*
 * A model that copies.  Some dimensions are kept free of word content, so only
 * the sinusoids of the position live there.  The first cross-attention compares
 * nothing but those: at step t it looks at source position t, takes the word
 * content over, and the output layer finds that word.  What a "dictionary" pair
 * changes is the value: the embedding of one word becomes that of another.
 * Everything else is noise, so that no matrix is zero.
 */
enum {
    PREFIX_MAX = 40,
    POSITION_PAIRS_MAX = 16,
    SAMPLES = 2000, /* for the mean that the norms must undo */
    SAMPLE_POSITIONS = 100,
};

struct copier {
    struct synth *s;
    float *emb; /* [vocab][dim] */
    uint32_t *position, *word; /* dimensions of each kind */
    uint32_t n_position, n_word;
};

static void
noise(struct synth *s, const char *prefix, const char *name, uint32_t k,
    uint32_t n, float size)
{
    float *w = synth_add(s, prefix, name, k, n);
    struct synth_random r = synth_stream(s, prefix);

    r.state ^= synth_stream(s, name).state;
    for (size_t i = 0; i < (size_t)k * n; i++)
        w[i] = size * synth_normal(&r);
}

static void
weight(struct synth *s, const char *prefix, const char *name, uint32_t k,
    uint32_t n)
{
    noise(s, prefix, name, k, n, 0.01F);
}

static void
bias(struct synth *s, const char *prefix, const char *name, uint32_t n)
{
    noise(s, prefix, name, 1, n, 0.001F);
}

static void
norm(struct synth *s, const char *prefix)
{
    float *scale = synth_add(s, prefix, "_ln_scale", 1, s->shape.dim);

    for (uint32_t i = 0; i < s->shape.dim; i++)
        scale[i] = 1;
    bias(s, prefix, "_ln_bias", s->shape.dim);
}

static void
attention(struct synth *s, const char *prefix)
{
    static const char *const w[] = {"_Wq", "_Wk", "_Wv", "_Wo"};
    static const char *const b[] = {"_bq", "_bk", "_bv", "_bo"};
    char norm_name[PREFIX_MAX];

    for (int i = 0; i < 4; i++) {
        weight(s, prefix, w[i], s->shape.dim, s->shape.dim);
        bias(s, prefix, b[i], s->shape.dim);
    }
    snprintf(norm_name, sizeof(norm_name), "%s_Wo", prefix);
    norm(s, norm_name);
}

static void
feed_forward(struct synth *s, const char *prefix)
{
    char norm_name[PREFIX_MAX];

    weight(s, prefix, "_ffn_W1", s->shape.dim, s->shape.ffn);
    bias(s, prefix, "_ffn_b1", s->shape.ffn);
    weight(s, prefix, "_ffn_W2", s->shape.ffn, s->shape.dim);
    bias(s, prefix, "_ffn_b2", s->shape.dim);
    snprintf(norm_name, sizeof(norm_name), "%s_ffn_ffn", prefix);
    norm(s, norm_name);
}

/* Sort the dimensions: some pairs of sine and cosine, the same frequencies
 * whatever dim is, are the position's. */
static void
choose_dimensions(struct copier *c)
{
    uint32_t dim = c->s->shape.dim, half = dim / 2;
    uint32_t pairs =
        dim / 8 < POSITION_PAIRS_MAX ? dim / 8 : POSITION_PAIRS_MAX;
    bool *taken = xcalloc(dim, sizeof(*taken));

    c->position = xcalloc(2 * pairs, sizeof(*c->position));
    c->word = xcalloc(dim, sizeof(*c->word));
    c->n_position = 2 * pairs;
    for (uint32_t i = 0; i < pairs; i++) {
        c->position[i] = i * (dim > 256 ? dim : 256) / 256;
        c->position[pairs + i] = half + c->position[i];
    }
    for (uint32_t i = 0; i < c->n_position; i++)
        taken[c->position[i]] = true;
    for (uint32_t i = 0; i < dim; i++)
        if (!taken[i])
            c->word[c->n_word++] = i;
    free(taken);
}

/* Random directions of length 1 and mean 0 in the word's dimensions. */
static void
fill_embedding(struct copier *c)
{
    uint32_t dim = c->s->shape.dim;
    struct synth_random r = synth_stream(c->s, "Wemb");

    c->emb = synth_add(c->s, "", "Wemb", c->s->vocab_trg, dim);
    for (uint32_t id = 0; id < c->s->vocab_trg; id++) {
        float *e = c->emb + (size_t)id * dim, mean = 0, square = 0;
        for (uint32_t i = 0; i < c->n_word; i++)
            mean += e[c->word[i]] = synth_normal(&r);
        mean /= (float)c->n_word;
        for (uint32_t i = 0; i < c->n_word; i++) {
            e[c->word[i]] -= mean;
            square += e[c->word[i]] * e[c->word[i]];
        }
        for (uint32_t i = 0; i < c->n_word; i++)
            e[c->word[i]] /= sqrtf(square);
    }
}

/* The attention that looks at the same position and takes the word. */
static void
attend_copy(struct copier *c, const char *prefix)
{
    uint32_t dim = c->s->shape.dim, per_head = dim / c->s->shape.heads;
    float sharp = 9 * sqrtf((float)(per_head > 32 ? per_head : 32) / 32.0F);
    float *wq = synth_get(c->s, prefix, "_Wq");
    float *wk = synth_get(c->s, prefix, "_Wk");
    float *wv = synth_get(c->s, prefix, "_Wv");
    float *wo = synth_get(c->s, prefix, "_Wo");

    for (uint32_t h = 0; h < c->s->shape.heads; h++)
        for (uint32_t i = 0; i < c->n_position && i < per_head; i++) {
            size_t at = (size_t)c->position[i] * dim + h * per_head + i;
            wq[at] += sharp;
            wk[at] += sharp;
        }
    for (uint32_t i = 0; i < c->n_word; i++) {
        wv[(size_t)c->word[i] * dim + i] += 3;
        wo[(size_t)i * dim + c->word[i]] += 3;
    }
    for (size_t p = 0; p < c->s->spec->n_pairs; p++) {
        const float *from = c->emb + (size_t)c->s->spec->pairs[p].src * dim;
        const float *to = c->emb + (size_t)c->s->spec->pairs[p].trg * dim;
        for (uint32_t k = 0; k < dim; k++)
            for (uint32_t i = 0; i < c->n_word; i++)
                wv[(size_t)k * dim + i] +=
                    3 * from[k] * (to[c->word[i]] - from[c->word[i]]);
    }
}

/* A sample of what comes in: a random word at a random position. */
static void
sample(struct copier *c, struct synth_random *r, float *x)
{
    uint32_t dim = c->s->shape.dim, half = dim / 2;
    uint32_t t = (uint32_t)(synth_next(r) % SAMPLE_POSITIONS);
    const float *e = c->emb + (size_t)(synth_next(r) % c->s->vocab_trg) * dim;
    double step = log(10000.0) / (half - 1);

    for (uint32_t i = 0; i < half; i++) {
        double angle = t * exp(-step * i);
        x[i] = (float)sin(angle) + sqrtf((float)dim) * e[i];
        x[half + i] = (float)cos(angle) + sqrtf((float)dim) * e[half + i];
    }
}

/* A norm subtracts the mean of all dimensions, which would tilt the comparison
 * of positions, and slow sinusoids leak into the word's dimensions: the bias in
 * front of the attention undoes both. */
static void
undo_norm(struct copier *c, float *bias_a, float *bias_b)
{
    uint32_t dim = c->s->shape.dim;
    struct synth_random r = synth_stream(c->s, "samples");
    double *sum = xcalloc(dim, sizeof(*sum)), tilt = 0;
    float *x = xcalloc(dim, sizeof(*x));

    for (int n = 0; n < SAMPLES; n++) {
        double mean = 0, square = 0;
        sample(c, &r, x);
        for (uint32_t i = 0; i < dim; i++)
            mean += (double)x[i] / dim;
        for (uint32_t i = 0; i < dim; i++)
            square += (x[i] - mean) * (x[i] - mean) / dim;
        tilt += mean / sqrt(square) / SAMPLES;
        for (uint32_t i = 0; i < dim; i++)
            sum[i] -= (x[i] - mean) / sqrt(square) / SAMPLES;
    }
    for (uint32_t i = 0; i < c->n_position; i++)
        sum[c->position[i]] = tilt;
    for (uint32_t i = 0; i < dim; i++) {
        bias_a[i] += (float)sum[i];
        bias_b[i] += (float)sum[i];
    }
    free(sum);
    free(x);
}

static void
decoder_layer(struct copier *c, uint32_t layer)
{
    struct synth *s = c->s;
    char prefix[PREFIX_MAX], part[PREFIX_MAX + 16];

    snprintf(prefix, sizeof(prefix), "decoder_l%u", layer);
    if (s->shape.self_attention) {
        snprintf(part, sizeof(part), "%s_self", prefix);
        attention(s, part);
    } else {
        weight(s, prefix, "_rnn_W", s->shape.dim, s->shape.dim);
        weight(s, prefix, "_rnn_Wf", s->shape.dim, s->shape.dim);
        bias(s, prefix, "_rnn_bf", s->shape.dim);
        snprintf(part, sizeof(part), "%s_rnn_ffn", prefix);
        norm(s, part);
    }
    snprintf(part, sizeof(part), "%s_context", prefix);
    attention(s, part);
    if (layer == 1)
        attend_copy(c, part);
    feed_forward(s, prefix);
}

void
synth_fill_copy(struct synth *s)
{
    struct copier c = {.s = s};
    char prefix[PREFIX_MAX], part[PREFIX_MAX + 16];
    float *enc_bias;

    choose_dimensions(&c);
    fill_embedding(&c);
    for (uint32_t i = 1; i <= s->shape.enc_depth; i++) {
        snprintf(prefix, sizeof(prefix), "encoder_l%u", i);
        snprintf(part, sizeof(part), "%s_self", prefix);
        attention(s, part);
        feed_forward(s, prefix);
    }
    enc_bias = synth_get(s, prefix, "_ffn_ffn_ln_bias");
    for (uint32_t i = 1; i <= s->shape.dec_depth; i++)
        decoder_layer(&c, i);
    undo_norm(&c, enc_bias,
        s->shape.self_attention
            ? synth_get(s, "decoder_l1", "_self_Wo_ln_bias")
            : synth_get(s, "decoder_l1", "_rnn_ffn_ln_bias"));
    bias(s, "decoder_ff_logit_out_b", "", s->vocab_trg);
    free(c.position);
    free(c.word);
}
