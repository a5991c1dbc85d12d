/* SPDX-License-Identifier: ISC */
/*
 * kernel_bench - how fast products are, and how near to what the CPU can do.
 *
 *   kernel_bench [--json] [KERNEL...]
 *
 * For each kernel, shape of the students and number of rows: 10^9 multiply-adds
 * per second, and the share of what the kernel's own instructions reach when
 * they have nothing to do but sums on registers.  Weights rotate through 16 MB, as they do in a model, so
 * nothing is in the first two caches that would not be there in earnest.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "nn/kernel/kernel.h"

enum {
    ROTATE_BYTES = 16 << 20, /* of weights, about a tiny model */
    RUN_MS = 30, /* of one measurement, the best of RUNS */
    RUNS = 3,
};

static double
now_s(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static const struct shape {
    const char *name;
    uint32_t k, n;
    enum gemm_kind kind;
} shapes[] = {
    {"tiny QKV", 256, 768, GEMM_FLOAT},
    {"tiny out", 256, 256, GEMM_NORM},
    {"tiny ffn1", 256, 1536, GEMM_RELU},
    {"tiny ffn2", 1536, 256, GEMM_NORM},
    {"tiny words", 256, 729, GEMM_BEST},
    {"base-memory QKV", 384, 1152, GEMM_FLOAT},
    {"base-memory ffn1", 384, 1536, GEMM_RELU},
    {"base-memory ffn2", 1536, 384, GEMM_NORM},
    {"base QKV", 512, 1536, GEMM_FLOAT},
    {"base ffn1", 512, 2048, GEMM_RELU},
    {"base ffn2", 2048, 512, GEMM_NORM},
};

enum { N_SHAPES = sizeof(shapes) / sizeof(*shapes), ROWS_MAX = 256 };

/* What one shape needs; everything for ROWS_MAX rows. */
struct bench {
    const struct kernel *kr;
    const struct shape *shape;
    struct arena arena;
    struct linear *l;
    uint32_t n_l;
    struct feed in, next;
    float *out, *zeros;
    struct best *best;
};

static void *
zeroed(size_t n)
{
    n = (n + 63) / 64 * 64;
    return memset(aligned_alloc(64, n), 0, n);
}

static void
bench_init(struct bench *b, const struct kernel *kr, const struct shape *s)
{
    size_t bytes = linear_bytes(PRECISION_INT8, s->k, s->n);
    int8_t *q = xmalloc((size_t)s->k * s->n);
    struct columns c = {.n = s->n, .q = q, .quant = 100.0f};
    float *x = xmalloc(sizeof(*x) * s->k * ROWS_MAX);

    for (size_t i = 0; i < (size_t)s->k * s->n; i++)
        q[i] = (int8_t)(rand() % 255 - 127);
    for (size_t i = 0; i < (size_t)s->k * ROWS_MAX; i++)
        x[i] = (float)(rand() % 2000 - 1000) / 500.0f;
    b->kr = kr;
    b->shape = s;
    b->n_l = (uint32_t)(ROTATE_BYTES / bytes) + 1;
    b->l = xcalloc(b->n_l, sizeof(*b->l));
    arena_init(&b->arena, b->n_l * bytes);
    for (uint32_t i = 0; i < b->n_l; i++)
        linear_pack(
            kr, &b->l[i], PRECISION_INT8, s->k, 60.0f, &c, 1, &b->arena);
    b->in = (struct feed){.precision = PRECISION_INT8,
        .k = s->k,
        .rows = zeroed(feed_stride(PRECISION_INT8, s->k) * ROWS_MAX),
        .alpha = 60.0f};
    b->next = (struct feed){.precision = PRECISION_INT8,
        .k = s->n,
        .rows = zeroed(feed_stride(PRECISION_INT8, s->n) * ROWS_MAX),
        .alpha = 60.0f};
    b->out = zeroed(sizeof(float) * s->n * ROWS_MAX);
    b->zeros = zeroed(sizeof(float) * s->n);
    b->best = zeroed(sizeof(struct best) * ROWS_MAX);
    kernel_feed(kr, &b->in, x, s->k, ROWS_MAX);
    free(q);
    free(x);
}

static void
bench_fini(struct bench *b)
{
    arena_fini(&b->arena);
    free(b->l);
    free(b->in.rows);
    free(b->next.rows);
    free(b->out);
    free(b->zeros);
    free(b->best);
}

/* Multiply-adds per second, the best of some runs. */
static double
bench_rate(const struct bench *b, uint32_t rows)
{
    const struct shape *s = b->shape;
    struct gemm g = {.kind = s->kind,
        .in = &b->in,
        .rows = rows,
        .out = s->kind == GEMM_BEST ? NULL : b->out,
        .ld_out = s->n,
        .residual = s->kind == GEMM_NORM ? b->out : NULL,
        .ld_residual = s->n,
        .norm = {b->zeros, b->zeros},
        .next = s->kind == GEMM_FLOAT || s->kind == GEMM_BEST ? NULL : &b->next,
        .best = b->best,
        .banned = 1};
    double best = 0;

    for (int run = 0; run < RUNS; run++) {
        double start = now_s(), end = start, macs = 0;

        while (end - start < RUN_MS / 1000.0) {
            for (uint32_t i = 0; i < b->n_l; i++) {
                g.l = &b->l[i];
                kernel_gemm(b->kr, &g);
            }
            macs += (double)b->n_l * s->k * s->n * rows;
            end = now_s();
        }
        best = macs / (end - start) > best ? macs / (end - start) : best;
    }
    return best;
}

static void
bench_kernel(const struct kernel *kr, bool json)
{
    static const uint32_t rows[] = {1, 2, 4, 8, 16, 64, 256};
    enum { N_ROWS = sizeof(rows) / sizeof(*rows) };
    double peak = kernel_peak(kr);

    if (!json) {
        printf("\n%s: peak %.0f GMAC/s\n%-18s", kernel_name(kr), peak * 1e-9,
            "rows");
        for (int i = 0; i < N_ROWS; i++)
            printf("%13u", rows[i]);
        putchar('\n');
    }
    for (int i = 0; i < N_SHAPES; i++) {
        struct bench b;

        bench_init(&b, kr, &shapes[i]);
        if (!json)
            printf("%-18s", shapes[i].name);
        for (int j = 0; j < N_ROWS; j++) {
            double rate = bench_rate(&b, rows[j]);

            if (json)
                printf("{\"kernel\":\"%s\",\"shape\":\"%s\",\"k\":%u,"
                       "\"n\":%u,\"rows\":%u,\"gmacs\":%.1f,"
                       "\"peak\":%.1f,\"share\":%.3f}\n",
                    kernel_name(kr), shapes[i].name, shapes[i].k, shapes[i].n,
                    rows[j], rate * 1e-9, peak * 1e-9,
                    peak > 0 ? rate / peak : 0);
            else
                printf("%7.1f %3.0f %%", rate * 1e-9,
                    peak > 0 ? 100.0 * rate / peak : 0);
            fflush(stdout);
        }
        if (!json)
            putchar('\n');
        bench_fini(&b);
    }
}

int
main(int argc, char **argv)
{
    bool json = argc > 1 && strcmp(argv[1], "--json") == 0, any = false;

    for (int i = json ? 2 : 1; i < argc; i++) {
        struct err err;
        const struct kernel *kr = kernel_find(argv[i], &err);

        if (!kr) {
            fprintf(stderr, "kernel_bench: %s\n", err.text);
            return 1;
        }
        bench_kernel(kr, json);
        any = true;
    }
    for (size_t i = 0; !any && kernel_at(i); i++)
        bench_kernel(kernel_at(i), json);
    return 0;
}
