/* SPDX-License-Identifier: ISC */
#include "base/map.h"
#include "base/mem.h"
#include "store/sql/sql.h"

#include <stdlib.h>

/*
 * DESIGN.  A message names its sender and conversation by text and needs their
 * keys and the next sequence number: three look-ups, which cost as much as a
 * third of the insert.  The last sequence number is nowhere in the file but in
 * the messages themselves, so a save does not touch the conversation's row;
 * it is read once per conversation and then counted here.
 *
 * A cached value can be wrong in two ways.  What was counted in a transaction
 * that is rolled back: every rollback clears.  What another process wrote:
 * the driver looks inside the transaction whether somebody else did.  Keys and
 * identifiers never change and nothing is deleted from these tables.
 */
enum { CACHE_MAX = 100000 }; /* entries each; then it starts anew */

void
cache_init(struct sql *s)
{
    s->search_at = -1;
    s->users = map_new();
    s->heads = map_new();
}

static void
free_heads(struct sql *s)
{
    size_t pos = 0;
    void *head;

    if (!s->heads)
        return;
    while ((head = map_next(s->heads, &pos, NULL)))
        free(head);
    map_free(s->heads);
    s->heads = NULL;
}

void
cache_fini(struct sql *s)
{
    free_heads(s);
    map_free(s->users);
    s->users = NULL;
}

void
cache_clear(struct sql *s)
{
    s->search_at = -1;
    if (map_len(s->users) + map_len(s->heads) == 0)
        return;
    cache_fini(s);
    cache_init(s);
}

bool
cache_user(struct sql *s, struct span id, int64_t *ret_key, struct err *err)
{
    intptr_t key = (intptr_t)map_get(s->users, id);
    struct stmt *st;

    if (!key) {
        st =
            sql_stmt(s, Q_USER_KEY, "SELECT key FROM users WHERE id = ?1", err);
        if (!st)
            return false;
        bind_span(st, 1, id);
        if (!sql_find_row(s, st, "no such user", err))
            return false;
        key = (intptr_t)column_int64(st, 0);
        sql_reset(st);
        if (map_len(s->users) >= CACHE_MAX)
            cache_clear(s);
        map_put(s->users, id, (void *)key);
    }
    *ret_key = key;
    return true;
}

struct sql_head *
cache_head(struct sql *s, struct span id, struct err *err)
{
    struct sql_head *head = map_get(s->heads, id), found;
    struct stmt *st;

    if (head)
        return head;
    st = sql_stmt(s, Q_CONVERSATION_HEAD,
        "SELECT c.key, (SELECT max(seq) FROM messages WHERE conversation = "
        "c.key), " LOG_OTHERS "FROM conversations c WHERE c.id = ?1",
        err);
    if (!st)
        return NULL;
    bind_span(st, 1, id);
    if (!sql_find_row(s, st, "no such conversation", err))
        return NULL;
    found.key = column_int64(st, 0);
    found.last_seq = column_int64(st, 1);
    found.others = column_int64(st, 2);
    sql_reset(st);
    if (map_len(s->heads) >= CACHE_MAX)
        cache_clear(s);
    head = xmalloc(sizeof(*head));
    *head = found;
    map_put(s->heads, id, head);
    return head;
}
