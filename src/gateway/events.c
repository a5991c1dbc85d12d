/* SPDX-License-Identifier: ISC */
#include "gateway/events.h"

#include <stdlib.h>

#include "base/mem.h"
#include "gateway/reply.h"

static const struct {
    const char *name;
    void (*handle)(const struct ev_call *c);
} table[] = {
    {"message:send", ev_message_send},
    {"message:edit", ev_message_edit},
    {"message:delete", ev_message_delete},
    {"conversation:join", ev_conversation_join},
    {"conversation:leave", ev_conversation_leave},
    {"typing:start", ev_typing_start},
    {"typing:stop", ev_typing_stop},
    {"request_translation", ev_request_translation},
    {"translation:request", ev_request_translation},
};

void
ev_dispatch(struct gateway *g, struct client *client, const struct sio_event *e)
{
    struct ev_call call = {.g = g,
        .client = client,
        .ack_id = e->ack_id,
        .arg = json_array_get(e->args, 0)};
    struct err err;

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        if (span_eqz(e->name, table[i].name)) {
            table[i].handle(&call);
            return;
        }
    }
    err_set(&err, FAIL_BAD_INPUT, "unknown event");
    ev_ack_err(client, e->ack_id, &err);
}

void
ev_ack(struct client *client, int64_t ack_id, struct span data)
{
    struct buf b = {0};

    if (!client->sock || ack_id < 0)
        return;
    reply_ok(&b, data);
    sio_ack(client->sock, ack_id, buf_span(&b));
    buf_free(&b);
}

void
ev_ack_err(struct client *client, int64_t ack_id, const struct err *err)
{
    struct buf b = {0};

    if (!client->sock)
        return;
    if (ack_id >= 0) {
        reply_err(&b, err);
        sio_ack(client->sock, ack_id, buf_span(&b));
    } else {
        reply_error_event(&b, err);
        sio_emit(client->sock, "error", buf_span(&b));
    }
    buf_free(&b);
}

struct ev_later *
ev_later(const struct ev_call *call)
{
    struct ev_later *l = xcalloc(1, sizeof(*l));

    l->g = call->g;
    l->client = hub_client_ref(call->client);
    l->ack_id = call->ack_id;
    return l;
}

void
ev_later_free(struct ev_later *l)
{
    hub_client_unref(l->client);
    free(l);
}

void
ev_later_done(const struct err *err, void *later)
{
    struct ev_later *l = later;

    if (err)
        ev_ack_err(l->client, l->ack_id, err);
    else
        ev_ack(l->client, l->ack_id, (struct span){0});
    ev_later_free(l);
}
