/* SPDX-License-Identifier: ISC */
#include "picture/canvas.h"

#include <stdlib.h>
#include <string.h>

/* One side, made `by` of `of` as long. */
static int
scaled(int side, int by, int of)
{
    int n = (int)(((int64_t)side * by + of / 2) / of);

    return n > 0 ? n : 1;
}

bool
canvas_size(struct canvas *c, int64_t width, int64_t height)
{
    int longer, shorter, side, limit;

    if (width <= 0 || height <= 0 || width > PICTURE_SIDE_MAX ||
        height > PICTURE_SIDE_MAX || width * height > PICTURE_PIXELS_MAX)
        return false;
    c->width = c->wanted_width = (int)width;
    c->height = c->wanted_height = (int)height;
    longer = width > height ? c->width : c->height;
    shorter = width > height ? c->height : c->width;
    side = c->shape == PICTURE_SQUARE ? shorter : longer;
    limit = c->shape == PICTURE_SQUARE ? PICTURE_FACE_SIDE : PICTURE_THUMB_SIDE;
    if (side > limit) {
        c->wanted_width = scaled(c->width, limit, side);
        c->wanted_height = scaled(c->height, limit, side);
    }
    return true;
}

bool
canvas_rows(struct canvas *c, int width, int height)
{
    size_t n = (size_t)c->wanted_width * 4;

    if (width < c->wanted_width || height < c->wanted_height)
        return false;
    c->in_width = width;
    c->in_height = height;
    c->line = calloc(n, sizeof(*c->line));
    c->sum = calloc(n, sizeof(*c->sum));
    c->rgba = malloc(n * (size_t)c->wanted_height);
    return c->line && c->sum && c->rgba;
}

/* The row, made narrow: every pixel is as wide as the copy has columns, every
 * column as wide as the row has pixels, so a pixel lies in two at most. */
static void
narrow(struct canvas *c, const uint8_t *in)
{
    const uint64_t out_width = (uint64_t)c->wanted_width;
    uint64_t left = (uint64_t)c->in_width; /* of the column */
    uint64_t *out = c->line;

    memset(out, 0, sizeof(*out) * 4 * out_width);
    for (int x = 0; x < c->in_width; x++, in += 4) {
        const uint64_t alpha = in[3];
        uint64_t part = out_width;
        while (part > 0) {
            uint64_t n = part < left ? part : left;
            out[0] += n * in[0] * alpha;
            out[1] += n * in[1] * alpha;
            out[2] += n * in[2] * alpha;
            out[3] += n * alpha;
            part -= n;
            left -= n;
            if (left == 0) {
                left = (uint64_t)c->in_width;
                out += 4;
            }
        }
    }
}

static void
add_line(struct canvas *c, uint64_t weight)
{
    for (int i = 0; i < 4 * c->wanted_width; i++)
        c->sum[i] += weight * c->line[i];
}

/* A row of the copy is complete. */
static void
put_row(struct canvas *c, int y)
{
    const uint64_t area = (uint64_t)c->in_width * (uint64_t)c->in_height;
    uint8_t *out = c->rgba + (size_t)y * (size_t)c->wanted_width * 4;
    const uint64_t *sum = c->sum;

    for (int x = 0; x < c->wanted_width; x++, sum += 4, out += 4) {
        for (int i = 0; i < 3; i++)
            out[i] = sum[3] ? (uint8_t)((sum[i] + sum[3] / 2) / sum[3]) : 0;
        out[3] = (uint8_t)((sum[3] + area / 2) / area);
    }
    memset(c->sum, 0, sizeof(*c->sum) * 4 * (size_t)c->wanted_width);
}

/* As with columns: the row lies in one row of the copy or in two. */
void
canvas_row(struct canvas *c, const uint8_t *rgba)
{
    const uint64_t in = (uint64_t)c->in_height;
    const uint64_t out = (uint64_t)c->wanted_height;
    uint64_t from = (uint64_t)c->row * out, end = from + out;

    if (canvas_done(c))
        return;
    narrow(c, rgba);
    while (from < end) {
        uint64_t border = (from / in + 1) * in;
        uint64_t to = end < border ? end : border;
        add_line(c, to - from);
        if (to == border)
            put_row(c, (int)(border / in) - 1);
        from = to;
    }
    c->row++;
}

bool
canvas_done(const struct canvas *c)
{
    return c->rgba && c->row == c->in_height;
}

void
canvas_free(struct canvas *c)
{
    free(c->line);
    free(c->sum);
    free(c->rgba);
    *c = (struct canvas){0};
}
