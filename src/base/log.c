/* SPDX-License-Identifier: ISC */
#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { LINE_BYTES_MAX = 1024 };

/* Written once before the first thread starts, read by all. */
static const char *program = "-";
static _Atomic(enum log_level) threshold = LOG_INFO;

void
log_open(const char *name, enum log_level least)
{
    program = name;
    threshold = least;
}

void
log_set_threshold(enum log_level least)
{
    threshold = least;
}

void
log_write(enum log_level level, const char *fmt, ...)
{
    static const char *const name[] = {"debug", "info", "warn", "error"};
    char line[LINE_BYTES_MAX];
    struct timespec now;
    struct tm tm;
    int saved = errno, n, k;
    va_list ap;

    if (level < threshold)
        return;
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &tm);
    n = (int)strftime(line, sizeof(line), "%Y-%m-%dT%H:%M:%S", &tm);
    n += snprintf(line + n, sizeof(line) - (size_t)n, ".%03ldZ %-5s %s ",
        now.tv_nsec / 1000000, name[level], program);
    errno = saved; /* for %m */
    va_start(ap, fmt);
    k = vsnprintf(line + n, sizeof(line) - (size_t)n - 1, fmt, ap);
    va_end(ap);
    n = k < (int)sizeof(line) - n - 2 ? n + k : (int)sizeof(line) - 2;
    line[n++] = '\n';
    if (write(STDERR_FILENO, line, (size_t)n) < 0) {
        /* Nowhere left to report it. */
    }
    errno = saved;
}
