/* SPDX-License-Identifier: ISC */
#include "store/sql/sql.h"

#include <assert.h>
#include <string.h>

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
        m->client_message_id.len > CLIENT_ID_BYTES_MAX ||
        m->n_files > STORE_FILES_MAX)
        return err_set(err, FAIL_BAD_INPUT, "not a message");
    return content_check(m->content, err) &&
           pending_check(&m->language, 1, err) &&
           pending_check(targets, n_targets, err);
}

/* The key of the message replied to, which is in the same conversation. */
static bool
find_reply(struct sql *s, struct span id, int64_t conversation,
    int64_t *ret_key, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_MESSAGE_REPLY,
        "SELECT key FROM messages WHERE id = ?1 AND conversation = ?2", err);

    if (!st)
        return false;
    bind_span(st, 1, id);
    bind_int(st, 2, conversation);
    if (!sql_find_row(s, st, "no such message to reply to", err))
        return false;
    *ret_key = column_int64(st, 0);
    sql_reset(st);
    return true;
}

/* What is repeated, and who wrote it, also when that was a repetition. */
struct origin {
    int64_t key, sender; /* 0: it repeats nothing */
};

static bool
find_origin(struct sql *s, struct span id, struct origin *ret, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_FORWARD_FIND,
        "SELECT coalesce(w.sender, m.sender), m.key FROM messages m "
        "LEFT JOIN forwards w ON w.message = m.key "
        "WHERE m.id = ?1 AND m.deleted_ms = 0",
        err);

    if (!st)
        return false;
    bind_span(st, 1, id);
    if (!sql_find_row(s, st, "no such message", err))
        return false;
    ret->sender = column_int64(st, 0);
    ret->key = column_int64(st, 1);
    sql_reset(st);
    return true;
}

static bool
add_origin(struct sql *s, int64_t key, const struct origin *of, struct err *err)
{
    struct stmt *st;

    if (!of->key)
        return true;
    st = sql_stmt(s, Q_FORWARD_ADD,
        "INSERT INTO forwards (message, sender) VALUES (?1, ?2)", err);
    if (!st)
        return false;
    bind_int(st, 1, key);
    bind_int(st, 2, of->sender);
    return sql_run(s, st, err) && files_repeat(s, key, of->key, err);
}

#define MESSAGE_ADD                                                            \
    "INSERT INTO messages (key, id, conversation, seq, sender, created_ms, "   \
    "reply_to, client_message_id, type, language, content) "                   \
    "VALUES (new_key(?11), ?1, ?2, ?3, ?4, ?5, nullif(?6, 0), ?7, ?8, ?9, "    \
    "?10) ON CONFLICT DO NOTHING"

static void
bind_message(struct stmt *st, const struct store_message *m,
    const struct sql_head *head, int64_t sender, int64_t reply_to)
{
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
}

/* *ret_key is 0 for a duplicate, of which its sender or nobody may know.  It
 * cannot fail for what is there: that would cost PostgreSQL the batch.  With a
 * key that is known ahead nobody waits, and there is no duplicate. */
static bool
insert(struct sql *s, const struct store_message *m,
    const struct sql_head *head, int64_t sender, int64_t reply_to,
    int64_t *ret_key, struct err *err)
{
    int64_t ahead = s->scoped ? s->driver->next_key(s) : 0;
    struct stmt *st = sql_stmt(
        s, ahead ? Q_MESSAGE_ADD_AHEAD : Q_MESSAGE_ADD, MESSAGE_ADD, err);

    if (!st)
        return false;
    bind_message(st, m, head, sender, reply_to);
    bind_int(st, 11, ahead);
    *ret_key = ahead;
    return ahead ? s->driver->run_new(s, st, err)
                 : sql_insert(s, st, ret_key, err);
}

/* The message that this one repeats; in another conversation it would be a
 * different one that is lost. */
static bool
find_first(struct sql *s, int64_t sender, int64_t conversation,
    struct span client_message_id, char ret_id[ID_BYTES], int64_t *ret_seq,
    struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_MESSAGE_FIRST,
        "SELECT id, seq, conversation = ?3 FROM messages "
        "WHERE client_message_id = ?2 AND sender = ?1",
        err);
    bool same;

    if (!st)
        return false;
    bind_int(st, 1, sender);
    bind_span(st, 2, client_message_id);
    bind_int(st, 3, conversation);
    switch (sql_step(s, st, err)) {
    case SQL_ROW:
        column_z(st, 0, ret_id, ID_BYTES);
        *ret_seq = column_int64(st, 1);
        same = column_int(st, 2) != 0;
        sql_reset(st);
        return same || err_set(err, FAIL_CONFLICT,
                           "clientMessageId names a message of another "
                           "conversation");
    case SQL_DONE:
        return err_set(err, FAIL_CONFLICT, "another message has this id");
    default:
        return false;
    }
}

/* What is more than a text is read again, for what it is to its readers. */
static bool
tell_new(struct sql *s, int64_t key, const struct store_message *m,
    const struct sql_head *head, struct err *err)
{
    struct store_event e = {.kind = STORE_MESSAGE_NEW,
        .offset = log_end(head),
        .conversation_id = m->conversation_id,
        .message = *m};

    if (m->reply_to.p || m->mentioning || m->forward_of.p || m->n_files ||
        m->thread.p)
        return message_tell(s, key, &e, err);
    e.message.seq = head->last_seq;
    e.message.revision = 1;
    store_event_add(&s->store, &e);
    return true;
}

/* So that a guest who said something stays. */
static bool
guest_spoke(struct sql *s, struct sql_user *user, struct err *err)
{
    struct stmt *st;

    if (user->spoke)
        return true;
    st = sql_stmt(s, Q_GUEST_SPOKE,
        "UPDATE users SET spoke = ?2 WHERE key = ?1 AND NOT spoke", err);
    if (!st)
        return false;
    bind_int(st, 1, user->key);
    bind_bool(st, 2, true);
    user->spoke = sql_run(s, st, err);
    return user->spoke;
}

static bool
message_add(struct sql *s, const struct store_message *m,
    const struct span *targets, size_t n_targets, char ret_id[ID_BYTES],
    int64_t *ret_seq, bool *ret_duplicate, struct err *err)
{
    struct sql_user *sender;
    struct sql_head *head;
    int64_t key, reply_to = 0, root = 0, files[STORE_FILES_MAX];
    struct origin origin = {0};

    if (!(sender = cache_person(s, m->sender_id, err)) ||
        !(head = cache_head(s, m->conversation_id, err)))
        return false;
    if (m->reply_to.p && !find_reply(s, m->reply_to, head->key, &reply_to, err))
        return false;
    if (m->forward_of.p && !find_origin(s, m->forward_of, &origin, err))
        return false;
    if (m->n_files && !files_find(s, sender->key, m, files, err))
        return false;
    if (m->thread.p && !thread_find(s, m->thread, head->key, &root, err))
        return false;
    if (!insert(s, m, head, sender->key, reply_to, &key, err))
        return false;
    *ret_duplicate = !key;
    if (!key)
        return find_first(s, sender->key, head->key, m->client_message_id,
            ret_id, ret_seq, err);
    if (!pending_add(s, key, targets, n_targets, m->created_ms, err) ||
        !read_sent(s, head->key, sender->key, err) ||
        !add_origin(s, key, &origin, err) ||
        !files_attach(s, key, files, m->n_files, err) ||
        !thread_add(s, key, root, err) ||
        !bot_alias_add(s, key, m->alias, err) ||
        (m->sender_guest && !guest_spoke(s, sender, err)) ||
        (m->mentioning &&
            !mentions_add(s, key, head->key, m->mentioning, err)) ||
        !push_message(
            s, key, head->key, sender->key, m->mentioning, m->created_ms, err))
        return false;
    *ret_seq = ++head->last_seq;
    memcpy(ret_id, m->id.p, m->id.len);
    ret_id[m->id.len] = '\0';
    return tell_new(s, key, m, head, err) &&
           (!root ||
               thread_tell(s, m->conversation_id, root, m->created_ms, err));
}

static bool
sql_message_add(struct store *store, const struct store_message *m,
    const struct span *targets, size_t n_targets, char ret_id[ID_BYTES],
    int64_t *ret_seq, bool *ret_duplicate, struct err *err)
{
    struct sql *s = sql_of(store);
    if (!message_check(m, targets, n_targets, err) ||
        !op_begin(s, OP_SCOPED, err))
        return false;
    return op_end(s,
        message_add(
            s, m, targets, n_targets, ret_id, ret_seq, ret_duplicate, err),
        err);
}

/* ---- changing ---- */

struct own_message {
    int64_t key, conversation;
    int revision;
    char conversation_id[sizeof(((struct store_conversation *)0)->id)];
};

/* The live message id of this sender. */
static bool
find_own(struct sql *s, struct span id, struct span sender_id,
    struct own_message *ret, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_MESSAGE_FIND,
        "SELECT m.key, m.revision, u.id = ?2, c.id, c.key FROM messages m "
        "JOIN users u ON u.key = m.sender "
        "JOIN conversations c ON c.key = m.conversation "
        "WHERE m.id = ?1 AND m.deleted_ms = 0",
        err);
    bool own;

    if (!st)
        return false;
    bind_span(st, 1, id);
    bind_span(st, 2, sender_id);
    if (!sql_find_row(s, st, "no such message", err))
        return false;
    ret->key = column_int64(st, 0);
    ret->revision = column_int(st, 1);
    own = column_int(st, 2) != 0;
    column_z(st, 3, ret->conversation_id, sizeof(ret->conversation_id));
    ret->conversation = column_int64(st, 4);
    sql_reset(st);
    return own || err_set(err, FAIL_FORBIDDEN, "not your message");
}

/* Log that the message changed, and tell how it is now. */
static bool
tell_changed(struct sql *s, int64_t key, struct span conversation_id,
    enum store_event_kind kind, int64_t now_ms, struct err *err)
{
    struct log_row row = {.kind = kind, .subject = key, .at_ms = now_ms};
    struct store_event e = {.kind = kind, .conversation_id = conversation_id};
    struct sql_head *head = cache_head(s, conversation_id, err);

    return head && log_room(s, head, &row, &e.offset, err) &&
           message_tell(s, key, &e, err);
}

static bool
message_edit(struct sql *s, struct span id, struct span sender_id,
    struct span content, struct span language, int64_t now_ms,
    struct own_message *ret, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_MESSAGE_EDIT,
        "UPDATE messages SET content = ?2, language = ?3, revision = ?4, "
        "edited_ms = ?5 WHERE key = ?1",
        err);

    if (!st || !find_own(s, id, sender_id, ret, err) ||
        !search_take_out(s, ret->key, err) || !known_drop(s, ret->key, err) ||
        !revision_keep(s, ret->key, err))
        return false;
    bind_int(st, 1, ret->key);
    bind_span(st, 2, content);
    bind_span(st, 3, language);
    bind_int(st, 4, ++ret->revision);
    bind_int(st, 5, now_ms);
    return sql_run(s, st, err) && translations_drop(s, ret->key, err) &&
           search_put_again(s, ret->key, err);
}

static bool
sql_message_edit(struct store *store, struct span id, struct span sender_id,
    struct span content, struct span language,
    const struct store_mentions *mentioning, const struct span *targets,
    size_t n_targets, int64_t now_ms, int *ret_revision, struct err *err)
{
    struct sql *s = sql_of(store);
    struct own_message own;
    bool ok;

    if (!content_check(content, err) || !pending_check(&language, 1, err) ||
        !pending_check(targets, n_targets, err) ||
        !op_begin(s, OP_CHECKED, err))
        return false;
    ok = message_edit(s, id, sender_id, content, language, now_ms, &own, err) &&
         pending_add(s, own.key, targets, n_targets, now_ms, err) &&
         mentions_drop(s, own.key, err) &&
         (!mentioning ||
             mentions_add(s, own.key, own.conversation, mentioning, err)) &&
         tell_changed(s, own.key, span_of(own.conversation_id),
             STORE_MESSAGE_EDITED, now_ms, err);
    if (ok)
        *ret_revision = own.revision;
    return op_end(s, ok, err);
}

/* Nothing of it is left but that it was there. */
bool
message_wipe(struct sql *s, int64_t key, struct span conversation_id,
    int64_t now_ms, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_MESSAGE_DELETE,
        "UPDATE messages SET content = '', deleted_ms = ?2 WHERE key = ?1",
        err);

    if (!st || !search_take_out(s, key, err) || !known_drop(s, key, err))
        return false;
    bind_int(st, 1, key);
    bind_int(st, 2, now_ms);
    return sql_run(s, st, err) && translations_drop(s, key, err) &&
           marks_drop(s, key, err) && mentions_drop(s, key, err) &&
           revisions_drop(s, key, err) && files_drop(s, key, err) &&
           corrections_drop(s, key, err) &&
           tell_changed(
               s, key, conversation_id, STORE_MESSAGE_DELETED, now_ms, err) &&
           thread_changed(s, conversation_id, key, now_ms, err);
}

static bool
message_delete(struct sql *s, struct span id, struct span sender_id,
    int64_t now_ms, struct err *err)
{
    struct own_message own;

    return find_own(s, id, sender_id, &own, err) &&
           message_wipe(s, own.key, span_of(own.conversation_id), now_ms, err);
}

static bool
sql_message_delete(struct store *store, struct span id, struct span sender_id,
    int64_t now_ms, struct err *err)
{
    struct sql *s = sql_of(store);
    assert(now_ms > 0);
    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s, message_delete(s, id, sender_id, now_ms, err), err);
}

const struct store_message_ops sql_message_ops = {
    .message_add = sql_message_add,
    .message_get = sql_message_get,
    .message_edit = sql_message_edit,
    .message_delete = sql_message_delete,
    .messages_expire = sql_messages_expire,
    .message_revisions = sql_message_revisions,
    .seq_at = sql_seq_at,
    .thread = sql_thread,
    .history = sql_history,
};
