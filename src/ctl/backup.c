/* SPDX-License-Identifier: ISC */
#include "ctl/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "ctl/pack.h"
#include "ctl/scratch.h"
#include "ctl/snapshot.h"

static const char scheme[] = "sqlite:";

const char *
backup_database(const struct backup_places *p)
{
    size_t n = sizeof(scheme) - 1;

    return strncmp(p->database, scheme, n) == 0 ? p->database + n : p->database;
}

/* A file that may not be there. */
static bool
add_file(struct pack *p, const char *name, const char *path,
    struct inventory *inv, struct err *err)
{
    if (!path || !path[0] || access(path, F_OK) != 0)
        return true;
    if (!inventory_may(span_of(name))) {
        log_warn("not in the backup, because of its name path=%s", path);
        return true;
    }
    return pack_file(p, name, path, inv, err);
}

/* The name in the backup of "DIR/NAME.tsv" or of "DIR/NAME/model.json". */
static char *
name_in(const char *folder, const char *path, const char *ending)
{
    struct buf b = {0};
    struct span name = span_of(path);

    if (ending) {
        name.len -= sizeof("/model.json") - 1;
        name.p = memrchr(path, '/', name.len);
    } else
        name.p = strrchr(path, '/');
    name.p = name.p ? name.p + 1 : path;
    name.len -= (size_t)(name.p - path);
    buf_addf(&b, "%s/%.*s%s", folder, SPAN_ARG(name), ending ? ending : "");
    return buf_take(&b);
}

/* All files of dir that the pattern names. */
static bool
add_files(struct pack *p, const char *dir, const char *pattern,
    const char *folder, const char *ending, struct inventory *inv,
    struct err *err)
{
    char *path = dir && dir[0] ? scratch_path(dir, pattern) : NULL;
    glob_t found = {0};
    bool ok = true;

    if (path && glob(path, 0, NULL, &found) != 0)
        found.gl_pathc = 0;
    for (size_t i = 0; ok && i < found.gl_pathc; i++) {
        char *name = name_in(folder, found.gl_pathv[i], ending);

        ok = add_file(p, name, found.gl_pathv[i], inv, err);
        free(name);
    }
    globfree(&found);
    free(path);
    return ok;
}

/* ---- what people sent ---- */

/* The file's path, owned by the caller. */
static char *
path_of(const char *dir, const char *sha256)
{
    struct buf b = {0};

    buf_addf(&b, "%s/%.2s/%s", dir, sha256, sha256);
    return buf_take(&b);
}

/* One that is not there any more belongs to a message that was deleted after
 * the copy was made. */
static bool
add_sent(struct pack *p, const char *dir, const char *sha256,
    struct inventory *inv, struct err *err)
{
    char name[INVENTORY_NAME_BYTES], *path = path_of(dir, sha256);
    bool ok = true;

    snprintf(name, sizeof(name), INVENTORY_FILES "%s", sha256);
    if (inv->n_files >= INVENTORY_FILES_MAX)
        ok = err_set(err, FAIL_TOO_LARGE,
            "a backup has at most %d files: copy %s by other means, and name "
            "no --files",
            INVENTORY_FILES_MAX, dir);
    else if (access(path, F_OK) != 0)
        log_warn("a file is gone meanwhile sha256=%s", sha256);
    else
        ok = pack_file(p, name, path, inv, err);
    free(path);
    return ok;
}

static bool
add_sent_files(struct pack *p, const char *dir, const char *copy,
    struct inventory *inv, struct err *err)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *st = NULL;
    bool ok = true;

    if (!dir || !dir[0])
        return true;
    /* A database of an older release has no such table. */
    if (sqlite3_open_v2(copy, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK)
        sqlite3_prepare_v2(db,
            "SELECT sha256 FROM files UNION SELECT thumb_sha256 FROM files "
            "WHERE thumb_sha256 IS NOT NULL",
            -1, &st, NULL);
    while (ok && st && sqlite3_step(st) == SQLITE_ROW)
        ok = add_sent(
            p, dir, (const char *)sqlite3_column_text(st, 0), inv, err);
    sqlite3_finalize(st);
    sqlite3_close(db);
    return ok;
}

static bool
add_all(struct pack *p, const struct backup_places *from, const char *copy,
    struct inventory *inv, struct err *err)
{
    char *ways = from->models ? scratch_path(from->models, "ways.tsv") : NULL;
    bool ok;

    ok = pack_file(p, INVENTORY_DATABASE, copy, inv, err) &&
         add_file(p, "glossary.json", from->glossary, inv, err) &&
         add_file(p, "keys", from->keys, inv, err) &&
         add_file(p, "ways.tsv", ways, inv, err) &&
         add_files(p, from->memory, "*.tsv", "memory", NULL, inv, err) &&
         add_files(
             p, from->models, "*/model.json", "models", ".json", inv, err) &&
         add_sent_files(p, from->files, copy, inv, err) &&
         pack_end(p, inv, err);
    free(ways);
    return ok;
}

static bool
write_backup(const struct backup_places *from, const char *scratch, int fd,
    const char *secret, struct inventory *inv, struct err *err)
{
    char *copy = scratch_path(scratch, INVENTORY_DATABASE);
    struct pack *p = NULL;
    bool ok;

    inv->created_ms = clock_wall_ms();
    ok = snapshot_make(from->database, copy, err) &&
         inventory_count(inv, copy, err) &&
         (p = pack_new(fd, secret, err)) != NULL &&
         add_all(p, from, copy, inv, err);
    pack_free(p);
    free(copy);
    return ok;
}

static bool
to_stdout(const struct backup_places *from, const char *secret,
    struct inventory *inv, struct err *err)
{
    const char *temp = getenv("TMPDIR");
    char *beside = scratch_path(temp ? temp : "/var/tmp", "meeshy-backup");
    char *scratch = scratch_make(beside, err);
    bool ok =
        scratch && write_backup(from, scratch, STDOUT_FILENO, secret, inv, err);

    scratch_remove(scratch);
    free(beside);
    return ok;
}

static bool
to_file(const struct backup_places *from, const char *to, const char *secret,
    struct inventory *inv, struct err *err)
{
    int fd = open(to, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    char *scratch;
    bool ok;

    if (fd < 0)
        return err_set(err, errno == EEXIST ? FAIL_CONFLICT : FAIL_SYSTEM,
            "create %s: %m", to);
    scratch = scratch_make(to, err);
    ok = scratch && write_backup(from, scratch, fd, secret, inv, err);
    if (ok && fsync(fd) != 0)
        ok = err_set(err, FAIL_SYSTEM, "sync %s: %m", to);
    close(fd);
    scratch_remove(scratch);
    ok = ok && scratch_sync_folder_of(to, err);
    if (!ok)
        unlink(to);
    return ok;
}

bool
backup_make(const struct backup_places *from, const char *to,
    const char *secret, struct inventory *ret, struct err *err)
{
    *ret = (struct inventory){0};
    if (strcmp(to, "-") == 0)
        return to_stdout(from, secret, ret, err);
    return to_file(from, to, secret, ret, err);
}
