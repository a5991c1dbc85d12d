/* SPDX-License-Identifier: ISC */
/* Attention, straight on the projected rows.  After kernel_rows.h. */

/* s[j] = q . k_j * scale for one head, W keys at a time: their products are
 * reduced together.  Keys beyond the last repeat it. */
INLINE void
attend_scores(const struct attend *a, const float *q, const float *k,
    float scale, const uint32_t full)
{
    uint32_t tail = a->d - full;

    for (uint32_t j = 0; j < a->keys; j += W) {
        vf p[W][V];

        for (uint32_t i = 0; i < W; i++) {
            const float *key = k + (j + i < a->keys ? j + i : j) * a->ld_kv;
            v16 s = v16_set(0.0f);

            for (uint32_t c = 0; c < full; c += 16)
                s = v16_add(s, v16_mul(v16_load(q + c), v16_load(key + c)));
            if (tail)
                s = v16_add(s, v16_mul(v16_load_n(q + full, tail),
                                   v16_load_n(key + full, tail)));
            EACH p[i][i_] = s.v[i_];
        }
        vstore(a->scratch + j, vsums(p) * vset(scale));
    }
}

/* out = sum of e[j] * v_j, times inv, for 16 columns. */
INLINE v16
attend_mix(const struct attend *a, const float *v, uint32_t n, float inv)
{
    v16 s = v16_set(0.0f);

    for (uint32_t j = 0; j < a->keys; j++)
        s = v16_add(s,
            v16_mul(v16_load_n(v + j * a->ld_kv, n), v16_set(a->scratch[j])));
    return v16_mul(s, v16_set(inv));
}

INLINE void
attend_mean(const struct attend *a, float *mean, uint32_t head, float inv)
{
    v16 part = v16_set(inv / (float)a->heads);

    for (uint32_t j = 0; j < a->keys; j += 16) {
        uint32_t n = a->keys - j;
        v16 w = v16_mul(v16_load(a->scratch + j), part);

        if (head)
            w = v16_add(w, v16_load_n(mean + j, n));
        v16_store_n(mean + j, w, n);
    }
}

INLINE void
attend_head(const struct attend *a, uint32_t r, uint32_t h, const uint32_t d,
    float scale)
{
    const float *q = a->q + r * a->ld_q + h * a->d;
    const float *v = a->v + h * a->d;
    float *out = a->out + r * a->ld_out + h * a->d;
    float max, inv;

    attend_scores(a, q, a->k + h * a->d, scale, d);
    inv = 1.0f / softmax_top(a->scratch, a->keys, &max, a->scratch, true);
    for (uint32_t c = 0; c < d; c += 16)
        v16_store(out + c, attend_mix(a, v + c, 16, inv));
    if (d < a->d)
        v16_store_n(out + d, attend_mix(a, v + d, a->d - d, inv), a->d - d);
    if (a->mean)
        attend_mean(a, a->mean + r * (size_t)a->keys, h, inv);
}

static void
rows_attend(const struct attend *a)
{
    float scale = 1.0f / sqrtf((float)a->d);

    for (uint32_t r = 0; r < a->rows; r++)
        for (uint32_t h = 0; h < a->heads; h++)
            if (a->d == 32)
                attend_head(a, r, h, 32, scale);
            else if (a->d == 64)
                attend_head(a, r, h, 64, scale);
            else
                attend_head(a, r, h, a->d / 16 * 16, scale);
    if (a->next)
        rows_feed(a->next, a->out, a->ld_out, a->rows);
}
