/* SPDX-License-Identifier: ISC */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdbool.h>

/* Why something failed, as far as a caller or a client can act on it. */
enum fail {
    FAIL_NONE,
    FAIL_BAD_INPUT, /* the caller sent something wrong: do not retry */
    FAIL_UNAUTHORIZED, /* no valid session */
    FAIL_FORBIDDEN, /* a valid session, but not for this */
    FAIL_NOT_FOUND,
    FAIL_CONFLICT, /* the name is taken, the row exists */
    FAIL_TOO_LARGE,
    FAIL_RATE, /* slow down and retry */
    FAIL_BUSY, /* a bound was reached: retry later */
    FAIL_SYSTEM, /* our fault or the machine's */
    FAIL_UNKNOWN, /* it may have happened or not: ask again and see */
};

/* The name clients see: "BAD_INPUT", "FORBIDDEN", ...; "OK" for FAIL_NONE. */
const char *fail_code(enum fail kind);

/* A failure on the caller's stack: no allocation, last parameter. */
struct err {
    enum fail kind;
    char text[200]; /* one line for a person, never user text or a secret */
};

/* Fill err (which may be NULL) and return false, so that failing is one line:
 *     return err_set(err, FAIL_SYSTEM, "open %s: %m", path); */
bool err_set(struct err *err, enum fail kind, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#endif
