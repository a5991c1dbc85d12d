/* SPDX-License-Identifier: ISC */
/*
 * One tile of sums in registers: included once per kind of product, with
 *
 *   NAME(x)                x with the kind's suffix
 *   ACC                    vi or vf
 *   ACC_START(p), ACC_LOAD how a sum begins
 *   ACT                    one word of a row, in all lanes
 *   ACT_LOAD(p)
 *   DOT(acc, act, w)       acc plus the products of act and the W words at w
 *   CHAINS                 in how many sums the words of a row may be split
 */
#define ALWAYS static inline __attribute__((always_inline))
#define UNROLL _Pragma("GCC unroll 16")

/* R rows and C vectors of columns; R, C and S are constants. */
ALWAYS void
NAME(tile)(const struct tile *t, const int R, const int C, const int S,
    const uint32_t col)
{
    const uint8_t *in = t->in, *w = t->packed + 4 * col;
    const size_t stride = t->stride, line = 4 * t->width;
    ACC acc[2][TILE_ROWS][16]; /* as much of it as is used: registers */

    UNROLL for (int r = 0; r < R; r++) UNROLL for (int c = 0; c < C; c++)
        acc[0][r][c] = ACC_START(t->start + col + c * W);
    UNROLL for (int s = 1; s < S; s++) UNROLL for (int r = 0; r < R; r++)
        UNROLL for (int c = 0; c < C; c++) acc[s][r][c] = ACC_ZERO;
    for (uint32_t k = 0; k < t->words; k += S) {
        UNROLL for (int s = 0; s < S; s++)
        {
            WEIGHT b[16];

            UNROLL for (int c = 0; c < C; c++) b[c] =
                WEIGHT_LOAD(w + 4 * c * W);
            UNROLL for (int r = 0; r < R; r++)
            {
                ACT a = ACT_LOAD(in + r * stride);

                UNROLL for (int c = 0; c < C; c++) acc[s][r][c] =
                    DOT(acc[s][r][c], a, b[c]);
            }
            in += 4;
            w += line;
        }
    }
    UNROLL for (int r = 0; r < R; r++) UNROLL for (int c = 0; c < C; c++)
    {
        UNROLL for (int s = 1; s < S; s++) acc[0][r][c] += acc[s][r][c];
        ACC_STORE(t->sums + r * PANEL + col + c * W, acc[0][r][c]);
    }
}

#define ROWS(R, C, S)                                                          \
    case R:                                                                    \
        if (t->width == PANEL)                                                 \
            for (uint32_t col = 0; col < PANEL; col += (C)*W)                  \
                NAME(tile)(t, R, C, S, col);                                   \
        else                                                                   \
            for (uint32_t col = 0; col < t->width; col += 16)                  \
                NAME(tile)(t, R, V, S, col);                                   \
        break;

static void
NAME(sums)(const struct tile *t)
{
    switch (t->rows) {
        TILE_SHAPES
    default:
        assert(!"a tile of that many rows");
    }
}

static void
NAME(gemm)(const struct gemm *g)
{
    gemm_blocks(g, NAME(sums));
}

#undef NAME
#undef ACC
#undef ACC_START
#undef ACC_ZERO
#undef ACC_STORE
#undef ACT
#undef ACT_LOAD
#undef WEIGHT
#undef WEIGHT_LOAD
#undef DOT
#undef TILE_SHAPES
#undef ROWS
#undef ALWAYS
#undef UNROLL
