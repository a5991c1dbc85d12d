/* SPDX-License-Identifier: ISC */
#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "nn/model_impl.h"

/*
 * Tensors to packed weights.  The same walk over the model runs twice: once
 * without an arena, which checks every tensor and adds up what packing will
 * take, and once with one, which packs.
 */
enum { NAME_BYTES = 96 };

struct loader {
    struct model *m;
    const struct nn_options *o;
    size_t bytes; /* first walk: of the arena */
    bool packing; /* second walk */
    struct err *err;
};

/* Weights that are no numbers come from damage, and would spread. */
static bool
check_finite(struct loader *ld, const char *name, const struct marian_tensor *t)
{
    const float *p = t->data;
    size_t n = t->bytes / sizeof(*p);
    uint32_t bits, odd = 0;

    if (ld->packing || t->type != MARIAN_F32)
        return true;
    for (size_t i = 0; i < n; i++) { /* an exponent of all ones */
        memcpy(&bits, &p[i], sizeof(bits));
        odd |= (bits & 0x7f800000U) == 0x7f800000U;
    }
    if (odd)
        return err_set(ld->err, FAIL_BAD_INPUT,
            "%s is damaged: it has numbers that are none", name);
    return true;
}

/* A matrix by name, its shape checked. */
static bool
matrix_find(struct loader *ld, const char *name, uint32_t rows, uint32_t cols,
    const struct marian_tensor **ret)
{
    const struct marian_tensor *t = marian_find(ld->m->file, name);
    bool table = strstr(name, "Wemb") != NULL;

    if (!t)
        return err_set(ld->err, FAIL_BAD_INPUT, "the model lacks %s", name);
    if (t->type != MARIAN_F32 && t->type != MARIAN_I8)
        return err_set(ld->err, FAIL_BAD_INPUT, "%s is no matrix", name);
    if (t->dims[0] != rows || t->dims[1] != cols || t->rank != 2)
        return err_set(ld->err, FAIL_BAD_INPUT,
            "%s is %u x %u (rank %u), wanted %s%u x %u", name, t->dims[0],
            t->dims[1], t->rank, table ? "vocabulary " : "", rows, cols);
    *ret = t;
    return check_finite(ld, name, t);
}

/* A row of n floats, whatever its rank. */
static bool
vector_find(struct loader *ld, const char *name, uint32_t n, const float **ret)
{
    const struct marian_tensor *t = marian_find(ld->m->file, name);
    size_t size = 1;

    if (!t)
        return err_set(ld->err, FAIL_BAD_INPUT, "the model lacks %s", name);
    for (uint32_t i = 0; i < t->rank; i++)
        size *= t->dims[i];
    if (t->type != MARIAN_F32 || size != n)
        return err_set(
            ld->err, FAIL_BAD_INPUT, "%s is not a row of %u floats", name, n);
    *ret = t->data;
    return check_finite(ld, name, t);
}

/* The activation constant in front of a weight; 0: none, so from each row. */
static float
alpha_of(const struct loader *ld, const char *weight)
{
    char name[NAME_BYTES + 16];
    float a;

    if (ld->m->precision != PRECISION_INT8)
        return 0;
    snprintf(name, sizeof(name), "%s_QuantMultA", weight);
    if (!marian_scalar(ld->m->file, name, &a) || !isfinite(a) || a <= 0)
        return 0;
    return a;
}

static struct columns
columns_of(const struct marian_tensor *t, uint32_t n, const float *bias)
{
    struct columns c = {.n = n, .bias = bias};

    if (t->type == MARIAN_I8) {
        c.q = t->data;
        c.quant = t->quant_mult;
    } else {
        c.f = t->data;
        c.f_by_k = true;
    }
    return c;
}

/* One weight [k][n], by prefix and name: "encoder_l1", "self_Wq", "self_bq". */
static bool
weight(struct loader *ld, const char *prefix, const char *w, const char *b,
    uint32_t k, uint32_t n, struct columns *ret, float *alpha)
{
    const struct marian_tensor *t = NULL;
    const float *bias = NULL;
    char name[NAME_BYTES];

    snprintf(name, sizeof(name), "%s_%s", prefix, w);
    if (!matrix_find(ld, name, k, n, &t))
        return false;
    *alpha = alpha_of(ld, name);
    if (b) {
        snprintf(name, sizeof(name), "%s_%s", prefix, b);
        if (!vector_find(ld, name, n, &bias))
            return false;
    }
    *ret = columns_of(t, n, bias);
    return true;
}

static void
pack(struct loader *ld, struct linear *l, uint32_t k, float alpha,
    const struct columns *parts, size_t n_parts)
{
    uint32_t n = 0;

    for (size_t i = 0; i < n_parts; i++)
        n += parts[i].n;
    if (ld->packing)
        linear_pack(ld->m->kr, l, ld->m->precision, k, alpha, parts, n_parts,
            &ld->m->arena);
    else
        ld->bytes += linear_bytes(ld->m->precision, k, n);
}

static bool
linear_load(struct loader *ld, struct linear *l, const char *prefix,
    const char *w, const char *b, uint32_t k, uint32_t n)
{
    struct columns c;
    float alpha;

    if (!weight(ld, prefix, w, b, k, n, &c, &alpha))
        return false;
    pack(ld, l, k, alpha, &c, 1);
    return true;
}

/* n matrices beside each other; one product when all eat the same rows. */
static void
wide_load(struct loader *ld, struct wide *w, uint32_t k,
    const struct columns *parts, const float *alphas, uint32_t n)
{
    bool same = true;

    for (uint32_t i = 1; i < n; i++)
        same = same && alphas[i] == alphas[0];
    if (!w->parts) {
        w->n_parts = same ? 1 : n;
        w->parts = xcalloc(w->n_parts, sizeof(*w->parts));
        w->columns = xcalloc(w->n_parts, sizeof(*w->columns));
        for (uint32_t i = 0; i < n; i++) {
            if (!same)
                w->columns[i] = w->n;
            w->n += parts[i].n;
        }
    }
    if (same) {
        pack(ld, &w->parts[0], k, alphas[0], parts, n);
        return;
    }
    for (uint32_t i = 0; i < n; i++)
        pack(ld, &w->parts[i], k, alphas[i], &parts[i], 1);
}

/* The norm's vectors are copied, so that they lie beside their weights. */
static bool
norm_load(struct loader *ld, struct norm *nm, const char *prefix,
    const char *name, uint32_t n)
{
    char full[NAME_BYTES];
    const float *scale = NULL, *bias = NULL;

    snprintf(full, sizeof(full), "%s_%s_ln_scale", prefix, name);
    if (!vector_find(ld, full, n, &scale))
        return false;
    snprintf(full, sizeof(full), "%s_%s_ln_bias", prefix, name);
    if (!vector_find(ld, full, n, &bias))
        return false;
    if (!ld->packing) {
        ld->bytes += 2 * feed_stride(PRECISION_FLOAT32, n);
        return true;
    }
    nm->scale = memcpy(
        arena_get(&ld->m->arena, n * sizeof(float)), scale, n * sizeof(float));
    nm->bias = memcpy(
        arena_get(&ld->m->arena, n * sizeof(float)), bias, n * sizeof(float));
    return true;
}

static bool
ffn_load(struct loader *ld, struct ffn *f, const char *prefix, uint32_t width)
{
    uint32_t d = ld->m->shape.dim;

    return linear_load(ld, &f->w1, prefix, "ffn_W1", "ffn_b1", d, width) &&
           linear_load(ld, &f->w2, prefix, "ffn_W2", "ffn_b2", width, d) &&
           norm_load(ld, &f->norm, prefix, "ffn_ffn", d);
}

/* Wq, Wk, Wv of a self-attention as one. */
static bool
qkv_load(struct loader *ld, struct wide *w, const char *prefix)
{
    static const char *const names[3][2] = {
        {"self_Wq", "self_bq"}, {"self_Wk", "self_bk"}, {"self_Wv", "self_bv"}};
    uint32_t d = ld->m->shape.dim;
    struct columns parts[3] = {0};
    float alphas[3] = {0};

    for (size_t i = 0; i < 3; i++)
        if (!weight(ld, prefix, names[i][0], names[i][1], d, d, &parts[i],
                &alphas[i]))
            return false;
    wide_load(ld, w, d, parts, alphas, 3);
    return true;
}

static bool
encoder_load(struct loader *ld, struct enc_layer *l, uint32_t i)
{
    char prefix[NAME_BYTES / 2];
    uint32_t d = ld->m->shape.dim;

    snprintf(prefix, sizeof(prefix), "encoder_l%u", i + 1);
    return qkv_load(ld, &l->qkv, prefix) &&
           linear_load(ld, &l->o, prefix, "self_Wo", "self_bo", d, d) &&
           norm_load(ld, &l->norm, prefix, "self_Wo", d) &&
           ffn_load(ld, &l->ffn, prefix, ld->o->ffn);
}

static bool
ssru_load(struct loader *ld, struct dec_layer *l, const char *prefix)
{
    uint32_t d = ld->m->shape.dim;
    struct columns parts[2] = {0};
    float alphas[2] = {0};

    if (!weight(ld, prefix, "rnn_W", NULL, d, d, &parts[0], &alphas[0]) ||
        !weight(ld, prefix, "rnn_Wf", "rnn_bf", d, d, &parts[1], &alphas[1]))
        return false;
    wide_load(ld, &l->in, d, parts, alphas, 2);
    return norm_load(ld, &l->norm, prefix, "rnn_ffn", d);
}

static bool
decoder_load(struct loader *ld, struct dec_layer *l, uint32_t i)
{
    char prefix[NAME_BYTES / 2];
    uint32_t d = ld->m->shape.dim;
    bool ok;

    snprintf(prefix, sizeof(prefix), "decoder_l%u", i + 1);
    if (ld->m->shape.ssru)
        ok = ssru_load(ld, l, prefix);
    else
        ok = qkv_load(ld, &l->in, prefix) &&
             linear_load(ld, &l->self_o, prefix, "self_Wo", "self_bo", d, d) &&
             norm_load(ld, &l->norm, prefix, "self_Wo", d);
    return ok &&
           linear_load(ld, &l->q, prefix, "context_Wq", "context_bq", d, d) &&
           linear_load(ld, &l->o, prefix, "context_Wo", "context_bo", d, d) &&
           norm_load(ld, &l->cross_norm, prefix, "context_Wo", d) &&
           ffn_load(ld, &l->ffn, prefix, ld->o->dec_ffn);
}

/* Keys and values of the cross-attention.  All eat the same rows, but their
 * results are kept apart, each as the decoder will read it. */
static bool
kv_load(struct loader *ld)
{
    struct model *m = ld->m;
    uint32_t d = m->shape.dim;
    char prefix[NAME_BYTES / 2];

    for (uint32_t i = 0; i < m->shape.dec_depth; i++) {
        struct linear *kv = m->kv + 2 * (size_t)i;

        snprintf(prefix, sizeof(prefix), "decoder_l%u", i + 1);
        if (!linear_load(ld, kv, prefix, "context_Wk", "context_bk", d, d) ||
            !linear_load(ld, kv + 1, prefix, "context_Wv", "context_bv", d, d))
            return false;
    }
    return true;
}

static void
table_load(struct loader *ld, struct table *t, const struct columns *c,
    bool output, float alpha)
{
    struct model *m = ld->m;

    if (ld->packing)
        table_pack(
            m->kr, t, m->precision, m->shape.dim, c, output, alpha, &m->arena);
    else
        ld->bytes += table_bytes(m->precision, m->shape.dim, c, output);
}

/* Rows of words; as columns of the output they have the output's bias. */
static bool
rows_find(struct loader *ld, const char *name, uint32_t vocab,
    const float *bias, struct columns *ret)
{
    const struct marian_tensor *t;

    if (!matrix_find(ld, name, vocab, ld->m->shape.dim, &t))
        return false;
    *ret = columns_of(t, vocab, bias);
    ret->f_by_k = false;
    return true;
}

static float
output_alpha(const struct loader *ld, const char *name)
{
    float a = alpha_of(ld, name);

    return a > 0 ? a : alpha_of(ld, "none");
}

/* Embeddings and output: one matrix for all, or two, or three.  The tensors
 * decide, not the options. */
static bool
tables_load(struct loader *ld)
{
    static const char own[] = "decoder_ff_logit_out_W";
    static const char bias_name[] = "decoder_ff_logit_out_b";
    struct model *m = ld->m;
    bool one = marian_find(m->file, "Wemb") != NULL;
    bool has_own = marian_find(m->file, own) != NULL;
    const char *trg_name = one ? "Wemb" : "decoder_Wemb";
    uint32_t vs = m->shape.vocab_src, vt = m->shape.vocab_trg;
    const struct marian_tensor *t;
    struct columns src, trg, out;
    const float *bias = NULL;
    float alpha;

    if (marian_find(m->file, bias_name) &&
        !vector_find(ld, bias_name, vt, &bias))
        return false;
    if (!rows_find(ld, trg_name, vt, has_own ? NULL : bias, &trg) ||
        (!one && !rows_find(ld, "encoder_Wemb", vs, NULL, &src)) ||
        (has_own && !matrix_find(ld, own, m->shape.dim, vt, &t)))
        return false;
    out = has_own ? columns_of(t, vt, bias) : trg;
    alpha = output_alpha(ld, has_own ? own : trg_name);
    m->output_alpha = alpha;
    m->output_name = has_own ? own : trg_name;
    table_load(ld, &m->trg, &trg, !has_own && m->shortlist, alpha);
    if (has_own && m->shortlist)
        table_load(ld, &m->out_own, &out, true, alpha);
    if (!m->shortlist)
        pack(ld, &m->output, m->shape.dim, alpha, &out, 1);
    if (!one)
        table_load(ld, &m->src, &src, false, 0);
    else
        m->src = m->trg;
    m->out = has_own ? &m->out_own : &m->trg;
    m->shape.tied = one && !has_own;
    return true;
}

static bool
walk(struct loader *ld)
{
    struct model *m = ld->m;

    for (uint32_t i = 0; i < m->shape.enc_depth; i++)
        if (!encoder_load(ld, &m->enc[i], i))
            return false;
    if (!kv_load(ld))
        return false;
    for (uint32_t i = 0; i < m->shape.dec_depth; i++)
        if (!decoder_load(ld, &m->dec[i], i))
            return false;
    return tables_load(ld);
}

/* sin in the first half, cos in the second, as Marian has it. */
static void
positions_make(struct model *m)
{
    uint32_t d = m->shape.dim, half = d / 2;
    float inc = logf(10000.0f) / (float)(half > 1 ? half - 1 : 1);

    m->pos = xcalloc((size_t)MODEL_POSITIONS * d, sizeof(float));
    for (uint32_t p = 0; p < MODEL_POSITIONS; p++)
        for (uint32_t i = 0; i < half; i++) {
            float a = (float)p * expf(-(float)i * inc);

            m->pos[(size_t)p * d + i] = sinf(a);
            m->pos[(size_t)p * d + half + i] = cosf(a);
        }
}

bool
model_load(struct model *m, const struct nn_options *o, struct err *err)
{
    struct loader ld = {.m = m, .o = o, .err = err};

    m->enc = xcalloc(m->shape.enc_depth, sizeof(*m->enc));
    m->dec = xcalloc(m->shape.dec_depth, sizeof(*m->dec));
    m->kv = xcalloc(2 * (size_t)m->shape.dec_depth, sizeof(*m->kv));
    if (!walk(&ld))
        return false;
    arena_init(&m->arena, ld.bytes);
    ld.packing = true;
    if (!walk(&ld))
        return false;
    positions_make(m);
    m->embed_factor = sqrtf((float)m->shape.dim);
    return true;
}

static void
wide_free(struct wide *w)
{
    free(w->parts);
    free(w->columns);
}

void
model_unload(struct model *m)
{
    for (uint32_t i = 0; m->enc && i < m->shape.enc_depth; i++)
        wide_free(&m->enc[i].qkv);
    for (uint32_t i = 0; m->dec && i < m->shape.dec_depth; i++)
        wide_free(&m->dec[i].in);
    free(m->kv);
    free(m->enc);
    free(m->dec);
    free(m->pos);
    arena_fini(&m->arena);
}
