/* SPDX-License-Identifier: ISC */
#include "load/ws.h"

#include <string.h>

enum {
    FIN = 0x80,
    RESERVED = 0x70,
    MASKED = 0x80,
    LEN_16 = 126, /* the length is in the next two bytes */
    LEN_64 = 127, /* ... or eight */
    HEAD_BYTES_MAX = 14,
};

/* Big-endian number of n bytes. */
static uint64_t
read_be(const unsigned char *p, size_t n)
{
    uint64_t v = 0;

    while (n--)
        v = v << 8 | *p++;
    return v;
}

enum ws_rc
ws_parse(struct span in, struct ws_frame *ret, size_t *ret_used)
{
    const unsigned char *p = (const unsigned char *)in.p;
    size_t head = 2;
    uint64_t len;

    if (in.len < head)
        return WS_MORE;
    if (p[0] & RESERVED || p[1] & MASKED)
        return WS_BROKEN;
    len = p[1];
    if (len == LEN_16)
        head += 2;
    else if (len == LEN_64)
        head += 8;
    if (in.len < head)
        return WS_MORE;
    if (head > 2)
        len = read_be(p + 2, head - 2);
    if (len > WS_PAYLOAD_BYTES_MAX)
        return WS_BROKEN;
    if (in.len - head < len)
        return WS_MORE;

    ret->opcode = p[0] & 15;
    ret->fin = p[0] & FIN;
    ret->payload = (struct span){in.p + head, (size_t)len};
    *ret_used = head + (size_t)len;
    return WS_FRAME;
}

static size_t
put_head(unsigned char *head, enum ws_opcode opcode, size_t len)
{
    size_t n = 0;

    head[n++] = (unsigned char)(FIN | opcode);
    if (len < LEN_16) {
        head[n++] = (unsigned char)(MASKED | len);
    } else if (len <= UINT16_MAX) {
        head[n++] = MASKED | LEN_16;
        head[n++] = (unsigned char)(len >> 8);
        head[n++] = (unsigned char)len;
    } else {
        head[n++] = MASKED | LEN_64;
        for (int shift = 56; shift >= 0; shift -= 8)
            head[n++] = (unsigned char)((uint64_t)len >> shift);
    }
    return n;
}

void
ws_put(
    struct buf *out, enum ws_opcode opcode, struct span payload, uint32_t mask)
{
    unsigned char *p =
        (unsigned char *)buf_reserve(out, HEAD_BYTES_MAX + payload.len);
    size_t n = put_head(p, opcode, payload.len);
    unsigned char key[sizeof(mask)];

    memcpy(key, &mask, sizeof(key));
    memcpy(p + n, key, sizeof(key));
    n += sizeof(key);
    for (size_t i = 0; i < payload.len; i++)
        p[n + i] = (unsigned char)payload.p[i] ^ key[i & 3];
    out->len += n + payload.len;
}
