/* SPDX-License-Identifier: ISC */
#include "relay/relay.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/tap.h"
#include "base/test_redis.h"

enum { PATIENCE_MS = 20000 };

/* ---- somebody who listens ---- */

struct ear {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int joined, heard;
    char all[4096]; /* "one|two|" */
    struct relay *relay;
};

static void
on_heard(struct span frame, void *ctx)
{
    struct ear *e = ctx;
    size_t len;

    pthread_mutex_lock(&e->lock);
    e->heard++;
    len = strlen(e->all);
    snprintf(e->all + len, sizeof(e->all) - len, "%.*s|",
        frame.len < 20 ? (int)frame.len : 20, frame.p);
    pthread_cond_broadcast(&e->changed);
    pthread_mutex_unlock(&e->lock);
}

static void
on_joined(void *ctx)
{
    struct ear *e = ctx;

    pthread_mutex_lock(&e->lock);
    e->joined++;
    pthread_cond_broadcast(&e->changed);
    pthread_mutex_unlock(&e->lock);
}

/* Until it has joined and heard so often. */
static bool
ear_waits(struct ear *e, int joined, int heard)
{
    struct timespec deadline = clock_after(PATIENCE_MS);
    int rc = 0;

    pthread_mutex_lock(&e->lock);
    while ((e->joined < joined || e->heard < heard) && rc == 0)
        rc = pthread_cond_timedwait(&e->changed, &e->lock, &deadline);
    pthread_mutex_unlock(&e->lock);
    return rc == 0;
}

static struct ear *
ear_new(const char *url, const char *channel)
{
    struct ear *e = xcalloc(1, sizeof(*e));
    struct relay_cfg cfg = {url, channel, on_heard, on_joined, e};
    pthread_condattr_t clock;

    pthread_condattr_init(&clock);
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    pthread_mutex_init(&e->lock, NULL);
    pthread_cond_init(&e->changed, &clock);
    e->relay = relay_start(&cfg, NULL);
    CHECK(e->relay != NULL);
    return e;
}

static void
ear_free(struct ear *e)
{
    relay_stop(e->relay);
    pthread_mutex_destroy(&e->lock);
    pthread_cond_destroy(&e->changed);
    free(e);
}

static void
say(struct ear *e, const char *frame)
{
    relay_say(e->relay, xstrdup(frame), strlen(frame));
}

/* ---- the tests, on a Redis ---- */

static void
what_one_says_all_of_the_channel_hear_in_order(const struct server *s)
{
    struct ear *a = ear_new(s->url, "meeshy_1"),
               *b = ear_new(s->url, "meeshy_1");
    struct ear *other = ear_new(s->url, "meeshy_2");

    CHECK(ear_waits(a, 1, 0) && ear_waits(b, 1, 0) && ear_waits(other, 1, 0));
    for (int i = 0; i < 100; i++) {
        char frame[16];
        snprintf(frame, sizeof(frame), "%d", i);
        say(a, frame);
    }
    say(a, "line\nand line");
    CHECK(ear_waits(a, 1, 101) && ear_waits(b, 1, 101));
    CHECK(strncmp(b->all, "0|1|2|3|", 8) == 0);
    CHECK(strstr(b->all, "98|99|line\nand line|") != NULL);
    say(other, "x");
    CHECK(ear_waits(other, 1, 1) && strcmp(other->all, "x|") == 0);
    CHECK(relay_stats(b->relay).heard == 101 && relay_stats(b->relay).up);
    CHECK(relay_stats(a->relay).said == 101 && relay_stats(a->relay).lost == 0);
    ear_free(a);
    ear_free(b);
    ear_free(other);
}

static void
a_server_that_comes_back_is_joined_again(struct server *s)
{
    struct ear *a = ear_new(s->url, "meeshy_1");

    CHECK(ear_waits(a, 1, 0));
    server_kill(s);
    CHECK(server_start(s) && ear_waits(a, 2, 0));
    say(a, "here");
    CHECK(ear_waits(a, 2, 1));
    CHECK(relay_stats(a->relay).joined == 2);
    ear_free(a);
}

static void
what_is_said_to_nobody_is_counted(void)
{
    struct ear *a = ear_new("unix:/nowhere/at/all", "meeshy_1");

    say(a, "lost");
    while (relay_stats(a->relay).lost == 0)
        ;
    CHECK(!relay_stats(a->relay).up && relay_stats(a->relay).said == 0);
    ear_free(a);
}

static void
a_url_of_neither_is_refused(void)
{
    struct err err = {0};

    CHECK(relay_check_url("redis://localhost", NULL));
    CHECK(relay_check_url("unix:/run/redis.sock", NULL));
    CHECK(relay_check_url("postgresql://me@localhost/meeshy", NULL));
    CHECK(!relay_check_url("http://:secret@localhost", &err));
    CHECK(err.kind == FAIL_BAD_INPUT && !strstr(err.text, "secret"));
}

int
main(void)
{
    struct server s;

    if (server_open(&s)) {
        what_one_says_all_of_the_channel_hear_in_order(&s);
        tap_report("what one says all of the channel hear, in order");
        a_server_that_comes_back_is_joined_again(&s);
        tap_report("a server that comes back is joined again");
        server_close(&s);
    } else {
        printf("# no redis-server on this machine\n");
    }
    RUN(what_is_said_to_nobody_is_counted);
    RUN(a_url_of_neither_is_refused);
    return tap_end();
}
