/* SPDX-License-Identifier: ISC */
#include "gateway/cmd.h"

#include "base/clock.h"
#include "gateway/actor.h"
#include "gateway/barred.h"
#include "gateway/cmd_rate.h"
#include "gateway/gateway.h"
#include "gateway/message.h"
#include "gateway/op.h"
#include "gateway/others.h"
#include "gateway/telemetry.h"

/* ---- the end of a call ---- */

/* Before the answer: writing it may close the connection. */
static void
note(const struct cmd_call *c, const struct err *err)
{
    telemetry_command(
        c->g->telemetry, c->cmd, clock_mono_us() - c->begun_us, err);
    audit_command(&c->g->audit, c, err);
    if (!err)
        cmd_rate_was_right(c->g->rates, c);
}

static void
end(struct cmd_call *c)
{
    struct hub *hub = c->g->hub;
    struct user *user = c->user;
    struct room *room = c->room;

    c->door->free(c);
    hub_user_unref(hub, user);
    hub_room_unref(hub, room);
}

void
cmd_reply(struct cmd_call *c, const struct cmd_reply *r)
{
    note(c, NULL);
    c->door->reply(c, r);
    end(c);
}

void
cmd_answered(struct cmd_call *c)
{
    note(c, NULL);
    end(c);
}

void
cmd_refuse(struct cmd_call *c, const struct err *err)
{
    note(c, err);
    c->door->refuse(c, err);
    end(c);
}

void
cmd_data(struct cmd_call *c, struct span data)
{
    struct cmd_reply r = {
        .status = c->cmd->status ? c->cmd->status : 200, .data = data};

    cmd_reply(c, &r);
}

void
cmd_done(struct cmd_call *c)
{
    cmd_data(c, (struct span){NULL, 0});
}

void
cmd_ended(const struct err *err, void *call)
{
    if (err)
        cmd_refuse(call, err);
    else
        cmd_done(call);
}

/* ---- arguments ---- */

struct span
cmd_text(const struct cmd_call *c, int i)
{
    return c->arg[i].given ? c->arg[i].text : (struct span){NULL, 0};
}

long long
cmd_number(const struct cmd_call *c, int i, long long fallback)
{
    return c->arg[i].given ? c->arg[i].number : fallback;
}

const struct lang *
cmd_language(const struct cmd_call *c, int i)
{
    return c->arg[i].given ? c->arg[i].language : NULL;
}

/* ---- to the store ---- */

/* Who asked pays for the answer, unless they have gone. */
static void
charge(const struct cmd_call *c, struct op *op)
{
    char address[ADDRESS_BYTES];

    if (!c->g->http || (c->client && !c->client->sock))
        return;
    c->door->address(c, address);
    op_charge(op, http_shares(c->g->http), address);
}

void
cmd_write(const struct cmd_call *c, struct op *op)
{
    charge(c, op);
    op_write(c->g->writer, op);
}

void
cmd_read(const struct cmd_call *c, struct op *op)
{
    charge(c, op);
    op_read(c->g->writer, op);
}

/* ---- from the door to the handler ---- */

static bool
may(const struct cmd_call *c, enum chat_act act, bool author, struct err *err)
{
    struct chat_actor actor = actor_of(c->user, c->room);

    actor.author = author;
    return chat_may(&actor, act, err);
}

bool
cmd_may(const struct cmd_call *c, enum chat_act act)
{
    return may(c, act, false, NULL);
}

static void
run_if_allowed(struct cmd_call *c, bool author)
{
    struct err err;

    if (may(c, c->cmd->act, author, &err))
        c->cmd->run(c);
    else
        cmd_refuse(c, &err);
}

static bool
is_named_room(const struct cmd_call *c, const struct message_found *m)
{
    struct span room = cmd_text(c, 1);

    return !room.p || span_eq(room, m->conversation_id);
}

static bool
is_in(const struct cmd_call *c, struct span room_id)
{
    const struct room *r = hub_room(c->g->hub, room_id);

    return r && hub_role(r, c->user) > CHAT_OUTSIDE;
}

void
cmd_enter(const struct cmd_call *c, struct span room_id,
    void (*then)(void *ctx), void *ctx)
{
    if (c->user && !is_in(c, room_id))
        others_catch_up(c->g->others, c->user, then, ctx);
    else
        then(ctx);
}

static void find_message(void *call);

static void
on_message(const struct message_found *m, const struct err *err, void *ctx)
{
    struct cmd_call *c = ctx;

    if (!m) {
        cmd_refuse(c, err);
        return;
    }
    if (c->g->others && !c->caught_up && !is_in(c, m->conversation_id)) {
        c->caught_up = true;
        others_catch_up(c->g->others, c->user, find_message, c);
        return;
    }
    if (is_named_room(c, m))
        c->room = hub_room_ref(hub_room(c->g->hub, m->conversation_id));
    c->message = m;
    run_if_allowed(c, span_eqz(m->sender_id, c->user->id));
}

static void
find_message(void *call)
{
    struct cmd_call *c = call;

    message_find(c->g, c->arg[0].text, on_message, c);
}

static void
enter_room(void *call)
{
    struct cmd_call *c = call;

    c->room = hub_room_ref(hub_room(c->g->hub, c->arg[0].text));
    run_if_allowed(c, false);
}

/* From there nobody comes but admins, who let it in again, and who only looks
 * whether the server lives. */
static bool
is_barred(const struct cmd_call *c)
{
    char address[ADDRESS_BYTES];

    if (c->cmd->act == CHAT_LOOK || (c->user && c->user->admin))
        return false;
    c->door->address(c, address);
    return barred_has(c->g->barred, address);
}

void
cmd_start(struct cmd_call *c)
{
    struct err err;

    if (is_barred(c)) {
        err_set(&err, FAIL_FORBIDDEN, "this address is kept out");
        cmd_refuse(c, &err);
        return;
    }
    switch (cmd_rate_take(c->g->rates, c, &err)) {
    case CMD_RATE_REFUSE:
        if (c->cmd->rate == CMD_WRITES)
            c->g->count.messages_refused++;
        cmd_refuse(c, &err);
        return;
    case CMD_RATE_DROP:
        cmd_done(c);
        return;
    case CMD_RATE_GO:
        break;
    }
    if (c->cmd->subject == CMD_MESSAGE)
        find_message(c);
    else if (c->cmd->subject == CMD_ROOM)
        cmd_enter(c, c->arg[0].text, enter_room, c);
    else
        run_if_allowed(c, false);
}
