/* SPDX-License-Identifier: ISC */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/hist.h"
#include "base/log.h"
#include "base/mem.h"
#include "engine/apertium.h"
#include "engine/router.h"

/*
 * engine_bench SOURCE TARGET N IN_FLIGHT < lines
 *
 * Translates N texts, the lines of standard input again and again, IN_FLIGHT
 * at a time, and prints one JSON object.  With N = 0 each line is translated
 * once and the translations are printed instead.  The path is the router's, or
 * the pair itself when TARGET is written "=es".  APERTIUM_MODES names another
 * directory of modes.
 */
enum { LINES_MAX = 100000, IN_FLIGHT_MAX = 4096, WARM_UP = 1 };

struct bench {
    struct router *router;
    struct router_route route;
    char *lines[LINES_MAX];
    char *results[LINES_MAX]; /* when they are to be printed */
    size_t n_lines, n, failed;
    bool print;
    struct hist us; /* from submit to done */
    pthread_mutex_t lock; /* guards what follows, us and failed */
    pthread_cond_t idle;
    size_t next, running;
};

struct slot {
    struct router_job job;
    struct bench *bench;
    size_t i;
    int64_t start_us;
};

/* Take the next text; false when there is none.  Called with the lock. */
static bool
take(struct bench *b, struct slot *s)
{
    if (b->next == b->n)
        return false;
    s->i = b->next++;
    return true;
}

static void
submit(struct slot *s)
{
    struct bench *b = s->bench;

    s->start_us = clock_mono_us();
    router_translate(
        b->router, &b->route, span_of(b->lines[s->i % b->n_lines]), &s->job);
}

static void
on_done(struct router_job *job)
{
    struct slot *s = job->user;
    struct bench *b = s->bench;
    bool more;

    pthread_mutex_lock(&b->lock);
    hist_add(&b->us, (uint64_t)(clock_mono_us() - s->start_us));
    b->failed += !job->ok;
    if (b->print)
        b->results[s->i] = job->ok ? job->translation : NULL;
    else
        free(job->translation);
    more = take(b, s);
    if (!more && --b->running == 0)
        pthread_cond_signal(&b->idle);
    pthread_mutex_unlock(&b->lock);
    if (more)
        submit(s);
}

/* Translate n texts, in_flight at a time; returns the seconds it took. */
static double
round_of(struct bench *b, size_t n, size_t in_flight)
{
    struct slot *slots = xcalloc(in_flight, sizeof(*slots));
    int64_t start = clock_mono_us();

    b->us = (struct hist){0};
    b->next = 0;
    b->n = n;
    b->running = in_flight < n ? in_flight : n;
    in_flight = b->running;
    for (size_t i = 0; i < in_flight; i++) {
        slots[i].bench = b;
        slots[i].job.done = on_done;
        slots[i].job.user = &slots[i];
        slots[i].i = b->next++;
    }
    for (size_t i = 0; i < in_flight; i++)
        submit(&slots[i]);
    pthread_mutex_lock(&b->lock);
    while (b->running > 0)
        pthread_cond_wait(&b->idle, &b->lock);
    pthread_mutex_unlock(&b->lock);
    free(slots);
    return (double)(clock_mono_us() - start) / 1e6;
}

static void
read_lines(struct bench *b)
{
    char *line = NULL;
    size_t cap = 0;
    ssize_t len;

    while (b->n_lines < LINES_MAX && (len = getline(&line, &cap, stdin)) > 0) {
        if (line[len - 1] == '\n')
            len--;
        b->lines[b->n_lines++] = xstrndup(line, (size_t)len);
    }
    free(line);
}

static void
measure(struct bench *b, size_t n, size_t in_flight)
{
    double seconds;

    round_of(b, WARM_UP, 1);
    b->failed = 0;
    seconds = round_of(b, n, in_flight);
    printf("{\"path\":\"%s\",\"in_flight\":%zu,\"translations\":%zu,"
           "\"failed\":%zu,\"per_second\":%.0f,\"p50_us\":%llu,"
           "\"p95_us\":%llu,\"p99_us\":%llu}\n",
        b->route.of[0].way[0].label, in_flight, n, b->failed,
        (double)n / seconds, (unsigned long long)hist_quantile(&b->us, 0.50),
        (unsigned long long)hist_quantile(&b->us, 0.95),
        (unsigned long long)hist_quantile(&b->us, 0.99));
}

static void
translate_once(struct bench *b, size_t in_flight)
{
    b->print = true;
    round_of(b, b->n_lines, in_flight);
    for (size_t i = 0; i < b->n_lines; i++) {
        puts(b->results[i] ? b->results[i] : "");
        free(b->results[i]);
    }
}

/* The path of one hop, whatever the router thinks of it. */
static bool
find_direct(struct engine *e, const char *source, const char *target,
    struct router_route *ret)
{
    const struct engine_pair *pairs;
    size_t n = e->ops->pairs(e, &pairs);

    for (size_t i = 0; i < n; i++) {
        if (strcmp(pairs[i].source, source) == 0 &&
            strcmp(pairs[i].target, target) == 0) {
            struct router_path path = {.n = 1, .hops[0] = {e, i}};

            snprintf(path.label, sizeof(path.label), "%s:%s-%s", e->ops->name,
                source, target);
            for (int kind = 0; kind < ENGINE_TEXTS; kind++) {
                ret->of[kind].n = 1;
                ret->of[kind].way[0] = path;
            }
            return true;
        }
    }
    return false;
}

static bool
find_path(
    struct bench *b, struct engine *e, const char *source, const char *target)
{
    if (target[0] == '=')
        return find_direct(e, source, target + 1, &b->route);
    return router_find(b->router, span_of(source), span_of(target), &b->route);
}

int
main(int argc, char **argv)
{
    static struct bench b = {
        .lock = PTHREAD_MUTEX_INITIALIZER,
        .idle = PTHREAD_COND_INITIALIZER,
    };
    struct apertium_cfg cfg = {
        .modes_dir = getenv("APERTIUM_MODES"),
        .in_flight_max = 64,
        .queue_max = IN_FLIGHT_MAX,
        .idle_ms = 60000,
        .request_timeout_ms = 10000,
    };
    struct engine *apertium;
    struct err err;
    size_t n, in_flight;

    log_open("engine_bench", LOG_WARN);
    if (!cfg.modes_dir)
        cfg.modes_dir = "/usr/share/apertium/modes";
    if (argc != 5) {
        fputs(
            "usage: engine_bench SOURCE TARGET N IN_FLIGHT < lines\n", stderr);
        return 2;
    }
    n = strtoul(argv[3], NULL, 10);
    in_flight = strtoul(argv[4], NULL, 10);
    apertium = apertium_open(&cfg, &err);
    if (!apertium) {
        log_error("%s", err.text);
        return 1;
    }
    b.router = router_new();
    router_add(b.router, apertium);
    read_lines(&b);
    if (in_flight < 1 || in_flight > IN_FLIGHT_MAX || b.n_lines == 0 ||
        !find_path(&b, apertium, argv[1], argv[2])) {
        log_error("no lines, no path, or a bad number in flight");
        router_free(b.router);
        return 1;
    }
    if (n > 0)
        measure(&b, n, in_flight);
    else
        translate_once(&b, in_flight);
    router_free(b.router);
    for (size_t i = 0; i < b.n_lines; i++)
        free(b.lines[i]);
    return b.failed > 0;
}
