/* SPDX-License-Identifier: ISC */
#include "store/pg/pg.h"

#include <stdlib.h>

/*
 * DESIGN.  Whoever writes takes a lock for the length of the transaction, once
 * for all jobs of a batch (writer.c).  Most batches have new messages and what
 * follows from them: they change the streams of rooms and people that are known
 * beforehand (the scope), take the lock shared, and then the rows of these rooms
 * and people, in the order of their keys.  So the rows of a stream are in the
 * order of the commits, and gateways write to different rooms side by side.
 *
 * All else takes the lock alone.  It finds no other transaction under way, so
 * it may look and then write, as with SQLite, and knows that nothing with a
 * smaller key of a message is still to come, which the index of words asks for.
 *
 * What was cached is right as long as nobody else wrote: each transaction takes
 * the next number of a sequence, and who gets another than the one behind their
 * last, or took that one beside others, reads the ends of streams anew.
 *
 * A batch with a scope gets the keys of its messages beforehand and waits for no
 * insertion: all of it goes to the server in one piece.  That a message was sent
 * before, which few are, is known only when the answers come; and two batches
 * may still wait for each other, at such a message in different rooms.  Then all
 * of it is undone, and it runs once more, alone (store_again).
 */
#define WRITERS "hashtextextended('meeshy ' || current_schema(), 0)"
#define IN_SCOPE "ANY(string_to_array(?1, ' '))"

/* The transaction's place in the order of all, and its number. */
static bool
take_turn(struct pg *p, struct err *err)
{
    struct stmt *st = sql_stmt(&p->sql, Q_BEGIN,
        "SELECT nextval('turns'), CAST(pg_current_xact_id() AS text)", err);
    int64_t turn;

    if (!st || pg_step(&p->sql, st, err) != SQL_ROW)
        return false;
    turn = pg_column_int(st, 0);
    column_z(st, 1, p->xid, sizeof(p->xid));
    pg_reset(st);
    if (turn != p->turn + 1)
        cache_others_wrote(&p->sql);
    else if (p->beside)
        cache_forget_heads(&p->sql);
    p->turn = turn;
    return true;
}

/* Ids as one text: none has a space in it. */
static struct stmt *
with_ids(struct stmt *st, const char *const *ids, size_t n, struct buf *b)
{
    b->len = 0;
    for (size_t i = 0; i < n; i++)
        buf_addf(b, "%s%s", i ? " " : "", ids[i]);
    if (st)
        bind_span(st, 1, buf_span(b));
    return st;
}

/* Rooms before people, each in order, so that nobody waits in a circle. */
static bool
lock_scope(struct pg *p, const struct store_scope *scope, struct buf *b,
    struct err *err)
{
    struct stmt *rooms = sql_stmt(&p->sql, Q_SCOPE_ROOMS,
        "SELECT key FROM conversations WHERE id = " IN_SCOPE
        " ORDER BY key FOR NO KEY UPDATE",
        err);
    struct stmt *people = sql_stmt(&p->sql, Q_SCOPE_PEOPLE,
        "SELECT key FROM users WHERE id = " IN_SCOPE
        " ORDER BY key FOR NO KEY UPDATE",
        err);

    return rooms && people &&
           pg_send(
               p, "SELECT pg_advisory_xact_lock_shared(" WRITERS ")", err) &&
           pg_run(&p->sql, with_ids(rooms, scope->rooms, scope->n_rooms, b),
               err) &&
           (scope->n_people == 0 ||
               pg_run(&p->sql,
                   with_ids(people, scope->people, scope->n_people, b), err));
}

/* As many keys as jobs that might save a message; what is left is nobody's. */
static bool
ask_for_keys(struct pg *p, size_t n, struct err *err)
{
    p->keys = sql_stmt(&p->sql, Q_SCOPE_KEYS,
        "SELECT nextval('message_keys') FROM generate_series(1, ?1)", err);
    if (!p->keys)
        return false;
    bind_int(p->keys, 1, (int64_t)n);
    return pg_ask_for(p->keys, err);
}

int64_t
pg_next_key(struct sql *s)
{
    struct pg *p = pg_of(s);
    int64_t key = 0;

    if (s->scoped && p->keys && pg_step(s, p->keys, NULL) == SQL_ROW)
        key = pg_column_int(p->keys, 0);
    else
        p->keys = NULL;
    if (key > p->last_key)
        p->last_key = key;
    return key;
}

/* Under the locks: take the turn and read the heads, in one trip. */
bool
pg_begin_in(struct pg *p, const struct store_scope *scope, struct err *err)
{
    struct sql *s = &p->sql;
    struct stmt *heads = sql_stmt(s, Q_SCOPE_HEADS,
        "SELECT " HEAD_COLUMNS ", c.id FROM conversations c "
        "WHERE c.id = " IN_SCOPE,
        err);
    struct buf b = {0};
    bool ok =
        heads && lock_scope(p, scope, &b, err) &&
        pg_ask_for(with_ids(heads, scope->rooms, scope->n_rooms, &b), err) &&
        ask_for_keys(p, scope->n_rooms, err) && take_turn(p, err);
    int rc = SQL_FAILED;

    buf_free(&b);
    if (!ok)
        return false;
    cache_forget_heads(s);
    while ((rc = pg_step(s, heads, err)) == SQL_ROW) {
        struct sql_head head = head_row(heads);
        cache_head_put(s, pg_column_span(heads, 3), &head);
    }
    s->scoped = p->beside = true;
    return rc == SQL_DONE;
}

bool
pg_begin_alone(struct pg *p, struct err *err)
{
    if (!pg_send(p, "SELECT pg_advisory_xact_lock(" WRITERS ")", err) ||
        !take_turn(p, err))
        return false;
    p->beside = false;
    p->keys = NULL;
    return true;
}
