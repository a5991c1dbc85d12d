/* SPDX-License-Identifier: ISC */
#include "net/http_chunks.h"

#include <stdbool.h>

static int
hex_digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

static bool
is_control(char c)
{
    return ((unsigned char)c < ' ' && c != '\t') || c == 0x7f;
}

/* The line with a size has ended. */
static enum chunks_rc
begin_data(struct http_chunks *c, size_t body_len, size_t max)
{
    if (c->left > max - body_len)
        return CHUNKS_TOO_LARGE;
    c->state = c->left ? CHUNK_DATA : CHUNK_TRAILER;
    c->line = 0;
    return CHUNKS_MORE;
}

/* One byte of a size: digits, of which there is at least one. */
static enum chunks_rc
take_size(struct http_chunks *c, char byte, size_t max)
{
    int digit = hex_digit(byte);

    if (digit >= 0) {
        if (c->left > (max >> 4) + 1)
            return CHUNKS_TOO_LARGE;
        c->left = c->left << 4 | (size_t)digit;
        return CHUNKS_MORE;
    }
    if (c->line == 1)
        return CHUNKS_BAD;
    c->state = byte == '\r' ? CHUNK_SIZE_LF : CHUNK_EXTENSION;
    return byte == '\r' || byte == ';' || byte == ' ' || byte == '\t'
               ? CHUNKS_MORE
               : CHUNKS_BAD;
}

static enum chunks_rc
end_trailer(struct http_chunks *c)
{
    if (c->line == 2)
        return CHUNKS_END;
    c->line = 0;
    c->state = CHUNK_TRAILER;
    return ++c->trailers > CHUNK_TRAILERS_MAX ? CHUNKS_BAD : CHUNKS_MORE;
}

static enum chunks_rc
take_byte(struct http_chunks *c, char byte, size_t body_len, size_t max)
{
    if (++c->line > CHUNK_LINE_BYTES_MAX)
        return CHUNKS_BAD;
    switch (c->state) {
    case CHUNK_SIZE:
        return take_size(c, byte, max);
    case CHUNK_EXTENSION:
        if (byte == '\r')
            c->state = CHUNK_SIZE_LF;
        return byte == '\r' || !is_control(byte) ? CHUNKS_MORE : CHUNKS_BAD;
    case CHUNK_SIZE_LF:
        return byte == '\n' ? begin_data(c, body_len, max) : CHUNKS_BAD;
    case CHUNK_DATA_CR:
        c->state = CHUNK_DATA_LF;
        return byte == '\r' ? CHUNKS_MORE : CHUNKS_BAD;
    case CHUNK_DATA_LF:
        c->state = CHUNK_SIZE;
        c->line = 0;
        return byte == '\n' ? CHUNKS_MORE : CHUNKS_BAD;
    case CHUNK_TRAILER:
        if (byte == '\r')
            c->state = CHUNK_TRAILER_LF;
        return byte == '\r' || !is_control(byte) ? CHUNKS_MORE : CHUNKS_BAD;
    case CHUNK_TRAILER_LF:
        return byte == '\n' ? end_trailer(c) : CHUNKS_BAD;
    case CHUNK_DATA:
        break;
    }
    return CHUNKS_BAD;
}

static void
take_data(struct http_chunks *c, struct span *in, struct buf *body)
{
    size_t n = c->left < in->len ? c->left : in->len;

    buf_add(body, in->p, n);
    in->p += n;
    in->len -= n;
    c->left -= n;
    if (c->left == 0) {
        c->state = CHUNK_DATA_CR;
        c->line = 0;
    }
}

enum chunks_rc
http_chunks_take(
    struct http_chunks *c, struct span *in, struct buf *body, size_t max)
{
    enum chunks_rc rc = CHUNKS_MORE;

    while (in->len && rc == CHUNKS_MORE) {
        if (c->state == CHUNK_DATA) {
            take_data(c, in, body);
        } else {
            rc = take_byte(c, in->p[0], body->len, max);
            in->p++;
            in->len--;
        }
    }
    return rc;
}
