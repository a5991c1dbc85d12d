/* SPDX-License-Identifier: ISC */
#ifndef TRANSLATOR_STATS_H
#define TRANSLATOR_STATS_H

#include <stdatomic.h>
#include <stdint.h>

/*
 * stats - what the translator counts.  Counters are added to by whoever knows,
 * from any thread; gauges are written by the front and the keeper, once a
 * second.
 *
 * A counter is declared here, once: /stats has it under its name, /metrics as
 * NAME_total with the sentence.
 */
#define STATS_COUNTERS(X)                                                      \
    X(tasks_accepted, "Tasks taken.")                                          \
    X(tasks_processed, "Tasks of which every language is answered.")           \
    X(tasks_failed, "Tasks of which a language failed.")                       \
    X(tasks_duplicate, "Tasks that were in flight already.")                   \
    X(tasks_outdated, "Tasks of an older revision.")                           \
    X(tasks_retried, "Tasks whose worker hung.")                               \
    X(pool_full_rejections, "Tasks refused because their pool was full.")      \
    X(frames_malformed, "Frames that are no task.")                            \
    X(pings, "Frames that ask whether somebody is here.")                      \
    X(keys_refused, "Connections of ZeroMQ with a key that is not listed.")    \
    X(translations_completed, "Languages of tasks that are translated.")       \
    X(translations_failed, "Languages of tasks that failed.")                  \
    X(translations_skipped, "Languages of tasks that nobody needs any more.")  \
    X(dynamic_scaling_events, "Changes of the number of workers.")

struct stats {
    int64_t started_us; /* monotonic */

#define STATS_FIELD(name, help) atomic_ullong name;
    STATS_COUNTERS(STATS_FIELD)
#undef STATS_FIELD
    atomic_ullong processing_us; /* sum over translations completed */

    /* Gauges. */
    atomic_llong front_ticked_ms; /* monotonic: its thread was alive then */
    atomic_llong memory_bytes; /* resident, with the engines' programs */
    atomic_int cpu_permille; /* of one core, over the last second, with them */
    atomic_int queue_growth; /* tasks waiting now less a second ago */
};

void stats_init(struct stats *s);

struct stats_counter {
    const char *name, *help;
    unsigned long long value;
};

#define STATS_ONE(name, help) +1
enum { STATS_COUNTERS_LEN = 0 STATS_COUNTERS(STATS_ONE) };
#undef STATS_ONE

void stats_counters(
    const struct stats *s, struct stats_counter ret[STATS_COUNTERS_LEN]);

/* Measure this process and its children: memory_bytes, and cpu_permille since
 * the last call.  Takes milliseconds.  One thread. */
void stats_measure(struct stats *s, int64_t *last_us, int64_t *last_cpu_us);

double stats_memory_mb(const struct stats *s);
double stats_uptime_s(const struct stats *s);

/* Mean seconds per completed translation; 0 before the first. */
double stats_mean_s(const struct stats *s);

#endif
