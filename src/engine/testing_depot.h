/* SPDX-License-Identifier: ISC */
#ifndef ENGINE_TESTING_DEPOT_H
#define ENGINE_TESTING_DEPOT_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/tap.h"
#include "models/depot.h"
#include "models/digest.h"

/* Folders of models for tests. */

/* ret holds the path of a fresh, empty folder. */
static inline void
test_folder(char ret[32])
{
    strcpy(ret, "/tmp/meeshy-neural.XXXXXX");
    if (!mkdtemp(ret))
        abort();
}

static inline int
test_unlink(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

static inline void
test_remove_folder(const char *dir)
{
    nftw(dir, test_unlink, 8, FTW_DEPTH | FTW_PHYS);
}

static inline void
test_file(const char *dir, const char *name, const char *text)
{
    char path[512];
    FILE *f;

    snprintf(path, sizeof(path), "%s/%s", dir, name);
    f = fopen(path, "we");
    CHECK(f && fputs(text, f) >= 0);
    fclose(f);
}

/* Put a model called name in folder dir whose files hold its version; it is a
 * little surer than it has to be. */
static inline void
test_install_beam(const char *dir, const char *name, const char *source,
    const char *target, const char *version, int beam)
{
    static const enum manifest_role roles[] = {MANIFEST_MODEL, MANIFEST_VOCAB};
    struct manifest m = {.beam = beam, .sure_from = 0.4};
    struct err err = {0};
    struct depot *d = depot_open(dir, &err);
    char *stage = d ? depot_stage(d, name, &err) : NULL;

    snprintf(m.name, sizeof(m.name), "%s", name);
    snprintf(m.source, sizeof(m.source), "%s", source);
    snprintf(m.target, sizeof(m.target), "%s", target);
    snprintf(m.version, sizeof(m.version), "%s", version);
    snprintf(m.architecture, sizeof(m.architecture), "toy");
    snprintf(m.licence, sizeof(m.licence), "ISC");
    for (size_t i = 0; stage && i < 2; i++) {
        struct manifest_file *f = &m.files[roles[i]];
        struct digest digest;

        snprintf(f->name, sizeof(f->name), "%s", manifest_role_file(roles[i]));
        test_file(stage, f->name, version);
        digest_init(&digest);
        digest_add(&digest, version, strlen(version));
        digest_end(&digest, f->sha256);
        f->bytes = digest.bytes;
    }
    if (!CHECK(stage && depot_install(d, &m, &err)))
        printf("# %s\n", err.text);
    free(stage);
    depot_close(d);
}

static inline void
test_install(const char *dir, const char *name, const char *source,
    const char *target, const char *version)
{
    test_install_beam(dir, name, source, target, version, 0);
}

static inline void
test_uninstall(const char *dir, const char *name)
{
    struct err err = {0};
    struct depot *d = depot_open(dir, &err);

    CHECK(d && depot_remove(d, name, &err));
    depot_close(d);
}

#endif
