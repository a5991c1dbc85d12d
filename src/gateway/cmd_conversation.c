/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "gateway/cmd_rate.h"
#include "gateway/cmd_trip.h"
#include "gateway/cmds.h"
#include "gateway/gateway.h"
#include "gateway/invite.h"
#include "gateway/name.h"
#include "gateway/op.h"
#include "gateway/view.h"
#include "store/people.h"
#include "wire/json.h"

enum add_arg { ADD_TYPE, ADD_TITLE, ADD_MEMBERS, ADD_DESCRIPTION };
_Static_assert(CHAT_TITLE_CHARS_MAX * 4 < STORE_NAME_BYTES, "stored whole");

/* ---- lists ---- */

static void
list_row(const struct store_listing *row, void *ctx)
{
    const struct store_conversation *c = &row->conversation;
    struct cmd_trip *t = ctx;

    cmd_trip_next(t);
    view_conversation(&t->out, c);
    t->out.len--; /* its "}" */
    buf_addf(&t->out, ",\"readSeq\":%lld,\"unread\":%lld,\"mentions\":%lld",
        (long long)row->unread.seq, (long long)row->unread.unread,
        (long long)row->unread.mentions);
    if (row->last_id.p) {
        buf_addz(&t->out, ",\"lastMessage\":");
        view_quote(&t->out, row->last_id, &row->last);
    }
    buf_addc(&t->out, '}');
}

static bool
list_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    struct store_reader reader = {span_of(t->user_id), span_of(t->language)};

    cmd_trip_open_list(t, "");
    return cmd_trip_close_list(
        t, store_conversations_of(s, &reader, list_row, t, err));
}

static void
list(struct cmd_call *c)
{
    cmd_trip_read(cmd_trip_new(c, list_work));
}

const struct cmd cmd_conversation_list = {
    .name = "conversation.list",
    .summary = "The conversations that one is in, most recent message first",
    .events = {"conversation:list"},
    .routes = {{HTTP_GET, "/conversations"}},
    .act = CHAT_USE,
    .reply = "ConversationList",
    .run = list,
};

enum public_arg { PUBLIC_TEXT, PUBLIC_BEFORE, PUBLIC_LIMIT };

static void
public_row(const struct store_conversation *c, void *ctx)
{
    struct cmd_trip *t = ctx;

    cmd_trip_next(t);
    view_conversation(&t->out, c);
}

static bool
public_work(struct cmd_trip *t, struct store *s, struct err *err)
{
    int limit = (int)cmd_number(t->call, PUBLIC_LIMIT, CHAT_PAGE_DEFAULT);
    struct span text = t->text[PUBLIC_TEXT];

    cmd_trip_open_list(t, "");
    return cmd_trip_close_list(
        t, store_conversations_public(s, text.len ? text : (struct span){0},
               t->text[PUBLIC_BEFORE], limit, public_row, t, err));
}

static void public(struct cmd_call *c)
{
    cmd_trip_read(cmd_trip_new(c, public_work));
}

const struct cmd cmd_conversation_public = {
    .name = "conversation.public",
    .summary = "The public groups that one may join, newest first",
    .events = {"conversation:public"},
    .routes = {{HTTP_GET, "/conversations/public"}},
    .args =
        {
            [PUBLIC_TEXT] = {"q", CMD_LINE, .max = CHAT_TITLE_CHARS_MAX,
                .help = "those whose name or description has it"},
            [PUBLIC_BEFORE] = {"before", CMD_ID,
                .help = "a group: those made before it"},
            [PUBLIC_LIMIT] = {"limit", CMD_NUMBER, .min = 1,
                .max = CHAT_PAGE_MAX, .help = "otherwise 50"},
        },
    .act = CHAT_ROOM_FIND,
    .rate = CMD_ASKS,
    .reply = "PublicList",
    .run = public,
};

/* ---- making one ---- */

struct add {
    struct op op;
    struct cmd_call *call;
    struct store_conversation row;
    struct inviter by;
    char (*ids)[ID_BYTES]; /* who was named */
    size_t n_ids, n_members, n_asked;
    struct span *asked; /* of them, those who are asked first */
    struct span members[]; /* the others */
};

static void
answer_room(struct cmd_call *c, const struct room *room, size_t n_asked)
{
    struct buf b = {0};

    view_room_of(&b, room, c->user);
    if (n_asked) {
        b.len--; /* its "}" */
        buf_addf(&b, ",\"invited\":%zu}", n_asked);
    }
    cmd_data(c, buf_span(&b));
    buf_free(&b);
}

static bool
refuse_member(size_t i, const struct err *why, struct err *err)
{
    if (why->kind == FAIL_NOT_FOUND)
        return err_set(err, why->kind, "participant %zu is unknown", i + 1);
    if (why->kind == FAIL_FORBIDDEN)
        return err_set(
            err, why->kind, "participant %zu cannot be taken in", i + 1);
    return err_set(err, why->kind, "participant %zu: %s", i + 1, why->text);
}

/* Who is taken in, and who is asked first? */
static bool
sort_members(struct add *a, struct store *s, struct err *err)
{
    a->n_members = a->n_asked = 0;
    for (size_t i = 0; i < a->n_ids; i++) {
        struct span id = span_of(a->ids[i]);
        struct err why = {0};
        bool ask = false;
        if (!span_eqz(id, a->by.id) &&
            !invite_look(&a->by, s, (struct span){0}, id, &ask, &why))
            return refuse_member(i, &why, err);
        if (ask)
            a->asked[a->n_asked++] = id;
        else
            a->members[a->n_members++] = id;
    }
    return true;
}

static bool
ask_members(struct add *a, struct store *s, struct err *err)
{
    bool asked;

    for (size_t i = 0; i < a->n_asked; i++)
        if (!invite_ask(
                &a->by, s, span_of(a->row.id), a->asked[i], &asked, err))
            return false;
    return true;
}

/* Is the user in the room? */
static bool
find_member(struct store *s, struct span room_id, struct span user_id,
    bool *ret, struct err *err)
{
    struct store_member m;
    struct err why = {0};

    *ret = store_member_get(s, room_id, user_id, &m, &why);
    return *ret || why.kind == FAIL_NOT_FOUND ||
           err_set(err, why.kind, "%s", why.text);
}

/* Who was asked into the room of the two and wants it now has answered. */
static bool
come_back(struct add *a, struct store *s, struct err *err)
{
    struct span room = span_of(a->row.id), maker = span_of(a->by.id);
    bool mine, blocked;

    if (!find_member(s, room, maker, &mine, err) || mine)
        return mine;
    if (!store_block_between(s, maker, span_of(a->ids[0]), &blocked, err))
        return false;
    if (blocked)
        return err_set(err, FAIL_FORBIDDEN, "participant 1 cannot be taken in");
    return store_member_add(s, room, maker, a->by.now_ms, err);
}

/* The room that the two have.  The other is asked, if they may be. */
static bool
open_direct(struct add *a, struct store *s, struct err *err)
{
    struct span room = span_of(a->row.id), other = span_of(a->ids[0]);
    bool theirs, ask, asked;

    if (!come_back(a, s, err) || !find_member(s, room, other, &theirs, err))
        return false;
    if (theirs || !invite_look(&a->by, s, room, other, &ask, NULL))
        return true;
    if (!ask)
        return store_member_add(s, room, other, a->by.now_ms, err);
    a->n_asked = 1;
    return invite_ask(&a->by, s, room, other, &asked, err);
}

static bool
add_run(struct store *s, struct store_job *job, struct err *err)
{
    struct add *a = (struct add *)job;
    bool direct = span_eqz(SPAN("direct"), a->row.type);
    const struct span *members = a->members;
    size_t n;

    /* Two people have theirs already, or for good from now on. */
    if (direct && store_direct_get(
                      s, span_of(a->by.id), span_of(a->ids[0]), &a->row, NULL))
        return open_direct(a, s, err);
    if (!sort_members(a, s, err))
        return false;
    n = a->n_members;
    a->row.asks = direct && a->n_asked;
    if (a->row.asks) {
        members = a->asked;
        n = 1;
    }
    return store_conversation_add(s, &a->row, members, n, err) &&
           ask_members(a, s, err);
}

static void
add_free(struct add *a)
{
    free(a->asked);
    free(a->ids);
    free(a);
}

static void
add_answer(void *add)
{
    struct add *a = add;
    const struct room *room = hub_room(a->call->g->hub, span_of(a->row.id));
    struct err err;

    err_set(&err, FAIL_BUSY, "it is made, but cannot be read: look again");
    if (room)
        answer_room(a->call, room, a->n_asked);
    else
        cmd_refuse(a->call, &err);
    add_free(a);
}

static void
add_finish(struct op *op)
{
    struct add *a = (struct add *)op;

    if (op->job.ok) {
        cmd_enter(a->call, span_of(a->row.id), add_answer, a);
    } else {
        cmd_refuse(a->call, &op->job.err);
        add_free(a);
    }
}

static bool
fill_members(struct add *a, const json_t *ids, struct err *err)
{
    size_t i;
    json_t *id;

    json_array_foreach((json_t *)ids, i, id)
    {
        struct span given = json_str(id);
        if (given.len >= ID_BYTES)
            return err_set(
                err, FAIL_NOT_FOUND, "participant %zu is unknown", i + 1);
        snprintf(a->ids[i], ID_BYTES, "%.*s", SPAN_ARG(given));
        a->n_ids++;
    }
    return true;
}

static bool
fill_row(struct add *a, struct err *err)
{
    const struct user *creator = a->call->user;
    struct span type = cmd_text(a->call, ADD_TYPE);
    struct span title = span_trim(cmd_text(a->call, ADD_TITLE));
    bool direct = span_eqz(type, "direct");

    if ((title.len || !direct) && !name_check(title, CHAT_TITLE_CHARS_MAX, err))
        return false;
    if (direct && (a->n_ids != 1 || strcmp(a->ids[0], creator->id) == 0))
        return err_set(err, FAIL_BAD_INPUT,
            "a direct conversation has one other participant");
    id_new(a->row.id);
    snprintf(a->row.type, sizeof(a->row.type), "%.*s", SPAN_ARG(type));
    snprintf(a->row.title, sizeof(a->row.title), "%.*s", SPAN_ARG(title));
    snprintf(a->row.description, sizeof(a->row.description), "%.*s",
        SPAN_ARG(cmd_text(a->call, ADD_DESCRIPTION)));
    snprintf(a->row.created_by, sizeof(a->row.created_by), "%s", creator->id);
    a->row.created_ms = clock_wall_ms();
    a->by =
        invite_by(a->call->g, creator->id, creator->admin, a->row.created_ms);
    return true;
}

static void
add(struct cmd_call *c)
{
    const json_t *ids =
        c->arg[ADD_MEMBERS].given ? c->arg[ADD_MEMBERS].list : NULL;
    size_t n = json_array_size(ids);
    struct add *a = xcalloc(1, sizeof(*a) + n * sizeof(a->members[0]));
    struct err err;

    a->ids = xcalloc(n + 1, sizeof(a->ids[0]));
    a->asked = xcalloc(n + 1, sizeof(a->asked[0]));

    a->op.job.run = add_run;
    a->op.finish = add_finish;
    a->call = c;
    if (fill_members(a, ids, &err) && fill_row(a, &err) &&
        cmd_rate_take_invites(c->g->rates, c, a->n_ids, &err)) {
        cmd_write(c, &a->op);
    } else {
        cmd_refuse(c, &err);
        add_free(a);
    }
}

const struct cmd cmd_conversation_add = {
    .name = "conversation.add",
    .summary = "Make a group, which one owns then, or get the direct "
               "conversation with somebody; who wishes so is asked first",
    .events = {"conversation:add"},
    .routes = {{HTTP_POST, "/conversations"}},
    .args =
        {
            [ADD_TYPE] = {"type", CMD_WORD, .required = true,
                .words =
                    (const char *const[]){"group", "public", "direct", NULL},
                .help = "a public group is found and joined by anybody"},
            [ADD_TITLE] = {"title", CMD_LINE, .max = CHAT_TITLE_CHARS_MAX,
                .help = "a group must have one"},
            [ADD_MEMBERS] = {"participantIds", CMD_IDS,
                .max = CHAT_PARTICIPANTS_MAX,
                .help = "users; a direct conversation has one"},
            [ADD_DESCRIPTION] = {"description", CMD_TEXT,
                .max = CHAT_DESCRIPTION_CHARS_MAX},
        },
    .act = CHAT_ROOM_MAKE,
    .rate = CMD_ROOMS,
    .reply = "Conversation",
    .status = 201,
    .run = add,
};

/* ---- looking at one ---- */

static void
get(struct cmd_call *c)
{
    answer_room(c, c->room, 0);
}

const struct cmd cmd_conversation_get = {
    .name = "conversation.get",
    .summary = "One conversation",
    .events = {"conversation:get"},
    .routes = {{HTTP_GET, "/conversations/:conversationId"}},
    .args = {{"conversationId", CMD_ID, .required = true}},
    .act = CHAT_ROOM_SEE,
    .subject = CMD_ROOM,
    .reply = "Conversation",
    .run = get,
};
