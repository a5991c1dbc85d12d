/* SPDX-License-Identifier: ISC */
#include "models/folder.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/tap.h"

static char root[] = "/tmp/folder-XXXXXX";

static char *
path_of(const char *a, const char *b)
{
    struct buf path = {0};

    buf_addf(&path, "%s/%s/%s", root, a, b);
    return buf_take(&path);
}

static void
put(const char *folder, const char *file, const char *text)
{
    char *path = path_of(folder, file), *above = path_of(folder, "");
    FILE *f;

    mkdir(above, 0755);
    f = fopen(path, "we");
    CHECK(f && fputs(text, f) >= 0);
    fclose(f);
    free(path);
    free(above);
}

static bool
install(
    const char *folder, const char *name, struct manifest *m, struct err *err)
{
    char *from = path_of(folder, ""), *models = path_of("models", "");
    struct pull_cfg cfg = {.models = models};
    bool ok = folder_install(&cfg, from, name, "CC-BY-4.0", m, err);

    if (ok)
        CHECK(depot_verify(models, m->name, err));
    free(from);
    free(models);
    return ok;
}

static void
opus_files_are_taken_by_their_own_names(void)
{
    struct manifest m;
    struct err err = {0};

    put("opus", "opus.bpe32k-bpe32k.transformer.npz", "weights");
    put("opus", "source.spm", "s");
    put("opus", "target.spm", "t");
    put("opus", "decoder.yml", "beam-size: 6");
    put("opus", "opus.vocab.yml", "a: 1");
    put("opus", "README.md", "not this");
    CHECK(install("opus", "de-en", &m, &err));
    CHECK(strcmp(m.files[MANIFEST_MODEL].name, "model.npz") == 0);
    CHECK(m.files[MANIFEST_TRGVOCAB].bytes == 1);
    CHECK(strcmp(m.files[MANIFEST_IDS].name, "vocab.yml") == 0);
    CHECK(strcmp(m.licence, "CC-BY-4.0") == 0 && m.version[0]);
    CHECK(!install("opus", "de", &m, &err));
    CHECK(!install("opus", NULL, &m, &err));
    CHECK(!install("opus", "../x-en", &m, &err));
    CHECK(!install("nowhere", "de-en", &m, &err) && err.kind == FAIL_NOT_FOUND);
}

static void
codes_keep_their_ending(void)
{
    struct manifest m;
    struct err err = {0};

    put("old", "opus.bpe32k-bpe32k.transformer.npz", "weights");
    put("old", "source.bpe", "#version: 0.2");
    put("old", "target.bpe", "t");
    put("old", "opus.vocab.yml", "a: 1");
    CHECK(install("old", "sv-en", &m, &err));
    CHECK(strcmp(m.files[MANIFEST_SRCVOCAB].name, "source.bpe") == 0);
    CHECK(strcmp(m.files[MANIFEST_TRGVOCAB].name, "target.bpe") == 0);
    CHECK(!m.files[MANIFEST_OPTIONS].name[0]);
}

static void
an_installed_model_is_taken_as_its_manifest_says(void)
{
    struct manifest m, again;
    struct err err = {0};
    char *models = path_of("models", ""), *other = path_of("other", "");
    struct pull_cfg cfg = {.models = other};
    char *from = path_of("models", "fr-en");

    put("mozilla", "model.fren.intgemm.alphas.bin", "weights");
    put("mozilla", "vocab.fren.spm", "v");
    put("mozilla", "lex.50.50.fren.s2t.bin", "l");
    CHECK(install("mozilla", "fr-en", &m, &err));
    CHECK(folder_install(&cfg, from, NULL, NULL, &again, &err));
    CHECK(memcmp(&m, &again, sizeof(m)) == 0);
    put("models/fr-en", "model.bin", "broken!");
    CHECK(!folder_install(&cfg, from, NULL, NULL, &again, &err));
    CHECK(depot_verify(other, "fr-en", &err));
    CHECK(!folder_install(&cfg, from, "fr-de", NULL, &again, &err));
    free(models);
    free(other);
    free(from);
}

static void
an_incomplete_folder_is_refused(void)
{
    struct manifest m;
    struct err err = {0};

    put("half", "model.bin", "weights");
    CHECK(!install("half", "fr-es", &m, &err));
    put("half", "source.spm", "s");
    CHECK(!install("half", "fr-es", &m, &err));
    put("half", "target.spm", "t");
    CHECK(install("half", "fr-es", &m, &err));
}

static bool
refuse(const char *folder, struct err *err)
{
    struct manifest m;

    /* What is tried out is whole, but for its model.json. */
    CHECK(!manifest_load(folder, &m, NULL));
    return err_set(err, FAIL_BAD_INPUT, "no such shape");
}

static void
a_model_that_cannot_be_used_is_not_installed(void)
{
    char *from = path_of("half", ""), *models = path_of("empty", "");
    struct pull_cfg cfg = {.models = models, .try_out = refuse};
    struct manifest m;
    struct err err = {0};
    size_t n;

    CHECK(!folder_install(&cfg, from, "fr-es", NULL, &m, &err));
    CHECK(strstr(err.text, "no such shape") != NULL);
    free(depot_list(models, &n));
    CHECK(n == 0);
    free(from);
    free(models);
}

int
main(void)
{
    char command[96];

    CHECK(mkdtemp(root) != NULL);
    RUN(opus_files_are_taken_by_their_own_names);
    RUN(codes_keep_their_ending);
    RUN(an_installed_model_is_taken_as_its_manifest_says);
    RUN(an_incomplete_folder_is_refused);
    RUN(a_model_that_cannot_be_used_is_not_installed);
    snprintf(command, sizeof(command), "rm -r %s", root);
    CHECK(system(command) == 0);
    return tap_end();
}
