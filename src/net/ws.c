/* SPDX-License-Identifier: ISC */
#include "net/ws.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "net/frame.h"
#include "net/ws_head.h"
#include "net/ws_impl.h"

/*
 * DESIGN: output.  Frames are built once, with their WebSocket header, and
 * queued by reference.  At the end of the loop turn all that is queued for a
 * connection is copied together and goes out with one lws_write, without
 * asking for a writable callback first (two epoll_ctl calls each).
 *
 * What the kernel does not take of a write lws keeps.  Until it has sent that
 * rest (conn_writable) the connection is stuck and nothing more is written, so
 * lws holds at most one write of ours, and the bound on queued bytes is kept
 * in frames that are shared.
 */
enum ws_state {
    WS_OPEN,
    WS_CLOSING, /* we close: a close frame is queued or sent */
    WS_CLOSED, /* the peer's close frame has come: the last word is ours */
};

enum { CONTROL_QUEUE_MAX = 64 * 1024 }; /* no more pongs than that waits */

struct ws {
    struct http_conn *conn;
    const struct ws_handler *handler;
    void *user;
    struct ws *dirty_next;
    struct frameq out;
    struct buf message; /* fragments so far */
    size_t message_max;
    const char *gone_reason; /* for on_close when the connection breaks */
    enum ws_state state;
    bool dirty; /* in the server's list of those to flush */
    bool paused;
    bool fragmented; /* a message has begun */
    bool binary; /* and is of this kind */
};

void
ws_established(struct http_conn *c, struct http_req *r, struct span key)
{
    struct ws *w = xcalloc(1, sizeof(*w));
    struct buf head = {0};
    char accept[WS_ACCEPT_BYTES];

    w->conn = c;
    w->handler = r->claim->ws;
    w->message_max = r->claim->body_max(r, r->claim->ctx);
    w->gone_reason = "transport close";
    c->ws = w;
    dl_stop(&c->deadline);
    ws_accept_key(key, accept);
    buf_addf(&head,
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n",
        accept);
    conn_write(c, head.p, head.len);
    buf_free(&head);
    w->user = w->handler->on_open(w, r, r->claim->ctx);
    req_free(r);
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

static void
flush(struct ws *w)
{
    struct http_conn *c = w->conn;
    struct eio_frame *f;

    while ((f = frameq_first(&w->out)) && !c->stuck) {
        if (w->out.n > 1 && f->len < SCRATCH_BYTES) {
            size_t len = gather(w);
            if (!conn_write(c, c->server->scratch, len))
                return;
        } else {
            if (!conn_write(c, f->bytes, f->len))
                return;
            frameq_drop(&w->out);
        }
    }
    if (w->state == WS_CLOSED && !w->out.n && !c->stuck)
        conn_finish(c);
    else if (c->stuck && w->state == WS_OPEN)
        dl_start(&c->server->stuck, &c->deadline, clock_mono_ms());
    conn_note_unread(c);
}

void
ws_writable(struct ws *w)
{
    if (w->state == WS_OPEN)
        dl_stop(&w->conn->deadline);
    flush(w);
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
        if (!w->conn->doomed && !w->conn->ending)
            flush(w);
    }
}

void
ws_send(struct ws *w, struct eio_frame *f)
{
    if (w->state != WS_OPEN || w->conn->doomed)
        return;
    frameq_push(&w->out, f);
    mark_dirty(w);
    /* More than a write takes: a burst to a peer that reads must not look
     * like a peer that does not. */
    if (w->conn->stuck)
        conn_note_unread(w->conn);
    else if (w->out.bytes > SCRATCH_BYTES)
        flush(w);
}

size_t
ws_queued(const struct ws *w)
{
    return w->out.bytes;
}

static void
send_control(struct ws *w, enum ws_opcode opcode, struct span payload)
{
    struct eio_frame *f = frame_control((unsigned)opcode, payload);

    frameq_push(&w->out, f);
    mark_dirty(w);
    eio_frame_unref(f);
}

/* Queue a close frame; what comes after it is not sent. */
static void
say_goodbye(struct ws *w, enum ws_state state, struct span payload)
{
    send_control(w, WS_CLOSE, payload);
    w->state = state;
    dl_start(&w->conn->server->closing, &w->conn->deadline, clock_mono_ms());
}

void
ws_close(struct ws *w, enum ws_close_code code)
{
    char payload[2] = {(char)(code >> 8), (char)code};

    if (w->state == WS_OPEN && !w->conn->doomed)
        say_goodbye(w, WS_CLOSING, (struct span){payload, sizeof(payload)});
    else if (w->state == WS_OPEN)
        w->state = WS_CLOSED; /* who closes it hears no more of it */
}

void
ws_close_now(struct ws *w, enum ws_close_code code)
{
    ws_close(w, code);
    if (!w->conn->doomed)
        flush(w);
}

void
ws_kill(struct ws *w)
{
    w->state = WS_CLOSED;
    frameq_clear(&w->out);
    conn_doom(w->conn);
}

void
ws_too_slow(struct ws *w)
{
    w->gone_reason = "slow consumer";
    frameq_clear(&w->out);
    conn_doom(w->conn);
}

void
ws_gone(struct ws *w)
{
    if (w->state == WS_OPEN)
        w->handler->on_close(w, w->gone_reason, w->user);
    unmark_dirty(w);
    frameq_clear(&w->out);
    buf_free(&w->message);
    free(w);
}

/* The peer broke a rule: tell the owner, say why, close. */
static void
violated(struct ws *w, enum ws_close_code code, const char *reason)
{
    if (w->state != WS_OPEN)
        return;
    ws_close(w, code);
    w->handler->on_close(w, reason, w->user);
}

size_t
ws_held(const struct ws *w)
{
    return w->message.cap;
}

void
ws_set_max(struct ws *w, size_t message_max)
{
    w->message_max = message_max;
}

void
ws_too_much(struct ws *w)
{
    violated(w, WS_CLOSE_LATER, "too much at once");
    buf_free(&w->message);
}

static void
on_close_frame(struct ws *w, struct span payload)
{
    enum ws_state was = w->state;
    int verdict = ws_close_verdict(payload);
    char code[2] = {(char)(verdict >> 8), (char)verdict};

    if (was == WS_OPEN) {
        say_goodbye(w, WS_CLOSED,
            verdict ? (struct span){code, sizeof(code)} : payload);
        w->handler->on_close(w, "transport close", w->user);
    } else {
        w->state = WS_CLOSED; /* the answer to ours */
        mark_dirty(w);
    }
}

static void
on_control(struct ws *w, const struct ws_head *h, struct span payload)
{
    if (h->opcode == WS_CLOSE)
        on_close_frame(w, payload);
    else if (h->opcode == WS_PING && w->state == WS_OPEN &&
             w->out.bytes < CONTROL_QUEUE_MAX)
        send_control(w, WS_PONG, payload);
}

static void
deliver(struct ws *w, bool binary, struct span data)
{
    if (!binary && !utf8_valid(data))
        violated(w, WS_CLOSE_BAD_UTF8, "transport error");
    else
        w->handler->on_message(w, binary, data, w->user);
}

static void
on_data(struct ws *w, const struct ws_head *h, struct span payload)
{
    bool begins = h->opcode != WS_CONTINUATION;

    if (begins == w->fragmented) { /* RFC 6455 5.4 */
        violated(w, WS_CLOSE_PROTOCOL, "transport error");
    } else if (begins && h->fin) { /* the usual case copies nothing */
        deliver(w, h->opcode == WS_BINARY, payload);
    } else {
        if (begins)
            w->binary = h->opcode == WS_BINARY;
        w->fragmented = !h->fin;
        buf_adds(&w->message, payload);
        if (h->fin) {
            deliver(w, w->binary, buf_span(&w->message));
            buf_free(&w->message);
        }
    }
}

struct span
ws_received(struct ws *w, struct span in)
{
    struct ws_head h;

    while (!w->paused && !w->conn->doomed && w->state != WS_CLOSED) {
        enum ws_rc rc = ws_head_parse(in, &h);
        struct span payload = {in.p + h.len, (size_t)h.payload_len};

        if (rc == WS_BAD) {
            violated(w, WS_CLOSE_PROTOCOL, "transport error");
            return (struct span){NULL, 0};
        }
        if (rc == WS_MORE)
            return in;
        if (h.payload_len + w->message.len > w->message_max) {
            violated(w, WS_CLOSE_TOO_BIG, "message too large");
            return (struct span){NULL, 0};
        }
        if (in.len - h.len < h.payload_len)
            return in;
        ws_unmask((char *)payload.p, payload.len, h.mask);
        in.p += h.len + payload.len;
        in.len -= h.len + payload.len;
        if (h.opcode >= WS_CLOSE)
            on_control(w, &h, payload);
        else if (w->state == WS_OPEN)
            on_data(w, &h, payload);
    }
    return w->paused ? in : (struct span){NULL, 0};
}

bool
ws_paused(const struct ws *w)
{
    return w->paused;
}

void
ws_pause(struct ws *w)
{
    w->paused = true; /* its connection sees to the rest */
}

void
ws_resume(struct ws *w)
{
    w->paused = false;
    conn_pump(w->conn);
}

const char *
ws_peer(const struct ws *w)
{
    return w->conn->peer;
}
