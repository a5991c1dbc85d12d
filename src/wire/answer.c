/* SPDX-License-Identifier: ISC */
#include "wire/answer.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"

bool
answer_fits(size_t len, size_t source_len)
{
    return len > 0 &&
           len <= source_len * ANSWER_GROWTH_MAX + ANSWER_SPARE_BYTES;
}

/* The length of the unfit character at the start of s, or 0. */
static size_t
unfit_len(struct span s)
{
    const unsigned char *c = (const unsigned char *)s.p;

    if (c[0] < 0x20)
        return c[0] != '\n' && c[0] != '\t' && c[0] != '\r';
    if (c[0] == 0x7f)
        return 1;
    if (s.len >= 2 && ((c[0] == 0xc2 && c[1] < 0xa0) || /* C1 controls */
                          (c[0] == 0xd8 && c[1] == 0x9c))) /* U+061C */
        return 2;
    if (s.len < 3)
        return 0;
    if (c[0] == 0xe2 && c[1] == 0x80 &&
        (c[2] == 0x8e || c[2] == 0x8f || (c[2] >= 0xa8 && c[2] <= 0xae)))
        return 3; /* U+200E, U+200F, U+2028 to U+202E */
    if (c[0] == 0xe2 && c[1] == 0x81 && c[2] >= 0xa6 && c[2] <= 0xa9)
        return 3; /* U+2066 to U+2069 */
    if (c[0] == 0xef && ((c[1] == 0xbb && c[2] == 0xbf) || /* U+FEFF */
                            (c[1] == 0xbf && c[2] >= 0xb9 && c[2] <= 0xbb)))
        return 3; /* U+FFF9 to U+FFFB: a text beside a text */
    return s.len >= 4 && c[0] == 0xf3 && c[1] == 0xa0 && c[2] <= 0x81
               ? 4 /* U+E0000 to U+E007F: letters that are not drawn */
               : 0;
}

void
answer_clean(char *text, struct span source)
{
    struct span rest = span_of(text);
    size_t out = 0;

    while (rest.len > 0) {
        size_t n = unfit_len(rest);
        bool drop = n > 0 && !memmem(source.p, source.len, rest.p, n);

        n = n > 0 ? n : 1;
        if (!drop)
            memmove(text + out, rest.p, n);
        out += drop ? 0 : n;
        rest.p += n;
        rest.len -= n;
    }
    text[out] = '\0';
}

char *
answer_word(struct span word, size_t max)
{
    char *copy;

    if (!word.p)
        return NULL;
    copy = span_dup(utf8_fit(word, max));
    answer_clean(copy, SPAN(""));
    return copy;
}

char *
answer_list(struct span list)
{
    return list.len <= ANSWER_LIST_BYTES_MAX ? answer_word(list, list.len)
                                             : NULL;
}

double
answer_number(double v, double max)
{
    if (!isfinite(v) || v < 0)
        return 0;
    return v < max ? v : max;
}
