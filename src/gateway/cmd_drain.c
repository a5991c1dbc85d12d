/* SPDX-License-Identifier: ISC */
#include "gateway/cmd_trip.h"
#include "gateway/cmds.h"
#include "gateway/gateway.h"
#include "wire/json.h"

/* ---- admin.drain ---- */

static bool
nothing_to_write(struct cmd_trip *t, struct store *s, struct err *err)
{
    (void)t;
    (void)s;
    (void)err;
    return true; /* but that an admin did it */
}

static void
drain_after(struct cmd_trip *t)
{
    struct drain *d = &t->call->g->drain;
    bool on = t->call->arg[0].flag;

    if (on)
        drain_begin(d);
    else
        drain_end(d);
    buf_addf(&t->out, "{\"draining\":%s}", json_bool(d->on));
}

static void
drain(struct cmd_call *c)
{
    struct cmd_trip *t = cmd_trip_new(c, nothing_to_write);

    t->after = drain_after;
    cmd_trip_write(t);
}

const struct cmd cmd_admin_drain = {
    .name = "admin.drain",
    .summary = "Take the gateway that is asked out of service: /ready says no, "
               "and its clients move to others; or take it back",
    .events = {"admin:drain"},
    .routes = {{HTTP_POST, "/admin/drain"}},
    .args = {{"draining", CMD_FLAG, .required = true}},
    .act = CHAT_ADMINISTER,
    .rate = CMD_WRITES,
    .audited = true,
    .reply = "Draining",
    .run = drain,
};
