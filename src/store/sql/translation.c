/* SPDX-License-Identifier: ISC */
#include "store/sql/sql.h"

#include <assert.h>
#include <stdio.h>

/*
 * DESIGN.  The ledger (design of the whole: queued -> sent -> ready | failed |
 * skipped) is kept in two tables.  A save appends one small row per language
 * to pending and nothing else; settling moves it to translations.  One table
 * with a state and an index over the queued rows would write twice as many
 * trees on the path of the acknowledgement, and its rows would grow in place
 * when the text arrives, splitting pages all along.
 *
 * "Sent" is not stored: it lives in the gateway's memory.  That halves the
 * writes, and after a restart everything unfinished is sent again anyway;
 * results are idempotent.
 */

static bool
language_valid(struct span v)
{
    if (v.len == 0 || v.len >= STORE_LANG_BYTES)
        return false;
    for (size_t i = 0; i < v.len; i++) {
        char c = v.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                (c >= '0' && c <= '9') || c == '-' || c == '_'))
            return false;
    }
    return true;
}

bool
pending_check(const struct span *targets, size_t n, struct err *err)
{
    if (n > STORE_LANGUAGES_MAX)
        return err_set(err, FAIL_TOO_LARGE, "too many target languages");
    for (size_t i = 0; i < n; i++)
        if (!language_valid(targets[i]))
            return err_set(err, FAIL_BAD_INPUT, "not a language code");
    return true;
}

bool
pending_add(struct sql *s, int64_t message, const struct span *targets,
    size_t n, int64_t now_ms, struct err *err)
{
    struct stmt *st;

    if (n == 0)
        return true;
    st = sql_stmt(s, Q_PENDING_ADD,
        "INSERT INTO pending (message, language, queued_ms, holder) "
        "VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
        err);
    if (!st)
        return false;
    bind_int(st, 1, message);
    bind_int(st, 3, now_ms);
    bind_int(st, 4, s->holder);
    for (size_t i = 0; i < n; i++) {
        bind_span(st, 2, targets[i]);
        if (!sql_run(s, st, err))
            return false;
    }
    return true;
}

bool
translations_drop(struct sql *s, int64_t message, struct err *err)
{
    struct stmt *pending, *settled;

    pending = sql_stmt(
        s, Q_PENDING_DROP, "DELETE FROM pending WHERE message = ?1", err);
    settled = sql_stmt(s, Q_TRANSLATION_DROP,
        "DELETE FROM translations WHERE message = ?1", err);
    if (!pending || !settled)
        return false;
    bind_int(pending, 1, message);
    bind_int(settled, 1, message);
    return sql_run(s, pending, err) && sql_run(s, settled, err);
}

struct live_message {
    int64_t key; /* 0: there is none */
    int revision;
    char conversation_id[sizeof(((struct store_conversation *)0)->id)];
};

/* That there is no such message is not a failure here. */
static bool
find_message(
    struct sql *s, struct span id, struct live_message *ret, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_TRANSLATION_STATE,
        "SELECT m.key, m.revision, c.id FROM messages m "
        "JOIN conversations c ON c.key = m.conversation "
        "WHERE m.id = ?1 AND m.deleted_ms = 0",
        err);
    int rc;

    if (!st)
        return false;
    bind_span(st, 1, id);
    rc = sql_step(s, st, err);
    ret->key = 0;
    if (rc == SQL_ROW) {
        ret->key = column_int64(st, 0);
        ret->revision = column_int(st, 1);
        column_z(st, 2, ret->conversation_id, sizeof(ret->conversation_id));
        sql_reset(st);
    }
    return rc == SQL_ROW || rc == SQL_DONE;
}

/* Run a statement on (message ?1, language ?2); *ret_changed is what became of
 * it. */
static bool
change(struct sql *s, struct stmt *st, int64_t message, struct span language,
    bool *ret_changed, struct err *err)
{
    int64_t n;

    if (!st)
        return false;
    bind_int(st, 1, message);
    bind_span(st, 2, language);
    if (!sql_change(s, st, &n, err))
        return false;
    *ret_changed = n > 0;
    return true;
}

/* Log that a row of the message's ledger is now as *t says, and tell it. */
static bool
tell_changed(struct sql *s, const struct live_message *m,
    const struct store_translation *t, struct err *err)
{
    struct log_row row = {.kind = STORE_TRANSLATION_CHANGED,
        .subject = m->key,
        .language = t->language,
        .at_ms = t->updated_ms};
    struct store_event e = {.kind = row.kind,
        .conversation_id = span_of(m->conversation_id),
        .translation = *t};
    struct sql_head *head = cache_head(s, e.conversation_id, err);

    if (!head || !log_room(s, head, &row, &e.offset, err))
        return false;
    e.translation.conversation_id = e.conversation_id;
    store_event_add(&s->store, &e);
    return true;
}

/* ---- settling ---- */

static void
bind_result(struct stmt *st, const struct store_translation *t)
{
    bool ready = t->state == STORE_READY;

    bind_int(st, 3, t->state);
    bind_int(st, 4, t->updated_ms);
    bind_double(st, 5, t->confidence);
    bind_span(st, 6, t->source);
    bind_span(st, 7, t->model);
    bind_span(st, 8, ready ? t->text : t->reason);
    bind_span(st, 9, ready ? t->doubt : (struct span){NULL, 0});
    bind_int(st, 10, ready ? t->version : 0);
}

/* It can be found from now on. */
static bool
is_ready(struct sql *s, int64_t message, const struct store_translation *t,
    struct err *err)
{
    return search_translated(s, message, t->language, err) &&
           (!t->text_hash || known_put(s, message, t->text_hash, err));
}

#define PENDING_REMOVE                                                         \
    "DELETE FROM pending WHERE message = ?1 AND language = ?2"
#define SETTLED_REMOVE                                                         \
    "DELETE FROM translations WHERE message = ?1 AND language = ?2"
#define SETTLED_ADD                                                            \
    "INSERT INTO translations (message, language, state, updated_ms, "         \
    "confidence, source, model, text, doubt, version) "                        \
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"

bool
translation_replace(
    struct sql *s, const struct store_translation *t, struct err *err)
{
    struct stmt *pending, *settled, *st;
    struct live_message message;
    bool was;

    if (!find_message(s, t->message_id, &message, err))
        return false;
    if (!message.key || message.revision != t->revision)
        return err_set(err, FAIL_NOT_FOUND, "no such message");
    pending = sql_stmt(s, Q_PENDING_REMOVE, PENDING_REMOVE, err);
    settled = sql_stmt(s, Q_TRANSLATION_REQUEUE, SETTLED_REMOVE, err);
    st = sql_stmt(s, Q_TRANSLATION_ADD, SETTLED_ADD, err);
    if (!st || !search_take_out(s, message.key, err) ||
        !change(s, pending, message.key, t->language, &was, err) ||
        !change(s, settled, message.key, t->language, &was, err))
        return false;
    bind_result(st, t);
    return change(s, st, message.key, t->language, &was, err) &&
           search_put_again(s, message.key, err) &&
           tell_changed(s, &message, t, err);
}

static bool
settle(struct sql *s, const struct store_translation *t, bool *ret_settled,
    struct err *err)
{
    struct live_message message;
    bool queued;
    struct stmt *st;

    *ret_settled = false;
    if (!find_message(s, t->message_id, &message, err))
        return false;
    if (!message.key || message.revision != t->revision)
        return true;
    st = sql_stmt(s, Q_PENDING_REMOVE, PENDING_REMOVE, err);
    if (!change(s, st, message.key, t->language, &queued, err))
        return false;
    if (queued)
        st = sql_stmt(s, Q_TRANSLATION_ADD, SETTLED_ADD, err);
    else /* a late result is better than a failure */
        st = sql_stmt(s, Q_TRANSLATION_UPDATE,
            "UPDATE translations SET state = ?3, updated_ms = ?4, "
            "confidence = ?5, source = ?6, model = ?7, text = ?8, "
            "doubt = ?9, version = ?10 "
            "WHERE message = ?1 AND language = ?2 AND state <> 1",
            err);
    if (!st)
        return false;
    bind_result(st, t);
    return change(s, st, message.key, t->language, ret_settled, err) &&
           (!*ret_settled ||
               ((t->state != STORE_READY || is_ready(s, message.key, t, err)) &&
                   tell_changed(s, &message, t, err)));
}

static bool
sql_translation_settle(struct store *store, const struct store_translation *t,
    bool *ret_settled, struct err *err)
{
    struct sql *s = sql_of(store);
    assert(t->state != STORE_QUEUED);
    if (!op_begin(s, OP_SCOPED, err))
        return false;
    return op_end(s, settle(s, t, ret_settled, err), err);
}

/* ---- asking again ---- */

/* Is there room for one more language, and is it neither queued nor ready? */
static bool
may_queue(struct sql *s, int64_t message, struct span language, bool *ret_may,
    struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_TRANSLATION_COUNT,
        "SELECT count(*), count(iif(language = ?2 AND state < 2, 1, NULL)) "
        "FROM ("
        "SELECT language, 0 AS state FROM pending WHERE message = ?1 UNION ALL "
        "SELECT language, state FROM translations WHERE message = ?1) x",
        err);
    int n, done;

    if (!st)
        return false;
    bind_int(st, 1, message);
    bind_span(st, 2, language);
    if (sql_step(s, st, err) != SQL_ROW)
        return false;
    n = column_int(st, 0);
    done = column_int(st, 1);
    sql_reset(st);
    *ret_may = done == 0;
    if (*ret_may && n >= STORE_LANGUAGES_MAX)
        return err_set(err, FAIL_TOO_LARGE, "too many target languages");
    return true;
}

static bool
request(struct sql *s, struct span message_id, struct span language,
    int64_t now_ms, bool *ret_queued, struct err *err)
{
    struct store_translation t = {.message_id = message_id,
        .language = language,
        .state = STORE_QUEUED,
        .updated_ms = now_ms};
    struct live_message message;
    struct stmt *st;
    bool again;

    *ret_queued = false;
    if (!find_message(s, message_id, &message, err))
        return false;
    if (!message.key)
        return err_set(err, FAIL_NOT_FOUND, "no such message");
    t.revision = message.revision;
    if (!may_queue(s, message.key, language, ret_queued, err))
        return false;
    if (!*ret_queued)
        return true;
    st = sql_stmt(s, Q_TRANSLATION_REQUEUE, SETTLED_REMOVE, err);
    return change(s, st, message.key, language, &again, err) &&
           pending_add(s, message.key, &language, 1, now_ms, err) &&
           tell_changed(s, &message, &t, err);
}

static bool
sql_translation_request(struct store *store, struct span message_id,
    struct span language, int64_t now_ms, bool *ret_queued, struct err *err)
{
    struct sql *s = sql_of(store);
    if (!pending_check(&language, 1, err) || !op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(
        s, request(s, message_id, language, now_ms, ret_queued, err), err);
}

/* ---- reading ---- */

#define IN_RANGE                                                               \
    "WHERE m.conversation = (SELECT key FROM conversations WHERE id = ?1) "    \
    "AND m.seq BETWEEN ?2 AND ?3 "

static struct store_translation
translation_row(struct stmt *st, struct span conversation_id)
{
    enum store_state state = (enum store_state)column_int(st, 4);
    struct span text = column_span(st, 5), none = {NULL, 0};

    return (struct store_translation){
        .conversation_id = conversation_id,
        .language = column_span(st, 1),
        .message_id = column_span(st, 2),
        .revision = column_int(st, 3),
        .state = state,
        .text = state == STORE_READY ? text : none,
        .reason = state == STORE_READY ? none : text,
        .doubt = column_span(st, 10),
        .cached = true,
        .source = column_span(st, 6),
        .model = column_span(st, 7),
        .confidence = column_double(st, 8),
        .updated_ms = column_int64(st, 9),
    };
}

bool
translations_each(struct sql *s, struct stmt *st, struct span conversation_id,
    void (*row)(const struct store_translation *t, void *ctx), void *ctx,
    struct err *err)
{
    int rc;

    while ((rc = sql_step(s, st, err)) == SQL_ROW) {
        struct store_translation t = translation_row(st, conversation_id);
        row(&t, ctx);
    }
    return rc == SQL_DONE;
}

static bool
sql_translations(struct store *store, struct span conversation_id,
    int64_t from_seq, int64_t to_seq, struct span language,
    void (*row)(const struct store_translation *t, void *ctx), void *ctx,
    struct err *err)
{
    struct sql *s = sql_of(store);
    struct stmt *st;

    if (language.p)
        st = sql_stmt(s, Q_TRANSLATIONS_IN,
            SETTLED_COLUMNS IN_RANGE
            "AND x.language = ?4 UNION ALL " QUEUED_COLUMNS IN_RANGE
            "AND x.language = ?4 ORDER BY 1, 2",
            err);
    else
        st = sql_stmt(s, Q_TRANSLATIONS,
            SETTLED_COLUMNS IN_RANGE "UNION ALL " QUEUED_COLUMNS IN_RANGE
                                     "ORDER BY 1, 2",
            err);
    if (!st)
        return false;
    bind_span(st, 1, conversation_id);
    bind_int(st, 2, from_seq);
    bind_int(st, 3, to_seq);
    if (language.p)
        bind_span(st, 4, language);
    return translations_each(s, st, conversation_id, row, ctx, err);
}

/* One row a message; its languages come joined by spaces, which no language
 * code holds. */
static void
pending_row(struct stmt *st, struct store_pending *p)
{
    struct span list = column_span(st, 6);

    *p = (struct store_pending){
        .message_id = column_span(st, 1),
        .conversation_id = column_span(st, 2),
        .content = column_span(st, 3),
        .language = column_span(st, 4),
        .revision = column_int(st, 5),
    };
    while (list.p) {
        assert(p->n_targets < STORE_LANGUAGES_MAX);
        p->targets[p->n_targets++] = span_cut(&list, ' ');
    }
}

#define HELD "AND holder = (SELECT key FROM holders WHERE id = ?3) "
#define PENDING(HELD)                                                          \
    "SELECT m.key, m.id, c.id, m.content, m.language, m.revision, "            \
    "(SELECT group_concat(language, ' ') FROM (SELECT language FROM pending "  \
    "WHERE message = m.key " HELD "ORDER BY language) l) FROM "                \
    "(SELECT DISTINCT message FROM pending WHERE message > ?1 " HELD           \
    "ORDER BY message LIMIT ?2) q JOIN messages m ON m.key = q.message "       \
    "JOIN conversations c ON c.key = m.conversation ORDER BY m.key"

static bool
sql_pending(struct store *store, int64_t *cursor, int limit,
    void (*row)(const struct store_pending *p, void *ctx), void *ctx,
    int *ret_n, struct err *err)
{
    struct sql *s = sql_of(store);
    struct stmt *st;
    struct store_pending p;
    int rc;

    if (s->holder_id)
        st = sql_stmt(s, Q_PENDING_HELD, PENDING(HELD), err);
    else
        st = sql_stmt(s, Q_PENDING_LIST, PENDING(""), err);
    *ret_n = 0;
    if (!st)
        return false;
    bind_int(st, 1, *cursor);
    bind_int(st, 2, limit);
    if (s->holder_id)
        bind_z(st, 3, s->holder_id);
    while ((rc = sql_step(s, st, err)) == SQL_ROW) {
        *cursor = column_int64(st, 0);
        pending_row(st, &p);
        row(&p, ctx);
        ++*ret_n;
    }
    return rc == SQL_DONE;
}

#define TOTALS(counts)                                                         \
    "SELECT " counts "(SELECT count(*) FROM translations WHERE state = 1), "   \
    "(SELECT count(*) FROM pending), "                                         \
    "(SELECT count(*) FROM translations WHERE state = 2)"

bool
sql_totals(struct store *store, struct store_totals *ret, struct err *err)
{
    struct sql *s = sql_of(store);
    struct stmt *st = sql_stmt(s, Q_TOTALS,
        s->driver->keys_with_holes ? TOTALS(COUNTS_BY_ROOM)
                                   : TOTALS(COUNTS_BY_KEY),
        err);

    if (!st || sql_step(s, st, err) != SQL_ROW)
        return false;
    *ret = (struct store_totals){
        .users = column_int64(st, 0),
        .conversations = column_int64(st, 1),
        .messages = column_int64(st, 2),
        .translations_ready = column_int64(st, 3),
        .translations_queued = column_int64(st, 4),
        .translations_failed = column_int64(st, 5),
    };
    sql_reset(st);
    return true;
}

const struct store_translation_ops sql_translation_ops = {
    .translation_settle = sql_translation_settle,
    .translation_request = sql_translation_request,
    .translations = sql_translations,
    .pending = sql_pending,
    .known = sql_known,
    .hold = sql_hold,
    .take_over = sql_take_over,
    .let_go = sql_let_go,
};
