/* SPDX-License-Identifier: ISC */
#include "store/sql/sql.h"

#include <stdio.h>
#include <string.h>

/* A conversation c with its creator u and its last message l. */
#define CONVERSATION_COLUMNS                                                   \
    "c.id, iif(c.listed, 'public', c.type), c.title, u.id, c.created_ms, "     \
    "l.created_ms, l.seq, c.description, c.archived, c.read_only, "            \
    "c.untranslated, c.slow_s, c.retention_days, c.picture "
enum { CONVERSATION_COLUMNS_N = 14 };
#define CONVERSATION_PARTS                                                     \
    " LEFT JOIN users u ON u.key = c.created_by "                              \
    "LEFT JOIN messages l ON l.conversation = c.key AND l.seq = "              \
    "(SELECT max(seq) FROM messages WHERE conversation = c.key) "

static void
conversation_row(struct stmt *st, struct store_conversation *ret)
{
    memset(ret, 0, sizeof(*ret));
    column_z(st, 0, ret->id, sizeof(ret->id));
    column_z(st, 1, ret->type, sizeof(ret->type));
    column_z(st, 2, ret->title, sizeof(ret->title));
    column_z(st, 3, ret->created_by, sizeof(ret->created_by));
    ret->created_ms = column_int64(st, 4);
    ret->last_message_ms = column_int64(st, 5);
    ret->last_seq = column_int64(st, 6);
    column_z(st, 7, ret->description, sizeof(ret->description));
    ret->archived = column_int(st, 8) != 0;
    ret->read_only = column_int(st, 9) != 0;
    ret->untranslated = column_int(st, 10) != 0;
    ret->slow_s = column_int(st, 11);
    ret->retention_days = column_int(st, 12);
    column_z(st, 13, ret->picture, sizeof(ret->picture));
}

/* ---- making and changing one ---- */

static bool
is_direct(const struct store_conversation *c)
{
    return strcmp(c->type, "direct") == 0;
}

enum { PAIR_BYTES = 48 }; /* two keys */

/* The name of two people's only room. */
static bool
pair_name(struct sql *s, struct span a, struct span b, char ret[PAIR_BYTES],
    struct err *err)
{
    int64_t one, other;

    if (!cache_user(s, a, &one, err) || !cache_user(s, b, &other, err))
        return false;
    snprintf(ret, PAIR_BYTES, "%lld %lld",
        (long long)(one < other ? one : other),
        (long long)(one < other ? other : one));
    return true;
}

static bool
insert(struct sql *s, const struct store_conversation *c, const char *pair,
    int64_t *ret_key, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_CONVERSATION_ADD,
        "INSERT INTO conversations (id, type, title, created_by, created_ms, "
        "listed, description, pair) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        err);
    bool listed = strcmp(c->type, "public") == 0;
    int64_t creator;

    if (!st || !cache_user(s, span_of(c->created_by), &creator, err))
        return false;
    bind_z(st, 1, c->id);
    bind_z(st, 2, listed ? "group" : c->type);
    bind_z(st, 3, c->title);
    bind_int(st, 4, creator);
    bind_int(st, 5, c->created_ms);
    bind_bool(st, 6, listed);
    bind_z(st, 7, c->description);
    bind_z(st, 8, *pair ? pair : NULL);
    return sql_insert(s, st, ret_key, err);
}

static bool
conversation_add(struct sql *s, const struct store_conversation *c,
    const struct span *members, size_t n_members, struct err *err)
{
    struct span creator = span_of(c->created_by);
    const char *role = is_direct(c) ? "member" : "owner";
    char pair[PAIR_BYTES] = "";
    int64_t key;

    if (is_direct(c) && !pair_name(s, creator, members[0], pair, err))
        return false;
    if (!insert(s, c, pair, &key, err) ||
        !member_found(s, key, creator, role, c, c->created_ms, err))
        return false;
    for (size_t i = 0; !c->asks && i < n_members; i++) {
        if (member_found(s, key, members[i], "member", c, c->created_ms, err))
            continue;
        if (err && err->kind == FAIL_NOT_FOUND)
            err_set(err, FAIL_NOT_FOUND, "participant %zu is unknown", i + 1);
        return false;
    }
    return true;
}

static bool
sql_conversation_add(struct store *store, const struct store_conversation *c,
    const struct span *members, size_t n_members, struct err *err)
{
    struct sql *s = sql_of(store);
    if (!id_valid(span_of(c->id)))
        return err_set(err, FAIL_BAD_INPUT, "not a conversation id");
    if (strcmp(c->type, "group") != 0 && strcmp(c->type, "public") != 0 &&
        !is_direct(c))
        return err_set(err, FAIL_BAD_INPUT, "not a conversation type");
    if (is_direct(c) && n_members != 1)
        return err_set(err, FAIL_BAD_INPUT, "a direct conversation is of two");
    if (!op_begin(s, OP_SAVED, err))
        return false;
    return op_end(s, conversation_add(s, c, members, n_members, err), err);
}

bool
conversation_log_changed(
    struct sql *s, struct span id, int64_t now_ms, struct err *err)
{
    struct sql_head *head = cache_head(s, id, err);
    struct log_row row = {.kind = STORE_ROOM_CHANGED, .at_ms = now_ms};
    struct store_conversation whole;
    struct store_event e = {.kind = row.kind, .conversation = &whole};

    if (!head)
        return false;
    row.subject = head->key;
    if (!log_room(s, head, &row, &e.offset, err) ||
        !conversation_find(s, id, &whole, err))
        return false;
    e.conversation_id = span_of(whole.id);
    store_event_add(&s->store, &e);
    return true;
}

static bool
conversation_set(struct sql *s, const struct store_conversation *c,
    int64_t now_ms, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_CONVERSATION_SET,
        "UPDATE conversations SET title = ?2, description = ?3, archived = ?4, "
        "read_only = ?5, untranslated = ?6, slow_s = ?7, retention_days = ?8 "
        "WHERE id = ?1",
        err);

    if (!st)
        return false;
    bind_z(st, 1, c->id);
    bind_z(st, 2, c->title);
    bind_z(st, 3, c->description);
    bind_bool(st, 4, c->archived);
    bind_bool(st, 5, c->read_only);
    bind_bool(st, 6, c->untranslated);
    bind_int(st, 7, c->slow_s);
    bind_int(st, 8, c->retention_days);
    return sql_run(s, st, err) &&
           conversation_log_changed(s, span_of(c->id), now_ms, err);
}

static bool
sql_conversation_set(struct store *store, const struct store_conversation *c,
    int64_t now_ms, struct err *err)
{
    struct sql *s = sql_of(store);
    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s, conversation_set(s, c, now_ms, err), err);
}

/* ---- reading ---- */

/* The one that a bound query finds. */
static bool
conversation_one(struct sql *s, struct stmt *st, struct store_conversation *ret,
    struct err *err)
{
    if (!sql_find_row(s, st, "no such conversation", err))
        return false;
    conversation_row(st, ret);
    sql_reset(st);
    return true;
}

bool
conversation_find(struct sql *s, struct span id, struct store_conversation *ret,
    struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_CONVERSATION_GET,
        "SELECT " CONVERSATION_COLUMNS "FROM conversations c" CONVERSATION_PARTS
        "WHERE c.id = ?1",
        err);

    if (!st)
        return false;
    bind_span(st, 1, id);
    return conversation_one(s, st, ret, err);
}

static bool
sql_conversation_get(struct store *store, struct span id,
    struct store_conversation *ret, struct err *err)
{
    return conversation_find(sql_of(store), id, ret, err);
}

static bool
sql_direct_get(struct store *store, struct span user_id, struct span other_id,
    struct store_conversation *ret, struct err *err)
{
    struct sql *s = sql_of(store);
    struct stmt *st = sql_stmt(s, Q_DIRECT_GET,
        "SELECT " CONVERSATION_COLUMNS "FROM conversations c" CONVERSATION_PARTS
        "WHERE c.pair = ?1",
        err);
    char pair[PAIR_BYTES];

    if (!st || !pair_name(s, user_id, other_id, pair, err))
        return false;
    bind_z(st, 1, pair);
    return conversation_one(s, st, ret, err);
}

enum { LISTING_FROM = CONVERSATION_COLUMNS_N + 1 }; /* behind the role */

static void
listing_row(struct stmt *st, struct store_listing *ret)
{
    struct store_conversation *c = &ret->conversation;

    conversation_row(st, c);
    column_z(st, CONVERSATION_COLUMNS_N, c->role, sizeof(c->role));
    ret->unread = (struct store_unread){
        .seq = column_int64(st, LISTING_FROM),
        .unread = column_int64(st, LISTING_FROM + 1),
        .mentions = column_int64(st, LISTING_FROM + 2),
    };
    ret->last_id = column_span(st, LISTING_FROM + 3);
    ret->last = quote_row(st, LISTING_FROM + 4);
}

static bool
sql_conversations_of(struct store *store, const struct store_reader *reader,
    void (*row)(const struct store_listing *l, void *ctx), void *ctx,
    struct err *err)
{
    struct sql *s = sql_of(store);
    struct stmt *st = sql_stmt(s, Q_CONVERSATIONS_OF,
        "SELECT " CONVERSATION_COLUMNS ", r.role, " READ_COUNTS
        ", l.id, " QUOTE_COLUMNS
        "FROM (SELECT m.conversation AS key, m.user AS user, m.role AS role, "
        "coalesce(k.seq, 0) AS seq, coalesce(k.sent, 0) AS sent, coalesce("
        "(SELECT max(seq) FROM messages WHERE conversation = m.conversation), "
        "0) AS last FROM members m LEFT JOIN reads k ON k.user = m.user "
        "AND k.conversation = m.conversation WHERE m.user = "
        "(SELECT key FROM users WHERE id = ?11) AND m.role <> 'banned') r "
        "JOIN conversations c ON c.key = r.key "
        "LEFT JOIN users u ON u.key = c.created_by "
        "LEFT JOIN messages l ON l.conversation = c.key AND l.seq = r.last "
        "LEFT JOIN users v ON v.key = l.sender "
        "LEFT JOIN translations t ON t.message = l.key "
        "AND t.language = ?12 AND t.state = 1 "
        "ORDER BY max(coalesce(l.created_ms, 0), c.created_ms) DESC, c.key",
        err);
    struct store_listing l;
    int rc;

    if (!st)
        return false;
    message_bind_reader(st, reader);
    while ((rc = sql_step(s, st, err)) == SQL_ROW) {
        listing_row(st, &l);
        row(&l, ctx);
    }
    return rc == SQL_DONE;
}

static bool
sql_conversations_public(struct store *store, struct span text,
    struct span before, int limit,
    void (*row)(const struct store_conversation *c, void *ctx), void *ctx,
    struct err *err)
{
    struct sql *s = sql_of(store);
    struct stmt *st = sql_stmt(s, Q_CONVERSATIONS_PUBLIC,
        "SELECT " CONVERSATION_COLUMNS ", (SELECT count(*) FROM members "
        "WHERE conversation = c.key AND role <> 'banned') "
        "FROM conversations c" CONVERSATION_PARTS
        "WHERE c.listed AND NOT c.archived "
        "AND (?1 IS NULL OR instr(lower(c.title), lower(?1)) > 0 OR "
        "instr(lower(c.description), lower(?1)) > 0) "
        "AND (?2 IS NULL OR c.key < "
        "(SELECT key FROM conversations WHERE id = ?2)) "
        "ORDER BY c.key DESC LIMIT ?3",
        err);
    struct store_conversation c;
    int rc = SQL_FAILED;

    if (st) {
        bind_span(st, 1, text);
        bind_span(st, 2, before);
        bind_int(st, 3, limit);
    }
    while (st && (rc = sql_step(s, st, err)) == SQL_ROW) {
        conversation_row(st, &c);
        c.n_members = column_int64(st, CONVERSATION_COLUMNS_N);
        row(&c, ctx);
    }
    return rc == SQL_DONE;
}

const struct store_conversation_ops sql_conversation_ops = {
    .conversation_add = sql_conversation_add,
    .conversation_get = sql_conversation_get,
    .direct_get = sql_direct_get,
    .conversation_set = sql_conversation_set,
    .conversations_of = sql_conversations_of,
    .conversations_public = sql_conversations_public,
    .room_get = sql_room_get,
};
