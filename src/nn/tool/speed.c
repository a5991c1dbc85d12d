/* SPDX-License-Identifier: ISC */
#include <getopt.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/hist.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/span.h"
#include "nn/batcher.h"
#include "nn/format/shortlist.h"
#include "nn/format/vocab.h"
#include "nn/model.h"

/*
 * nn_speed [--batch N] [--inflight N] [--when-empty] [--threads N]
 *     [--seconds N] [--precision P] FOLDER <sentences
 *
 * Translates all lines again and again, as many in flight as the batch has rows
 * unless said otherwise, and prints one JSON object: what a round took at best and in the middle, by
 * the wall clock and in CPU time, what a sentence waited, and how many
 * multiply-adds a round cannot do without.
 */
enum {
    LINES_MAX = 100000,
    ROUNDS_MIN = 3,
    ROUNDS_MAX = 10000,
    BATCH_MAX = 1024,
    PIECES_MAX = 127, /* of a sentence that is counted */
};

struct options {
    int batch, in_flight, threads;
    bool when_empty; /* newcomers join then only */
    double seconds;
    enum precision precision;
    const char *folder;
};

struct round {
    double wall_s, cpu_s;
};

struct line {
    char *text;
    double candidates; /* target pieces that the output layer looks at */
};

struct speed {
    const struct model *model;
    struct batcher *batcher;
    struct line *lines;
    size_t n_lines, words;
    int batch, in_flight;
    struct round rounds[ROUNDS_MAX];
    size_t n_rounds;

    pthread_mutex_t lock; /* guards the rest */
    pthread_cond_t idle;
    size_t next, running, failed;
    struct hist us; /* from submit to done */
    double source_pieces, target_pieces; /* of a round, with </s> */
    double products; /* of a round: multiply-adds */
};

struct slot {
    struct batcher_request request;
    struct speed *speed;
    int64_t start_us;
    size_t line;
};

static double
candidates_of(const struct model *m, struct span text)
{
    const struct shortlist *s = model_shortlist(m);
    struct model_shape shape = model_shape(m);
    uint32_t src[PIECES_MAX], *found;
    struct shortlist_set *set;
    size_t n;

    if (!s)
        return shape.vocab_trg;
    n = vocab_encode(model_vocab_src(m), text, src, PIECES_MAX);
    n = n < PIECES_MAX ? n : PIECES_MAX;
    set = shortlist_set_new(shape.vocab_trg);
    found = xcalloc(shape.vocab_trg, sizeof(*found));
    n = shortlist_candidates(s, set, src, n, shape.tied, 8, found);
    free(found);
    shortlist_set_free(set);
    return (double)n;
}

static void on_done(struct batcher_request *r);

/* Take the next line, unless there is none.  Called with the lock. */
static bool
take(struct speed *b, struct slot *s)
{
    if (b->next == b->n_lines)
        return false;
    s->line = b->next++;
    s->request = (struct batcher_request){
        .text = span_of(b->lines[s->line].text), .done = on_done, .user = s};
    return true;
}

static void
submit(struct slot *s)
{
    struct err err = {0};

    s->start_us = clock_mono_us();
    if (!batcher_submit(s->speed->batcher, &s->request, &err))
        abort(); /* there is room for all slots */
}

/* Called with the lock. */
static void
count(struct speed *b, const struct slot *s)
{
    struct model_cost cost = model_cost(b->model);
    double src = s->request.pieces_src + 1, trg = s->request.pieces_trg + 1;

    b->failed += !s->request.ok;
    b->source_pieces += src;
    b->target_pieces += trg;
    b->products +=
        src * cost.source +
        trg * (cost.target + cost.candidate * b->lines[s->line].candidates);
}

static void
on_done(struct batcher_request *r)
{
    struct slot *s = r->user;
    struct speed *b = s->speed;
    bool more;

    free(r->translation);
    pthread_mutex_lock(&b->lock);
    hist_add(&b->us, (uint64_t)(clock_mono_us() - s->start_us));
    count(b, s);
    more = take(b, s);
    if (!more && --b->running == 0)
        pthread_cond_signal(&b->idle);
    pthread_mutex_unlock(&b->lock);
    if (more)
        submit(s);
}

static double
cpu_s(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* All lines once, as many in flight as there are slots. */
static struct round
run_round(struct speed *b, struct slot *slots)
{
    double cpu = cpu_s();
    int64_t start = clock_mono_us();

    pthread_mutex_lock(&b->lock);
    b->next = 0;
    b->source_pieces = b->target_pieces = b->products = 0;
    b->running = 0;
    for (int i = 0; i < b->in_flight && take(b, &slots[i]); i++)
        b->running++;
    pthread_mutex_unlock(&b->lock);
    for (size_t i = 0, n = b->running; i < n; i++)
        submit(&slots[i]);
    pthread_mutex_lock(&b->lock);
    while (b->running > 0)
        pthread_cond_wait(&b->idle, &b->lock);
    pthread_mutex_unlock(&b->lock);
    return (struct round){
        .wall_s = (double)(clock_mono_us() - start) / 1e6,
        .cpu_s = cpu_s() - cpu,
    };
}

static void
run(struct speed *b, double seconds)
{
    struct slot *slots = xcalloc((size_t)b->in_flight, sizeof(*slots));
    int64_t end;

    for (int i = 0; i < b->in_flight; i++)
        slots[i].speed = b;
    run_round(b, slots); /* to warm up */
    b->us = (struct hist){0};
    end = clock_mono_us() + (int64_t)(seconds * 1e6);
    while (b->n_rounds < ROUNDS_MIN ||
           (b->n_rounds < ROUNDS_MAX && clock_mono_us() < end))
        b->rounds[b->n_rounds++] = run_round(b, slots);
    free(slots);
}

static int
by_number(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* "name": [best, median] of one figure of all rounds. */
static void
print_pair(const struct speed *b, const char *name, bool cpu)
{
    double *all = xcalloc(b->n_rounds, sizeof(*all));

    for (size_t i = 0; i < b->n_rounds; i++)
        all[i] = cpu ? b->rounds[i].cpu_s : b->rounds[i].wall_s;
    qsort(all, b->n_rounds, sizeof(*all), by_number);
    printf("\"%s\": [%.6f, %.6f], ", name, all[0], all[b->n_rounds / 2]);
    free(all);
}

static void
print(const struct speed *b, double load_ms)
{
    struct batcher_stats s = batcher_stats(b->batcher);

    printf("{\"kernel\": \"%s\", \"precision\": \"%s\", ",
        model_kernel(b->model), precision_name(model_precision(b->model)));
    printf("\"batch\": %d, \"rounds\": %zu, \"lines\": %zu, "
           "\"words\": %zu, \"failed\": %zu, ",
        b->batch, b->n_rounds, b->n_lines, b->words, b->failed);
    print_pair(b, "wall_s", false);
    print_pair(b, "cpu_s", true);
    printf("\"source_pieces\": %.0f, \"target_pieces\": %.0f, "
           "\"products\": %.0f, ",
        b->source_pieces, b->target_pieces, b->products);
    printf("\"rows_per_step\": %.2f, \"encode_s\": %.3f, \"decode_s\": %.3f, ",
        (double)s.row_steps / (double)s.steps, (double)s.encode_ns / 1e9,
        (double)s.decode_ns / 1e9);
    printf("\"p50_us\": %llu, \"p95_us\": %llu, \"load_ms\": %.1f, "
           "\"model_bytes\": %zu, \"batcher_bytes\": %zu}\n",
        (unsigned long long)hist_quantile(&b->us, 0.5),
        (unsigned long long)hist_quantile(&b->us, 0.95), load_ms,
        model_bytes(b->model), batcher_bytes(b->batcher));
}

static size_t
words_of(const char *line)
{
    size_t n = 0;

    for (const char *p = line; *p; p++)
        n += *p != ' ' && (p == line || p[-1] == ' ');
    return n;
}

static void
read_lines(struct speed *b)
{
    char *line = NULL;
    size_t room = 0;

    b->lines = xcalloc(LINES_MAX, sizeof(*b->lines));
    while (b->n_lines < LINES_MAX && getline(&line, &room, stdin) >= 0) {
        struct span text = span_trim(span_of(line));
        struct line *l = &b->lines[b->n_lines];

        if (text.len == 0)
            continue;
        l->text = span_dup(text);
        l->candidates = candidates_of(b->model, text);
        b->words += words_of(l->text);
        b->n_lines++;
    }
    free(line);
}

static bool
measure(struct speed *b, const struct options *o, struct err *err)
{
    int64_t start = clock_mono_us();
    struct model *m = model_open_dir(o->folder, o->precision, err);
    double load_ms = (double)(clock_mono_us() - start) / 1e3;
    struct batcher_cfg cfg = {.threads = o->threads,
        .rows = o->batch,
        .fill_when_empty = o->when_empty};

    if (!m)
        return false;
    b->model = m;
    b->batch = o->batch;
    b->in_flight = o->in_flight ? o->in_flight : o->batch;
    read_lines(b);
    b->batcher = batcher_new(m, &cfg, err);
    if (b->batcher && b->n_lines > 0) {
        run(b, o->seconds);
        print(b, load_ms);
    }
    for (size_t i = 0; i < b->n_lines; i++)
        free(b->lines[i].text);
    free(b->lines);
    batcher_free(b->batcher);
    model_free(m);
    if (b->n_lines == 0)
        return err_set(err, FAIL_BAD_INPUT, "there are no lines");
    return b->batcher != NULL;
}

static bool
options_parse(struct options *o, int argc, char **argv)
{
    static const struct option longs[] = {{"batch", 1, NULL, 'b'},
        {"inflight", 1, NULL, 'i'}, {"when-empty", 0, NULL, 'e'},
        {"threads", 1, NULL, 't'}, {"seconds", 1, NULL, 's'},
        {"precision", 1, NULL, 'p'}, {NULL, 0, NULL, 0}};
    bool ok = true;

    for (int c; (c = getopt_long(argc, argv, "", longs, NULL)) != -1;)
        if (c == 'b')
            o->batch = (int)strtol(optarg, NULL, 10);
        else if (c == 'i')
            o->in_flight = (int)strtol(optarg, NULL, 10);
        else if (c == 'e')
            o->when_empty = true;
        else if (c == 't')
            o->threads = (int)strtol(optarg, NULL, 10);
        else if (c == 's')
            o->seconds = strtod(optarg, NULL);
        else
            ok = c == 'p' && precision_parse(optarg, &o->precision) && ok;
    o->folder = optind == argc - 1 ? argv[optind] : NULL;
    return ok && o->folder && o->batch >= 1 && o->batch <= BATCH_MAX &&
           o->in_flight >= 0 && o->in_flight <= BATCH_MAX && o->threads >= 1 &&
           o->threads <= BATCHER_THREADS_MAX;
}

int
main(int argc, char **argv)
{
    struct options o = {
        .batch = 32, .threads = 1, .seconds = 1, .precision = PRECISION_INT8};
    struct err err = {0};
    struct speed *b;
    bool ok;

    log_open("nn_speed", LOG_WARN);
    if (!options_parse(&o, argc, argv)) {
        log_error("usage: nn_speed [--batch N] [--inflight N] [--when-empty] "
                  "[--threads N] [--seconds N] [--precision P] FOLDER "
                  "<sentences");
        return 2;
    }
    b = xcalloc(1, sizeof(*b));
    pthread_mutex_init(&b->lock, NULL);
    pthread_cond_init(&b->idle, NULL);
    ok = measure(b, &o, &err);
    if (!ok)
        log_error("%s", err.text);
    pthread_mutex_destroy(&b->lock);
    pthread_cond_destroy(&b->idle);
    free(b);
    return ok ? 0 : 1;
}
