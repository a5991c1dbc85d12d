/* SPDX-License-Identifier: ISC */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "nn/tool/synth_impl.h"

enum { PREFIX_MAX = 40 };

/* splitmix64 */
uint64_t
synth_next(struct synth_random *r)
{
    uint64_t z = r->state += 0x9e3779b97f4a7c15U;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9U;
    z = (z ^ z >> 27) * 0x94d049bb133111ebU;
    return z ^ z >> 31;
}

struct synth_random
synth_stream(const struct synth *s, const char *name)
{
    struct synth_random r = {s->spec->seed};

    for (; *name; name++)
        r.state = synth_next(&r) ^ (uint8_t)*name;
    return r;
}

float
synth_uniform(struct synth_random *r, float limit)
{
    int32_t v = (int32_t)(synth_next(r) >> 40) - (1 << 23);

    return limit * ((float)v / (1 << 23));
}

/* The sum of twelve uniform numbers: no logarithm, hence the same bits with
 * every C library. */
float
synth_normal(struct synth_random *r)
{
    int64_t sum = 0;

    for (int i = 0; i < 3; i++)
        for (uint64_t v = synth_next(r), k = 0; k < 4; k++, v >>= 16)
            sum += (int64_t)(v & 0xffff);
    return (float)(sum - 6 * 65535) / 65536.0F;
}

static void
weight(struct synth *s, const char *prefix, const char *name, uint32_t k,
    uint32_t n, float gain)
{
    float *w = synth_add(s, prefix, name, k, n);
    float deviation = gain * sqrtf(2.0F / (float)(k + n));
    struct synth_random r = synth_stream(s, prefix);

    r.state ^= synth_stream(s, name).state;
    for (size_t i = 0; i < (size_t)k * n; i++)
        w[i] = deviation * synth_normal(&r);
}

static float *
uniform(struct synth *s, const char *prefix, const char *name, uint32_t n,
    float middle, float limit)
{
    float *b = synth_add(s, prefix, name, 1, n);
    struct synth_random r = synth_stream(s, prefix);

    r.state ^= synth_stream(s, name).state;
    for (size_t i = 0; i < n; i++)
        b[i] = middle + synth_uniform(&r, limit);
    return b;
}

static void
norm(struct synth *s, const char *prefix)
{
    uniform(s, prefix, "_ln_scale", s->shape.dim, 1, 0.2F);
    uniform(s, prefix, "_ln_bias", s->shape.dim, 0, 0.1F);
}

static void
attention(struct synth *s, const char *prefix, float gain)
{
    static const char *const w[] = {"_Wq", "_Wk", "_Wv", "_Wo"};
    static const char *const b[] = {"_bq", "_bk", "_bv", "_bo"};
    char norm_name[PREFIX_MAX];

    for (int i = 0; i < 4; i++) {
        weight(s, prefix, w[i], s->shape.dim, s->shape.dim,
            i < 2 ? 1.6F * gain : gain);
        uniform(s, prefix, b[i], s->shape.dim, 0, 0.1F);
    }
    snprintf(norm_name, sizeof(norm_name), "%s_Wo", prefix);
    norm(s, norm_name);
}

static void
feed_forward(struct synth *s, const char *prefix, float gain)
{
    char norm_name[PREFIX_MAX];

    weight(s, prefix, "_ffn_W1", s->shape.dim, s->shape.ffn, gain);
    uniform(s, prefix, "_ffn_b1", s->shape.ffn, 0, 0.1F);
    weight(s, prefix, "_ffn_W2", s->shape.ffn, s->shape.dim, gain);
    uniform(s, prefix, "_ffn_b2", s->shape.dim, 0, 0.1F);
    snprintf(norm_name, sizeof(norm_name), "%s_ffn_ffn", prefix);
    norm(s, norm_name);
}

static void
decoder_layer(struct synth *s, uint32_t layer, float gain)
{
    char prefix[PREFIX_MAX], part[PREFIX_MAX + 16];

    snprintf(prefix, sizeof(prefix), "decoder_l%u", layer);
    if (s->shape.self_attention) {
        snprintf(part, sizeof(part), "%s_self", prefix);
        attention(s, part, gain);
    } else {
        weight(s, prefix, "_rnn_W", s->shape.dim, s->shape.dim, gain);
        weight(s, prefix, "_rnn_Wf", s->shape.dim, s->shape.dim, gain);
        uniform(s, prefix, "_rnn_bf", s->shape.dim, 0, 0.1F);
        snprintf(part, sizeof(part), "%s_rnn_ffn", prefix);
        norm(s, part);
    }
    snprintf(part, sizeof(part), "%s_context", prefix);
    attention(s, part, gain);
    feed_forward(s, prefix, gain);
}

static void
embedding(struct synth *s, const char *name, uint32_t words)
{
    /* weight() divides by the sum of both sides; here only dim counts. */
    float gain =
        sqrtf((float)(words + s->shape.dim) / (2.0F * (float)s->shape.dim));

    weight(s, name, "", words, s->shape.dim, gain);
}

/* The residual path carries the embedding of the previous word, which would win
 * every argmax; random signs on the last norm break that loop. */
static void
break_loop(struct synth *s)
{
    struct synth_random r = synth_stream(s, "signs");
    char last[PREFIX_MAX];
    float *scale;

    snprintf(last, sizeof(last), "decoder_l%u", s->shape.dec_depth);
    scale = synth_get(s, last, "_ffn_ffn_ln_scale");
    for (uint32_t i = 0; i < s->shape.dim; i++)
        if (synth_next(&r) >> 63)
            scale[i] = -scale[i];
}

/* Normal weights, as trained ones are: most int8 values end up small.  Uniform
 * ones would saturate the 16-bit sums of engines without VNNI all the time. */
void
synth_fill_random(struct synth *s)
{
    float gain = s->spec->gain > 0 ? s->spec->gain : 1;
    char prefix[PREFIX_MAX], part[PREFIX_MAX + 16];
    float *bias;

    if (s->joint) {
        embedding(s, "Wemb", s->vocab_trg);
    } else {
        embedding(s, "encoder_Wemb", s->vocab_src);
        embedding(s, "decoder_Wemb", s->vocab_trg);
    }
    for (uint32_t i = 1; i <= s->shape.enc_depth; i++) {
        snprintf(prefix, sizeof(prefix), "encoder_l%u", i);
        snprintf(part, sizeof(part), "%s_self", prefix);
        attention(s, part, gain);
        feed_forward(s, prefix, gain);
    }
    for (uint32_t i = 1; i <= s->shape.dec_depth; i++)
        decoder_layer(s, i, gain);
    break_loop(s);
    bias = uniform(s, "decoder_ff_logit_out_b", "", s->vocab_trg, 0, 0.5F);
    bias[0] = s->spec->eos_bias;
}
