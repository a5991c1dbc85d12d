/* SPDX-License-Identifier: ISC */
#include "net/ws_head.h"

#include <libwebsockets.h>
#include <string.h>

#include "net/ws.h"

enum {
    FIN = 0x80,
    RESERVED = 0x70,
    MASKED = 0x80,
    CONTROL = 0x08,
    CONTROL_LEN_MAX = 125,
    MASK_LEN = 4,
};

enum ws_rc
ws_head_parse(struct span in, struct ws_head *ret)
{
    const unsigned char *p = (const unsigned char *)in.p;
    unsigned extra;

    if (in.len < 1)
        return WS_MORE;
    *ret = (struct ws_head){
        .opcode = (enum ws_opcode)(p[0] & 15), .fin = p[0] & FIN};
    if ((p[0] & RESERVED) || (ret->opcode & 7) > WS_BINARY ||
        ((ret->opcode & CONTROL) && !ret->fin))
        return WS_BAD;
    if (in.len < 2)
        return WS_MORE;
    ret->payload_len = p[1] & 127;
    extra = ret->payload_len == 126 ? 2 : ret->payload_len == 127 ? 8 : 0;
    if (!(p[1] & MASKED) ||
        ((ret->opcode & CONTROL) && ret->payload_len > CONTROL_LEN_MAX))
        return WS_BAD;
    ret->len = 2 + extra + MASK_LEN;
    if (in.len < ret->len)
        return WS_MORE;
    for (unsigned i = 0; i < extra; i++)
        ret->payload_len = (i ? ret->payload_len << 8 : 0) | p[2 + i];
    if (ret->payload_len >> 63)
        return WS_BAD;
    memcpy(ret->mask, p + 2 + extra, MASK_LEN);
    return WS_OK;
}

void
ws_unmask(char *p, size_t n, const unsigned char mask[4])
{
    uint64_t wide;
    uint32_t narrow;
    size_t i = 0;

    memcpy(&narrow, mask, sizeof(narrow));
    wide = (uint64_t)narrow << 32 | narrow;
    for (; i + sizeof(wide) <= n; i += sizeof(wide)) {
        uint64_t word;
        memcpy(&word, p + i, sizeof(word));
        word ^= wide;
        memcpy(p + i, &word, sizeof(word));
    }
    for (; i < n; i++)
        p[i] = (char)(p[i] ^ mask[i & 3]);
}

/* Codes which may be sent (RFC 6455 7.4, IANA registry). */
static bool
code_valid(unsigned code)
{
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
           (code >= 3000 && code <= 4999);
}

int
ws_close_verdict(struct span payload)
{
    const unsigned char *p = (const unsigned char *)payload.p;

    if (payload.len == 0)
        return 0;
    if (payload.len == 1 || !code_valid((unsigned)p[0] << 8 | p[1]))
        return WS_CLOSE_PROTOCOL;
    return utf8_valid((struct span){payload.p + 2, payload.len - 2})
               ? 0
               : WS_CLOSE_BAD_UTF8;
}

void
ws_accept_key(struct span key, char out[WS_ACCEPT_BYTES])
{
    static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    unsigned char text[24 + sizeof(guid)], digest[20];

    memcpy(text, key.p, 24);
    memcpy(text + 24, guid, sizeof(guid));
    lws_SHA1(text, 24 + sizeof(guid) - 1, digest);
    lws_b64_encode_string(
        (const char *)digest, sizeof(digest), out, WS_ACCEPT_BYTES);
}
