/* SPDX-License-Identifier: ISC */
#include <assert.h>

#include "nn/cuda/impl.h"

/*
 * The layers: encoder.c, decoder.c and work.c once more, in launches.  All of
 * them follow one another on one stream.
 */
static struct cu_linear
linear_of(const struct device *d, const struct linear *l)
{
    return (struct cu_linear){.packed = upload_at(d, l->packed),
        .scale = upload_at(d, l->scale),
        .bias = upload_at(d, l->bias),
        .alpha = l->alpha,
        .n = l->n,
        .k = l->k,
        .words = (uint32_t)(feed_stride(l->precision, l->k) / 4)};
}

static struct cu_norm
norm_of(const struct device *d, const struct norm *nm)
{
    return (struct cu_norm){upload_at(d, nm->scale), upload_at(d, nm->bias)};
}

/* Feed number i for rows that are multiplied with that alpha next. */
static struct cu_feed
feed(const struct device_batch *b, uint32_t i, uint32_t k, float alpha)
{
    enum precision p = b->d->m->precision;

    return (struct cu_feed){.rows = b->feeds[i],
        .unit = b->units[i],
        .alpha = alpha,
        .k = k,
        .words = (uint32_t)(feed_stride(p, k) / 4),
        .int8 = p == PRECISION_INT8};
}

static struct cu_feed
feed_dim(const struct device_batch *b, uint32_t i, float alpha)
{
    return feed(b, i, b->d->m->shape.dim, alpha);
}

/* Must a whole row be there before it can be fed? */
static bool
measured(const struct cu_feed *f)
{
    return f->int8 && f->alpha == 0.0f;
}

static struct cu_rows
rows_of(float *x, size_t ld, uint32_t rows, const struct cu_feed *next)
{
    return (struct cu_rows){.x = x, .ld = ld, .rows = rows, .next = *next};
}

/* out = x W, where in is x if that is fed as l wants it. */
static void
linear(struct device_batch *b, const struct linear *l, const struct cu_feed *in,
    uint32_t rows, float *out, size_t ld_out, const uint32_t *to)
{
    struct cu_gemm g = {.l = linear_of(b->d, l),
        .in = *in,
        .rows = rows,
        .out = out,
        .ld_out = ld_out,
        .to = to};

    if (l->alpha != in->alpha) {
        size_t d = b->d->m->shape.dim;
        struct cu_rows x;

        g.in = feed_dim(b, FEED_ASIDE, l->alpha);
        x = rows_of(b->x, d, rows, &g.in);
        cu_feed(b->stream, &x);
    }
    cu_gemm(b->stream, &g);
}

static void
wide(struct device_batch *b, const struct wide *w, uint32_t rows)
{
    struct cu_feed in = feed_dim(b, 0, w->parts[0].alpha);

    for (uint32_t i = 0; i < w->n_parts; i++)
        linear(b, &w->parts[i], &in, rows, b->wide + w->columns[i],
            3 * (size_t)b->d->m->shape.dim, NULL);
}

/* x = norm(x + in W), also into next. */
static void
linear_norm(struct device_batch *b, const struct linear *l,
    const struct cu_feed *in, uint32_t rows, const struct norm *nm,
    const struct cu_feed *next)
{
    size_t d = b->d->m->shape.dim;
    struct cu_gemm g = {.l = linear_of(b->d, l),
        .in = *in,
        .rows = rows,
        .out = b->x,
        .ld_out = d,
        .residual = b->x};
    struct cu_norm norm = norm_of(b->d, nm);
    struct cu_rows x = rows_of(b->x, d, rows, next);

    cu_gemm(b->stream, &g);
    cu_norm(b->stream, &x, &norm);
}

static void
ffn(struct device_batch *b, const struct ffn *f, const struct cu_feed *in,
    uint32_t rows, const struct cu_feed *next)
{
    uint32_t n = f->w1.n;
    struct cu_feed hidden = feed(b, FEED_FFN, n, f->w2.alpha);
    struct cu_rows after = rows_of(b->hidden, n, rows, &hidden);
    bool swish = b->d->m->activation == NN_SWISH;
    struct cu_gemm up = {.l = linear_of(b->d, &f->w1),
        .in = *in,
        .rows = rows,
        .ld_out = n,
        .relu = !swish};

    if (swish || measured(&hidden))
        up.out = b->hidden;
    else
        up.next = hidden;
    cu_gemm(b->stream, &up);
    if (swish)
        cu_swish(b->stream, &after);
    else if (measured(&hidden))
        cu_feed(b->stream, &after);
    linear_norm(b, &f->w2, &hidden, rows, &f->norm, next);
}

static void
embed(struct device_batch *b, const struct table *t, uint32_t rows, float alpha)
{
    const struct model *m = b->d->m;
    struct cu_embed e = {.table = upload_at(b->d, t->rows),
        .words = (uint32_t)(feed_stride(t->precision, t->k) / 4),
        .k = m->shape.dim,
        .factor = m->embed_factor,
        .pos = upload_at(b->d, m->pos),
        .ids = batch_in(b, IN_ID),
        .at = batch_in(b, IN_AT),
        .rows = rows,
        .x = b->x,
        .next = feed_dim(b, 0, alpha)};

    if (t->precision == PRECISION_INT8)
        e.factors = upload_at(b->d, t->factor);
    cu_embed(b->stream, &e);
}

/* a with what they have in common, and its rows into next. */
static void
attend(struct device_batch *b, struct cu_attend *a, uint32_t rows,
    const struct cu_feed *next)
{
    const struct model_shape *shape = &b->d->m->shape;
    struct cu_rows after;

    a->rows = rows;
    a->heads = shape->heads;
    a->d = shape->dim / shape->heads;
    a->ld_head0 = SEARCH_SOURCE_MAX;
    if (!measured(next))
        a->next = *next;
    cu_attend(b->stream, a);
    after = rows_of(a->out, a->ld_out, rows, next);
    if (measured(next))
        cu_feed(b->stream, &after);
}

/* --- encoder ---------------------------------------------------------- */

static void
encoder_layer(struct device_batch *b, const struct enc_layer *l, uint32_t rows,
    float next_alpha)
{
    enum { MANY = 4 }; /* ATTEND_MANY */
    size_t d = b->d->m->shape.dim;
    struct cu_feed to_o = feed_dim(b, 1, l->o.alpha);
    struct cu_feed to_ffn = feed_dim(b, 0, l->ffn.w1.alpha);
    struct cu_feed to_next = feed_dim(b, 0, next_alpha);
    struct cu_attend a = {.q = b->wide,
        .k = b->wide + d,
        .v = b->wide + 2 * d,
        .ld_q = 3 * d,
        .ld_kv = 3 * d,
        .ld_place = 3 * d,
        .places = batch_in(b, IN_PLACE),
        .keys = batch_in(b, IN_KEYS),
        .chain = MANY,
        .out = b->q,
        .ld_out = d};

    wide(b, &l->qkv, rows);
    attend(b, &a, rows, &to_o);
    linear_norm(b, &l->o, &to_o, rows, &l->norm, &to_ffn);
    ffn(b, &l->ffn, &to_ffn, rows, &to_next);
}

void
layers_encode(struct device_batch *b, uint32_t rows)
{
    const struct model *m = b->d->m;
    uint32_t depth = m->shape.enc_depth;
    float kv_alpha = m->kv[0].alpha;
    size_t d = m->shape.dim;
    struct cu_feed in = feed_dim(b, 0, kv_alpha);

    embed(b, &m->src, rows, depth ? m->enc[0].qkv.parts[0].alpha : kv_alpha);
    for (uint32_t i = 0; i < depth; i++)
        encoder_layer(b, &m->enc[i], rows,
            i + 1 < depth ? m->enc[i + 1].qkv.parts[0].alpha : kv_alpha);
    for (size_t i = 0; i < 2 * (size_t)m->shape.dec_depth; i++)
        linear(b, &m->kv[i], &in, rows, b->kv + i * SEARCH_SOURCE_MAX * d, d,
            batch_in(b, IN_TO));
}

/* --- decoder ---------------------------------------------------------- */

static void
ssru(struct device_batch *b, uint32_t layer, uint32_t rows,
    const struct cu_feed *next)
{
    const struct model *m = b->d->m;
    size_t d = m->shape.dim;
    struct cu_ssru r = {.x = rows_of(b->x, d, rows, next),
        .norm = norm_of(b->d, &m->dec[layer].norm),
        .wide = b->wide,
        .ld_wide = 3 * d,
        .state = b->state + layer * state_layer(b),
        .ld_state = b->ld_state,
        .slots = batch_in(b, IN_PLACE)};

    cu_ssru(b->stream, &r);
}

static void
self_attention(struct device_batch *b, uint32_t layer, uint32_t rows,
    const struct cu_feed *next)
{
    const struct model *m = b->d->m;
    const struct dec_layer *l = &m->dec[layer];
    size_t d = m->shape.dim;
    float *state = b->state + layer * state_layer(b);
    struct cu_feed to_o = feed_dim(b, 0, l->self_o.alpha);
    struct cu_keep keep = {.kv = b->wide + d,
        .ld = 3 * d,
        .rows = rows,
        .n = 2 * (uint32_t)d,
        .state = state,
        .ld_state = b->ld_state,
        .slots = batch_in(b, IN_PLACE),
        .at = batch_in(b, IN_AT)};
    struct cu_attend a = {.q = b->wide,
        .k = state,
        .v = state + d,
        .ld_q = 3 * d,
        .ld_kv = 2 * d,
        .ld_place = b->ld_state,
        .places = batch_in(b, IN_PLACE),
        .keys = batch_in(b, IN_KEYS),
        .chain = CU_NONE,
        .out = b->q,
        .ld_out = d};

    cu_keep(b->stream, &keep);
    attend(b, &a, rows, &to_o);
    linear_norm(b, &l->self_o, &to_o, rows, &l->norm, next);
}

static void
cross_attention(struct device_batch *b, uint32_t layer, uint32_t rows,
    float *head0, const struct cu_feed *next)
{
    const struct model *m = b->d->m;
    size_t d = m->shape.dim, size = (size_t)SEARCH_SOURCE_MAX * d;
    float *k = b->kv + layer * 2 * size;
    struct cu_attend a = {.q = b->q,
        .k = k,
        .v = k + size,
        .ld_q = d,
        .ld_kv = d,
        .ld_place = (size_t)kv_rows(m) * d,
        .places = batch_in(b, IN_PLACE),
        .keys = batch_in(b, IN_SRC),
        .chain = CU_NONE,
        .out = b->q,
        .ld_out = d,
        .head0 = head0};

    attend(b, &a, rows, next);
}

static void
decoder_layer(struct device_batch *b, uint32_t layer, uint32_t rows,
    float next_alpha, float *head0)
{
    const struct model *m = b->d->m;
    const struct dec_layer *l = &m->dec[layer];
    struct cu_feed to_q = feed_dim(b, 1, l->q.alpha);
    struct cu_feed to_o = feed_dim(b, 0, l->o.alpha);
    struct cu_feed to_ffn = feed_dim(b, 1, l->ffn.w1.alpha);
    struct cu_feed to_next = feed_dim(b, 0, next_alpha);

    wide(b, &l->in, rows);
    if (m->shape.ssru)
        ssru(b, layer, rows, &to_q);
    else
        self_attention(b, layer, rows, &to_q);
    linear(b, &l->q, &to_q, rows, b->q, m->shape.dim, NULL);
    cross_attention(b, layer, rows, head0, &to_o);
    linear_norm(b, &l->o, &to_o, rows, &l->cross_norm, &to_ffn);
    ffn(b, &l->ffn, &to_ffn, rows, &to_next);
}

/* Logits of the rows' candidates, or of all words. */
static void
output(struct device_batch *b, uint32_t rows, uint32_t columns)
{
    const struct model *m = b->d->m;
    const struct table *t = m->out;
    struct cu_select c = {.in = feed_dim(b, 0, m->output_alpha),
        .rows = rows,
        .columns = columns,
        .ids = b->ids,
        .ld_ids = m->candidates_max,
        .slots = batch_in(b, IN_PLACE),
        .n_ids = batch_in(b, IN_COLUMNS),
        .logits = b->logits,
        .ld = b->ld_logits};

    if (!m->shortlist) {
        linear(b, &m->output, &c.in, rows, b->logits, b->ld_logits, NULL);
        return;
    }
    c.table = upload_at(b->d, t->rows);
    c.bias = upload_at(b->d, t->bias);
    if (t->precision == PRECISION_INT8)
        c.scale = upload_at(b->d, t->scale);
    cu_select(b->stream, &c);
}

void
layers_step(
    struct device_batch *b, uint32_t rows, uint32_t columns, bool alignment)
{
    const struct model *m = b->d->m;
    uint32_t depth = m->shape.dec_depth;
    struct cu_best best = {.logits = b->logits,
        .ld = b->ld_logits,
        .rows = rows,
        .n = batch_in(b, IN_COLUMNS),
        .banned = batch_in(b, IN_BANNED),
        .at = b->out + (size_t)OUT_AT * b->rows,
        .y = (float *)b->out + (size_t)OUT_Y * b->rows,
        .max = (float *)b->out + (size_t)OUT_MAX * b->rows,
        .sum = (float *)b->out + (size_t)OUT_SUM * b->rows};

    assert(depth > 0);
    embed(b, &m->trg, rows, m->dec[0].in.parts[0].alpha);
    for (uint32_t i = 0; i < depth; i++) {
        bool last = i + 1 == depth;

        decoder_layer(b, i, rows,
            last ? m->output_alpha : m->dec[i + 1].in.parts[0].alpha,
            last && alignment ? b->head0 : NULL);
    }
    output(b, rows, columns);
    cu_best(b->stream, &best);
}
