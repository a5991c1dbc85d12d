/* SPDX-License-Identifier: ISC */
#include <stdlib.h>

#include "base/clock.h"
#include "net/eio_impl.h"
#include "net/http_impl.h"
#include "wire/eio.h"

const char *
eio_check_upgrade(struct http_req *r, void *ctx)
{
    struct span sid = http_req_query(r, "sid");

    if (!span_eqz(http_req_query(r, "EIO"), "4"))
        return "Unsupported protocol version";
    if (!span_eqz(http_req_query(r, "transport"), "websocket"))
        return "Transport unknown";
    if (!sid.p)
        return session_has_place(ctx, r) ? NULL : "Too many connections";
    session_beat(ctx, clock_mono_ms());
    return session_find(ctx, sid) ? NULL : "Session ID unknown";
}

static void *
on_open(struct ws *w, struct http_req *r, void *ctx)
{
    struct eio_server *server = ctx;
    struct span sid = http_req_query(r, "sid");
    struct eio_session *s;

    if (!sid.p)
        return session_open(server, r, w);
    s = session_find(server, sid);
    if (!s->poll || s->poll->probe) { /* it has a WebSocket, or is at it */
        ws_close(w, WS_CLOSE_POLICY);
        return NULL;
    }
    s->poll->probe = w;
    dl_start(&server->upgrades, &s->poll->upgrade, clock_mono_ms());
    return s;
}

/* "5": from now on the WebSocket is the transport. */
static void
take_over(struct eio_session *s)
{
    struct eio_poll *poll = s->poll;
    struct eio_frame *f;

    dl_stop(&poll->upgrade);
    poll_flush(s); /* a held GET ends, with what there is or a "6" */
    s->ws = poll->probe;
    poll->probe = NULL;
    ws_set_max(s->ws, eio_max_payload(s));
    poll_end(s, NULL, true);
    while ((f = frameq_first(&poll->out))) {
        ws_send(s->ws, f);
        frameq_drop(&poll->out);
    }
    poll_free(s);
}

static void
on_probe(struct eio_session *s, bool binary, struct span data)
{
    struct eio_poll *poll = s->poll;

    if (!binary && !poll->probed && span_eqz(data, "2probe")) {
        poll->probed = true;
        ws_send(poll->probe, s->server->pong_probe);
        poll_flush(s);
    } else if (!binary && poll->probed && span_eqz(data, "5") && !poll->post) {
        take_over(s);
    } else {
        dl_stop(&poll->upgrade);
        ws_close(poll->probe, WS_CLOSE_PROTOCOL);
        poll->probe = NULL;
        poll->probed = false;
    }
}

static void
on_message(struct ws *w, bool binary, struct span data, void *user)
{
    struct eio_session *s = user;
    struct eio_packet p = {.type = EIO_MESSAGE, .binary = true, .data = data};

    if (s->poll) {
        on_probe(s, binary, data);
        return;
    }
    if (!session_may_take(s)) {
        s->paused = true;
        ws_pause(w);
    }
    if (!binary && !eio_parse(data, &p))
        session_bad(s);
    else
        session_packet(s, &p);
}

static void
on_close(struct ws *w, const char *reason, void *user)
{
    struct eio_session *s = user;

    if (!s->poll) {
        if (span_eqz(span_of(reason), "slow consumer"))
            s->server->counts.closed_slow++;
        s->ws = NULL;
        session_end(s, reason);
    } else if (s->poll->probe == w) {
        dl_stop(&s->poll->upgrade);
        s->poll->probe = NULL;
        s->poll->probed = false;
    }
}

const struct ws_handler eio_ws_handler = {
    .on_open = on_open,
    .on_message = on_message,
    .on_close = on_close,
};
