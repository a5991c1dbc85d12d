/* SPDX-License-Identifier: ISC */
#include "base/clock.h"

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

/* The day of the Gregorian calendar, days after 1 January 1970.  Years are
 * counted from March, so that the leap day is the last of them, in eras of 400,
 * which are all alike. */
static void
civil(int64_t days, int *ret_year, int *ret_month, int *ret_day)
{
    enum { ERA = 146097, TO_1970 = 719468 };
    int64_t z = days + TO_1970;
    int64_t era = (z >= 0 ? z : z - ERA + 1) / ERA;
    int of_era = (int)(z - era * ERA);
    int year =
        (of_era - of_era / 1460 + of_era / 36524 - of_era / (ERA - 1)) / 365;
    int of_year = of_era - (365 * year + year / 4 - year / 100);
    int month = (5 * of_year + 2) / 153; /* 0: March */

    *ret_day = of_year - (153 * month + 2) / 5 + 1;
    *ret_month = month < 10 ? month + 3 : month - 9;
    *ret_year = year + (int)(era * 400) + (*ret_month <= 2);
}

static char *
put_digits(char *out, int v, int n)
{
    for (int i = n - 1; i >= 0; i--, v /= 10)
        out[i] = (char)('0' + v % 10);
    return out + n;
}

/* By hand: each message has two, and strftime costs as much as saving one. */
void
clock_iso(int64_t wall_ms, char out[CLOCK_ISO_BYTES])
{
    enum { DAY_MS = 24 * 60 * 60 * 1000 };
    int of_day = (int)((wall_ms % DAY_MS + DAY_MS) % DAY_MS); /* before 1970 */
    int s = of_day / 1000;
    int year, month, day;

    civil((wall_ms - of_day) / DAY_MS, &year, &month, &day);
    out = put_digits(out, year, 4);
    *out++ = '-';
    out = put_digits(out, month, 2);
    *out++ = '-';
    out = put_digits(out, day, 2);
    *out++ = 'T';
    out = put_digits(out, s / 3600, 2);
    *out++ = ':';
    out = put_digits(out, s / 60 % 60, 2);
    *out++ = ':';
    out = put_digits(out, s % 60, 2);
    *out++ = '.';
    out = put_digits(out, of_day % 1000, 3);
    *out++ = 'Z';
    *out = '\0';
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
