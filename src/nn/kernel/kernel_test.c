/* SPDX-License-Identifier: ISC */
#include "nn/kernel/testing_kernel.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/tap.h"

/*
 * Every kernel that this machine has is compared with the scalar one, bit for
 * bit, and the scalar one with sums written out here.
 */
/* A product with all that belongs to it, the same for every kernel. */
struct setup {
    uint32_t k, n, rows;
    enum precision p;
    float alpha;
    enum gemm_kind kind;
    float next_alpha;
    bool residual, extreme, select;
    uint32_t banned;
    int8_t *q;
    float *x, *bias, *add, *norm_scale, *norm_bias;
    uint32_t *ids, table_n;
};

struct result {
    float *out;
    uint8_t *next; /* as signed int8, whatever the kernel */
    float *unit;
    struct best *best;
    size_t next_bytes;
};

static void
setup_make(struct setup *s)
{
    s->table_n = s->select ? s->n * 2 + 5 : s->n;
    s->q = xmalloc((size_t)s->table_n * s->k + 1);
    for (size_t i = 0; i < (size_t)s->table_n * s->k; i++)
        s->q[i] = s->extreme ? (rnd(2) ? -127 : 127) : (int8_t)(rnd(255) - 127);
    if (s->extreme) /* a column and a row with all of one sign */
        memset(s->q, s->table_n % 2 ? 127 : 129, s->k);
    s->x = floats((size_t)s->rows * s->k);
    if (s->extreme)
        for (uint32_t i = 0; i < s->rows * s->k; i++)
            s->x[i] = i < s->k || rnd(2) ? 1e9f : -1e9f;
    s->bias = floats(s->table_n);
    s->add = floats((size_t)s->rows * s->n);
    s->norm_scale = floats(s->n);
    s->norm_bias = floats(s->n);
    s->ids = xmalloc(s->n * sizeof(*s->ids) + 1);
    for (uint32_t i = 0; i < s->n; i++)
        s->ids[i] = rnd(s->table_n);
}

static void
setup_free(struct setup *s)
{
    free(s->q);
    free(s->x);
    free(s->bias);
    free(s->add);
    free(s->norm_scale);
    free(s->norm_bias);
    free(s->ids);
}

static void
setup_pack(const struct setup *s, const struct kernel *kr, struct linear *l,
    struct arena *a, void **ret_mem)
{
    struct columns all = {
        .n = s->table_n, .q = s->q, .quant = 90.0f, .bias = s->bias};

    *ret_mem = NULL;
    if (s->select) {
        struct table t;

        arena_init(a, table_bytes(s->p, s->k, &all, true));
        table_pack(kr, &t, s->p, s->k, &all, true, s->alpha, a);
        *ret_mem = lines(linear_bytes(s->p, s->k, s->n));
        kernel_select(kr, l, &t, s->ids, s->n, *ret_mem);
    } else {
        /* In two parts, as Wq beside Wk. */
        uint32_t first = s->n / 3;
        struct columns parts[2] = {all, all};

        parts[0].n = first;
        parts[1].n = s->n - first;
        parts[1].q += (size_t)first * s->k;
        parts[1].bias += first;
        arena_init(a, linear_bytes(s->p, s->k, s->n));
        linear_pack(kr, l, s->p, s->k, s->alpha, parts, 2, a);
    }
}

static struct result
setup_run(const struct setup *s, const struct kernel *kr)
{
    struct result ret = {0};
    struct linear l;
    struct arena a;
    void *mem;
    struct feed in = feed_new(s->p, s->k, s->rows, s->alpha);
    struct feed next = feed_new(s->p, s->n, s->rows, s->next_alpha);
    struct gemm g = {.kind = s->kind,
        .l = &l,
        .in = &in,
        .rows = s->rows,
        .ld_out = s->n,
        .residual = s->residual ? s->add : NULL,
        .ld_residual = s->n,
        .norm = {s->norm_scale, s->norm_bias},
        .banned = s->banned};

    setup_pack(s, kr, &l, &a, &mem);
    kernel_feed(kr, &in, s->x, s->k, s->rows);
    /* Exactly as large as needed: the sanitizer sees what goes beyond. */
    g.out = ret.out = floats((size_t)s->rows * s->n);
    memset(ret.out, 0, (size_t)s->rows * s->n * sizeof(float));
    g.best = ret.best = xcalloc(s->rows + 1, sizeof(*ret.best));
    if (s->kind == GEMM_NORM || s->kind == GEMM_RELU)
        g.next = &next;
    kernel_gemm(kr, &g);
    if (g.next && s->p == PRECISION_INT8) {
        ret.unit = next.unit;
        next.unit = NULL;
    }
    if (g.next)
        ret.next = feed_numbers(kr, &next, s->rows, &ret.next_bytes);
    feed_free(&in);
    feed_free(&next);
    arena_fini(&a);
    free(mem);
    return ret;
}

static void
result_free(struct result *r)
{
    free(r->out);
    free(r->next);
    free(r->unit);
    free(r->best);
}

static bool
result_same(
    const struct setup *s, const struct result *a, const struct result *b)
{
    size_t out = (size_t)s->rows * s->n * sizeof(float);

    return memcmp(a->out, b->out, out) == 0 &&
           (!a->next || memcmp(a->next, b->next, a->next_bytes) == 0) &&
           (!a->unit ||
               memcmp(a->unit, b->unit, s->rows * sizeof(float)) == 0) &&
           memcmp(a->best, b->best, s->rows * sizeof(*a->best)) == 0;
}

/* All kernels on one product. */
static void
compare(struct setup s)
{
    struct result want, got;

    setup_make(&s);
    want = setup_run(&s, kernel_nth(0));
    for (size_t i = 1; kernel_nth(i); i++) {
        got = setup_run(&s, kernel_nth(i));
        if (!CHECK(result_same(&s, &want, &got)))
            printf("# %s differs: k=%u n=%u rows=%u precision=%d kind=%d "
                   "alpha=%g select=%d\n",
                kernel_name(kernel_nth(i)), s.k, s.n, s.rows, s.p, s.kind,
                s.alpha, s.select);
        result_free(&got);
    }
    result_free(&want);
    setup_free(&s);
}

static const struct setup plain = {.k = 64,
    .n = 64,
    .rows = 5,
    .p = PRECISION_INT8,
    .alpha = 40.0f,
    .next_alpha = 20.0f,
    .banned = UINT32_MAX};

static void
scalar_sums_are_what_the_definition_says(void)
{
    struct setup s = plain;
    struct result r;

    s.k = 70;
    s.n = 37;
    setup_make(&s);
    r = setup_run(&s, kernel_nth(0));
    for (uint32_t i = 0; i < s.rows; i++)
        for (uint32_t n = 0; n < s.n; n++) {
            int32_t sum = 0;
            float y;

            for (uint32_t k = 0; k < s.k; k++) {
                float x = nearbyintf(s.x[i * s.k + k] * s.alpha);

                x = fmaxf(fminf(x, 127.0f), -127.0f);
                sum += (int32_t)x * s.q[n * s.k + k];
            }
            y = (float)sum * (1.0f / (s.alpha * 90.0f));
            y = y + s.bias[n];
            CHECK(y == r.out[i * s.n + n]);
        }
    result_free(&r);
    setup_free(&s);
}

static void
every_number_of_rows_and_columns_is_the_same_on_all_kernels(void)
{
    static const uint32_t n[] = {1, 8, 15, 16, 17, 48, 63, 64, 65, 112, 200};

    for (uint32_t rows = 1; rows <= 18; rows++) {
        struct setup s = plain;

        s.rows = rows;
        s.n = n[rnd(11)];
        s.k = 1 + rnd(300);
        compare(s);
    }
    for (size_t i = 0; i < 11; i++) {
        struct setup s = plain;

        s.n = n[i];
        s.rows = 1 + rnd(7);
        s.k = 128;
        compare(s);
    }
    for (uint32_t rows = 64; rows <= 200; rows += 45) {
        struct setup s = plain;

        s.rows = rows;
        s.k = 256;
        s.n = 320;
        compare(s);
    }
}

static void
extreme_bytes_never_saturate(void)
{
    for (uint32_t rows = 1; rows <= 7; rows++) {
        struct setup s = plain;

        s.extreme = true;
        s.rows = rows;
        s.k = 1536;
        s.n = 80;
        compare(s);
    }
}

static void
a_weight_of_minus_128_counts_as_minus_127(void)
{
    struct setup s = plain;
    struct result a, b;

    for (size_t i = 0; kernel_nth(i); i++)
        for (int select = 0; select < 2; select++) {
            s.select = select;
            setup_make(&s);
            s.q[s.k * s.ids[0]] = -127;
            a = setup_run(&s, kernel_nth(i));
            s.q[s.k * s.ids[0]] = -128;
            b = setup_run(&s, kernel_nth(i));
            CHECK(result_same(&s, &a, &b));
            result_free(&a);
            result_free(&b);
            setup_free(&s);
        }
}

static void
every_epilogue_is_the_same_on_all_kernels(void)
{
    for (int i = 0; i < 120; i++) {
        struct setup s = plain;

        s.kind = (enum gemm_kind)(i % 4);
        s.p = (enum precision)(i / 4 % 3);
        s.alpha = rnd(2) ? 0.0f : 40.0f;
        s.next_alpha = rnd(2) ? 0.0f : 20.0f;
        s.rows = 1 + rnd(20);
        s.n = i / 12 % 2 ? 128 : 1 + rnd(150);
        s.k = 1 + rnd(200);
        s.residual = s.kind == GEMM_NORM || rnd(2);
        compare(s);
    }
}

static void
the_best_candidate_is_the_first_of_the_greatest(void)
{
    struct setup s = plain;
    struct result r;

    s.kind = GEMM_BEST;
    for (uint32_t n = 60; n < 80; n += 3) {
        s.n = n;
        s.banned = UINT32_MAX;
        compare(s);
        setup_make(&s);
        for (int pass = 0; pass < 2; pass++) {
            for (size_t i = 0; kernel_nth(i); i++) {
                r = setup_run(&s, kernel_nth(i));
                for (uint32_t j = 0; j < s.rows; j++) {
                    uint32_t at = s.banned == 0 ? 1 : 0;

                    for (uint32_t c = at; c < n; c++)
                        if (c != s.banned &&
                            r.out[j * n + c] > r.out[j * n + at])
                            at = c;
                    CHECK(r.best[j].at == at);
                    CHECK(r.best[j].y == r.out[j * n + at]);
                }
                if (i == 0 && pass == 0)
                    s.banned = r.best[0].at;
                result_free(&r);
                if (pass == 0)
                    break;
            }
        }
        setup_free(&s);
    }
}

static void
equal_candidates_go_to_the_first(void)
{
    struct setup s = plain;
    struct result r;

    s.kind = GEMM_BEST;
    s.n = 100;
    setup_make(&s);
    memset(s.q, 3, (size_t)s.n * s.k);
    for (uint32_t i = 0; i < s.n; i++)
        s.bias[i] = 1.0f;
    s.banned = 0;
    for (size_t i = 0; kernel_nth(i); i++) {
        r = setup_run(&s, kernel_nth(i));
        for (uint32_t j = 0; j < s.rows; j++)
            CHECK(r.best[j].at == 1);
        result_free(&r);
    }
    setup_free(&s);
}

static void
selected_candidates_are_those_columns_of_the_whole(void)
{
    for (int i = 0; i < 40; i++) {
        struct setup s = plain;

        s.select = true;
        s.kind = i % 2 ? GEMM_BEST : GEMM_FLOAT;
        s.p = (enum precision)(i % 3);
        s.rows = 1 + rnd(3);
        s.n = i < 20 ? 1 + rnd(100) : 16 * (1 + rnd(9));
        s.k = i % 4 ? 128 : 1 + rnd(130);
        compare(s);
    }
    for (size_t i = 0; kernel_nth(i); i++) {
        struct setup s = plain;
        struct result all, few;

        s.select = true;
        s.n = 50;
        setup_make(&s);
        few = setup_run(&s, kernel_nth(i));
        s.select = false;
        s.n = s.table_n;
        all = setup_run(&s, kernel_nth(i));
        for (uint32_t n = 0; n < 50; n++)
            CHECK(few.out[n] == all.out[s.ids[n]]);
        result_free(&all);
        result_free(&few);
        setup_free(&s);
    }
}

static void
float_weights_become_int8_with_a_factor_per_column(void)
{
    enum { K = 96, N = 24 };
    float *f = floats(K * N), *x = floats(K), *turned = floats(K * N);

    for (int n = 0; n < N; n++) /* columns of very different size */
        for (int k = 0; k < K; k++) {
            f[n * K + k] *= powf(3.0f, (float)(n % 7));
            turned[k * N + n] = f[n * K + k];
        }
    for (int by_k = 0; by_k < 2; by_k++) {
        struct columns c = {.n = N, .f = by_k ? turned : f, .f_by_k = by_k};
        const struct kernel *kr = kernel_nth(0);
        struct feed in = feed_new(PRECISION_INT8, K, 1, 0.0f);
        struct arena a;
        struct linear l;
        float y[N];

        arena_init(&a, linear_bytes(PRECISION_INT8, K, N));
        linear_pack(kr, &l, PRECISION_INT8, K, 0.0f, &c, 1, &a);
        kernel_feed(kr, &in, x, K, 1);
        kernel_gemm(kr, &(struct gemm){.kind = GEMM_FLOAT,
                            .l = &l,
                            .in = &in,
                            .rows = 1,
                            .out = y,
                            .ld_out = N});
        for (int n = 0; n < N; n++) {
            double want = 0, size = 0;

            for (int k = 0; k < K; k++) {
                want += (double)x[k] * f[n * K + k];
                size += fabs((double)x[k] * f[n * K + k]);
            }
            CHECK(fabs(y[n] - want) < 0.01 * size);
        }
        arena_fini(&a);
        feed_free(&in);
    }
    free(f);
    free(x);
    free(turned);
}

static void
float32_products_are_close_to_double(void)
{
    struct setup s = plain;
    struct result r;

    s.p = PRECISION_FLOAT32;
    s.k = 256;
    setup_make(&s);
    r = setup_run(&s, kernel_nth(0));
    for (uint32_t i = 0; i < s.rows; i++)
        for (uint32_t n = 0; n < s.n; n++) {
            double y = s.bias[n];

            for (uint32_t k = 0; k < s.k; k++)
                y += (double)s.x[i * s.k + k] * s.q[n * s.k + k] / 90.0;
            CHECK(fabs(y - r.out[i * s.n + n]) < 1e-4);
        }
    result_free(&r);
    setup_free(&s);
}

/* What a child prints that is started with MEESHY_KERNEL=name. */
static bool
forced(const char *self, const char *name, char *ret, size_t max)
{
    int fd[2], status;
    ssize_t n;
    pid_t pid;

    if (pipe(fd) < 0)
        return false;
    pid = fork();
    if (pid == 0) {
        setenv("MEESHY_KERNEL", name, 1);
        dup2(fd[1], 1);
        execl(self, self, "which", (char *)NULL);
        _exit(127);
    }
    close(fd[1]);
    n = read(fd[0], ret, max - 1);
    ret[n > 0 ? n : 0] = 0;
    close(fd[0]);
    waitpid(pid, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static const char *self;

static void
a_kernel_is_forced_by_name_or_refused_with_the_names_there_are(void)
{
    char text[300];

    forced(self, "scalar", text, sizeof(text));
    if (text[0] == '\0') {
        printf("# skipped: an emulator cannot start the test again\n");
        return;
    }
    for (size_t i = 0; kernel_at(i); i++) {
        CHECK(forced(self, kernel_name(kernel_at(i)), text, sizeof(text)));
        CHECK(strcmp(text, kernel_name(kernel_at(i))) == 0);
    }
    CHECK(!forced(self, "abacus", text, sizeof(text)));
    CHECK(strstr(text, "abacus is unknown; here are: "));
    CHECK(strstr(text, "scalar"));
    if (!kernel_find("neon", NULL)) {
        CHECK(!forced(self, "neon", text, sizeof(text)));
        CHECK(strstr(text, "neon cannot run on this CPU"));
    }
}

static int
which(void)
{
    struct err err = {0};
    const struct kernel *kr = kernel_get(&err);

    printf("%s", kr ? kernel_name(kr) : err.text);
    return kr ? 0 : 1;
}

int
main(int argc, char **argv)
{
    static const char *const all[] = {
        "amx", "vnni", "avxvnni", "avx2", "sse4", "neon"};

    if (argc > 1 && strcmp(argv[1], "which") == 0)
        return which();
    self = argv[0];
    for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
        if (!kernel_find(all[i], NULL))
            printf("# skipped: the %s kernel, which this CPU cannot run\n",
                all[i]);
    RUN(scalar_sums_are_what_the_definition_says);
    RUN(every_number_of_rows_and_columns_is_the_same_on_all_kernels);
    RUN(extreme_bytes_never_saturate);
    RUN(a_weight_of_minus_128_counts_as_minus_127);
    RUN(every_epilogue_is_the_same_on_all_kernels);
    RUN(the_best_candidate_is_the_first_of_the_greatest);
    RUN(equal_candidates_go_to_the_first);
    RUN(selected_candidates_are_those_columns_of_the_whole);
    RUN(float_weights_become_int8_with_a_factor_per_column);
    RUN(float32_products_are_close_to_double);
    RUN(a_kernel_is_forced_by_name_or_refused_with_the_names_there_are);
    return tap_end();
}
