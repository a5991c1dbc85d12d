/* SPDX-License-Identifier: ISC */
#include "nn/kernel/testing_kernel.h"

/* What kernels do with rows of numbers, each compared with the scalar one. */

static void
exp_is_right_to_2e_7_and_sigmoid_bounded(void)
{
    float x[1000], y[1000];

    for (int i = 0; i < 1000; i++)
        x[i] = (float)i * 0.173f - 86.5f;
    for (size_t i = 0; kernel_nth(i); i++) {
        kernel_exp(kernel_nth(i), x, 1000, y);
        for (int j = 0; j < 1000; j++)
            CHECK(x[j] > 88.0f || fabs(y[j] / exp((double)x[j]) - 1.0) < 2e-7);
        kernel_sigmoid(kernel_nth(i), x, 1000, y);
        for (int j = 0; j < 1000; j++)
            CHECK(fabs(y[j] - 1.0 / (1.0 + exp(-(double)x[j]))) < 2e-7);
    }
}

/* Outputs of one kernel's functions on rows of k, appended to one array. */
enum { ROWS_OUT = 8192 };
static size_t
rows_run(const struct kernel *kr, uint32_t k, const float *x, float *to)
{
    struct norm nm = {x + 3 * k, x + 4 * k};
    struct feed next = feed_new(PRECISION_INT8, k, 1, 30.0f);
    float *p = to;
    uint8_t *bytes;
    size_t n;

    kernel_norm(kr, &nm, x, NULL, k, p, NULL);
    kernel_norm(kr, &nm, x, x + k, k, p + k, &next);
    bytes = feed_numbers(kr, &next, 1, &n);
    for (uint32_t i = 0; i < k; i++)
        p[2 * k + i] = bytes[i];
    free(bytes);
    memcpy(p + 3 * k, x, k * sizeof(*p));
    kernel_ssru(kr, &nm, x + k, x + 2 * k, p + 3 * k, x, k, p + 4 * k, NULL);
    kernel_softmax(kr, x, k, p + 5 * k);
    kernel_sigmoid(kr, x, k, p + 6 * k);
    kernel_exp(kr, x, k, p + 7 * k);
    p[8 * k] = kernel_logsum(kr, x, k);
    feed_free(&next);
    return 8 * k + 1;
}

static void
functions_on_rows_are_the_same_on_all_kernels(void)
{
    static const uint32_t k[] = {1, 7, 16, 23, 31, 32, 40, 256, 384, 500};
    float want[ROWS_OUT], got[ROWS_OUT];

    for (size_t j = 0; j < sizeof(k) / sizeof(*k); j++) {
        float *x = floats(5 * k[j]);
        size_t n = rows_run(kernel_nth(0), k[j], x, want);

        for (size_t i = 1; kernel_nth(i); i++) {
            rows_run(kernel_nth(i), k[j], x, got);
            CHECK(memcmp(want, got, n * sizeof(float)) == 0);
        }
        free(x);
    }
}

static void
layer_norm_has_mean_0_and_variance_1(void)
{
    enum { K = 256 };
    float *x = floats(K), one[K], zero[K] = {0}, y[K];
    double mean = 0, square = 0;

    for (int i = 0; i < K; i++) {
        one[i] = 1.0f;
        x[i] = x[i] * 5.0f + 3.0f;
    }
    kernel_norm(kernel_nth(0), &(struct norm){one, zero}, x, NULL, K, y, NULL);
    for (int i = 0; i < K; i++) {
        mean += y[i] / K;
        square += (double)y[i] * y[i] / K;
    }
    CHECK(fabs(mean) < 1e-6 && fabs(square - 1.0) < 1e-5);
    free(x);
}

/* Attention by its definition, in double. */
static double
attend_exact(const struct attend *a, uint32_t r, uint32_t col, double *weight)
{
    uint32_t h = col / a->d;
    double sum = 0, y = 0;

    for (uint32_t j = 0; j < a->keys; j++) {
        double s = 0;

        for (uint32_t c = h * a->d; c < (h + 1) * a->d; c++)
            s += (double)a->q[r * a->ld_q + c] * a->k[j * a->ld_kv + c];
        weight[j] = exp(s / sqrt(a->d));
        sum += weight[j];
    }
    for (uint32_t j = 0; j < a->keys; j++) {
        weight[j] /= sum;
        y += weight[j] * a->v[j * a->ld_kv + col];
    }
    return y;
}

static void
attention_is_right_and_the_same_on_all_kernels(void)
{
    static const uint32_t keys[] = {1, 5, 15, 16, 17, 23, 64, 100};
    static const uint32_t d[] = {8, 16, 32, 48, 64, 5};

    for (int i = 0; i < 48; i++) {
        struct attend a = {.rows = 1 + i % 7,
            .keys = keys[i % 8],
            .heads = i % 3 ? 8 : 3,
            .d = d[i / 8]};
        uint32_t dim = a.heads * a.d, size = a.rows * (dim + 3);
        float *first = NULL, *mean1 = NULL;
        double weight[100];

        a.ld_q = a.ld_out = dim + 3;
        a.ld_kv = 2 * dim;
        a.q = floats(size);
        a.k = floats(a.keys * a.ld_kv);
        a.v = a.k + dim;
        a.scratch = lines(attend_scratch(a.keys, a.heads, a.d) * sizeof(float));
        for (size_t n = 0; kernel_nth(n); n++) {
            a.out = xcalloc(size, sizeof(float));
            a.mean = i % 2 ? floats(a.rows * a.keys) : NULL;
            kernel_attend(kernel_nth(n), &a);
            if (n == 0) {
                for (uint32_t r = 0; r < a.rows; r++)
                    for (uint32_t c = 0; c < dim; c++)
                        CHECK(fabs(a.out[r * a.ld_out + c] -
                                   attend_exact(&a, r, c, weight)) < 1e-5);
                first = a.out;
                mean1 = a.mean;
                continue;
            }
            CHECK(memcmp(first, a.out, size * sizeof(float)) == 0);
            CHECK(!a.mean ||
                  memcmp(mean1, a.mean, a.rows * a.keys * sizeof(float)) == 0);
            free(a.out);
            free(a.mean);
        }
        free(first);
        free(mean1);
        free((void *)a.q);
        free((void *)a.k);
        free(a.scratch);
    }
}

static void
an_embedding_is_its_row_times_the_factor_plus_position(void)
{
    enum { K = 72, N = 10 };
    int8_t q[K * N];
    float *pos = floats(K), *f = floats(K * N);

    for (int i = 0; i < K * N; i++)
        q[i] = (int8_t)(rnd(255) - 127);
    for (size_t i = 0; kernel_nth(i); i++)
        for (int p = 0; p < 3; p++) {
            struct columns c = {.n = N, .q = q, .quant = 50.0f};
            struct arena a;
            struct table t;
            float y[K], tolerance = p == PRECISION_BFLOAT16 ? 0.05f : 1e-5f;

            arena_init(&a, table_bytes((enum precision)p, K, &c, false));
            table_pack(
                kernel_nth(i), &t, (enum precision)p, K, &c, false, 0.0f, &a);
            kernel_embed(kernel_nth(i), &t, 7, 4.0f, pos, K, y, NULL);
            for (int k = 0; k < K; k++)
                CHECK(fabsf(q[7 * K + k] / 50.0f * 4.0f + pos[k] - y[k]) <
                      tolerance);
            kernel_embed(kernel_nth(i), NULL, 0, 4.0f, pos, K, y, NULL);
            CHECK(memcmp(y, pos, sizeof(y)) == 0);
            arena_fini(&a);
        }
    free(pos);
    free(f);
}

int
main(void)
{
    RUN(exp_is_right_to_2e_7_and_sigmoid_bounded);
    RUN(functions_on_rows_are_the_same_on_all_kernels);
    RUN(layer_norm_has_mean_0_and_variance_1);
    RUN(attention_is_right_and_the_same_on_all_kernels);
    RUN(an_embedding_is_its_row_times_the_factor_plus_position);
    return tap_end();
}
