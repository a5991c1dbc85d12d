/* SPDX-License-Identifier: ISC */
#include "text/lines.h"

#include <assert.h>
#include <string.h>

/* Bytes above 0x7f count as letters: better an emoji that goes through an
 * engine than a word that does not. */
static bool
has_letter(struct span s)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c >= 0x80 || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
            return true;
    }
    return false;
}

static size_t
line_len(struct span s)
{
    size_t n = 0;

    while (n < s.len && s.p[n] != '\n' && s.p[n] != '\r')
        n++;
    return n;
}

/* Where to cut a line longer than max: after the last white space, else
 * between two code points. */
static size_t
cut_at(struct span line, size_t max)
{
    for (size_t n = max; n > max / 2; n--) {
        if (ascii_space(line.p[n - 1]))
            return n;
    }
    return utf8_fit(line, max).len;
}

/* What is translated neither begins nor ends with ASCII white space.  Other
 * Unicode spaces may belong to the sentence ("10 km"): left to the engine. */
bool
lines_next(struct span *rest, size_t max_bytes, struct line_piece *ret)
{
    struct span s = *rest;
    size_t n = 0;

    assert(max_bytes >= 8);
    if (s.len == 0)
        return false;

    ret->translate = !ascii_space(s.p[0]);
    if (ret->translate) {
        n = line_len(s);
        if (n > max_bytes)
            n = cut_at(s, max_bytes);
        while (ascii_space(s.p[n - 1]))
            n--;
    } else {
        while (n < s.len && ascii_space(s.p[n]))
            n++;
    }
    ret->text = (struct span){s.p, n};
    ret->translate = ret->translate && has_letter(ret->text);
    *rest = (struct span){s.p + n, s.len - n};
    return true;
}
