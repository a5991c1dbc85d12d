/* SPDX-License-Identifier: ISC */
#ifndef NET_FRAME_H
#define NET_FRAME_H

#include "base/buf.h"
#include "net/eio_server.h"

/*
 * frame - the inside of an eio_frame: a complete WebSocket frame, header and
 * payload, as a server sends it (unmasked), so that it is built once and goes
 * to any number of connections as it is.  The payload alone is what polling
 * sends, in base64 when binary.
 */
struct eio_frame {
    unsigned refs; /* loop thread only: not atomic */
    unsigned head_len; /* of the WebSocket header */
    size_t len; /* header and payload */
    bool binary;
    unsigned char bytes[];
};

/* A text frame from an Engine.IO type digit and the concatenation of parts. */
struct eio_frame *frame_text(char type, const struct span *parts, int n);

/* A WebSocket control frame. */
struct eio_frame *frame_control(unsigned opcode, struct span payload);

/* Of all frames that there are, in bytes. */
size_t frame_bytes(void);

struct span frame_payload(const struct eio_frame *f);

/* Append to a polling payload, with the separator when it is not the first. */
void frame_put_polling(struct buf *b, const struct eio_frame *f);

/*
 * frameq - frames waiting for one connection, oldest first.  Zeroed is empty
 * and holds no memory.  The owner bounds it by bytes.
 */
struct frameq {
    struct eio_frame **ring;
    unsigned head, n, cap;
    size_t bytes; /* sum of len */
};

void frameq_push(struct frameq *q, struct eio_frame *f); /* borrows f */
struct eio_frame *frameq_first(const struct frameq *q); /* NULL when empty */
void frameq_drop(struct frameq *q); /* the first */
void frameq_clear(struct frameq *q); /* and give its memory back */

#endif
