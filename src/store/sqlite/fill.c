/* SPDX-License-Identifier: ISC */
#include "store/sqlite/sqlite.h"

/* Copying from and to a file. */

const char sqlite_columns[] =
    "SELECT m.name, c.name, c.type, c.pk "
    "FROM sqlite_schema m JOIN pragma_table_info(m.name) c "
    "WHERE m.type = 'table' ORDER BY m.name, c.name";

/* Of a file store/claim tells. */
bool
sqlite_alone(struct sql *s, struct err *err)
{
    (void)s;
    (void)err;
    return true;
}

bool
sqlite_fill_begin(struct sql *s, struct err *err)
{
    return sqlite_exec(
        sqlite_of(&s->store), "PRAGMA defer_foreign_keys=ON", err);
}

/* Nothing is on its way, and what rows refer to is looked at by the commit. */
bool
sqlite_fill_end(struct sql *s, struct err *err)
{
    (void)s;
    (void)err;
    return true;
}
