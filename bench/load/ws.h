/* SPDX-License-Identifier: ISC */
#ifndef LOAD_WS_H
#define LOAD_WS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

/* ws - WebSocket frames (RFC 6455) from the client's side.  Pure functions. */
enum ws_opcode {
    WS_CONTINUATION = 0,
    WS_TEXT = 1,
    WS_CLOSE = 8,
    WS_PING = 9,
    WS_PONG = 10,
};

struct ws_frame {
    int opcode;
    bool fin;
    struct span payload; /* borrowed from what was parsed */
};

enum ws_rc {
    WS_FRAME, /* *ret and *ret_used are set */
    WS_MORE, /* not all of it has arrived */
    WS_BROKEN, /* masked by the server, reserved bits, or too large */
};

enum { WS_PAYLOAD_BYTES_MAX = 16 * 1024 * 1024 };

enum ws_rc ws_parse(struct span in, struct ws_frame *ret, size_t *ret_used);

/* Append one final frame, masked as a client must. */
void ws_put(
    struct buf *out, enum ws_opcode opcode, struct span payload, uint32_t mask);

#endif
