/* SPDX-License-Identifier: ISC */
#include "net/http.h"

#include <semaphore.h>
#include <stdlib.h>

#include "base/tap.h"
#include "net/testpeer.h"

/* What one address may do to the requests of another. */
enum { CROWD = 10, CROWD_ASKS = 30, ONE_ASKS = 10 };

#define ASK(path, from)                                                        \
    "GET " path " HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: " from "\r\n\r\n"

static sem_t waits, go;
static int n_crowd, n_before_one; /* requests of the crowd, and before one's */

static void
on_wait(struct http_req *r, void *ctx)
{
    (void)ctx;
    sem_post(&waits);
    sem_wait(&go);
    http_reply(r, 200, "text/plain", SPAN("waited"), NULL);
}

static void
on_crowd(struct http_req *r, void *ctx)
{
    (void)ctx;
    n_crowd++;
    http_reply(r, 200, "text/plain", SPAN("crowd"), NULL);
}

static void
on_one(struct http_req *r, void *ctx)
{
    (void)ctx;
    n_before_one = n_crowd;
    http_reply(r, 200, "text/plain", SPAN("one"), NULL);
}

static const struct http_route routes[] = {
    {HTTP_GET, "/wait", on_wait},
    {HTTP_GET, "/crowd", on_crowd},
    {HTTP_GET, "/one", on_one},
};

static struct http_cfg
usual_cfg(void)
{
    return (struct http_cfg){.host = "127.0.0.1",
        .connections_max = 100,
        .header_timeout_ms = 10000,
        .body_timeout_ms = 10000,
        .us_of_address = 1, /* one request, and then the others' */
        .tls_cert = testpeer_certificate()};
}

static void
serve(struct http_cfg cfg, void (*body)(int port))
{
    struct err err = {0};
    struct loop *l = loop_new(&err);
    struct http_server *s = http_new(
        l, &cfg, routes, sizeof(routes) / sizeof(routes[0]), NULL, &err);

    sem_init(&waits, 0, 0);
    sem_init(&go, 0, 0);
    n_crowd = n_before_one = 0;
    testpeer_run(l, http_port(s), body);
    http_free(s);
    loop_free(l);
}

/* In one piece, so that all of it is there at once. */
static void
send_many(struct testpeer *p, const char *request, int n)
{
    struct buf all = {0};

    while (n-- > 0)
        buf_addz(&all, request);
    testpeer_send_bytes(p, buf_span(&all));
    buf_free(&all);
}

/* While the server waits, a crowd asks for much on many connections, and
 * somebody for little.  proxy: all come through it. */
static void
ask(int port, bool proxy)
{
    struct testpeer crowd[CROWD], waiter, one;

    testpeer_open_from(&waiter, port, proxy ? "127.0.0.1" : "127.0.0.3");
    testpeer_open(&one, port);
    for (int i = 0; i < CROWD; i++) {
        testpeer_open_from(&crowd[i], port, proxy ? "127.0.0.1" : "127.0.0.2");
        CHECK(
            testpeer_says(&crowd[i], ASK("/crowd", "192.0.2.2"), 200, "crowd"));
    }
    n_crowd = 0;
    testpeer_send(&waiter, ASK("/wait", "192.0.2.3"));
    sem_wait(&waits);
    for (int i = 0; i < CROWD; i++)
        send_many(&crowd[i], ASK("/crowd", "192.0.2.2"), CROWD_ASKS);
    send_many(&one, ASK("/one", "192.0.2.1"), ONE_ASKS);
    sem_post(&go);
    for (int n = 0; n < ONE_ASKS; n++)
        CHECK(testpeer_until(&one, "\r\n\r\none"));
    for (int i = 0; i < CROWD; i++) {
        for (int n = 0; n < CROWD_ASKS; n++)
            CHECK(testpeer_until(
                &crowd[i], "\r\n\r\ncrowd")); /* nothing is lost */
        testpeer_close(&crowd[i]);
    }
    testpeer_close(&one);
    testpeer_close(&waiter);
    if (!CHECK(n_before_one <= CROWD * CROWD_ASKS / 2))
        printf("# %d before one\n", n_before_one);
}

static void
direct_body(int port)
{
    ask(port, false);
}

static void
proxy_body(int port)
{
    ask(port, true);
}

static void
many_connections_of_an_address_delay_others_by_its_share(void)
{
    serve(usual_cfg(), direct_body);
}

static void
behind_a_proxy_each_client_has_a_share(void)
{
    struct http_cfg cfg = usual_cfg();

    cfg.trust_proxy = "127.0.0.1";
    serve(cfg, proxy_body);
}

static void
places_body(int port)
{
    struct testpeer one, two, three, other;

    testpeer_open_from(&one, port, "127.0.0.2");
    testpeer_open_from(&two, port, "127.0.0.2");
    CHECK(testpeer_says(&one, ASK("/one", ""), 200, "one"));
    CHECK(testpeer_says(&two, ASK("/one", ""), 200, "one"));
    testpeer_open_from(&three, port, "127.0.0.2");
    CHECK(testpeer_closed(&three));
    testpeer_close(&three);
    testpeer_open(&other, port);
    CHECK(testpeer_says(&other, ASK("/one", ""), 200, "one"));
    testpeer_close(&other);
    testpeer_close(&two);
    testpeer_close(&one);
}

static void
an_address_has_so_many_connections(void)
{
    struct http_cfg cfg = usual_cfg();

    cfg.connections_of_address = 2;
    serve(cfg, places_body);
}

/* All of them connect while the server does not look. */
static void
rush_body(int port)
{
    struct testpeer crowd[CROWD], waiter;

    testpeer_open(&waiter, port);
    testpeer_send(&waiter, ASK("/wait", ""));
    sem_wait(&waits);
    for (int i = 0; i < CROWD; i++)
        testpeer_open_plain(&crowd[i], port);
    sem_post(&go);
    CHECK(testpeer_until(&waiter, "waited"));
    for (int i = 0; i < CROWD; i++) {
        if (testpeer_certificate())
            CHECK(testpeer_shake(&crowd[i]));
        CHECK(testpeer_says(&crowd[i], ASK("/one", ""), 200, "one"));
        testpeer_close(&crowd[i]);
    }
    testpeer_close(&waiter);
}

static void
a_rush_of_connections_is_accepted_over_some_turns(void)
{
    serve(usual_cfg(), rush_body);
}

int
main(void)
{
    RUN(many_connections_of_an_address_delay_others_by_its_share);
    RUN(behind_a_proxy_each_client_has_a_share);
    RUN(an_address_has_so_many_connections);
    RUN(a_rush_of_connections_is_accepted_over_some_turns);
    return tap_end();
}
