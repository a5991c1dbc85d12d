/* SPDX-License-Identifier: ISC */
#include "net/test_eio.h"

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
    testpeer_send(p, head);
}

static void
polling_body(int port)
{
    struct testpeer p, poll;
    struct buf body = {0};
    char query[64];

    testpeer_open(&p, port);
    testpeer_open(&poll, port);
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
    CHECK(testpeer_request(&poll, "", &body) == 200);
    CHECK(span_eqz(buf_span(&body), "4late"));
    CHECK(posts(&p, query, "1", 200));
    CHECK(gets(&p, query, 400, NULL));
    buf_free(&body);
    testpeer_close(&poll);
    testpeer_close(&p);
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
    testpeer_open(&p, port);
    open_polling(&p, query);
    CHECK(posts(&p, query, text, 200)); /* 500 turns of 10 */
    CHECK(request(&p, "GET", query, NULL, &body) == 200);
    CHECK(span_eq(buf_span(&body), buf_span(&want)));
    free(text);
    buf_free(&want);
    buf_free(&body);
    testpeer_close(&p);
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

    testpeer_open(&p, port);
    CHECK(gets(&p, "polling&sid=nobody", 400, NULL));
    CHECK(gets(&p, "pigeon", 400, NULL));
    CHECK(posts(&p, "polling", "4a", 400));
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        open_polling(&p, query);
        CHECK(posts(&p, query, bad[i], 400));
        CHECK(gets(&p, query, 400, NULL));
    }
    open_polling(&p, query); /* two GETs, whichever comes first */
    testpeer_open(&poll, port);
    send_get(&poll, query);
    send_get(&p, query);
    if (testpeer_request(&poll, "", &body) == 200) {
        CHECK(span_eqz(buf_span(&body), "1"));
        CHECK(testpeer_request(&p, "", &body) == 400);
    } else {
        CHECK(testpeer_request(&p, "", &body) == 200);
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
    testpeer_close(&poll); /* gives up waiting */
    while (gets(&p, "pigeon", 400, NULL) && n_close < n_open)
        ;
    CHECK(strcmp(last_reason, "transport close") == 0);
    CHECK(gets(&p, query, 400, NULL));
    buf_free(&body);
    testpeer_close(&p);
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

    testpeer_open(&p, port);
    CHECK(testpeer_upgrade(&p, PATH "websocket") == 101);
    CHECK(testpeer_next(&p, &b) == 1 &&
          memmem(b.p, b.len, "\"upgrades\":[]", 13));
    testpeer_say(&p, "4hello");
    CHECK(testpeer_hears(&p, "4hello"));
    testpeer_frame(&p, 2, SPAN("\0\1\2"));
    CHECK(testpeer_next(&p, &b) == 2 && span_eq(buf_span(&b), SPAN("\0\1\2")));
    testpeer_frame(&p, 9, SPAN("ping"));
    CHECK(testpeer_next(&p, &b) == 10 && span_eqz(buf_span(&b), "ping"));
    buf_reset(&b);
    for (int i = 0; i < 100000; i++)
        buf_addc(&b, '4');
    text = buf_take(&b);
    testpeer_say(&p, text); /* just fits */
    CHECK(testpeer_hears(&p, text));
    testpeer_say(&p, "4close me");
    CHECK(testpeer_close_code(&p) == 1000);
    testpeer_close(&p);

    testpeer_open(&p, port); /* the announced length is enough */
    CHECK(testpeer_upgrade(&p, PATH "websocket") == 101);
    testpeer_send_bytes(&p, SPAN("\x81\xff\0\0\0\0\0\1\x86\xa1\1\1\1\1x"));
    CHECK(testpeer_close_code(&p) == 1009);
    testpeer_close(&p);

    testpeer_open(&p, port);
    CHECK(testpeer_upgrade(&p, PATH "websocket") == 101);
    testpeer_say(&p, "4\xff");
    CHECK(testpeer_close_code(&p) == 1007);
    testpeer_close(&p);

    testpeer_open(&p, port);
    CHECK(testpeer_upgrade(&p, PATH "websocket") == 101);
    testpeer_frame(&p, 8, SPAN("\x03\xe8"));
    CHECK(testpeer_close_code(&p) == 1000);
    CHECK(testpeer_closed(&p));
    testpeer_close(&p);
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

    testpeer_open(&p, port);
    testpeer_open(&poll, port);
    testpeer_open(&ws, port);
    open_polling(&p, query);
    snprintf(upgrade, sizeof(upgrade), PATH "websocket&%s",
        query + strlen("polling&"));
    CHECK(testpeer_upgrade(&ws, upgrade) == 101);
    send_get(&poll, query);
    testpeer_say(&ws, "2probe");
    CHECK(testpeer_hears(&ws, "3probe"));
    CHECK(testpeer_request(&poll, "", &body) == 200);
    CHECK(span_eqz(buf_span(&body), "6"));
    CHECK(posts(&p, query, "4on the way", 200)); /* waits for either */
    testpeer_open(&second, port);
    CHECK(testpeer_upgrade(&second, upgrade) == 101);
    CHECK(testpeer_close_code(&second) == 1008);
    testpeer_close(&second);
    testpeer_say(&ws, "5");
    CHECK(testpeer_hears(&ws, "4on the way"));
    CHECK(gets(&p, query, 400, NULL));
    testpeer_say(&ws, "4here");
    CHECK(testpeer_hears(&ws, "4here"));
    buf_free(&body);
    testpeer_close(&ws);
    testpeer_close(&poll);
    testpeer_close(&p);
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

    testpeer_open(&p, port);
    open_polling(&p, query);
    snprintf(upgrade, sizeof(upgrade), PATH "websocket&%s",
        query + strlen("polling&"));
    testpeer_open(&ws, port); /* never gets further than the probe */
    CHECK(testpeer_upgrade(&ws, upgrade) == 101);
    testpeer_say(&ws, "2probe");
    CHECK(testpeer_hears(&ws, "3probe"));
    CHECK(testpeer_close_code(&ws) == 1000);
    testpeer_close(&ws);
    testpeer_open(&ws, port); /* talks nonsense */
    CHECK(testpeer_upgrade(&ws, upgrade) == 101);
    testpeer_say(&ws, "4hello");
    CHECK(testpeer_close_code(&ws) == 1002);
    testpeer_close(&ws);
    CHECK(posts(&p, query, "4still here", 200));
    CHECK(gets(&p, query, 200, "4still here"));
    testpeer_close(&p);
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

    testpeer_open(&p, port);
    testpeer_open(&ws, port);
    open_polling(&p, query);
    CHECK(testpeer_upgrade(&ws, PATH "websocket") == 101);
    CHECK(testpeer_next(&ws, &b) == 1);
    for (int i = 0; i < 3; i++) {
        CHECK(gets(&p, query, 200, "2"));
        CHECK(posts(&p, query, "3", 200));
        CHECK(testpeer_next(&ws, &b) == 1 && span_eqz(buf_span(&b), "2"));
        testpeer_say(&ws, "3");
    }
    buf_free(&b);
    testpeer_close(&ws);
    testpeer_close(&p);
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

    testpeer_open(&p, port);
    open_polling(&p, query);
    testpeer_open(&ws, port);
    CHECK(testpeer_upgrade(&ws, PATH "websocket") == 101);
    CHECK(testpeer_until(&ws, "}\x81\x01"
                              "2")); /* the ping */
    CHECK(testpeer_close_code(&ws) == 1000);
    CHECK(gets(&p, query, 400, NULL));
    CHECK(strcmp(last_reason, "ping timeout") == 0);
    testpeer_close(&ws);
    testpeer_close(&p);
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

    testpeer_open(&slow, port);
    testpeer_open(&other, port);
    CHECK(testpeer_upgrade(&slow, PATH "websocket") == 101);
    CHECK(testpeer_upgrade(&other, PATH "websocket") == 101);
    CHECK(testpeer_until(&other, "}"));
    /* Wants much and reads nothing. */
    for (int i = 0; i < 10; i++)
        testpeer_say(&slow, "4flood me");
    do {
        testpeer_say(&other, "4hello");
        CHECK(testpeer_hears(&other, "4hello"));
    } while (n_close == 0);
    CHECK(strcmp(last_reason, "slow consumer") == 0);
    testpeer_close(&slow);
    testpeer_close(&other);
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

    testpeer_open(&last_ws, port);
    CHECK(testpeer_upgrade(&last_ws, PATH "websocket") == 101);
    testpeer_open(&last_poll, port);
    open_polling(&last_poll, query);
    send_get(&last_poll, query);
    testpeer_say(&last_ws, "4last words");
    CHECK(testpeer_until(&last_ws, "4last words"));
}

static void
end_of_the_server_is_announced(void)
{
    struct buf body = {0};

    serve(usual_cfg(), goodbye_body);
    CHECK(testpeer_close_code(&last_ws) == 1001);
    CHECK(testpeer_request(&last_poll, "", &body) == 200);
    CHECK(span_eqz(buf_span(&body), "1"));
    buf_free(&body);
    testpeer_close(&last_ws);
    testpeer_close(&last_poll);
}

int
main(void)
{
    RUN(polling_carries_packets_both_ways);
    RUN(a_large_payload_is_worked_off_over_many_turns);
    RUN(violations_end_a_polling_session);
    RUN(websocket_carries_packets_both_ways_within_its_limit);
    RUN(upgrade_loses_nothing);
    RUN(failed_upgrade_leaves_polling_alone);
    RUN(the_server_beats_as_long_as_it_is_answered);
    RUN(silence_ends_a_session);
    RUN(peer_that_does_not_read_is_closed);
    RUN(end_of_the_server_is_announced);
    return tap_end();
}
