/* SPDX-License-Identifier: ISC */
#ifndef NET_TEST_EIO_H
#define NET_TEST_EIO_H

#include <semaphore.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/tap.h"
#include "net/eio_server.h"
#include "net/testpeer.h"

/* An echo server that keeps count of its sessions. */
static atomic_int n_open, n_close;
static char last_reason[64];

enum { MUCH_BYTES = 900 * 1000, MUCH_FRAMES = 9 };

/* "wait" makes the server wait for go; then others are counted. */
static sem_t waits, go;
static int n_crowd, n_before_one; /* messages "crowd", and before "one" */

static inline void
on_open(struct eio_session *s, void *ctx)
{
    (void)ctx;
    n_open++;
    eio_set_user(s, &n_open);
    CHECK(strlen(eio_sid(s)) == 20 &&
          strncmp(eio_address(s), "127.0.0.", 8) == 0);
}

/* Of one's own: no frame is in another queue. */
static inline void
say_much(struct eio_session *s)
{
    char *text = xcalloc(1, MUCH_BYTES / MUCH_FRAMES);

    memset(text, 'x', MUCH_BYTES / MUCH_FRAMES);
    for (int i = 0; i < MUCH_FRAMES; i++) {
        struct eio_frame *f =
            eio_frame_new(false, (struct span){text, MUCH_BYTES / MUCH_FRAMES});
        eio_send(s, f);
        eio_frame_unref(f);
    }
    free(text);
}

static inline void
on_message(struct eio_session *s, bool binary, struct span data, void *ctx)
{
    struct eio_frame *f;

    (void)ctx;
    CHECK(eio_user(s) == &n_open);
    if (!binary && span_eqz(data, "close me")) {
        eio_close(s, "asked to");
        return;
    }
    if (span_eqz(data, "wait")) {
        sem_post(&waits);
        sem_wait(&go);
    }
    n_crowd += span_eqz(data, "crowd");
    if (span_eqz(data, "one"))
        n_before_one = n_crowd;
    if (span_eqz(data, "much")) {
        say_much(s);
        return;
    }
    f = eio_frame_new(binary, data);
    eio_send(s, f);
    if (!binary && span_eqz(data, "flood me"))
        for (int i = 0; i < 200000; i++)
            eio_send(s, f);
    eio_frame_unref(f);
}

static inline void
on_close(struct eio_session *s, const char *reason, void *ctx)
{
    (void)s;
    (void)ctx;
    n_close++;
    snprintf(last_reason, sizeof(last_reason), "%s", reason);
}

static const struct eio_handler handler = {on_open, on_message, on_close};

static inline struct eio_cfg
usual_cfg(void)
{
    return (struct eio_cfg){.path = "/engine.io/",
        .ping_interval_ms = 25000,
        .ping_timeout_ms = 20000,
        .max_payload = 100000,
        .out_bytes_max = 1000000,
        .packets_per_turn = 10};
}

static struct eio_counts counts;
static int us_of_address;
static size_t unread_bytes_max;
static struct http_counts http_counted;

static inline void
serve(struct eio_cfg cfg, void (*body)(int port))
{
    struct http_cfg http_cfg = {.host = "127.0.0.1",
        .body_bytes_max = 1000,
        .connections_max = 100,
        .header_timeout_ms = 10000,
        .body_timeout_ms = 10000,
        .cors_origin = "*",
        .us_of_address = us_of_address,
        .unread_bytes_max = unread_bytes_max,
        .tls_cert = testpeer_certificate()};
    struct err err = {0};
    struct loop *l = loop_new(&err);
    struct http_server *http = http_new(l, &http_cfg, NULL, 0, NULL, &err);
    struct eio_server *eio = eio_server_new(http, &cfg, &handler, NULL, &err);

    n_open = n_close = 0;
    testpeer_run(l, http_port(http), body);
    counts = eio_server_counts(eio);
    http_counted = http_counts(http);
    eio_server_free(eio);
    CHECK(n_open == n_close);
    http_free(http);
    loop_free(l);
}

#define PATH "/engine.io/?EIO=4&transport="

static inline int
request(struct testpeer *p, const char *method, const char *query,
    const char *post, struct buf *body)
{
    struct buf head = {0};
    char *text;
    int status;

    buf_addf(&head, "%s " PATH "%s HTTP/1.1\r\nHost: x\r\n", method, query);
    if (post)
        buf_addf(&head, "Content-Length: %zu\r\n", strlen(post));
    buf_addf(&head, "\r\n%s", post ? post : "");
    text = buf_take(&head);
    status = testpeer_request(p, text, body);
    free(text);
    return status;
}

/* Open a polling session; query is then "polling&sid=...". */
static inline void
open_polling(struct testpeer *p, char query[64])
{
    struct buf body = {0};

    CHECK(request(p, "GET", "polling", NULL, &body) == 200);
    CHECK(span_starts(buf_span(&body), SPAN("0{\"sid\":\"")));
    buf_addc(&body, '\0');
    CHECK(strstr(body.p, "\"upgrades\":[\"websocket\"],"));
    CHECK(strstr(body.p, "\"maxPayload\":100000}"));
    snprintf(query, 64, "polling&sid=%.20s", body.p + strlen("0{\"sid\":\""));
    buf_free(&body);
}

#endif
