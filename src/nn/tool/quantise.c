/* SPDX-License-Identifier: ISC */
#include "nn/tool/quantise.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "nn/format/marian_impl.h"

#define ALPHA_SUFFIX "_QuantMultA"

enum { Q_MAX = 127, ALPHA_NAME_MAX = 200 };

static bool
has(struct span s, const char *word)
{
    return memmem(s.p, s.len, word, strlen(word)) != NULL;
}

static bool
ends_with(struct span s, const char *end)
{
    size_t n = strlen(end);

    return s.len >= n && memcmp(s.p + s.len - n, end, n) == 0;
}

static bool
wants(struct span name)
{
    struct span but_one = name;

    if (ends_with(name, ALPHA_SUFFIX))
        return false;
    but_one.len -= but_one.len > 0;
    return has(name, "Wemb") || ends_with(name, "_W") ||
           ends_with(but_one, "_W");
}

bool
quantise_wants(const char *name)
{
    return wants(span_of(name));
}

static bool
no_memory(struct err *err)
{
    return err_set(err, FAIL_SYSTEM, "out of memory");
}

/* The factor that makes the largest weight 127; a zero matrix has any. */
static bool
find_factor(const struct marian_tensor *t, float *ret, struct err *err)
{
    const float *w = t->data;
    size_t n = t->bytes / sizeof(*w);
    float max = 0;

    for (size_t i = 0; i < n; i++) {
        if (!isfinite(w[i]))
            return err_set(err, FAIL_BAD_INPUT,
                "tensor %.*s has numbers that are none", SPAN_ARG(t->name));
        if (fabsf(w[i]) > max)
            max = fabsf(w[i]);
    }
    *ret = max > 0 ? Q_MAX / max : Q_MAX;
    if (!isfinite(*ret))
        return err_set(err, FAIL_BAD_INPUT,
            "the numbers of tensor %.*s are too small", SPAN_ARG(t->name));
    return true;
}

static int8_t
to_int8(float w, float factor)
{
    float q = rintf(w * factor); /* half to even, as the converter rounds */

    return (int8_t)fmaxf(-Q_MAX, fminf(Q_MAX, q));
}

/* Make t, a float matrix, an int8 one whose data m keeps. */
static bool
to_matrix8(struct marian *m, struct marian_tensor *t, struct err *err)
{
    const float *w = t->data;
    size_t k = t->dims[0], n = t->dims[1];
    float factor = 0;
    int8_t *q;

    if (t->rank != 2)
        return err_set(
            err, FAIL_BAD_INPUT, "tensor %.*s is no matrix", SPAN_ARG(t->name));
    if (!find_factor(t, &factor, err))
        return false;
    q = marian_keep(m, k * n);
    if (!q)
        return no_memory(err);
    if (has(t->name, "Wemb"))
        for (size_t i = 0; i < k * n; i++)
            q[i] = to_int8(w[i], factor);
    else
        for (size_t i = 0; i < k; i++)
            for (size_t j = 0; j < n; j++)
                q[j * k + i] = to_int8(w[i * n + j], factor);
    t->type = MARIAN_I8;
    t->data = q;
    t->bytes = k * n;
    t->quant_mult = factor;
    return true;
}

static bool
copy_data(struct marian *m, struct marian_tensor *t, struct err *err)
{
    void *copy = marian_keep(m, t->bytes);

    if (!copy)
        return no_memory(err);
    memcpy(copy, t->data, t->bytes);
    t->data = copy;
    return true;
}

/* Is name the constant of one of those given anew? */
static bool
is_replaced(
    struct span name, const struct marian_alpha *alphas, size_t n_alphas)
{
    if (!ends_with(name, ALPHA_SUFFIX))
        return false;
    name.len -= strlen(ALPHA_SUFFIX);
    for (size_t i = 0; i < n_alphas; i++)
        if (span_eqz(name, alphas[i].name))
            return true;
    return false;
}

static bool
add_tensor(struct marian *m, const struct marian_tensor *from, struct err *err)
{
    struct marian_tensor t = *from;
    bool ok;

    if (!marian_name(m, from->name, &t.name, err))
        return false;
    ok = t.type == MARIAN_F32 && wants(t.name) ? to_matrix8(m, &t, err)
                                               : copy_data(m, &t, err);
    if (ok)
        marian_push(m, &t);
    return ok;
}

static bool
add_alpha(struct marian *m, const struct marian_alpha *alpha, struct err *err)
{
    struct marian_tensor t = {.type = MARIAN_F32,
        .rank = 2,
        .dims = {1, 1, 1, 1},
        .data = &alpha->alpha,
        .bytes = sizeof(alpha->alpha)};
    char name[ALPHA_NAME_MAX];

    if (!isfinite(alpha->alpha) || alpha->alpha <= 0)
        return err_set(err, FAIL_BAD_INPUT,
            "the activation constant of %s is impossible", alpha->name);
    if (snprintf(name, sizeof(name), "%s" ALPHA_SUFFIX, alpha->name) >=
        (int)sizeof(name))
        return err_set(err, FAIL_BAD_INPUT, "a tensor's name is too long");
    if (!marian_name(m, span_of(name), &t.name, err) || !copy_data(m, &t, err))
        return false;
    marian_push(m, &t);
    return true;
}

static bool
fill(struct marian *m, const struct marian *from,
    const struct marian_alpha *alphas, size_t n_alphas, struct err *err)
{
    if (from->n + n_alphas > MARIAN_TENSORS_MAX)
        return err_set(
            err, FAIL_TOO_LARGE, "more than %d tensors", MARIAN_TENSORS_MAX);
    for (size_t i = 0; i < from->n; i++) {
        if (is_replaced(from->tensors[i].name, alphas, n_alphas))
            continue;
        if (!add_tensor(m, &from->tensors[i], err))
            return false;
    }
    for (size_t i = 0; i < n_alphas; i++)
        if (!add_alpha(m, &alphas[i], err))
            return false;
    return marian_finish(m, err);
}

struct marian *
quantise(const struct marian *m, const struct marian_alpha *alphas,
    size_t n_alphas, struct err *err)
{
    struct marian *ret = marian_new();

    if (!fill(ret, m, alphas, n_alphas, err)) {
        marian_close(ret);
        return NULL;
    }
    return ret;
}

bool
quantise_file(const char *in, const char *out,
    const struct marian_alpha *alphas, size_t n_alphas, struct err *err)
{
    struct marian *from = marian_open(in, err);
    struct marian *to = NULL;
    bool ok = false;

    if (from)
        to = quantise(from, alphas, n_alphas, err);
    if (to)
        ok = marian_write(out, to->tensors, to->n, err);
    marian_close(from);
    marian_close(to);
    return ok;
}
