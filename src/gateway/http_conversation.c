/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "gateway/name.h"
#include "gateway/op.h"
#include "gateway/routes.h"
#include "gateway/view.h"
#include "wire/json.h"

enum { TITLE_CHARS_MAX = 80, PARTICIPANTS_MAX = 2000 };
_Static_assert(TITLE_CHARS_MAX * 4 < STORE_NAME_BYTES, "stored whole");

/* The rooms of a user, most recent message first: the order is the
 * database's, the rest is in memory. */
struct list {
    struct op op;
    struct gateway *g;
    struct http_req *req;
    struct user *user;
    struct buf out;
};

static void
list_row(const struct store_conversation *c, void *ctx)
{
    struct list *l = ctx;

    /* On the reader thread: only what the row says. */
    buf_addz(&l->out, l->out.len ? ",{" : "[{");
    json_put_field(&l->out, "id", span_of(c->id));
    buf_addc(&l->out, ',');
    json_put_field(&l->out, "type", span_of(c->type));
    buf_addc(&l->out, ',');
    json_put_field(&l->out, "title", span_of(c->title));
    buf_addf(&l->out,
        ",\"lastSeq\":%lld,\"lastMessageAt\":", (long long)c->last_seq);
    if (c->last_message_ms) {
        char iso[CLOCK_ISO_BYTES];
        clock_iso(c->last_message_ms, iso);
        buf_addf(&l->out, "\"%s\"}", iso);
    } else {
        buf_addz(&l->out, "null}");
    }
}

static bool
list_run(struct store *s, struct store_job *job, struct err *err)
{
    struct list *l = (struct list *)job;

    return store_conversations_of(s, span_of(l->user->id), list_row, l, err);
}

static void
list_finish(struct op *op)
{
    struct list *l = (struct list *)op;

    if (op->job.ok) {
        buf_addz(&l->out, l->out.len ? "]" : "[]");
        http_reply_data(l->req, 200, buf_span(&l->out));
    } else {
        http_reply_err(l->req, &op->job.err);
    }
    buf_free(&l->out);
    free(l);
}

static void
list(struct http_req *r, struct user *u, struct gateway *g)
{
    struct list *l = xcalloc(1, sizeof(*l));

    l->op.job.run = list_run;
    l->op.finish = list_finish;
    l->g = g;
    l->req = r;
    l->user = u;
    op_read(g->writer, &l->op);
}

void
http_conversations_list(struct http_req *r, void *ctx)
{
    http_authenticated(r, ctx, list);
}

/* ---- making one ---- */

struct add {
    struct op op;
    struct gateway *g;
    struct http_req *req;
    struct user *user;
    struct store_conversation row;
    size_t n_members;
    struct span members[]; /* ids of users in the hub, which live on */
};

static void
reply_room(struct http_req *r, int status, const struct room *room)
{
    struct buf b = {0};

    view_room(&b, room);
    http_reply_data(r, status, buf_span(&b));
    buf_free(&b);
}

static bool
add_run(struct store *s, struct store_job *job, struct err *err)
{
    struct add *a = (struct add *)job;

    return store_conversation_add(s, &a->row, a->members, a->n_members, err);
}

static void
add_finish(struct op *op)
{
    struct add *a = (struct add *)op;
    struct room *room;

    if (op->job.ok) {
        room = hub_room_put(a->g->hub, &a->row);
        hub_member_add(room, a->user);
        for (size_t i = 0; i < a->n_members; i++)
            hub_member_add(room, hub_user(a->g->hub, a->members[i]));
        reply_room(a->req, 201, room);
    } else {
        http_reply_err(a->req, &op->job.err);
    }
    free(a);
}

static bool
fill_members(struct add *a, const json_t *ids, struct err *err)
{
    size_t i;
    json_t *id;

    if (ids && !json_is_array(ids))
        return err_set(err, FAIL_BAD_INPUT, "participantIds is a list");
    json_array_foreach((json_t *)ids, i, id)
    {
        struct user *u =
            json_is_string(id)
                ? hub_user(a->g->hub, (struct span){json_string_value(id),
                                          json_string_length(id)})
                : NULL;
        if (!u)
            return err_set(
                err, FAIL_NOT_FOUND, "participant %zu is unknown", i + 1);
        a->members[a->n_members++] = span_of(u->id);
    }
    return true;
}

static bool
fill_row(struct add *a, const json_t *body, struct err *err)
{
    struct span type = json_get_str(body, "type");
    struct span title = span_trim(json_get_str(body, "title"));
    bool direct = span_eqz(type, "direct");

    if (!direct && !span_eqz(type, "group"))
        return err_set(
            err, FAIL_BAD_INPUT, "type must be \"group\" or \"direct\"");
    if ((title.len || !direct) && !name_check(title, TITLE_CHARS_MAX, err))
        return false;
    if (direct && (a->n_members != 1 || span_eqz(a->members[0], a->user->id)))
        return err_set(err, FAIL_BAD_INPUT,
            "a direct conversation has one other participant");
    id_new(a->row.id);
    snprintf(a->row.type, sizeof(a->row.type), "%.*s", SPAN_ARG(type));
    snprintf(a->row.title, sizeof(a->row.title), "%.*s", SPAN_ARG(title));
    snprintf(a->row.created_by, sizeof(a->row.created_by), "%s", a->user->id);
    a->row.created_ms = clock_wall_ms();
    return true;
}

static void
add(struct http_req *r, struct user *u, struct gateway *g)
{
    struct err err;
    json_t *body = http_body(r, &err);
    const json_t *ids = json_object_get(body, "participantIds");
    size_t n = json_array_size(ids); /* 0 when it is none */
    struct add *a = NULL;

    if (body && n > PARTICIPANTS_MAX)
        err_set(&err, FAIL_TOO_LARGE, "more than %d participants",
            PARTICIPANTS_MAX);
    else if (body)
        a = xcalloc(1, sizeof(*a) + n * sizeof(a->members[0]));
    if (a) {
        a->op.job.run = add_run;
        a->op.finish = add_finish;
        a->g = g;
        a->req = r;
        a->user = u;
    }
    if (a && fill_members(a, ids, &err) && fill_row(a, body, &err) &&
        http_allowed(g, g->rate_rooms, r, &err)) {
        op_write(g->writer, &a->op);
    } else {
        http_reply_err(r, &err);
        free(a);
    }
    json_decref(body);
}

void
http_conversations_add(struct http_req *r, void *ctx)
{
    http_authenticated(r, ctx, add);
}

static void
get(struct http_req *r, struct user *u, struct gateway *g)
{
    struct err err;
    struct room *room = http_room(r, u, g, &err);

    if (room)
        reply_room(r, 200, room);
    else
        http_reply_err(r, &err);
}

void
http_conversation_get(struct http_req *r, void *ctx)
{
    http_authenticated(r, ctx, get);
}
