/* SPDX-License-Identifier: ISC */
#include "picture/picture.h"

#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>
#include <webp/decode.h>
#include <webp/encode.h>

#include "base/buf.h"
#include "base/tap.h"

/* ---- pictures: red above blue, with a green corner at the top left ---- */

static const uint8_t red[] = {220, 30, 30}, green[] = {30, 180, 30},
                     blue[] = {30, 30, 220};

static const uint8_t *
colour_at(int x, int y, int width, int height)
{
    if (x < width / 4 && y < height / 4)
        return green;
    return y < height / 2 ? red : blue;
}

static uint8_t *
pixels(int width, int height, int bytes)
{
    uint8_t *p = malloc((size_t)width * (size_t)height * (size_t)bytes),
            *at = p;

    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++, at += bytes) {
            memcpy(at, colour_at(x, y, width, height), 3);
            if (bytes == 4)
                at[3] = 255;
        }
    return p;
}

/* Exif with an orientation, and a word that nobody may find in the copy. */
#define SECRET "48.8566N-2.3522E"
static size_t
exif(char out[64], int orientation)
{
    static const char head[] =
        "Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0";
    size_t n = sizeof(head);

    memcpy(out, head, n);
    memset(out + n, 0, 8);
    out[n] = (char)orientation;
    memcpy(out + n + 8, SECRET, sizeof(SECRET));
    return n + 8 + sizeof(SECRET);
}

static void
jpeg_of(struct buf *b, int width, int height, int orientation, bool scans)
{
    struct jpeg_compress_struct j = {0};
    struct jpeg_error_mgr errors;
    uint8_t *rgb = pixels(width, height, 3);
    unsigned char *out = NULL;
    unsigned long len = 0;
    char marker[64];

    j.err = jpeg_std_error(&errors);
    jpeg_create_compress(&j);
    jpeg_mem_dest(&j, &out, &len);
    j.image_width = (JDIMENSION)width;
    j.image_height = (JDIMENSION)height;
    j.input_components = 3;
    j.in_color_space = JCS_RGB;
    jpeg_set_defaults(&j);
    if (scans)
        jpeg_simple_progression(&j);
    jpeg_start_compress(&j, TRUE);
    if (orientation)
        jpeg_write_marker(&j, JPEG_APP0 + 1, (const JOCTET *)marker,
            (unsigned)exif(marker, orientation));
    while (j.next_scanline < j.image_height) {
        JSAMPROW row = rgb + (size_t)j.next_scanline * (size_t)width * 3;
        jpeg_write_scanlines(&j, &row, 1);
    }
    jpeg_finish_compress(&j);
    jpeg_destroy_compress(&j);
    buf_add(b, out, len);
    free(out);
    free(rgb);
}

static void
on_png(png_structp png, png_bytep bytes, size_t n)
{
    buf_add(png_get_io_ptr(png), bytes, n);
}

static void
png_of(struct buf *b, int width, int height, bool interlaced)
{
    png_structp png =
        png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(png);
    uint8_t *rgb = pixels(width, height, 3);
    png_bytep *rows = malloc(sizeof(*rows) * (size_t)height);

    for (int y = 0; y < height; y++)
        rows[y] = rgb + (size_t)y * (size_t)width * 3;
    png_set_write_fn(png, b, on_png, NULL);
    png_set_IHDR(png, info, (png_uint_32)width, (png_uint_32)height, 8,
        PNG_COLOR_TYPE_RGB,
        interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE, 0, 0);
    png_set_rows(png, info, rows);
    png_write_png(png, info, 0, NULL);
    png_destroy_write_struct(&png, &info);
    free(rows);
    free(rgb);
}

static void
webp_of(struct buf *b, int width, int height, bool lossless)
{
    uint8_t *rgb = pixels(width, height, 3), *out = NULL;
    size_t n = lossless
                   ? WebPEncodeLosslessRGB(rgb, width, height, width * 3, &out)
                   : WebPEncodeRGB(rgb, width, height, width * 3, 90, &out);

    buf_add(b, out, n);
    WebPFree(out);
    free(rgb);
}

static void
put16(struct buf *b, int n)
{
    buf_addc(b, (char)(n & 0xff));
    buf_addc(b, (char)(n >> 8));
}

/* As a GIF, in codes of nine bits that begin anew before they grow. */
static void
gif_picture(struct buf *b, int width, int height, bool interlaced)
{
    static const int from[] = {0, 4, 2, 1}, step[] = {8, 8, 4, 2};
    struct buf codes = {0};
    uint32_t bits = 0;
    int n_bits = 0, n = 0;

#define CODE(c)                                                                \
    for (bits |= (uint32_t)(c) << n_bits, n_bits += 9; n_bits >= 8;            \
         bits >>= 8, n_bits -= 8)                                              \
    buf_addc(&codes, (char)(bits & 0xff))
    for (int pass = 0; pass < (interlaced ? 4 : 1); pass++)
        for (int y = interlaced ? from[pass] : 0; y < height;
             y += interlaced ? step[pass] : 1)
            for (int x = 0; x < width; x++) {
                const uint8_t *c = colour_at(x, y, width, height);
                if (n++ % 200 == 0)
                    CODE(256);
                CODE(c == red ? 1 : c == green ? 2 : 3);
            }
    CODE(257);
    buf_addc(&codes, (char)bits);
#undef CODE
    buf_addc(b, ',');
    put16(b, 0);
    put16(b, 0);
    put16(b, width);
    put16(b, height);
    buf_addc(b, interlaced ? 0x40 : 0);
    buf_addc(b, 8);
    for (size_t at = 0; at < codes.len; at += 255) {
        size_t len = codes.len - at < 255 ? codes.len - at : 255;
        buf_addc(b, (char)len);
        buf_add(b, codes.p + at, len);
    }
    buf_addc(b, 0);
    buf_free(&codes);
}

static void
gif_head(struct buf *b, int width, int height)
{
    char map[256 * 3] = {0};

    memcpy(map + 3, red, 3);
    memcpy(map + 6, green, 3);
    memcpy(map + 9, blue, 3);
    buf_addz(b, "GIF89a");
    put16(b, width);
    put16(b, height);
    buf_add(b, "\xf7\0\0", 3);
    buf_add(b, map, sizeof(map));
}

static void
gif_of(struct buf *b, int width, int height, bool interlaced)
{
    gif_head(b, width, height);
    gif_picture(b, width, height, interlaced);
    buf_addc(b, ';');
}

/* ---- looking ---- */

static bool
near(const uint8_t *a, const uint8_t *b)
{
    for (int i = 0; i < 3; i++)
        if (abs(a[i] - b[i]) > 40)
            return false;
    return true;
}

/* The colours of the corners: top left, top right, bottom left, bottom right. */
static bool
corners_are(const struct picture *p, const uint8_t *a, const uint8_t *b,
    const uint8_t *c, const uint8_t *d)
{
    int width, height;
    uint8_t *rgba = WebPDecodeRGBA(p->webp, p->len, &width, &height);
    const uint8_t *want[] = {a, b, c, d};
    bool ok = rgba && width == p->thumb_width && height == p->thumb_height;

    for (int i = 0; ok && i < 4; i++) {
        int x = i & 1 ? width - 1 - width / 10 : width / 10;
        int y = i & 2 ? height - 1 - height / 10 : height / 10;
        ok = near(rgba + 4 * (y * width + x), want[i]);
    }
    WebPFree(rgba);
    return ok;
}

static bool
shrinks(struct buf *b, int width, int height, int thumb_width, int thumb_height)
{
    struct picture p;
    bool ok = picture_shrink(buf_span(b), PICTURE_WHOLE, &p) &&
              p.width == width && p.height == height &&
              p.thumb_width == thumb_width && p.thumb_height == thumb_height &&
              corners_are(&p, green, red, blue, blue);

    picture_free(&p);
    buf_free(b);
    return ok;
}

static bool
refuses(struct span bytes)
{
    struct picture p;
    bool refused = !picture_shrink(bytes, PICTURE_WHOLE, &p);

    refused = refused && !p.webp && p.len == 0;
    picture_free(&p);
    return refused;
}

/* ---- tests ---- */

static void
every_format_is_made_small(void)
{
    struct buf b = {0};

    jpeg_of(&b, 1600, 1200, 0, false);
    CHECK(shrinks(&b, 1600, 1200, 640, 480));
    jpeg_of(&b, 1600, 1200, 0, true);
    CHECK(shrinks(&b, 1600, 1200, 640, 480));
    png_of(&b, 1000, 2001, false);
    CHECK(shrinks(&b, 1000, 2001, 320, 640));
    png_of(&b, 1000, 2001, true);
    CHECK(shrinks(&b, 1000, 2001, 320, 640));
    webp_of(&b, 1300, 700, false);
    CHECK(shrinks(&b, 1300, 700, 640, 345));
    webp_of(&b, 1300, 700, true);
    CHECK(shrinks(&b, 1300, 700, 640, 345));
    gif_of(&b, 900, 900, false);
    CHECK(shrinks(&b, 900, 900, 640, 640));
    gif_of(&b, 900, 900, true);
    CHECK(shrinks(&b, 900, 900, 640, 640));
}

static void
a_small_one_keeps_its_size_and_a_long_one_some_width(void)
{
    struct buf b = {0};
    struct picture p;

    png_of(&b, 40, 20, false);
    CHECK(shrinks(&b, 40, 20, 40, 20));
    png_of(&b, 9000, 4, false);
    CHECK(picture_shrink(buf_span(&b), PICTURE_WHOLE, &p));
    CHECK(p.thumb_width == 640 && p.thumb_height == 1);
    picture_free(&p);
    buf_free(&b);
}

static void
a_square_one_is_the_middle(void)
{
    struct buf b = {0};
    struct picture p;

    png_of(&b, 800, 400, false);
    CHECK(picture_shrink(buf_span(&b), PICTURE_SQUARE, &p));
    CHECK(p.thumb_width == 192 && p.thumb_height == 192 && p.width == 800);
    CHECK(corners_are(&p, red, red, blue, blue));
    picture_free(&p);
    buf_free(&b);
}

/* As Exif has them: where the first row and column of what is stored are. */
static void
every_orientation_is_put_upright(void)
{
    const uint8_t *const want[9][4] = {
        {0},
        {green, red, blue, blue},
        {red, green, blue, blue},
        {blue, blue, red, green},
        {blue, blue, green, red},
        {green, blue, red, blue},
        {blue, green, blue, red},
        {blue, red, blue, green},
        {red, blue, green, blue},
    };

    for (int i = 1; i <= 8; i++) {
        struct buf b = {0};
        struct picture p;
        jpeg_of(&b, 800, 400, i, false);
        CHECK(picture_shrink(buf_span(&b), PICTURE_WHOLE, &p));
        CHECK(p.width == (i < 5 ? 800 : 400) && p.height == 1200 - p.width);
        CHECK(p.thumb_width == (i < 5 ? 640 : 320));
        CHECK(corners_are(&p, want[i][0], want[i][1], want[i][2], want[i][3]));
        picture_free(&p);
        buf_free(&b);
    }
}

static void
nothing_but_pixels_is_in_the_copy(void)
{
    struct buf b = {0};
    struct picture p;

    jpeg_of(&b, 800, 400, 6, false);
    CHECK(memmem(b.p, b.len, SECRET, sizeof(SECRET) - 1));
    CHECK(picture_shrink(buf_span(&b), PICTURE_WHOLE, &p));
    CHECK(!memmem(p.webp, p.len, SECRET, sizeof(SECRET) - 1));
    CHECK(!memmem(p.webp, p.len, "EXIF", 4));
    picture_free(&p);
    buf_free(&b);
}

static void
what_is_clear_stays_clear(void)
{
    static const uint8_t clear[4 * 4 * 4];
    struct buf b = {0};
    struct picture p;
    uint8_t *webp, *rgba;
    int width, height;
    size_t n = WebPEncodeLosslessRGBA(clear, 4, 4, 16, &webp);

    buf_add(&b, webp, n);
    WebPFree(webp);
    CHECK(picture_shrink(buf_span(&b), PICTURE_WHOLE, &p));
    rgba = WebPDecodeRGBA(p.webp, p.len, &width, &height);
    CHECK(rgba && rgba[3] == 0);
    WebPFree(rgba);
    picture_free(&p);
    buf_free(&b);
}

static void
of_many_pictures_the_first_is_taken(void)
{
    struct buf b = {0};

    gif_head(&b, 64, 64);
    gif_picture(&b, 64, 64, false);
    for (int i = 0; i < 100 * 1000; i++)
        buf_add(&b, ",\0\0\0\0\x40\0\x40\0\0\x08\x01\0\0", 14);
    CHECK(shrinks(&b, 64, 64, 64, 64));
}

static void
what_is_cut_or_damaged_has_no_copy(void)
{
    void (*const make[])(struct buf *, int, int, bool) = {
        png_of, webp_of, gif_of};
    struct buf b = {0};

    for (size_t i = 0; i < sizeof(make) / sizeof(make[0]); i++) {
        make[i](&b, 300, 200, false);
        for (size_t n = 0; n < b.len * 9 / 10; n += b.len / 13 + 1)
            CHECK(refuses((struct span){b.p, n}));
        b.len = 0;
    }
    jpeg_of(&b, 300, 200, 0, false);
    for (size_t n = 0; n < b.len * 9 / 10; n += b.len / 13 + 1)
        CHECK(refuses((struct span){b.p, n}));
    buf_free(&b);
    CHECK(refuses(SPAN("")));
    CHECK(refuses(SPAN("<svg onload='x'/>")));
    CHECK(refuses(SPAN("\x89PNG\r\n\x1a\n0123456789")));
    CHECK(refuses(SPAN("RIFF\xff\xff\xff\xffWEBPVP8X")));
}

/* What they say is far more than they have, and more than anybody may. */
static void
what_lies_about_its_size_has_no_copy(void)
{
    struct buf b = {0};

    png_of(&b, 8, 8, false);
    memcpy(b.p + 16, "\0\0\x75\x30\0\0\x75\x30", 8); /* 30,000 squared */
    CHECK(refuses(buf_span(&b)));
    b.len = 0;
    jpeg_of(&b, 8, 8, 0, false);
    for (size_t i = 0; i + 9 < b.len; i++)
        if (memcmp(b.p + i, "\xff\xc0", 2) == 0)
            memcpy(b.p + i + 5, "\xff\xff\xff\xff", 4);
    CHECK(refuses(buf_span(&b)));
    b.len = 0;
    gif_head(&b, 0xffff, 0xffff);
    gif_picture(&b, 8, 8, false);
    CHECK(refuses(buf_span(&b)));
    b.len = 0;
    gif_head(&b, 8, 8);
    buf_add(&b, ",\0\0\0\0\xff\x1f\xff\x0f\0\x08\x02\x01\x01\0;", 16);
    CHECK(refuses(buf_span(&b)));
    buf_free(&b);
}

int
main(void)
{
    RUN(every_format_is_made_small);
    RUN(a_small_one_keeps_its_size_and_a_long_one_some_width);
    RUN(a_square_one_is_the_middle);
    RUN(every_orientation_is_put_upright);
    RUN(nothing_but_pixels_is_in_the_copy);
    RUN(what_is_clear_stays_clear);
    RUN(of_many_pictures_the_first_is_taken);
    RUN(what_is_cut_or_damaged_has_no_copy);
    RUN(what_lies_about_its_size_has_no_copy);
    return tap_end();
}
