/* SPDX-License-Identifier: ISC */
#include "net/eio_server.h"

#include <semaphore.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "base/tap.h"
#include "net/testpeer.h"

/* An echo server that keeps count of its sessions. */
static atomic_int n_open, n_close;
static char last_reason[64];

enum { MUCH_BYTES = 900 * 1000, MUCH_FRAMES = 9 };

/* "wait" makes the server wait for go; then others are counted. */
static sem_t waits, go;
static int n_crowd, n_before_one; /* messages "crowd", and before "one" */

static void
on_open(struct eio_session *s, void *ctx)
{
    (void)ctx;
    n_open++;
    eio_set_user(s, &n_open);
    CHECK(strlen(eio_sid(s)) == 20 &&
          strncmp(eio_address(s), "127.0.0.", 8) == 0);
}

/* Of one's own: no frame is in another queue. */
static void
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

static void
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

static void
on_close(struct eio_session *s, const char *reason, void *ctx)
{
    (void)s;
    (void)ctx;
    n_close++;
    snprintf(last_reason, sizeof(last_reason), "%s", reason);
}

static const struct eio_handler handler = {on_open, on_message, on_close};

static struct eio_cfg
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

static void
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
        .tls_cert = peer_certificate()};
    struct err err = {0};
    struct loop *l = loop_new(&err);
    struct http_server *http = http_new(l, &http_cfg, NULL, 0, NULL, &err);
    struct eio_server *eio = eio_server_new(http, &cfg, &handler, NULL, &err);

    n_open = n_close = 0;
    peer_run(l, http_port(http), body);
    counts = eio_server_counts(eio);
    http_counted = http_counts(http);
    eio_server_free(eio);
    CHECK(n_open == n_close);
    http_free(http);
    loop_free(l);
}

#define PATH "/engine.io/?EIO=4&transport="

static int
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
    status = peer_request(p, text, body);
    free(text);
    return status;
}

/* Open a polling session; query is then "polling&sid=...". */
static void
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

static bool
gets(struct testpeer *p, const char *query, int status, const char *text)
{
    struct buf body = {0};
    int got = request(p, "GET", query, NULL, &body);
    bool same = got == status && (!text || span_eqz(buf_span(&body), text));

    if (!same)
        printf("# got %d %.*s\n", got, SPAN_ARG(buf_span(&body)));
    buf_free(&body);
    return same;
}

static bool
posts(struct testpeer *p, const char *query, const char *text, int status)
{
    struct buf body = {0};
    int got = request(p, "POST", query, text, &body);
    bool same =
        got == status && (status != 200 || span_eqz(buf_span(&body), "ok"));

    if (!same)
        printf("# got %d %.*s\n", got, SPAN_ARG(buf_span(&body)));
    buf_free(&body);
    return same;
}

static void
send_get(struct testpeer *p, const char *query)
{
    char head[160];

    snprintf(head, sizeof(head), "GET " PATH "%s HTTP/1.1\r\nHost: x\r\n\r\n",
        query);
    peer_send(p, head);
}

static void
polling_body(int port)
{
    struct testpeer p, poll;
    struct buf body = {0};
    char query[64];

    peer_open(&p, port);
    peer_open(&poll, port);
    open_polling(&p, query);
    CHECK(posts(&p, query,
        "4a\x1e"
        "bAQIDBA==\x1e"
        "4\xc3\xa9",
        200));
    CHECK(gets(&p, query, 200,
        "4a\x1e"
        "bAQIDBA==\x1e"
        "4\xc3\xa9"));
    send_get(&poll, query); /* held until there is something */
    CHECK(posts(&p, query, "4late", 200));
    CHECK(peer_request(&poll, "", &body) == 200);
    CHECK(span_eqz(buf_span(&body), "4late"));
    CHECK(posts(&p, query, "1", 200));
    CHECK(gets(&p, query, 400, NULL));
    buf_free(&body);
    peer_close(&poll);
    peer_close(&p);
}

static void
polling_carries_packets_both_ways(void)
{
    serve(usual_cfg(), polling_body);
}

static void
flood_body(int port)
{
    struct buf post = {0}, want = {0}, body = {0};
    struct testpeer p;
    char query[64], *text;

    for (int i = 0; i < 5000; i++)
        buf_addf(&post, "%s4%d", i ? "\x1e" : "", i);
    buf_adds(&want, buf_span(&post));
    text = buf_take(&post);
    peer_open(&p, port);
    open_polling(&p, query);
    CHECK(posts(&p, query, text, 200)); /* 500 turns of 10 */
    CHECK(request(&p, "GET", query, NULL, &body) == 200);
    CHECK(span_eq(buf_span(&body), buf_span(&want)));
    free(text);
    buf_free(&want);
    buf_free(&body);
    peer_close(&p);
}

static void
a_large_payload_is_worked_off_over_many_turns(void)
{
    serve(usual_cfg(), flood_body);
}

static void
violations_body(int port)
{
    static const char *const bad[] = {
        "abc", "", "7", "4a\x1e", "bA", "2", "4\xff", "4a\x1exxx"};
    struct buf body = {0}, big = {0};
    struct testpeer p, poll;
    char query[64], *text;

    peer_open(&p, port);
    CHECK(gets(&p, "polling&sid=nobody", 400, NULL));
    CHECK(gets(&p, "pigeon", 400, NULL));
    CHECK(posts(&p, "polling", "4a", 400));
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        open_polling(&p, query);
        CHECK(posts(&p, query, bad[i], 400));
        CHECK(gets(&p, query, 400, NULL));
    }
    open_polling(&p, query); /* two GETs, whichever comes first */
    peer_open(&poll, port);
    send_get(&poll, query);
    send_get(&p, query);
    if (peer_request(&poll, "", &body) == 200) {
        CHECK(span_eqz(buf_span(&body), "1"));
        CHECK(peer_request(&p, "", &body) == 400);
    } else {
        CHECK(peer_request(&p, "", &body) == 200);
        CHECK(span_eqz(buf_span(&body), "1"));
    }
    CHECK(gets(&p, query, 400, NULL));

    open_polling(&p, query);
    for (int i = 0; i < 100001; i++)
        buf_addc(&big, '4');
    text = buf_take(&big);
    CHECK(posts(&p, query, text, 413));
    free(text);

    send_get(&poll, query);
    CHECK(posts(&p, query, "3", 200));
    peer_close(&poll); /* gives up waiting */
    while (gets(&p, "pigeon", 400, NULL) && n_close < n_open)
        ;
    CHECK(strcmp(last_reason, "transport close") == 0);
    CHECK(gets(&p, query, 400, NULL));
    buf_free(&body);
    peer_close(&p);
}

static void
violations_end_a_polling_session(void)
{
    serve(usual_cfg(), violations_body);
    CHECK(counts.closed_bad == 8);
}

static void
websocket_body(int port)
{
    struct testpeer p;
    struct buf b = {0};
    char *text;

    peer_open(&p, port);
    CHECK(peer_upgrade(&p, PATH "websocket") == 101);
    CHECK(peer_next(&p, &b) == 1 && memmem(b.p, b.len, "\"upgrades\":[]", 13));
    peer_say(&p, "4hello");
    CHECK(peer_hears(&p, "4hello"));
    peer_frame(&p, 2, SPAN("\0\1\2"));
    CHECK(peer_next(&p, &b) == 2 && span_eq(buf_span(&b), SPAN("\0\1\2")));
    peer_frame(&p, 9, SPAN("ping"));
    CHECK(peer_next(&p, &b) == 10 && span_eqz(buf_span(&b), "ping"));
    buf_reset(&b);
    for (int i = 0; i < 100000; i++)
        buf_addc(&b, '4');
    text = buf_take(&b);
    peer_say(&p, text); /* just fits */
    CHECK(peer_hears(&p, text));
    peer_say(&p, "4close me");
    CHECK(peer_close_code(&p) == 1000);
    peer_close(&p);

    peer_open(&p, port); /* the announced length is enough */
    CHECK(peer_upgrade(&p, PATH "websocket") == 101);
    peer_send_bytes(&p, SPAN("\x81\xff\0\0\0\0\0\1\x86\xa1\1\1\1\1x"));
    CHECK(peer_close_code(&p) == 1009);
    peer_close(&p);

    peer_open(&p, port);
    CHECK(peer_upgrade(&p, PATH "websocket") == 101);
    peer_say(&p, "4\xff");
    CHECK(peer_close_code(&p) == 1007);
    peer_close(&p);

    peer_open(&p, port);
    CHECK(peer_upgrade(&p, PATH "websocket") == 101);
    peer_frame(&p, 8, SPAN("\x03\xe8"));
    CHECK(peer_close_code(&p) == 1000);
    CHECK(peer_closed(&p));
    peer_close(&p);
    free(text);
    buf_free(&b);
}

static void
websocket_carries_packets_both_ways_within_its_limit(void)
{
    serve(usual_cfg(), websocket_body);
}

static void
upgrade_body(int port)
{
    struct testpeer p, poll, ws, second;
    struct buf body = {0};
    char query[64], upgrade[96];

    peer_open(&p, port);
    peer_open(&poll, port);
    peer_open(&ws, port);
    open_polling(&p, query);
    snprintf(upgrade, sizeof(upgrade), PATH "websocket&%s",
        query + strlen("polling&"));
    CHECK(peer_upgrade(&ws, upgrade) == 101);
    send_get(&poll, query);
    peer_say(&ws, "2probe");
    CHECK(peer_hears(&ws, "3probe"));
    CHECK(peer_request(&poll, "", &body) == 200);
    CHECK(span_eqz(buf_span(&body), "6"));
    CHECK(posts(&p, query, "4on the way", 200)); /* waits for either */
    peer_open(&second, port);
    CHECK(peer_upgrade(&second, upgrade) == 101);
    CHECK(peer_close_code(&second) == 1008);
    peer_close(&second);
    peer_say(&ws, "5");
    CHECK(peer_hears(&ws, "4on the way"));
    CHECK(gets(&p, query, 400, NULL));
    peer_say(&ws, "4here");
    CHECK(peer_hears(&ws, "4here"));
    buf_free(&body);
    peer_close(&ws);
    peer_close(&poll);
    peer_close(&p);
}

static void
upgrade_loses_nothing(void)
{
    serve(usual_cfg(), upgrade_body);
    CHECK(n_open == 1);
}

static void
failed_upgrade_body(int port)
{
    struct testpeer p, ws;
    char query[64], upgrade[96];

    peer_open(&p, port);
    open_polling(&p, query);
    snprintf(upgrade, sizeof(upgrade), PATH "websocket&%s",
        query + strlen("polling&"));
    peer_open(&ws, port); /* never gets further than the probe */
    CHECK(peer_upgrade(&ws, upgrade) == 101);
    peer_say(&ws, "2probe");
    CHECK(peer_hears(&ws, "3probe"));
    CHECK(peer_close_code(&ws) == 1000);
    peer_close(&ws);
    peer_open(&ws, port); /* talks nonsense */
    CHECK(peer_upgrade(&ws, upgrade) == 101);
    peer_say(&ws, "4hello");
    CHECK(peer_close_code(&ws) == 1002);
    peer_close(&ws);
    CHECK(posts(&p, query, "4still here", 200));
    CHECK(gets(&p, query, 200, "4still here"));
    peer_close(&p);
}

static void
failed_upgrade_leaves_polling_alone(void)
{
    struct eio_cfg cfg = usual_cfg();

    cfg.upgrade_timeout_ms = 50;
    serve(cfg, failed_upgrade_body);
}

static void
heartbeat_body(int port)
{
    struct testpeer p, ws;
    struct buf b = {0};
    char query[64];

    peer_open(&p, port);
    peer_open(&ws, port);
    open_polling(&p, query);
    CHECK(peer_upgrade(&ws, PATH "websocket") == 101);
    CHECK(peer_next(&ws, &b) == 1);
    for (int i = 0; i < 3; i++) {
        CHECK(gets(&p, query, 200, "2"));
        CHECK(posts(&p, query, "3", 200));
        CHECK(peer_next(&ws, &b) == 1 && span_eqz(buf_span(&b), "2"));
        peer_say(&ws, "3");
    }
    buf_free(&b);
    peer_close(&ws);
    peer_close(&p);
}

static void
the_server_beats_as_long_as_it_is_answered(void)
{
    struct eio_cfg cfg = usual_cfg();

    cfg.ping_interval_ms = 5;
    serve(cfg, heartbeat_body);
}

static void
silence_body(int port)
{
    struct testpeer p, ws;
    char query[64];

    peer_open(&p, port);
    open_polling(&p, query);
    peer_open(&ws, port);
    CHECK(peer_upgrade(&ws, PATH "websocket") == 101);
    CHECK(peer_until(&ws, "}\x81\x01"
                          "2")); /* the ping */
    CHECK(peer_close_code(&ws) == 1000);
    CHECK(gets(&p, query, 400, NULL));
    CHECK(strcmp(last_reason, "ping timeout") == 0);
    peer_close(&ws);
    peer_close(&p);
}

static void
silence_ends_a_session(void)
{
    struct eio_cfg cfg = usual_cfg();

    cfg.ping_interval_ms = cfg.ping_timeout_ms = 20;
    serve(cfg, silence_body);
    CHECK(counts.closed_timeout == 2);
}

static void
slow_body(int port)
{
    struct testpeer slow, other;

    peer_open(&slow, port);
    peer_open(&other, port);
    CHECK(peer_upgrade(&slow, PATH "websocket") == 101);
    CHECK(peer_upgrade(&other, PATH "websocket") == 101);
    CHECK(peer_until(&other, "}"));
    /* Wants much and reads nothing. */
    for (int i = 0; i < 10; i++)
        peer_say(&slow, "4flood me");
    do {
        peer_say(&other, "4hello");
        CHECK(peer_hears(&other, "4hello"));
    } while (n_close == 0);
    CHECK(strcmp(last_reason, "slow consumer") == 0);
    peer_close(&slow);
    peer_close(&other);
}

static void
peer_that_does_not_read_is_closed(void)
{
    serve(usual_cfg(), slow_body);
    CHECK(counts.closed_slow == 1);
}

static struct testpeer last_ws, last_poll;

static void
goodbye_body(int port)
{
    char query[64];

    peer_open(&last_ws, port);
    CHECK(peer_upgrade(&last_ws, PATH "websocket") == 101);
    peer_open(&last_poll, port);
    open_polling(&last_poll, query);
    send_get(&last_poll, query);
    peer_say(&last_ws, "4last words");
    CHECK(peer_until(&last_ws, "4last words"));
}

static void
end_of_the_server_is_announced(void)
{
    struct buf body = {0};

    serve(usual_cfg(), goodbye_body);
    CHECK(peer_close_code(&last_ws) == 1001);
    CHECK(peer_request(&last_poll, "", &body) == 200);
    CHECK(span_eqz(buf_span(&body), "1"));
    buf_free(&body);
    peer_close(&last_ws);
    peer_close(&last_poll);
}

/* Two do not read what there is for them, a third does. */
static void
unread_body(int port)
{
    struct testpeer poll[2], reader;
    struct buf body = {0};
    char query[2][64];

    peer_open(&reader, port);
    CHECK(peer_upgrade(&reader, PATH "websocket") == 101);
    CHECK(peer_next(&reader, &body) == 1);
    for (int i = 0; i < 2; i++) {
        peer_open(&poll[i], port);
        open_polling(&poll[i], query[i]);
        CHECK(request(&poll[i], "POST", query[i], "4much", &body) == 200);
        peer_say(&reader, "4hello");
        CHECK(peer_hears(&reader, "4hello"));
        CHECK(n_close == i);
    }
    peer_say(&reader, "4still here");
    CHECK(peer_hears(&reader, "4still here"));
    CHECK(n_close == 1);
    CHECK(strcmp(last_reason, "slow consumer") == 0);
    for (int i = 0; i < 2; i++)
        peer_close(&poll[i]);
    peer_close(&reader);
    buf_free(&body);
}

static void
who_is_furthest_behind_is_cut_off_when_too_much_is_unread(void)
{
    unread_bytes_max = MUCH_BYTES * 3 / 2;
    serve(usual_cfg(), unread_body);
    unread_bytes_max = 0;
    CHECK(counts.closed_slow == 1);
    CHECK(http_counted.cut_off == 1);
}

/* The connection of the second is broken before anything can be said on it. */
static void
rude_body(int port)
{
    struct linger at_once = {.l_onoff = 1};
    struct testpeer waiter, poll, first, second;
    struct buf upgrade = {0}, open = {0};
    char query[64];

    peer_open(&waiter, port);
    CHECK(peer_upgrade(&waiter, PATH "websocket") == 101);
    peer_next(&waiter, &open);
    peer_open(&poll, port);
    open_polling(&poll, query);
    buf_addf(&open, PATH "websocket%s", strchr(query, '&'));
    buf_addc(&open, '\0');
    peer_open(&first, port);
    CHECK(peer_upgrade(&first, strstr(open.p, PATH)) == 101);
    peer_open(&second, port);
    peer_say(&waiter, "4wait");
    sem_wait(&waits);
    buf_addf(&upgrade,
        "GET %s HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n"
        "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        strstr(open.p, PATH));
    peer_send_bytes(&second, buf_span(&upgrade));
    setsockopt(second.fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    peer_close(&second);
    sem_post(&go);
    CHECK(peer_hears(&waiter, "4wait"));
    peer_close(&first);
    peer_close(&poll);
    peer_close(&waiter);
    buf_free(&upgrade);
    buf_free(&open);
}

static void
a_second_upgrade_that_breaks_off_harms_nobody(void)
{
    sem_init(&waits, 0, 0);
    sem_init(&go, 0, 0);
    serve(usual_cfg(), rude_body);
}

enum { CROWD = 10, CROWD_SAYS = 50, ONE_SAYS = 20 };

static void
crowd_body(int port)
{
    struct testpeer crowd[CROWD], waiter, one;
    struct buf open = {0};

    peer_open_from(&waiter, port, "127.0.0.3");
    peer_open(&one, port);
    CHECK(peer_upgrade(&waiter, PATH "websocket") == 101);
    CHECK(peer_upgrade(&one, PATH "websocket") == 101);
    peer_next(&waiter, &open);
    peer_next(&one, &open);
    for (int i = 0; i < CROWD; i++) {
        peer_open_from(&crowd[i], port, "127.0.0.2");
        CHECK(peer_upgrade(&crowd[i], PATH "websocket") == 101);
        peer_next(&crowd[i], &open);
    }
    peer_say(&crowd[0], "4hello"); /* two addresses are here */
    CHECK(peer_hears(&crowd[0], "4hello"));
    peer_say(&waiter, "4wait");
    sem_wait(&waits);
    for (int n = 0; n < ONE_SAYS; n++)
        peer_say(&one, "4one");
    for (int i = 0; i < CROWD; i++)
        for (int n = 0; n < CROWD_SAYS; n++)
            peer_say(&crowd[i], "4crowd");
    sem_post(&go);
    for (int n = 0; n < ONE_SAYS; n++)
        CHECK(peer_hears(&one, "4one"));
    for (int i = 0; i < CROWD; i++) {
        for (int n = 0; n < CROWD_SAYS; n++)
            CHECK(peer_hears(&crowd[i], "4crowd")); /* nothing is lost */
        peer_close(&crowd[i]);
    }
    peer_close(&one);
    peer_close(&waiter);
    buf_free(&open);
}

/* What one says takes some turns of the loop, two messages each.  Without a
 * share of their own the crowd says twenty in each of them. */
static void
many_connections_of_an_address_delay_others_by_its_share(void)
{
    struct eio_cfg cfg = usual_cfg();

    sem_init(&waits, 0, 0);
    sem_init(&go, 0, 0);
    cfg.packets_per_turn = 2;
    us_of_address = 1; /* one packet, whoever's it is */
    serve(cfg, crowd_body);
    us_of_address = 0;
    CHECK(n_crowd == CROWD * CROWD_SAYS);
    if (!CHECK(n_before_one <= CROWD_SAYS * CROWD / 5))
        printf("# %d before one\n", n_before_one);
}

int
main(void)
{
    RUN(many_connections_of_an_address_delay_others_by_its_share);
    RUN(polling_carries_packets_both_ways);
    RUN(a_large_payload_is_worked_off_over_many_turns);
    RUN(violations_end_a_polling_session);
    RUN(websocket_carries_packets_both_ways_within_its_limit);
    RUN(upgrade_loses_nothing);
    RUN(failed_upgrade_leaves_polling_alone);
    RUN(the_server_beats_as_long_as_it_is_answered);
    RUN(silence_ends_a_session);
    RUN(peer_that_does_not_read_is_closed);
    RUN(who_is_furthest_behind_is_cut_off_when_too_much_is_unread);
    RUN(a_second_upgrade_that_breaks_off_harms_nobody);
    RUN(end_of_the_server_is_announced);
    return tap_end();
}
