/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jerror.h>
#include <jpeglib.h>

#include "picture/canvas.h"

enum {
    SCANS_MAX = 64, /* a progressive picture has about ten */
    EIGHTHS = 8, /* the library halves while it decodes */
    EXIF_BYTES_MAX = 0xffff,
};

static const char EXIF[] = "Exif\0";

struct reader {
    struct jpeg_decompress_struct j;
    struct jpeg_error_mgr errors;
    struct jpeg_progress_mgr progress;
    jmp_buf out;
    uint8_t *cmyk; /* a row as it comes */
    uint8_t *rgba;
};

static void
on_error(j_common_ptr j)
{
    longjmp(((struct reader *)j->client_data)->out, 1);
}

/* One that ends too early is half grey: none is better. */
static void
on_message(j_common_ptr j, int level)
{
    if (level < 0 && j->err->msg_code == JWRN_JPEG_EOF)
        on_error(j);
}

static void
on_progress(j_common_ptr j)
{
    if (((j_decompress_ptr)j)->input_scan_number > SCANS_MAX)
        on_error(j);
}

static void
find_orientation(struct canvas *c, jpeg_saved_marker_ptr m)
{
    for (; m; m = m->next)
        if (m->marker == JPEG_APP0 + 1 && m->data_length > sizeof(EXIF) &&
            memcmp(m->data, EXIF, sizeof(EXIF)) == 0) {
            c->orientation = exif_orientation(
                (struct span){(const char *)m->data + sizeof(EXIF),
                    m->data_length - sizeof(EXIF)});
            return;
        }
}

/* The smallest that the library makes and that is large enough. */
static void
choose_scale(struct jpeg_decompress_struct *j, const struct canvas *c)
{
    j->scale_denom = EIGHTHS;
    for (j->scale_num = 1; j->scale_num < EIGHTHS; j->scale_num *= 2) {
        jpeg_calc_output_dimensions(j);
        if ((int)j->output_width >= c->wanted_width &&
            (int)j->output_height >= c->wanted_height)
            return;
    }
}

/* Adobe's programs write it inverted, and all others as Adobe's. */
static void
from_cmyk(uint8_t *out, const uint8_t *in, JDIMENSION width)
{
    for (JDIMENSION x = 0; x < width; x++, in += 4, out += 4) {
        for (int i = 0; i < 3; i++)
            out[i] = (uint8_t)(in[i] * in[3] / 255);
        out[3] = 255;
    }
}

static bool
read_rows(struct reader *r, struct canvas *c)
{
    struct jpeg_decompress_struct *j = &r->j;
    JSAMPROW row;

    r->rgba = malloc((size_t)j->output_width * 4);
    r->cmyk = malloc((size_t)j->output_width * 4);
    if (!r->rgba || !r->cmyk ||
        !canvas_rows(c, (int)j->output_width, (int)j->output_height))
        return false;
    row = j->out_color_space == JCS_CMYK ? r->cmyk : r->rgba;
    while (j->output_scanline < j->output_height) {
        if (jpeg_read_scanlines(j, &row, 1) != 1)
            return false;
        if (row == r->cmyk)
            from_cmyk(r->rgba, r->cmyk, j->output_width);
        canvas_row(c, r->rgba);
    }
    return true;
}

static bool
read_all(struct reader *r, struct span bytes, struct canvas *c)
{
    struct jpeg_decompress_struct *j = &r->j;

    jpeg_mem_src(j, (const unsigned char *)bytes.p, bytes.len);
    jpeg_save_markers(j, JPEG_APP0 + 1, EXIF_BYTES_MAX);
    if (jpeg_read_header(j, TRUE) != JPEG_HEADER_OK ||
        !canvas_size(c, j->image_width, j->image_height))
        return false;
    find_orientation(c, j->marker_list);
    choose_scale(j, c);
    j->out_color_space =
        j->jpeg_color_space == JCS_CMYK || j->jpeg_color_space == JCS_YCCK
            ? JCS_CMYK
            : JCS_EXT_RGBA;
    j->dct_method = JDCT_ISLOW;
    return jpeg_start_decompress(j) && read_rows(r, c);
}

bool
jpeg_decode(struct span bytes, struct canvas *c)
{
    struct reader *r = calloc(1, sizeof(*r));
    volatile bool ok = false;

    if (!r)
        return false;
    r->j.err = jpeg_std_error(&r->errors);
    r->errors.error_exit = on_error;
    r->errors.emit_message = on_message;
    r->j.client_data = r;
    r->progress.progress_monitor = on_progress;
    if (setjmp(r->out) == 0) {
        jpeg_create_decompress(&r->j);
        r->j.progress = &r->progress;
        ok = read_all(r, bytes, c);
    }
    jpeg_destroy_decompress(&r->j);
    free(r->cmyk);
    free(r->rgba);
    free(r);
    return ok;
}
