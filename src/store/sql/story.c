/* SPDX-License-Identifier: ISC */
#include "store/sql/sql.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"

/* What happened in a room, in order (store_story). */

/* A row of the log, and how many messages of the stream are before it. */
struct step {
    int64_t messages, subject;
    int kind;
};

struct teller {
    const struct store_story *to;
    enum store_event_kind kind; /* of the message that comes */
};

static void
tell_row(const struct store_message *m, void *ctx)
{
    const struct teller *t = ctx;

    t->to->message(t->kind, m, t->to->ctx);
}

/* The messages of a room from one number to another, both included. */
static bool
tell_new(struct sql *s, int64_t room, int64_t from, int64_t to,
    struct teller *t, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_STORY_NEW,
        MESSAGE_QUERY "WHERE m.conversation = ?1 AND m.seq BETWEEN ?2 AND ?3 "
                      "ORDER BY m.seq",
        err);
    int n;

    if (!st)
        return false;
    t->kind = STORE_MESSAGE_NEW;
    bind_int(st, 1, room);
    bind_int(st, 2, from);
    bind_int(st, 3, to);
    message_bind_reader(st, NULL);
    return messages_each(s, st, tell_row, t, &n, err);
}

static bool
tell_changed(struct sql *s, int64_t message, enum store_event_kind kind,
    struct teller *t, struct err *err)
{
    t->kind = kind;
    return message_by_key(s, message, NULL, tell_row, t, err);
}

static bool
tell_member(struct sql *s, int64_t user, enum store_event_kind kind,
    const struct store_story *to, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_STORY_USER,
        "SELECT id, display_name, bot <> 0 FROM users WHERE key = ?1", err);

    if (!st)
        return false;
    bind_int(st, 1, user);
    if (!sql_find_row(s, st, "no such user", err))
        return false;
    to->member(kind, column_span(st, 0), column_span(st, 1),
        column_int(st, 2) != 0, to->ctx);
    sql_reset(st);
    return true;
}

static bool
tell_step(
    struct sql *s, const struct step *step, struct teller *t, struct err *err)
{
    enum store_event_kind kind = (enum store_event_kind)step->kind;

    if (kind == STORE_MESSAGE_EDITED || kind == STORE_MESSAGE_DELETED)
        return tell_changed(s, step->subject, kind, t, err);
    if (kind == STORE_MEMBER_ADDED || kind == STORE_MEMBER_REMOVED)
        return tell_member(s, step->subject, kind, t->to, err);
    if (kind == STORE_ROOM_CHANGED)
        t->to->room(t->to->ctx);
    return true;
}

/* The rows of a stream from one place to another that are no messages. */
static bool
read_steps(struct sql *s, int64_t stream, int64_t from, int64_t to,
    struct step *ret, int *ret_n, struct err *err)
{
    struct stmt *st = sql_stmt(s, Q_STORY_STEPS,
        "SELECT n, messages, kind, subject FROM log WHERE stream = ?1 "
        "AND n BETWEEN ?2 AND ?3 UNION ALL SELECT n, messages, kind, subject "
        "FROM log_fresh WHERE stream = ?1 AND n BETWEEN ?2 AND ?3 ORDER BY 1",
        err);
    int rc;

    *ret_n = 0;
    if (!st)
        return false;
    bind_int(st, 1, stream);
    bind_int(st, 2, from);
    bind_int(st, 3, to);
    while ((rc = sql_step(s, st, err)) == SQL_ROW)
        ret[(*ret_n)++] = (struct step){.messages = column_int64(st, 1),
            .kind = column_int(st, 2),
            .subject = column_int64(st, 3)};
    return rc == SQL_DONE;
}

static bool
tell(struct sql *s, int64_t room, int64_t since, int64_t to, struct step *steps,
    const struct store_story *story, struct err *err)
{
    struct teller t = {.to = story};
    int64_t told, last;
    int n;

    if (!log_messages_at(s, room, since, &told, err) ||
        !log_messages_at(s, room, to, &last, err) ||
        !read_steps(s, room, since + 1, to, steps, &n, err))
        return false;
    for (int i = 0; i < n; i++) {
        if (steps[i].messages > told &&
            !tell_new(s, room, told + 1, steps[i].messages, &t, err))
            return false;
        told = steps[i].messages > told ? steps[i].messages : told;
        if (!tell_step(s, &steps[i], &t, err))
            return false;
    }
    return told >= last || tell_new(s, room, told + 1, last, &t, err);
}

bool
sql_story(struct store *store, struct span conversation_id, int64_t since,
    int limit, const struct store_story *to, int64_t *ret_to, struct err *err)
{
    struct sql *s = sql_of(store);
    struct step *steps = xcalloc((size_t)limit, sizeof(*steps));
    int64_t room, end;
    bool ok;

    assert(limit > 0 && since >= 0);
    ok = read_begin(s, err);
    if (ok) {
        ok = log_room_end(s, conversation_id, &room, &end, err);
        *ret_to = end - since > limit ? since + limit : end;
        ok = ok && (*ret_to <= since ||
                       tell(s, room, since, *ret_to, steps, to, err));
        read_end(s);
    }
    free(steps);
    return ok;
}
