/* SPDX-License-Identifier: ISC */
#include "base/span.h"

#include <stdint.h>
#include <string.h>

#include "base/mem.h"

struct span
span_of(const char *z)
{
    return (struct span){z, z ? strlen(z) : 0};
}

bool
span_eq(struct span a, struct span b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.p, b.p, a.len) == 0);
}

bool
span_eqz(struct span a, const char *z)
{
    return span_eq(a, span_of(z));
}

bool
span_starts(struct span s, struct span prefix)
{
    return s.len >= prefix.len &&
           span_eq((struct span){s.p, prefix.len}, prefix);
}

struct span
span_cut(struct span *s, char sep)
{
    const char *at = s->len ? memchr(s->p, sep, s->len) : NULL;
    struct span head = *s;

    if (!at) {
        *s = (struct span){NULL, 0};
        return head;
    }
    head.len = (size_t)(at - s->p);
    s->p += head.len + 1;
    s->len -= head.len + 1;
    return head;
}

struct span
span_trim(struct span s)
{
    while (s.len && ascii_space(s.p[0])) {
        s.p++;
        s.len--;
    }
    while (s.len && ascii_space(s.p[s.len - 1]))
        s.len--;
    return s;
}

char *
span_dup(struct span s)
{
    return s.p ? xstrndup(s.p, s.len) : NULL;
}

struct span
span_stash(char **at, struct span s)
{
    struct span copy = {*at, s.len};

    if (!s.p)
        return s;
    memcpy(*at, s.p, s.len);
    *at += s.len;
    return copy;
}

static uint64_t
mix(uint64_t h)
{
    h ^= h >> 32;
    h *= 0xe9846af9b1a615d;
    h ^= h >> 32;
    h *= 0xe9846af9b1a615d;
    return h ^ h >> 28;
}

uint64_t
span_hash(uint64_t seed, struct span s)
{
    uint64_t h = seed ^ s.len, word = 0;
    size_t i = 0;

    for (; i + sizeof(word) <= s.len; i += sizeof(word)) {
        memcpy(&word, s.p + i, sizeof(word));
        h = mix(h ^ word);
    }
    word = 0;
    if (i < s.len)
        memcpy(&word, s.p + i, s.len - i);
    return mix(h ^ word);
}

bool
span_int(struct span s, long long min, long long max, long long *ret)
{
    bool negative = s.len && s.p[0] == '-';
    long long v = 0;

    if (s.len == negative)
        return false;
    for (size_t i = negative; i < s.len; i++) {
        int digit = s.p[i] - '0';
        if (digit < 0 || digit > 9)
            return false;
        if (__builtin_mul_overflow(v, 10, &v) ||
            __builtin_sub_overflow(v, digit, &v))
            return false; /* accumulated as a negative: LLONG_MIN fits */
    }
    if (!negative && __builtin_sub_overflow(0, v, &v))
        return false;
    if (v < min || v > max)
        return false;
    *ret = v;
    return true;
}

/* Length of the well-formed sequence at p (n > 0 bytes left), or 0. */
static size_t
sequence_len(const unsigned char *p, size_t n)
{
    unsigned char c = p[0];
    size_t len;

    if (c < 0x80)
        return 1;
    if (c < 0xc2 || c > 0xf4)
        return 0;
    len = c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
    if (len > n)
        return 0;
    for (size_t i = 1; i < len; i++)
        if ((p[i] & 0xc0) != 0x80)
            return 0;
    if ((c == 0xe0 && p[1] < 0xa0) || (c == 0xed && p[1] > 0x9f) ||
        (c == 0xf0 && p[1] < 0x90) || (c == 0xf4 && p[1] > 0x8f))
        return 0;
    return len;
}

/* Set in eight bytes of which not all are ASCII. */
static const uint64_t beyond_ascii = 0x8080808080808080;

bool
utf8_valid(struct span s)
{
    const unsigned char *p = (const unsigned char *)s.p;
    size_t i = 0;

    while (i < s.len) {
        size_t len;
        uint64_t eight;
        if (s.len - i >= sizeof(eight)) {
            memcpy(&eight, p + i, sizeof(eight));
            if ((eight & beyond_ascii) == 0) {
                i += sizeof(eight);
                continue;
            }
        }
        len = sequence_len(p + i, s.len - i);
        if (len == 0)
            return false;
        i += len;
    }
    return true;
}

size_t
utf8_first(struct span s)
{
    return s.len ? sequence_len((const unsigned char *)s.p, s.len) : 0;
}

struct span
utf8_fit(struct span s, size_t max)
{
    if (s.len <= max)
        return s;
    while (max > 0 && ((unsigned char)s.p[max] & 0xc0) == 0x80)
        max--;
    return (struct span){s.p, max};
}

uint32_t
utf8_take(struct span *s)
{
    unsigned char first = (unsigned char)*s->p;
    size_t len = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    uint32_t c = len == 1 ? first : first & (0x7fu >> len);

    for (size_t i = 1; i < len; i++)
        c = c << 6 | ((unsigned char)s->p[i] & 0x3f);
    s->p += len;
    s->len -= len;
    return c;
}

size_t
utf8_count(struct span s)
{
    size_t n = 0;

    for (size_t i = 0; i < s.len; i++)
        n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
    return n;
}
