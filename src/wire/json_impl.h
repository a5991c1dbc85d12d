/* SPDX-License-Identifier: ISC */
#ifndef WIRE_JSON_IMPL_H
#define WIRE_JSON_IMPL_H

#include <string.h>

#include "wire/json.h"

/* What the files of json share, and their fuzz target looks at. */

/* How jansson reads: no key twice, but any value alone, and NUL in texts. */
enum { JSON_READ = JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL };

/* The tree of text, which is valid UTF-8, or NULL if that is for jansson to
 * read, or to refuse: see json_scan.c. */
json_t *json_scan(struct span text);

/* How many bytes at the start of p[0..n) need no second look in a string:
 * neither quote, backslash nor control character, nor, with ascii, the start of
 * a longer character.  Eight at a time, some may be left out at the end. */
static inline size_t
json_plain(const char *p, size_t n, bool ascii)
{
    const uint64_t ones = 0x0101010101010101u, highs = ones << 7;
    size_t i = 0;

    for (; i + 8 <= n; i += 8) {
        uint64_t w, quote, backslash, odd;
        memcpy(&w, p + i, 8);
        quote = w ^ (ones * '"');
        backslash = w ^ (ones * '\\');
        odd = ((w - ones * 0x20) & ~w) | ((quote - ones) & ~quote) |
              ((backslash - ones) & ~backslash) | (ascii ? w : 0);
        if (odd & highs)
            break;
    }
    return i;
}

#endif
