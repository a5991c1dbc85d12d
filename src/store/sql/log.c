/* SPDX-License-Identifier: ISC */
#include "store/sql/sql.h"

#include <assert.h>
#include <string.h>

/*
 * DESIGN.  A room's stream is its messages and its rows in log, merged: a row
 * says how many of the stream's rows up to it are messages, so the messages
 * between two rows are known without a number of their own, and saving a
 * message costs nothing more than before.
 *
 * There are two tables of the same rows.  Those about translations begin in
 * log_fresh, where the driver wants that: each is for another room than the one before, so in log a commit
 * would write a page for each (three times the pages of all the rest).
 *
 * What changed since an offset is not replayed but read as it is now.  It may
 * be newer than the end that is told; the next call then tells it again.
 */
enum {
    COMPACT_ROWS_MAX = 1000, /* looked at in one stream at a time */
    FRESH_ROWS_MAX = 4096,
};

/* How the statements below name the kinds. */
_Static_assert(STORE_MESSAGE_NEW == 1 && STORE_TRANSLATION_CHANGED == 4,
    "kinds 1 to 4 have a message's key for subject");
_Static_assert(STORE_MEMBER_ADDED == 5 && STORE_MEMBER_REMOVED == 6 &&
                   STORE_MEMBER_CHANGED == 11,
    "kinds 5, 6 and 11 are about membership");
_Static_assert(STORE_USER_CHANGED == 8, "a person's own change");
_Static_assert(STORE_REACTION_CHANGED == 9 && STORE_PIN_CHANGED == 10,
    "kinds 9 and 10 have a message's key for subject, too");
_Static_assert(STORE_THREAD_CHANGED == 13, "so has kind 13");
_Static_assert(STORE_READ_CHANGED == 12, "kind 12 is a mark of reading");
_Static_assert(STORE_INVITATION_CHANGED == 14, "kind 14 is an invitation");

/* ---- writing ---- */

static bool
is_fresh(const struct sql *s, const struct log_row *row)
{
    return row->kind == STORE_TRANSLATION_CHANGED && s->driver->log_fresh;
}

static struct stmt *
add_stmt(struct sql *s, const struct log_row *row, struct err *err)
{
    if (is_fresh(s, row))
        return sql_stmt(s, Q_LOG_ADD_FRESH,
            "INSERT INTO log_fresh (stream, n, messages, kind, subject, "
            "language, at_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            err);
    return sql_stmt(s, Q_LOG_ADD,
        "INSERT INTO log (stream, n, messages, kind, subject, language, at_ms)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        err);
}

static bool
append(struct sql *s, int64_t stream, int64_t n, int64_t messages,
    const struct log_row *row, struct err *err)
{
    struct stmt *st = add_stmt(s, row, err);

    if (!st)
        return false;
    s->fresh += is_fresh(s, row);
    bind_int(st, 1, stream);
    bind_int(st, 2, n);
    bind_int(st, 3, messages);
    bind_int(st, 4, row->kind);
    bind_int(st, 5, row->subject);
    bind_span(st, 6, row->language);
    bind_int(st, 7, row->at_ms);
    return sql_run(s, st, err);
}

int64_t
log_end(const struct sql_head *head)
{
    return head->last_seq + head->others;
}

bool
log_room(struct sql *s, struct sql_head *head, const struct log_row *row,
    int64_t *ret_offset, struct err *err)
{
    int64_t n = log_end(head) + 1;

    if (!append(s, head->key, n, head->last_seq, row, err))
        return false;
    head->others++;
    *ret_offset = n;
    return true;
}

bool
log_own(struct sql *s, int64_t user, const struct log_row *row,
    int64_t *ret_offset, struct err *err)
{
    struct stmt *st = sql_stmt(
        s, Q_LOG_LAST, "SELECT max(n) FROM log WHERE stream = ?1", err);
    int64_t last;

    if (!st)
        return false;
    bind_int(st, 1, -user);
    if (!sql_number(s, st, &last, err))
        return false;
    *ret_offset = last + 1;
    return append(s, -user, *ret_offset, 0, row, err);
}

/* ---- fresh rows ---- */

bool
log_count_fresh(struct sql *s, struct err *err)
{
    struct stmt *st =
        sql_stmt(s, Q_LOG_FRESH_COUNT, "SELECT count(*) FROM log_fresh", err);

    return st && sql_number(s, st, &s->fresh, err);
}

bool
log_move_fresh(struct sql *s, struct err *err)
{
    struct stmt *move, *drop;

    move = sql_stmt(s, Q_LOG_FRESH_MOVE,
        "INSERT INTO log SELECT * FROM log_fresh ORDER BY stream, n", err);
    drop = sql_stmt(s, Q_LOG_FRESH_DROP, "DELETE FROM log_fresh", err);
    if (!move || !drop || !sql_run(s, move, err) || !sql_run(s, drop, err))
        return false;
    s->fresh = 0;
    return true;
}

/* Whatever fails is tried again after the next batch. */
void
log_tend(struct sql *s)
{
    if (s->read_only || s->fresh < FRESH_ROWS_MAX || s->broken ||
        !op_begin(s, OP_CHECKED, NULL))
        return;
    op_end(s, log_move_fresh(s, NULL), NULL);
}

/* ---- reading ---- */

/* A stream, and the part of it that is asked for. */
struct part {
    int64_t stream, end, floor;
    int64_t from, to; /* rows */
    int64_t messages_from, messages_to;
};

static bool
room_part(struct sql *s, struct span id, struct part *ret, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_LOG_ROOM,
        "SELECT c.key, (SELECT max(seq) FROM messages WHERE conversation = "
        "c.key), " LOG_OTHERS ", (SELECT iif(kind = 0, n, 0) FROM log "
        "WHERE stream = c.key ORDER BY n LIMIT 1) FROM conversations c "
        "WHERE c.id = ?1",
        err);

    if (!st)
        return false;
    bind_span(st, 1, id);
    if (!sql_find_row(s, st, "no such conversation", err))
        return false;
    ret->stream = column_int64(st, 0);
    ret->end = column_int64(st, 1) + column_int64(st, 2);
    ret->floor = column_int64(st, 3);
    sql_reset(st);
    return true;
}

static bool
own_part(struct sql *s, struct span id, struct part *ret, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_LOG_OWN,
        "SELECT -u.key, (SELECT max(n) FROM log WHERE stream = -u.key), "
        "(SELECT iif(kind = 0, n, 0) FROM log WHERE stream = -u.key "
        "ORDER BY n LIMIT 1) FROM users u WHERE u.id = ?1",
        err);

    if (!st)
        return false;
    bind_span(st, 1, id);
    if (!sql_find_row(s, st, "no such user", err))
        return false;
    ret->stream = column_int64(st, 0);
    ret->end = column_int64(st, 1);
    ret->floor = column_int64(st, 2);
    sql_reset(st);
    return true;
}

bool
log_room_end(struct sql *s, struct span conversation_id, int64_t *ret_key,
    int64_t *ret_end, struct err *err)
{
    struct part p = {0};

    if (!room_part(s, conversation_id, &p, err))
        return false;
    *ret_key = p.stream;
    *ret_end = p.end;
    return true;
}

bool
log_messages_at(
    struct sql *s, int64_t stream, int64_t n, int64_t *ret, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_LOG_MESSAGES,
        "SELECT max(coalesce((SELECT n - messages FROM log WHERE stream = ?1 "
        "AND n <= ?2 ORDER BY n DESC LIMIT 1), 0), coalesce((SELECT "
        "n - messages FROM log_fresh WHERE stream = ?1 AND n <= ?2 "
        "ORDER BY n DESC LIMIT 1), 0))",
        err);
    int64_t others;

    if (!st)
        return false;
    bind_int(st, 1, stream);
    bind_int(st, 2, n);
    if (!sql_number(s, st, &others, err))
        return false;
    *ret = n - others;
    return true;
}

/* Which rows to tell; false when none, *ret says why. */
static bool
choose(struct part *p, int64_t since, int limit, struct store_changes *ret)
{
    *ret = (struct store_changes){.end = p->end, .offset = p->end};
    ret->anew = since < p->floor || since > p->end;
    if (ret->anew || since == p->end)
        return false;
    p->from = since;
    p->to = p->end - since > limit ? since + limit : p->end;
    ret->offset = p->to;
    return true;
}

/* Bind the rows of p to the first parameters of a statement. */
static struct stmt *
with_rows(struct stmt *st, const struct part *p)
{
    if (st) {
        bind_int(st, 1, p->stream);
        bind_int(st, 2, p->from + 1);
        bind_int(st, 3, p->to);
    }
    return st;
}

static bool
find_self(struct sql *s, const struct part *p, bool *ret, struct err *err)
{
    struct stmt *st = with_rows(
        sql_stmt(s, Q_LOG_SELF,
            "SELECT EXISTS (SELECT 1 FROM log WHERE stream = ?1 AND "
            "n BETWEEN ?2 AND ?3 AND (kind BETWEEN iif(?1 < 0, 8, 5) AND 8 "
            "OR (kind = 11 AND ?1 > 0)))",
            err),
        p);

    return st && sql_truth(s, st, ret, err);
}

/* The messages that rows of p made or changed, for a reader of language ?6. */
#define CHANGED_MESSAGES                                                       \
    "(SELECT key FROM messages WHERE conversation = ?1 AND "                   \
    "seq BETWEEN ?4 AND ?5 UNION SELECT subject FROM log WHERE stream = ?1 "   \
    "AND n BETWEEN ?2 AND ?3 AND kind IN (1, 2, 3, 4, 9, 10, 13) "             \
    "AND (language IS NULL OR ?6 IS NULL OR language = ?6) "                   \
    "UNION SELECT subject FROM log_fresh WHERE stream = ?1 "                   \
    "AND n BETWEEN ?2 AND ?3 AND (?6 IS NULL OR language = ?6)) "

static void
bind_messages(struct stmt *st, const struct part *p, struct span language)
{
    with_rows(st, p);
    bind_int(st, 4, p->messages_from + 1);
    bind_int(st, 5, p->messages_to);
    bind_span(st, 6, language);
}

static bool
tell_messages(struct sql *s, struct span id, const struct part *p,
    const struct store_reader *reader, const struct store_changes_to *to,
    struct err *err)
{
    struct stmt *messages, *translations;
    int n;

    messages = sql_stmt(s, Q_LOG_CHANGED,
        MESSAGE_QUERY "WHERE m.key IN " CHANGED_MESSAGES "ORDER BY m.seq", err);
    translations = sql_stmt(s, Q_LOG_TRANSLATIONS,
        SETTLED_COLUMNS "WHERE m.key IN " CHANGED_MESSAGES
                        "AND (?6 IS NULL OR x.language = ?6) "
                        "UNION ALL " QUEUED_COLUMNS
                        "WHERE m.key IN " CHANGED_MESSAGES
                        "AND (?6 IS NULL OR x.language = ?6) ORDER BY 1, 2",
        err);
    if (!messages || !translations)
        return false;
    bind_messages(messages, p, reader->language);
    message_bind_reader(messages, reader);
    if (!messages_each(s, messages, to->message, to->ctx, &n, err))
        return false;
    bind_messages(translations, p, reader->language);
    return translations_each(
        s, translations, id, to->translation, to->ctx, err);
}

/* Marks that rows of p moved or hid, or that came or went with their people. */
static bool
tell_marks(struct sql *s, const struct part *p,
    const struct store_changes_to *to, struct err *err)
{
    struct stmt *st =
        with_rows(sql_stmt(s, Q_LOG_READS,
                      "SELECT u.id, u.display_name, iif(m.user IS NULL OR "
                      "EXISTS (SELECT 1 FROM hidden_readers WHERE user = "
                      "u.key) OR (SELECT count(*) FROM "
                      "(SELECT 1 FROM members WHERE conversation = ?1 "
                      "LIMIT " READERS_MAX " + 1) x) > " READERS_MAX ", -1, "
                      "coalesce(r.seq, 0)), coalesce(r.at_ms, 0) FROM users u "
                      "LEFT JOIN reads r ON r.user = u.key "
                      "AND r.conversation = ?1 "
                      "LEFT JOIN members m ON m.user = u.key "
                      "AND m.conversation = ?1 AND m.role <> 'banned' "
                      "WHERE u.key IN (SELECT subject "
                      "FROM log WHERE stream = ?1 AND n BETWEEN ?2 AND ?3 "
                      "AND kind IN (5, 6, 11, 12)) ORDER BY u.key",
                      err),
            p);
    int rc = SQL_FAILED;

    while (st && (rc = sql_step(s, st, err)) == SQL_ROW) {
        struct store_read r = {.user_id = column_span(st, 0),
            .name = column_span(st, 1),
            .seq = column_int64(st, 2),
            .at_ms = column_int64(st, 3)};
        to->read(&r, to->ctx);
    }
    return rc == SQL_DONE;
}

static bool
room_changes(struct sql *s, struct span id, int64_t since, int limit,
    const struct store_reader *reader, const struct store_changes_to *to,
    struct store_changes *ret, struct err *err)
{
    struct part p = {0};

    if (!room_part(s, id, &p, err))
        return false;
    if (!choose(&p, since, limit, ret))
        return true;
    return log_messages_at(s, p.stream, p.from, &p.messages_from, err) &&
           log_messages_at(s, p.stream, p.to, &p.messages_to, err) &&
           tell_messages(s, id, &p, reader, to, err) &&
           tell_marks(s, &p, to, err) && find_self(s, &p, &ret->self, err);
}

/* A reader looks at one moment, else rows could be compacted between two of
 * its statements. */
static bool
sql_room_changes(struct store *store, struct span conversation_id,
    int64_t since, int limit, const struct store_reader *reader,
    const struct store_changes_to *to, struct store_changes *ret,
    struct err *err)
{
    struct sql *s = sql_of(store);
    bool ok;

    assert(limit > 0 && since >= -1);
    if (!read_begin(s, err))
        return false;
    ok = room_changes(s, conversation_id, since, limit, reader, to, ret, err);
    read_end(s);
    return ok;
}

/* Rooms that rows of p, of a person's own stream, are about. */
static bool
tell_rooms(struct sql *s, const struct part *p, enum sql_slot slot,
    const char *sql, void (*room)(struct span conversation_id, void *ctx),
    void *ctx, struct err *err)
{
    struct stmt *st = with_rows(sql_stmt(s, slot, sql, err), p);
    int rc = SQL_FAILED;

    while (st && (rc = sql_step(s, st, err)) == SQL_ROW)
        room(column_span(st, 0), ctx);
    return rc == SQL_DONE;
}

#define OWN_ROOMS                                                              \
    "SELECT DISTINCT c.id FROM log l JOIN conversations c "                    \
    "ON c.key = l.subject WHERE l.stream = ?1 AND l.n BETWEEN ?2 AND ?3 "

/* Rooms that they were asked into, or are no more. */
static bool
tell_invitations(struct sql *s, const struct part *p,
    const struct store_user_changes_to *to, struct err *err)
{
    struct stmt *st = with_rows(
        sql_stmt(s, Q_LOG_INVITATIONS,
            "SELECT " INVITATION_COLUMNS "FROM conversations c "
            "JOIN users u ON u.key = -?1 " INVITATION_PARTS
            "WHERE c.key IN (SELECT subject FROM log WHERE stream = ?1 "
            "AND n BETWEEN ?2 AND ?3 AND kind = 14) ORDER BY c.key",
            err),
        p);

    return st && invitations_each(s, st, to->invitation, to->ctx, err);
}

static bool
user_changes(struct sql *s, struct span user_id, int64_t since, int limit,
    const struct store_user_changes_to *to, struct store_changes *ret,
    struct err *err)
{
    struct part p = {0};

    if (!own_part(s, user_id, &p, err))
        return false;
    return !choose(&p, since, limit, ret) ||
           (tell_rooms(s, &p, Q_LOG_ROOMS, OWN_ROOMS "AND l.kind IN (5, 6, 11)",
                to->room, to->ctx, err) &&
               tell_rooms(s, &p, Q_LOG_READ, OWN_ROOMS "AND l.kind = 12",
                   to->read, to->ctx, err) &&
               tell_invitations(s, &p, to, err) &&
               find_self(s, &p, &ret->self, err));
}

static bool
sql_user_changes(struct store *store, struct span user_id, int64_t since,
    int limit, const struct store_user_changes_to *to,
    struct store_changes *ret, struct err *err)
{
    struct sql *s = sql_of(store);
    bool ok;

    assert(limit > 0 && since >= -1);
    if (!read_begin(s, err))
        return false;
    ok = user_changes(s, user_id, since, limit, to, ret, err);
    read_end(s);
    return ok;
}

/* ---- compacting ---- */

/* The next stream after *cursor; false at the end, or on an error in err. */
static bool
next_stream(struct sql *s, int64_t *cursor, bool *ret_found, struct err *err)
{
    struct stmt *st = sql_stmt(
        s, Q_LOG_STREAM, "SELECT min(stream) FROM log WHERE stream > ?1", err);

    if (!st)
        return false;
    bind_int(st, 1, *cursor ? *cursor : INT64_MIN);
    if (sql_step(s, st, err) != SQL_ROW)
        return false;
    *ret_found = !column_null(st, 0);
    if (*ret_found)
        *cursor = column_int64(st, 0);
    sql_reset(st);
    return true;
}

/* The last of the oldest rows that is from before then; 0: none to drop. */
static bool
last_old(struct sql *s, int64_t stream, int64_t before_ms, int64_t *ret_n,
    bool *ret_again, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_LOG_OLD,
        "SELECT n, kind, at_ms FROM log WHERE stream = ?1 ORDER BY n LIMIT ?2",
        err);
    int rc;
    int rows = 0;

    *ret_n = 0;
    if (!st)
        return false;
    bind_int(st, 1, stream);
    bind_int(st, 2, COMPACT_ROWS_MAX);
    while ((rc = sql_step(s, st, err)) == SQL_ROW) {
        bool old = column_int64(st, 2) < before_ms;
        bool dropped = column_int(st, 1) == 0;
        rows++;
        if (old && !dropped)
            *ret_n = column_int64(st, 0);
    }
    *ret_again = *ret_n && rows == COMPACT_ROWS_MAX;
    return rc == SQL_DONE;
}

/* The last row that goes stays, as the floor. */
static bool
drop_until(struct sql *s, int64_t stream, int64_t n, struct err *err)
{
    struct stmt *drop, *floor;

    drop = sql_stmt(
        s, Q_LOG_DROP, "DELETE FROM log WHERE stream = ?1 AND n < ?2", err);
    floor = sql_stmt(s, Q_LOG_FLOOR,
        "UPDATE log SET kind = 0, subject = 0, language = NULL "
        "WHERE stream = ?1 AND n = ?2",
        err);
    if (!drop || !floor)
        return false;
    bind_int(drop, 1, stream);
    bind_int(drop, 2, n);
    bind_int(floor, 1, stream);
    bind_int(floor, 2, n);
    return sql_run(s, drop, err) && sql_run(s, floor, err);
}

static bool
compact(struct sql *s, int64_t before_ms, int64_t *cursor, int limit,
    bool *ret_more, struct err *err)
{
    int64_t n;
    bool again = false;

    if (!log_move_fresh(s, err))
        return false;
    *ret_more = true;
    for (int i = 0; i < limit; i++) {
        if (!again && !next_stream(s, cursor, ret_more, err))
            return false;
        if (!*ret_more)
            return true;
        if (!last_old(s, *cursor, before_ms, &n, &again, err) ||
            (n && !drop_until(s, *cursor, n, err)))
            return false;
    }
    return true;
}

static bool
sql_compact(struct store *store, int64_t before_ms, int64_t *cursor, int limit,
    bool *ret_more, struct err *err)
{
    struct sql *s = sql_of(store);

    if (!op_begin(s, OP_CHECKED, err))
        return false;
    return op_end(s, compact(s, before_ms, cursor, limit, ret_more, err), err);
}

static void
sql_epoch(struct store *store, char ret[STORE_EPOCH_BYTES])
{
    memcpy(ret, sql_of(store)->epoch, STORE_EPOCH_BYTES);
}

const struct store_log_ops sql_log_ops = {
    .epoch = sql_epoch,
    .room_changes = sql_room_changes,
    .user_changes = sql_user_changes,
    .compact = sql_compact,
};
