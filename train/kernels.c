/* SPDX-License-Identifier: ISC */
/* The parts of training that are not matrix products, fused, for one core.
 *
 * Sentences lie one behind the other without padding: a batch is one matrix
 * of pieces, and off[i] .. off[i + 1] are the rows of sentence i. Activations
 * and their gradients are bfloat16, or with -DFLOAT float32; all arithmetic is
 * float32. student.py compiles this file and calls it by ctypes; nothing at run
 * time needs it. */
#include <math.h>
#include <stdint.h>
#include <string.h>

#define HEAD 32 /* columns of one attention head */
#define LONGEST 256 /* pieces in a sentence */

#ifdef FLOAT
typedef float bf16;
#else
typedef uint16_t bf16;
#endif
typedef float f16v __attribute__((vector_size(64)));
typedef uint32_t u16v __attribute__((vector_size(64)));
typedef int32_t i16v __attribute__((vector_size(64)));
typedef uint16_t h16v __attribute__((vector_size(32)));

static inline f16v
loadf(const float *p)
{
    f16v x;

    memcpy(&x, p, sizeof x);
    return x;
}

static inline void
storef(float *p, f16v x)
{
    memcpy(p, &x, sizeof x);
}

#ifdef FLOAT
static inline f16v
load(const bf16 *p)
{
    return loadf(p);
}

static inline void
store(bf16 *p, f16v x)
{
    storef(p, x);
}
#else
static inline f16v
load(const bf16 *p)
{
    h16v h;

    memcpy(&h, p, sizeof h);
    return (f16v)(__builtin_convertvector(h, u16v) << 16);
}

static inline void
store(bf16 *p, f16v x)
{
    u16v u = (u16v)x;

    u = (u + 0x7fff + ((u >> 16) & 1)) >> 16;
    h16v h = __builtin_convertvector(u, h16v);
    memcpy(p, &h, sizeof h);
}
#endif

static inline f16v
splat(float x)
{
    return x - (f16v){0};
}

static inline float
sum(f16v x)
{
    float s = 0;

    for (int i = 0; i < 16; i++)
        s += x[i];
    return s;
}

/* a where yes, else b */
static inline f16v
pick(i16v yes, f16v a, f16v b)
{
    return (f16v)((yes & (i16v)a) | (~yes & (i16v)b));
}

static inline f16v
maxv(f16v a, f16v b)
{
    return pick(a > b, a, b);
}

static inline float
top(f16v x)
{
    float m = x[0];

    for (int i = 1; i < 16; i++)
        m = x[i] > m ? x[i] : m;
    return m;
}

/* e^x for x <= 88, relative error about 1e-6; 0 far below. */
static inline f16v
expv(f16v x)
{
    x = maxv(x, splat(-87.0f));
    f16v y = x * 1.44269504f;
    f16v shift = y + 12582912.0f; /* rounds to an integer */
    f16v whole = shift - 12582912.0f;
    f16v f = (y - whole) * 0.693147181f;
    f16v p = 1.0f / 720 * f + 1.0f / 120;
    p = p * f + 1.0f / 24;
    p = p * f + 1.0f / 6;
    p = p * f + 0.5f;
    p = p * f + 1.0f;
    p = p * f + 1.0f;
    u16v e = (u16v)(__builtin_convertvector(whole, i16v) + 127) << 23;
    return p * (f16v)e;
}

/* 1/(1-p) where an element stays and 0 where it is dropped. The same seed
 * gives the same mask, so that the way back need not be told. */
static inline f16v
mask(uint32_t seed, uint32_t at, uint32_t limit, float keep)
{
    u16v x = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

    x = (x + at) * 0x9E3779B1u ^ seed;
    x = (x ^ (x >> 15)) * 0x85EBCA77u;
    x = (x ^ (x >> 13)) * 0xC2B2AE3Du;
    x = x ^ (x >> 16);
    return pick(x >= limit, splat(keep), splat(0));
}

/* y = LN(drop(a) + x) */
void
norm_forward(int rows, int d, const bf16 *a, const bf16 *x, const float *scale,
    const float *bias, float drop, uint32_t seed, bf16 *y, bf16 *hat,
    float *inverse)
{
    uint32_t limit = (uint32_t)(drop * 4294967040.0f);
    float keep = 1 / (1 - drop);

    for (int r = 0; r < rows; r++) {
        float s[d] __attribute__((aligned(64)));
        f16v m = {0}, v = {0};

        for (int i = 0; i < d; i += 16) {
            uint32_t at = (uint32_t)(r * d + i);
            f16v t = load(a + at);

            if (limit)
                t *= mask(seed, at, limit, keep);
            t += load(x + at);
            m += t;
            storef(s + i, t);
        }
        float mean = sum(m) / d;
        for (int i = 0; i < d; i += 16) {
            f16v t = loadf(s + i) - mean;

            v += t * t;
            storef(s + i, t);
        }
        float inv = 1 / sqrtf(sum(v) / d + 1e-6f);
        inverse[r] = inv;
        for (int i = 0; i < d; i += 16) {
            f16v t = loadf(s + i) * inv;

            store(hat + r * d + i, t);
            store(y + r * d + i, t * loadf(scale + i) + loadf(bias + i));
        }
    }
}

/* From dy to dx (of the sum, so of x) and da; adds to dscale and dbias. */
void
norm_backward(int rows, int d, const bf16 *dy, const bf16 *hat,
    const float *inverse, const float *scale, float drop, uint32_t seed,
    bf16 *da, bf16 *dx, float *dscale, float *dbias)
{
    uint32_t limit = (uint32_t)(drop * 4294967040.0f);
    float keep = 1 / (1 - drop);

    for (int r = 0; r < rows; r++) {
        f16v m1 = {0}, m2 = {0};

        for (int i = 0; i < d; i += 16) {
            f16v g = load(dy + r * d + i), h = load(hat + r * d + i);

            storef(dscale + i, loadf(dscale + i) + g * h);
            storef(dbias + i, loadf(dbias + i) + g);
            g *= loadf(scale + i);
            m1 += g;
            m2 += g * h;
        }
        float a = sum(m1) / d, b = sum(m2) / d;
        for (int i = 0; i < d; i += 16) {
            uint32_t at = (uint32_t)(r * d + i);
            f16v g = load(dy + at) * loadf(scale + i);

            g = (g - a - load(hat + at) * b) * inverse[r];
            store(dx + at, g);
            if (limit)
                g *= mask(seed, at, limit, keep);
            store(da + at, g);
        }
    }
}

/* One head of one sentence as floats, keys and values also transposed. */
struct head {
    float q[LONGEST][HEAD], k[LONGEST][HEAD], v[LONGEST][HEAD];
    float kt[HEAD][LONGEST], vt[HEAD][LONGEST];
    float g[LONGEST][HEAD], dk[LONGEST][HEAD], dv[LONGEST][HEAD];
};

static void
fetch(float to[][HEAD], const bf16 *from, int n, int stride)
{
    for (int i = 0; i < n; i++)
        for (int c = 0; c < HEAD; c += 16)
            storef(&to[i][c], load(from + (size_t)i * stride + c));
}

static void
turn(float to[][LONGEST], float from[][HEAD], int n)
{
    int m = (n + 15) / 16 * 16;

    for (int c = 0; c < HEAD; c++)
        for (int i = 0; i < m; i++)
            to[c][i] = i < n ? from[i][c] : 0;
}

/* to[j] = sum over c of row[c] * m[c][j] */
static inline void
dots(float *to, const float *row, float m[][LONGEST], int n)
{
    for (int j = 0; j < n; j += 16) {
        f16v s = {0};

        for (int c = 0; c < HEAD; c++)
            s += row[c] * loadf(&m[c][j]);
        storef(to + j, s);
    }
}

static void
weights(float *p, const struct head *h, int i, int n)
{
    float scale = 1 / sqrtf(HEAD);
    int m = (n + 15) / 16 * 16;
    f16v high = splat(-1e30f), total = {0};

    dots(p, h->q[i], (float(*)[LONGEST])h->kt, m);
    for (int j = n; j < m; j++)
        p[j] = -1e30f;
    for (int j = 0; j < m; j += 16)
        high = maxv(high, loadf(p + j));
    float best = top(high);
    for (int j = 0; j < m; j += 16) {
        f16v e = expv((loadf(p + j) - best) * scale);

        storef(p + j, e);
    }
    for (int j = n; j < m; j++)
        p[j] = 0;
    for (int j = 0; j < m; j += 16)
        total += loadf(p + j);
    float one = 1 / sum(total);
    for (int j = 0; j < m; j += 16)
        storef(p + j, loadf(p + j) * one);
}

/* q, k and v are columns of wider matrices, hence the strides. */
void
attention_forward(int sentences, const int *qoff, const int *koff, int heads,
    const bf16 *q, int qs, const bf16 *k, const bf16 *v, int ks, bf16 *out)
{
    static _Thread_local struct head h;
    float p[LONGEST] __attribute__((aligned(64)));

    for (int s = 0; s < sentences; s++)
        for (int a = 0; a < heads; a++) {
            int nq = qoff[s + 1] - qoff[s], nk = koff[s + 1] - koff[s];

            fetch(h.q, q + (size_t)qoff[s] * qs + a * HEAD, nq, qs);
            fetch(h.k, k + (size_t)koff[s] * ks + a * HEAD, nk, ks);
            fetch(h.v, v + (size_t)koff[s] * ks + a * HEAD, nk, ks);
            turn(h.kt, h.k, nk);
            for (int i = 0; i < nq; i++) {
                bf16 *o = out + (size_t)(qoff[s] + i) * heads * HEAD + a * HEAD;
                f16v x = {0}, y = {0};

                weights(p, &h, i, nk);
                for (int j = 0; j < nk; j++) {
                    x += p[j] * loadf(h.v[j]);
                    y += p[j] * loadf(h.v[j] + 16);
                }
                store(o, x);
                store(o + 16, y);
            }
        }
}

static void
add_row(float *to, float w, const float *row)
{
    for (int c = 0; c < HEAD; c += 16)
        storef(to + c, loadf(to + c) + w * loadf(row + c));
}

static void
put(bf16 *to, float from[][HEAD], int n, int stride)
{
    for (int i = 0; i < n; i++)
        for (int c = 0; c < HEAD; c += 16)
            store(to + (size_t)i * stride + c, loadf(&from[i][c]));
}

void
attention_backward(int sentences, const int *qoff, const int *koff, int heads,
    const bf16 *q, int qs, const bf16 *k, const bf16 *v, int ks,
    const bf16 *dout, bf16 *dq, bf16 *dk, bf16 *dv)
{
    static _Thread_local struct head h;
    float p[LONGEST] __attribute__((aligned(64)));
    float g[LONGEST] __attribute__((aligned(64)));
    float scale = 1 / sqrtf(HEAD);

    for (int s = 0; s < sentences; s++)
        for (int a = 0; a < heads; a++) {
            int nq = qoff[s + 1] - qoff[s], nk = koff[s + 1] - koff[s];
            int m = (nk + 15) / 16 * 16;
            size_t qat = (size_t)qoff[s] * qs + a * HEAD;
            size_t kat = (size_t)koff[s] * ks + a * HEAD;

            fetch(h.q, q + qat, nq, qs);
            fetch(h.k, k + kat, nk, ks);
            fetch(h.v, v + kat, nk, ks);
            fetch(h.g, dout + (size_t)qoff[s] * heads * HEAD + a * HEAD, nq,
                heads * HEAD);
            turn(h.kt, h.k, nk);
            turn(h.vt, h.v, nk);
            memset(h.dk, 0, sizeof h.dk[0] * (size_t)nk);
            memset(h.dv, 0, sizeof h.dv[0] * (size_t)nk);
            for (int i = 0; i < nq; i++) {
                float row[HEAD] __attribute__((aligned(64))) = {0};
                f16v t = {0};

                weights(p, &h, i, nk);
                dots(g, h.g[i], h.vt, m);
                for (int j = 0; j < m; j += 16)
                    t += loadf(p + j) * loadf(g + j);
                float mean = sum(t);
                for (int j = 0; j < m; j += 16)
                    storef(g + j, loadf(p + j) * (loadf(g + j) - mean) * scale);
                for (int j = 0; j < nk; j++) {
                    add_row(row, g[j], h.k[j]);
                    add_row(h.dk[j], g[j], h.q[i]);
                    add_row(h.dv[j], p[j], h.g[i]);
                }
                put(dq + qat + (size_t)i * qs, &row, 1, qs);
            }
            put(dk + kat, h.dk, nk, ks);
            put(dv + kat, h.dv, nk, ks);
        }
}

static inline f16v
sigmoid(f16v x)
{
    return 1.0f / (1.0f + expv(-x));
}

/* The SSRU: zf holds z and the gate before its sigmoid side by side;
 * c = f * c + (1 - f) * z is kept, out = relu(c). */
void
ssru_forward(
    int sentences, const int *off, int d, const bf16 *zf, float *c, bf16 *out)
{
    for (int s = 0; s < sentences; s++)
        for (int r = off[s]; r < off[s + 1]; r++)
            for (int i = 0; i < d; i += 16) {
                size_t at = (size_t)r * d + i, in = (size_t)r * 2 * d + i;
                f16v z = load(zf + in), f = sigmoid(load(zf + in + d));
                f16v old = r > off[s] ? loadf(c + at - d) : splat(0);
                f16v new = z + f *(old - z);

                storef(c + at, new);
                store(out + at, maxv(new, splat(0)));
            }
}

void
ssru_backward(int sentences, const int *off, int d, const bf16 *zf,
    const float *c, const bf16 *dout, bf16 *dzf)
{
    float carry[d] __attribute__((aligned(64)));

    for (int s = 0; s < sentences; s++) {
        memset(carry, 0, sizeof carry);
        for (int r = off[s + 1] - 1; r >= off[s]; r--)
            for (int i = 0; i < d; i += 16) {
                size_t at = (size_t)r * d + i, in = (size_t)r * 2 * d + i;
                f16v z = load(zf + in), f = sigmoid(load(zf + in + d));
                f16v old = r > off[s] ? loadf(c + at - d) : splat(0);
                f16v g = load(dout + at), now = loadf(c + at);

                g = pick(now > 0, g, splat(0));
                g += loadf(carry + i);
                storef(carry + i, g * f);
                store(dzf + in, g * (1.0f - f));
                store(dzf + in + d, g * (old - z) * f * (1.0f - f));
            }
    }
}

/* y = relu(y + bias) in place */
void
relu_forward(int rows, int d, bf16 *y, const float *bias)
{
    for (int r = 0; r < rows; r++)
        for (int i = 0; i < d; i += 16) {
            size_t at = (size_t)r * d + i;

            store(y + at, maxv(load(y + at) + loadf(bias + i), splat(0)));
        }
}

/* g = 0 where y is; adds to dbias */
void
relu_backward(int rows, int d, const bf16 *y, bf16 *g, float *dbias)
{
    for (int r = 0; r < rows; r++)
        for (int i = 0; i < d; i += 16) {
            size_t at = (size_t)r * d + i;
            f16v t = pick(load(y + at) > 0, load(g + at), splat(0));

            store(g + at, t);
            storef(dbias + i, loadf(dbias + i) + t);
        }
}

void
bias_forward(int rows, int d, bf16 *y, const float *bias)
{
    for (int r = 0; r < rows; r++)
        for (int i = 0; i < d; i += 16) {
            size_t at = (size_t)r * d + i;

            store(y + at, load(y + at) + loadf(bias + i));
        }
}

void
bias_backward(int rows, int d, const bf16 *g, float *dbias)
{
    for (int r = 0; r < rows; r++)
        for (int i = 0; i < d; i += 16)
            storef(dbias + i, loadf(dbias + i) + load(g + (size_t)r * d + i));
}

/* Rows of the embedding times sqrt(d) plus positions. Id -1 is the zero
 * vector in front of the first word. */
void
embed_forward(int sentences, const int *off, int d, const int *ids,
    const float *table, const float *positions, float drop, uint32_t seed,
    bf16 *y)
{
    uint32_t limit = (uint32_t)(drop * 4294967040.0f);
    float scale = sqrtf((float)d), keep = 1 / (1 - drop);

    for (int s = 0; s < sentences; s++)
        for (int r = off[s]; r < off[s + 1]; r++)
            for (int i = 0; i < d; i += 16) {
                f16v x = loadf(positions + (size_t)(r - off[s]) * d + i);

                if (ids[r] >= 0)
                    x += loadf(table + (size_t)ids[r] * d + i) * scale;
                if (limit)
                    x *= mask(seed, (uint32_t)(r * d + i), limit, keep);
                store(y + (size_t)r * d + i, x);
            }
}

void
embed_backward(int rows, int d, const int *ids, const bf16 *g, float drop,
    uint32_t seed, float *dtable)
{
    uint32_t limit = (uint32_t)(drop * 4294967040.0f);
    float scale = sqrtf((float)d), keep = 1 / (1 - drop);

    for (int r = 0; r < rows; r++)
        for (int i = 0; ids[r] >= 0 && i < d; i += 16) {
            float *to = dtable + (size_t)ids[r] * d + i;
            f16v x = load(g + (size_t)r * d + i) * scale;

            if (limit)
                x *= mask(seed, (uint32_t)(r * d + i), limit, keep);
            storef(to, loadf(to) + x);
        }
}

/* Cross entropy with smoothed labels. The logits, without their bias, become
 * their gradient times scale; dbias is added to. Returns the summed
 * -log p(target), *right counts where the target was the best. */
double
entropy(int rows, int v, bf16 *logits, const float *bias, const int *ids,
    float smooth, float scale, float *dbias, int *right)
{
    double loss = 0;
    float x[v] __attribute__((aligned(64)));

    for (int r = 0; r < rows; r++) {
        bf16 *row = logits + (size_t)r * v;
        f16v high = splat(-1e30f), total = {0};

        for (int i = 0; i < v; i += 16) {
            f16v t = load(row + i) + loadf(bias + i);

            high = maxv(high, t);
            storef(x + i, t);
        }
        float best = top(high), target = x[ids[r]];
        for (int i = 0; i < v; i += 16) {
            f16v e = expv(loadf(x + i) - best);

            total += e;
            storef(x + i, e);
        }
        float all = sum(total);
        loss += logf(all) + best - target;
        *right += target >= best;
        for (int i = 0; i < v; i += 16)
            storef(x + i, loadf(x + i) * (1 / all) - smooth / v);
        x[ids[r]] -= 1 - smooth;
        for (int i = 0; i < v; i += 16) {
            f16v g = loadf(x + i) * scale;

            storef(dbias + i, loadf(dbias + i) + g);
            store(row + i, g);
        }
    }
    return loss;
}

void
accumulate(int n, float *to, const bf16 *from)
{
    for (int i = 0; i < n; i += 16)
        storef(to + i, loadf(to + i) + load(from + i));
}

/* One step of Adam on n floats (a multiple of 16), and the running mean. */
void
adam(int n, float *w, float *g, float *m, float *v, float *mean, float rate,
    float b1, float b2, float fix1, float fix2, float decay)
{
    for (int i = 0; i < n; i++) {
        float d = g[i], a = m[i] = b1 * m[i] + (1 - b1) * d;
        float b = v[i] = b2 * v[i] + (1 - b2) * d * d;

        w[i] -= rate * (a * fix1) / (sqrtf(b * fix2) + 1e-9f);
        mean[i] += (1 - decay) * (w[i] - mean[i]);
        g[i] = 0;
    }
}

/* w -= rate * u, the running mean, and the copy in bfloat16. */
void
muon(int n, float *w, const bf16 *u, float *mean, bf16 *half, float rate,
    float shrink, float decay)
{
    for (int i = 0; i < n; i += 16) {
        f16v t = loadf(w + i) * shrink - load(u + i) * rate;
        f16v a = loadf(mean + i);

        storef(w + i, t);
        storef(mean + i, a + (1 - decay) * (t - a));
        store(half + i, t);
    }
}

/* m = b * m + g, u = g + b * m */
void
momentum(int n, const bf16 *g, float *m, bf16 *u, float b)
{
    for (int i = 0; i < n; i += 16) {
        f16v d = load(g + i), t = loadf(m + i) * b + d;

        storef(m + i, t);
        store(u + i, d + t * b);
    }
}
