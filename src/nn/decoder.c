/* SPDX-License-Identifier: ISC */
#include "nn/decoder.h"

#include <assert.h>
#include <string.h>

#include "nn/model_impl.h"
#include "nn/work.h"

/* Floats of one layer's part of a state. */
static size_t
layer_floats(const struct model *m, uint32_t steps)
{
    size_t d = m->shape.dim;

    return m->shape.ssru ? d : 2 * d * steps;
}

size_t
decoder_state_floats(const struct model *m, uint32_t steps)
{
    return m->shape.dec_depth * layer_floats(m, steps);
}

void
decoder_state_clear(const struct model *m, float *state)
{
    /* A cache of keys is as long as what was written to it. */
    if (m->shape.ssru)
        memset(state, 0, decoder_state_floats(m, 0) * sizeof(float));
}

void
decoder_state_copy(const struct model *m, float *to, const float *from,
    uint32_t t, uint32_t steps)
{
    size_t layer = layer_floats(m, steps);
    size_t used = layer_floats(m, t);

    for (uint32_t l = 0; l < m->shape.dec_depth; l++)
        memcpy(to + l * layer, from + l * layer, used * sizeof(float));
}

/* x = embedding of the piece before * sqrt(D) + position */
static void
embed(struct work *w, const struct decoder_row *rows, uint32_t n,
    const struct feed *next)
{
    const struct model *m = w->m;
    uint32_t d = m->shape.dim;

    for (uint32_t r = 0; r < n; r++) {
        const struct decoder_row *row = &rows[r];
        bool first = row->prev == DECODER_START;
        struct feed to = feed_at(next, r);

        assert(row->t < MODEL_POSITIONS);
        kernel_embed(m->kr, first ? NULL : &m->trg, first ? 0 : row->prev,
            m->embed_factor, m->pos + (size_t)row->t * d, d,
            w->x + (size_t)r * d, &to);
    }
}

/* The recurrent unit: a gate, a cell, and no matrix between the steps. */
static void
ssru(struct work *w, uint32_t layer, const struct decoder_row *rows, uint32_t n,
    const struct feed *next)
{
    const struct model *m = w->m;
    const struct dec_layer *l = &m->dec[layer];
    uint32_t d = m->shape.dim;

    for (uint32_t r = 0; r < n; r++) {
        float *x = w->x + (size_t)r * d;
        const float *z = w->wide + r * w->ld_wide;
        struct feed to = feed_at(next, r);

        kernel_ssru(m->kr, &l->norm, z, z + d,
            rows[r].state + (size_t)layer * d, x, d, x, &to);
    }
}

/* Self-attention over what the row said before: its keys and values are
 * remembered. */
static void
self_attention(struct work *w, uint32_t layer, const struct decoder_row *rows,
    uint32_t n, uint32_t steps, const struct feed *next)
{
    const struct model *m = w->m;
    const struct dec_layer *l = &m->dec[layer];
    uint32_t d = m->shape.dim, heads = m->shape.heads;
    struct feed a = work_feed(w, 0, l->self_o.alpha);

    for (uint32_t r = 0; r < n; r++) {
        float *qkv = w->wide + r * w->ld_wide;
        float *cache = rows[r].state + layer * layer_floats(m, steps);
        struct feed to = feed_at(&a, r);
        struct attend at = {.q = qkv,
            .k = cache,
            .v = cache + d,
            .ld_q = w->ld_wide,
            .ld_kv = 2 * (size_t)d,
            .rows = 1,
            .keys = rows[r].t + 1,
            .heads = heads,
            .d = d / heads,
            .out = qkv,
            .ld_out = w->ld_wide,
            .next = &to,
            .scratch = w->scratch};

        assert(rows[r].t < steps);
        memcpy(cache + rows[r].t * 2 * (size_t)d, qkv + d,
            2 * (size_t)d * sizeof(float));
        kernel_attend(m->kr, &at);
    }
    work_norm(w, &l->self_o, &l->norm, &a, n, next);
}

/* Row by row of the source, for each sentence its own. */
static void
cross_attend(struct work *w, uint32_t layer, const struct decoder_group *groups,
    uint32_t n_groups, const struct feed *next)
{
    const struct model *m = w->m;
    uint32_t d = m->shape.dim, heads = m->shape.heads, row = 0;
    bool last = layer + 1 == m->shape.dec_depth;

    for (uint32_t i = 0; i < n_groups; row += groups[i].rows, i++) {
        const struct decoder_group *g = &groups[i];
        size_t size = (size_t)g->n_src * d;
        const float *kv = g->kv + layer * 2 * size;
        struct feed to = feed_at(next, row);
        struct attend a = {.q = w->q + (size_t)row * d,
            .k = kv,
            .v = kv + size,
            .ld_q = d,
            .ld_kv = d,
            .rows = g->rows,
            .keys = g->n_src,
            .heads = heads,
            .d = d / heads,
            .out = w->wide,
            .ld_out = d,
            .next = &to,
            .scratch = w->scratch};

        kernel_attend(m->kr, &a);
        if (last && g->alignment) {
            a.heads = 1;
            a.next = NULL;
            a.mean = g->alignment;
            kernel_attend(m->kr, &a);
        }
    }
}

/* What the output layer, or the next layer, will multiply with. */
static float
alpha_after(const struct model *m, uint32_t layer, float out_alpha)
{
    return layer + 1 < m->shape.dec_depth ? m->dec[layer + 1].in.parts[0].alpha
                                          : out_alpha;
}

static void
layer_run(struct work *w, uint32_t layer, const struct decoder_row *rows,
    uint32_t n, const struct decoder_group *groups, uint32_t n_groups,
    uint32_t steps, float next_alpha)
{
    const struct model *m = w->m;
    const struct dec_layer *l = &m->dec[layer];
    uint32_t d = m->shape.dim;
    struct feed in = work_feed(w, 0, l->in.parts[0].alpha);
    struct feed to_q = work_feed(w, 1, l->q.alpha);
    struct feed to_o = work_feed(w, 0, l->o.alpha);
    struct feed to_ffn = work_feed(w, 1, l->ffn.w1.alpha);
    struct feed to_next = work_feed(w, 0, next_alpha);
    struct gemm q = {.kind = GEMM_FLOAT,
        .l = &l->q,
        .in = &to_q,
        .rows = n,
        .out = w->q,
        .ld_out = d};

    work_wide(w, &l->in, &in, w->x, n, w->wide, w->ld_wide);
    if (m->shape.ssru)
        ssru(w, layer, rows, n, &to_q);
    else
        self_attention(w, layer, rows, n, steps, &to_q);
    work_gemm(w, &q, &l->q);
    cross_attend(w, layer, groups, n_groups, &to_o);
    work_norm(w, &l->o, &l->cross_norm, &to_o, n, &to_ffn);
    work_ffn(w, &l->ffn, &to_ffn, n, &to_next);
}

struct feed
decoder_step(struct work *w, const struct decoder_row *rows,
    const struct decoder_group *groups, uint32_t n_groups, uint32_t steps,
    float out_alpha)
{
    const struct model *m = w->m;
    struct feed in = work_feed(w, 0, m->dec[0].in.parts[0].alpha);
    uint32_t n = 0;

    for (uint32_t i = 0; i < n_groups; i++)
        n += groups[i].rows;
    assert(n <= w->rows && m->shape.dec_depth > 0);
    embed(w, rows, n, &in);
    for (uint32_t i = 0; i < m->shape.dec_depth; i++)
        layer_run(w, i, rows, n, groups, n_groups, steps,
            alpha_after(m, i, out_alpha));
    return work_feed(w, 0, out_alpha);
}
