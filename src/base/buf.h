/* SPDX-License-Identifier: ISC */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/span.h"

/*
 * buf - growable bytes.  A zeroed struct buf is empty and valid.  p is not
 * NUL-terminated; buf_take() terminates.  The caller bounds what goes in.
 */
struct buf {
    char *p;
    size_t len, cap;
};

char *buf_grow(struct buf *b, size_t n); /* for buf_reserve */

/* Room for n more bytes at the returned address; len is not changed. */
static inline char *
buf_reserve(struct buf *b, size_t n)
{
    return b->cap - b->len < n ? buf_grow(b, n) : b->p + b->len;
}

void buf_add(struct buf *b, const void *p, size_t n);
void buf_adds(struct buf *b, struct span s);
void buf_addz(struct buf *b, const char *z);
static inline void
buf_addc(struct buf *b, char c)
{
    *buf_reserve(b, 1) = c;
    b->len++;
}

void buf_addn(struct buf *b, int64_t n); /* in decimal */
void buf_addf(struct buf *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* What is in it, borrowed until the next change. */
struct span buf_span(const struct buf *b);

/* Move the bytes out, NUL-terminated; the caller owns them, b is empty. */
char *buf_take(struct buf *b);

void buf_reset(struct buf *b); /* forget the bytes, keep the memory */
void buf_free(struct buf *b); /* b is zeroed: may be used again */

#endif
