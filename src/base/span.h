/* SPDX-License-Identifier: ISC */
#ifndef BASE_SPAN_H
#define BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * span - borrowed bytes with a length.  Not NUL-terminated, never owned: the
 * bytes live as long as whoever lent them says.  {NULL, 0} means absent, which
 * differs from empty only in p.
 */
struct span {
    const char *p;
    size_t len;
};

#define SPAN(lit) ((struct span){"" lit, sizeof(lit) - 1})
#define SPAN_ARG(s) (int)(s).len, (s).p /* for "%.*s" */

struct span span_of(const char *z); /* NULL gives {NULL, 0} */
bool span_eq(struct span a, struct span b);
bool span_eqz(struct span a, const char *z);
bool span_starts(struct span s, struct span prefix);

/* Split s at the first sep: returns what precedes it and leaves the rest in
 * *s.  Without a sep the whole is returned and *s becomes {NULL, 0}. */
struct span span_cut(struct span *s, char sep);

/* ASCII white space, as the C locale has it. */
static inline bool
ascii_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Without leading and trailing ASCII white space. */
struct span span_trim(struct span s);

/* A NUL-terminated copy, owned by the caller; NULL for an absent span. */
char *span_dup(struct span s);

/* Copy s to *at and move *at behind it; an absent span stays absent.  For objects
 * that keep their texts behind themselves, in one piece of memory. */
struct span span_stash(char **at, struct span s);

/* Not for secrets.  The same for ever, on every machine of one byte order:
 * databases keep it. */
uint64_t span_hash(uint64_t seed, struct span s);

/* Parse a whole decimal number in [min, max]; false leaves *ret alone. */
bool span_int(struct span s, long long min, long long max, long long *ret);

/* Well-formed UTF-8 by RFC 3629: no surrogates, no overlong forms. */
bool utf8_valid(struct span s);

/* Length of the well-formed character at the start of s, or 0. */
size_t utf8_first(struct span s);

/* As much of the start of s, which is valid UTF-8, as max bytes hold in whole
 * characters. */
struct span utf8_fit(struct span s, size_t max);

/* Take the first character off s, which is valid UTF-8 and not empty. */
uint32_t utf8_take(struct span *s);

/* Code points in s, which is valid UTF-8. */
size_t utf8_count(struct span s);

#endif
