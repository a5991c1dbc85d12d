/* SPDX-License-Identifier: ISC */
#include <stdio.h>

#include "base/clock.h"
#include "gateway/events.h"
#include "gateway/message.h"
#include "wire/json.h"

/* Two seconds' worth at once: people paste and then fall silent. */
static struct limit
message_limit(const struct config *cfg)
{
    return (struct limit){cfg->rate_messages, cfg->rate_messages * 2.0};
}

static void
on_saved(const struct message_saved *saved, const struct err *err, void *ctx)
{
    struct ev_later *l = ctx;
    char iso[CLOCK_ISO_BYTES];
    struct buf b = {0};

    if (!saved) {
        ev_ack_err(l->client, l->ack_id, err);
    } else if (l->client->sock) {
        clock_iso(saved->created_ms, iso);
        buf_addf(&b, "{\"messageId\":\"%s\",\"seq\":%lld,\"createdAt\":\"%s\"}",
            saved->id, (long long)saved->seq, iso);
        ev_ack(l->client, l->ack_id, buf_span(&b));
        buf_reset(&b);
        buf_addf(&b,
            "{\"messageId\":\"%s\",\"status\":\"message_saved\","
            "\"timestamp\":\"%s\"}",
            saved->id, iso);
        sio_emit(l->client->sock, "message_sent", buf_span(&b));
        buf_free(&b);
    }
    ev_later_free(l);
}

/* Saying, changing and deleting count alike: each is a write, an event for the
 * whole room, and mostly a translation. */
static bool
may_write(const struct ev_call *c)
{
    struct err err;

    if (bucket_take(
            &c->client->messages, message_limit(c->g->cfg), clock_mono_us()))
        return true;
    c->g->count.messages_refused++;
    err_set(&err, FAIL_RATE, "too many messages, slow down");
    ev_ack_err(c->client, c->ack_id, &err);
    return false;
}

void
ev_message_send(const struct ev_call *c)
{
    struct message_draft d = {
        .user = c->client->user,
        .conversation_id = json_get_str(c->arg, "conversationId"),
        .content = json_get_str(c->arg, "content"),
        .language = json_get_str(c->arg, "originalLanguage"),
        .client_message_id = json_get_str(c->arg, "clientMessageId"),
        .reply_to = json_get_str(c->arg, "replyToId"),
        .done = on_saved,
    };

    if (!may_write(c))
        return;
    d.ctx = ev_later(c);
    message_send(c->g, &d);
}

void
ev_message_edit(const struct ev_call *c)
{
    if (!may_write(c))
        return;
    message_edit(c->g, c->client->user, json_get_str(c->arg, "messageId"),
        json_get_str(c->arg, "content"),
        json_get_str(c->arg, "originalLanguage"), ev_later_done, ev_later(c));
}

void
ev_message_delete(const struct ev_call *c)
{
    if (!may_write(c))
        return;
    message_delete(c->g, c->client->user, json_get_str(c->arg, "messageId"),
        ev_later_done, ev_later(c));
}
