/* SPDX-License-Identifier: ISC */
#include "picture/picture.h"

#include <stdlib.h>
#include <string.h>

#include <webp/encode.h>

#include "picture/canvas.h"

enum { QUALITY = 75 };

static const struct {
    struct span head;
    picture_decode *decode;
} kinds[] = {
    {SPAN("\xff\xd8\xff"), jpeg_decode},
    {SPAN("\x89PNG\r\n\x1a\n"), png_decode},
    {SPAN("RIFF"), webp_decode},
    {SPAN("GIF8"), gif_decode},
};

/* Where a pixel of the upright copy is in the one that was decoded, in which a
 * row has `width`. */
static size_t
turned(const struct canvas *c, int x, int y)
{
    int right = c->wanted_width - 1, below = c->wanted_height - 1;
    int from_x = x, from_y = y;

    if (c->orientation >= 5) { /* lies on its side: rows were columns */
        from_x = y;
        from_y = x;
    }
    if (c->orientation == 2 || c->orientation == 3 || c->orientation == 7 ||
        c->orientation == 8)
        from_x = right - from_x;
    if (c->orientation == 3 || c->orientation == 4 || c->orientation == 6 ||
        c->orientation == 7)
        from_y = below - from_y;
    return ((size_t)from_y * (size_t)c->wanted_width + (size_t)from_x) * 4;
}

/* The copy, upright, and only its middle where that is wanted. */
static uint8_t *
upright(const struct canvas *c, struct picture *p)
{
    bool lies = c->orientation >= 5;
    int width = lies ? c->wanted_height : c->wanted_width;
    int height = lies ? c->wanted_width : c->wanted_height;
    int side = width < height ? width : height;
    bool square = c->shape == PICTURE_SQUARE;
    int left = square ? (width - side) / 2 : 0;
    int top = square ? (height - side) / 2 : 0;
    uint8_t *out, *at;

    p->width = lies ? c->height : c->width;
    p->height = lies ? c->width : c->height;
    p->thumb_width = square ? side : width;
    p->thumb_height = square ? side : height;
    at = out = malloc((size_t)p->thumb_width * (size_t)p->thumb_height * 4);
    for (int y = 0; out && y < p->thumb_height; y++)
        for (int x = 0; x < p->thumb_width; x++, at += 4)
            memcpy(at, c->rgba + turned(c, left + x, top + y), 4);
    return out;
}

static bool
encode(const struct canvas *c, struct picture *p)
{
    uint8_t *rgba = upright(c, p);

    if (rgba)
        p->len = WebPEncodeRGBA(rgba, p->thumb_width, p->thumb_height,
            p->thumb_width * 4, QUALITY, &p->webp);
    free(rgba);
    return p->len > 0 && p->len <= PICTURE_THUMB_BYTES_MAX;
}

bool
picture_shrink(struct span bytes, enum picture_shape shape, struct picture *ret)
{
    struct canvas c = {.shape = shape, .orientation = 1};
    bool ok = false;

    *ret = (struct picture){0};
    if (bytes.len > PICTURE_BYTES_MAX)
        return false;
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (bytes.len > kinds[i].head.len &&
            memcmp(bytes.p, kinds[i].head.p, kinds[i].head.len) == 0) {
            ok = kinds[i].decode(bytes, &c) && canvas_done(&c) &&
                 encode(&c, ret);
            break;
        }
    canvas_free(&c);
    if (!ok)
        picture_free(ret);
    return ok;
}

void
picture_free(struct picture *p)
{
    WebPFree(p->webp);
    *p = (struct picture){0};
}
