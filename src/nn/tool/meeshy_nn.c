/* SPDX-License-Identifier: ISC */
#include <getopt.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "nn/batcher.h"
#include "nn/format/vocab.h"
#include "nn/model.h"
#include "nn/search.h"

/*
 * meeshy-nn - translates the lines of its input with one model, for comparing
 * the engine with others.  Not installed.
 */
static const char usage[] =
    "usage: meeshy-nn [options] [DIR] < lines\n"
    "  --model F --vocab F [--trg-vocab F] [--lex F]   instead of DIR\n"
    "  --no-lex          all words are candidates\n"
    "  --precision P     float32, bfloat16 or int8 (default)\n"
    "  --beam N          1 to 6\n"
    "  --batch N         rows at once (default 32)\n"
    "  --threads N       default 1\n"
    "  --fill-when-empty no continuous batching\n"
    "  --scores          piece:log-probability for each piece\n"
    "  --ids             numbers of pieces\n"
    "  --alignment       for each piece of the translation, the source pieces\n"
    "  --loops           let translations repeat themselves\n"
    "  --guards          mark what was cut or looped, with the confidence\n";

struct options {
    const char *model, *vocab, *trg_vocab, *lex, *dir;
    enum precision precision;
    int beam, batch, threads;
    int no_lex, scores, ids, alignment, guards, fill_when_empty, loops;
};

static bool
options_parse(struct options *o, int argc, char **argv)
{
    const struct option longs[] = {{"model", 1, NULL, 'm'},
        {"vocab", 1, NULL, 'v'}, {"trg-vocab", 1, NULL, 'w'},
        {"lex", 1, NULL, 'l'}, {"precision", 1, NULL, 'p'},
        {"beam", 1, NULL, 'b'}, {"batch", 1, NULL, 'n'},
        {"threads", 1, NULL, 't'}, {"no-lex", 0, &o->no_lex, 1},
        {"scores", 0, &o->scores, 1}, {"ids", 0, &o->ids, 1},
        {"alignment", 0, &o->alignment, 1}, {"guards", 0, &o->guards, 1},
        {"loops", 0, &o->loops, 1},
        {"fill-when-empty", 0, &o->fill_when_empty, 1}, {NULL, 0, NULL, 0}};
    bool ok = true;

    for (int c; (c = getopt_long(argc, argv, "", longs, NULL)) != -1;)
        switch (c) {
        case 0:
            break;
        case 'm':
            o->model = optarg;
            break;
        case 'v':
            o->vocab = optarg;
            break;
        case 'w':
            o->trg_vocab = optarg;
            break;
        case 'l':
            o->lex = optarg;
            break;
        case 'p':
            ok = ok && precision_parse(optarg, &o->precision);
            break;
        case 'b':
            o->beam = (int)strtol(optarg, NULL, 10);
            break;
        case 'n':
            o->batch = (int)strtol(optarg, NULL, 10);
            break;
        case 't':
            o->threads = (int)strtol(optarg, NULL, 10);
            break;
        default:
            ok = false;
        }
    o->dir = optind < argc ? argv[optind] : NULL;
    return ok && o->beam >= 1 && o->beam <= SEARCH_BEAM_MAX && o->batch >= 1 &&
           o->batch <= SEARCH_ROWS_MAX && o->threads >= 1 &&
           (o->dir != NULL) != (o->model && o->vocab);
}

static struct model *
open_model(const struct options *o, struct err *err)
{
    struct model_files files = {.weights = o->model,
        .vocab_src = o->vocab,
        .vocab_trg = o->trg_vocab,
        .shortlist = o->no_lex ? NULL : o->lex};
    struct model_dir d = {0};
    struct model *m;

    if (o->dir) {
        if (!model_dir_find(&d, o->dir, err))
            return NULL;
        files = d.files;
        if (o->no_lex)
            files.shortlist = NULL;
    }
    m = model_open(&files, o->precision, err);
    model_dir_free(&d);
    return m;
}

/* All lines of the input, each owned by the array. */
static char **
lines_read(size_t *ret_n)
{
    char **lines = NULL, *line = NULL;
    size_t n = 0, cap = 0;
    ssize_t len;

    while ((len = getline(&line, &cap, stdin)) >= 0) {
        if (len > 0 && line[len - 1] == '\n')
            line[--len] = '\0';
        lines = xrealloc(lines, (n + 1) * sizeof(*lines));
        lines[n++] = xstrndup(line, (size_t)len);
    }
    free(line);
    *ret_n = n;
    return lines;
}

/* --- by the search: pieces and their scores ---------------------------- */

static void
pieces_print(
    const struct model *m, const struct options *o, const struct sentence *st)
{
    const struct vocab *v = model_vocab_trg(m);
    uint32_t n = st->n_out + (st->cut || st->looping ? 0 : 1);

    for (uint32_t i = 0; i < n; i++) {
        uint32_t id = i < st->n_out ? st->out[i] : vocab_eos(v);
        struct span piece = vocab_piece(v, id);

        if (i)
            putchar(' ');
        if (o->ids)
            printf("%u", id);
        else
            printf("%.*s:%.5f", SPAN_ARG(piece), (double)st->logp[i]);
    }
    putchar('\n');
}

static void
sentence_fill(const struct model *m, const struct search *s,
    const struct options *o, const char *line, struct sentence *st)
{
    const struct vocab *v = model_vocab_src(m);
    uint32_t *ids = xmalloc(SEARCH_SOURCE_MAX * sizeof(*ids));
    size_t n = vocab_encode(v, span_of(line), ids, SEARCH_SOURCE_MAX - 1);

    if (n > SEARCH_SOURCE_MAX - 1)
        n = SEARCH_SOURCE_MAX - 1;
    ids[n++] = vocab_eos(v);
    st->src = ids;
    st->n_src = (uint32_t)n;
    st->beam = (uint8_t)o->beam;
    st->out = xmalloc(search_out_max(s, st->n_src) * sizeof(*st->out));
    st->logp = xmalloc(search_out_max(s, st->n_src) * sizeof(*st->logp));
}

/* The lines in order, as many at once as there are rows. */
static void
run_search(
    const struct model *m, const struct options *o, char **lines, size_t n)
{
    struct search_cfg cfg = {.rows = (uint32_t)(o->batch * o->beam),
        .beam_max = (uint32_t)o->beam,
        .loops = o->loops};
    struct search *s = search_new(m, &cfg);
    struct sentence *all = xcalloc(n + 1, sizeof(*all));
    size_t next = 0, left = n;

    for (size_t i = 0; i < n; i++)
        sentence_fill(m, s, o, lines[i], &all[i]);
    while (left > 0) {
        while (next < n && search_rows_free(s) >= (uint32_t)o->beam) {
            struct sentence *st = &all[next++];

            search_join(s, &st, 1);
        }
        for (struct sentence *d = search_step(s); d; d = d->next)
            left--;
    }
    for (size_t i = 0; i < n; i++) {
        pieces_print(m, o, &all[i]);
        free((void *)all[i].src);
        free(all[i].out);
        free(all[i].logp);
    }
    free(all);
    search_free(s);
}

/* --- by the batcher: text ---------------------------------------------- */

struct wait {
    pthread_mutex_t lock;
    pthread_cond_t done;
    size_t left;
};

static void
on_done(struct batcher_request *r)
{
    struct wait *w = r->user;

    pthread_mutex_lock(&w->lock);
    if (--w->left == 0)
        pthread_cond_signal(&w->done);
    pthread_mutex_unlock(&w->lock);
}

static void
alignment_print(const struct batcher_request *r)
{
    const struct batcher_alignment *a = r->alignment;

    for (uint32_t t = 0; t < a->n_trg; t++) {
        const float *p = a->p + (size_t)t * a->n_src;
        uint32_t at = 0;

        for (uint32_t i = 1; i < a->n_src; i++)
            if (p[i] > p[at])
                at = i;
        printf("\t%u-%u=%u-%u:%.3f", a->trg_begin[t], a->trg_end[t],
            a->n_src ? a->src_begin[at] : 0, a->n_src ? a->src_end[at] : 0,
            a->n_src ? (double)p[at] : 0.0);
    }
}

static void
request_print(const struct options *o, const struct batcher_request *r)
{
    if (!r->ok) {
        printf("ERROR %s\n", r->err.text);
        return;
    }
    fputs(r->translation, stdout);
    if (o->alignment)
        alignment_print(r);
    if (o->guards)
        printf("\t%.4f%s%s", r->confidence, r->cut ? " cut" : "",
            r->looping ? " looping" : "");
    putchar('\n');
}

static bool
run_batcher(const struct model *m, const struct options *o, char **lines,
    size_t n, struct err *err)
{
    struct batcher_cfg cfg = {.threads = o->threads,
        .rows = o->batch * o->beam,
        .beam_max = o->beam,
        .waiting_max = (int)n + 1,
        .fill_when_empty = o->fill_when_empty,
        .loops = o->loops};
    struct batcher *b = batcher_new(m, &cfg, err);
    struct batcher_request *all = xcalloc(n + 1, sizeof(*all));
    struct wait w = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, n};
    bool ok = b != NULL;

    for (size_t i = 0; ok && i < n; i++) {
        all[i] = (struct batcher_request){.text = span_of(lines[i]),
            .beam = o->beam,
            .want_alignment = o->alignment,
            .done = on_done,
            .user = &w};
        ok = batcher_submit(b, &all[i], err);
    }
    pthread_mutex_lock(&w.lock);
    while (ok && w.left > 0)
        pthread_cond_wait(&w.done, &w.lock);
    pthread_mutex_unlock(&w.lock);
    batcher_free(b);
    for (size_t i = 0; i < n; i++) {
        if (ok)
            request_print(o, &all[i]);
        free(all[i].translation);
        free(all[i].alignment);
    }
    free(all);
    return ok;
}

int
main(int argc, char **argv)
{
    struct options o = {
        .precision = PRECISION_INT8, .beam = 1, .batch = 32, .threads = 1};
    struct err err = {0};
    struct model *m;
    bool ok = true;
    char **lines;
    size_t n;

    if (!options_parse(&o, argc, argv)) {
        fputs(usage, stderr);
        return 2;
    }
    m = open_model(&o, &err);
    if (!m) {
        fprintf(stderr, "meeshy-nn: %s\n", err.text);
        return 1;
    }
    lines = lines_read(&n);
    if (o.scores || o.ids)
        run_search(m, &o, lines, n);
    else
        ok = run_batcher(m, &o, lines, n, &err);
    if (!ok)
        fprintf(stderr, "meeshy-nn: %s\n", err.text);
    for (size_t i = 0; i < n; i++)
        free(lines[i]);
    free(lines);
    model_free(m);
    return ok ? 0 : 1;
}
