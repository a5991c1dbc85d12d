/* SPDX-License-Identifier: ISC */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/map.h"
#include "base/mem.h"
#include "gateway/cmd_args.h"
#include "gateway/cmd_door.h"
#include "gateway/cmd_table.h"
#include "gateway/gateway.h"
#include "gateway/reply.h"

/* A call by an event.  Answered by its ack; without one a failure is told by
 * the event "error", so that none is silent. */
struct sio_call {
    struct cmd_call call; /* its client is a reference */
    int64_t ack_id; /* -1: none wanted */
    json_t *kept; /* the arguments, if they have to stay */
};

static void
ack_err(struct client *client, int64_t ack_id, const struct err *err)
{
    struct buf b = {0};

    if (ack_id >= 0) {
        reply_err(&b, err);
        sio_ack(client->sock, ack_id, buf_span(&b));
    } else {
        reply_error_event(&b, err);
        sio_emit(client->sock, "error", buf_span(&b));
    }
    buf_free(&b);
}

static void
reply(struct cmd_call *c, const struct cmd_reply *r)
{
    int64_t ack_id = ((struct sio_call *)c)->ack_id;
    struct buf b = {0};

    if (!c->client->sock)
        return;
    if (ack_id >= 0) {
        reply_ok(&b, r->data);
        sio_ack(c->client->sock, ack_id, buf_span(&b));
        buf_free(&b);
    }
    if (r->event)
        sio_emit(c->client->sock, r->event, r->payload);
}

static void
refuse(struct cmd_call *c, const struct err *err)
{
    if (c->client->sock)
        ack_err(c->client, ((struct sio_call *)c)->ack_id, err);
}

static void
address(const struct cmd_call *c, char ret[ADDRESS_BYTES])
{
    struct span from = span_of(sio_address(c->client->sock));

    assert(from.len < ADDRESS_BYTES);
    memcpy(ret, from.p, from.len);
    ret[from.len] = '\0';
}

static void
call_free(struct cmd_call *c)
{
    hub_client_unref(c->client);
    json_decref(((struct sio_call *)c)->kept);
    free(c);
}

static const struct cmd_door door = {
    .reply = reply, .refuse = refuse, .address = address, .free = call_free};

struct map *
cmd_sio_events(void)
{
    struct map *events = map_new();

    for (size_t i = 0; i < cmd_table_len; i++)
        for (int k = 0; k < CMD_NAMES_MAX && cmd_table[i]->events[k]; k++)
            map_put(
                events, span_of(cmd_table[i]->events[k]), (void *)cmd_table[i]);
    return events;
}

void
cmd_sio_call(
    struct gateway *g, struct client *client, const struct sio_event *e)
{
    const struct cmd *cmd = map_get(g->events, e->name);
    struct sio_call *c;
    struct err err;

    if (!cmd) {
        err_set(&err, FAIL_BAD_INPUT, "unknown event");
        ack_err(client, e->ack_id, &err);
        return;
    }
    c = xcalloc(1, sizeof(*c));
    c->call.cmd = cmd;
    c->call.door = &door;
    c->call.begun_us = clock_mono_us();
    c->call.g = g;
    c->call.user = hub_user_ref(g->hub, client->user);
    c->call.client = hub_client_ref(client);
    c->call.body = json_array_get(e->args, 0);
    if (cmd->subject == CMD_MESSAGE)
        c->kept = json_incref(json_array_get(e->args, 0));
    c->ack_id = e->ack_id;
    if (cmd_args_json(cmd, c->call.body, c->call.arg, &err) &&
        cmd_args_complete(cmd, c->call.arg, &err))
        cmd_start(&c->call);
    else
        cmd_refuse(&c->call, &err);
}
