/* SPDX-License-Identifier: ISC */
#include "text/emoji.h"

#include <string.h>

#include "text/scan.h"
#include "text/uni.h"

#define PICTURE "\xef\xb8\x8f" /* U+FE0F */
enum { PICTURE_BYTES = sizeof(PICTURE) - 1 };

bool
emoji_read(struct span s, char ret[EMOJI_BYTES])
{
    size_t first, len = s.len;
    int32_t c = uni_at(s, 0, &first);
    bool alone, selected;

    if (len == 0 || len >= EMOJI_BYTES - PICTURE_BYTES ||
        scan_emoji(s, 0) != len)
        return false;
    selected = len == first + PICTURE_BYTES &&
               memcmp(s.p + first, PICTURE, PICTURE_BYTES) == 0;
    alone = len == first || selected;
    memcpy(ret, s.p, alone ? first : len);
    if (alone)
        len = first;
    if (alone && !uni_emoji(c)) {
        memcpy(ret + len, PICTURE, PICTURE_BYTES);
        len += PICTURE_BYTES;
    }
    ret[len] = '\0';
    return true;
}
