/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "ctl/bar.h"
#include "ctl/cmd.h"
#include "ctl/restore.h"
#include "ctl/scratch.h"
#include "models/depot.h"

/* Where everything is; the folders are owned by the caller. */
struct where {
    struct backup_places places;
    char *memory, *models, *files;
};

/* As the gateway has it: gateway/files.c. */
static char *
files_folder(const struct opts *o)
{
    const struct backup_places at = {.database = o->database};
    const char *path = backup_database(&at), *slash = strrchr(path, '/');
    struct buf b = {0};

    if (o->files && o->files[0])
        return xstrdup(o->files);
    buf_addf(&b, "%.*sfiles", slash ? (int)(slash + 1 - path) : 0, path);
    return buf_take(&b);
}

static void
where_init(struct where *w, const struct opts *o)
{
    w->memory = depot_first_folder(o->memory);
    w->models = depot_first_folder(o->models);
    w->files = files_folder(o);
    w->places = (struct backup_places){
        .database = o->database,
        .glossary = o->glossary,
        .keys = o->api_keys,
        .memory = w->memory,
        .models = w->models,
        .files = w->files,
    };
}

static void
where_free(struct where *w)
{
    free(w->memory);
    free(w->models);
    free(w->files);
}

/* A server's database is for the server's own tools. */
static bool
is_file(const struct opts *o, const char *tool, struct err *err)
{
    return strncmp(o->database, "postgresql:", strlen("postgresql:")) != 0 ||
           err_set(err, FAIL_BAD_INPUT,
               "the database is PostgreSQL: %s, and the folder of files by any "
               "copy (docs/operate.md)",
               tool);
}

/* The secret, where there is one: *ret is NULL without. */
static bool
secret_of(const struct opts *o, char **ret, struct err *err)
{
    *ret = NULL;
    if (!o->key_file)
        return true;
    *ret = cmd_secret(NULL, o->key_file, "the key", err);
    return *ret != NULL;
}

static int64_t
rows_of(const struct inventory *inv, const char *table)
{
    for (size_t i = 0; i < inv->n_tables; i++)
        if (strcmp(inv->tables[i].name, table) == 0)
            return inv->tables[i].rows;
    return 0;
}

/* To standard error: the backup itself may go to standard output. */
static void
say(const char *what, const struct inventory *inv)
{
    struct buf size = {0};
    char iso[CLOCK_ISO_BYTES];

    clock_iso(inv->created_ms, iso);
    bar_bytes(&size, inv->n_files ? inv->files[0].bytes : 0);
    fprintf(stderr,
        "%s of %s: %" PRId64 " users, %" PRId64 " conversations, %" PRId64
        " messages, schema %" PRId64 ", %.*s, %zu other files\n",
        what, iso, rows_of(inv, "users"), rows_of(inv, "conversations"),
        rows_of(inv, "messages"), inv->schema, SPAN_ARG(buf_span(&size)),
        inv->n_files ? inv->n_files - 1 : 0);
    buf_free(&size);
}

bool
cmd_backup(struct client *c, const struct opts *o, struct err *err)
{
    struct inventory inv = {0};
    struct where w;
    char *secret;
    bool ok;

    (void)c;
    if (!is_file(o, "pg_dump --format=custom saves it", err) ||
        !secret_of(o, &secret, err))
        return false;
    where_init(&w, o);
    ok = backup_make(&w.places, o->args[0], secret, &inv, err);
    if (ok)
        say(secret ? "encrypted backup" : "backup", &inv);
    inventory_free(&inv);
    where_free(&w);
    free(secret);
    return ok;
}

static int
open_backup(const char *path, struct err *err)
{
    int fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO)
                                    : open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        err_set(err, FAIL_NOT_FOUND, "open %s: %m", path);
    return fd;
}

static void
tell_file(const char *name, const char *what)
{
    if (strncmp(name, INVENTORY_FILES, sizeof(INVENTORY_FILES) - 1) != 0)
        printf("%-24s %s\n", name, what); /* of those there may be many */
}

static bool
restore_from(int fd, const char *secret, const struct opts *o, struct err *err)
{
    struct restored done = {0};
    struct where w;
    bool ok;

    where_init(&w, o);
    ok = restore_make(fd, secret, &w.places, tell_file, &done, err);
    if (ok) {
        say("restored the backup", &done.inv);
        tell_file(INVENTORY_DATABASE, backup_database(&w.places));
    }
    if (done.aside[0])
        printf("what was there is now    %s\n", done.aside);
    inventory_free(&done.inv);
    where_free(&w);
    return ok;
}

static void
print_tables(const struct inventory *inv)
{
    for (size_t i = 0; i < inv->n_tables; i++)
        printf("%-24s %" PRId64 " rows, as backed up\n", inv->tables[i].name,
            inv->tables[i].rows);
    for (size_t i = 0; i < inv->n_files; i++)
        printf("%-24s %" PRIu64 " bytes, SHA-256 %.16s...\n",
            inv->files[i].name, inv->files[i].bytes, inv->files[i].sha256);
}

static bool
rehearse_from(int fd, const char *secret, const struct opts *o, struct err *err)
{
    const char *temp = getenv("TMPDIR");
    char *scratch = scratch_path(temp ? temp : "/var/tmp", "meeshy-rehearsal");
    struct store_totals totals = {0};
    struct inventory inv = {0};
    bool ok;

    (void)o;
    ok = restore_rehearse(fd, secret, scratch, &inv, &totals, err);
    if (ok) {
        print_tables(&inv);
        printf("this release reads %" PRId64 " users, %" PRId64
               " conversations, %" PRId64 " messages of it\n",
            totals.users, totals.conversations, totals.messages);
        say("this restores: backup", &inv);
    }
    inventory_free(&inv);
    free(scratch);
    return ok;
}

static bool
with_backup(const struct opts *o,
    bool (*run)(
        int fd, const char *secret, const struct opts *o, struct err *err),
    struct err *err)
{
    char *secret;
    bool ok;
    int fd;

    if (!secret_of(o, &secret, err))
        return false;
    fd = open_backup(o->args[0], err);
    ok = fd >= 0 && run(fd, secret, o, err);
    if (fd >= 0)
        close(fd);
    free(secret);
    return ok;
}

bool
cmd_restore(struct client *c, const struct opts *o, struct err *err)
{
    (void)c;
    return is_file(o, "pg_restore puts it back", err) &&
           with_backup(o, restore_from, err);
}

bool
cmd_rehearse(struct client *c, const struct opts *o, struct err *err)
{
    (void)c;
    return with_backup(o, rehearse_from, err);
}
