/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include <webp/decode.h>
#include <webp/demux.h>

#include "picture/canvas.h"

/* The whole canvas is one picture: the library makes it small itself. */
static bool
read_scaled(const WebPData *data, struct canvas *c)
{
    WebPDecoderConfig config;
    bool ok = WebPInitDecoderConfig(&config) &&
              canvas_rows(c, c->wanted_width, c->wanted_height);

    if (!ok)
        return false;
    config.options.use_scaling = 1;
    config.options.scaled_width = c->wanted_width;
    config.options.scaled_height = c->wanted_height;
    config.output.colorspace = MODE_RGBA;
    ok = WebPDecode(data->bytes, data->size, &config) == VP8_STATUS_OK;
    for (int y = 0; ok && y < c->wanted_height; y++)
        canvas_row(c, config.output.u.RGBA.rgba +
                          (size_t)y * (size_t)config.output.u.RGBA.stride);
    WebPFreeDecBuffer(&config.output);
    return ok;
}

/* The first of several is a part of the canvas. */
static bool
read_part(const WebPIterator *it, struct canvas *c)
{
    uint8_t *row = calloc((size_t)c->width, 4);
    int width = 0, height = 0;
    uint8_t *part =
        WebPDecodeRGBA(it->fragment.bytes, it->fragment.size, &width, &height);
    bool ok = row && part && width == it->width && height == it->height &&
              it->x_offset >= 0 && it->y_offset >= 0 &&
              it->x_offset <= c->width - width &&
              it->y_offset <= c->height - height &&
              canvas_rows(c, c->width, c->height);

    for (int y = 0; ok && y < c->height; y++) {
        int at = y - it->y_offset;
        memset(row, 0, (size_t)c->width * 4);
        if (at >= 0 && at < height)
            memcpy(row + (size_t)it->x_offset * 4,
                part + (size_t)at * (size_t)width * 4, (size_t)width * 4);
        canvas_row(c, row);
    }
    WebPFree(part);
    free(row);
    return ok;
}

static void
find_orientation(struct canvas *c, const WebPDemuxer *demux)
{
    WebPChunkIterator it;

    if (!WebPDemuxGetChunk(demux, "EXIF", 1, &it))
        return;
    c->orientation = exif_orientation(
        (struct span){(const char *)it.chunk.bytes, it.chunk.size});
    WebPDemuxReleaseChunkIterator(&it);
}

bool
webp_decode(struct span bytes, struct canvas *c)
{
    WebPData data = {(const uint8_t *)bytes.p, bytes.len};
    WebPDemuxer *demux = WebPDemux(&data);
    WebPIterator it = {0};
    bool ok = demux &&
              canvas_size(c, WebPDemuxGetI(demux, WEBP_FF_CANVAS_WIDTH),
                  WebPDemuxGetI(demux, WEBP_FF_CANVAS_HEIGHT)) &&
              WebPDemuxGetFrame(demux, 1, &it);

    if (ok) {
        find_orientation(c, demux);
        ok = it.width == c->width && it.height == c->height
                 ? read_scaled(&it.fragment, c)
                 : it.width > 0 && it.width <= c->width && it.height > 0 &&
                       it.height <= c->height && read_part(&it, c);
        WebPDemuxReleaseIterator(&it);
    }
    WebPDemuxDelete(demux);
    return ok;
}
