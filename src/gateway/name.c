/* SPDX-License-Identifier: ISC */
#include "gateway/name.h"

#include <stddef.h>
#include <stdint.h>

struct range {
    uint32_t from, to;
};

/* White space, and what is drawn as nothing (Unicode's White_Space, and the
 * usual ones of Default_Ignorable_Code_Point). */
static const struct range shapeless[] = {
    {0x09, 0x0d},
    {0x20, 0x20},
    {0x85, 0x85},
    {0xa0, 0xa0},
    {0xad, 0xad},
    {0x034f, 0x034f},
    {0x061c, 0x061c},
    {0x115f, 0x1160},
    {0x1680, 0x1680},
    {0x17b4, 0x17b5},
    {0x180b, 0x180f},
    {0x2000, 0x200f},
    {0x2028, 0x202f},
    {0x205f, 0x206f},
    {0x2800, 0x2800}, /* the empty Braille cell */
    {0x3000, 0x3000},
    {0x3164, 0x3164},
    {0xfe00, 0xfe0f},
    {0xfeff, 0xfeff},
    {0xffa0, 0xffa0},
    {0xe0000, 0xe0fff},
};

/* Controls, line ends, and what embeds or overrides the direction of text. */
static const struct range unfit[] = {
    {0x00, 0x1f},
    {0x7f, 0x9f},
    {0x2028, 0x202e},
    {0x2066, 0x2069},
};

static bool
is_in(uint32_t c, const struct range *ranges, size_t n)
{
    for (size_t i = 0; i < n && ranges[i].from <= c; i++)
        if (c <= ranges[i].to)
            return true;
    return false;
}
#define IS_IN(c, ranges)                                                       \
    is_in((c), (ranges), sizeof(ranges) / sizeof((ranges)[0]))

/* Take a character off valid UTF-8. */
static uint32_t
next(struct span *s)
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

bool
text_is_blank(struct span text)
{
    while (text.len)
        if (!IS_IN(next(&text), shapeless))
            return false;
    return true;
}

bool
name_check(struct span name, int max, struct err *err)
{
    struct span rest = name;

    if (!utf8_valid(name) || utf8_count(name) > (size_t)max)
        return err_set(
            err, FAIL_BAD_INPUT, "a name has at most %d characters", max);
    if (text_is_blank(name))
        return err_set(err, FAIL_BAD_INPUT, "a name is needed");
    while (rest.len)
        if (IS_IN(next(&rest), unfit))
            return err_set(
                err, FAIL_BAD_INPUT, "a name has no control characters");
    return true;
}
