/* SPDX-License-Identifier: ISC */
#include "gateway/cmd_trip.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "gateway/actor.h"
#include "gateway/cmd_table.h"
#include "gateway/gateway.h"
#include "gateway/session.h"
#include "gateway/view.h"
#include "store/admin.h"
#include "wire/json.h"

static bool
is_text(const struct cmd_call *c, int i)
{
    enum cmd_kind kind = c->cmd->args[i].kind;

    return c->arg[i].given &&
           (kind == CMD_ID || kind == CMD_LINE || kind == CMD_TEXT ||
               kind == CMD_SECRET || kind == CMD_WORD || kind == CMD_EMOJI);
}

/* ---- the audit log ---- */

/* What was asked for, without texts and without the ids that have a column:
 * "role=reader", "title slowSeconds=30". */
static void
put_detail(struct buf *b, const struct cmd_trip *t)
{
    const struct cmd_call *c = t->call;

    for (int i = 0; i < CMD_ARGS_MAX && c->cmd->args[i].kind; i++) {
        const struct cmd_arg *a = &c->cmd->args[i];
        const struct cmd_value *v = &c->arg[i];
        if (!v->given || a->kind == CMD_ID || a->kind == CMD_SECRET)
            continue;
        buf_addf(b, "%s%s", b->len ? " " : "", a->name);
        if (a->kind == CMD_NUMBER)
            buf_addf(b, "=%lld", v->number);
        else if (a->kind == CMD_FLAG)
            buf_addf(b, "=%s", v->flag ? "true" : "false");
        else if (a->kind == CMD_WORD)
            buf_addf(b, "=%.*s", SPAN_ARG(t->text[i]));
    }
}

static bool
audit(struct cmd_trip *t, struct store *s, struct err *err)
{
    const struct cmd *cmd = t->call->cmd;
    int subject = cmd_find_arg(cmd, SPAN("userId"));
    struct store_audit a = {.at_ms = t->now_ms,
        .actor_id = span_of(t->user_id),
        .act = span_of(cmd->name)};
    struct buf detail = {0};
    bool ok;

    if (t->room_id[0])
        a.conversation_id = span_of(t->room_id);
    if (subject >= 0)
        a.subject_id = t->text[subject];
    put_detail(&detail, t);
    a.detail = buf_span(&detail);
    ok = store_audit_add(s, &a, err);
    buf_free(&detail);
    return ok;
}

static bool
trip_run(struct store *s, struct store_job *job, struct err *err)
{
    struct cmd_trip *t = (struct cmd_trip *)job;

    if (job->room)
        t->out.len = 0; /* it may run twice */
    return t->work(t, s, err) && (!t->call->cmd->audited || audit(t, s, err));
}

static void
put_room(struct cmd_trip *t)
{
    const struct room *room = hub_room(t->call->g->hub, span_of(t->room_id));

    if (room)
        view_room_of(&t->out, room, t->call->user);
    else
        t->op.job.ok = err_set(&t->op.job.err, FAIL_BUSY,
            "you are in it, but it cannot be read: look again");
}

static void
trip_free(struct cmd_trip *t)
{
    buf_free(&t->out);
    free(t->own);
    free(t);
}

static void
answer(void *trip)
{
    struct cmd_trip *t = trip;
    struct op *op = &t->op;
    struct cmd_reply r = {.status = t->status};

    if (op->job.ok && t->enters)
        put_room(t);
    if (op->job.ok) {
        if (t->after)
            t->after(t);
        if (!r.status)
            r.status = t->call->cmd->status ? t->call->cmd->status : 200;
        if (t->out.len)
            r.data = buf_span(&t->out);
        cmd_reply(t->call, &r);
    } else {
        cmd_refuse(t->call, &op->job.err);
    }
    trip_free(t);
}

void
cmd_trip_refuse(struct cmd_trip *t, const struct err *err)
{
    cmd_refuse(t->call, err);
    trip_free(t);
}

static void
trip_finish(struct op *op)
{
    struct cmd_trip *t = (struct cmd_trip *)op;

    if (op->job.ok && t->enters)
        cmd_enter(t->call, span_of(t->room_id), answer, t);
    else
        answer(t);
}

struct cmd_trip *
cmd_trip_new(struct cmd_call *c,
    bool (*work)(struct cmd_trip *t, struct store *s, struct err *err))
{
    struct cmd_trip *t;
    size_t bytes = 0;
    char *at;

    for (int i = 0; i < CMD_ARGS_MAX; i++)
        bytes += is_text(c, i) ? c->arg[i].text.len : 0;
    t = xcalloc(1, sizeof(*t) + bytes);
    at = t->tail;
    for (int i = 0; i < CMD_ARGS_MAX; i++) {
        if (!is_text(c, i))
            continue;
        t->text[i] = (struct span){at, c->arg[i].text.len};
        memcpy(at, c->arg[i].text.p, t->text[i].len);
        at += t->text[i].len;
    }
    t->op.job.run = trip_run;
    t->op.finish = trip_finish;
    t->call = c;
    t->work = work;
    t->actor = actor_of(c->user, c->room);
    t->now_ms = clock_wall_ms();
    if (c->user) {
        snprintf(t->user_id, sizeof(t->user_id), "%s", c->user->id);
        snprintf(t->language, sizeof(t->language), "%s", c->user->language);
        session_of_call(c, t->session);
    }
    if (c->room)
        snprintf(t->room_id, sizeof(t->room_id), "%s", c->room->id);
    return t;
}

void
cmd_trip_write(struct cmd_trip *t)
{
    cmd_write(t->call, &t->op);
}

void
cmd_trip_write_in_room(struct cmd_trip *t)
{
    assert(!t->call->cmd->audited);
    if (t->room_id[0])
        t->op.job.room = t->room_id;
    cmd_trip_write(t);
}

void
cmd_trip_read(struct cmd_trip *t)
{
    cmd_read(t->call, &t->op);
}

/* ---- for work ---- */

/* What a user is in the room of the trip. */
static bool
role_of(struct cmd_trip *t, struct store *s, struct span user_id,
    enum chat_role *ret, struct err *err)
{
    struct store_member m;
    struct err why = {0};

    *ret = CHAT_OUTSIDE;
    if (store_member_get(s, span_of(t->room_id), user_id, &m, &why))
        *ret = chat_role_parse(span_of(m.role));
    else if (why.kind != FAIL_NOT_FOUND)
        return err_set(err, why.kind, "%s", why.text);
    return true;
}

bool
cmd_trip_may_rank(struct cmd_trip *t, struct store *s, struct span user_id,
    enum chat_role to, bool strangers, struct err *err)
{
    struct chat_actor actor = t->actor;
    enum chat_role from;

    if (!role_of(t, s, span_of(t->user_id), &actor.role, err) ||
        !role_of(t, s, user_id, &from, err) ||
        !chat_may(&actor, t->call->cmd->act, err))
        return false;
    if (from <= CHAT_OUTSIDE && !strangers)
        return err_set(err, FAIL_NOT_FOUND, "not a member");
    return chat_may_rank(&actor, from, to, err);
}

void
cmd_trip_open_list(struct cmd_trip *t, const char *before)
{
    buf_addz(&t->out, before);
    buf_addc(&t->out, '[');
}

void
cmd_trip_next(struct cmd_trip *t)
{
    if (t->out.p[t->out.len - 1] != '[')
        buf_addc(&t->out, ',');
}

bool
cmd_trip_close_list(struct cmd_trip *t, bool read)
{
    if (read)
        buf_addc(&t->out, ']');
    return read;
}

int
cmd_page_open(
    struct cmd_page *p, struct cmd_trip *t, const char *name, int limit_arg)
{
    int limit = (int)cmd_number(t->call, limit_arg, CHAT_PAGE_DEFAULT);

    *p = (struct cmd_page){.trip = t, .limit = limit};
    buf_addf(&t->out, "{\"%s\":[", name);
    return limit + 1;
}

bool
cmd_page_next(struct cmd_page *p)
{
    if (p->n++ == p->limit)
        return false;
    cmd_trip_next(p->trip);
    return true;
}

void
cmd_page_close(struct cmd_page *p)
{
    buf_addf(&p->trip->out, "],\"hasMore\":%s}", json_bool(p->n > p->limit));
}
