/* SPDX-License-Identifier: ISC */
#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { TEXT_BYTES_MAX = 1000, LINE_BYTES_MAX = 6 * TEXT_BYTES_MAX + 200 };

static const char *const level_names[] = {
    [LOG_DEBUG] = "debug",
    [LOG_INFO] = "info",
    [LOG_WARN] = "warn",
    [LOG_ERROR] = "error",
};

/* Written once before the first thread starts, read by all. */
static const char *our_name = "-";
static _Atomic(enum log_level) least = LOG_INFO;
static _Atomic(enum log_format) written_as = LOG_TEXT;

void
log_open(const char *program, enum log_level threshold)
{
    our_name = program;
    least = threshold;
}

void
log_set_threshold(enum log_level threshold)
{
    least = threshold;
}

void
log_set_format(enum log_format format)
{
    written_as = format;
}

bool
log_parse_level(const char *name, enum log_level *ret)
{
    for (int i = LOG_DEBUG; i <= LOG_ERROR; i++)
        if (strcmp(name, level_names[i]) == 0)
            return *ret = (enum log_level)i, true;
    return false;
}

bool
log_parse_format(const char *name, enum log_format *ret)
{
    *ret = strcmp(name, "json") == 0 ? LOG_JSON : LOG_TEXT;
    return *ret == LOG_JSON || strcmp(name, "text") == 0;
}

/* As the inside of a JSON string; returns its end. */
static char *
escape(char *to, const char *text)
{
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;

        if (c == '"' || c == '\\')
            *to++ = '\\';
        if (c < ' ')
            to += sprintf(to, "\\u%04x", c);
        else
            *to++ = (char)c;
    }
    return to;
}

/* One event is one line, whatever a peer's words in it are. */
static void
flatten(char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < ' ')
            *text = ' ';
}

static size_t
make_line(char line[LINE_BYTES_MAX], const char *time, enum log_level level,
    const char *text)
{
    char *end = line;

    if (written_as == LOG_TEXT)
        return (size_t)sprintf(
            line, "%s %-5s %s %s\n", time, level_names[level], our_name, text);
    end += sprintf(end,
        "{\"time\":\"%s\",\"level\":\"%s\",\"program\":\"%s\",\"message\":\"",
        time, level_names[level], our_name);
    end = escape(end, text);
    end += sprintf(end, "\"}\n");
    return (size_t)(end - line);
}

void
log_write(enum log_level level, const char *fmt, ...)
{
    char text[TEXT_BYTES_MAX], line[LINE_BYTES_MAX], when[40];
    struct timespec now;
    struct tm tm;
    int saved = errno;
    va_list ap;
    size_t n;

    if (level < least)
        return;
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &tm);
    n = strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%S", &tm);
    snprintf(when + n, sizeof(when) - n, ".%03ldZ", now.tv_nsec / 1000000);
    errno = saved; /* for %m */
    va_start(ap, fmt);
    vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    if (written_as == LOG_TEXT)
        flatten(text);
    n = make_line(line, when, level, text);
    if (write(STDERR_FILENO, line, n) < 0) {
        /* Nowhere left to report it. */
    }
    errno = saved;
}
