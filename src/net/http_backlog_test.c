/* SPDX-License-Identifier: ISC */
#include "net/http.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/tap.h"
#include "net/testpeer.h"

/* Answers that nobody reads. */
enum { MB = 1000 * 1000, MAX_MB = 20 };

static char *text; /* [MAX_MB] */
static struct http_counts counts;

static void
on_mb(struct http_req *r, void *ctx)
{
    size_t n = (size_t)atoi(http_req_param(r, 0).p) * MB;

    (void)ctx;
    http_reply(r, 200, "text/plain", (struct span){text, n}, NULL);
}

static const struct http_route routes[] = {{HTTP_GET, "/mb/:n", on_mb}};

#define GET(path) "GET " path " HTTP/1.1\r\nHost: x\r\n\r\n"

static void
unread_body(int port)
{
    struct testpeer most, less, third;
    struct buf body = {0};

    testpeer_open(&most, port);
    testpeer_open(&less, port);
    testpeer_open(&third, port);
    testpeer_send(&most, GET("/mb/12"));
    CHECK(testpeer_until(&most, "200 OK"));
    testpeer_send(&less, GET("/mb/8"));
    CHECK(testpeer_until(&less, "200 OK"));
    CHECK(testpeer_request(&third, GET("/mb/1"), &body) == 200);
    CHECK(body.len == MB); /* who reads is served */
    testpeer_send(&third, GET("/mb/9")); /* and now that is too much */
    CHECK(testpeer_until(&third, "200 OK"));
    CHECK(testpeer_closed(&most));
    CHECK(testpeer_until(&less, "x\r\nend") &&
          testpeer_until(&third, "x\r\nend"));
    testpeer_close(&third);
    testpeer_close(&less);
    testpeer_close(&most);
    buf_free(&body);
}

static void
who_has_read_least_is_cut_off_when_too_much_is_unread(void)
{
    struct http_cfg cfg = {.host = "127.0.0.1",
        .connections_max = 100,
        .header_timeout_ms = 10000,
        .body_timeout_ms = 10000,
        .unread_bytes_max = (size_t)MAX_MB * MB + MB / 2,
        .tls_cert = testpeer_certificate()};
    struct err err = {0};
    struct loop *l = loop_new(&err);
    struct http_server *s = http_new(l, &cfg, routes, 1, NULL, &err);

    text = xmalloc((size_t)MAX_MB * MB);
    memset(text, 'x', (size_t)MAX_MB * MB);
    for (int n = 1; n <= MAX_MB; n++)
        memcpy(text + n * MB - 6, "x\r\nend", 6);
    testpeer_run(l, http_port(s), unread_body);
    counts = http_counts(s);
    CHECK(counts.cut_off == 1);
    http_free(s);
    loop_free(l);
    free(text);
}

int
main(void)
{
    RUN(who_has_read_least_is_cut_off_when_too_much_is_unread);
    return tap_end();
}
