/* SPDX-License-Identifier: ISC */
#include <dirent.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/span.h"
#include "nn/model.h"

/* What the parts of a model are called: ours first, then Mozilla's, then
 * OPUS-MT's.  Earlier patterns win. */
enum role { WEIGHTS, VOCAB, SRC, TRG, LEX, OPTIONS, IDS, DECODING, ROLES };

static const char *const patterns[ROLES][6] = {
    [WEIGHTS] = {"model.bin", "model.npz", "model.*.bin", "*.npz"},
    [VOCAB] = {"vocab.spm", "vocab.*.spm"},
    [SRC] = {"srcvocab.spm", "srcvocab.*.spm", "source.spm", "source.bpe"},
    [TRG] = {"trgvocab.spm", "trgvocab.*.spm", "target.spm", "target.bpe"},
    [LEX] = {"lex.bin", "lex.*.bin"},
    [OPTIONS] = {"model.yml"},
    [IDS] = {"vocab.yml", "*.vocab.yml"},
    [DECODING] = {"decoder.yml", "*.decoder.yml"},
};

/* Of several names that match the same pattern the first in byte order, so that
 * the choice does not depend on the file system. */
static void
offer(char *found[ROLES], size_t rank[ROLES], const char *name)
{
    for (size_t r = 0; r < ROLES; r++)
        for (size_t i = 0; patterns[r][i]; i++) {
            if (fnmatch(patterns[r][i], name, 0) != 0)
                continue;
            if (!found[r] || i < rank[r] ||
                (i == rank[r] && strcmp(name, found[r]) < 0)) {
                free(found[r]);
                found[r] = xstrdup(name);
                rank[r] = i;
            }
            break;
        }
}

static void
join(char **name, const char *dir)
{
    size_t n;
    char *path;

    if (!*name)
        return;
    n = strlen(dir) + strlen(*name) + 2;
    path = xmalloc(n);
    snprintf(path, n, "%s/%s", dir, *name);
    free(*name);
    *name = path;
}

/* "models/en-fr/" */
static void
read_langs(struct model_dir *d, const char *dir)
{
    size_t end = strlen(dir), begin;
    struct span target, source;

    while (end > 0 && dir[end - 1] == '/')
        end--;
    for (begin = end; begin > 0 && dir[begin - 1] != '/'; begin--)
        ;
    target = (struct span){dir + begin, end - begin};
    source = span_cut(&target, '-');
    if (!target.p || source.len >= sizeof(d->lang_src) ||
        target.len >= sizeof(d->lang_trg))
        return;
    memcpy(d->lang_src, source.p, source.len);
    memcpy(d->lang_trg, target.p, target.len);
    d->files.lang_src = d->lang_src;
    d->files.lang_trg = d->lang_trg;
}

bool
model_dir_find(struct model_dir *d, const char *dir, struct err *err)
{
    size_t rank[ROLES] = {0};
    DIR *handle = opendir(dir);
    struct dirent *e;

    _Static_assert(
        ROLES <= sizeof(d->owned) / sizeof(d->owned[0]), "room for all");
    memset(d, 0, sizeof(*d));
    if (!handle)
        return err_set(err, FAIL_NOT_FOUND, "open %s: %m", dir);
    while ((e = readdir(handle)))
        offer(d->owned, rank, e->d_name);
    closedir(handle);
    for (size_t i = 0; i < ROLES; i++)
        join(&d->owned[i], dir);

    char **f = d->owned;
    d->files = (struct model_files){.weights = f[WEIGHTS],
        .vocab_src = f[VOCAB] ? f[VOCAB] : f[SRC],
        .vocab_trg = f[VOCAB] ? NULL : f[TRG],
        .shortlist = f[LEX],
        .options = f[OPTIONS],
        .ids_src = f[IDS],
        .ids_trg = f[IDS],
        .decoding = f[DECODING]};
    read_langs(d, dir);
    if (f[WEIGHTS] && d->files.vocab_src && (f[VOCAB] || f[TRG]))
        return true;
    err_set(err, FAIL_NOT_FOUND, "%s has no %s", dir,
        f[WEIGHTS] ? "vocabulary (vocab.spm)" : "model.bin or model.npz");
    model_dir_free(d);
    return false;
}

void
model_dir_free(struct model_dir *d)
{
    for (size_t i = 0; i < sizeof(d->owned) / sizeof(d->owned[0]); i++)
        free(d->owned[i]);
    memset(d, 0, sizeof(*d));
}
