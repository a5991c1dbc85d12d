/* SPDX-License-Identifier: ISC */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "picture/canvas.h"
#include "picture/picture.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Any bytes as a picture: what has a copy has a small one, upright. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span bytes = {(const char *)data, size};
    struct picture p;

    for (int shape = 0; shape < PICTURE_SHAPES; shape++) {
        if (picture_shrink(bytes, (enum picture_shape)shape, &p)) {
            assert(p.width > 0 && p.width <= PICTURE_SIDE_MAX);
            assert(p.thumb_width > 0 && p.thumb_width <= p.width);
            assert(p.thumb_height > 0 && p.thumb_height <= p.height);
            assert(p.webp && p.len > 0);
            assert(shape == PICTURE_WHOLE || p.thumb_width == p.thumb_height);
        } else {
            assert(!p.webp && p.len == 0);
        }
        picture_free(&p);
    }
    assert(exif_orientation(bytes) >= 1 && exif_orientation(bytes) <= 8);
    return 0;
}
