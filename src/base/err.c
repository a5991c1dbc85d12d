/* SPDX-License-Identifier: ISC */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>

const char *
fail_code(enum fail kind)
{
    static const char *const code[] = {
        [FAIL_NONE] = "OK",
        [FAIL_BAD_INPUT] = "BAD_INPUT",
        [FAIL_UNAUTHORIZED] = "UNAUTHORIZED",
        [FAIL_FORBIDDEN] = "FORBIDDEN",
        [FAIL_NOT_FOUND] = "NOT_FOUND",
        [FAIL_CONFLICT] = "CONFLICT",
        [FAIL_TOO_LARGE] = "TOO_LARGE",
        [FAIL_RATE] = "RATE",
        [FAIL_BUSY] = "BUSY",
        [FAIL_SYSTEM] = "SYSTEM",
        [FAIL_UNKNOWN] = "UNKNOWN",
    };

    return code[kind];
}

bool
err_set(struct err *err, enum fail kind, const char *fmt, ...)
{
    va_list ap;

    if (!err)
        return false;
    err->kind = kind;
    va_start(ap, fmt);
    vsnprintf(err->text, sizeof(err->text), fmt, ap);
    va_end(ap);
    return false;
}
