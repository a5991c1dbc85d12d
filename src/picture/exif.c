/* SPDX-License-Identifier: ISC */
#include "picture/canvas.h"

#include <string.h>

enum {
    TIFF_HEAD = 8,
    ENTRY = 12,
    ENTRIES_MAX = 200, /* that are looked at */
    TAG_ORIENTATION = 0x112,
    TYPE_SHORT = 3,
    UPRIGHT = 1,
    LAST = 8,
};

/* A number of n bytes at `at`, which is there. */
static uint32_t
number(struct span s, size_t at, int n, bool big)
{
    uint32_t v = 0;

    for (int i = 0; i < n; i++)
        v |= (uint32_t)(uint8_t)s.p[at + (size_t)i]
             << 8 * (big ? n - 1 - i : i);
    return v;
}

int
exif_orientation(struct span tiff)
{
    size_t at, n;
    bool big;

    if (tiff.len < TIFF_HEAD)
        return UPRIGHT;
    big = memcmp(tiff.p, "MM\0*", 4) == 0;
    if (!big && memcmp(tiff.p, "II*\0", 4) != 0)
        return UPRIGHT;
    at = number(tiff, 4, 4, big);
    if (at > tiff.len - 2)
        return UPRIGHT;
    n = number(tiff, at, 2, big);
    at += 2;
    for (size_t i = 0; i < n && i < ENTRIES_MAX && tiff.len - at >= ENTRY;
         i++, at += ENTRY) {
        uint32_t v = number(tiff, at + 8, 2, big);
        if (number(tiff, at, 2, big) == TAG_ORIENTATION &&
            number(tiff, at + 2, 2, big) == TYPE_SHORT)
            return v >= UPRIGHT && v <= LAST ? (int)v : UPRIGHT;
    }
    return UPRIGHT;
}
