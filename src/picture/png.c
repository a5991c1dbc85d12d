/* SPDX-License-Identifier: ISC */
#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "picture/canvas.h"

enum {
    CHUNKS_MAX = 64, /* of texts and the like, which are not looked at */
    CHUNK_BYTES_MAX = 1 << 20,
};

struct reader {
    png_structp png;
    png_infop info;
    struct span rest;
    uint8_t *rows;
};

static void
on_error(png_structp png, png_const_charp text)
{
    (void)text;
    png_longjmp(png, 1);
}

static void
on_warning(png_structp png, png_const_charp text)
{
    (void)png;
    (void)text;
}

static void
on_read(png_structp png, png_bytep out, size_t n)
{
    struct reader *r = png_get_io_ptr(png);

    if (n > r->rest.len)
        png_error(png, "too short");
    memcpy(out, r->rest.p, n);
    r->rest.p += n;
    r->rest.len -= n;
}

/* Whatever it is, four bytes a pixel. */
static void
want_rgba(struct reader *r)
{
    png_set_expand(r->png);
    png_set_scale_16(r->png);
    png_set_gray_to_rgb(r->png);
    png_set_add_alpha(r->png, 0xff, PNG_FILLER_AFTER);
}

/* Rows one by one, or all at once where they come in seven passes. */
static bool
read_rows(struct reader *r, struct canvas *c)
{
    int passes = png_set_interlace_handling(r->png);
    size_t stride, n = passes > 1 ? (size_t)c->height : 1;

    png_read_update_info(r->png, r->info);
    stride = png_get_rowbytes(r->png, r->info);
    if (stride != (size_t)c->width * 4 ||
        !canvas_rows(c, c->width, c->height) || !(r->rows = calloc(n, stride)))
        return false;
    for (int pass = 1; pass < passes; pass++)
        for (size_t y = 0; y < n; y++)
            png_read_row(r->png, r->rows + y * stride, NULL);
    for (int y = 0; y < c->height; y++) {
        uint8_t *row = r->rows + (passes > 1 ? (size_t)y * stride : 0);
        png_read_row(r->png, row, NULL);
        canvas_row(c, row);
    }
    png_read_end(r->png, r->info);
    return true;
}

static bool
read_all(struct reader *r, struct canvas *c)
{
    png_uint_32 n;
    png_bytep exif;

    png_set_user_limits(r->png, PICTURE_SIDE_MAX, PICTURE_SIDE_MAX);
    png_set_chunk_cache_max(r->png, CHUNKS_MAX);
    png_set_chunk_malloc_max(r->png, CHUNK_BYTES_MAX);
    png_set_read_fn(r->png, r, on_read);
    png_read_info(r->png, r->info);
    if (!canvas_size(c, png_get_image_width(r->png, r->info),
            png_get_image_height(r->png, r->info)))
        return false;
    want_rgba(r);
    if (!read_rows(r, c))
        return false;
    if (png_get_eXIf_1(r->png, r->info, &n, &exif))
        c->orientation = exif_orientation((struct span){(const char *)exif, n});
    return true;
}

bool
png_decode(struct span bytes, struct canvas *c)
{
    struct reader *r = calloc(1, sizeof(*r));
    volatile bool ok = false;

    if (!r)
        return false;
    r->rest = bytes;
    r->png = png_create_read_struct(
        PNG_LIBPNG_VER_STRING, NULL, on_error, on_warning);
    r->info = r->png ? png_create_info_struct(r->png) : NULL;
    if (r->info && setjmp(png_jmpbuf(r->png)) == 0)
        ok = read_all(r, c);
    png_destroy_read_struct(&r->png, &r->info, NULL);
    free(r->rows);
    free(r);
    return ok;
}
