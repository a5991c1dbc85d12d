/* SPDX-License-Identifier: ISC */
#include "gateway/name.h"

#include <stddef.h>
#include <stdint.h>
#include <unicode/uchar.h>

#include "base/id.h"

enum {
    NAME_MARKS_MAX = 4, /* one on another: UTS 39 5.4 */
    VIRAMA = 9, /* its combining class */
    NON_JOINER = 0x200c,
    JOINER = 0x200d,
    EMOJI_STYLE = 0xfe0f,
    FLAG = 0x1f3f4,
    TAG_FIRST = 0xe0020,
    TAG_LAST = 0xe007f,
};

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

bool
text_is_blank(struct span text)
{
    while (text.len)
        if (!IS_IN(utf8_take(&text), shapeless))
            return false;
    return true;
}

/* ---- names ---- */

static bool
is_mark(UChar32 c)
{
    return (U_GET_GC_MASK(c) & (U_GC_MN_MASK | U_GC_ME_MASK)) != 0;
}

/* Emoji are joined to others, and are followed by what says how to draw them. */
static bool
is_emoji_part(UChar32 c)
{
    return u_hasBinaryProperty(c, UCHAR_EXTENDED_PICTOGRAPHIC) ||
           u_hasBinaryProperty(c, UCHAR_EMOJI_MODIFIER) || c == EMOJI_STYLE;
}

/* Do the scripts around a joiner need it (RFC 5892 A.1, A.2)? */
static bool
joins(UChar32 joiner, UChar32 before, UChar32 after)
{
    int from = u_getIntPropertyValue(before, UCHAR_JOINING_TYPE);
    int to = u_getIntPropertyValue(after, UCHAR_JOINING_TYPE);

    if (u_getCombiningClass(before) == VIRAMA)
        return true;
    if (from == U_JT_DUAL_JOINING)
        return to == U_JT_DUAL_JOINING || to == U_JT_RIGHT_JOINING;
    return joiner == JOINER && is_emoji_part(before) &&
           u_hasBinaryProperty(after, UCHAR_EXTENDED_PICTOGRAPHIC);
}

/* Controls, line ends, and what only changes how others are drawn: it may turn
 * text around, or make two names that look the same. */
static bool
is_unfit(UChar32 before, UChar32 c, UChar32 after)
{
    if (c == JOINER || c == NON_JOINER)
        return !joins(c, before, after);
    if (c >= TAG_FIRST && c <= TAG_LAST) /* a flag's letters */
        return before != FLAG && (before < TAG_FIRST || before > TAG_LAST);
    return (U_GET_GC_MASK(c) & (U_GC_CC_MASK | U_GC_CF_MASK | U_GC_ZL_MASK |
                                   U_GC_ZP_MASK | U_GC_CO_MASK)) != 0;
}

static bool
check_characters(struct span name, struct err *err)
{
    UChar32 before = 0, c = 0, after = 0;
    int n_marks = 0;

    if (name.len)
        after = (UChar32)utf8_take(&name);
    for (bool more = true; more; before = c) {
        c = after;
        more = name.len > 0;
        after = more ? (UChar32)utf8_take(&name) : 0;
        n_marks = is_mark(c) ? n_marks + 1 : 0;
        if (n_marks > NAME_MARKS_MAX)
            return err_set(err, FAIL_BAD_INPUT,
                "a name has at most %d marks on a letter", NAME_MARKS_MAX);
        if (is_unfit(before, c, after))
            return err_set(err, FAIL_BAD_INPUT,
                "a name has no control or formatting characters");
    }
    return true;
}

bool
name_check(struct span name, int max, struct err *err)
{
    if (!utf8_valid(name) || utf8_count(name) > (size_t)max)
        return err_set(
            err, FAIL_BAD_INPUT, "a name has at most %d characters", max);
    if (text_is_blank(name))
        return err_set(err, FAIL_BAD_INPUT, "a name is needed");
    return check_characters(name, err);
}

bool
username_from(struct span name, char ret[CHAT_USERNAME_LEN_MAX + 1])
{
    size_t n = 0;

    for (size_t i = 0; i < name.len && n < CHAT_USERNAME_LEN_MAX; i++)
        if (id_valid((struct span){name.p + i, 1}))
            ret[n++] = name.p[i];
    ret[n] = '\0';
    return n >= CHAT_USERNAME_LEN_MIN;
}

bool
username_check(struct span name, struct err *err)
{
    return id_valid(name) ||
           err_set(err, FAIL_BAD_INPUT,
               "a user name has letters, digits, or any of . _ -");
}
