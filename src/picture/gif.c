/* SPDX-License-Identifier: ISC */
#include <gif_lib.h>
#include <stdlib.h>
#include <string.h>

#include "picture/canvas.h"

/* The first picture of it; what follows is never read. */

static int
on_read(GifFileType *gif, GifByteType *out, int n)
{
    struct span *rest = gif->UserData;
    size_t len = (size_t)n < rest->len ? (size_t)n : rest->len;

    memcpy(out, rest->p, len);
    rest->p += len;
    rest->len -= len;
    return (int)len;
}

/* Skips to the first picture; says which of its colours is none. */
static bool
find_picture(GifFileType *gif, int *ret_clear)
{
    GraphicsControlBlock control;
    GifRecordType type;
    GifByteType *block;
    int code;

    *ret_clear = NO_TRANSPARENT_COLOR;
    while (DGifGetRecordType(gif, &type) == GIF_OK) {
        if (type == IMAGE_DESC_RECORD_TYPE)
            return DGifGetImageDesc(gif) == GIF_OK;
        if (type != EXTENSION_RECORD_TYPE ||
            DGifGetExtension(gif, &code, &block) != GIF_OK)
            return false;
        if (code == GRAPHICS_EXT_FUNC_CODE && block &&
            DGifExtensionToGCB(block[0], block + 1, &control) == GIF_OK)
            *ret_clear = control.TransparentColor;
        while (block)
            if (DGifGetExtensionNext(gif, &block) != GIF_OK)
                return false;
    }
    return false;
}

/* Interlaced rows come in four passes. */
static bool
read_indexes(GifFileType *gif, GifByteType *out)
{
    static const int from[] = {0, 4, 2, 1}, step[] = {8, 8, 4, 2};
    const GifImageDesc *d = &gif->Image;
    bool mixed = d->Interlace;

    for (int pass = 0; pass < (mixed ? 4 : 1); pass++)
        for (int y = mixed ? from[pass] : 0; y < d->Height;
             y += mixed ? step[pass] : 1)
            if (DGifGetLine(gif, out + (size_t)y * (size_t)d->Width,
                    d->Width) != GIF_OK)
                return false;
    return true;
}

static void
put_colours(uint8_t *out, const GifByteType *in, int n,
    const ColorMapObject *map, int clear)
{
    for (int x = 0; x < n; x++, out += 4) {
        const GifColorType *colour = &map->Colors[in[x]];
        if (in[x] == clear || in[x] >= map->ColorCount)
            continue; /* as the row was */
        out[0] = colour->Red;
        out[1] = colour->Green;
        out[2] = colour->Blue;
        out[3] = 255;
    }
}

/* As it lies on the screen, which it may reach beyond. */
static bool
read_picture(GifFileType *gif, int clear, struct canvas *c)
{
    const GifImageDesc *d = &gif->Image;
    const ColorMapObject *map = d->ColorMap ? d->ColorMap : gif->SColorMap;
    int right = d->Left + d->Width, below = d->Top + d->Height;
    GifByteType *indexes = NULL;
    uint8_t *row = NULL;
    bool ok;

    ok = map && d->Width > 0 && d->Height > 0 &&
         canvas_size(c, right > gif->SWidth ? right : gif->SWidth,
             below > gif->SHeight ? below : gif->SHeight) &&
         (indexes = malloc((size_t)d->Width * (size_t)d->Height)) &&
         (row = malloc((size_t)c->width * 4)) && read_indexes(gif, indexes) &&
         canvas_rows(c, c->width, c->height);
    for (int y = 0; ok && y < c->height; y++) {
        memset(row, 0, (size_t)c->width * 4);
        if (y >= d->Top && y < below)
            put_colours(row + (size_t)d->Left * 4,
                indexes + (size_t)(y - d->Top) * (size_t)d->Width, d->Width,
                map, clear);
        canvas_row(c, row);
    }
    free(indexes);
    free(row);
    return ok;
}

bool
gif_decode(struct span bytes, struct canvas *c)
{
    GifFileType *gif = DGifOpen(&bytes, on_read, NULL);
    int clear;
    bool ok;

    if (!gif)
        return false;
    ok = find_picture(gif, &clear) && read_picture(gif, clear, c);
    DGifCloseFile(gif, NULL);
    return ok;
}
