/* SPDX-License-Identifier: ISC */
#include "base/clock.h"

#include <stdio.h>

static int64_t
read_us(clockid_t id)
{
    struct timespec t;

    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t
clock_mono_us(void)
{
    return read_us(CLOCK_MONOTONIC);
}

int64_t
clock_mono_ms(void)
{
    return clock_mono_us() / 1000;
}

int64_t
clock_wall_ms(void)
{
    return read_us(CLOCK_REALTIME) / 1000;
}

struct timespec
clock_after(int wait_ms)
{
    /* pthread_cond_timedwait accepts any time_t, but 32 bits of seconds (68
     * years of uptime) are more than a process will see. */
    static const struct timespec never = {.tv_sec = INT32_MAX};
    struct timespec t;

    if (wait_ms < 0)
        return never;
    clock_gettime(CLOCK_MONOTONIC, &t);
    t.tv_sec += wait_ms / 1000;
    t.tv_nsec += (long)(wait_ms % 1000) * 1000000;
    if (t.tv_nsec >= 1000000000) {
        t.tv_sec++;
        t.tv_nsec -= 1000000000;
    }
    return t;
}

void
clock_iso(int64_t wall_ms, char out[CLOCK_ISO_BYTES])
{
    time_t s = (time_t)(wall_ms / 1000);
    struct tm tm;
    size_t n;

    gmtime_r(&s, &tm);
    n = strftime(out, CLOCK_ISO_BYTES, "%Y-%m-%dT%H:%M:%S", &tm);
    snprintf(out + n, CLOCK_ISO_BYTES - n, ".%03dZ", (int)(wall_ms % 1000));
}
