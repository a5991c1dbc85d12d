/* SPDX-License-Identifier: ISC */
#ifndef WIRE_EIO_H
#define WIRE_EIO_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

/*
 * Engine.IO protocol 4: packets as text, and the payload of a polling request.
 * Pure functions; source: socketio/engine.io-protocol v4.
 */
enum eio_type {
    EIO_OPEN,
    EIO_CLOSE,
    EIO_PING,
    EIO_PONG,
    EIO_MESSAGE,
    EIO_UPGRADE,
    EIO_NOOP,
};

enum { EIO_SEPARATOR = 0x1e };

struct eio_packet {
    enum eio_type type;
    bool binary; /* EIO_MESSAGE only: data is raw bytes */
    struct span data; /* borrowed from the input */
};

/* Parse one text frame or one text packet of a polling payload ("4hello").
 * False for an unknown type or an empty frame.  A leading 'b' is not handled
 * here, because base64 is a matter of polling payloads only. */
bool eio_parse(struct span text, struct eio_packet *ret);

/* Take the next packet off *payload (separated by EIO_SEPARATOR).  A binary
 * one ("b" + base64) is decoded into scratch, which the packet then borrows.
 * False when the packet is malformed; *payload is then undefined. */
bool eio_payload_next(
    struct span *payload, struct buf *scratch, struct eio_packet *ret);

/* Append raw bytes the way a polling payload carries them: "b" + base64. */
void eio_put_binary(struct buf *b, struct span data);

#endif
