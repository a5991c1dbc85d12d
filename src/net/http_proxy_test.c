/* SPDX-License-Identifier: ISC */
#include <stdlib.h>

#include "base/tap.h"
#include "net/http.h"
#include "net/testpeer.h"

/* A server behind proxies: below a path of their site, and with the PROXY
 * protocol. */
#define GET(path) "GET " path " HTTP/1.1\r\nHost: x\r\n\r\n"
#define FORWARDED                                                              \
    "GET /whence HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 198.51.100.9\r\n\r\n"
#define V1 "PROXY TCP4 192.0.2.7 127.0.0.1 4711 3000\r\n"
#define V2_MARK "\r\n\r\n\0\r\nQUIT\n"

static void
on_hello(struct http_req *r, void *ctx)
{
    (void)ctx;
    http_reply(r, 200, "text/plain", http_req_query(r, "x"), NULL);
}

static void
on_whence(struct http_req *r, void *ctx)
{
    (void)ctx;
    http_reply(r, 200, "text/plain", span_of(http_req_client(r)), NULL);
}

static const struct http_route routes[] = {
    {HTTP_GET, "/hello", on_hello},
    {HTTP_GET, "/whence", on_whence},
};

static void
serve(struct http_cfg cfg, void (*body)(int port))
{
    struct err err = {0};
    struct loop *l = loop_new(&err);
    struct http_server *s;

    cfg.host = "127.0.0.1";
    cfg.body_bytes_max = 1000;
    cfg.connections_max = 100;
    cfg.header_timeout_ms = cfg.body_timeout_ms = PEER_WAIT_MS;
    cfg.tls_cert = testpeer_certificate();
    s = http_new(
        l, &cfg, routes, sizeof(routes) / sizeof(routes[0]), NULL, &err);
    if (!CHECK(s != NULL)) {
        printf("# %s\n", err.text);
        exit(1);
    }
    testpeer_run(l, http_port(s), body);
    http_free(s);
    loop_free(l);
}

static void
base_body(int port)
{
    struct testpeer p;

    testpeer_open(&p, port);
    CHECK(testpeer_says(&p, GET("/team/chat/hello?x=1"), 200, "1"));
    CHECK(testpeer_says(&p, GET("/team/ch%61t/hello?x=2"), 200, "2"));
    CHECK(testpeer_says(&p, GET("/hello?x=3"), 200, "3")); /* a health check */
    CHECK(testpeer_says(&p, GET("/team/chatter/hello"), 404, NULL));
    CHECK(testpeer_says(&p, GET("/team/hello"), 404, NULL));
    CHECK(testpeer_says(&p, GET("/team/chat/team/chat/hello"), 404, NULL));
    testpeer_send(&p, GET("/team/chat?x=1"));
    CHECK(testpeer_until(&p, "HTTP/1.1 308 "));
    CHECK(testpeer_until(&p, "Location: /team/chat/?x=1\r\n"));
    testpeer_close(&p);
}

static void
what_lies_below_the_base_path_is_ours(void)
{
    serve((struct http_cfg){.base_path = "/team/chat"}, base_body);
}

/* Connect as a proxy that says so much first, and then perhaps by TLS. */
static void
open_as(struct testpeer *p, int port, struct span herald)
{
    testpeer_open_plain(p, port);
    for (size_t i = 0; i < herald.len; i++) /* the network cuts anywhere */
        testpeer_send_bytes(p, (struct span){herald.p + i, 1});
    if (testpeer_certificate())
        CHECK(testpeer_shake(p));
}

static bool
comes_from(int port, struct span herald, const char *want)
{
    struct testpeer p;
    bool same;

    open_as(&p, port, herald);
    same = testpeer_says(&p, FORWARDED, 200, want) &&
           testpeer_says(&p, FORWARDED, 200, want);
    testpeer_close(&p);
    return same;
}

static void
herald_body(int port)
{
    struct testpeer p;

    /* What a client of the proxy says of itself is not believed. */
    CHECK(comes_from(port, SPAN(V1), "192.0.2.7"));
    CHECK(comes_from(
        port, SPAN("PROXY TCP6 2001:db8::7 ::1 1 2\r\n"), "2001:db8::7"));
    CHECK(comes_from(port,
        SPAN(V2_MARK "\x21\x11\x00\x0c\xc0\x00\x02\x08\x7f\x00\x00\x01\x12\x34"
                     "\x0b\xb8"),
        "192.0.2.8"));
    /* But what the proxy says of it, as without the protocol. */
    CHECK(comes_from(port, SPAN("PROXY UNKNOWN\r\n"), "198.51.100.9"));
    CHECK(comes_from(port, SPAN(V2_MARK "\x20\x00\x00\x00"), "198.51.100.9"));
    CHECK(comes_from(port, SPAN(""), "198.51.100.9"));
    testpeer_open_plain(&p, port);
    testpeer_send(&p, "PROXY TCP4 me you 1 2\r\n" FORWARDED);
    CHECK(testpeer_closed(&p));
    testpeer_close(&p);
}

static void
a_trusted_proxy_says_whose_connection_it_is(void)
{
    serve((struct http_cfg){.trust_proxy = "127.0.0.1", .proxy_protocol = true},
        herald_body);
}

static void
stranger_body(int port)
{
    struct testpeer p;

    testpeer_open_plain(&p, port);
    testpeer_send(&p, V1 FORWARDED);
    if (!testpeer_certificate())
        CHECK(testpeer_until(&p, "HTTP/1.1 400 "));
    CHECK(testpeer_closed(&p));
    testpeer_close(&p);
    testpeer_open(&p, port);
    CHECK(testpeer_says(&p, FORWARDED, 200, "127.0.0.1"));
    testpeer_close(&p);
}

static void
others_cannot_say_who_they_are(void)
{
    serve((struct http_cfg){.trust_proxy = "192.0.2.1", .proxy_protocol = true},
        stranger_body);
    serve((struct http_cfg){.trust_proxy = "192.0.2.1"}, stranger_body);
}

int
main(void)
{
    RUN(what_lies_below_the_base_path_is_ours);
    RUN(a_trusted_proxy_says_whose_connection_it_is);
    RUN(others_cannot_say_who_they_are);
    return tap_end();
}
