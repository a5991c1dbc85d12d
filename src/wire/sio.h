/* SPDX-License-Identifier: ISC */
#ifndef WIRE_SIO_H
#define WIRE_SIO_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

/*
 * Socket.IO protocol 5: the packet inside an Engine.IO message.  Pure
 * functions; source: socketio/socket.io-protocol v5.
 *
 *   <type>[<attachments>-][<namespace>,][<ack id>][<JSON>]
 */
enum sio_type {
    SIO_CONNECT,
    SIO_DISCONNECT,
    SIO_EVENT,
    SIO_ACK,
    SIO_CONNECT_ERROR,
    SIO_BINARY_EVENT,
    SIO_BINARY_ACK,
};

enum {
    SIO_ATTACHMENTS_MAX = 10,
    SIO_NAMESPACE_LEN_MAX = 128,
};

struct sio_packet {
    enum sio_type type;
    int attachments; /* binary frames that follow */
    struct span nsp; /* "/" when not written; borrowed */
    int64_t ack_id; /* -1 when absent */
    struct span payload; /* JSON text, unparsed; {NULL,0} when absent */
};

/* Parse the head and hand back the payload unparsed.  The payload must still
 * be checked: an array starting with a string for events, an array for acks,
 * an object or nothing for CONNECT. */
bool sio_parse(struct span text, struct sio_packet *ret, struct err *err);

/* Append the packet up to where its JSON goes.  nsp "/" is not written;
 * ack_id < 0 and attachments 0 are not written. */
void sio_put_head(struct buf *b, enum sio_type type, int attachments,
    struct span nsp, int64_t ack_id);

/* Browsers send what JSON allows and jansson refuses: "\\u0000", and half of a
 * surrogate pair where a text was cut in the middle of an emoji.  Copy json
 * with each of these replaced by "\\ufffd"; false when there is none. */
bool sio_mend(struct span json, struct buf *ret);

#endif
