/* SPDX-License-Identifier: ISC */
#include "store/sql/sql.h"

/* Who of the room has the name; 0: nobody, or, of display names, several. */
static bool
find_name(struct sql *s, int64_t conversation, struct span name,
    enum sql_slot slot, const char *sql, int64_t *ret, struct err *err)
{
    struct stmt *st = sql_stmt(s, slot, sql, err);
    int rc;
    int n = 0;

    *ret = 0;
    if (!st)
        return false;
    bind_int(st, 1, conversation);
    bind_span(st, 2, name);
    for (; (rc = sql_step(s, st, err)) == SQL_ROW; n++)
        *ret = column_int64(st, 0);
    if (n > 1)
        *ret = 0;
    return rc == SQL_DONE;
}

#define IN_ROOM                                                                \
    "SELECT u.key FROM users u JOIN members m "                                \
    "ON m.conversation = ?1 AND m.user = u.key WHERE "

static bool
find_named(struct sql *s, int64_t conversation, struct span name, int64_t *ret,
    struct err *err)
{
    return find_name(s, conversation, name, Q_MENTION_USERNAME,
               sql_names(s, IN_ROOM "u.username = ?2",
                   IN_ROOM "lower(u.username) = lower(?2)"),
               ret, err) &&
           (*ret || find_name(s, conversation, name, Q_MENTION_DISPLAY,
                        sql_names(s,
                            IN_ROOM "u.display_name = ?2 COLLATE NOCASE "
                                    "LIMIT 2",
                            IN_ROOM "lower(u.display_name) = lower(?2) "
                                    "LIMIT 2"),
                        ret, err));
}

static bool
add(struct sql *s, int64_t message, int64_t user, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_MENTION_ADD,
        "INSERT INTO mentions (message, user, conversation, seq, sender) "
        "SELECT key, ?2, conversation, seq, sender FROM messages "
        "WHERE key = ?1 ON CONFLICT DO NOTHING",
        err);

    if (!st)
        return false;
    bind_int(st, 1, message);
    bind_int(st, 2, user);
    return sql_run(s, st, err);
}

bool
mentions_add(struct sql *s, int64_t message, int64_t conversation,
    const struct store_mentions *m, struct err *err)
{
    int64_t user;

    if (m->all && !add(s, message, 0, err))
        return false;
    for (size_t i = 0; i < m->n; i++)
        if (!find_named(s, conversation, m->names[i], &user, err) ||
            (user && !add(s, message, user, err)))
            return false;
    return true;
}

bool
mentions_drop(struct sql *s, int64_t message, struct err *err)
{
    return sql_run_on(s, Q_MENTION_DROP,
        "DELETE FROM mentions WHERE message = ?1", message, err);
}
