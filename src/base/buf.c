/* SPDX-License-Identifier: ISC */
#include "base/buf.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum {
    CAP_MIN = 64,
    NUMBER_CHARS = 20, /* of INT64_MIN */
};

char *
buf_grow(struct buf *b, size_t n)
{
    size_t cap = b->cap ? b->cap * 2 : CAP_MIN;

    if (cap < b->len + n)
        cap = b->len + n;
    b->p = xrealloc(b->p, cap);
    b->cap = cap;
    return b->p + b->len;
}

void
buf_add(struct buf *b, const void *p, size_t n)
{
    if (n == 0)
        return;
    memcpy(buf_reserve(b, n), p, n);
    b->len += n;
}

void
buf_adds(struct buf *b, struct span s)
{
    buf_add(b, s.p, s.len);
}

void
buf_addz(struct buf *b, const char *z)
{
    buf_add(b, z, strlen(z));
}

void
buf_addn(struct buf *b, int64_t n)
{
    char digits[NUMBER_CHARS], *at = digits + sizeof(digits);
    uint64_t left = n < 0 ? -(uint64_t)n : (uint64_t)n;

    do {
        *--at = (char)('0' + left % 10);
        left /= 10;
    } while (left);
    if (n < 0)
        *--at = '-';
    buf_add(b, at, (size_t)(digits + sizeof(digits) - at));
}

void
buf_addf(struct buf *b, const char *fmt, ...)
{
    va_list ap;
    int n;

    buf_reserve(b, 1);
    va_start(ap, fmt);
    n = vsnprintf(b->p + b->len, b->cap - b->len, fmt, ap);
    va_end(ap);
    assert(n >= 0);
    if ((size_t)n >= b->cap - b->len) {
        buf_reserve(b, (size_t)n + 1);
        va_start(ap, fmt);
        vsnprintf(b->p + b->len, b->cap - b->len, fmt, ap);
        va_end(ap);
    }
    b->len += (size_t)n;
}

struct span
buf_span(const struct buf *b)
{
    return (struct span){b->p, b->len};
}

char *
buf_take(struct buf *b)
{
    char *p;

    buf_addc(b, '\0');
    p = b->p;
    *b = (struct buf){0};
    return p;
}

void
buf_reset(struct buf *b)
{
    b->len = 0;
}

void
buf_free(struct buf *b)
{
    free(b->p);
    *b = (struct buf){0};
}
