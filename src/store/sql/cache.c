/* SPDX-License-Identifier: ISC */
#include "base/map.h"
#include "base/mem.h"
#include "store/sql/sql.h"

#include <stdlib.h>
#include <string.h>

/*
 * DESIGN.  A message names its sender and conversation by text and needs their
 * keys and the next sequence number: three look-ups, which cost as much as a
 * third of the insert.  The last sequence number is nowhere in the file but in
 * the messages themselves, so a save does not touch the conversation's row;
 * it is read once per conversation and then counted here.
 *
 * A cached value can be wrong in two ways.  What was counted in a transaction
 * that is rolled back: every rollback clears.  What another process wrote:
 * the driver looks inside the transaction whether somebody else did, and then
 * all goes that can be otherwise.  Keys and identifiers never change and
 * nothing is deleted from these tables, but for the marks of who is erased.
 *
 * In a batch with a scope the driver has read the heads of its rooms, under
 * their locks, and there are no others.
 */
enum { CACHE_MAX = 100000 }; /* entries each; then it starts anew */

void
cache_init(struct sql *s)
{
    s->search_at = s->remembers = s->pushes = -1;
    s->users = map_new();
    s->heads = map_new();
    s->marks = map_new();
}

void
cache_fini(struct sql *s)
{
    map_free_all(s->users, free);
    map_free_all(s->heads, free);
    map_free(s->marks);
    s->users = s->heads = s->marks = NULL;
}

void
cache_clear(struct sql *s)
{
    s->search_at = s->remembers = s->pushes = -1;
    if (map_len(s->users) + map_len(s->heads) == 0)
        return;
    cache_fini(s);
    cache_init(s);
}

/* Keep a copy of what was found; nothing of the other caches goes for it. */
static void *
keep(struct map **m, struct span id, const void *found, size_t bytes)
{
    void *copy = xmalloc(bytes);

    if (map_len(*m) >= CACHE_MAX) {
        map_free_all(*m, free);
        *m = map_new();
    }
    memcpy(copy, found, bytes);
    map_put(*m, id, copy);
    return copy;
}

void
cache_forget_heads(struct sql *s)
{
    map_free_all(s->heads, free);
    s->heads = map_new();
}

void
cache_others_wrote(struct sql *s)
{
    s->search_at = s->remembers = s->pushes = -1;
    cache_forget_heads(s);
}

struct sql_user *
cache_person(struct sql *s, struct span id, struct err *err)
{
    struct sql_user *user = map_get(s->users, id), found = {0};
    struct stmt *st;

    if (user)
        return user;
    st = sql_stmt(s, Q_USER_KEY, "SELECT key FROM users WHERE id = ?1", err);
    if (!st)
        return NULL;
    bind_span(st, 1, id);
    if (!sql_find_row(s, st, "no such user", err))
        return NULL;
    found.key = column_int64(st, 0);
    sql_reset(st);
    return keep(&s->users, id, &found, sizeof(found));
}

bool
cache_user(struct sql *s, struct span id, int64_t *ret_key, struct err *err)
{
    const struct sql_user *user = cache_person(s, id, err);

    if (user)
        *ret_key = user->key;
    return user != NULL;
}

struct sql_head
head_row(struct stmt *st)
{
    return (struct sql_head){.key = column_int64(st, 0),
        .last_seq = column_int64(st, 1),
        .others = column_int64(st, 2)};
}

void
cache_head_put(struct sql *s, struct span id, const struct sql_head *head)
{
    if (!map_get(s->heads, id))
        keep(&s->heads, id, head, sizeof(*head));
}

struct sql_head *
cache_head(struct sql *s, struct span id, struct err *err)
{
    struct sql_head *head = map_get(s->heads, id), found;
    struct stmt *st;

    if (head)
        return head;
    if (s->scoped) {
        err_set(err, FAIL_NOT_FOUND, "no such conversation");
        return NULL;
    }
    st = sql_stmt(s, Q_CONVERSATION_HEAD,
        "SELECT " HEAD_COLUMNS "FROM conversations c WHERE c.id = ?1", err);
    if (!st)
        return NULL;
    bind_span(st, 1, id);
    if (!sql_find_row(s, st, "no such conversation", err))
        return NULL;
    found = head_row(st);
    sql_reset(st);
    return keep(&s->heads, id, &found, sizeof(found));
}

bool
cache_has_mark(struct sql *s, int64_t conversation, int64_t user)
{
    const int64_t pair[] = {conversation, user};
    struct span key = {(const char *)pair, sizeof(pair)};

    if (map_get(s->marks, key))
        return true;
    if (map_len(s->marks) >= CACHE_MAX) {
        map_free(s->marks);
        s->marks = map_new();
    }
    map_put(s->marks, key, s);
    return false;
}
