/* SPDX-License-Identifier: ISC */
/*
 * One tile of sums in registers: included once per kind of product, with
 *
 *   NAME(x)                x with the kind's suffix
 *   ACC                    vi or vf
 *   ACC_START(p), ACC_ZERO how a sum begins; its further parts
 *   ACC_STORE(p, x)
 *   ACT                    one word of a row, in all lanes
 *   ACT_LOAD(p)
 *   WEIGHT, WEIGHT_LOAD(p) a word of W columns
 *   DOT(acc, act, w)       acc plus the products of act and w
 *   TILE_SHAPES            ROWS(rows, vectors of columns, sums each) for each
 *                          number of rows up to TILE_ROWS
 *   FETCH(p, lines)        a hint to read ahead, where that pays
 */
#define ALWAYS static inline __attribute__((always_inline))
#define UNROLL _Pragma("GCC unroll 16")

#ifdef FETCH
#define FULL(R, C, S)                                                          \
    if (t->lines == 0)                                                         \
        NAME(tile)(t, R, C, S, 0, 0);                                          \
    else if (t->lines == 1)                                                    \
        NAME(tile)(t, R, C, S, 1, 0);                                          \
    else if (t->lines == 2)                                                    \
        NAME(tile)(t, R, C, S, 2, 0);                                          \
    else                                                                       \
        NAME(tile)(t, R, C, S, 4, 0)
#else
#define FETCH(p, P) (void)(p)
#define FULL(R, C, S)                                                          \
    for (uint32_t col = 0; col < PANEL; col += (C)*W)                          \
    NAME(tile)(t, R, C, S, 0, col)
#endif

/* R rows and C vectors of columns, in S sums each, P lines fetched with each
 * word; all four are constants. */
ALWAYS void
NAME(tile)(const struct tile *t, const int R, const int C, const int S,
    const int P, const uint32_t col)
{
    const uint8_t *in = t->in, *w = t->packed + 4 * col;
    const size_t stride = t->stride, line = 4 * t->width;
    const uint8_t *ahead = t->ahead;
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
            UNROLL for (int i = 0; i < P; i++) FETCH(ahead + 64 * i, P);
            ahead += 64 * P;
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
            FULL(R, C, S);                                                     \
        else                                                                   \
            for (uint32_t col = 0; col < t->width; col += 16)                  \
                NAME(tile)(t, R, V, S, 0, col);                                \
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
#undef FULL
#undef FETCH
#undef ALWAYS
#undef UNROLL
