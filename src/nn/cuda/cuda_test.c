/* SPDX-License-Identifier: ISC */
/* The CUDA back end against the CPU: on a GPU where there is one, or emulated
 * (see meson.build), where it can also be broken. */
#include "nn/batcher.h"

#include <pthread.h>

#include "nn/cuda/launch.h"
#include "nn/device.h"
#include "nn/kernel/kernel.h"
#include "nn/testing_texts.h"

extern const bool cuda_emulated __attribute__((weak));

static const struct device_ops *gpu;

/* --- a kernel ----------------------------------------------------------- */

static void *
on_gpu(const void *p, size_t bytes)
{
    void *d = NULL;

    CHECK(cudaMalloc(&d, bytes) == cudaSuccess);
    CHECK(cudaMemcpy(d, p, bytes, cudaMemcpyHostToDevice) == cudaSuccess);
    return d;
}

/* Models have no two words that are equally good; threads and halves of them
 * meet in many ways. */
static void
of_equal_columns_the_first_is_best_unless_it_is_banned(void)
{
    enum { ROWS = 5, COLUMNS = 1000, LD = 1008 };
    static const uint32_t n[ROWS] = {COLUMNS, COLUMNS, COLUMNS, 1, COLUMNS};
    static const uint32_t banned[ROWS] = {CU_NONE, 130, 7, CU_NONE, CU_NONE};
    static const uint32_t want[ROWS] = {130, 131, 600, 0, 0};
    static float y[ROWS][LD];
    uint32_t got[4 * ROWS] = {0}, *out;
    float real[4 * ROWS];

    for (size_t i = 0; i < (size_t)ROWS * LD; i++)
        (&y[0][0])[i] = -2;
    y[0][130] = y[0][259] = y[0][258] = y[0][131] = 1; /* 130, 258: a thread */
    y[1][130] = 2; /* the greatest, and banned */
    y[1][131] = y[1][900] = 1;
    y[2][7] = 3;
    y[2][600] = 2;
    y[3][1] = 9; /* not a column */
    out = on_gpu(got, sizeof(got));
    struct cu_best b = {.logits = on_gpu(y, sizeof(y)),
        .ld = LD,
        .rows = ROWS,
        .n = on_gpu(n, sizeof(n)),
        .banned = on_gpu(banned, sizeof(banned)),
        .at = out,
        .y = (float *)out + ROWS,
        .max = (float *)out + 2 * ROWS,
        .sum = (float *)out + 3 * ROWS};

    cu_best(NULL, &b);
    CHECK(cudaMemcpy(got, out, sizeof(got), cudaMemcpyDeviceToHost) ==
          cudaSuccess);
    memcpy(real, got, sizeof(real));
    for (size_t i = 0; i < ROWS; i++) {
        CHECK(got[i] == want[i]);
        CHECK(real[ROWS + i] == y[i][want[i]]);
    }
    CHECK(real[2 * ROWS + 1] == 2); /* what is banned counts all the same */
    CHECK(real[2 * ROWS + 3] == -2 && real[3 * ROWS + 3] == 1);
    CHECK(real[3 * ROWS + 4] == COLUMNS);
    cudaFree(b.logits);
    cudaFree((void *)b.n);
    cudaFree((void *)b.banned);
    cudaFree(out);
}

/* --- search ------------------------------------------------------------ */

/* Pieces for each of the source: emulated, they take their time. */
#define LENGTH 1.2f

static struct texts *
translate_on(struct device *d, const struct model *m, uint32_t rows,
    size_t join, bool alignment)
{
    struct search_cfg cfg = {
        .rows = rows, .loops = true, .length_factor = LENGTH};
    struct err err = {0};
    struct search *s = search_new_on(d ? gpu : NULL, d, m, &cfg, &err);
    struct texts *t = texts_new(m, 1, alignment);

    testing_need(s != NULL, &err);
    texts_run(s, t, join);
    CHECK(!search_lost(s, &err));
    search_free(s);
    return t;
}

static void
compare(const struct model *m, const char *name, bool in_threes)
{
    struct err err = {0};
    struct device *d = gpu->open(m, &err);
    struct texts *want, *many, *few;

    testing_need(d != NULL, &err);
    CHECK(gpu->bytes(d) > 0);
    want = translate_on(NULL, m, 16, 16, true);
    many = translate_on(d, m, 16, 16, true);
    if (!CHECK(texts_equal(want, many)))
        printf("# %s\n", name);
    if (in_threes) {
        few = translate_on(d, m, 3, 2, false);
        if (!CHECK(texts_equal(want, few)))
            printf("# %s, in threes\n", name);
        texts_free(few);
    }
    texts_free(want);
    texts_free(many);
    gpu->close(d);
}

static void
a_device_gives_what_the_cpu_gives_to_the_last_bit(void)
{
    for (size_t i = 0; i < TESTING_KINDS; i++) {
        const struct testing_kind *k = &testing_kinds[i];
        struct model *m = testing_model(&k->spec, k->shortlist, k->precision);

        compare(m, k->name, i % 4 == 3);
        model_free(m);
    }
}

static void
what_a_device_does_not_compute_is_refused(void)
{
    struct synth_spec spec = {.kind = SYNTH_RANDOM, .seed = 5};
    struct err err = {0};

    if (!kernel_has_bf16(kernel_get(&err))) {
        printf("# skipped: no bfloat16 here\n");
        return;
    }
    struct model *m = testing_model(&spec, true, PRECISION_BFLOAT16);

    CHECK(!gpu->open(m, &err) && strstr(err.text, "bfloat16"));
    model_free(m);
}

/* --- batcher ----------------------------------------------------------- */

/* As many as a test has lines; done is told by waiting for the last. */
enum { LINES = 4 };

struct lines {
    struct batcher_request r[LINES];
    pthread_mutex_t lock;
    pthread_cond_t changed;
    size_t done;
};

static void
on_done(struct batcher_request *r)
{
    struct lines *l = r->user;

    pthread_mutex_lock(&l->lock);
    l->done++;
    pthread_cond_signal(&l->changed);
    pthread_mutex_unlock(&l->lock);
}

static struct lines *
lines_run(struct batcher *b)
{
    struct lines *l = xcalloc(1, sizeof(*l));
    struct err err = {0};

    pthread_mutex_init(&l->lock, NULL);
    pthread_cond_init(&l->changed, NULL);
    for (size_t i = 0; i < LINES; i++) {
        l->r[i] = (struct batcher_request){
            .text = span_of(testing_lines[8 + i % LINES]),
            .done = on_done,
            .user = l};
        testing_need(batcher_submit(b, &l->r[i], &err), &err);
    }
    pthread_mutex_lock(&l->lock);
    while (l->done < LINES)
        pthread_cond_wait(&l->changed, &l->lock);
    pthread_mutex_unlock(&l->lock);
    return l;
}

static void
lines_free(struct lines *l)
{
    for (size_t i = 0; i < LINES; i++)
        free(l->r[i].translation);
    pthread_mutex_destroy(&l->lock);
    pthread_cond_destroy(&l->changed);
    free(l);
}

/* Does a batcher with a wish for a device give what one without gives, and what
 * translated? */
static enum device_kind
batchers_equal(const struct model *m, const struct batcher_cfg *cfg)
{
    struct batcher_cfg cpu = {.threads = 1};
    struct err err = {0};
    struct batcher *a = batcher_new(m, &cpu, &err);
    struct batcher *b = batcher_new(m, cfg, &err);
    enum device_kind device;
    struct lines *x, *y;

    testing_need(a && b, &err);
    device = batcher_stats(b).device;
    x = lines_run(a);
    y = lines_run(b);
    for (size_t i = 0; i < LINES; i++) {
        CHECK(x->r[i].ok && y->r[i].ok);
        CHECK(strcmp(x->r[i].translation, y->r[i].translation) == 0);
        CHECK(x->r[i].score == y->r[i].score);
    }
    CHECK(batcher_stats(b).requests == LINES && batcher_bytes(b) > 0);
    lines_free(x);
    lines_free(y);
    batcher_free(a);
    batcher_free(b);
    return device;
}

/* Models of Mozilla's tiny shape, and the students that come with us. */
static void
batchers_translate_on_a_device(void)
{
    static const struct synth_spec tiny = {
        .arch = SYNTH_TINY, .kind = SYNTH_COPY, .seed = 4};
    struct batcher_cfg cfg = {.device = DEVICE_CUDA, .rows = 4};
    const char *models = getenv("MEESHY_MODELS");
    struct model *m = testing_model(&tiny, true, PRECISION_INT8);
    char dir[512];
    struct err err = {0};

    CHECK(batchers_equal(m, &cfg) == DEVICE_CUDA);
    model_free(m);
    if (!models) {
        printf("# skipped: the students, MEESHY_MODELS says where\n");
        return;
    }
    snprintf(dir, sizeof(dir), "%s/en-fr", models);
    m = model_open_dir(dir, PRECISION_INT8, &err);
    testing_need(m != NULL, &err);
    CHECK(batchers_equal(m, &cfg) == DEVICE_CUDA);
    model_free(m);
}

static void
beams_stay_on_the_cpu(void)
{
    struct synth_spec spec = {.kind = SYNTH_RANDOM, .seed = 3};
    struct model *m = testing_model(&spec, true, PRECISION_INT8);
    struct batcher_cfg cfg = {.device = DEVICE_CUDA, .beam_max = 2};

    CHECK(batchers_equal(m, &cfg) == DEVICE_CPU);
    model_free(m);
}

/* --- broken devices ---------------------------------------------------- */

static void
without_a_device_or_its_memory_the_cpu_translates(void)
{
    struct synth_spec spec = {.kind = SYNTH_RANDOM, .seed = 3};
    struct model *m = testing_model(&spec, true, PRECISION_INT8);
    struct batcher_cfg cfg = {.device = DEVICE_CUDA, .rows = 8};

    setenv("MEESHY_EMULATE_DEVICES", "0", 1);
    CHECK(batchers_equal(m, &cfg) == DEVICE_CPU);
    unsetenv("MEESHY_EMULATE_DEVICES");
    setenv("MEESHY_EMULATE_BYTES", "1000", 1); /* not for the weights */
    CHECK(batchers_equal(m, &cfg) == DEVICE_CPU);
    setenv("MEESHY_EMULATE_BYTES", "1000000", 1); /* not for sentences */
    CHECK(batchers_equal(m, &cfg) == DEVICE_CPU);
    unsetenv("MEESHY_EMULATE_BYTES");
    model_free(m);
}

/* Some steps on the device, the rest on the CPU. */
static void
what_a_lost_device_had_under_way_can_begin_anew(void)
{
    struct synth_spec spec = {.kind = SYNTH_RANDOM, .seed = 3};
    struct model *m = testing_model(&spec, true, PRECISION_INT8);
    struct search_cfg cfg = {
        .rows = TESTING_LINES, .loops = true, .length_factor = LENGTH};
    struct err err = {0};
    struct device *d = gpu->open(m, &err);
    struct search *s = search_new_on(gpu, d, m, &cfg, &err);
    struct search *cpu = search_new(m, &cfg);
    struct texts *want = translate_on(NULL, m, 16, 16, true);
    struct texts *got = texts_new(m, 1, true);
    struct sentence *list[TESTING_LINES], *left;
    size_t n = 0, done = 0;

    for (size_t i = 0; i < TESTING_LINES; i++)
        list[i] = &got->s[i];
    search_join(s, list, TESTING_LINES);
    for (int i = 0; i < 12; i++)
        for (struct sentence *x = search_step(s); x; x = x->next)
            done++;
    setenv("MEESHY_EMULATE_LOST", "1", 1);
    CHECK(!search_lost(s, &err));
    CHECK(!search_step(s) && search_lost(s, &err) && err.text[0]);
    unsetenv("MEESHY_EMULATE_LOST");
    CHECK(!search_step(s) && search_lost(s, &err)); /* for good */
    left = search_abandon(s);
    CHECK(search_rows_used(s) == 0 && !search_abandon(s));
    for (; left; left = left->next)
        list[n++] = left;
    CHECK(n > 0 && n + done == TESTING_LINES);
    search_join(cpu, list, n);
    while (search_rows_used(cpu) > 0)
        search_step(cpu);
    CHECK(texts_equal(want, got));
    texts_free(want);
    texts_free(got);
    search_free(s);
    search_free(cpu);
    gpu->close(d);
    model_free(m);
}

/* Nobody who waits for a batcher notices. */
static void
a_batcher_goes_on_without_its_device(void)
{
    struct synth_spec spec = {.kind = SYNTH_RANDOM, .seed = 3};
    struct model *m = testing_model(&spec, true, PRECISION_INT8);
    struct batcher_cfg cfg = {.device = DEVICE_CUDA, .rows = 3};
    struct batcher_cfg plain = {.threads = 1};
    struct err err = {0};
    struct batcher *a = batcher_new(m, &plain, &err);
    struct batcher *b = batcher_new(m, &cfg, &err);
    struct lines *x, *y;

    testing_need(a && b, &err);
    CHECK(batcher_stats(b).device == DEVICE_CUDA);
    setenv("MEESHY_EMULATE_LOST", "1", 1); /* before its first sentence */
    x = lines_run(a);
    y = lines_run(b);
    unsetenv("MEESHY_EMULATE_LOST");
    CHECK(batcher_stats(b).device == DEVICE_CPU);
    for (size_t i = 0; i < LINES; i++)
        CHECK(y->r[i].ok &&
              strcmp(x->r[i].translation, y->r[i].translation) == 0);
    lines_free(x);
    lines_free(y);
    batcher_free(a);
    batcher_free(b);
    model_free(m);
}

/* True when there is a GPU, else TAP has why not. */
static bool
gpu_here(void)
{
    struct synth_spec spec = {.kind = SYNTH_RANDOM, .seed = 3};
    struct model *m = testing_model(&spec, true, PRECISION_INT8);
    struct err err = {0};
    struct device *d = gpu->open(m, &err);

    if (d)
        gpu->close(d);
    else
        printf("1..0 # SKIP no CUDA device: %s\n", err.text);
    model_free(m);
    return d != NULL;
}

int
main(void)
{
    gpu = device_find(DEVICE_CUDA);
    if (!gpu_here())
        return 0;
    RUN(of_equal_columns_the_first_is_best_unless_it_is_banned);
    RUN(a_device_gives_what_the_cpu_gives_to_the_last_bit);
    RUN(what_a_device_does_not_compute_is_refused);
    RUN(batchers_translate_on_a_device);
    RUN(beams_stay_on_the_cpu);
    if (&cuda_emulated) {
        RUN(without_a_device_or_its_memory_the_cpu_translates);
        RUN(what_a_lost_device_had_under_way_can_begin_anew);
        RUN(a_batcher_goes_on_without_its_device);
    }
    return tap_end();
}
