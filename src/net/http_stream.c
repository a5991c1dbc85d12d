/* SPDX-License-Identifier: ISC */
#include <assert.h>

#include "base/clock.h"
#include "net/http_impl.h"

/* Bodies of requests, handed on piece by piece. */

static void
set_deadline(struct http_req *r)
{
    r->step = 0;
    dl_start(&r->conn->server->body, &r->conn->deadline, clock_mono_ms());
}

/* All of it is there; the answer may take its time. */
static void
end(struct http_req *r)
{
    r->taken_all = true;
    r->state = REQ_HELD;
    dl_stop(&r->conn->deadline);
    r->sink->end(r, r->sink_ctx);
}

/* May end r. */
static void
hand_on(struct http_req *r, struct span bytes)
{
    r->taken += bytes.len;
    r->step += bytes.len;
    if (r->step >= HTTP_STREAM_STEP_BYTES)
        set_deadline(r);
    r->sink->piece(r, bytes, r->sink_ctx);
}

static void
stream_chunks(struct http_req *r, struct span *in)
{
    static const int status[] = {[CHUNKS_BAD] = 400, [CHUNKS_TOO_LARGE] = 413};
    struct http_conn *c = r->conn;
    struct buf piece = {0};
    enum chunks_rc rc =
        http_chunks_take(&r->chunks, in, &piece, r->body_len - r->taken);

    if (piece.len)
        hand_on(r, buf_span(&piece));
    buf_free(&piece);
    if (c->req != r || r->state != REQ_STREAM)
        return; /* it was answered */
    if (rc == CHUNKS_END)
        end(r);
    else if (rc != CHUNKS_MORE)
        conn_refuse(c, status[rc], NULL);
}

void
req_stream(struct http_req *r, struct span *in)
{
    struct http_conn *c = r->conn;
    size_t n = r->body_len - r->taken;
    struct span piece = *in;

    if (r->chunked) {
        stream_chunks(r, in);
        return;
    }
    if (piece.len > n)
        piece.len = n;
    in->p += piece.len;
    in->len -= piece.len;
    hand_on(r, piece);
    if (c->req == r && r->state == REQ_STREAM && r->taken == r->body_len)
        end(r);
}

void
http_body_take(struct http_req *r, const struct http_sink *sink, void *ctx)
{
    assert(!r->sink && r->streams);
    r->sink = sink;
    r->sink_ctx = ctx;
    if (!r->conn) {
        sink->gone(r, ctx);
        return;
    }
    r->state = REQ_STREAM;
    if (r->taken_all) {
        end(r);
        return;
    }
    set_deadline(r);
    if (r->expects)
        conn_continue(r->conn);
    conn_pump(r->conn);
}

void
http_body_pause(struct http_req *r, bool pause)
{
    if (r->paused == pause)
        return;
    r->paused = pause;
    if (!r->conn || r->state != REQ_STREAM)
        return;
    if (pause) {
        dl_stop(&r->conn->deadline);
        return;
    }
    set_deadline(r);
    conn_pump(r->conn);
}

int64_t
http_body_length(const struct http_req *r)
{
    return r->chunked ? -1 : (int64_t)r->body_len;
}
