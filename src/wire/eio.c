/* SPDX-License-Identifier: ISC */
#include "wire/eio.h"

#include <stdint.h>

static const char digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

bool
eio_parse(struct span text, struct eio_packet *ret)
{
    if (text.len == 0 || text.p[0] < '0' || text.p[0] > '6')
        return false;
    *ret = (struct eio_packet){.type = (enum eio_type)(text.p[0] - '0'),
        .data = {text.p + 1, text.len - 1}};
    return true;
}

static int
digit_value(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Append the bytes of base64 text, whose padding may be missing. */
static bool
base64_decode(struct buf *out, struct span text)
{
    uint32_t bits = 0;
    int n_bits = 0;

    for (int i = 0; i < 2 && text.len && text.p[text.len - 1] == '='; i++)
        text.len--;
    if (text.len % 4 == 1)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        int value = digit_value(text.p[i]);
        if (value < 0)
            return false;
        bits = bits << 6 | (uint32_t)value;
        n_bits += 6;
        if (n_bits >= 8) {
            n_bits -= 8;
            buf_addc(out, (char)(bits >> n_bits & 0xff));
        }
    }
    return true;
}

bool
eio_payload_next(
    struct span *payload, struct buf *scratch, struct eio_packet *ret)
{
    struct span text = span_cut(payload, EIO_SEPARATOR);

    if (text.len == 0 || text.p[0] != 'b')
        return eio_parse(text, ret);
    buf_reset(scratch);
    buf_reserve(scratch, text.len); /* so that empty data is not absent */
    if (!base64_decode(scratch, (struct span){text.p + 1, text.len - 1}))
        return false;
    *ret = (struct eio_packet){
        .type = EIO_MESSAGE, .binary = true, .data = buf_span(scratch)};
    return true;
}

void
eio_put_binary(struct buf *b, struct span data)
{
    const unsigned char *p = (const unsigned char *)data.p;

    buf_addc(b, 'b');
    for (size_t i = 0; i < data.len; i += 3) {
        size_t left = data.len - i;
        uint32_t bits = (uint32_t)p[i] << 16;
        char *out = buf_reserve(b, 4);

        if (left > 1)
            bits |= (uint32_t)p[i + 1] << 8;
        if (left > 2)
            bits |= p[i + 2];
        out[0] = digits[bits >> 18];
        out[1] = digits[bits >> 12 & 63];
        out[2] = left > 1 ? digits[bits >> 6 & 63] : '=';
        out[3] = left > 2 ? digits[bits & 63] : '=';
        b->len += 4;
    }
}
