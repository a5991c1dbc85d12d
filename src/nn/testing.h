/* SPDX-License-Identifier: ISC */
#ifndef NN_TESTING_H
#define NN_TESTING_H

/* Models for the tests of the engine, in a folder of their own.  For tests
 * only. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "nn/format/vocab.h"
#include "nn/model.h"
#include "nn/search.h"
#include "nn/tool/synth.h"

static const char *const testing_lines[] = {
    "The old teacher is waiting for the last train.",
    "My little sister has forgotten the key to the cellar!",
    "Nobody wants to buy a broken window in the morning.",
    "Everybody here talks about the weather, as usual.",
    "A friend of mine wrote a letter about yesterday's newspaper?",
    "Our new colleague brought back three black cats on Monday.",
    "The musician paints a strange dream near the river.",
    "Someone sold twelve blue chairs without a word.",
    "Anna is afraid of the answer.",
    "The whole family never liked some fresh bread before it rains.",
    "Peter and Maria remembered their beautiful garden at half past six.",
    "The young doctor cannot find a cup of coffee at the station.",
    "No.",
    "A tired sailor laughed at his grandmother's clock once again, and nobody "
    "at the station had ever seen such a beautiful old thing before.",
    "Your neighbour dreams of an expensive camera every evening.",
    "The committee will repair the green bicycle for the first time.",
};
enum { TESTING_LINES = sizeof(testing_lines) / sizeof(testing_lines[0]) };

struct testing {
    char dir[64];
    char path[4][96]; /* model, vocabulary, second vocabulary, shortlist */
};

static inline void
testing_need(bool ok, const struct err *err)
{
    if (!ok) {
        printf("Bail out! %s\n", err->text);
        exit(1);
    }
}

enum { TESTING_VOCAB = 1000, TESTING_VOCAB_BYTES_MAX = 1 << 20 };

/* The vocabulary of all models of a test, trained once: under a sanitizer that
 * takes longer than most tests. */
static inline void
testing_vocab(const char *path)
{
    static char bytes[TESTING_VOCAB_BYTES_MAX];
    static size_t n;
    struct synth_vocab v = {.size = TESTING_VOCAB, .byte_fallback = true};
    struct err err = {0};
    FILE *f;

    if (n == 0) {
        testing_need(synth_vocab(path, &v, NULL, &err), &err);
        f = fopen(path, "re");
        n = f ? fread(bytes, 1, sizeof(bytes), f) : 0;
    } else {
        f = fopen(path, "we");
        if (f && fwrite(bytes, 1, n, f) != n)
            abort();
    }
    if (!f || n == 0 || n == sizeof(bytes) || fclose(f) != 0)
        abort();
}

/* Write what spec says, with vocabularies of 1000 pieces and a shortlist. */
static inline void
testing_make(struct testing *t, const struct synth_spec *spec, const char *ext)
{
    struct synth_spec s = *spec;
    struct err err = {0};

    snprintf(t->dir, sizeof(t->dir), "/tmp/nn-test-XXXXXX");
    if (!mkdtemp(t->dir))
        abort();
    snprintf(t->path[0], sizeof(t->path[0]), "%s/model.%s", t->dir, ext);
    snprintf(t->path[1], sizeof(t->path[1]), "%s/vocab.spm", t->dir);
    snprintf(t->path[2], sizeof(t->path[2]), "%s/other.spm", t->dir);
    snprintf(t->path[3], sizeof(t->path[3]), "%s/lex.bin", t->dir);
    testing_vocab(t->path[1]);
    testing_vocab(t->path[2]);
    s.vocab_src = TESTING_VOCAB;
    if (s.vocab_trg)
        s.vocab_trg = TESTING_VOCAB;
    testing_need(synth_model(t->path[0], &s, &err), &err);
    testing_need(synth_shortlist(
                     t->path[3], TESTING_VOCAB, TESTING_VOCAB, 7, true, &err),
        &err);
}

static inline void
testing_remove(struct testing *t)
{
    for (size_t i = 0; i < 4; i++)
        unlink(t->path[i]);
    rmdir(t->dir);
}

static inline struct model_files
testing_files(const struct testing *t, bool two, bool shortlist)
{
    return (struct model_files){.weights = t->path[0],
        .vocab_src = t->path[1],
        .vocab_trg = two ? t->path[2] : NULL,
        .shortlist = shortlist ? t->path[3] : NULL};
}

/* A model of that kind, its files already removed. */
static inline struct model *
testing_model(const struct synth_spec *spec, bool shortlist, enum precision p)
{
    struct testing t;
    struct err err = {0};
    struct model_files files;
    struct model *m;

    testing_make(&t, spec, "bin");
    files = testing_files(&t, spec->vocab_trg != 0, shortlist);
    m = model_open(&files, p, &err);
    testing_need(m != NULL, &err);
    testing_remove(&t);
    return m;
}

/* Does m translate the line into itself? */
static inline bool
testing_same(const struct model *m, const char *line)
{
    const struct vocab *v = model_vocab_src(m);
    struct search *s = search_new(m, &(struct search_cfg){.rows = 1});
    uint32_t src[SEARCH_SOURCE_MAX], out[SEARCH_TARGET_MAX];
    size_t n = vocab_encode(v, span_of(line), src, SEARCH_SOURCE_MAX - 1);
    struct sentence st = {.src = src, .n_src = (uint32_t)n + 1, .out = out};
    struct sentence *list = &st;
    char *text;
    bool same;

    src[n] = vocab_eos(v);
    search_join(s, &list, 1);
    while (!search_step(s))
        ;
    text = vocab_decode(model_vocab_trg(m), out, st.n_out);
    same = strcmp(text, line) == 0;
    free(text);
    search_free(s);
    return same;
}

#endif
