/* SPDX-License-Identifier: ISC */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ctl/backup.h"
#include "ctl/bar.h"
#include "ctl/cmd.h"
#include "ctl/vacuum.h"
#include "store/claim.h"
#include "store/copy.h"

static void
tell(const struct store_copied *c, void *ctx)
{
    struct store_copied *all = ctx;

    printf(
        "%-24s %10" PRId64 " rows, SHA-256 %s\n", c->table, c->rows, c->sha256);
    all->rows += c->rows;
}

/* The claims of files are held: nobody starts on them. */
static bool
copy_claimed(const char *from, const char *to, struct err *err)
{
    static const struct store_options reading = {.read_only = true};
    struct store *a = store_open(from, &reading, err);
    struct store *b = a ? store_open(to, NULL, err) : NULL;
    struct store_copied all = {.rows = 0};
    bool ok = b && store_copy(a, b, tell, &all, err);

    store_close(a);
    store_close(b);
    if (!ok)
        return false;
    printf("copied and compared: %" PRId64 " rows\n", all.rows);
    fprintf(stderr,
        "people's files are not in the database: the gateway goes on with the "
        "same folder (FILES), or with a copy of it. What can be found by its "
        "words is indexed anew, while the gateway runs.\n");
    return true;
}

bool
cmd_database_copy(struct client *c, const struct opts *o, struct err *err)
{
    struct claim *from = claim_take(o->args[0], err);
    struct claim *to = from ? claim_take(o->args[1], err) : NULL;
    bool ok = to && copy_claimed(o->args[0], o->args[1], err);

    (void)c;
    claim_drop(from);
    claim_drop(to);
    return ok;
}

bool
cmd_database_vacuum(struct client *c, const struct opts *o, struct err *err)
{
    const struct backup_places at = {.database = o->database};
    struct vacuum v = {0};
    struct claim *claim;
    struct buf b = {0};
    bool ok;

    (void)c;
    if (strncmp(o->database, "postgresql:", strlen("postgresql:")) == 0)
        return err_set(err, FAIL_BAD_INPUT,
            "PostgreSQL does so by itself (autovacuum), or by its vacuumdb");
    claim = claim_take(o->database, err);
    ok = claim && vacuum_run(backup_database(&at), &v, err);
    claim_drop(claim);
    if (!ok)
        return false;
    bar_bytes(&b, (uint64_t)v.before);
    buf_addz(&b, " before, ");
    bar_bytes(&b, (uint64_t)v.after);
    printf("%.*s now\n", SPAN_ARG(buf_span(&b)));
    buf_free(&b);
    return true;
}
