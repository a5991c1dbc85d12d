/* SPDX-License-Identifier: ISC */
#include <openssl/ssl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/tap.h"
#include "net/http.h"
#include "net/testpeer.h"
#include "net/tls.h"

/* What is different about connections with TLS.  That HTTP, Engine.IO and
 * Socket.IO are the same through it, their own tests say, which run twice. */
#define GET(path) "GET " path " HTTP/1.1\r\nHost: localhost\r\n\r\n"

enum { FLIGHT_BYTES_MAX = 16 * 1024, ECHO_BYTES = 300 * 1000 };

static char path[40], other_path[40];
static struct http_server *server;
static struct http_counts counts; /* when the peers were gone */

static void
on_hello(struct http_req *r, void *ctx)
{
    (void)ctx;
    http_reply(r, 200, "text/plain", SPAN("hello"), NULL);
}

static void
on_echo(struct http_req *r, void *ctx)
{
    (void)ctx;
    http_reply(r, 200, "text/plain", http_req_body(r), NULL);
}

static void
on_reload(struct http_req *r, void *ctx)
{
    struct span to = http_req_query(r, "to");
    char *file = xstrndup(to.p, to.len);
    struct err err;
    bool ok = http_set_tls(server, file, NULL, &err);

    (void)ctx;
    http_reply(r, 200, "text/plain", ok ? SPAN("taken") : SPAN("kept"), NULL);
    free(file);
}

static const struct http_route routes[] = {
    {HTTP_GET, "/hello", on_hello},
    {HTTP_POST, "/echo", on_echo},
    {HTTP_GET, "/reload", on_reload},
};

static struct http_cfg
usual_cfg(void)
{
    return (struct http_cfg){.host = "127.0.0.1",
        .body_bytes_max = ECHO_BYTES,
        .connections_max = 100,
        .header_timeout_ms = 10000,
        .body_timeout_ms = 10000,
        .tls_cert = path,
        .hsts_s = 60};
}

static void
serve(struct http_cfg cfg, void (*body)(int port))
{
    struct err err = {0};
    struct loop *l = loop_new(&err);

    server = http_new(
        l, &cfg, routes, sizeof(routes) / sizeof(routes[0]), NULL, &err);
    CHECK(server != NULL);
    testpeer_run(l, http_port(server), body);
    counts = http_counts(server);
    http_free(server);
    loop_free(l);
}

static bool
says(struct testpeer *p, const char *request, const char *answer)
{
    struct buf body = {0};
    bool same = testpeer_request(p, request, &body) == 200 &&
                span_eqz(buf_span(&body), answer);

    buf_free(&body);
    return same;
}

static void
open_secret(struct testpeer *p, int port)
{
    testpeer_open_plain(p, port);
    CHECK(testpeer_shake(p));
}

/* ---- a client whose bytes the test moves ---- */

struct client {
    struct testpeer p;
    SSL *ssl;
    BIO *in, *out;
};

static void
client_open(struct client *c, int port)
{
    SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());

    testpeer_open_plain(&c->p, port);
    c->ssl = SSL_new(ctx);
    SSL_CTX_free(ctx);
    c->in = BIO_new(BIO_s_mem());
    c->out = BIO_new(BIO_s_mem());
    SSL_set_bio(c->ssl, c->in, c->out);
    SSL_set_connect_state(c->ssl);
}

static void
client_close(struct client *c)
{
    SSL_free(c->ssl);
    testpeer_close(&c->p);
}

/* Take what the client wants to send. */
static size_t
client_flight(struct client *c, char to[FLIGHT_BYTES_MAX])
{
    int n = BIO_read(c->out, to, FLIGHT_BYTES_MAX);

    return n > 0 ? (size_t)n : 0;
}

/* Give the client what comes next. */
static bool
client_hear(struct client *c)
{
    char bytes[FLIGHT_BYTES_MAX];
    ssize_t n = recv(c->p.fd, bytes, sizeof(bytes), 0);

    return n > 0 && BIO_write(c->in, bytes, (int)n) == n;
}

/* Until the client has sent all of its handshake but the last flight, which
 * stays in its out. */
static bool
client_almost_shaken(struct client *c)
{
    char flight[FLIGHT_BYTES_MAX];

    SSL_do_handshake(c->ssl);
    testpeer_send_bytes(&c->p, (struct span){flight, client_flight(c, flight)});
    while (SSL_do_handshake(c->ssl) != 1)
        if (!client_hear(c))
            return false;
    return true;
}

/* Read what the server says until needle comes. */
static bool
client_until(struct client *c, const char *needle)
{
    char text[FLIGHT_BYTES_MAX];
    int len = 0;

    for (;;) {
        int n = SSL_read(c->ssl, text + len, (int)sizeof(text) - len);
        len += n > 0 ? n : 0;
        if (memmem(text, (size_t)len, needle, strlen(needle)))
            return true;
        if (n <= 0 && !client_hear(c))
            return false;
    }
}

static void
pieces_body(int port)
{
    struct client c;
    char flight[FLIGHT_BYTES_MAX];
    size_t n;

    /* The last flight of the handshake, two requests and half of a third in
     * one segment: nothing else arrives that would wake anybody. */
    client_open(&c, port);
    CHECK(client_almost_shaken(&c));
    SSL_write(c.ssl, GET("/hello"), sizeof(GET("/hello")) - 1);
    SSL_write(c.ssl, GET("/hello"), sizeof(GET("/hello")) - 1);
    SSL_write(c.ssl, GET("/nothing"), sizeof(GET("/nothing")) - 1);
    n = client_flight(&c, flight);
    testpeer_send_bytes(&c.p, (struct span){flight, n - 10});
    CHECK(client_until(&c, "hello"));
    testpeer_send_bytes(&c.p, (struct span){flight + n - 10, 10});
    CHECK(client_until(&c, "404"));
    client_close(&c);

    /* Byte by byte. */
    client_open(&c, port);
    SSL_do_handshake(c.ssl);
    n = client_flight(&c, flight);
    for (size_t i = 0; i < n; i++)
        testpeer_send_bytes(&c.p, (struct span){flight + i, 1});
    while (SSL_do_handshake(c.ssl) != 1)
        CHECK(client_hear(&c));
    SSL_write(c.ssl, GET("/hello"), sizeof(GET("/hello")) - 1);
    n = client_flight(&c, flight);
    for (size_t i = 0; i < n; i++)
        testpeer_send_bytes(&c.p, (struct span){flight + i, 1});
    CHECK(client_until(&c, "hello"));
    client_close(&c);
}

static void
records_come_in_any_pieces(void)
{
    serve(usual_cfg(), pieces_body);
}

static void
wrong_body(int port)
{
    static const char nonsense[] = "\x16\x03\x01\x02\x00nonsense and no hello";
    struct testpeer p;
    SSL_CTX *old = SSL_CTX_new(TLS_client_method());

    testpeer_open_plain(&p, port);
    testpeer_send(&p, GET("/hello"));
    CHECK(testpeer_until(&p, "HTTP/1.1 400 "));
    CHECK(testpeer_until(&p, "this port speaks HTTPS"));
    CHECK(testpeer_closed(&p));
    testpeer_close(&p);

    testpeer_open_plain(&p, port);
    testpeer_send_bytes(&p, (struct span){"\0\1", 2});
    CHECK(testpeer_closed(&p));
    testpeer_close(&p);

    testpeer_open_plain(&p, port);
    for (int i = 0; i < 100; i++)
        testpeer_send_bytes(&p, (struct span){nonsense, sizeof(nonsense)});
    CHECK(testpeer_closed(&p));
    testpeer_close(&p);

    testpeer_open_plain(&p, port);
    SSL_CTX_set_security_level(old, 0);
    SSL_CTX_set_min_proto_version(old, TLS1_VERSION);
    SSL_CTX_set_max_proto_version(old, TLS1_1_VERSION);
    p.tls = SSL_new(old);
    SSL_set_fd(p.tls, p.fd);
    CHECK(SSL_connect(p.tls) != 1);
    testpeer_close(&p);
    SSL_CTX_free(old);

    open_secret(&p, port);
    CHECK(says(&p, GET("/hello"), "hello"));
    testpeer_close(&p);
}

static void
who_speaks_no_tls_or_an_old_one_is_turned_away(void)
{
    serve(usual_cfg(), wrong_body);
    CHECK(counts.handshakes_failed == 4);
    CHECK(counts.handshakes == 1);
}

static void
slow_body(int port)
{
    struct client hello;
    struct testpeer silent, half;
    char flight[FLIGHT_BYTES_MAX];

    testpeer_open_plain(&silent, port);
    testpeer_open_plain(&half, port);
    testpeer_send_bytes(&half, (struct span){"\x16\x03\x01", 3});
    client_open(&hello, port); /* which never says its last word */
    SSL_do_handshake(hello.ssl);
    testpeer_send_bytes(
        &hello.p, (struct span){flight, client_flight(&hello, flight)});
    CHECK(testpeer_closed(&silent));
    CHECK(testpeer_closed(&half));
    CHECK(testpeer_closed(&hello.p));
    testpeer_close(&silent);
    testpeer_close(&half);
    client_close(&hello);
}

static void
a_slow_handshake_is_closed(void)
{
    struct http_cfg cfg = usual_cfg();

    cfg.header_timeout_ms = 100;
    serve(cfg, slow_body);
}

static void
budget_body(int port)
{
    struct client a, b;
    char flight[FLIGHT_BYTES_MAX];

    /* One handshake that is under way is all that an address may have here. */
    client_open(&a, port);
    CHECK(client_almost_shaken(&a));
    client_open(&b, port);
    SSL_do_handshake(b.ssl);
    testpeer_send_bytes(&b.p, (struct span){flight, client_flight(&b, flight)});
    CHECK(testpeer_closed(&b.p));
    client_close(&b);
    SSL_write(a.ssl, GET("/hello"), sizeof(GET("/hello")) - 1);
    testpeer_send_bytes(&a.p, (struct span){flight, client_flight(&a, flight)});
    CHECK(client_until(&a, "hello"));
    client_close(&a);
}

static void
handshakes_under_way_have_a_budget(void)
{
    struct http_cfg cfg = usual_cfg();

    cfg.held_bytes_of_address = 64 * 1024;
    serve(cfg, budget_body);
}

static long
serial(struct testpeer *p)
{
    X509 *cert = SSL_get1_peer_certificate(p->tls);
    long n = ASN1_INTEGER_get(X509_get0_serialNumber(cert));

    X509_free(cert);
    return n;
}

static void
reload_body(int port)
{
    struct testpeer before, after;
    char request[200];

    open_secret(&before, port);
    CHECK(serial(&before) == 1);
    CHECK(says(&before, GET("/reload?to=/nowhere"), "kept"));
    open_secret(&after, port);
    CHECK(serial(&after) == 1);
    testpeer_close(&after);
    snprintf(request, sizeof(request),
        "GET /reload?to=%s HTTP/1.1\r\nHost: x\r\n\r\n", other_path);
    CHECK(says(&before, request, "taken"));
    open_secret(&after, port);
    CHECK(serial(&after) == 2);
    CHECK(says(&after, GET("/hello"), "hello"));
    CHECK(says(&before, GET("/hello"), "hello")); /* goes on */
    testpeer_close(&before);
    testpeer_close(&after);
}

static void
another_certificate_is_for_newcomers(void)
{
    serve(usual_cfg(), reload_body);
}

static void
large_body(int port)
{
    struct buf request = {0}, answer = {0};
    struct testpeer p;
    char *text;

    open_secret(&p, port);
    buf_addf(&request,
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n",
        ECHO_BYTES);
    for (int i = 0; i < ECHO_BYTES; i++)
        buf_addc(&request, (char)('a' + i % 26));
    text = buf_take(&request);
    CHECK(testpeer_request(&p, text, &answer) == 200);
    CHECK(answer.len == ECHO_BYTES &&
          memcmp(answer.p, strstr(text, "\r\n\r\n") + 4, ECHO_BYTES) == 0);
    testpeer_send(&p, GET("/hello"));
    CHECK(testpeer_until(&p, "Strict-Transport-Security: max-age=60\r\n"));
    free(text);
    buf_free(&answer);
    testpeer_close(&p);
}

static void
large_bodies_go_both_ways(void)
{
    serve(usual_cfg(), large_body);
}

static void
redirect_body(int port)
{
    struct testpeer p;

    testpeer_open_plain(&p, port);
    testpeer_send(
        &p, "GET /room/7?x=%20 HTTP/1.1\r\nHost: localhost:80\r\n\r\n");
    CHECK(testpeer_until(&p, "HTTP/1.1 308 "));
    CHECK(testpeer_until(
        &p, "Location: https://localhost:8443/room/7?x=%20\r\n"));
    CHECK(testpeer_closed(&p));
    testpeer_close(&p);
    testpeer_open_plain(&p, port);
    testpeer_send(&p, "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n");
    CHECK(testpeer_until(&p, "HTTP/1.1 421 ")); /* it is sent nowhere */
    testpeer_close(&p);
}

static void
who_comes_by_http_is_sent_to_https(void)
{
    struct http_cfg cfg = usual_cfg();

    cfg.tls_cert = NULL;
    cfg.hosts = "";
    cfg.https_port = 8443;
    serve(cfg, redirect_body);
}

static void
files_that_are_none_are_an_error(void)
{
    struct err err = {0};

    CHECK(!tls_keys_load("/nowhere", "/nowhere", &err));
    CHECK(strcmp(err.text, "certificate /nowhere: No such file or directory") ==
          0);
    CHECK(!tls_keys_load(path, "/dev/null", &err));
    CHECK(strstr(err.text, "key /dev/null"));
}

int
main(void)
{
    testpeer_certify(path);
    testpeer_certify(other_path);
    RUN(records_come_in_any_pieces);
    RUN(who_speaks_no_tls_or_an_old_one_is_turned_away);
    RUN(a_slow_handshake_is_closed);
    RUN(handshakes_under_way_have_a_budget);
    RUN(another_certificate_is_for_newcomers);
    RUN(large_bodies_go_both_ways);
    RUN(who_comes_by_http_is_sent_to_https);
    RUN(files_that_are_none_are_an_error);
    return tap_end();
}
