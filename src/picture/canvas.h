/* SPDX-License-Identifier: ISC */
#ifndef PICTURE_CANVAS_H
#define PICTURE_CANVAS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"
#include "picture/picture.h"

/*
 * canvas - the copy while it is made.  A decoder says how large the picture is,
 * then gives its rows, which are averaged as they come: it need not have all of
 * them.
 */
struct canvas {
    enum picture_shape shape;
    int width, height; /* of the picture */
    int wanted_width, wanted_height; /* of the copy */
    int orientation; /* of Exif, 1 to 8 */
    /* Between canvas_rows and the last row. */
    int in_width, in_height; /* of what comes, perhaps smaller already */
    int row; /* the next that comes */
    uint64_t *line; /* a row made narrow, in premultiplied sums */
    uint64_t *sum; /* the row of the copy that is being made */
    uint8_t *rgba; /* the copy */
};

/* The size of the picture, before it is turned; false when that is too large.
 * Says what the copy will have. */
bool canvas_size(struct canvas *c, int64_t width, int64_t height);
/* Rows of this size will come, no smaller than wanted. */
bool canvas_rows(struct canvas *c, int width, int height);
/* The next row, four bytes a pixel: red, green, blue, alpha. */
void canvas_row(struct canvas *c, const uint8_t *rgba);
/* Have all rows come? */
bool canvas_done(const struct canvas *c);
void canvas_free(struct canvas *c);

/* What a decoder is: fills the canvas, false when it cannot. */
typedef bool picture_decode(struct span bytes, struct canvas *c);
picture_decode jpeg_decode, png_decode, webp_decode, gif_decode;

/* The orientation that Exif's TIFF says, 1 (upright) where it says none. */
int exif_orientation(struct span tiff);

#endif
