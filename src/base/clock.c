/* SPDX-License-Identifier: ISC */
#include "base/clock.h"

#include <stdio.h>
#include <string.h>

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
clock_cond_init(pthread_cond_t *cond)
{
    pthread_condattr_t attr;

    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(cond, &attr);
    pthread_condattr_destroy(&attr);
}

void
clock_iso(int64_t wall_ms, char out[CLOCK_ISO_BYTES])
{
    int64_t ms = (wall_ms % 1000 + 1000) % 1000; /* also before 1970 */
    time_t s = (time_t)((wall_ms - ms) / 1000);
    struct tm tm;
    size_t n;

    gmtime_r(&s, &tm);
    n = strftime(out, CLOCK_ISO_BYTES, "%Y-%m-%dT%H:%M:%S", &tm);
    snprintf(out + n, CLOCK_ISO_BYTES - n, ".%03dZ", (int)ms);
}

/* A number of n digits at the start of *s, with what has to stand before it. */
static bool
take(struct span *s, const char *before, size_t n, int min, int max, int *ret)
{
    size_t len = strlen(before);
    long long value;

    if (s->len < len + n || memcmp(s->p, before, len) != 0 || s->p[len] < '0' ||
        s->p[len] > '9' ||
        !span_int((struct span){s->p + len, n}, min, max, &value))
        return false;
    *ret = (int)value;
    s->p += len + n;
    s->len -= len + n;
    return true;
}

bool
clock_parse(struct span s, int64_t *ret_ms)
{
    struct tm tm = {0}, back;
    int year, month, ms = 0;
    time_t t;

    if (!take(&s, "", 4, 1970, 9999, &year) ||
        !take(&s, "-", 2, 1, 12, &month) ||
        !take(&s, "-", 2, 1, 31, &tm.tm_mday))
        return false;
    if (s.len) {
        if (!take(&s, "T", 2, 0, 23, &tm.tm_hour) ||
            !take(&s, ":", 2, 0, 59, &tm.tm_min))
            return false;
        if (take(&s, ":", 2, 0, 59, &tm.tm_sec))
            take(&s, ".", 3, 0, 999, &ms);
        if (!span_eqz(s, "Z"))
            return false;
    }
    tm.tm_year = year - 1900;
    tm.tm_mon = month - 1;
    t = timegm(&tm);
    gmtime_r(&t, &back);
    *ret_ms = (int64_t)t * 1000 + ms;
    return back.tm_mon == month - 1; /* there is no 31st of February */
}
