/* SPDX-License-Identifier: ISC */
/* The functions on rows that products do not need.  After kernel_rows.h. */

static void
rows_embed(
    const int8_t *row, float factor, const float *pos, uint32_t k, float *out)
{
    uint32_t c = 0;

    for (; c + 16 <= k; c += 16) {
        v16 x;

        EACH x.v[i_] = vfloat(vbytes_load(row + c + i_ * W));
        v16_store(
            out + c, v16_add(v16_mul(x, v16_set(factor)), v16_load(pos + c)));
    }
    for (; c < k; c++)
        out[c] = (float)row[c] * factor + pos[c];
}

static void
rows_norm(const struct norm *nm, const float *x, const float *add, uint32_t k,
    float *out)
{
    if (add)
        for (uint32_t c = 0; c < k; c += 16)
            v16_store_n(out + c,
                v16_add(v16_load_n(x + c, k - c), v16_load_n(add + c, k - c)),
                k - c);
    else if (out != x)
        memcpy(out, x, k * sizeof(*x));
    norm_row(nm, k, out);
}

INLINE v16
v16_sigmoid(v16 x)
{
    v16 one = v16_set(1.0f);

    return v16_div(one, v16_add(one, v16_exp(v16_sub(v16_set(0.0f), x))));
}

static void
rows_ssru(const float *z, const float *f, float *c, const float *x, uint32_t k,
    float *out)
{
    for (uint32_t i = 0; i < k; i += 16) {
        uint32_t n = k - i;
        v16 gate = v16_sigmoid(v16_load_n(f + i, n));
        v16 keep = v16_mul(gate, v16_load_n(c + i, n));
        v16 take = v16_mul(v16_sub(v16_set(1.0f), gate), v16_load_n(z + i, n));
        v16 state = v16_add(keep, take);

        v16_store_n(c + i, state, n);
        state = v16_max(state, v16_set(0.0f));
        v16_store_n(out + i, v16_add(state, v16_load_n(x + i, n)), n);
    }
}

/* e = exp(x - max), their sum returned; e may be x and has room for n rounded
 * up to 16. */
INLINE float
softmax_top(const float *x, uint32_t n, float *ret_max, float *e, bool padded)
{
    v16 most = v16_set(-FLT_MAX), sum = v16_set(0.0f);

    for (uint32_t i = 0; i < n; i += 16)
        most =
            v16_max(v16_keep(v16_load_n(x + i, n - i), n - i, -FLT_MAX), most);
    *ret_max = v16_greatest(most);
    most = v16_set(*ret_max);
    for (uint32_t i = 0; i < n; i += 16) {
        v16 y = v16_exp(v16_sub(v16_load_n(x + i, n - i), most));

        y = v16_keep(y, n - i, 0.0f);
        sum = v16_add(sum, y);
        if (e && padded)
            v16_store(e + i, y);
        else if (e)
            v16_store_n(e + i, y, n - i);
    }
    return v16_sum(sum);
}

static void
rows_softmax(const float *x, uint32_t n, float *y)
{
    float max, sum = softmax_top(x, n, &max, y, false);
    v16 inv = v16_set(1.0f / sum);

    for (uint32_t i = 0; i < n; i += 16)
        v16_store_n(y + i, v16_mul(v16_load_n(y + i, n - i), inv), n - i);
}

static float
rows_sumexp(const float *x, uint32_t n, float *max)
{
    return softmax_top(x, n, max, NULL, false);
}

static void
rows_sigmoid(const float *x, uint32_t n, float *y)
{
    for (uint32_t i = 0; i < n; i += 16)
        v16_store_n(y + i, v16_sigmoid(v16_load_n(x + i, n - i)), n - i);
}

static void
rows_exp(const float *x, uint32_t n, float *y)
{
    for (uint32_t i = 0; i < n; i += 16)
        v16_store_n(y + i, v16_exp(v16_load_n(x + i, n - i)), n - i);
}
