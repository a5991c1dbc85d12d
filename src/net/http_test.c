/* SPDX-License-Identifier: ISC */
#include "net/http.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/tap.h"
#include "net/testpeer.h"

enum { BIG_BYTES = 3 * 1024 * 1024, BODY_MAX = 1000 };

static struct loop *loop;
static struct http_req *held; /* by /held, until /release */
static char *big; /* [BIG_BYTES] */

static void
on_hello(struct http_req *r, void *ctx)
{
    struct buf b = {0};

    CHECK(ctx == &loop);
    buf_addf(&b, "hello %.*s, x=%.*s, token=%.*s",
        SPAN_ARG(http_req_param(r, 0)), SPAN_ARG(http_req_query(r, "x")),
        SPAN_ARG(http_req_header(r, "x-session-token")));
    http_reply(r, 200, "text/plain", buf_span(&b), "X-Extra: 1\r\n");
    buf_free(&b);
}

static void
on_echo(struct http_req *r, void *ctx)
{
    (void)ctx;
    http_reply(r, 201, NULL, http_req_body(r), NULL);
}

static void
on_big(struct http_req *r, void *ctx)
{
    (void)ctx;
    http_reply(r, 200, "text/plain", (struct span){big, BIG_BYTES}, NULL);
}

static void
on_held(struct http_req *r, void *ctx)
{
    (void)ctx;
    held = r;
}

static void
on_release(struct http_req *r, void *ctx)
{
    (void)ctx;
    if (held)
        http_reply(held, 200, "text/plain", SPAN("at last"), NULL);
    held = NULL;
    http_reply(r, 200, "text/plain", SPAN("released"), NULL);
}

static void
on_waiting(struct http_req *r, void *ctx)
{
    (void)ctx;
    http_reply(r, 200, "text/plain", held ? SPAN("yes") : SPAN("no"), NULL);
}

static void
on_fail(struct http_req *r, void *ctx)
{
    (void)ctx;
    http_reply_err(r, &(struct err){FAIL_CONFLICT, "the name \"x\" is taken"});
}

static void
on_tail(struct http_req *r, void *ctx)
{
    (void)ctx;
    http_reply(r, 200, "text/plain", http_req_tail(r), NULL);
}

static const struct http_route routes[] = {
    {HTTP_GET, "/hello/:name", on_hello},
    {HTTP_POST, "/echo", on_echo},
    {HTTP_PUT, "/echo", on_echo},
    {HTTP_DELETE, "/echo", on_echo},
    {HTTP_GET, "/big", on_big},
    {HTTP_GET, "/held", on_held},
    {HTTP_POST, "/held", on_held},
    {HTTP_GET, "/waiting", on_waiting},
    {HTTP_GET, "/release", on_release},
    {HTTP_POST, "/fail", on_fail},
    {HTTP_GET, "/files/*", on_tail},
};

static struct http_cfg
usual_cfg(void)
{
    return (struct http_cfg){.host = "127.0.0.1",
        .body_bytes_max = BODY_MAX,
        .connections_max = 100,
        .header_timeout_ms = 10000,
        .body_timeout_ms = 10000,
        .cors_origin = "*",
        .tls_cert = testpeer_certificate()};
}

static void
serve(struct http_cfg cfg, void (*body)(int port))
{
    struct err err = {0};
    struct http_server *s;

    loop = loop_new(&err);
    s = http_new(
        loop, &cfg, routes, sizeof(routes) / sizeof(routes[0]), &loop, &err);
    if (!CHECK(s != NULL)) {
        printf("# %s\n", err.text);
        exit(1);
    }
    CHECK(http_port(s) > 0);
    testpeer_run(loop, http_port(s), body);
    if (held)
        http_reply(held, 200, NULL, SPAN(""), NULL);
    held = NULL;
    http_free(s);
    loop_free(loop);
}

#define GET(path) "GET " path " HTTP/1.1\r\nHost: x\r\n\r\n"
#define SEND(method, path, len, body)                                          \
    method " " path " HTTP/1.1\r\nHost: x\r\nContent-Length: " len             \
           "\r\n\r\n" body

static void
routes_body(int port)
{
    struct testpeer p;

    testpeer_open(&p, port); /* all on one connection */
    CHECK(testpeer_says(&p,
        "GET /hello/a%20b?x=1%262+3&y HTTP/1.1\r\nHost: x\r\n"
        "X-Session-Token:  t0k \r\n\r\n",
        200, "hello a b, x=1&2 3, token=t0k"));
    CHECK(testpeer_says(&p, SEND("POST", "/echo", "5", "12345"), 201, "12345"));
    CHECK(testpeer_says(&p, SEND("POST", "/echo", "0", ""), 201, ""));
    CHECK(testpeer_says(&p, SEND("PUT", "/echo", "2", "ab"), 201, "ab"));
    CHECK(testpeer_says(&p, SEND("DELETE", "/echo", "2", "ab"), 201, "ab"));
    CHECK(
        testpeer_says(&p, "DELETE /echo HTTP/1.1\r\nHost: x\r\n\r\n", 201, ""));
    CHECK(testpeer_says(&p, GET("/nowhere"), 404, NULL));
    CHECK(testpeer_says(&p, GET("/echo"), 405, NULL));
    CHECK(testpeer_says(&p, SEND("POST", "/nowhere", "3", "abc"), 404, NULL));
    CHECK(testpeer_says(&p, GET("/files/a/b.css"), 200, "a/b.css"));
    CHECK(testpeer_says(
        &p, "HEAD /hello/x HTTP/1.1\r\nHost: x\r\n\r\n", 200, NULL));
    CHECK(testpeer_says(&p, SEND("POST", "/fail", "0", ""), 409,
        "{\"success\":false,\"error\":\"the name \\\"x\\\" is taken\","
        "\"code\":\"CONFLICT\"}"));
    CHECK(testpeer_says(&p, GET("/hello/again"), 200, NULL));
    testpeer_close(&p);
}

static void
requests_find_their_routes_and_share_a_connection(void)
{
    serve(usual_cfg(), routes_body);
}

#define CHUNKED                                                                \
    "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"

static void
chunks_body(int port)
{
    struct testpeer p;

    testpeer_open(&p, port);
    CHECK(testpeer_says(
        &p, CHUNKED "5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n", 201, "hello!"));
    CHECK(testpeer_says(&p, CHUNKED "0\r\n\r\n", 201, ""));
    testpeer_send(&p, CHUNKED "2\r\n"); /* in two pieces, the next behind it */
    CHECK(testpeer_says(&p, "ab\r\n0\r\n\r\n" GET("/hello/x"), 201, "ab"));
    CHECK(testpeer_says(&p, "", 200, NULL));
    CHECK(testpeer_says(&p,
        "POST /nowhere HTTP/1.1\r\nHost: x\r\n"
        "Transfer-Encoding: chunked\r\n\r\n",
        404, NULL));
    CHECK(testpeer_closed(&p));
    testpeer_close(&p);
}

static void
a_body_in_chunks_is_a_body(void)
{
    serve(usual_cfg(), chunks_body);
}

static void
limits_body(int port)
{
    struct testpeer p;
    struct buf big_post = {0}, head = {0};
    char *text;

    buf_addf(&big_post, SEND("POST", "/echo", "%d", ""), BODY_MAX + 1);
    for (int i = 0; i <= BODY_MAX; i++)
        buf_addc(&big_post, 'x');
    text = buf_take(&big_post);
    testpeer_open(&p, port);
    CHECK(testpeer_says(&p, text, 413, NULL));
    CHECK(testpeer_says(
        &p, GET("/hello/x"), 200, NULL)); /* the body was discarded */
    free(text);
    CHECK(testpeer_says(&p, "POST /echo HTTP/1.1\r\nHost: x\r\n\r\n", 201, ""));
    CHECK(testpeer_says(
        &p, GET("/hello/x"), 200, NULL)); /* no body is an empty one */
    testpeer_close(&p);

    testpeer_open(&p, port);
    CHECK(testpeer_says(
        &p, "GET / HTTP/1.1\nHost: x\n\n", 400, NULL)); /* at once */
    CHECK(testpeer_closed(&p));
    testpeer_close(&p);

    testpeer_open(&p, port);
    CHECK(testpeer_says(&p,
        "GET /hello/x HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", 200, NULL));
    CHECK(testpeer_says(&p, "GET /hello/x HTTP/1.0\r\n\r\n", 200, NULL));
    CHECK(testpeer_closed(&p));
    testpeer_close(&p);

    testpeer_open(&p, port);
    CHECK(testpeer_says(&p, CHUNKED "3e9\r\n", 413, NULL)); /* 1001 */
    CHECK(testpeer_closed(&p));
    testpeer_close(&p);

    testpeer_open(&p, port);
    CHECK(testpeer_says(&p, CHUNKED "5\nhello", 400, NULL));
    CHECK(testpeer_closed(&p));
    testpeer_close(&p);

    testpeer_open(&p, port);
    CHECK(testpeer_says(&p, SEND("POST", "/echo", "-5", ""), 400, NULL));
    testpeer_close(&p);

    testpeer_open(&p, port); /* headers without end */
    buf_addz(&head, "GET / HTTP/1.1\r\nX-Big: ");
    for (int i = 0; i < 100000; i++)
        buf_addc(&head, 'x');
    testpeer_send_bytes(&p, buf_span(&head));
    CHECK(testpeer_closed(&p));
    testpeer_close(&p);
    buf_free(&head);
}

static void
oversized_and_unmeasured_requests_are_refused(void)
{
    serve(usual_cfg(), limits_body);
}

static void
big_body(int port)
{
    struct testpeer p, other;
    struct buf b = {0};

    testpeer_open(&p, port);
    testpeer_open(&other, port);
    /* Nobody reads /big yet, and a second request lies behind it: others are
     * served, and both answers arrive whole. */
    testpeer_send(&p, GET("/big") GET("/hello/next"));
    CHECK(testpeer_says(&other, GET("/hello/x"), 200, NULL));
    CHECK(testpeer_request(&p, "", &b) == 200);
    CHECK(b.len == BIG_BYTES && memcmp(b.p, big, BIG_BYTES) == 0);
    CHECK(testpeer_says(&p, "", 200, "hello next, x=, token="));
    buf_free(&b);
    testpeer_close(&p);
    testpeer_open(&p, port); /* and one that never reads */
    testpeer_send(&p, GET("/big"));
    CHECK(testpeer_says(&other, GET("/hello/x"), 200, NULL));
    testpeer_close(&p);
    CHECK(testpeer_says(&other, GET("/hello/x"), 200, NULL));
    testpeer_close(&other);
}

static void
large_answers_leave_as_the_client_reads(void)
{
    big = xmalloc(BIG_BYTES);
    for (size_t i = 0; i < BIG_BYTES; i++)
        big[i] = (char)(i * 7 + i / 251);
    serve(usual_cfg(), big_body);
    free(big);
}

/* Until /held is held. */
static void
await_held(struct testpeer *p)
{
    struct buf b = {0};

    do
        CHECK(testpeer_request(p, GET("/waiting"), &b) == 200);
    while (!span_eqz(buf_span(&b), "yes"));
    buf_free(&b);
}

static void
held_body(int port)
{
    struct testpeer p, other;

    testpeer_open(&other, port);
    testpeer_open(&p, port);
    testpeer_send(&p, SEND("POST", "/held", "2", "ab") GET("/hello/x"));
    await_held(&other);
    CHECK(testpeer_says(&other, GET("/release"), 200, "released"));
    CHECK(testpeer_says(&p, "", 200, "at last"));
    CHECK(testpeer_says(&p, "", 200, "hello x, x=, token="));

    testpeer_send(&p, GET("/held"));
    await_held(&other);
    testpeer_close(&p); /* gone before the answer */
    CHECK(testpeer_says(&other, GET("/hello/x"), 200, NULL));
    CHECK(testpeer_says(&other, GET("/release"), 200, "released"));
    testpeer_close(&other);
}

static void
an_answer_may_come_later_or_too_late(void)
{
    serve(usual_cfg(), held_body);
}

static void
cors_body(int port)
{
    struct testpeer p;

    testpeer_open(&p, port);
    testpeer_send(&p,
        "OPTIONS /echo HTTP/1.1\r\nHost: x\r\nOrigin: http://a\r\n"
        "Access-Control-Request-Method: POST\r\n\r\n");
    CHECK(testpeer_until(&p, "HTTP/1.1 204 "));
    CHECK(testpeer_until(&p, "Access-Control-Allow-Origin: http://a\r\n"));
    CHECK(testpeer_until(&p, "Access-Control-Allow-Methods: "));
    CHECK(testpeer_until(&p, "\r\n\r\n"));
    testpeer_send(&p, GET("/hello/x"));
    CHECK(testpeer_until(&p, "Access-Control-Allow-Origin: http://a\r\n"));
    testpeer_close(&p);
}

static void
cors_headers_name_the_allowed_origin(void)
{
    struct http_cfg cfg = usual_cfg();

    cfg.cors_origin = "http://a";
    serve(cfg, cors_body);
}

#define HOST(name, more)                                                       \
    "GET /hello/x HTTP/1.1\r\nHost: " name "\r\n" more "\r\n"

static void
hosts_body(int port)
{
    static const struct {
        const char *head;
        int status;
    } cases[] = {
        {HOST("localhost:1", ""), 200},
        {HOST("chat.example", "Origin: https://chat.example\r\n"), 200},
        {HOST("evil.example", ""), 421},
        {HOST("evil.example", "Origin: http://evil.example\r\n"), 421},
        {HOST("localhost", "Origin: http://evil.example\r\n"), 403},
        {HOST("localhost", "Origin: null\r\n"), 403},
        {"GET http://evil.example/hello/x HTTP/1.1\r\nHost: localhost\r\n\r\n",
            421},
    };
    struct testpeer p;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        testpeer_open(&p, port);
        CHECK(testpeer_says(&p, cases[i].head, cases[i].status, NULL));
        testpeer_close(&p);
    }
}

static void
who_asks_for_another_name_or_from_another_page_is_turned_away(void)
{
    struct http_cfg cfg = usual_cfg();

    cfg.cors_origin = "";
    cfg.hosts = "chat.example";
    serve(cfg, hosts_body);
}

static void
slow_body(int port)
{
    struct testpeer silent, headers, body;

    testpeer_open(&silent, port);
    testpeer_open(&headers, port);
    testpeer_open(&body, port);
    testpeer_send(&headers, "GET / HTTP/1.1\r\nHost:");
    testpeer_send(&body, SEND("POST", "/echo", "5", "12"));
    CHECK(testpeer_until(&headers, "HTTP/1.1 408 "));
    CHECK(testpeer_closed(&headers));
    CHECK(testpeer_closed(&silent));
    CHECK(testpeer_until(&body, "HTTP/1.1 408 "));
    CHECK(testpeer_closed(&body));
    testpeer_close(&silent);
    testpeer_close(&headers);
    testpeer_close(&body);
}

static void
slow_requests_time_out(void)
{
    struct http_cfg cfg = usual_cfg();

    cfg.header_timeout_ms = testpeer_certificate() ? 2000 : 50; /* to shake */
    cfg.body_timeout_ms = 50;
    serve(cfg, slow_body);
}

static void
crowd_body(int port)
{
    struct testpeer a, b, c;

    testpeer_open(&a, port);
    CHECK(testpeer_says(&a, GET("/hello/x"), 200, NULL));
    testpeer_open(&b, port);
    CHECK(testpeer_says(&b, GET("/hello/x"), 200, NULL));
    testpeer_open(&c, port);
    CHECK(testpeer_certificate() || testpeer_until(&c, "HTTP/1.1 503 "));
    CHECK(testpeer_closed(&c));
    testpeer_close(&c);
    CHECK(testpeer_says(&a, GET("/hello/x"), 200, NULL));
    testpeer_close(&b);
    do { /* until the server has noticed that b left */
        testpeer_open(&c, port);
        if (testpeer_says(&c, GET("/hello/x"), 200, NULL))
            break;
        testpeer_close(&c);
    } while (true);
    testpeer_close(&c);
    testpeer_close(&a);
}

static void
more_connections_than_allowed_are_turned_away(void)
{
    struct http_cfg cfg = usual_cfg();

    cfg.connections_max = 2;
    serve(cfg, crowd_body);
}

static void
expect_body(int port)
{
    struct testpeer p;

    testpeer_open(&p, port);
    testpeer_send(&p, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n"
                      "Expect: 100-continue\r\n\r\n");
    CHECK(testpeer_until(&p, "HTTP/1.1 100 Continue\r\n\r\n"));
    CHECK(testpeer_says(&p, "ab", 201, "ab"));
    CHECK(testpeer_says(&p,
        "GET /hello/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 200,
        NULL));
    CHECK(testpeer_closed(&p));
    testpeer_close(&p);
    testpeer_open(&p, port);
    CHECK(testpeer_upgrade(&p, "/hello/x") == 404); /* no WebSocket there */
    testpeer_close(&p);
}

static void
client_may_ask_to_continue_and_to_close(void)
{
    serve(usual_cfg(), expect_body);
}

static void
a_taken_port_is_an_error(void)
{
    struct http_cfg cfg = usual_cfg();
    struct err err = {0};
    struct loop *l = loop_new(&err);
    struct http_server *first = http_new(l, &cfg, NULL, 0, NULL, &err);

    CHECK(first != NULL);
    cfg.port = http_port(first);
    CHECK(!http_new(l, &cfg, NULL, 0, NULL, &err));
    CHECK(strstr(err.text, "cannot listen"));
    http_free(first);
    loop_free(l);
}

int
main(void)
{
    RUN(requests_find_their_routes_and_share_a_connection);
    RUN(a_body_in_chunks_is_a_body);
    RUN(oversized_and_unmeasured_requests_are_refused);
    RUN(large_answers_leave_as_the_client_reads);
    RUN(an_answer_may_come_later_or_too_late);
    RUN(cors_headers_name_the_allowed_origin);
    RUN(who_asks_for_another_name_or_from_another_page_is_turned_away);
    RUN(slow_requests_time_out);
    RUN(more_connections_than_allowed_are_turned_away);
    RUN(client_may_ask_to_continue_and_to_close);
    RUN(a_taken_port_is_an_error);
    return tap_end();
}
