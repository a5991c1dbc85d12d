/* SPDX-License-Identifier: ISC */
#include "base/map.h"
#include "base/mem.h"
#include "store/sqlite.h"

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
 * store_begin compares PRAGMA data_version, inside the transaction.  Keys and
 * identifiers never change and nothing is deleted from these tables.
 */
enum { CACHE_MAX = 100000 }; /* entries each; then it starts anew */

void
cache_init(struct store *s)
{
    s->users = map_new();
    s->heads = map_new();
}

static void
free_heads(struct store *s)
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
cache_fini(struct store *s)
{
    free_heads(s);
    map_free(s->users);
    s->users = NULL;
}

void
cache_clear(struct store *s)
{
    if (map_len(s->users) + map_len(s->heads) == 0)
        return;
    cache_fini(s);
    cache_init(s);
}

bool
cache_user(struct store *s, struct span id, int64_t *ret_key, struct err *err)
{
    intptr_t key = (intptr_t)map_get(s->users, id);
    sqlite3_stmt *st;

    if (!key) {
        st = sqlite_stmt(
            s, Q_USER_KEY, "SELECT key FROM users WHERE id = ?1", err);
        if (!st)
            return false;
        bind_span(st, 1, id);
        switch (sqlite_step(s, st, err)) {
        case SQLITE_ROW:
            key = (intptr_t)sqlite3_column_int64(st, 0);
            sqlite3_reset(st);
            break;
        case SQLITE_DONE:
            return err_set(err, FAIL_NOT_FOUND, "no such user");
        default:
            return false;
        }
        if (map_len(s->users) >= CACHE_MAX)
            cache_clear(s);
        map_put(s->users, id, (void *)key);
    }
    *ret_key = key;
    return true;
}

struct sqlite_head *
cache_head(struct store *s, struct span id, struct err *err)
{
    struct sqlite_head *head = map_get(s->heads, id), found;
    sqlite3_stmt *st;

    if (head)
        return head;
    st = sqlite_stmt(s, Q_CONVERSATION_HEAD,
        "SELECT key, (SELECT max(seq) FROM messages WHERE conversation = c.key)"
        " FROM conversations c WHERE id = ?1",
        err);
    if (!st)
        return NULL;
    bind_span(st, 1, id);
    switch (sqlite_step(s, st, err)) {
    case SQLITE_ROW:
        found.key = sqlite3_column_int64(st, 0);
        found.last_seq = sqlite3_column_int64(st, 1);
        sqlite3_reset(st);
        break;
    case SQLITE_DONE:
        err_set(err, FAIL_NOT_FOUND, "no such conversation");
        return NULL;
    default:
        return NULL;
    }
    if (map_len(s->heads) >= CACHE_MAX)
        cache_clear(s);
    head = xmalloc(sizeof(*head));
    *head = found;
    map_put(s->heads, id, head);
    return head;
}
