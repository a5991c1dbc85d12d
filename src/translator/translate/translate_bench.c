/* SPDX-License-Identifier: ISC */
#include "translator/translate/translate.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/hist.h"
#include "base/mem.h"
#include "engine/echo.h"

/*
 * translate_bench - how many translations a second the cache in memory serves:
 * threads ask for the same texts again and again.  Prints one JSON object.
 * Without a cache the same shows what an inference costs beside its engine,
 * an echo.
 */
enum {
    TEXTS = 10000,
    TEXT_BYTES = 100,
    THREADS = 4,
    ROUNDS = 25, /* over all texts, by each thread */
    CACHE_BYTES = 64 << 20,
};

static char texts[TEXTS][TEXT_BYTES];

struct client {
    struct translate *t;
    struct hist latency_us;
    uint64_t hits, asked;
};

static void
on_done(struct translate_request *r)
{
    struct client *c = r->user;

    c->hits += r->from_cache;
    free(r->translation);
}

static void *
ask(void *arg)
{
    struct client *c = arg;

    for (int k = 0; k < ROUNDS * TEXTS; k++) {
        struct translate_request r = {.text = span_of(texts[k % TEXTS]),
            .source = SPAN("en"),
            .target = SPAN("es"),
            .done = on_done,
            .user = c};
        int64_t start_us = clock_mono_us();

        translate_submit(c->t, &r);
        hist_add(&c->latency_us, (uint64_t)(clock_mono_us() - start_us));
        c->asked++;
    }
    return NULL;
}

struct warm {
    struct translate_request r[TEXTS];
    atomic_int left;
};

static void
on_warm(struct translate_request *r)
{
    struct warm *w = r->user;

    free(r->translation);
    w->left--;
}

static double
warm_up(struct translate *t)
{
    static struct warm w = {.left = TEXTS};
    struct timespec pause = {0, 1000000};
    int64_t start_us = clock_mono_us();

    for (int i = 0; i < TEXTS; i++) {
        snprintf(texts[i], TEXT_BYTES,
            "shall we meet at %d:%02d tomorrow, or is that too early for "
            "@user%d?",
            i % 24, i % 60, i);
        w.r[i] = (struct translate_request){.text = span_of(texts[i]),
            .source = SPAN("en"),
            .target = SPAN("es"),
            .done = on_warm,
            .user = &w};
        translate_submit(t, &w.r[i]);
    }
    while (w.left > 0)
        nanosleep(&pause, NULL);
    return TEXTS * 1e6 / (double)(clock_mono_us() - start_us);
}

int
main(void)
{
    static const struct engine_pair pair = {"en", "es", 1};
    struct echo_cfg echo = {
        .pairs = &pair, .n_pairs = 1, .queue_max = 4 * TEXTS};
    struct translate_cfg cfg = {.cache_bytes = CACHE_BYTES};
    struct client clients[THREADS] = {0};
    struct router *router = router_new();
    pthread_t threads[THREADS];
    struct translate *t;
    uint64_t hits = 0, asked = 0;
    double fresh, seconds;
    int64_t start_us;

    router_add(router, echo_open(&echo));
    t = translate_new(&cfg, router, NULL);
    if (!t)
        return EXIT_FAILURE;
    fresh = warm_up(t);
    start_us = clock_mono_us();
    for (int i = 0; i < THREADS; i++) {
        clients[i].t = t;
        if (pthread_create(&threads[i], NULL, ask, &clients[i]) != 0)
            return EXIT_FAILURE;
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        hits += clients[i].hits;
        asked += clients[i].asked;
    }
    seconds = (double)(clock_mono_us() - start_us) / 1e6;
    printf("{\"threads\":%d,\"asked\":%llu,\"hits\":%llu,\"seconds\":%.3f,"
           "\"translations_per_second\":%.0f,\"p50_us\":%llu,\"p99_us\":%llu,"
           "\"echoes_per_second\":%.0f,\"cache_bytes\":%zu}\n",
        THREADS, (unsigned long long)asked, (unsigned long long)hits, seconds,
        (double)asked / seconds,
        (unsigned long long)hist_quantile(&clients[0].latency_us, 0.5),
        (unsigned long long)hist_quantile(&clients[0].latency_us, 0.99), fresh,
        translate_stats(t).cache_bytes);
    translate_stop(t);
    router_free(router);
    translate_free(t);
    return EXIT_SUCCESS;
}
