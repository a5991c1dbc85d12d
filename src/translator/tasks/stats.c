/* SPDX-License-Identifier: ISC */
#include "translator/tasks/stats.h"

#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/proc.h"

enum { CHILDREN_MAX = 4096 };

void
stats_init(struct stats *s)
{
    *s = (struct stats){0};
    s->started_us = clock_mono_us();
    s->front_ticked_ms = clock_mono_ms(); /* about to start */
}

static int64_t
resident_bytes(void)
{
    FILE *f = fopen("/proc/self/statm", "re");
    long long pages = 0;

    if (!f)
        return 0;
    if (fscanf(f, "%*s %lld", &pages) != 1)
        pages = 0;
    fclose(f);
    return pages * sysconf(_SC_PAGESIZE);
}

static int64_t
micros(struct timeval t)
{
    return t.tv_sec * INT64_C(1000000) + t.tv_usec;
}

/* The engines' programs. */
static void
add_children(int64_t *bytes, int64_t *cpu_us)
{
    pid_t children[CHILDREN_MAX];
    size_t n = proc_children(children, CHILDREN_MAX);

    for (size_t i = 0; i < n; i++) {
        struct proc_use use;
        if (!proc_use(children[i], &use))
            continue; /* it has just ended */
        *bytes += use.bytes;
        *cpu_us += use.cpu_us;
    }
}

void
stats_measure(struct stats *s, int64_t *last_us, int64_t *last_cpu_us)
{
    int64_t now = clock_mono_us(), bytes = resident_bytes(), cpu;
    struct rusage own = {0}, ended = {0};

    getrusage(RUSAGE_SELF, &own);
    getrusage(RUSAGE_CHILDREN, &ended);
    cpu = micros(own.ru_utime) + micros(own.ru_stime) + micros(ended.ru_utime) +
          micros(ended.ru_stime);
    add_children(&bytes, &cpu);
    if (*last_us && now > *last_us)
        s->cpu_permille = (int)((cpu - *last_cpu_us) * 1000 / (now - *last_us));
    *last_us = now;
    *last_cpu_us = cpu;
    s->memory_bytes = bytes;
}

void
stats_counters(
    const struct stats *s, struct stats_counter ret[STATS_COUNTERS_LEN])
{
#define STATS_READ(name, help)                                                 \
    *ret++ = (struct stats_counter){#name, help, s->name};
    STATS_COUNTERS(STATS_READ)
#undef STATS_READ
}

double
stats_memory_mb(const struct stats *s)
{
    return (double)s->memory_bytes / (1024 * 1024);
}

double
stats_uptime_s(const struct stats *s)
{
    return (double)(clock_mono_us() - s->started_us) / 1e6;
}

double
stats_mean_s(const struct stats *s)
{
    uint64_t n = s->translations_completed;

    return n ? (double)s->processing_us / 1e6 / (double)n : 0;
}
