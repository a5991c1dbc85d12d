/* SPDX-License-Identifier: ISC */
#ifndef PICTURE_PICTURE_H
#define PICTURE_PICTURE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

/*
 * picture - a small copy of a picture that somebody sent: JPEG, PNG, WebP, the
 * first picture of a GIF.  Of the original come pixels only: no place where it was
 * taken, no camera, no text.  Upright, as its Exif says.
 *
 * Pure: no I/O.  The libraries that read pictures have had their faults, so this
 * runs in a cage (cage.h), and nothing of it in the gateway.
 */
enum {
    PICTURE_BYTES_MAX = 32 << 20, /* of what is read */
    PICTURE_SIDE_MAX = 30000, /* of its pixels, and in all: */
    PICTURE_PIXELS_MAX = 50 * 1000 * 1000,
    PICTURE_THUMB_SIDE = 640, /* the longer side of the copy, */
    PICTURE_FACE_SIDE = 192, /* and both of a square one */
    PICTURE_THUMB_BYTES_MAX = 1 << 20,
};

enum picture_shape {
    PICTURE_WHOLE,
    PICTURE_SQUARE, /* its middle: of a person or a room */
    PICTURE_SHAPES,
};

struct picture {
    int width, height; /* of the original, upright */
    int thumb_width, thumb_height;
    uint8_t *webp; /* the copy; picture_free */
    size_t len;
};

/* False when it is no picture, is damaged or too large; *ret is empty then. */
bool picture_shrink(
    struct span bytes, enum picture_shape shape, struct picture *ret);
void picture_free(struct picture *p);

#endif
