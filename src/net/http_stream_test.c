/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/tap.h"
#include "net/http.h"
#include "net/testpeer.h"

/* Bodies that come and leave in pieces.  What the handlers saw is of the loop's
 * thread; the peer asks for it by /seen. */
enum {
    BIG_BYTES = 3 * 1024 * 1024,
    STREAM_MAX = 4 * 1024 * 1024,
    PIECE_BYTES = 64 * 1024,
    STREAMS = 3, /* the first routes */
};

static struct loop *loop;
static struct {
    size_t bytes, pieces, largest;
    int gone;
    bool differs;
    struct http_req *req; /* the one under way */
    int sources, sources_ended;
    bool refuse, pause;
} seen;

static char
byte_at(size_t i)
{
    return (char)(i * 7 + i / 251);
}

/* ---- a body that comes ---- */

static void
resume(struct loop_msg *msg)
{
    free(msg);
    if (seen.req)
        http_body_pause(seen.req, false);
}

/* As who writes to a disk: stop, and go on when it is written. */
static void
on_piece(struct http_req *r, struct span bytes, void *ctx)
{
    struct loop_msg *msg;

    CHECK(ctx == &seen);
    for (size_t i = 0; i < bytes.len; i++)
        seen.differs |= bytes.p[i] != byte_at(seen.bytes + i);
    seen.bytes += bytes.len;
    seen.pieces++;
    if (bytes.len > seen.largest)
        seen.largest = bytes.len;
    if (seen.refuse) {
        seen.req = NULL;
        http_reply(r, 409, "text/plain", SPAN("enough"), NULL);
    } else if (seen.pause) {
        http_body_pause(r, true);
        msg = xcalloc(1, sizeof(*msg));
        msg->run = resume;
        loop_post(loop, msg);
    }
}

static void
on_end(struct http_req *r, void *ctx)
{
    char text[64];

    (void)ctx;
    seen.req = NULL;
    CHECK(seen.bytes < BIG_BYTES || seen.pieces > 10);
    CHECK(seen.largest <= 4 * PIECE_BYTES);
    snprintf(text, sizeof(text), "%zu %s", seen.bytes,
        seen.differs ? "other" : "same");
    http_reply(r, 201, "text/plain", span_of(text), NULL);
}

static void
on_gone(struct http_req *r, void *ctx)
{
    (void)ctx;
    seen.gone++;
    seen.req = NULL;
    http_reply(r, 500, NULL, SPAN(""), NULL);
}

static const struct http_sink sink = {on_piece, on_end, on_gone};

static void
begin(struct http_req *r)
{
    seen.req = r;
    seen.bytes = seen.pieces = seen.largest = 0;
    seen.differs = false;
    seen.pause = http_req_query(r, "pause").p;
    seen.refuse = http_req_query(r, "refuse").p;
}

static void
on_put(struct http_req *r, void *ctx)
{
    (void)ctx;
    begin(r);
    http_body_take(r, &sink, &seen);
}

static void
take_now(struct loop_msg *msg)
{
    free(msg);
    http_body_take(seen.req, &sink, &seen);
}

/* Who has to look first whether it may. */
static void
on_later(struct http_req *r, void *ctx)
{
    struct loop_msg *msg = xcalloc(1, sizeof(*msg));

    (void)ctx;
    begin(r);
    msg->run = take_now;
    loop_post(loop, msg);
}

static void
on_forbidden(struct http_req *r, void *ctx)
{
    (void)ctx;
    http_reply(r, 403, "text/plain", SPAN("no"), NULL);
}

/* ---- a body that leaves ---- */

struct giving {
    struct loop_msg msg;
    struct http_req *req; /* NULL: over */
    size_t at, end;
    bool posted, breaks;
};

static void
give(struct loop_msg *msg)
{
    struct giving *g = (struct giving *)msg;
    size_t n = g->end - g->at < PIECE_BYTES ? g->end - g->at : PIECE_BYTES;
    char *piece;

    g->posted = false;
    if (!g->req) {
        free(g);
        return;
    }
    if (g->breaks && g->at > 0) {
        http_reply_piece(g->req, (struct span){NULL, 0});
        return;
    }
    piece = xmalloc(n);
    for (size_t i = 0; i < n; i++)
        piece[i] = byte_at(g->at + i);
    g->at += n;
    http_reply_piece(g->req, (struct span){piece, n});
    free(piece);
}

static void
on_more(struct http_req *r, void *ctx)
{
    struct giving *g = ctx;

    CHECK(g->req == r && !g->posted);
    g->posted = true;
    g->msg.run = give;
    loop_post(loop, &g->msg);
}

static void
on_over(void *ctx)
{
    struct giving *g = ctx;

    seen.sources_ended++;
    g->req = NULL;
    if (!g->posted)
        free(g);
}

static const struct http_source source = {on_more, on_over};

static void
give_big(struct http_req *r, bool breaks)
{
    struct giving *g = xcalloc(1, sizeof(*g));

    seen.sources++;
    g->req = r;
    g->end = BIG_BYTES;
    g->breaks = breaks;
    http_reply_stream(
        r, 206, "text/plain", BIG_BYTES, "X-Extra: 1\r\n", &source, g);
}

static void
on_get(struct http_req *r, void *ctx)
{
    (void)ctx;
    give_big(r, false);
}

static void
on_broken(struct http_req *r, void *ctx)
{
    (void)ctx;
    give_big(r, true);
}

static void
on_seen(struct http_req *r, void *ctx)
{
    char text[64];

    (void)ctx;
    snprintf(text, sizeof(text), "gone=%d open=%d", seen.gone,
        seen.sources - seen.sources_ended);
    http_reply(r, 200, "text/plain", span_of(text), NULL);
}

static const struct http_route routes[] = {
    {HTTP_POST, "/put", on_put},
    {HTTP_POST, "/later", on_later},
    {HTTP_POST, "/forbidden", on_forbidden},
    {HTTP_GET, "/big", on_get},
    {HTTP_GET, "/broken", on_broken},
    {HTTP_GET, "/seen", on_seen},
};

static size_t
body_max_of(size_t route, void *ctx)
{
    (void)ctx;
    return route < STREAMS ? STREAM_MAX : 1000;
}

static bool
streams(size_t route, void *ctx)
{
    (void)ctx;
    return route < STREAMS;
}

static void
serve(void (*body)(int port))
{
    struct http_cfg cfg = {.host = "127.0.0.1",
        .body_bytes_max = 1000,
        .body_bytes_max_of = body_max_of,
        .streams = streams,
        .connections_max = 100,
        .header_timeout_ms = 10000,
        .body_timeout_ms = 10000,
        .tls_cert = testpeer_certificate()};
    struct http_server *s;
    struct err err = {0};

    memset(&seen, 0, sizeof(seen));
    loop = loop_new(&err);
    s = http_new(
        loop, &cfg, routes, sizeof(routes) / sizeof(routes[0]), NULL, &err);
    if (!CHECK(s != NULL))
        exit(1);
    testpeer_run(loop, http_port(s), body);
    http_free(s);
    loop_drain(loop);
    loop_free(loop);
    CHECK(seen.sources == seen.sources_ended);
}

/* Until /seen says so. */
static void
await(int port, const char *text)
{
    struct testpeer p;
    struct buf b = {0};

    testpeer_open(&p, port);
    do
        CHECK(testpeer_request(
                  &p, "GET /seen HTTP/1.1\r\nHost: x\r\n\r\n", &b) == 200);
    while (!span_eqz(buf_span(&b), text));
    buf_free(&b);
    testpeer_close(&p);
}

#define POST(path, more) "POST " path " HTTP/1.1\r\nHost: x\r\n" more "\r\n\r\n"

static void
send_head(struct testpeer *p, const char *path, size_t length)
{
    char head[160];

    snprintf(
        head, sizeof(head), POST("%s", "Content-Length: %zu"), path, length);
    testpeer_send(p, head);
}

static void
send_big(struct testpeer *p, size_t bytes, bool chunked)
{
    enum { STEP = 50000 };
    char *piece = xmalloc(STEP), line[16];

    for (size_t at = 0; at < bytes;) {
        size_t n = bytes - at < STEP ? bytes - at : STEP;
        for (size_t i = 0; i < n; i++)
            piece[i] = byte_at(at + i);
        if (chunked) {
            snprintf(line, sizeof(line), "%zx\r\n", n);
            testpeer_send(p, line);
        }
        testpeer_send_bytes(p, (struct span){piece, n});
        if (chunked)
            testpeer_send(p, "\r\n");
        at += n;
    }
    if (chunked)
        testpeer_send(p, "0\r\n\r\n");
    free(piece);
}

static void
pieces_body(int port)
{
    char want[32];
    struct testpeer p;

    snprintf(want, sizeof(want), "%d same", BIG_BYTES);
    testpeer_open(&p, port); /* one connection for all */
    for (int i = 0; i < 4; i++) {
        static const char *const paths[] = {
            "/put", "/put?pause", "/later", "/later?pause"};
        send_head(&p, paths[i], BIG_BYTES);
        send_big(&p, BIG_BYTES, false);
        CHECK(testpeer_says(&p, "", 201, want));
    }
    testpeer_send(&p, POST("/put", "Transfer-Encoding: chunked"));
    send_big(&p, BIG_BYTES, true);
    CHECK(testpeer_says(&p, "", 201, want));
    testpeer_send(&p, POST("/put?pause", "Transfer-Encoding: chunked"));
    send_big(&p, BIG_BYTES, true);
    CHECK(testpeer_says(&p, "", 201, want));
    CHECK(testpeer_says(&p, POST("/put", "Content-Length: 0"), 201, "0 same"));
    CHECK(testpeer_says(&p, POST("/later", "X: y"), 201, "0 same"));
    testpeer_close(&p);
}

static void
a_body_comes_in_pieces_and_as_fast_as_they_are_taken(void)
{
    serve(pieces_body);
}

static void
refused_body(int port)
{
    struct testpeer p;

    testpeer_open(&p, port); /* before it comes */
    CHECK(testpeer_says(
        &p, POST("/forbidden", "Content-Length: 1000000"), 403, "no"));
    CHECK(testpeer_closed(&p));
    testpeer_close(&p);

    testpeer_open(&p, port); /* and is not asked for */
    testpeer_send(&p,
        POST("/forbidden", "Expect: 100-continue\r\nContent-Length: 1000000"));
    CHECK(testpeer_says(&p, "", 403, "no"));
    testpeer_close(&p);
    testpeer_open(&p, port);
    testpeer_send(
        &p, POST("/put", "Expect: 100-continue\r\nContent-Length: 1"));
    CHECK(testpeer_until(&p, "HTTP/1.1 100 Continue\r\n\r\n"));
    testpeer_send_bytes(&p, (struct span){"", 1});
    CHECK(testpeer_says(&p, "", 201, "1 same"));
    testpeer_close(&p);

    testpeer_open(&p, port); /* too large, as it says */
    CHECK(
        testpeer_says(&p, POST("/put", "Content-Length: 4194305"), 413, NULL));
    CHECK(testpeer_closed(&p));
    testpeer_close(&p);
    testpeer_open(&p, port); /* and as it turns out */
    CHECK(testpeer_says(&p,
        POST("/put", "Transfer-Encoding: chunked") "400001\r\n", 413, NULL));
    CHECK(testpeer_closed(&p));
    testpeer_close(&p);
    testpeer_open(&p, port);
    CHECK(testpeer_says(
        &p, POST("/put", "Transfer-Encoding: chunked") "no\r\n", 400, NULL));
    testpeer_close(&p);

    testpeer_open(&p, port); /* in the middle */
    send_head(&p, "/put?refuse", BIG_BYTES);
    testpeer_send(&p, "a");
    CHECK(testpeer_says(&p, "", 409, "enough"));
    CHECK(testpeer_closed(&p));
    testpeer_close(&p);
    await(port, "gone=2 open=0");
}

static void
an_answer_before_the_end_of_the_body_is_the_end_of_both(void)
{
    serve(refused_body);
}

static void
gone_body(int port)
{
    struct testpeer p;

    for (int i = 0; i < 2; i++) {
        testpeer_open(&p, port);
        send_head(&p, i ? "/later" : "/put", BIG_BYTES);
        send_big(&p, 100000, false);
        testpeer_close(&p);
    }
    await(port, "gone=2 open=0");
}

static void
who_goes_in_the_middle_is_noticed(void)
{
    serve(gone_body);
}

static void
answer_body(int port)
{
    struct testpeer p;
    struct buf b = {0};
    bool same = true;

    testpeer_open(&p, port);
    for (int i = 0; i < 2; i++) {
        CHECK(testpeer_request(
                  &p, "GET /big HTTP/1.1\r\nHost: x\r\n\r\n", &b) == 206);
        CHECK(b.len == BIG_BYTES);
        for (size_t k = 0; k < b.len; k++)
            same &= b.p[k] == byte_at(k);
        CHECK(same);
    }
    testpeer_send(&p, "HEAD /big HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(testpeer_until(&p, "Content-Length: 3145728\r\n"));
    CHECK(testpeer_until(&p, "\r\n\r\n"));
    CHECK(testpeer_says(
        &p, "GET /seen HTTP/1.1\r\nHost: x\r\n\r\n", 200, "gone=0 open=0"));
    testpeer_send(&p, "GET /big HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(testpeer_until(&p, "\r\n\r\n")); /* and no more of it */
    testpeer_close(&p);
    await(port, "gone=0 open=0");

    testpeer_open(&p, port);
    testpeer_send(&p, "GET /broken HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(testpeer_until(&p, "\r\n\r\n"));
    CHECK(testpeer_closed(&p));
    testpeer_close(&p);
    await(port, "gone=0 open=0");
    buf_free(&b);
}

static void
an_answer_leaves_in_pieces_and_ends_when_its_client_does(void)
{
    serve(answer_body);
}

int
main(void)
{
    RUN(a_body_comes_in_pieces_and_as_fast_as_they_are_taken);
    RUN(an_answer_before_the_end_of_the_body_is_the_end_of_both);
    RUN(who_goes_in_the_middle_is_noticed);
    RUN(an_answer_leaves_in_pieces_and_ends_when_its_client_does);
    return tap_end();
}
