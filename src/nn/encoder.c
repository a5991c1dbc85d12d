/* SPDX-License-Identifier: ISC */
#include "nn/encoder.h"

#include <assert.h>

#include "nn/model_impl.h"
#include "nn/work.h"

/* x = embedding * sqrt(D) + position */
static uint32_t
embed(struct work *w, const struct encoder_input *in, uint32_t n_in,
    const struct feed *next)
{
    const struct model *m = w->m;
    uint32_t d = m->shape.dim, row = 0;

    for (uint32_t s = 0; s < n_in; s++)
        for (uint32_t i = 0; i < in[s].n; i++, row++) {
            struct feed to = feed_at(next, row);

            kernel_embed(m->kr, &m->src, in[s].ids[i], m->embed_factor,
                m->pos + (size_t)i * d, d, w->x + (size_t)row * d, &to);
        }
    return row;
}

/* Each sentence looks at itself: wide [rows][q k v] becomes next. */
static void
attend_each(struct work *w, const struct encoder_input *in, uint32_t n_in,
    const struct feed *next)
{
    const struct model *m = w->m;
    uint32_t d = m->shape.dim, heads = m->shape.heads, row = 0;

    for (uint32_t s = 0; s < n_in; row += in[s].n, s++) {
        float *qkv = w->wide + row * w->ld_wide;
        struct feed to = feed_at(next, row);
        struct attend a = {.q = qkv,
            .k = qkv + d,
            .v = qkv + 2 * d,
            .ld_q = w->ld_wide,
            .ld_kv = w->ld_wide,
            .rows = in[s].n,
            .keys = in[s].n,
            .heads = heads,
            .d = d / heads,
            .out = qkv,
            .ld_out = w->ld_wide,
            .next = &to,
            .scratch = w->scratch};

        kernel_attend(m->kr, &a);
    }
}

static void
layer_run(struct work *w, const struct enc_layer *l,
    const struct encoder_input *in, uint32_t n_in, uint32_t rows,
    float next_alpha)
{
    struct feed a = work_feed(w, 0, l->qkv.parts[0].alpha);
    struct feed b = work_feed(w, 1, l->o.alpha);
    struct feed to_ffn = work_feed(w, 0, l->ffn.w1.alpha);
    struct feed to_next = work_feed(w, 0, next_alpha);

    work_wide(w, &l->qkv, &a, w->x, rows, w->wide, w->ld_wide);
    attend_each(w, in, n_in, &b);
    work_norm(w, &l->o, &l->norm, &b, rows, &to_ffn);
    work_ffn(w, &l->ffn, &to_ffn, rows, &to_next);
}

/* What the decoder will look at, of one sentence whose rows are x. */
static void
keys_values(struct work *w, const struct encoder_input *in,
    const struct feed *from, const float *x)
{
    const struct model *m = w->m;
    size_t d = m->shape.dim;

    for (size_t i = 0; i < 2 * (size_t)m->shape.dec_depth; i++)
        work_linear(w, &m->kv[i], from, x, in->n, in->kv + i * in->n * d, d);
}

void
encoder_run(struct work *w, const struct encoder_input *in, uint32_t n_in)
{
    const struct model *m = w->m;
    uint32_t depth = m->shape.enc_depth, rows, row = 0;
    float kv_alpha = m->kv[0].alpha;
    struct feed a =
        work_feed(w, 0, depth ? m->enc[0].qkv.parts[0].alpha : kv_alpha);

    rows = embed(w, in, n_in, &a);
    assert(rows <= w->rows);
    for (uint32_t i = 0; i < depth; i++)
        layer_run(w, &m->enc[i], in, n_in, rows,
            i + 1 < depth ? m->enc[i + 1].qkv.parts[0].alpha : kv_alpha);

    a = work_feed(w, 0, kv_alpha);
    for (uint32_t s = 0; s < n_in; row += in[s].n, s++) {
        struct feed from = feed_at(&a, row);

        keys_values(w, &in[s], &from, w->x + (size_t)row * m->shape.dim);
    }
}
