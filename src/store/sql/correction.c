/* SPDX-License-Identifier: ISC */
#include "store/sql/sql.h"

/* Better translations: proposed, accepted, remembered. */

/* A text as it is looked up. */
#define REMEMBERED(text) "lower(trim(" text "))"

#define MEMORY_CHARS "500"
_Static_assert(STORE_MEMORY_CHARS_MAX == 500, "as MEMORY_CHARS says");

static bool
add(struct sql *s, const struct store_correction *c, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_CORRECTION_ADD,
        "INSERT INTO corrections (id, message, revision, conversation, "
        "language, proposer, text, at_ms) SELECT ?1, m.key, m.revision, "
        "m.conversation, ?3, ?4, ?5, ?6 FROM messages m WHERE m.id = ?2 "
        "AND m.deleted_ms = 0 ON CONFLICT (message, language, proposer) "
        "DO UPDATE SET id = excluded.id, revision = excluded.revision, "
        "text = excluded.text, at_ms = excluded.at_ms, outcome = NULL, "
        "resolver = NULL",
        err);
    int64_t proposer, n;

    if (!st || !cache_user(s, c->proposer_id, &proposer, err))
        return false;
    bind_span(st, 1, c->id);
    bind_span(st, 2, c->message_id);
    bind_span(st, 3, c->language);
    bind_int(st, 4, proposer);
    bind_span(st, 5, c->text);
    bind_int(st, 6, c->at_ms);
    return sql_change(s, st, &n, err) &&
           (n > 0 || err_set(err, FAIL_NOT_FOUND, "no such message"));
}

static bool
sql_correction_add(
    struct store *store, const struct store_correction *c, struct err *err)
{
    struct sql *s = sql_of(store);

    if (!id_valid(c->id) || c->id.len > ID_LEN || c->text.len == 0 ||
        c->text.len > STORE_CONTENT_BYTES_MAX)
        return err_set(err, FAIL_BAD_INPUT, "not a translation");
    if (!pending_check(&c->language, 1, err) || !op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s, add(s, c, err), err);
}

/* Open ones, of messages as they were then. */
#define OPEN_CORRECTIONS                                                       \
    "FROM corrections r JOIN messages m ON m.key = r.message "                 \
    "AND m.revision = r.revision AND m.deleted_ms = 0 "

static bool
sql_corrections(struct store *store, struct span conversation_id, int limit,
    void (*row)(const struct store_correction *c, void *ctx), void *ctx,
    struct err *err)
{
    struct sql *s = sql_of(store);
    struct stmt *st = sql_stmt(s, Q_CORRECTIONS,
        "SELECT r.id, m.id, u.id, r.language, r.text, r.at_ms, m.language, "
        "m.content, t.text " OPEN_CORRECTIONS
        "JOIN users u ON u.key = r.proposer LEFT JOIN translations t "
        "ON t.message = m.key AND t.language = r.language AND t.state = 1 "
        "WHERE r.conversation = (SELECT key FROM conversations WHERE id = ?1) "
        "AND r.outcome IS NULL ORDER BY r.at_ms, r.id LIMIT ?2",
        err);
    int rc = SQL_FAILED;

    if (st) {
        bind_span(st, 1, conversation_id);
        bind_int(st, 2, limit);
    }
    while (st && (rc = sql_step(s, st, err)) == SQL_ROW) {
        struct store_correction c = {.id = column_span(st, 0),
            .message_id = column_span(st, 1),
            .proposer_id = column_span(st, 2),
            .language = column_span(st, 3),
            .text = column_span(st, 4),
            .at_ms = column_int64(st, 5),
            .source = column_span(st, 6),
            .content = column_span(st, 7),
            .shown = column_span(st, 8)};
        row(&c, ctx);
    }
    return rc == SQL_DONE;
}

/* ---- what becomes of it ---- */

static bool
end(struct sql *s, struct span id, int64_t resolver, bool accepted,
    struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_CORRECTION_END,
        "UPDATE corrections SET outcome = ?2, resolver = ?3 WHERE id = ?1",
        err);

    if (!st)
        return false;
    bind_span(st, 1, id);
    bind_z(st, 2, accepted ? "accepted" : "dismissed");
    bind_int(st, 3, resolver);
    return sql_run(s, st, err);
}

/* The pair of texts, unless they are long ones. */
static bool
remember(struct sql *s, struct span id, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_MEMORY_PUT,
        "INSERT INTO memories (conversation, source, language, content, text) "
        "SELECT m.conversation, m.language, r.language, " REMEMBERED(
            "m.content") ", r.text " OPEN_CORRECTIONS
                         "WHERE r.id = ?1 AND length(m.content) <= " MEMORY_CHARS
                         " AND length(r.text) <= " MEMORY_CHARS
                         " ON CONFLICT (conversation, source, language, content) "
                         "DO UPDATE SET text = excluded.text",
        err);

    if (!st)
        return false;
    bind_span(st, 1, id);
    s->remembers = -1;
    return sql_run(s, st, err);
}

/* Show it in the place of what was shown. */
static bool
show(struct sql *s, struct span conversation_id, struct span id, int64_t now_ms,
    struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_CORRECTION_FIND,
        "SELECT m.id, m.revision, r.language, m.language, r.text " OPEN_CORRECTIONS
        "WHERE r.id = ?2 AND r.outcome IS NULL AND "
        "r.conversation = (SELECT key FROM conversations WHERE id = ?1)",
        err);
    struct store_translation t = {.state = STORE_READY,
        .model = SPAN(STORE_MODEL_PEOPLE),
        .confidence = 1,
        .updated_ms = now_ms};
    bool ok;

    if (!st)
        return false;
    bind_span(st, 1, conversation_id);
    bind_span(st, 2, id);
    if (!sql_find_row(s, st, "no such correction", err))
        return false;
    t.message_id = column_span(st, 0);
    t.revision = column_int(st, 1);
    t.language = column_span(st, 2);
    t.source = column_span(st, 3);
    t.text = column_span(st, 4);
    ok = translation_replace(s, &t, err);
    sql_reset(st);
    return ok;
}

/* Is it there?  So that nothing is written before that is known. */
static bool
is_open(
    struct sql *s, struct span conversation_id, struct span id, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_CORRECTION_OPEN,
        "SELECT 1 " OPEN_CORRECTIONS "WHERE r.id = ?2 AND r.outcome IS NULL "
        "AND r.conversation = (SELECT key FROM conversations WHERE id = ?1)",
        err);

    if (!st)
        return false;
    bind_span(st, 1, conversation_id);
    bind_span(st, 2, id);
    if (!sql_find_row(s, st, "no such correction", err))
        return false;
    sql_reset(st);
    return true;
}

static bool
resolve(struct sql *s, struct span conversation_id, struct span id,
    struct span resolver_id, bool accepted, int64_t now_ms, struct err *err)
{
    int64_t resolver;

    return cache_user(s, resolver_id, &resolver, err) &&
           is_open(s, conversation_id, id, err) &&
           (!accepted || (remember(s, id, err) &&
                             show(s, conversation_id, id, now_ms, err))) &&
           end(s, id, resolver, accepted, err);
}

static bool
sql_correction_resolve(struct store *store, struct span conversation_id,
    struct span id, struct span resolver_id, bool accepted, int64_t now_ms,
    struct err *err)
{
    struct sql *s = sql_of(store);

    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s,
        resolve(s, conversation_id, id, resolver_id, accepted, now_ms, err),
        err);
}

bool
corrections_drop(struct sql *s, int64_t message, struct err *err)
{
    return sql_run_on(s, Q_CORRECTION_DROP,
        "DELETE FROM corrections WHERE message = ?1", message, err);
}

/* ---- remembering ---- */

/* The next queued language that is remembered; false at the end too. */
static bool
recall_next(struct sql *s, struct span message_id, int64_t now_ms,
    char ret[STORE_LANG_BYTES], bool *ret_found, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_RECALL,
        "SELECT m.revision, p.language, m.language, r.text FROM messages m "
        "JOIN pending p ON p.message = m.key JOIN memories r "
        "ON r.conversation = m.conversation AND r.source = m.language "
        "AND r.language = p.language AND r.content = " REMEMBERED(
            "m.content") " WHERE m.id = ?1 AND m.deleted_ms = 0 LIMIT 1",
        err);
    struct store_translation t = {.message_id = message_id,
        .state = STORE_READY,
        .model = SPAN(STORE_MODEL_PEOPLE),
        .cached = true,
        .confidence = 1,
        .updated_ms = now_ms};
    bool ok;
    int rc;

    *ret_found = false;
    if (!st)
        return false;
    bind_span(st, 1, message_id);
    rc = sql_step(s, st, err);
    if (rc != SQL_ROW)
        return rc == SQL_DONE;
    t.revision = column_int(st, 0);
    t.language = column_span(st, 1);
    t.source = column_span(st, 2);
    t.text = column_span(st, 3);
    column_z(st, 1, ret, STORE_LANG_BYTES);
    ok = translation_replace(s, &t, err);
    sql_reset(st);
    *ret_found = ok;
    return ok;
}

/* Most servers remember nothing: then no message has to be asked about. */
static bool
remembers(struct sql *s, bool *ret, struct err *err)
{
    if (s->remembers < 0) {
        struct stmt *st = sql_stmt(
            s, Q_RECALL_ANY, "SELECT EXISTS (SELECT 1 FROM memories)", err);
        if (!st || !sql_truth(s, st, ret, err))
            return false;
        s->remembers = *ret;
    }
    *ret = s->remembers != 0;
    return true;
}

static bool
recall(struct sql *s, struct span message_id, int64_t now_ms,
    char ret[STORE_LANGUAGES_MAX][STORE_LANG_BYTES], size_t *ret_n,
    struct err *err)
{
    bool found;

    *ret_n = 0;
    if (!remembers(s, &found, err))
        return false;
    while (found && *ret_n < STORE_LANGUAGES_MAX) {
        if (!recall_next(s, message_id, now_ms, ret[*ret_n], &found, err))
            return false;
        *ret_n += found;
    }
    return true;
}

static bool
sql_recall(struct store *store, struct span message_id, int64_t now_ms,
    char ret[STORE_LANGUAGES_MAX][STORE_LANG_BYTES], size_t *ret_n,
    struct err *err)
{
    struct sql *s = sql_of(store);

    if (!op_begin(s, OP_SCOPED, err))
        return false;
    return op_end(s, recall(s, message_id, now_ms, ret, ret_n, err), err);
}

const struct store_correction_ops sql_correction_ops = {
    .correction_add = sql_correction_add,
    .corrections = sql_corrections,
    .correction_resolve = sql_correction_resolve,
    .recall = sql_recall,
};
