/* SPDX-License-Identifier: ISC */
#ifndef CTL_SAMPLE_H
#define CTL_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

/*
 * sample - what both programs said of themselves at one moment, read from the
 * bodies of /health and /stats.  Pure: no I/O.  Whatever a program does not
 * say is NAN, so that an older or newer one can be watched too.
 */
enum {
    SAMPLE_TRANSLATORS_MAX = 8,
    SAMPLE_POOLS = 2,
    SAMPLE_NAME_BYTES = 64,
    SAMPLE_LINE_BYTES = 200,
};

struct sample_pool {
    double queued, capacity, workers, busy;
};

/* Neural models; all NAN in a translator without them. */
struct sample_neural {
    double open, installed, bytes, bytes_max, loads, evictions, failures;
    double sentences, steps, row_steps;
};

struct sample_gateway {
    bool up; /* it answered */
    char status[SAMPLE_NAME_BYTES],
        why[SAMPLE_LINE_BYTES]; /* why: when it did not */
    double messages, tasks, resent, results, failed, skipped, pool_full;
    double errors, waiting, in_flight, clients, jobs_waiting;
    double commit_ms, mean_s, memory_mb, uptime_s;
};

struct sample_translator {
    bool up;
    char name[SAMPLE_NAME_BYTES], status[SAMPLE_NAME_BYTES],
        why[SAMPLE_LINE_BYTES];
    struct sample_pool pools[SAMPLE_POOLS]; /* normal, any */
    double accepted, processed, completed, failed, skipped, pool_full;
    double in_flight, mean_s, growth, scalings, cpu_percent, memory_mb;
    double uptime_s;
    double p50_ms, p95_ms, p99_ms; /* of a translation */
    double cache_hits, cache_misses, cache_bytes;
    struct sample_neural neural;
    char scaling[SAMPLE_LINE_BYTES]; /* the latest change of workers */
};

struct sample {
    int64_t mono_us; /* when it was taken */
    struct sample_gateway gateway;
    struct sample_translator translators[SAMPLE_TRANSLATORS_MAX];
    int n_translators;
};

/* Fill what the bodies say; a body that is no JSON object says nothing, and
 * the program counts as not up. */
void sample_gateway_read(
    struct sample_gateway *g, struct span health, struct span stats);
void sample_translator_read(
    struct sample_translator *t, struct span health, struct span stats);

/* Answered, and found nothing wrong with itself. */
bool sample_healthy(const struct sample *s);

#endif
