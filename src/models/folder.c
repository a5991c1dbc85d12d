/* SPDX-License-Identifier: ISC */
#include "models/folder.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "models/unpack.h"

enum { PATTERNS_MAX = 5 };

/* By what names files go elsewhere, the best first. */
static const char *const patterns[MANIFEST_ROLES][PATTERNS_MAX] = {
    [MANIFEST_MODEL] = {"model.bin", "model.npz", "model.*.bin",
        "model.*.bin.gz", "*.npz"},
    [MANIFEST_VOCAB] = {"vocab.spm", "vocab.*.spm", "vocab.*.spm.gz"},
    [MANIFEST_SRCVOCAB] = {"srcvocab.spm", "srcvocab.*.spm",
        "srcvocab.*.spm.gz", "source.spm", "source.bpe"},
    [MANIFEST_TRGVOCAB] = {"trgvocab.spm", "trgvocab.*.spm",
        "trgvocab.*.spm.gz", "target.spm", "target.bpe"},
    [MANIFEST_LEX] = {"lex.bin", "lex.*.bin", "lex.*.bin.gz"},
    [MANIFEST_OPTIONS] = {"decoder.yml", "model.yml"},
    [MANIFEST_IDS] = {"vocab.yml", "*.vocab.yml"},
};

static char *
match(const char *folder, const char *pattern)
{
    struct buf b = {0};
    glob_t found = {0};
    char *path, *ret = NULL;

    buf_addf(&b, "%s/%s", folder, pattern);
    path = buf_take(&b);
    if (glob(path, 0, NULL, &found) == 0 && found.gl_pathc == 1)
        ret = xstrdup(found.gl_pathv[0]);
    globfree(&found);
    free(path);
    return ret;
}

char *
folder_find(const char *folder, enum manifest_role role)
{
    char *path = NULL;

    for (int i = 0; !path && i < PATTERNS_MAX && patterns[role][i]; i++)
        path = match(folder, patterns[role][i]);
    return path;
}

/* "en-fr": which languages. */
static bool
name_it(
    struct manifest *m, const char *name, const char *licence, struct err *err)
{
    struct span target = span_of(name), source = span_cut(&target, '-');

    if (!manifest_lang_valid(source) || !manifest_lang_valid(target) ||
        span_eq(source, target))
        return err_set(
            err, FAIL_BAD_INPUT, "a name of two languages is needed, as fr-en");
    snprintf(m->name, sizeof(m->name), "%s", name);
    snprintf(m->source, sizeof(m->source), "%.*s", SPAN_ARG(source));
    snprintf(m->target, sizeof(m->target), "%.*s", SPAN_ARG(target));
    snprintf(m->architecture, sizeof(m->architecture), "transformer");
    snprintf(
        m->licence, sizeof(m->licence), "%s", licence ? licence : "unknown");
    return true;
}

/* True also when there is none: then ret->name stays empty. */
static bool
load_manifest(const char *folder, struct manifest *ret, struct err *err)
{
    struct err why = {0};

    memset(ret, 0, sizeof(*ret));
    if (manifest_load(folder, ret, &why))
        return true;
    if (why.kind != FAIL_NOT_FOUND)
        return err_set(err, why.kind, "%s", why.text);
    memset(ret, 0, sizeof(*ret));
    return true;
}

static bool
copy_file(const char *from, const char *stage, struct manifest_file *f,
    struct err *err)
{
    struct manifest_file said = *f;
    struct unpack_want want = {
        .bytes = said.bytes, .max = MANIFEST_FILE_MAX, .sha256 = said.sha256};
    struct buf b = {0};
    struct err why = {0};
    char *to;
    bool ok;

    buf_addf(&b, "%s/%s", stage, f->name);
    to = buf_take(&b);
    ok = unpack_file(from, to, &want, f, &why) ||
         err_set(err, why.kind, "%.90s: %.100s", from, why.text);
    free(to);
    return ok;
}

static bool
copy_role(const char *folder, const char *stage, bool said, struct manifest *m,
    enum manifest_role role, struct err *err)
{
    struct manifest_file *f = &m->files[role];
    char *from;
    bool ok = true;

    if (said)
        from = manifest_path(m, folder, role);
    else if ((from = folder_find(folder, role)) != NULL)
        snprintf(f->name, sizeof(f->name), "%s",
            manifest_role_file_like(role, from));
    if (from)
        ok = copy_file(from, stage, f, err);
    free(from);
    return ok;
}

/* As manifest_parse would: both vocabularies, or one for both. */
static bool
check(const struct manifest *m, struct err *err)
{
    struct manifest back;
    struct buf b = {0};
    bool ok;

    manifest_format(m, &b);
    ok = manifest_parse(buf_span(&b), &back, err);
    buf_free(&b);
    return ok;
}

static bool
bring(const struct pull_cfg *cfg, struct depot *d, const char *folder,
    bool said, struct manifest *m, struct err *err)
{
    char *stage = depot_stage(d, m->name, err);
    bool ok = stage != NULL;

    for (enum manifest_role r = 0; ok && r < MANIFEST_ROLES; r++)
        ok = copy_role(folder, stage, said, m, r, err);
    if (ok && !m->version[0])
        snprintf(m->version, sizeof(m->version), "%.12s",
            m->files[MANIFEST_MODEL].name[0] ? m->files[MANIFEST_MODEL].sha256
                                             : "none");
    ok = ok && check(m, err);
    if (ok)
        ok = pull_install(cfg, d, stage, m, err);
    else
        depot_forget(d, m->name);
    free(stage);
    return ok;
}

bool
folder_install(const struct pull_cfg *cfg, const char *folder, const char *name,
    const char *licence, struct manifest *ret, struct err *err)
{
    char *whole = realpath(folder, NULL);
    struct depot *d = NULL;
    bool said, ok;

    if (!whole)
        return err_set(err, FAIL_NOT_FOUND, "open %.120s: %m", folder);
    ok = load_manifest(whole, ret, err);
    said = ok && ret->name[0];
    if (ok && !said)
        ok = name_it(ret, name ? name : "", licence, err);
    else if (ok && name && strcmp(name, ret->name) != 0)
        ok = err_set(
            err, FAIL_BAD_INPUT, "the model there is called %s", ret->name);
    if (ok && !said)
        snprintf(ret->origin, sizeof(ret->origin), "%.900s", whole);
    if (ok)
        d = depot_open(cfg->models, err);
    ok = ok && d && bring(cfg, d, whole, said, ret, err);
    depot_close(d);
    free(whole);
    return ok;
}
