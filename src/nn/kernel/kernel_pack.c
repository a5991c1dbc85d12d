/* SPDX-License-Identifier: ISC */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "nn/kernel/kernel_ops.h"

/*
 * Packing.  Whatever the precision, a row is a number of 4-byte words (4 int8,
 * 2 bfloat16, 1 float), and 16 rows become words lines of 16 words: the same
 * transpose for all.  Rows that are not already as wanted are first converted
 * into a buffer.
 */
enum { GROUP = 16 }; /* columns that are packed at once */

static uint32_t
padded(uint32_t n)
{
    return (n + GROUP - 1) / GROUP * GROUP;
}

static size_t
aligned(size_t n)
{
    return (n + KERNEL_ALIGN - 1) / KERNEL_ALIGN * KERNEL_ALIGN;
}

size_t
linear_bytes(enum precision p, uint32_t k, uint32_t n)
{
    size_t packed = feed_stride(p, k) * padded(n);
    size_t each = aligned(padded(n) * sizeof(float));

    return packed + each * (p == PRECISION_INT8 ? 3 : 1);
}

/* One column of a part, as the packer sees it. */
struct column {
    float scale; /* INT8: what a number of 1 stands for */
    int32_t sum; /* INT8 */
};

static uint16_t
bf16(float x)
{
    uint32_t u;

    memcpy(&u, &x, sizeof(u));
    return (uint16_t)((u + 0x7fff + (u >> 16 & 1)) >> 16);
}

static float
real_of(const struct columns *c, uint32_t k_all, uint32_t n, uint32_t k)
{
    if (c->f)
        return c->f_by_k ? c->f[(size_t)k * c->n + n]
                         : c->f[(size_t)n * k_all + k];
    return c->q[(size_t)n * k_all + k] *
           (1.0f / (c->quants ? c->quants[n] : c->quant));
}

/* Quantise column n to row, with a factor of its own; or copy its bytes. */
static struct column
convert_i8(const struct columns *c, uint32_t k_all, uint32_t n, int8_t *row)
{
    struct column col = {0};
    float max = 0.0f, quant;

    if (c->f) {
        for (uint32_t k = 0; k < k_all; k++)
            max = fmaxf(max, fabsf(real_of(c, k_all, n, k)));
        quant = max > 1e-30f ? 127.0f / max : 1.0f; /* else infinite */
        for (uint32_t k = 0; k < k_all; k++)
            row[k] = (int8_t)nearbyintf(real_of(c, k_all, n, k) * quant);
    } else {
        const int8_t *q = c->q + (size_t)n * k_all;

        quant = c->quants ? c->quants[n] : c->quant;
        for (uint32_t k = 0; k < k_all; k++)
            row[k] = q[k] == -128 ? -127 : q[k];
    }
    for (uint32_t k = 0; k < k_all; k++)
        col.sum += row[k];
    col.scale = 1.0f / quant;
    return col;
}

static void
convert(enum precision p, const struct columns *c, uint32_t k_all, uint32_t n,
    void *row, struct column *col)
{
    if (p == PRECISION_INT8) {
        *col = convert_i8(c, k_all, n, row);
        return;
    }
    for (uint32_t k = 0; k < k_all; k++) {
        float x = real_of(c, k_all, n, k);

        if (p == PRECISION_FLOAT32)
            ((float *)row)[k] = x;
        else
            ((uint16_t *)row)[k] = bf16(x);
    }
}

/* Sums of int8 begin so that the shift of the feeds is undone. */
static int32_t
start_of(const struct kernel *kr, int32_t sum)
{
    return kr->shift ? -128 * sum : 0;
}

/* scale of a column whose weights have been multiplied by quant. */
static float
unquant(float alpha, float quant)
{
    return alpha == 0.0f ? 1.0f / quant : 1.0f / (alpha * quant);
}

/* Lay out a linear's memory at p. */
static void
linear_init(struct linear *l, enum precision p, uint32_t k, uint32_t n,
    float alpha, char *mem)
{
    size_t each = aligned(padded(n) * sizeof(float));

    *l = (struct linear){
        .precision = p, .k = k, .n = n, .packed = mem, .alpha = alpha};
    mem += feed_stride(p, k) * padded(n);
    l->bias = (float *)mem;
    memset(l->bias, 0, each);
    if (p == PRECISION_INT8) {
        l->scale = (float *)(mem + each);
        l->start = (int32_t *)(mem + 2 * each);
        memset(l->scale, 0, 2 * each);
    }
}

/* Where in the packed weights the 16 columns from n are, and how many words
 * there are between their lines. */
static uint32_t *
group_at(const struct linear *l, uint32_t n, size_t *ret_ld)
{
    uint32_t panel = n / PANEL * PANEL;
    uint32_t rest = padded(l->n) - panel;

    *ret_ld = rest < PANEL ? rest : PANEL;
    return (uint32_t *)((char *)l->packed +
                        panel * feed_stride(l->precision, l->k)) +
           (n - panel);
}

static void
linear_column(const struct kernel *kr, struct linear *l, uint32_t i,
    const struct columns *c, uint32_t n, struct column col)
{
    if (l->precision == PRECISION_INT8) {
        l->start[i] = start_of(kr, col.sum);
        /* By the quant of the file when there is one: 1 / (1 / x) is not
         * always x. */
        l->scale[i] =
            c->q ? unquant(l->alpha, c->quants ? c->quants[n] : c->quant)
            : l->alpha == 0.0f ? col.scale
                               : col.scale / l->alpha;
    }
    if (c->bias)
        l->bias[i] = c->bias[n];
    if (l->precision == PRECISION_INT8 && kr->shift_bias && c->q)
        l->bias[i] += kr->shift_bias(
            l->alpha, c->quants ? c->quants[n] : c->quant, col.sum);
}

void
linear_pack(const struct kernel *kr, struct linear *l, enum precision p,
    uint32_t k, float alpha, const struct columns *parts, size_t n_parts,
    struct arena *a)
{
    size_t stride = feed_stride(p, k), ld;
    const uint8_t *row[GROUP];
    const struct columns *part = parts;
    uint32_t total = 0, n = 0;
    char *buf;

    for (size_t i = 0; i < n_parts; i++)
        total += parts[i].n;
    linear_init(l, p, k, total, alpha, arena_get(a, linear_bytes(p, k, total)));
    buf = xcalloc(GROUP, stride);
    for (uint32_t i = 0; i < padded(total); i++) {
        char *r = buf + i % GROUP * stride;

        row[i % GROUP] = (const uint8_t *)r;
        if (i < total) {
            struct column col = {0};

            for (; n == part->n; n = 0)
                part++;
            convert(p, part, k, n, r, &col);
            linear_column(kr, l, i, part, n++, col);
        } else {
            memset(r, 0, stride);
        }
        if (i % GROUP == GROUP - 1) {
            uint32_t *to = group_at(l, i - i % GROUP, &ld);

            kr->gather16(row, (uint32_t)(stride / 4), to, ld);
        }
    }
    free(buf);
}

size_t
table_bytes(enum precision p, uint32_t k, const struct columns *c, bool output)
{
    size_t each = aligned(c->n * sizeof(float));

    return feed_stride(p, k) * c->n + each * (output ? 4 : 1);
}

/* Can rows be used where they are? */
static bool
table_borrows(enum precision p, uint32_t k, const struct columns *c)
{
    return p == PRECISION_INT8 && c->q && k % KERNEL_ALIGN == 0 &&
           !memchr(c->q, -128, (size_t)c->n * k);
}

static int32_t
row_sum(const int8_t *q, uint32_t k)
{
    int32_t sum = 0;

    for (uint32_t i = 0; i < k; i++)
        sum += q[i];
    return sum;
}

void
table_pack(const struct kernel *kr, struct table *t, enum precision p,
    uint32_t k, const struct columns *c, bool output, float alpha,
    struct arena *a)
{
    bool borrow = table_borrows(p, k, c);
    size_t stride = feed_stride(p, k), each = c->n * sizeof(float);
    char *rows = borrow ? NULL : arena_get(a, stride * c->n);
    float *factor = arena_get(a, each), *scale = NULL, *bias = NULL;
    int32_t *start = NULL;

    if (output) {
        scale = arena_get(a, each);
        bias = arena_get(a, each);
        start = arena_get(a, each);
    }
    for (uint32_t n = 0; n < c->n; n++) {
        struct column col = {.scale = 1.0f};

        if (borrow) {
            col.scale = 1.0f / (c->quants ? c->quants[n] : c->quant);
            if (output && (kr->shift || kr->shift_bias))
                col.sum = row_sum(c->q + (size_t)n * k, k);
        } else {
            memset(rows + n * stride, 0, stride);
            convert(p, c, k, n, rows + n * stride, &col);
        }
        factor[n] = col.scale;
        if (output) {
            struct linear l = {.precision = p,
                .start = start + n,
                .scale = scale + n,
                .bias = bias + n,
                .alpha = alpha};

            bias[n] = 0.0f;
            linear_column(kr, &l, 0, c, n, col);
        }
    }
    *t = (struct table){p, k, c->n, borrow ? (const void *)c->q : rows, factor,
        start, scale, bias, alpha};
}

void
kernel_select(const struct kernel *kr, struct linear *l, const struct table *t,
    const uint32_t *ids, uint32_t n, void *mem)
{
    size_t stride = feed_stride(t->precision, t->k), ld;
    const uint8_t *row[GROUP];

    assert(t->bias && n > 0);
    linear_init(l, t->precision, t->k, n, t->alpha, mem);
    for (uint32_t i = 0; i < n; i += GROUP) {
        uint32_t *to = group_at(l, i, &ld);

        for (uint32_t j = 0; j < GROUP; j++) {
            /* Columns behind the last are never looked at. */
            uint32_t at = i + j < n ? i + j : n - 1, id = ids[at];

            assert(id < t->n);
            row[j] = (const uint8_t *)t->rows + id * stride;
            l->bias[at] = t->bias[id];
            if (l->start) {
                l->start[at] = t->start[id];
                l->scale[at] = t->scale[id];
            }
        }
        kr->gather16(row, (uint32_t)(stride / 4), to, ld);
    }
}
