/* SPDX-License-Identifier: ISC */
#include <getopt.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "nn/batcher.h"
#include "nn/kernel/kernel.h"
#include "nn/model.h"
#include "nn/tool/synth.h"

/*
 * nn_bench - words per second of the whole engine, text to text, on one core.
 *
 * Synthetic copy models have the shapes, and so the work, of real ones, and
 * stop by themselves at the right length.  Times are those of the processor, so
 * that neighbours disturb less; the time of a sentence alone is also taken by
 * the clock on the wall.  The ceiling is the multiply-adds that the products
 * need, at the rate of the kernel's own instructions when they have nothing
 * else to do (kernel_peak).
 */
static const char usage[] =
    "usage: nn_bench [options]\n"
    "  --arch A,...      tiny, base-memory, base (all)\n"
    "  --kernel K,...    all that run here; best: the best one (default)\n"
    "  --batch N,...     1,8,32,64,200; on a device 64,256,512,1024\n"
    "  --model DIR       a real model instead\n"
    "  --vocab N         of synthetic models (1000)\n"
    "  --text FILE       train the vocabulary with it, and translate its lines\n"
    "                    of 13 to 17 words; else sentences of our own\n"
    "  --seconds S       for each number (1)\n"
    "  --precision P     int8\n"
    "  --device D        cpu (default), or cuda: times are then on the wall\n"
    "  --json            a line of JSON for each number\n";

enum {
    LINES_MAX = 4096, /* translated in one go */
    LINES_CPU = 200, /* of those on the CPU */
    BATCHES_MAX = 16,
    ROUNDS_MAX = 1000,
};

struct options {
    const char *archs, *kernels, *batches, *dir, *text;
    uint32_t vocab;
    double seconds;
    enum precision precision;
    enum device_kind device;
    int json;
};

/* Sentences to translate. */
struct lines {
    char *line[LINES_MAX];
    size_t n, words, max;
};

static size_t
words_of(const char *s)
{
    size_t n = 0;

    for (bool in = false; *s; s++) {
        n += *s != ' ' && !in;
        in = *s != ' ';
    }
    return n;
}

static void
lines_add(struct lines *ls, const char *s)
{
    if (ls->n == ls->max)
        return;
    ls->line[ls->n++] = xstrdup(s);
    ls->words += words_of(s);
}

/* 15 words each, of words that the sentences of the vocabulary have. */
static void
lines_own(struct lines *ls)
{
    static const char *const parts[4][6] = {
        {"The old teacher", "My little sister", "The whole family",
            "Our new colleague", "The young doctor", "A tired sailor"},
        {"has forgotten about the green bicycle",
            "was looking at three black cats",
            "brought back the last cold coffee",
            "dreams of their very beautiful garden",
            "talks about the quiet winter weather",
            "wants to repair a broken window"},
        {"after the concert", "before it rains", "near the river",
            "every second evening", "in the mountains", "at the station"},
        {"without a word.", "for some money.", "as the others.",
            "with great care.", "like a child.", "until the end."}};

    for (size_t i = 0; i < ls->max; i++) {
        char s[160];

        snprintf(s, sizeof(s), "%s %s %s %s", parts[0][i % 6],
            parts[1][i / 6 % 6], parts[2][i / 36 % 6],
            parts[3][(i + i / 6) % 6]);
        lines_add(ls, s);
    }
}

static bool
lines_read(struct lines *ls, const char *path)
{
    FILE *f = fopen(path, "re");
    char s[400];

    if (!f)
        return false;
    while (fgets(s, sizeof(s), f)) {
        size_t n = words_of(s);

        s[strcspn(s, "\n")] = '\0';
        if (n >= 13 && n <= 17)
            lines_add(ls, s);
    }
    fclose(f);
    return ls->n > 0;
}

/* --- one measurement ---------------------------------------------------- */

struct wait {
    pthread_mutex_t lock;
    pthread_cond_t done;
    size_t left;
};

static void
on_done(struct batcher_request *r)
{
    struct wait *w = r->user;

    free(r->translation);
    pthread_mutex_lock(&w->lock);
    if (--w->left == 0)
        pthread_cond_signal(&w->done);
    pthread_mutex_unlock(&w->lock);
}

static double
seconds(clockid_t id)
{
    struct timespec t;

    clock_gettime(id, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void
submit_and_wait(struct batcher *b, struct batcher_request *r,
    const struct lines *ls, size_t from, size_t n)
{
    struct wait w = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, n};
    struct err err;

    for (size_t i = from; i < from + n; i++) {
        r[i] = (struct batcher_request){
            .text = span_of(ls->line[i]), .done = on_done, .user = &w};
        if (!batcher_submit(b, &r[i], &err)) {
            fprintf(stderr, "nn_bench: %s\n", err.text);
            exit(1);
        }
    }
    pthread_mutex_lock(&w.lock);
    while (w.left > 0)
        pthread_cond_wait(&w.done, &w.lock);
    pthread_mutex_unlock(&w.lock);
}

static int
by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

struct result {
    double rate, best; /* words per second of processor: median, best round */
    double alone_ms; /* of a sentence, on the wall, median; batch 1 only */
    double share; /* of the ceiling */
    double rows; /* per decoder step */
};

/* All lines in one go, or one at a time for batch 1, again and again. */
static struct result
measure(const struct model *m, const struct options *o, const struct lines *ls,
    int batch, double peak)
{
    struct batcher_cfg cfg = {.threads = 1,
        .rows = batch,
        .waiting_max = LINES_MAX,
        .device = o->device};
    clockid_t clock =
        o->device == DEVICE_CPU ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC;
    struct batcher_request *r = xcalloc(ls->n, sizeof(*r));
    double times[ROUNDS_MAX], total = 0, macs, *walls;
    struct batcher *b;
    struct batcher_stats s;
    struct model_cost cost = model_cost(m);
    struct err err;
    size_t rounds = 0, n_walls = 0;

    b = batcher_new(m, &cfg, &err);
    if (!b) {
        fprintf(stderr, "nn_bench: %s\n", err.text);
        exit(1);
    }
    walls = xcalloc(ROUNDS_MAX * ls->n, sizeof(*walls));
    submit_and_wait(b, r, ls, 0, ls->n); /* warm */
    while (rounds < ROUNDS_MAX && (total < o->seconds || rounds < 3)) {
        double start = seconds(clock);

        if (batch > 1)
            submit_and_wait(b, r, ls, 0, ls->n);
        for (size_t i = 0; batch == 1 && i < ls->n; i++) {
            double wall = seconds(CLOCK_MONOTONIC);

            submit_and_wait(b, r, ls, i, 1);
            walls[n_walls++] = seconds(CLOCK_MONOTONIC) - wall;
        }
        times[rounds] = seconds(clock) - start;
        total += times[rounds++];
    }
    s = batcher_stats(b);
    batcher_free(b);
    free(r);
    qsort(times, rounds, sizeof(*times), by_value);
    qsort(walls, n_walls, sizeof(*walls), by_value);
    macs = (double)s.source_pieces * cost.source +
           (double)(s.target_pieces + s.sentences) * cost.target;
    macs /= (double)(rounds + 1); /* candidates are a few per cent more */

    struct result out = {.rate = (double)ls->words / times[rounds / 2],
        .best = (double)ls->words / times[0],
        .alone_ms = n_walls ? walls[n_walls / 2] * 1e3 : 0,
        .share = peak > 0 ? macs / times[rounds / 2] / peak : 0,
        .rows = (double)s.row_steps / (double)s.steps};

    free(walls);
    return out;
}

/* --- models -------------------------------------------------------------- */

static bool
synth_dir(
    const char *dir, const char *arch, const struct options *o, struct err *err)
{
    struct synth_spec spec = {
        .kind = SYNTH_COPY, .seed = 4, .vocab_src = o->vocab};
    struct synth_vocab v = {.size = o->vocab, .byte_fallback = true};
    char model[128], vocab[128], lex[128];

    snprintf(model, sizeof(model), "%s/model.bin", dir);
    snprintf(vocab, sizeof(vocab), "%s/vocab.spm", dir);
    snprintf(lex, sizeof(lex), "%s/lex.bin", dir);
    return (synth_arch_parse(arch, &spec.arch) ||
               err_set(err, FAIL_BAD_INPUT, "no shape %s", arch)) &&
           synth_vocab(vocab, &v, o->text, err) &&
           synth_model(model, &spec, err) &&
           synth_shortlist(lex, o->vocab, o->vocab, 1, true, err);
}

static void
dir_remove(const char *dir)
{
    static const char *const names[] = {"model.bin", "vocab.spm", "lex.bin"};

    for (size_t i = 0; i < 3; i++) {
        char path[128];

        snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
        unlink(path);
    }
    rmdir(dir);
}

/* What computes. */
static const char *
arithmetic(const struct model *m, const struct options *o)
{
    return o->device == DEVICE_CPU ? model_kernel(m) : device_name(o->device);
}

/* Does the device that is asked for take m?  The CPU always does. */
static bool
device_here(const struct model *m, const struct options *o, struct err *err)
{
    const struct device_ops *ops = device_find(o->device);
    struct device *d;

    if (o->device == DEVICE_CPU)
        return true;
    if (!ops)
        return err_set(
            err, FAIL_SYSTEM, "built without %s", device_name(o->device));
    d = ops->open(m, err);
    if (d)
        ops->close(d);
    return d != NULL;
}

/* The kernel is chosen once in a process, so each has its own. */
static int
run_kernel(const char *kernel, const char *arch, const char *dir,
    const struct options *o, const struct lines *ls)
{
    struct err err;
    char *list = xstrdup(o->batches), *save = NULL;
    double load, peak;
    struct model *m;

    if (strcmp(kernel, "best") != 0)
        setenv("MEESHY_KERNEL", kernel, 1);
    if (!kernel_get(&err)) {
        fprintf(stderr, "nn_bench: skipped: %s\n", err.text);
        return 0;
    }
    load = seconds(CLOCK_PROCESS_CPUTIME_ID);
    m = model_open_dir(dir, o->precision, &err);
    if (!m) {
        fprintf(stderr, "nn_bench: %s\n", err.text);
        return 1;
    }
    load = seconds(CLOCK_PROCESS_CPUTIME_ID) - load;
    if (!device_here(m, o, &err)) {
        fprintf(stderr, "nn_bench: skipped: %s\n", err.text);
        model_free(m);
        free(list);
        return 0;
    }
    peak = o->precision == PRECISION_INT8 && o->device == DEVICE_CPU
               ? kernel_peak(kernel_get(&err))
               : 0;
    if (!o->json)
        printf("%s, %s, %s: peak %.0f GMAC/s, load %.0f ms, %.1f MB, %zu "
               "sentences of %.1f words\n",
            arch, arithmetic(m, o), precision_name(o->precision), peak * 1e-9,
            load * 1e3, (double)model_bytes(m) * 1e-6, ls->n,
            (double)ls->words / (double)ls->n);
    for (char *t = strtok_r(list, ",", &save); t;
         t = strtok_r(NULL, ",", &save)) {
        int batch = (int)strtol(t, NULL, 10);
        struct result r = measure(m, o, ls, batch, peak);

        if (o->json)
            printf("{\"arch\":\"%s\",\"kernel\":\"%s\",\"precision\":\"%s\","
                   "\"batch\":%d,\"words_per_s\":%.0f,\"best\":%.0f,"
                   "\"ceiling_share\":%.3f,\"alone_ms\":%.3f,"
                   "\"rows_per_step\":%.1f,\"load_ms\":%.1f,"
                   "\"bytes\":%zu}\n",
                arch, arithmetic(m, o), precision_name(o->precision), batch,
                r.rate, r.best, r.share, r.alone_ms, r.rows, load * 1e3,
                model_bytes(m));
        else if (batch == 1)
            printf("  alone     %7.0f words/s (best %7.0f), %4.1f %% of the "
                   "ceiling, %.2f ms a sentence\n",
                r.rate, r.best, r.share * 100, r.alone_ms);
        else
            printf("  batch %3d %7.0f words/s (best %7.0f), %4.1f %% of the "
                   "ceiling, %.1f rows a step\n",
                batch, r.rate, r.best, r.share * 100, r.rows);
        fflush(stdout);
    }
    free(list);
    model_free(m);
    return 0;
}

/* In a process of its own. */
static bool
fork_kernel(const char *kernel, const char *arch, const char *dir,
    const struct options *o, const struct lines *ls)
{
    pid_t pid;
    int status;

    fflush(stdout);
    pid = fork();
    if (pid == 0) {
        int rc = run_kernel(kernel, arch, dir, o, ls);

        fflush(stdout);
        _exit(rc);
    }
    return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

/* Asking which there are would choose one for all processes. */
static const char all[] = "amx,vnni,avxvnni,avx2,sse4,neon,scalar";

static bool
run_arch(const char *arch, const struct options *o, const struct lines *ls)
{
    char dir[] = "/tmp/nn-bench-XXXXXX";
    const char *at = o->dir ? o->dir : dir;
    char *list = xstrdup(strcmp(o->kernels, "all") == 0 ? all : o->kernels);
    char *save = NULL;
    struct err err;
    bool ok = true;

    if (!o->dir && (!mkdtemp(dir) || !synth_dir(dir, arch, o, &err))) {
        fprintf(stderr, "nn_bench: %s\n", err.text);
        ok = false;
    }
    if (ok)
        for (char *t = strtok_r(list, ",", &save); t;
             t = strtok_r(NULL, ",", &save))
            ok = fork_kernel(t, arch, at, o, ls) && ok;
    if (!o->dir)
        dir_remove(dir);
    free(list);
    return ok;
}

static bool
options_parse(struct options *o, int argc, char **argv)
{
    const struct option longs[] = {{"arch", 1, NULL, 'a'},
        {"kernel", 1, NULL, 'k'}, {"batch", 1, NULL, 'b'},
        {"model", 1, NULL, 'm'}, {"vocab", 1, NULL, 'v'},
        {"text", 1, NULL, 't'}, {"seconds", 1, NULL, 's'},
        {"precision", 1, NULL, 'p'}, {"device", 1, NULL, 'd'},
        {"json", 0, &o->json, 1}, {NULL, 0, NULL, 0}};
    bool ok = true;

    for (int c; (c = getopt_long(argc, argv, "", longs, NULL)) != -1;)
        switch (c) {
        case 0:
            break;
        case 'a':
            o->archs = optarg;
            break;
        case 'k':
            o->kernels = optarg;
            break;
        case 'b':
            o->batches = optarg;
            break;
        case 'm':
            o->dir = optarg;
            o->archs = "model";
            break;
        case 'v':
            o->vocab = (uint32_t)strtoul(optarg, NULL, 10);
            break;
        case 't':
            o->text = optarg;
            break;
        case 's':
            o->seconds = strtod(optarg, NULL);
            break;
        case 'p':
            ok = ok && precision_parse(optarg, &o->precision);
            break;
        case 'd':
            ok = ok && device_parse(optarg, &o->device);
            break;
        default:
            ok = false;
        }
    return ok && optind == argc && o->seconds > 0;
}

int
main(int argc, char **argv)
{
    struct options o = {.archs = "tiny,base-memory,base",
        .kernels = "best",
        .vocab = 1000,
        .seconds = 1,
        .precision = PRECISION_INT8};
    struct lines ls = {.max = LINES_CPU};
    char *list, *save = NULL;
    bool ok = true;

    if (!options_parse(&o, argc, argv)) {
        fputs(usage, stderr);
        return 2;
    }
    if (o.device != DEVICE_CPU)
        ls.max = LINES_MAX;
    if (!o.batches)
        o.batches =
            o.device == DEVICE_CPU ? "1,8,32,64,200" : "64,256,512,1024";
    if (!o.text || !lines_read(&ls, o.text))
        lines_own(&ls);
    list = xstrdup(o.archs);
    for (char *t = strtok_r(list, ",", &save); t;
         t = strtok_r(NULL, ",", &save))
        ok = run_arch(t, &o, &ls) && ok;
    free(list);
    for (size_t i = 0; i < ls.n; i++)
        free(ls.line[i]);
    return ok ? 0 : 1;
}
