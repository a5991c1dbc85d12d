/* SPDX-License-Identifier: ISC */
#ifndef NET_WS_HEAD_H
#define NET_WS_HEAD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

/*
 * ws_head - the head of a WebSocket frame from a client (RFC 6455 5.2), and
 * what else is pure of the protocol.
 */
enum ws_opcode {
    WS_CONTINUATION = 0,
    WS_TEXT = 1,
    WS_BINARY = 2,
    WS_CLOSE = 8,
    WS_PING = 9,
    WS_PONG = 10,
};

struct ws_head {
    enum ws_opcode opcode;
    bool fin;
    unsigned len; /* of the head itself */
    uint64_t payload_len;
    unsigned char mask[4];
};

enum ws_rc {
    WS_OK,
    WS_MORE, /* not all there yet */
    WS_BAD, /* close with 1002 */
};

enum ws_rc ws_head_parse(struct span in, struct ws_head *ret);

/* Unmask a payload in place. */
void ws_unmask(char *p, size_t n, const unsigned char mask[4]);

/* May a peer send this payload of a close frame?  Returns 0, or the code to
 * close with instead. */
int ws_close_verdict(struct span payload);

/* The answer to a Sec-WebSocket-Key of 24 characters. */
enum { WS_ACCEPT_BYTES = 32 }; /* 28, a NUL, and what lws asks for */
void ws_accept_key(struct span key, char out[WS_ACCEPT_BYTES]);

#endif
