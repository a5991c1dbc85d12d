/* SPDX-License-Identifier: ISC */
#include <sys/socket.h>

#include "net/test_eio.h"

/* What some clients may do to others. */

/* Two do not read what there is for them, a third does. */
static void
unread_body(int port)
{
    struct testpeer poll[2], reader;
    struct buf body = {0};
    char query[2][64];

    testpeer_open(&reader, port);
    CHECK(testpeer_upgrade(&reader, PATH "websocket") == 101);
    CHECK(testpeer_next(&reader, &body) == 1);
    for (int i = 0; i < 2; i++) {
        testpeer_open(&poll[i], port);
        open_polling(&poll[i], query[i]);
        CHECK(request(&poll[i], "POST", query[i], "4much", &body) == 200);
        testpeer_say(&reader, "4hello");
        CHECK(testpeer_hears(&reader, "4hello"));
        CHECK(n_close == i);
    }
    testpeer_say(&reader, "4still here");
    CHECK(testpeer_hears(&reader, "4still here"));
    CHECK(n_close == 1);
    CHECK(strcmp(last_reason, "slow consumer") == 0);
    for (int i = 0; i < 2; i++)
        testpeer_close(&poll[i]);
    testpeer_close(&reader);
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

    testpeer_open(&waiter, port);
    CHECK(testpeer_upgrade(&waiter, PATH "websocket") == 101);
    testpeer_next(&waiter, &open);
    testpeer_open(&poll, port);
    open_polling(&poll, query);
    buf_addf(&open, PATH "websocket%s", strchr(query, '&'));
    buf_addc(&open, '\0');
    testpeer_open(&first, port);
    CHECK(testpeer_upgrade(&first, strstr(open.p, PATH)) == 101);
    testpeer_open(&second, port);
    testpeer_say(&waiter, "4wait");
    sem_wait(&waits);
    buf_addf(&upgrade,
        "GET %s HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n"
        "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        strstr(open.p, PATH));
    testpeer_send_bytes(&second, buf_span(&upgrade));
    setsockopt(second.fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    testpeer_close(&second);
    sem_post(&go);
    CHECK(testpeer_hears(&waiter, "4wait"));
    testpeer_close(&first);
    testpeer_close(&poll);
    testpeer_close(&waiter);
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

    testpeer_open_from(&waiter, port, "127.0.0.3");
    testpeer_open(&one, port);
    CHECK(testpeer_upgrade(&waiter, PATH "websocket") == 101);
    CHECK(testpeer_upgrade(&one, PATH "websocket") == 101);
    testpeer_next(&waiter, &open);
    testpeer_next(&one, &open);
    for (int i = 0; i < CROWD; i++) {
        testpeer_open_from(&crowd[i], port, "127.0.0.2");
        CHECK(testpeer_upgrade(&crowd[i], PATH "websocket") == 101);
        testpeer_next(&crowd[i], &open);
    }
    testpeer_say(&crowd[0], "4hello"); /* two addresses are here */
    CHECK(testpeer_hears(&crowd[0], "4hello"));
    testpeer_say(&waiter, "4wait");
    sem_wait(&waits);
    for (int n = 0; n < ONE_SAYS; n++)
        testpeer_say(&one, "4one");
    for (int i = 0; i < CROWD; i++)
        for (int n = 0; n < CROWD_SAYS; n++)
            testpeer_say(&crowd[i], "4crowd");
    sem_post(&go);
    for (int n = 0; n < ONE_SAYS; n++)
        CHECK(testpeer_hears(&one, "4one"));
    for (int i = 0; i < CROWD; i++) {
        for (int n = 0; n < CROWD_SAYS; n++)
            CHECK(testpeer_hears(&crowd[i], "4crowd")); /* nothing is lost */
        testpeer_close(&crowd[i]);
    }
    testpeer_close(&one);
    testpeer_close(&waiter);
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
    RUN(who_is_furthest_behind_is_cut_off_when_too_much_is_unread);
    RUN(a_second_upgrade_that_breaks_off_harms_nobody);
    return tap_end();
}
