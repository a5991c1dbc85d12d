/* SPDX-License-Identifier: ISC */
#ifndef TRANSLATOR_STATS_H
#define TRANSLATOR_STATS_H

#include <stdatomic.h>
#include <stdint.h>

/*
 * stats - what the translator counts.  Counters are added to by whoever knows,
 * from any thread; gauges are written by the front and the keeper, once a
 * second.
 */
struct stats {
    int64_t started_us; /* monotonic */

    /* Frames that came in. */
    atomic_ullong tasks_accepted;
    atomic_ullong tasks_duplicate; /* already in flight: answered again */
    atomic_ullong tasks_outdated; /* a newer revision came, or was there */
    atomic_ullong tasks_retried; /* their worker hung */
    atomic_ullong pool_full_rejections;
    atomic_ullong frames_malformed;
    atomic_ullong pings;
    atomic_ullong keys_refused; /* connections */

    /* Tasks of which every language is answered, and how many of these have
     * a language that failed. */
    atomic_ullong tasks_processed, tasks_failed;

    /* Languages. */
    atomic_ullong translations_completed;
    atomic_ullong translations_failed;
    atomic_ullong translations_skipped;
    atomic_ullong processing_us; /* sum over those completed */
    atomic_ullong scaling_events;

    /* Gauges. */
    atomic_llong front_ticked_ms; /* monotonic: its thread was alive then */
    atomic_llong memory_bytes; /* resident, with the engines' programs */
    atomic_int cpu_permille; /* of one core, over the last second, with them */
    atomic_int queue_growth; /* tasks waiting now less a second ago */
};

void stats_init(struct stats *s);

/* Measure this process and its children: memory_bytes, and cpu_permille since
 * the last call.  Takes milliseconds.  One thread. */
void stats_measure(struct stats *s, int64_t *last_us, int64_t *last_cpu_us);

double stats_memory_mb(const struct stats *s);
double stats_uptime_s(const struct stats *s);

/* Mean seconds per completed translation; 0 before the first. */
double stats_mean_s(const struct stats *s);

#endif
