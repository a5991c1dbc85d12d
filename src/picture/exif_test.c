/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "base/tap.h"
#include "picture/canvas.h"

/* A TIFF of one entry, little-endian; what follows "II" is swapped in `big`. */
#define LITTLE(tag, type, value)                                               \
    SPAN("II*\0\x08\0\0\0\x01\0" tag type "\x01\0\0\0" value "\0\0\0\0\0\0")
#define BIG(value)                                                             \
    SPAN("MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0" value "\0\0\0\0")

static void
every_orientation_is_read_in_both_byte_orders(void)
{
    CHECK(exif_orientation(LITTLE("\x12\x01", "\x03\0", "\x01\0")) == 1);
    CHECK(exif_orientation(LITTLE("\x12\x01", "\x03\0", "\x06\0")) == 6);
    CHECK(exif_orientation(LITTLE("\x12\x01", "\x03\0", "\x08\0")) == 8);
    CHECK(exif_orientation(BIG("\x03")) == 3);
}

static void
what_is_nonsense_is_upright(void)
{
    CHECK(exif_orientation(SPAN("")) == 1);
    CHECK(exif_orientation(SPAN("JUNKJUNKJUNK")) == 1);
    CHECK(exif_orientation(SPAN("II*\0\xff\xff\xff\xff")) == 1);
    CHECK(exif_orientation(LITTLE("\x12\x01", "\x03\0", "\x09\0")) == 1);
    CHECK(exif_orientation(LITTLE("\x12\x01", "\x03\0", "\0\0")) == 1);
    CHECK(exif_orientation(LITTLE("\x12\x01", "\x04\0", "\x06\0")) == 1);
    CHECK(exif_orientation(LITTLE("\x13\x01", "\x03\0", "\x06\0")) == 1);
}

/* ASan sees what reads behind its end. */
static void
one_that_is_cut_anywhere_is_read_within_its_bounds(void)
{
    struct span whole = LITTLE("\x12\x01", "\x03\0", "\x06\0");
    char cut[64];

    for (size_t n = 0; n < whole.len; n++) {
        memcpy(cut, whole.p, n);
        int is = exif_orientation((struct span){cut, n});
        CHECK(is == 1 || is == 6);
    }
}

int
main(void)
{
    RUN(every_orientation_is_read_in_both_byte_orders);
    RUN(what_is_nonsense_is_upright);
    RUN(one_that_is_cut_anywhere_is_read_within_its_bounds);
    return tap_end();
}
