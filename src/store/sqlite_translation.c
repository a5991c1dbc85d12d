/* SPDX-License-Identifier: ISC */
#include "store/sqlite.h"

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
pending_add(struct store *s, int64_t message, const struct span *targets,
    size_t n, int64_t now_ms, struct err *err)
{
    sqlite3_stmt *st;

    if (n == 0)
        return true;
    st = sqlite_stmt(s, Q_PENDING_ADD,
        "INSERT INTO pending (message, language, queued_ms) "
        "VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
        err);
    if (!st)
        return false;
    bind_int(st, 1, message);
    bind_int(st, 3, now_ms);
    for (size_t i = 0; i < n; i++) {
        bind_span(st, 2, targets[i]);
        if (!sqlite_run(s, st, err))
            return false;
    }
    return true;
}

bool
ledger_drop(struct store *s, int64_t message, struct err *err)
{
    sqlite3_stmt *pending, *settled;

    pending = sqlite_stmt(
        s, Q_PENDING_DROP, "DELETE FROM pending WHERE message = ?1", err);
    settled = sqlite_stmt(s, Q_TRANSLATION_DROP,
        "DELETE FROM translations WHERE message = ?1", err);
    if (!pending || !settled)
        return false;
    bind_int(pending, 1, message);
    bind_int(settled, 1, message);
    return sqlite_run(s, pending, err) && sqlite_run(s, settled, err);
}

/* A live message; *ret_key is 0 when there is none.  Not a failure here. */
static bool
find_message(struct store *s, struct span id, int64_t *ret_key,
    int *ret_revision, struct err *err)
{
    sqlite3_stmt *st = sqlite_stmt(s, Q_TRANSLATION_STATE,
        "SELECT key, revision FROM messages WHERE id = ?1 AND deleted_ms = 0",
        err);
    int rc;

    if (!st)
        return false;
    bind_span(st, 1, id);
    rc = sqlite_step(s, st, err);
    *ret_key = 0;
    if (rc == SQLITE_ROW) {
        *ret_key = sqlite3_column_int64(st, 0);
        *ret_revision = sqlite3_column_int(st, 1);
        sqlite3_reset(st);
    }
    return rc == SQLITE_ROW || rc == SQLITE_DONE;
}

/* Run a statement on (message ?1, language ?2); *ret_changed is what became of
 * it. */
static bool
change(struct store *s, sqlite3_stmt *st, int64_t message, struct span language,
    bool *ret_changed, struct err *err)
{
    if (!st)
        return false;
    bind_int(st, 1, message);
    bind_span(st, 2, language);
    if (!sqlite_run(s, st, err))
        return false;
    *ret_changed = sqlite3_changes(s->db) > 0;
    return true;
}

/* ---- settling ---- */

static void
bind_result(sqlite3_stmt *st, const struct store_translation *t)
{
    bool ready = t->state == STORE_READY;
    int rc = sqlite3_bind_double(st, 5, t->confidence);

    assert(rc == SQLITE_OK);
    (void)rc;
    bind_int(st, 3, t->state);
    bind_int(st, 4, t->updated_ms);
    bind_span(st, 6, t->source);
    bind_span(st, 7, t->model);
    bind_span(st, 8, ready ? t->text : t->reason);
}

static bool
settle(struct store *s, const struct store_translation *t, bool *ret_settled,
    struct err *err)
{
    int64_t message;
    int revision;
    bool queued;
    sqlite3_stmt *st;

    *ret_settled = false;
    if (!find_message(s, t->message_id, &message, &revision, err))
        return false;
    if (!message || revision != t->revision)
        return true;
    st = sqlite_stmt(s, Q_PENDING_REMOVE,
        "DELETE FROM pending WHERE message = ?1 AND language = ?2", err);
    if (!change(s, st, message, t->language, &queued, err))
        return false;
    if (queued)
        st = sqlite_stmt(s, Q_TRANSLATION_ADD,
            "INSERT INTO translations (message, language, state, updated_ms, "
            "confidence, source, model, text) "
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            err);
    else /* a late result is better than a failure */
        st = sqlite_stmt(s, Q_TRANSLATION_UPDATE,
            "UPDATE translations SET state = ?3, updated_ms = ?4, "
            "confidence = ?5, source = ?6, model = ?7, text = ?8 "
            "WHERE message = ?1 AND language = ?2 AND state <> 1",
            err);
    if (!st)
        return false;
    bind_result(st, t);
    return change(s, st, message, t->language, ret_settled, err);
}

bool
store_translation_settle(struct store *s, const struct store_translation *t,
    bool *ret_settled, struct err *err)
{
    assert(t->state != STORE_QUEUED);
    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s, settle(s, t, ret_settled, err), err);
}

/* ---- asking again ---- */

/* Is there room for one more language, and is it neither queued nor ready? */
static bool
may_queue(struct store *s, int64_t message, struct span language, bool *ret_may,
    struct err *err)
{
    sqlite3_stmt *st = sqlite_stmt(s, Q_TRANSLATION_COUNT,
        "SELECT count(*), total(language = ?2 AND state < 2) FROM ("
        "SELECT language, 0 AS state FROM pending WHERE message = ?1 UNION ALL "
        "SELECT language, state FROM translations WHERE message = ?1)",
        err);
    int n, done;

    if (!st)
        return false;
    bind_int(st, 1, message);
    bind_span(st, 2, language);
    if (sqlite_step(s, st, err) != SQLITE_ROW)
        return false;
    n = sqlite3_column_int(st, 0);
    done = sqlite3_column_int(st, 1);
    sqlite3_reset(st);
    *ret_may = done == 0;
    if (*ret_may && n >= STORE_LANGUAGES_MAX)
        return err_set(err, FAIL_TOO_LARGE, "too many target languages");
    return true;
}

static bool
request(struct store *s, struct span message_id, struct span language,
    int64_t now_ms, bool *ret_queued, struct err *err)
{
    sqlite3_stmt *st;
    int64_t message;
    int revision;
    bool again;

    *ret_queued = false;
    if (!find_message(s, message_id, &message, &revision, err))
        return false;
    if (!message)
        return err_set(err, FAIL_NOT_FOUND, "no such message");
    if (!may_queue(s, message, language, ret_queued, err))
        return false;
    if (!*ret_queued)
        return true;
    st = sqlite_stmt(s, Q_TRANSLATION_REQUEUE,
        "DELETE FROM translations WHERE message = ?1 AND language = ?2", err);
    return change(s, st, message, language, &again, err) &&
           pending_add(s, message, &language, 1, now_ms, err);
}

bool
store_translation_request(struct store *s, struct span message_id,
    struct span language, int64_t now_ms, bool *ret_queued, struct err *err)
{
    if (!pending_check(&language, 1, err) || !op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(
        s, request(s, message_id, language, now_ms, ret_queued, err), err);
}

/* ---- reading ---- */

/* The two halves of the ledger, each in the order of the result, so that they
 * are merged without sorting. */
#define SETTLED_COLUMNS                                                        \
    "SELECT m.seq, x.language, m.id, m.revision, x.state, x.text, x.source, "  \
    "x.model, x.confidence, x.updated_ms "                                     \
    "FROM messages m JOIN translations x ON x.message = m.key "
#define QUEUED_COLUMNS                                                         \
    "SELECT m.seq, x.language, m.id, m.revision, 0, NULL, NULL, NULL, 0.0, "   \
    "x.queued_ms FROM messages m JOIN pending x ON x.message = m.key "
#define IN_RANGE                                                               \
    "WHERE m.conversation = (SELECT key FROM conversations WHERE id = ?1) "    \
    "AND m.seq BETWEEN ?2 AND ?3 "

static struct store_translation
translation_row(sqlite3_stmt *st, struct span conversation_id)
{
    enum store_state state = (enum store_state)sqlite3_column_int(st, 4);
    struct span text = column_span(st, 5), none = {NULL, 0};

    return (struct store_translation){
        .conversation_id = conversation_id,
        .language = column_span(st, 1),
        .message_id = column_span(st, 2),
        .revision = sqlite3_column_int(st, 3),
        .state = state,
        .text = state == STORE_READY ? text : none,
        .reason = state == STORE_READY ? none : text,
        .source = column_span(st, 6),
        .model = column_span(st, 7),
        .confidence = sqlite3_column_double(st, 8),
        .updated_ms = sqlite3_column_int64(st, 9),
    };
}

bool
store_translations(struct store *s, struct span conversation_id,
    int64_t from_seq, int64_t to_seq, struct span language,
    void (*row)(const struct store_translation *t, void *ctx), void *ctx,
    struct err *err)
{
    sqlite3_stmt *st;
    int rc;

    if (language.p)
        st = sqlite_stmt(s, Q_TRANSLATIONS_IN,
            SETTLED_COLUMNS IN_RANGE
            "AND x.language = ?4 UNION ALL " QUEUED_COLUMNS IN_RANGE
            "AND x.language = ?4 ORDER BY 1, 2",
            err);
    else
        st = sqlite_stmt(s, Q_TRANSLATIONS,
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
    while ((rc = sqlite_step(s, st, err)) == SQLITE_ROW) {
        struct store_translation t = translation_row(st, conversation_id);
        row(&t, ctx);
    }
    return rc == SQLITE_DONE;
}

/* One row a message; its languages come joined by spaces, which no language
 * code holds. */
static void
pending_row(sqlite3_stmt *st, struct store_pending *p)
{
    struct span list = column_span(st, 6);

    *p = (struct store_pending){
        .message_id = column_span(st, 1),
        .conversation_id = column_span(st, 2),
        .content = column_span(st, 3),
        .language = column_span(st, 4),
        .revision = sqlite3_column_int(st, 5),
    };
    while (list.p) {
        assert(p->n_targets < STORE_LANGUAGES_MAX);
        p->targets[p->n_targets++] = span_cut(&list, ' ');
    }
}

bool
store_pending(struct store *s, int64_t *cursor, int limit,
    void (*row)(const struct store_pending *p, void *ctx), void *ctx,
    int *ret_n, struct err *err)
{
    sqlite3_stmt *st = sqlite_stmt(s, Q_PENDING_LIST,
        "SELECT m.key, m.id, c.id, m.content, m.language, m.revision, "
        "(SELECT group_concat(language, ' ') FROM pending "
        "WHERE message = m.key) FROM (SELECT DISTINCT message FROM pending "
        "WHERE message > ?1 ORDER BY message LIMIT ?2) q "
        "JOIN messages m ON m.key = q.message "
        "JOIN conversations c ON c.key = m.conversation ORDER BY m.key",
        err);
    struct store_pending p;
    int rc;

    *ret_n = 0;
    if (!st)
        return false;
    bind_int(st, 1, *cursor);
    bind_int(st, 2, limit);
    while ((rc = sqlite_step(s, st, err)) == SQLITE_ROW) {
        *cursor = sqlite3_column_int64(st, 0);
        pending_row(st, &p);
        row(&p, ctx);
        ++*ret_n;
    }
    return rc == SQLITE_DONE;
}

bool
store_totals(struct store *s, struct store_totals *ret, struct err *err)
{
    /* No row ever leaves the first three tables, so the last key of each is
     * its count, and found at once. */
    sqlite3_stmt *st = sqlite_stmt(s, Q_TOTALS,
        "SELECT (SELECT max(key) FROM users), "
        "(SELECT max(key) FROM conversations), "
        "(SELECT max(key) FROM messages), "
        "(SELECT count(*) FROM translations WHERE state = 1), "
        "(SELECT count(*) FROM pending), "
        "(SELECT count(*) FROM translations WHERE state = 2)",
        err);

    if (!st || sqlite_step(s, st, err) != SQLITE_ROW)
        return false;
    *ret = (struct store_totals){
        .users = sqlite3_column_int64(st, 0),
        .conversations = sqlite3_column_int64(st, 1),
        .messages = sqlite3_column_int64(st, 2),
        .translations_ready = sqlite3_column_int64(st, 3),
        .translations_queued = sqlite3_column_int64(st, 4),
        .translations_failed = sqlite3_column_int64(st, 5),
    };
    sqlite3_reset(st);
    return true;
}
