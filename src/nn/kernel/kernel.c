/* SPDX-License-Identifier: ISC */
#include "nn/kernel/kernel.h"

#include <assert.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "nn/kernel/cpu.h"
#include "nn/kernel/kernel_ops.h"

static const char *const known[] = {
    "amx", "vnni", "avxvnni", "avx2", "sse4", "neon", "scalar"};

enum { KERNELS = sizeof(known) / sizeof(*known) };

/* Linked into meeshy-nn alone, and never the best. */
extern const struct kernel kernel_saturating __attribute__((weak));

/* What this CPU has, best first, and the one in use; filled once. */
static struct {
    const struct kernel *list[KERNELS + 2];
    const struct kernel *used; /* NULL: err says why */
    struct err err;
} here;

static void
look(void)
{
    struct cpu cpu = cpu_look();
    const struct kernel **k = here.list;
    const char *name = getenv("MEESHY_KERNEL");

#ifdef __x86_64__
    if (cpu.amx)
        *k++ = cpu.avx512bf16 ? &kernel_amx_bf16 : &kernel_amx;
    if (cpu.avx512vnni)
        *k++ = cpu.avx512bf16 ? &kernel_vnni_bf16 : &kernel_vnni;
    if (cpu.avxvnni)
        *k++ = &kernel_avxvnni;
    if (cpu.avx2)
        *k++ = &kernel_avx2;
    if (cpu.sse4)
        *k++ = &kernel_sse4;
#endif
#ifdef __aarch64__
    if (cpu.neon_dot)
        *k++ = &kernel_neon;
#endif
    (void)cpu;
    *k++ = &kernel_scalar;
    if (&kernel_saturating)
        *k = &kernel_saturating;
    here.used = here.list[0];
    if (name && *name) {
        here.used = NULL;
        for (k = here.list; *k; k++)
            if (strcmp(name, (*k)->name) == 0)
                here.used = *k;
    }
}

static void
look_once(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, look);
}

static bool
is_known(const char *name)
{
    for (size_t i = 0; i < KERNELS; i++)
        if (strcmp(name, known[i]) == 0)
            return true;
    return false;
}

const struct kernel *
kernel_find(const char *name, struct err *err)
{
    char has[100];
    int n = 0;

    look_once();
    for (size_t i = 0; here.list[i]; i++)
        if (strcmp(name, here.list[i]->name) == 0)
            return here.list[i];
    for (size_t i = 0; here.list[i]; i++)
        n += snprintf(has + n, sizeof(has) - n, " %s", here.list[i]->name);
    err_set(err, FAIL_BAD_INPUT, "kernel %.40s %s; here are:%s", name,
        is_known(name) ? "cannot run on this CPU" : "is unknown", has);
    return NULL;
}

const struct kernel *
kernel_get(struct err *err)
{
    look_once();
    return here.used ? here.used : kernel_find(getenv("MEESHY_KERNEL"), err);
}

const struct kernel *
kernel_at(size_t i)
{
    look_once();
    return i < KERNELS ? here.list[i] : NULL;
}

const char *
kernel_name(const struct kernel *kr)
{
    return kr->name;
}

double
kernel_peak(const struct kernel *kr)
{
    enum { LOOPS = 200000, RUNS = 20 };
    double best = 0;

    for (int i = 0; kr->peak && i < RUNS; i++) {
        int64_t start = clock_mono_us();
        double macs = (double)kr->peak(LOOPS) * LOOPS;
        double rate = macs * 1e6 / (double)(clock_mono_us() - start + 1);

        best = rate > best ? rate : best;
    }
    return best;
}

bool
kernel_has_bf16(const struct kernel *kr)
{
    return kr->bf16;
}

void
kernel_feed(const struct kernel *kr, const struct feed *f, const float *x,
    size_t ldx, uint32_t rows)
{
    kr->feed(f, x, ldx, rows);
}

void
kernel_embed(const struct kernel *kr, const struct table *t, uint32_t id,
    float factor, const float *pos, uint32_t k, float *out,
    const struct feed *next)
{
    if (!t) {
        memcpy(out, pos, k * sizeof(*out));
    } else {
        const char *row =
            (const char *)t->rows + id * feed_stride(t->precision, t->k);

        assert(id < t->n && k == t->k);
        if (t->precision == PRECISION_INT8) {
            kr->embed((const int8_t *)row, t->factor[id] * factor, pos, k, out);
        } else {
            for (uint32_t i = 0; i < k; i++) {
                union {
                    uint32_t u;
                    float f;
                } x;

                if (t->precision == PRECISION_FLOAT32)
                    x.f = ((const float *)row)[i];
                else
                    x.u = (uint32_t)((const uint16_t *)row)[i] << 16;
                out[i] = x.f * factor + pos[i];
            }
        }
    }
    if (next)
        kr->feed(next, out, k, 1);
}

void
kernel_gemm(const struct kernel *kr, const struct gemm *g)
{
    const struct linear *l = g->l;

    assert(g->in->precision == l->precision && g->in->k == l->k);
    assert(g->in->alpha == l->alpha || l->precision != PRECISION_INT8);
    assert(
        !g->next || (g->next->k == l->n && g->next->precision == l->precision));
    assert(g->kind != GEMM_RELU || g->next);
    assert(g->kind != GEMM_BEST || g->best);
    switch (l->precision) {
    case PRECISION_INT8:
        kr->gemm_i8(g);
        break;
    case PRECISION_BFLOAT16:
        kr->gemm_bf16(g);
        break;
    case PRECISION_FLOAT32:
        kr->gemm_f32(g);
        break;
    }
}

void
kernel_norm(const struct kernel *kr, const struct norm *nm, const float *x,
    const float *add, uint32_t k, float *out, const struct feed *next)
{
    kr->norm(nm, x, add, k, out);
    if (next)
        kr->feed(next, out, k, 1);
}

void
kernel_ssru(const struct kernel *kr, const struct norm *nm, const float *z,
    const float *f, float *c, const float *x, uint32_t k, float *out,
    const struct feed *next)
{
    kr->ssru(z, f, c, x, k, out);
    kernel_norm(kr, nm, out, NULL, k, out, next);
}

size_t
attend_scratch(uint32_t keys, uint32_t heads, uint32_t d)
{
    size_t ld = ((size_t)keys + KERNEL_LANES - 1) / KERNEL_LANES * KERNEL_LANES;

    return ld * (d + (heads < 4 ? 4 : heads));
}

void
kernel_attend(const struct kernel *kr, const struct attend *a)
{
    assert(a->keys > 0);
    kr->attend(a);
}

void
kernel_softmax(const struct kernel *kr, const float *x, uint32_t n, float *y)
{
    kr->softmax(x, n, y);
}

void
kernel_sigmoid(const struct kernel *kr, const float *x, uint32_t n, float *y)
{
    kr->sigmoid(x, n, y);
}

void
kernel_exp(const struct kernel *kr, const float *x, uint32_t n, float *y)
{
    kr->exp(x, n, y);
}

float
kernel_logsum(const struct kernel *kr, const float *x, uint32_t n)
{
    float max, sum = kr->sumexp(x, n, &max);

    return max + logf(sum);
}
