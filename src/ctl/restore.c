/* SPDX-License-Identifier: ISC */
#include "ctl/restore.h"

#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "ctl/pack.h"
#include "ctl/scratch.h"
#include "models/digest.h"
#include "models/unpack.h"
#include "store/claim.h"

enum { STAMP_BYTES = 32 };

static char *
suffixed(const char *path, const char *suffix)
{
    struct buf b = {0};

    buf_addf(&b, "%s%s", path, suffix);
    return buf_take(&b);
}

/* When root restores, what comes belongs to whom the folder belongs to. */
static bool
give(const char *path, struct err *err)
{
    char *copy = xstrdup(path);
    struct stat st;
    bool ok = geteuid() != 0 || (stat(dirname(copy), &st) == 0 &&
                                    chown(path, st.st_uid, st.st_gid) == 0);

    free(copy);
    return ok || err_set(err, FAIL_SYSTEM, "give %s away: %m", path);
}

/* Unpack to dir, and be sure that it is what was backed up. */
static bool
unpack(int fd, const char *secret, const char *dir, struct inventory *inv,
    struct err *err)
{
    char *database = scratch_path(dir, INVENTORY_DATABASE);
    bool ok = pack_extract(fd, secret, dir, inv, err) &&
              inventory_compare(inv, database, err);

    free(database);
    return ok;
}

/* ---- the database ---- */

/* from+suffix becomes to+suffix, where it is there. */
static bool
move(const char *from, const char *to, const char *suffix, struct err *err)
{
    char *old = suffixed(from, suffix), *name = suffixed(to, suffix);
    bool ok = rename(old, name) == 0 || errno == ENOENT;

    if (!ok)
        err_set(err, FAIL_SYSTEM, "rename %s: %m", old);
    free(old);
    free(name);
    return ok;
}

/* With its log, so that it can still be opened under its new name. */
static bool
put_aside(const char *path, const char *aside, struct err *err)
{
    static const char *const suffixes[] = {"-wal", "-shm", ".mark", ""};

    for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++)
        if (!move(path, aside, suffixes[i], err))
            return false;
    return true;
}

static bool
replace(const char *path, const char *fresh, const char *stamp,
    struct restored *ret, struct err *err)
{
    char *aside = suffixed(path, stamp);
    bool ok = claim_mark(path, true, err) && put_aside(path, aside, err) &&
              move(fresh, path, "", err) && give(path, err) &&
              scratch_sync_folder_of(path, err) && claim_mark(path, false, err);

    if (access(aside, F_OK) == 0)
        snprintf(ret->aside, sizeof(ret->aside), "%s", aside);
    free(aside);
    return ok;
}

/* ---- the other files ---- */

static bool
is_sent(const char *name)
{
    return strncmp(name, INVENTORY_FILES, sizeof(INVENTORY_FILES) - 1) == 0;
}

/* Where a file of the backup goes, owned by the caller; NULL: nowhere. */
static char *
place_of(const char *name, const struct backup_places *to)
{
    const char *in_memory = strncmp(name, "memory/", 7) == 0 ? name + 7 : NULL;
    struct buf b = {0};

    if (strcmp(name, "glossary.json") == 0 && to->glossary && to->glossary[0])
        return xstrdup(to->glossary);
    if (strcmp(name, "keys") == 0 && to->keys && to->keys[0])
        return xstrdup(to->keys);
    if (strcmp(name, "ways.tsv") == 0 && to->models && to->models[0])
        return scratch_path(to->models, name);
    if (in_memory && to->memory && to->memory[0])
        return scratch_path(to->memory, in_memory);
    if (is_sent(name) && to->files && to->files[0]) {
        const char *sha256 = name + sizeof(INVENTORY_FILES) - 1;
        buf_addf(&b, "%s/%.2s/%s", to->files, sha256, sha256);
        return buf_take(&b);
    }
    return NULL;
}

/* And, if it has to be, the one that this is in. */
static bool
make_folder_of(const char *path, struct err *err)
{
    char *copy = xstrdup(path), *dir = dirname(copy);
    bool ok = true, made = mkdir(dir, 0755) == 0;

    if (!made && errno == ENOENT && make_folder_of(dir, err))
        made = mkdir(dir, 0755) == 0;
    if (made)
        ok = give(dir, err);
    else if (errno != EEXIST)
        ok = err_set(err, FAIL_SYSTEM, "make %s: %m", dir);
    free(copy);
    return ok;
}

static bool
put_file(const char *from, const struct inventory_file *f, const char *path,
    const char *stamp, struct err *err)
{
    struct unpack_want want = {.bytes = f->bytes, .sha256 = f->sha256};
    struct manifest_file is;
    char *aside = suffixed(path, stamp);
    bool ok = make_folder_of(path, err) && move(path, aside, "", err) &&
              unpack_file(from, path, &want, &is, err) && give(path, err);

    free(aside);
    return ok;
}

static bool
is_model(const char *name)
{
    return strncmp(name, "models/", 7) == 0;
}

/* One file, unless the same is there. */
static bool
restore_file(const char *dir, const struct inventory_file *f,
    const struct backup_places *to, const char *stamp,
    void (*told)(const char *name, const char *what), struct err *err)
{
    char *path = place_of(f->name, to), *from = scratch_path(dir, f->name);
    struct err unused;
    bool ok = true;

    if (strcmp(f->name, INVENTORY_DATABASE) == 0)
        ; /* has its own way */
    else if (is_model(f->name))
        told(f->name, "a model that was installed: meeshyctl models pull");
    else if (!path)
        told(f->name, "left in the backup: no setting says where it goes");
    else if (digest_check(path, f->bytes, f->sha256, &unused))
        told(f->name, "is there already");
    else if ((ok = put_file(from, f, path, stamp, err)))
        told(f->name, path);
    free(path);
    free(from);
    return ok;
}

static bool
restore_files(const char *dir, const struct inventory *inv,
    const struct backup_places *to, const char *stamp,
    void (*told)(const char *name, const char *what), struct err *err)
{
    for (size_t i = 0; i < inv->n_files; i++)
        if (!restore_file(dir, &inv->files[i], to, stamp, told, err))
            return false;
    return true;
}

/* ".before-restore-20261129T101112Z" */
static void
make_stamp(char ret[STAMP_BYTES + 16])
{
    time_t now = time(NULL);
    struct tm tm;

    gmtime_r(&now, &tm);
    strftime(ret, STAMP_BYTES + 16, ".before-restore-%Y%m%dT%H%M%SZ", &tm);
}

bool
restore_make(int fd, const char *secret, const struct backup_places *to,
    void (*told)(const char *name, const char *what), struct restored *ret,
    struct err *err)
{
    const char *path = backup_database(to);
    struct claim *claim = NULL;
    char *dir = NULL, *fresh = NULL, *lock = suffixed(path, ".lock");
    char stamp[STAMP_BYTES + 16];
    bool ok;

    *ret = (struct restored){0};
    make_stamp(stamp);
    ok = make_folder_of(path, err) &&
         (claim = claim_to_replace(path, err)) != NULL && give(lock, err) &&
         (dir = scratch_make(path, err)) != NULL &&
         unpack(fd, secret, dir, &ret->inv, err);
    if (ok) {
        fresh = scratch_path(dir, INVENTORY_DATABASE);
        ok = replace(path, fresh, stamp, ret, err) &&
             restore_files(dir, &ret->inv, to, stamp, told, err);
    }
    scratch_remove(dir);
    claim_drop(claim);
    free(fresh);
    free(lock);
    return ok;
}

bool
restore_rehearse(int fd, const char *secret, const char *scratch,
    struct inventory *ret, struct store_totals *ret_totals, struct err *err)
{
    char *dir = scratch_make(scratch, err), *url = NULL;
    struct store *store = NULL;
    struct buf b = {0};
    bool ok;

    *ret = (struct inventory){0};
    ok = dir && unpack(fd, secret, dir, ret, err);
    if (ok) {
        buf_addf(&b, "sqlite:%s/%s", dir, INVENTORY_DATABASE);
        url = buf_take(&b);
        store = store_open(url, NULL, err);
        ok = store && store_totals(store, ret_totals, err);
    }
    store_close(store);
    scratch_remove(dir);
    free(url);
    return ok;
}
