/* SPDX-License-Identifier: ISC */
#include "nn/work.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "nn/model_impl.h"

/* Rows a multiple of 4 KiB apart would share a few lines of the first cache. */
enum { ROW_PAD = KERNEL_LANES };

float *
work_floats(size_t n, size_t *bytes)
{
    size_t size =
        (n * sizeof(float) + KERNEL_ALIGN - 1) / KERNEL_ALIGN * KERNEL_ALIGN;
    float *p = aligned_alloc(KERNEL_ALIGN, size ? size : KERNEL_ALIGN);

    if (!p) {
        log_error("out of memory bytes=%zu", size);
        abort();
    }
    *bytes += size;
    return p;
}

static uint32_t
at_least(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

/* Do kernels want memory between the two products of a feed-forward layer? */
static bool
hidden_needed(const struct model *m)
{
    bool needed = m->activation == NN_SWISH;

    for (uint32_t i = 0; i < m->shape.enc_depth; i++)
        needed = needed || m->enc[i].ffn.w2.alpha == 0;
    for (uint32_t i = 0; i < m->shape.dec_depth; i++)
        needed = needed || m->dec[i].ffn.w2.alpha == 0;
    return needed;
}

void
work_init(struct work *w, const struct model *m, uint32_t rows, uint32_t keys)
{
    uint32_t d = m->shape.dim, f = m->shape.ffn;

    *w = (struct work){.m = m, .rows = rows};
    w->ld_wide = 3 * d + ROW_PAD;

    w->x = work_floats((size_t)rows * d, &w->bytes);
    w->wide = work_floats(rows * w->ld_wide, &w->bytes);
    w->q = work_floats((size_t)rows * d, &w->bytes);
    if (hidden_needed(m))
        w->hidden = work_floats((size_t)rows * f, &w->bytes);
    w->scratch = work_floats(attend_scratch(at_least(keys, SEARCH_SOURCE_MAX),
                                 m->shape.heads, d / m->shape.heads),
        &w->bytes);
    for (size_t i = 0; i < 3; i++)
        w->feeds[i] = work_floats(
            rows * feed_stride(m->precision, d) / sizeof(float), &w->bytes);
    w->feed_ffn = work_floats(
        rows * feed_stride(m->precision, f) / sizeof(float), &w->bytes);
    for (size_t i = 0; i < 4; i++)
        w->units[i] = work_floats(rows, &w->bytes);
}

void
work_fini(struct work *w)
{
    free(w->x);
    free(w->wide);
    free(w->q);
    free(w->hidden);
    free(w->scratch);
    for (size_t i = 0; i < 3; i++)
        free(w->feeds[i]);
    free(w->feed_ffn);
    for (size_t i = 0; i < 4; i++)
        free(w->units[i]);
    memset(w, 0, sizeof(*w));
}

static struct feed
feed_make(const struct work *w, size_t i, uint32_t k, void *rows, float alpha)
{
    bool measured = w->m->precision == PRECISION_INT8 && alpha == 0;

    return (struct feed){.precision = w->m->precision,
        .k = k,
        .rows = rows,
        .alpha = alpha,
        .unit = measured ? w->units[i] : NULL};
}

struct feed
work_feed(const struct work *w, size_t i, float alpha)
{
    assert(i <= WORK_ASIDE);
    return feed_make(w, i, w->m->shape.dim, w->feeds[i], alpha);
}

static void
probe_rows(struct probe *p, const struct gemm *g, const struct linear *l)
{
    size_t stride = feed_stride(g->in->precision, g->in->k);
    float max = 0;

    assert(g->in->precision == PRECISION_FLOAT32);
    for (uint32_t r = 0; r < g->rows; r++) {
        const float *x =
            (const float *)((const char *)g->in->rows + r * stride);

        for (uint32_t i = 0; i < g->in->k; i++)
            max = fmaxf(max, fabsf(x[i]));
    }
    p->see(p, l, max);
}

void
work_gemm(struct work *w, const struct gemm *g, const struct linear *l)
{
    if (w->probe)
        probe_rows(w->probe, g, l);
    kernel_gemm(w->m->kr, g);
}

void
work_linear(struct work *w, const struct linear *l, const struct feed *in,
    const float *x, uint32_t rows, float *out, size_t ld_out)
{
    struct feed aside;
    struct gemm g = {.kind = GEMM_FLOAT,
        .l = l,
        .in = in,
        .rows = rows,
        .out = out,
        .ld_out = ld_out};

    if (l->alpha != in->alpha) {
        aside = work_feed(w, WORK_ASIDE, l->alpha);
        kernel_feed(w->m->kr, &aside, x, w->m->shape.dim, rows);
        g.in = &aside;
    }
    work_gemm(w, &g, l);
}

void
work_wide(struct work *w, const struct wide *wide, const struct feed *in,
    const float *x, uint32_t rows, float *out, size_t ld_out)
{
    for (uint32_t i = 0; i < wide->n_parts; i++)
        work_linear(
            w, &wide->parts[i], in, x, rows, out + wide->columns[i], ld_out);
}

void
work_norm(struct work *w, const struct linear *l, const struct norm *norm,
    const struct feed *in, uint32_t rows, const struct feed *next)
{
    uint32_t d = w->m->shape.dim;
    struct gemm g = {.kind = GEMM_NORM,
        .l = l,
        .in = in,
        .rows = rows,
        .out = w->x,
        .ld_out = d,
        .residual = w->x,
        .ld_residual = d,
        .norm = *norm,
        .next = next};

    work_gemm(w, &g, l);
}

/* swish(y) = y sigmoid(y), of models whose authors chose it. */
static void
swish(struct work *w, const struct ffn *f, const struct feed *in, uint32_t rows,
    const struct feed *out)
{
    uint32_t n = f->w1.n;
    float *gate = w->wide; /* free while a feed-forward layer runs */
    struct gemm g = {.kind = GEMM_FLOAT,
        .l = &f->w1,
        .in = in,
        .rows = rows,
        .out = w->hidden,
        .ld_out = n};

    work_gemm(w, &g, &f->w1);
    for (uint32_t r = 0; r < rows; r++) {
        float *y = w->hidden + (size_t)r * n;

        for (uint32_t at = 0, part; at < n; at += part) {
            part = n - at < w->ld_wide ? n - at : (uint32_t)w->ld_wide;
            kernel_sigmoid(w->m->kr, y + at, part, gate);
            for (uint32_t i = 0; i < part; i++)
                y[at + i] *= gate[i];
        }
    }
    kernel_feed(w->m->kr, out, w->hidden, n, rows);
}

void
work_ffn(struct work *w, const struct ffn *f, const struct feed *in,
    uint32_t rows, const struct feed *next)
{
    struct feed hidden =
        feed_make(w, WORK_FFN, f->w1.n, w->feed_ffn, f->w2.alpha);
    struct gemm up = {.kind = GEMM_RELU,
        .l = &f->w1,
        .in = in,
        .rows = rows,
        .out = w->hidden,
        .ld_out = f->w1.n,
        .next = &hidden};

    if (w->m->activation == NN_SWISH)
        swish(w, f, in, rows, &hidden);
    else
        work_gemm(w, &up, &f->w1);
    work_norm(w, &f->w2, &f->norm, &hidden, rows, next);
}
