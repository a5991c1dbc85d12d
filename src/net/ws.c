/* SPDX-License-Identifier: ISC */
#include "net/ws.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "net/frame.h"
#include "net/ws_impl.h"

/*
 * DESIGN: output.  Frames are built once, with their WebSocket header, and
 * queued by reference.  At the end of the loop turn all that is queued for a
 * connection is copied together and goes out with one lws_write(LWS_WRITE_RAW),
 * without asking for a writable callback first (two epoll_ctl calls each).
 *
 * That is safe beside the control frames which lws writes: a write holds whole
 * frames only, and what the kernel does not take of it lws keeps in its own
 * buffer (buflist_out) and puts before anything written later, its own frames
 * included.  While lws holds such a rest (lws_partial_buffered) the connection
 * is "stuck": nothing more is written until lws, having sent the rest, calls
 * ws_writable.  So lws holds at most one write of ours, and the bound on queued
 * bytes is kept in frames that are shared.
 */
struct ws {
    struct http_conn *conn;
    const struct ws_handler *handler;
    void *user;
    struct ws *dirty_next;
    struct frameq out;
    struct buf rx; /* a message that arrives in pieces */
    size_t message_max;
    const char *gone_reason; /* for on_close when the connection breaks */
    short close_code; /* not 0: we are closing, deaf to what comes */
    bool said_goodbye; /* the close frame is with lws */
    bool dirty; /* in the server's list of those to flush */
    bool stuck; /* lws holds a rest of the last write */
    bool peer_closed;
};

static int
close_now(struct ws *w)
{
    w->said_goodbye = true;
    lws_close_reason(
        w->conn->wsi, (enum lws_close_status)w->close_code, NULL, 0);
    return -1;
}

int
ws_established(struct http_conn *c)
{
    struct http_req *r = c->req;
    struct ws *w = xcalloc(1, sizeof(*w));

    w->conn = c;
    w->handler = r->claim->ws;
    w->message_max = r->claim->body_max;
    w->gone_reason = "transport close";
    c->ws = w;
    c->req = NULL;
    dl_stop(&c->deadline);
    w->user = w->handler->on_open(w, r, r->claim->ctx);
    req_free(r);
    return 0;
}

static void
mark_dirty(struct ws *w)
{
    struct http_server *s = w->conn->server;

    if (w->dirty)
        return;
    w->dirty = true;
    w->dirty_next = NULL;
    *s->dirty_last = w;
    s->dirty_last = &w->dirty_next;
}

static void
unmark_dirty(struct ws *w)
{
    struct http_server *s = w->conn->server;
    struct ws **at = &s->dirty_first;

    if (!w->dirty)
        return;
    while (*at != w)
        at = &(*at)->dirty_next;
    *at = w->dirty_next;
    if (s->dirty_last == &w->dirty_next)
        s->dirty_last = at;
    w->dirty = false;
}

/* Copy as many queued frames as fit into the scratch buffer. */
static size_t
gather(struct ws *w)
{
    unsigned char *scratch = w->conn->server->scratch;
    struct eio_frame *f;
    size_t len = 0;

    while ((f = frameq_first(&w->out)) && len + f->len <= SCRATCH_BYTES) {
        memcpy(scratch + len, f->bytes, f->len);
        len += f->len;
        frameq_drop(&w->out);
    }
    return len;
}

static bool
write_some(struct ws *w)
{
    struct eio_frame *f = frameq_first(&w->out);
    struct lws *wsi = w->conn->wsi;
    bool ok;

    if (w->out.n > 1 && f->len < SCRATCH_BYTES)
        return lws_write(wsi, w->conn->server->scratch, gather(w),
                   LWS_WRITE_RAW) >= 0;
    ok = lws_write(wsi, f->bytes, f->len, LWS_WRITE_RAW) >= 0;
    frameq_drop(&w->out);
    return ok;
}

/* False: the connection is broken. */
static bool
flush(struct ws *w)
{
    while (w->out.n && !w->stuck) {
        if (!write_some(w))
            return false;
        if (lws_partial_buffered(w->conn->wsi)) {
            w->stuck = true;
            if (!w->close_code)
                dl_start(&w->conn->server->stuck, &w->conn->deadline,
                    clock_mono_ms());
        }
    }
    return true;
}

int
ws_writable(struct ws *w)
{
    if (w->stuck) {
        w->stuck = false;
        if (!w->close_code)
            dl_stop(&w->conn->deadline);
    }
    if (w->peer_closed || w->said_goodbye)
        return 0;
    if (!flush(w))
        return -1;
    return w->close_code && !w->stuck ? close_now(w) : 0;
}

void
ws_flush_all(struct http_server *s)
{
    struct ws *w;

    while ((w = s->dirty_first)) {
        s->dirty_first = w->dirty_next;
        if (!s->dirty_first)
            s->dirty_last = &s->dirty_first;
        w->dirty = false;
        if (w->conn->doomed || w->peer_closed || w->said_goodbye)
            continue;
        if (!flush(w))
            conn_doom(w->conn);
        else if (w->close_code && !w->stuck)
            lws_callback_on_writable(w->conn->wsi);
    }
}

/* What lws passes us is a piece of a frame's payload, of at most WS_RX_BYTES. */
int
ws_received(struct ws *w, struct span chunk)
{
    struct lws *wsi = w->conn->wsi;
    bool final = lws_is_final_fragment(wsi);
    struct span whole = chunk;

    if (w->close_code || w->peer_closed || w->conn->doomed)
        return 0;
    if (w->rx.len + chunk.len + lws_remaining_packet_payload(wsi) >
        w->message_max) {
        void *user = w->user;
        ws_close(w, WS_CLOSE_TOO_BIG);
        w->handler->on_close(w, "message too large", user);
        return flush(w) && !w->stuck ? close_now(w) : 0;
    }
    if (w->rx.len || !final) {
        buf_adds(&w->rx, chunk);
        if (!final)
            return 0;
        whole = buf_span(&w->rx);
    }
    w->handler->on_message(w, lws_frame_is_binary(wsi), whole, w->user);
    if (w->rx.cap)
        buf_free(&w->rx);
    return 0;
}

/* Codes which may be sent (RFC 6455 7.4, IANA registry). */
static bool
close_code_valid(unsigned code)
{
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
           (code >= 3000 && code <= 4999);
}

int
ws_peer_closing(struct ws *w, struct span payload)
{
    const unsigned char *p = (const unsigned char *)payload.p;
    bool ours = w->close_code != 0;

    w->peer_closed = true;
    frameq_clear(&w->out);
    dl_start(&w->conn->server->closing, &w->conn->deadline, clock_mono_ms());
    if (!ours)
        w->handler->on_close(w, "transport close", w->user);
    w->close_code = 0;
    if (payload.len == 1 ||
        (payload.len >= 2 && !close_code_valid((unsigned)p[0] << 8 | p[1])))
        w->close_code = WS_CLOSE_PROTOCOL;
    else if (payload.len > 2 &&
             !utf8_valid((struct span){payload.p + 2, payload.len - 2}))
        w->close_code = WS_CLOSE_BAD_UTF8;
    return w->close_code ? close_now(w) : 0;
}

void
ws_gone(struct ws *w)
{
    if (!w->close_code && !w->peer_closed)
        w->handler->on_close(w, w->gone_reason, w->user);
    unmark_dirty(w);
    frameq_clear(&w->out);
    buf_free(&w->rx);
    free(w);
}

void
ws_send(struct ws *w, struct eio_frame *f)
{
    if (w->close_code || w->peer_closed || w->conn->doomed)
        return;
    frameq_push(&w->out, f);
    mark_dirty(w);
    /* More than a write takes: a burst to a peer that reads must not look
     * like a peer that does not. */
    if (w->out.bytes > SCRATCH_BYTES && !w->stuck && !flush(w))
        conn_doom(w->conn);
}

size_t
ws_queued(const struct ws *w)
{
    return w->out.bytes;
}

void
ws_close(struct ws *w, enum ws_close_code code)
{
    if (w->close_code || w->peer_closed || w->conn->doomed)
        return;
    w->close_code = (short)code;
    dl_start(&w->conn->server->closing, &w->conn->deadline, clock_mono_ms());
    mark_dirty(w);
}

void
ws_kill(struct ws *w)
{
    w->close_code = WS_CLOSE_POLICY;
    frameq_clear(&w->out);
    conn_doom(w->conn);
}

void
ws_too_slow(struct ws *w)
{
    w->gone_reason = "slow consumer";
    conn_doom(w->conn);
}

void
ws_going_away(struct ws *w)
{
    static const unsigned char goodbye[] = {0x88, 2, 1001 >> 8, 1001 & 0xff};
    unsigned char bytes[LWS_PRE + sizeof(goodbye)];

    memcpy(bytes + LWS_PRE, goodbye, sizeof(goodbye));
    if (w->close_code || w->conn->doomed || w->peer_closed)
        return;
    if (flush(w) && !w->stuck)
        lws_write(
            w->conn->wsi, bytes + LWS_PRE, sizeof(goodbye), LWS_WRITE_RAW);
    w->close_code = WS_CLOSE_GOING_AWAY;
    w->said_goodbye = true;
    dl_start(&w->conn->server->closing, &w->conn->deadline, clock_mono_ms());
}

void
ws_pause(struct ws *w)
{
    lws_rx_flow_control(w->conn->wsi, 0);
}

void
ws_resume(struct ws *w)
{
    lws_rx_flow_control(w->conn->wsi, 1);
}

void
ws_set_user(struct ws *w, void *user)
{
    w->user = user;
}

const char *
ws_peer(const struct ws *w)
{
    return w->conn->peer;
}
