/* SPDX-License-Identifier: ISC */
#include "translator/translate/redis.h"

#include <hiredis/hiredis.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>

#include "base/test_redis.h"
#include "translator/translate/translate_testing.h"

enum {
    LOOK_MS = 10,
    N_UNDER_LOAD = 2000,
    N_AT_ONCE = 50,
    ENGINE_MS = 2,
    /* A delay beyond the promised one is the machine's: other programs run. */
    GRACE_MS = 2000,
};

static struct bench
open_with(const struct server *s, size_t cache_bytes, int delay_ms)
{
    struct translate_cfg cfg = {
        .cache_bytes = cache_bytes, .redis_url = s->url, .redis_ttl_s = 1000};

    return bench_open(bench_echo(delay_ms), &cfg);
}

static bool
is_up(struct bench *b, bool want)
{
    int64_t deadline = clock_mono_ms() + TEST_WAIT_MS;

    while (translate_stats(b->t).redis_up != want) {
        if (clock_mono_ms() > deadline)
            return false;
        usleep(LOOK_MS * 1000);
    }
    return true;
}

/* What was stored is there for a translator that has only just begun.  A store
 * is on its way when the translation is told: the next ask is behind it. */
static void
translators_share_what_they_know(void)
{
    struct server s;
    struct bench a, b;

    if (!server_open(&s)) {
        printf("# skipped: no redis-server\n");
        return;
    }
    a = open_with(&s, 1 << 20, 0);
    CHECK(is_up(&a, true));
    CHECK(gives(&a, asking("en", "es", "hello @bob"), "HELLO @bob", false));
    CHECK(gives(&a, asking("en", "fr", "other"), "OTHER", false));
    bench_close(&a);

    b = open_with(&s, 1 << 20, 0);
    CHECK(is_up(&b, true));
    CHECK(gives(&b, asking("en", "es", "hello @bob"), "HELLO @bob", true));
    CHECK(gives(&b, asking("en", "es", "hello @bob"), "HELLO @bob", true));
    CHECK(gives(&b, asking("en", "es", "hello @ann"), "HELLO @ann", false));
    CHECK(translate_stats(b.t).redis_hits == 1);
    CHECK(translate_stats(b.t).redis_misses == 1);
    CHECK(
        translate_stats(b.t).hits == 1 && translate_stats(b.t).inferences == 1);
    bench_close(&b);
    server_close(&s);
}

/* Put something else in the place of the only translation, as a person with
 * redis-cli might. */
static void
meddle(const struct server *s)
{
    redisContext *c = redisConnectUnix(s->socket);
    redisReply *keys = redisCommand(c, "KEYS *"), *set;

    CHECK(keys && keys->elements == 1);
    set = redisCommand(
        c, "SET %s %s", keys->element[0]->str, "{\"text\":\"other\"}");
    CHECK(set && set->type == REDIS_REPLY_STATUS);
    freeReplyObject(set);
    freeReplyObject(keys);
    redisFree(c);
}

static void
what_is_not_ours_in_redis_is_no_translation(void)
{
    struct server s;
    struct bench b;

    if (!server_open(&s)) {
        printf("# skipped: no redis-server\n");
        return;
    }
    b = open_with(&s, 0, 0);
    CHECK(is_up(&b, true));
    CHECK(gives(&b, asking("en", "es", "hello"), "HELLO", false));
    CHECK(gives(&b, asking("en", "es", "hello"), "HELLO", true));
    meddle(&s);
    CHECK(gives(&b, asking("en", "es", "hello"), "HELLO", false));
    bench_close(&b);
    server_close(&s);
}

static void
no_server_is_no_error(void)
{
    struct server s = {.url = "unix:/tmp/meeshy-no-such-socket"};
    struct bench b = open_with(&s, 1 << 20, 0);

    CHECK(gives(&b, asking("en", "es", "hello"), "HELLO", false));
    CHECK(gives(&b, asking("en", "es", "hello"), "HELLO", true));
    CHECK(!translate_stats(b.t).redis_up);
    CHECK(translate_stats(b.t).redis_misses == 0);
    bench_close(&b);
}

static void
a_url_that_is_none_is_an_error_at_the_start(void)
{
    struct translate_cfg cfg = {.redis_url = "localhost"};
    struct router *r = router_new();
    struct err err;

    router_add(r, bench_echo(0));
    CHECK(!translate_new(&cfg, r, &err) && strstr(err.text, "REDIS_URL"));
    router_free(r);
}

/* Ask for n different texts, N_AT_ONCE at a time, and disturb() in the middle.
 * Each is translated, and none takes longer than promised. */
static void
load(struct bench *b, struct server *s, void (*disturb)(struct server *s))
{
    static struct asked a[N_UNDER_LOAD];
    static char texts[N_UNDER_LOAD][32];
    int64_t worst = 0;

    for (int i = 0; i < N_UNDER_LOAD + N_AT_ONCE; i++) {
        if (i >= N_AT_ONCE) {
            struct asked *old = &a[i - N_AT_ONCE];
            await(old);
            CHECK(old->r.outcome == TRANSLATE_OK);
            worst = old->took_ms > worst ? old->took_ms : worst;
            asked_fini(old);
        }
        if (i == N_UNDER_LOAD / 3)
            disturb(s);
        if (i < N_UNDER_LOAD) {
            snprintf(texts[i], sizeof(texts[i]), "word%c%c%c", 'a' + i % 26,
                'a' + i / 26 % 26, 'a' + i / 676);
            a[i] = asking("en", "es", texts[i]);
            ask(b, &a[i]);
        }
    }
    CHECK(worst <= REDIS_DELAY_MS_MAX + GRACE_MS);
}

static void
kill_it(struct server *s)
{
    server_kill(s);
}

static void
stop_it(struct server *s)
{
    kill(s->pid, SIGSTOP);
}

static void
a_server_killed_under_load_harms_nobody_and_is_found_again(void)
{
    struct server s;
    struct bench b;

    if (!server_open(&s)) {
        printf("# skipped: no redis-server\n");
        return;
    }
    b = open_with(&s, 1 << 20, ENGINE_MS);
    CHECK(is_up(&b, true));
    load(&b, &s, kill_it);
    CHECK(is_up(&b, false));
    CHECK(translate_stats(b.t).ok == N_UNDER_LOAD);
    CHECK(server_start(&s) && is_up(&b, true));
    CHECK(gives(&b, asking("en", "es", "hello"), "HELLO", false));
    bench_close(&b);
    server_close(&s);
}

static void
a_server_that_hangs_under_load_harms_nobody(void)
{
    struct server s;
    struct bench b;

    if (!server_open(&s)) {
        printf("# skipped: no redis-server\n");
        return;
    }
    b = open_with(&s, 1 << 20, ENGINE_MS);
    CHECK(is_up(&b, true));
    load(&b, &s, stop_it);
    CHECK(translate_stats(b.t).ok == N_UNDER_LOAD);
    CHECK(!translate_stats(b.t).redis_up);
    bench_close(&b);
    server_close(&s);
}

int
main(void)
{
    signal(SIGPIPE, SIG_IGN); /* as the program does */
    if (sodium_init() < 0)
        return EXIT_FAILURE;
    RUN(translators_share_what_they_know);
    RUN(what_is_not_ours_in_redis_is_no_translation);
    RUN(no_server_is_no_error);
    RUN(a_url_that_is_none_is_an_error_at_the_start);
    RUN(a_server_killed_under_load_harms_nobody_and_is_found_again);
    RUN(a_server_that_hangs_under_load_harms_nobody);
    return tap_end();
}
