/* SPDX-License-Identifier: ISC */
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "net/eio_impl.h"
#include "net/http_impl.h"
#include "wire/eio.h"

static void
refuse(struct http_req *r, int code, const char *message)
{
    char body[128];
    int n = snprintf(
        body, sizeof(body), "{\"code\":%d,\"message\":\"%s\"}", code, message);

    http_reply(r, 400, NULL, (struct span){body, (size_t)n}, NULL);
}

static void
reply_text(struct http_req *r, struct span text)
{
    http_reply(r, 200, "text/plain; charset=UTF-8", text,
        "Cache-Control: no-store\r\n");
}

static void
note_unread(struct eio_session *s)
{
    backlog_note(
        s->server->http->backlog, &s->poll->behind, s->poll->out.bytes, 0);
}

static void
on_cut(struct backlog_entry *e)
{
    struct eio_session *s =
        lws_container_of(e, struct eio_poll, behind)->session;

    if (!s->closed)
        session_slow(s);
    frameq_clear(&s->poll->out);
    note_unread(s);
}

struct eio_poll *
poll_new(struct eio_session *s)
{
    struct eio_poll *poll = xcalloc(1, sizeof(*poll));

    poll->session = s;
    poll->behind.cut = on_cut;
    return poll;
}

void
poll_free(struct eio_session *s)
{
    frameq_clear(&s->poll->out);
    note_unread(s);
    buf_free(&s->poll->scratch);
    free(s->poll);
    s->poll = NULL;
}

void
poll_queue(struct eio_session *s, struct eio_frame *f)
{
    frameq_push(&s->poll->out, f);
    note_unread(s);
}

/* Answer the held GET with all that is queued, then with text. */
static void
answer_get(struct eio_session *s, const char *text)
{
    struct eio_poll *poll = s->poll;
    struct http_req *get = poll->get;
    struct buf payload = {0};
    struct eio_frame *f;

    poll->get = NULL;
    buf_reserve(&payload, poll->out.bytes + 8);
    while ((f = frameq_first(&poll->out))) {
        frame_put_polling(&payload, f);
        frameq_drop(&poll->out);
    }
    note_unread(s);
    if (text && (payload.len == 0 || text[0] == '1')) {
        if (payload.len)
            buf_addc(&payload, EIO_SEPARATOR);
        buf_addz(&payload, text);
    }
    reply_text(get, buf_span(&payload));
    buf_free(&payload);
}

void
poll_flush(struct eio_session *s)
{
    if (s->poll->get && (s->poll->out.n || s->poll->probed))
        answer_get(s, "6");
}

void
poll_end(struct eio_session *s, const char *text, bool post_ok)
{
    struct http_req *post = s->poll->post;

    if (s->poll->get)
        answer_get(s, text);
    s->poll->post = NULL;
    if (!post)
        return;
    if (post_ok)
        reply_text(post, SPAN("ok"));
    else
        refuse(post, 3, "Bad request");
}

void
poll_continue(struct eio_session *s)
{
    struct eio_poll *poll = s->poll;
    struct http_req *post = poll->post;
    struct eio_packet p;

    while (poll->post && poll->post_rest.p) {
        if (!session_may_take(s))
            return;
        if (!eio_payload_next(&poll->post_rest, &poll->scratch, &p) ||
            (!p.binary && !utf8_valid(p.data))) {
            session_bad(s);
            return;
        }
        if (!session_packet(s, &p))
            return;
    }
    buf_free(&poll->scratch);
    if (post && poll->post) {
        poll->post = NULL;
        reply_text(post, SPAN("ok"));
    }
    poll_flush(s);
}

static void
on_post(struct eio_session *s, struct http_req *r)
{
    if (s->poll->post) { /* the client may send the next after "ok" only */
        refuse(r, 3, "Bad request");
        session_bad(s);
        return;
    }
    s->poll->post = r;
    s->poll->post_rest = http_req_body(r);
    if (!s->poll->post_rest.p)
        s->poll->post_rest = SPAN("");
    if (!s->waiting && !s->wait.share)
        poll_continue(s);
}

static void
on_get(struct eio_session *s, struct http_req *r)
{
    if (s->poll->get) {
        eio_close(s, "transport error");
        refuse(r, 3, "Bad request");
        return;
    }
    s->poll->get = r;
    poll_flush(s);
}

static void
on_handshake(struct eio_server *server, struct http_req *r)
{
    struct eio_session *s;

    if (http_req_method(r) != HTTP_GET) {
        refuse(r, 2, "Bad handshake method");
        return;
    }
    if (!session_has_place(server, r)) {
        http_reply(r, 503, NULL,
            SPAN("{\"code\":4,\"message\":\"Too many connections\"}"), NULL);
        return;
    }
    s = session_open(server, r, NULL);
    if (s->closed) {
        refuse(r, 4, "Forbidden");
        return;
    }
    s->poll->get = r;
    answer_get(s, NULL);
}

void
poll_request(struct http_req *r, void *ctx)
{
    struct eio_server *server = ctx;
    struct span sid = http_req_query(r, "sid");
    struct span transport = http_req_query(r, "transport");
    struct eio_session *s;

    if (http_req_method(r) == HTTP_OPTIONS) {
        http_reply(r, 204, NULL, SPAN(""), NULL);
        return;
    }
    if (!span_eqz(http_req_query(r, "EIO"), "4")) {
        refuse(r, 5, "Unsupported protocol version");
        return;
    }
    if (!span_eqz(transport, "polling")) {
        refuse(r, span_eqz(transport, "websocket") ? 3 : 0,
            span_eqz(transport, "websocket") ? "Bad request"
                                             : "Transport unknown");
        return;
    }
    if (!sid.p) {
        on_handshake(server, r);
        return;
    }
    session_beat(server, clock_mono_ms()); /* it may be overdue */
    s = session_find(server, sid);
    if (!s)
        refuse(r, 1, "Session ID unknown");
    else if (!s->poll || http_req_method(r) > HTTP_POST)
        refuse(r, 3, "Bad request");
    else if (http_req_method(r) == HTTP_POST)
        on_post(s, r);
    else
        on_get(s, r);
}

void
poll_gone(struct http_req *r, void *ctx)
{
    struct eio_server *server = ctx;
    struct eio_session *s = session_find(server, http_req_query(r, "sid"));

    if (s && s->poll && (s->poll->get == r || s->poll->post == r)) {
        if (s->poll->get == r)
            s->poll->get = NULL;
        else
            s->poll->post = NULL;
        eio_close(s, "transport close");
    }
    http_reply(r, 400, NULL, SPAN(""), NULL); /* only ends the request */
}
