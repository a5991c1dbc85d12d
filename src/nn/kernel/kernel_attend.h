/* SPDX-License-Identifier: ISC */
/*
 * Attention, straight on the projected rows.  After kernel_rows.h.
 *
 * Two ways.  For a few rows, as a decoder has, each key is multiplied with the
 * query and the 16 lanes are added up, for many keys at once.  For many rows,
 * as an encoder has, the keys of a head are turned around once, so that lanes
 * are keys and nothing is to be added up across lanes.
 */
enum {
    ATTEND_MANY = 4, /* rows; the same on all kernels, as sums differ */
    TILE_R = W == 16 ? 4 : 2, /* rows in registers */
    TILE_V = W >= 8 ? 2 : 1, /* times 16 lanes */
};

/* Where scratch is used for what. */
struct attend_room {
    size_t ld; /* keys rounded up */
    float *turned; /* [d][ld] */
    float *e; /* [TILE_R or heads][ld] */
    float scale;
};

/* e = exp(e - max), and 1 / their sum. */
INLINE float
attend_softmax(float *e, uint32_t keys)
{
    v16 most = v16_set(-FLT_MAX), sum = v16_set(0.0f);

    for (uint32_t j = 0; j < keys; j += 16)
        most = v16_max(v16_keep(v16_load(e + j), keys - j, -FLT_MAX), most);
    most = v16_set(v16_greatest(most));
    for (uint32_t j = 0; j < keys; j += 16) {
        v16 y = v16_keep(v16_load(e + j), keys - j, 0.0f);

        y = v16_keep(v16_exp(v16_sub(y, most)), keys - j, 0.0f);
        sum = v16_add(sum, y);
        v16_store(e + j, y);
    }
    return 1.0f / v16_sum(sum);
}

INLINE void
attend_mean(const struct attend *a, uint32_t r, uint32_t head, const float *e,
    float inv)
{
    float *mean = a->mean + r * (size_t)a->keys;
    v16 part = v16_set(inv / (float)a->heads);

    for (uint32_t j = 0; j < a->keys; j += 16) {
        uint32_t n = a->keys - j;
        v16 w = v16_mul(v16_load(e + j), part);

        if (head)
            w = v16_add(w, v16_load_n(mean + j, n));
        v16_store_n(mean + j, w, n);
    }
}

/* out = sum of e[r][j] * v_j, times inv[r], for R rows and C times 16 columns,
 * of which the last has n. */
INLINE void
attend_mix(const struct attend *a, const struct attend_room *room, const int R,
    const int C, const float *v, uint32_t n, const float *inv, float *out)
{
    v16 s[TILE_R][TILE_V];

    for (int r = 0; r < R; r++)
        for (int c = 0; c < C; c++)
            s[r][c] = v16_set(0.0f);
    for (uint32_t j = 0; j < a->keys; j++, v += a->ld_kv) {
        v16 x[TILE_V];

        for (int c = 0; c < C; c++)
            x[c] = v16_load_n(v + 16 * c, c + 1 < C ? 16 : n);
        for (int r = 0; r < R; r++) {
            v16 w = v16_set(room->e[r * room->ld + j]);

            for (int c = 0; c < C; c++)
                s[r][c] = v16_add(s[r][c], v16_mul(x[c], w));
        }
    }
    for (int r = 0; r < R; r++)
        for (int c = 0; c < C; c++)
            v16_store_n(out + r * a->ld_out + 16 * c,
                v16_mul(s[r][c], v16_set(inv[r])), c + 1 < C ? 16 : n);
}

INLINE void
attend_mixes(const struct attend *a, const struct attend_room *room,
    const int R, const float *v, const float *inv, float *out)
{
    const uint32_t wide = 16 * TILE_V, full = a->d / wide * wide;

    for (uint32_t c = 0; c < full; c += wide)
        attend_mix(a, room, R, TILE_V, v + c, 16, inv, out + c);
    for (uint32_t c = full; c < a->d; c += 16)
        attend_mix(
            a, room, R, 1, v + c, a->d - c < 16 ? a->d - c : 16, inv, out + c);
}

/* --- many rows -------------------------------------------------------- */

/* Keys of one head, beyond the last again the first, as [d][ld]. */
static void
attend_turn(
    const struct attend *a, const struct attend_room *room, const float *k)
{
    for (uint32_t j = 0; j < a->keys; j += 16) {
        const uint8_t *row[16];

        for (uint32_t i = 0; i < 16; i++)
            row[i] =
                (const uint8_t *)(k + (j + i < a->keys ? j + i : 0) * a->ld_kv);
        if (a->d % 16 == 0)
            gather16(row, a->d, (uint32_t *)room->turned + j, room->ld);
        else
            for (uint32_t c = 0; c < a->d; c++)
                for (int i = 0; i < 16; i++)
                    memcpy(room->turned + c * room->ld + j + i,
                        row[i] + 4 * (size_t)c, 4);
    }
}

/* e of R queries and K times 16 keys from j on. */
INLINE void
attend_products(const struct attend *a, const struct attend_room *room,
    const int R, const int K, const float *q, uint32_t j)
{
    const float *k = room->turned + j;
    v16 s[TILE_R][TILE_V];

    for (int r = 0; r < R; r++)
        for (int i = 0; i < K; i++)
            s[r][i] = v16_set(0.0f);
    for (uint32_t c = 0; c < a->d; c++, k += room->ld) {
        v16 x[TILE_V];

        for (int i = 0; i < K; i++)
            x[i] = v16_load(k + 16 * i);
        for (int r = 0; r < R; r++) {
            v16 w = v16_set(q[r * a->ld_q + c]);

            for (int i = 0; i < K; i++)
                s[r][i] = v16_add(s[r][i], v16_mul(x[i], w));
        }
    }
    for (int r = 0; r < R; r++)
        for (int i = 0; i < K; i++)
            v16_store(room->e + r * room->ld + j + 16 * i,
                v16_mul(s[r][i], v16_set(room->scale)));
}

INLINE void
attend_tile(const struct attend *a, const struct attend_room *room, const int R,
    uint32_t r, uint32_t h)
{
    const float *q = a->q + r * a->ld_q + h * a->d;
    float inv[TILE_R];
    uint32_t j = 0;

    for (; j + 16 * TILE_V <= room->ld; j += 16 * TILE_V)
        attend_products(a, room, R, TILE_V, q, j);
    for (; j < room->ld; j += 16)
        attend_products(a, room, R, 1, q, j);
    for (int i = 0; i < R; i++) {
        inv[i] = attend_softmax(room->e + i * room->ld, a->keys);
        if (a->mean)
            attend_mean(a, r + i, h, room->e + i * room->ld, inv[i]);
    }
    attend_mixes(
        a, room, R, a->v + h * a->d, inv, a->out + r * a->ld_out + h * a->d);
}

static void
attend_many(const struct attend *a, const struct attend_room *room)
{
    for (uint32_t h = 0; h < a->heads; h++) {
        uint32_t r = 0;

        attend_turn(a, room, a->k + h * a->d);
        for (; r + TILE_R <= a->rows; r += TILE_R)
            attend_tile(a, room, TILE_R, r, h);
        for (; r < a->rows; r++)
            attend_tile(a, room, 1, r, h);
    }
}

/* --- a few rows ------------------------------------------------------- */

/* e of one query and all keys, W keys at a time; those beyond the last are
 * computed with the last. */
INLINE void
attend_dots(const struct attend *a, const struct attend_room *room,
    const float *q, const float *k, float *e, const uint32_t d)
{
    uint32_t full = d / 16 * 16, tail = d - full;

    for (uint32_t j = 0; j < a->keys; j += W) {
        vf p[W][V];

        for (uint32_t i = 0; i < W; i++) {
            uint32_t at = j + i < a->keys ? j + i : a->keys - 1;
            const float *key = k + at * a->ld_kv;
            v16 s = v16_mul(v16_load_n(q, d), v16_load_n(key, d));

            for (uint32_t c = 16; c < full; c += 16)
                s = v16_add(s, v16_mul(v16_load(q + c), v16_load(key + c)));
            if (tail && full)
                s = v16_add(s, v16_mul(v16_load_n(q + full, tail),
                                   v16_load_n(key + full, tail)));
            EACH p[i][i_] = s.v[i_];
        }
        vstore(e + j, vsums(p) * vset(room->scale));
    }
}

/* All heads together in each phase, so that their chains of dependent
 * operations overlap. */
INLINE void
attend_row(const struct attend *a, const struct attend_room *room, uint32_t r,
    const uint32_t d)
{
    const float *q = a->q + r * a->ld_q;
    float *e = room->e, inv;

    for (uint32_t h = 0; h < a->heads; h++)
        attend_dots(a, room, q + h * d, a->k + h * d, e + h * room->ld, d);
    for (uint32_t h = 0; h < a->heads; h++) {
        struct attend_room one = *room;

        one.e = e + h * room->ld;
        inv = attend_softmax(one.e, a->keys);
        if (a->mean)
            attend_mean(a, r, h, one.e, inv);
        attend_mixes(
            a, &one, 1, a->v + h * d, &inv, a->out + r * a->ld_out + h * d);
    }
}

static void
rows_attend(const struct attend *a)
{
    size_t ld = (a->keys + 15) / 16 * 16;
    struct attend_room room = {.ld = ld,
        .turned = a->scratch,
        .e = a->scratch + a->d * ld,
        .scale = 1.0f / sqrtf((float)a->d)};

    if (a->rows >= ATTEND_MANY)
        attend_many(a, &room);
    else
        for (uint32_t r = 0; r < a->rows; r++)
            if (a->d == 32)
                attend_row(a, &room, r, 32);
            else
                attend_row(a, &room, r, a->d);
    if (a->next)
        rows_feed(a->next, a->out, a->ld_out, a->rows);
}
