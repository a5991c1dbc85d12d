/* SPDX-License-Identifier: ISC */
#include "models/depot.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/tap.h"
#include "models/digest.h"

static char root[] = "/tmp/depot-XXXXXX";
static char dir[64];

static char *
path_of(const char *a, const char *b)
{
    struct buf path = {0};

    buf_addf(&path, "%s/%s%s", dir, a, b);
    return buf_take(&path);
}

static bool
there(const char *a, const char *b)
{
    char *path = path_of(a, b);
    bool ok = access(path, F_OK) == 0;

    free(path);
    return ok;
}

static void
put(const char *folder, const char *file, const char *text)
{
    char path[256];
    FILE *f;

    snprintf(path, sizeof(path), "%s/%s", folder, file);
    f = fopen(path, "we");
    CHECK(f && fputs(text, f) >= 0);
    fclose(f);
}

static void
set_file(struct manifest *m, enum manifest_role role, const char *text)
{
    struct manifest_file *f = &m->files[role];
    struct digest d;

    snprintf(f->name, sizeof(f->name), "%s", manifest_role_file(role));
    digest_init(&d);
    digest_add(&d, text, strlen(text));
    digest_end(&d, f->sha256);
    f->bytes = d.bytes;
}

static struct manifest
made(const char *version, const char *model)
{
    struct manifest m = {.name = "fr-en",
        .source = "fr",
        .target = "en",
        .architecture = "tiny",
        .licence = "MPL-2.0"};

    snprintf(m.version, sizeof(m.version), "%s", version);
    set_file(&m, MANIFEST_MODEL, model);
    set_file(&m, MANIFEST_VOCAB, "vocab");
    return m;
}

/* Stage and install a model with that text for weights. */
static bool
install(struct depot *d, const char *version, const char *model)
{
    struct manifest m = made(version, model);
    struct err err = {0};
    char *stage = depot_stage(d, m.name, &err);
    bool ok;

    if (!CHECK(stage != NULL))
        return false;
    put(stage, "model.bin", model);
    put(stage, "vocab.spm", "vocab");
    put(stage, "lex.bin.part", "left over");
    ok = depot_install(d, &m, &err);
    free(stage);
    return ok;
}

static const char *
version(void)
{
    static char ret[MANIFEST_WORD_BYTES];
    struct manifest m;
    char *folder = path_of("fr-en", "");

    snprintf(ret, sizeof(ret), "%s",
        manifest_load(folder, &m, NULL) ? m.version : "none");
    free(folder);
    return ret;
}

static void
a_model_is_installed_replaced_and_removed(void)
{
    struct depot *d = depot_open(dir, NULL);
    struct err err;

    CHECK(install(d, "1", "one") && strcmp(version(), "1") == 0);
    CHECK(depot_verify(dir, "fr-en", &err));
    CHECK(install(d, "2", "another") && strcmp(version(), "2") == 0);
    CHECK(depot_verify(dir, "fr-en", &err));
    CHECK(!there("fr-en", "/lex.bin.part") && !there(".new", ""));
    CHECK(depot_remove(d, "fr-en", &err) && strcmp(version(), "none") == 0);
    CHECK(!there("fr-en", "") && !there(".old", ""));
    CHECK(!depot_remove(d, "fr-en", &err) && err.kind == FAIL_NOT_FOUND);
    CHECK(!depot_remove(d, "../fr-en", &err) && err.kind == FAIL_NOT_FOUND);
    CHECK(!depot_remove(d, ".lock", &err) && there(".lock", ""));
    depot_close(d);
}

static void
one_changes_it_at_a_time(void)
{
    struct err err;
    struct depot *a = depot_open(dir, &err), *b = depot_open(dir, &err);

    CHECK(a && !b && err.kind == FAIL_BUSY);
    depot_close(a);
    b = depot_open(dir, &err);
    CHECK(b != NULL);
    depot_close(b);
}

static void
a_replacement_that_was_cut_short_is_undone(void)
{
    struct depot *d = depot_open(dir, NULL);
    char *old = path_of(".old", ""), *as = path_of(".old", "/fr-en");
    char *gone = path_of(".old", "/-gone"), *now = path_of("fr-en", "");

    CHECK(install(d, "1", "one"));
    depot_close(d);
    CHECK(mkdir(old, 0755) == 0 && rename(now, as) == 0);
    CHECK(mkdir(gone, 0755) == 0);
    put(gone, "model.bin", "deleted");
    d = depot_open(dir, NULL);
    CHECK(strcmp(version(), "1") == 0 && !there(".old", ""));
    CHECK(depot_remove(d, "fr-en", NULL));
    depot_close(d);
    free(old);
    free(as);
    free(gone);
    free(now);
}

static void
damage_is_noticed(void)
{
    struct depot *d = depot_open(dir, NULL);
    char *folder = path_of("fr-en", ""), *bad = path_of("xx-yy", "");
    struct depot_model *list;
    struct err err;
    size_t n;

    CHECK(install(d, "1", "one"));
    put(folder, "model.bin", "One");
    CHECK(!depot_verify(dir, "fr-en", &err) && strstr(err.text, "SHA-256"));
    put(folder, "model.bin", "more");
    CHECK(!depot_verify(dir, "fr-en", &err) && strstr(err.text, "4 bytes"));
    CHECK(!depot_verify(dir, "..", &err));
    CHECK(mkdir(bad, 0755) == 0);
    put(bad, "model.json", "{}");
    list = depot_list(dir, &n);
    CHECK(n == 2 && !list[0].why[0] && list[1].why[0]);
    CHECK(n == 2 && strcmp(list[1].manifest.name, "xx-yy") == 0);
    free(list);
    CHECK(depot_remove(d, "fr-en", NULL) && depot_remove(d, "xx-yy", NULL));
    depot_close(d);
    list = depot_list("/nowhere", &n);
    CHECK(n == 0);
    free(list);
    free(folder);
    free(bad);
}

static void
a_disk_that_is_too_small_is_noticed_before(void)
{
    struct depot *d = depot_open(dir, NULL);
    struct err err;

    CHECK(depot_has_room(d, 1, &err));
    CHECK(!depot_has_room(d, UINT64_MAX / 2, &err) && err.kind == FAIL_BUSY);
    depot_close(d);
}

int
main(void)
{
    char *lock;

    CHECK(mkdtemp(root) != NULL);
    snprintf(dir, sizeof(dir), "%s/data/models", root);
    RUN(a_model_is_installed_replaced_and_removed);
    RUN(one_changes_it_at_a_time);
    RUN(a_replacement_that_was_cut_short_is_undone);
    RUN(damage_is_noticed);
    RUN(a_disk_that_is_too_small_is_noticed_before);
    lock = path_of(".lock", "");
    unlink(lock);
    free(lock);
    rmdir(dir);
    snprintf(dir, sizeof(dir), "%s/data", root);
    rmdir(dir);
    rmdir(root);
    return tap_end();
}
