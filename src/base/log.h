/* SPDX-License-Identifier: ISC */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>

/*
 * One event, one line, one write(2) to stderr: time, level, program, text; as
 * JSON an object with these.
 * The text is "what happened key=value ...".  Any thread may log; errno is
 * preserved.  User text, tokens and passwords are never logged.
 */
enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };
enum log_format { LOG_TEXT, LOG_JSON };

/* program is borrowed for the life of the process.  Call before any thread. */
void log_open(const char *program, enum log_level threshold);

/* From now on.  Any thread. */
void log_set_threshold(enum log_level threshold);
void log_set_format(enum log_format format);

/* "debug", "info", "warn", "error"; "text", "json".  False for any other. */
bool log_parse_level(const char *name, enum log_level *ret);
bool log_parse_format(const char *name, enum log_format *ret);

void log_write(enum log_level level, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#define log_debug(...) log_write(LOG_DEBUG, __VA_ARGS__)
#define log_info(...) log_write(LOG_INFO, __VA_ARGS__)
#define log_warn(...) log_write(LOG_WARN, __VA_ARGS__)
#define log_error(...) log_write(LOG_ERROR, __VA_ARGS__)

#endif
