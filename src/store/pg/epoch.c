/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/id.h"
#include "base/mem.h"
#include "store/pg/pg.h"

/*
 * DESIGN.  The epoch is another one when the database is a copy (see
 * store.h).  What tells is which database it is, of which cluster, in which of
 * its histories (timelines: recovery to a moment of the past begins one, and so
 * does a standby that takes over): the mark, kept with the epoch.  A standby
 * that has all that was acknowledged goes on with the same history, so a handle
 * that connects again keeps its epoch, and only the next start begins another.
 */
static const char mark_query[] =
    "SELECT system_identifier || '/' || left(pg_walfile_name("
    "pg_current_wal_lsn()), 8) || '/' || d.oid || '/' || n.oid "
    "FROM pg_control_system(), pg_database d, pg_namespace n "
    "WHERE d.datname = current_database() AND n.nspname = current_schema()";

enum { MARK_BYTES = 80, SQL_BYTES = 300 };

static bool
save(struct pg *p, const char *mark, struct err *err)
{
    char sql[SQL_BYTES];

    snprintf(sql, sizeof(sql),
        "BEGIN; DELETE FROM epoch; INSERT INTO epoch (epoch, mark) "
        "VALUES ('%s', '%s'); COMMIT",
        p->sql.epoch, mark);
    return pg_exec(p, sql, err);
}

bool
pg_epoch_open(struct pg *p, struct err *err)
{
    char mark[MARK_BYTES], known[MARK_BYTES];
    char epoch[STORE_EPOCH_BYTES];
    bool again = p->sql.epoch[0] != '\0';

    if (!pg_ask(p, "SELECT epoch FROM epoch", epoch, sizeof(epoch), err))
        return false;
    if (p->sql.read_only || again) {
        memcpy(p->sql.epoch, epoch, sizeof(epoch));
        return true;
    }
    if (!pg_ask(p, mark_query, mark, sizeof(mark), err) ||
        !pg_ask(p, "SELECT mark FROM epoch", known, sizeof(known), err))
        return false;
    memcpy(p->sql.epoch, epoch, sizeof(epoch));
    if (epoch[0] && strcmp(mark, known) == 0)
        return true;
    id_new(p->sql.epoch);
    return save(p, mark, err);
}
