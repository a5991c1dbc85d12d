/* SPDX-License-Identifier: ISC */
/*
 * Products of a feed and a linear, in terms of the vectors and of kernel_rows.h
 * included before, and of
 *
 *   SUMS          the name of a function  void (const struct tile *t)  that
 *                 computes the sums of t->rows <= TILE_ROWS rows and t->width
 *                 columns (16, 32, 48 or PANEL) into t->sums
 *   TILE_ROWS
 *
 * A panel of weights stays in the first cache while all rows of a block go over
 * it; weights are read once per block.  Sums go through a small buffer, so that
 * the epilogue exists once and not for each shape of tile.
 */
enum {
    BLOCK_ROWS = 48, /* with a panel they stay in the first cache */
    AHEAD_BYTES = 8192,
};

struct tile {
    const uint8_t *in; /* rows, stride bytes apart */
    const uint8_t *packed; /* words lines of width words */
    size_t stride;
    uint32_t words, rows, width;
    const int32_t *start; /* INT8: of these columns */
    uint32_t *sums; /* [rows][PANEL] of int32_t or float */
    const uint8_t *ahead; /* what will be read next */
    uint32_t lines; /* of 64 bytes to fetch from there with each word: 0, 1, 2
                       or 4 */
};

/* While the i-th of tiles is computed, a part of the next panel comes; a single
 * tile is ahead of itself.  With two tiles there is no time for a panel that
 * does not fit the first cache. */
static inline void
tile_ahead(struct tile *t, uint32_t tiles, uint32_t i)
{
    size_t panel = t->width * t->stride;

    t->lines = tiles > 2 ? 1 : tiles == 2 ? 2 : 4;
    if (tiles == 1) {
        t->ahead = t->packed + AHEAD_BYTES;
    } else {
        t->ahead = t->packed + panel + (size_t)64 * i * t->lines * t->words;
        if (i * t->lines >= 4 || (tiles == 2 && panel > 32768))
            t->lines = 0;
    }
}

/* y of 16 columns from their sums. */
INLINE v16
tile_y(const struct linear *l, const uint32_t *sums, uint32_t col,
    const struct feed *in, uint32_t r)
{
    v16 y;

    if (l->precision == PRECISION_INT8) {
        v16 scale = v16_load(l->scale + col);

        if (l->alpha == 0.0f)
            scale = v16_mul(scale, v16_set(in->unit[r]));
        EACH y.v[i_] = vfloat(viload(sums + i_ * W)) * scale.v[i_];
    } else {
        y = v16_load((const float *)sums);
    }
    return v16_add(y, v16_load(l->bias + col));
}

/* Row r's columns from col, of which some may be padding. */
INLINE void
tile_float(const struct gemm *g, const uint32_t *sums, uint32_t r, uint32_t col,
    uint32_t width)
{
    for (uint32_t c = 0; c < width; c += 16) {
        v16 y = tile_y(g->l, sums + c, col + c, g->in, r);
        uint32_t n = g->l->n - (col + c);

        if (g->residual)
            y = v16_add(
                y, v16_load_n(g->residual + r * g->ld_residual + col + c, n));
        v16_store_n(g->out + r * g->ld_out + col + c, y, n);
    }
}

INLINE void
tile_relu(const struct gemm *g, const uint32_t *sums, uint32_t r, uint32_t col,
    uint32_t width, size_t stride)
{
    const struct feed *f = g->next;
    char *row = (char *)f->rows + r * stride;

    for (uint32_t c = 0; c < width; c += 16) {
        v16 y = tile_y(g->l, sums + c, col + c, g->in, r);

        y = v16_max(y, v16_set(0.0f));
        if (f->alpha == 0.0f && f->precision == PRECISION_INT8)
            v16_store_n(
                g->out + r * g->ld_out + col + c, y, g->l->n - (col + c));
        else
            put(f, row, col + c, y, f->alpha);
    }
}

/* Look at a line of y one by one: something in it is better, or not to be
 * looked at. */
static void
best_slow(
    struct best *b, const float *y, uint32_t col, uint32_t n, uint32_t banned)
{
    for (uint32_t i = 0; i < n; i++)
        if (y[i] > b->y && col + i != banned)
            *b = (struct best){y[i], col + i};
}

INLINE void
tile_best(const struct gemm *g, const uint32_t *sums, uint32_t r, uint32_t col,
    uint32_t width)
{
    struct best *b = &g->best[r];

    for (uint32_t c = 0; c < width; c += 16) {
        v16 y = tile_y(g->l, sums + c, col + c, g->in, r);
        uint32_t n = g->l->n - (col + c);
        bool look = false;
        float line[16];

        if (g->out)
            v16_store_n(g->out + r * g->ld_out + col + c, y, n);
        EACH look |= vany_gt(y.v[i_], vset(b->y));
        if (look) {
            v16_store(line, y);
            best_slow(b, line, col + c, n < 16 ? n : 16, g->banned);
        }
    }
}

INLINE void
tile_finish(const struct gemm *g, const uint32_t *sums, uint32_t r,
    uint32_t col, uint32_t width, size_t next_stride)
{
    switch (g->kind) {
    case GEMM_FLOAT:
    case GEMM_NORM:
        tile_float(g, sums, r, col, width);
        break;
    case GEMM_RELU:
        tile_relu(g, sums, r, col, width, next_stride);
        break;
    case GEMM_BEST:
        tile_best(g, sums, r, col, width);
        break;
    }
}

/* Rows from..to have all their columns. */
static void
block_finish(const struct gemm *g, uint32_t from, uint32_t to)
{
    const struct feed *f = g->next;
    struct feed at;

    if (!f)
        return;
    at = feed_at(f, from);
    if (g->kind == GEMM_NORM ||
        (f->alpha == 0.0f && f->precision == PRECISION_INT8))
        rows_feed(&at, g->out + from * g->ld_out, g->ld_out, to - from);
    else
        for (uint32_t r = 0; r < to - from; r++)
            put_end(f, (char *)at.rows + r * feed_stride(f->precision, f->k));
}

static void
gemm_block(const struct gemm *g, uint32_t from, uint32_t to,
    void (*sums)(const struct tile *))
{
    const struct linear *l = g->l;
    size_t stride = feed_stride(l->precision, l->k);
    size_t next = g->next ? feed_stride(g->next->precision, g->next->k) : 0;
    uint32_t width, tiles = (to - from + TILE_ROWS - 1) / TILE_ROWS;
    uint32_t buf[TILE_ROWS * PANEL] __attribute__((aligned(64)));
    struct tile t = {.stride = stride,
        .packed = l->packed,
        .words = (uint32_t)(stride / 4),
        .sums = buf};

    for (uint32_t col = 0; col < l->n; col += width) {
        width = l->n - col >= PANEL ? PANEL : (l->n - col + 15) / 16 * 16;
        t.width = width;
        t.start = l->start ? l->start + col : NULL;
        for (uint32_t i = 0, r = from; i < tiles; i++, r += t.rows) {
            /* Rows are dealt out evenly: 7 are 4 and 3, not 6 and 1. */
            t.rows = (to - r) / (tiles - i) + ((to - r) % (tiles - i) > 0);
            t.in = (const uint8_t *)g->in->rows + r * stride;
            tile_ahead(&t, tiles, i);
            sums(&t);
            for (uint32_t j = 0; j < t.rows; j++)
                tile_finish(g, buf + j * PANEL, r + j, col, width, next);
        }
        t.packed += width * stride;
    }
    if (g->kind == GEMM_NORM)
        for (uint32_t r = from; r < to; r++)
            norm_row(&g->norm, l->n, g->out + r * g->ld_out);
    block_finish(g, from, to);
}

INLINE void
gemm_blocks(const struct gemm *g, void (*sums)(const struct tile *))
{
    if (g->kind == GEMM_BEST)
        for (uint32_t r = 0; r < g->rows; r++)
            g->best[r] = (struct best){-FLT_MAX, 0};
    for (uint32_t r = 0; r < g->rows; r += BLOCK_ROWS)
        gemm_block(
            g, r, r + BLOCK_ROWS < g->rows ? r + BLOCK_ROWS : g->rows, sums);
}
