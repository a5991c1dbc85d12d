/* SPDX-License-Identifier: ISC */
#include "store/sqlite.h"

#include <assert.h>
#include <string.h>

#define MESSAGE_QUERY                                                          \
    "SELECT m.id, c.id, u.id, m.client_message_id, m.content, m.language, "    \
    "m.type, r.id, m.created_ms, m.seq, m.revision, m.edited_ms, "             \
    "m.deleted_ms, u.display_name FROM messages m "                            \
    "JOIN conversations c ON c.key = m.conversation "                          \
    "JOIN users u ON u.key = m.sender "                                        \
    "LEFT JOIN messages r ON r.key = m.reply_to "

enum { CLIENT_ID_BYTES_MAX = 128, TYPE_BYTES_MAX = 32 };

/* ---- saving ---- */

static bool
content_check(struct span content, struct err *err)
{
    if (content.len > STORE_CONTENT_BYTES_MAX)
        return err_set(err, FAIL_TOO_LARGE, "the message is too long");
    return true;
}

static bool
message_check(const struct store_message *m, const struct span *targets,
    size_t n_targets, struct err *err)
{
    if (!id_valid(m->id) || m->id.len > ID_LEN)
        return err_set(err, FAIL_BAD_INPUT, "not a message id");
    if (!m->content.p || !m->type.p || m->type.len > TYPE_BYTES_MAX ||
        m->client_message_id.len > CLIENT_ID_BYTES_MAX)
        return err_set(err, FAIL_BAD_INPUT, "not a message");
    return content_check(m->content, err) &&
           pending_check(&m->language, 1, err) &&
           pending_check(targets, n_targets, err);
}

/* The key of the message replied to, which is in the same conversation. */
static bool
find_reply(struct store *s, struct span id, int64_t conversation,
    int64_t *ret_key, struct err *err)
{
    sqlite3_stmt *st = sqlite_stmt(s, Q_MESSAGE_REPLY,
        "SELECT key FROM messages WHERE id = ?1 AND conversation = ?2", err);

    if (!st)
        return false;
    bind_span(st, 1, id);
    bind_int(st, 2, conversation);
    switch (sqlite_step(s, st, err)) {
    case SQLITE_ROW:
        *ret_key = sqlite3_column_int64(st, 0);
        sqlite3_reset(st);
        return true;
    case SQLITE_DONE:
        return err_set(err, FAIL_NOT_FOUND, "no such message to reply to");
    default:
        return false;
    }
}

/* False with *err only on an error; *ret_added is false on a duplicate. */
static bool
insert(struct store *s, const struct store_message *m,
    const struct sqlite_head *head, int64_t sender, int64_t reply_to,
    bool *ret_added, struct err *err)
{
    sqlite3_stmt *st = sqlite_stmt(s, Q_MESSAGE_ADD,
        "INSERT INTO messages (id, conversation, seq, sender, created_ms, "
        "reply_to, client_message_id, type, language, content) "
        "VALUES (?1, ?2, ?3, ?4, ?5, nullif(?6, 0), ?7, ?8, ?9, ?10) "
        "ON CONFLICT (client_message_id, sender) "
        "WHERE client_message_id IS NOT NULL DO NOTHING",
        err);

    if (!st)
        return false;
    bind_span(st, 1, m->id);
    bind_int(st, 2, head->key);
    bind_int(st, 3, head->last_seq + 1);
    bind_int(st, 4, sender);
    bind_int(st, 5, m->created_ms);
    bind_int(st, 6, reply_to);
    bind_span(st, 7, m->client_message_id);
    bind_span(st, 8, m->type);
    bind_span(st, 9, m->language);
    bind_span(st, 10, m->content);
    if (!sqlite_run(s, st, err))
        return false;
    *ret_added = sqlite3_changes(s->db) == 1;
    return true;
}

/* The message that this one repeats; in another conversation it would be a
 * different one that is lost. */
static bool
find_first(struct store *s, int64_t sender, int64_t conversation,
    struct span client_message_id, char ret_id[ID_BYTES], int64_t *ret_seq,
    struct err *err)
{
    sqlite3_stmt *st = sqlite_stmt(s, Q_MESSAGE_FIRST,
        "SELECT id, seq, conversation = ?3 FROM messages "
        "WHERE client_message_id = ?2 AND sender = ?1",
        err);
    bool same;

    if (!st)
        return false;
    bind_int(st, 1, sender);
    bind_span(st, 2, client_message_id);
    bind_int(st, 3, conversation);
    switch (sqlite_step(s, st, err)) {
    case SQLITE_ROW:
        column_z(st, 0, ret_id, ID_BYTES);
        *ret_seq = sqlite3_column_int64(st, 1);
        same = sqlite3_column_int(st, 2) != 0;
        sqlite3_reset(st);
        return same || err_set(err, FAIL_CONFLICT,
                           "clientMessageId names a message of another "
                           "conversation");
    case SQLITE_DONE: /* the index just said otherwise */
        return err_set(err, FAIL_SYSTEM, "database: index without a row");
    default:
        return false;
    }
}

static bool
message_add(struct store *s, const struct store_message *m,
    const struct span *targets, size_t n_targets, char ret_id[ID_BYTES],
    int64_t *ret_seq, bool *ret_duplicate, struct err *err)
{
    struct sqlite_head *head;
    int64_t sender, reply_to = 0;
    bool added;

    /* In this order: both look-ups may empty the caches. */
    if (!cache_user(s, m->sender_id, &sender, err) ||
        !(head = cache_head(s, m->conversation_id, err)))
        return false;
    if (m->reply_to.p && !find_reply(s, m->reply_to, head->key, &reply_to, err))
        return false;
    if (!insert(s, m, head, sender, reply_to, &added, err))
        return false;
    *ret_duplicate = !added;
    if (!added)
        return find_first(
            s, sender, head->key, m->client_message_id, ret_id, ret_seq, err);
    if (!pending_add(s, sqlite3_last_insert_rowid(s->db), targets, n_targets,
            m->created_ms, err))
        return false;
    *ret_seq = ++head->last_seq;
    memcpy(ret_id, m->id.p, m->id.len);
    ret_id[m->id.len] = '\0';
    return true;
}

bool
store_message_add(struct store *s, const struct store_message *m,
    const struct span *targets, size_t n_targets, char ret_id[ID_BYTES],
    int64_t *ret_seq, bool *ret_duplicate, struct err *err)
{
    if (!message_check(m, targets, n_targets, err) ||
        !op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s,
        message_add(
            s, m, targets, n_targets, ret_id, ret_seq, ret_duplicate, err),
        err);
}

/* ---- changing ---- */

/* The live message id of this sender. */
static bool
find_own(struct store *s, struct span id, struct span sender_id,
    int64_t *ret_key, int *ret_revision, struct err *err)
{
    sqlite3_stmt *st = sqlite_stmt(s, Q_MESSAGE_FIND,
        "SELECT m.key, m.revision, u.id = ?2 FROM messages m "
        "JOIN users u ON u.key = m.sender "
        "WHERE m.id = ?1 AND m.deleted_ms = 0",
        err);
    bool own;

    if (!st)
        return false;
    bind_span(st, 1, id);
    bind_span(st, 2, sender_id);
    switch (sqlite_step(s, st, err)) {
    case SQLITE_ROW:
        *ret_key = sqlite3_column_int64(st, 0);
        *ret_revision = sqlite3_column_int(st, 1);
        own = sqlite3_column_int(st, 2) != 0;
        sqlite3_reset(st);
        return own || err_set(err, FAIL_FORBIDDEN, "not your message");
    case SQLITE_DONE:
        return err_set(err, FAIL_NOT_FOUND, "no such message");
    default:
        return false;
    }
}

static bool
message_edit(struct store *s, struct span id, struct span sender_id,
    struct span content, struct span language, int64_t now_ms, int64_t *ret_key,
    int *ret_revision, struct err *err)
{
    sqlite3_stmt *st = sqlite_stmt(s, Q_MESSAGE_EDIT,
        "UPDATE messages SET content = ?2, language = ?3, revision = ?4, "
        "edited_ms = ?5 WHERE key = ?1",
        err);

    if (!st || !find_own(s, id, sender_id, ret_key, ret_revision, err))
        return false;
    bind_int(st, 1, *ret_key);
    bind_span(st, 2, content);
    bind_span(st, 3, language);
    bind_int(st, 4, ++*ret_revision);
    bind_int(st, 5, now_ms);
    return sqlite_run(s, st, err) && ledger_drop(s, *ret_key, err);
}

bool
store_message_edit(struct store *s, struct span id, struct span sender_id,
    struct span content, struct span language, const struct span *targets,
    size_t n_targets, int64_t now_ms, int *ret_revision, struct err *err)
{
    int64_t key = 0;
    bool ok;

    if (!content_check(content, err) || !pending_check(&language, 1, err) ||
        !pending_check(targets, n_targets, err) ||
        !op_begin(s, OP_CHECKED, err))
        return false;
    ok = message_edit(s, id, sender_id, content, language, now_ms, &key,
             ret_revision, err) &&
         pending_add(s, key, targets, n_targets, now_ms, err);
    return op_end(s, ok, err);
}

static bool
message_delete(struct store *s, struct span id, struct span sender_id,
    int64_t now_ms, struct err *err)
{
    sqlite3_stmt *st = sqlite_stmt(s, Q_MESSAGE_DELETE,
        "UPDATE messages SET content = '', deleted_ms = ?2 WHERE key = ?1",
        err);
    int64_t key = 0;
    int revision;

    if (!st || !find_own(s, id, sender_id, &key, &revision, err))
        return false;
    bind_int(st, 1, key);
    bind_int(st, 2, now_ms);
    return sqlite_run(s, st, err) && ledger_drop(s, key, err);
}

bool
store_message_delete(struct store *s, struct span id, struct span sender_id,
    int64_t now_ms, struct err *err)
{
    assert(now_ms > 0);
    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s, message_delete(s, id, sender_id, now_ms, err), err);
}

/* ---- reading ---- */

static bool
messages_each(struct store *s, sqlite3_stmt *st,
    void (*row)(const struct store_message *m, void *ctx), void *ctx,
    int *ret_n, struct err *err)
{
    int rc;

    for (*ret_n = 0; (rc = sqlite_step(s, st, err)) == SQLITE_ROW; ++*ret_n) {
        struct store_message m = {
            .id = column_span(st, 0),
            .conversation_id = column_span(st, 1),
            .sender_id = column_span(st, 2),
            .client_message_id = column_span(st, 3),
            .content = column_span(st, 4),
            .language = column_span(st, 5),
            .type = column_span(st, 6),
            .reply_to = column_span(st, 7),
            .created_ms = sqlite3_column_int64(st, 8),
            .seq = sqlite3_column_int64(st, 9),
            .revision = sqlite3_column_int(st, 10),
            .edited_ms = sqlite3_column_int64(st, 11),
            .deleted_ms = sqlite3_column_int64(st, 12),
            .sender_name = column_span(st, 13),
        };
        row(&m, ctx);
    }
    return rc == SQLITE_DONE;
}

bool
store_message_get(struct store *s, struct span id,
    void (*row)(const struct store_message *m, void *ctx), void *ctx,
    struct err *err)
{
    sqlite3_stmt *st =
        sqlite_stmt(s, Q_MESSAGE_GET, MESSAGE_QUERY "WHERE m.id = ?1", err);
    int n;

    if (!st)
        return false;
    bind_span(st, 1, id);
    if (!messages_each(s, st, row, ctx, &n, err))
        return false;
    return n == 1 || err_set(err, FAIL_NOT_FOUND, "no such message");
}

bool
store_history(struct store *s, struct span conversation_id, int64_t before_seq,
    int64_t after_seq, int limit,
    void (*row)(const struct store_message *m, void *ctx), void *ctx,
    struct err *err)
{
    sqlite3_stmt *st;
    struct store_conversation c;
    int64_t from, to;
    int n;

    assert(limit > 0 && before_seq >= 0 && after_seq >= -1);
    if (!store_conversation_get(s, conversation_id, &c, err))
        return false;
    st = sqlite_stmt(s, Q_HISTORY,
        MESSAGE_QUERY "WHERE m.conversation = "
                      "(SELECT key FROM conversations WHERE id = ?1) "
                      "AND m.seq BETWEEN ?2 AND ?3 ORDER BY m.seq",
        err);
    if (!st)
        return false;
    /* The numbers have no holes, so a page is a range. */
    to = before_seq && before_seq <= c.last_seq ? before_seq - 1 : c.last_seq;
    from = to - limit + 1;
    if (after_seq >= 0) {
        from = after_seq + 1;
        to = after_seq + limit;
    }
    bind_span(st, 1, conversation_id);
    bind_int(st, 2, from);
    bind_int(st, 3, to);
    return messages_each(s, st, row, ctx, &n, err);
}
