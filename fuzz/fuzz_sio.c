/* SPDX-License-Identifier: ISC */
#include <assert.h>
#include <stdint.h>

#include "wire/sio.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A packet that was understood survives being written and read again. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span text = {(const char *)data, size};
    struct sio_packet p, q;
    struct buf b = {0};

    if (!sio_parse(text, &p, NULL))
        return 0;
    assert(p.attachments >= 0 && p.attachments <= SIO_ATTACHMENTS_MAX);
    assert(p.nsp.len <= SIO_NAMESPACE_LEN_MAX && p.ack_id >= -1);
    sio_put_head(&b, p.type, p.attachments, p.nsp, p.ack_id);
    if ((p.attachments == 0 &&
            (p.type == SIO_BINARY_EVENT || p.type == SIO_BINARY_ACK)) ||
        (p.payload.len && p.payload.p[0] == '/')) {
        buf_free(&b); /* "0-" and "/," are read but not written */
        return 0;
    }
    buf_adds(&b, p.payload);
    if (!sio_parse(buf_span(&b), &q, NULL))
        assert(!"a packet could be parsed once but not twice");
    assert(p.type == q.type && p.attachments == q.attachments);
    assert(p.ack_id == q.ack_id && span_eq(p.nsp, q.nsp));
    assert(span_eq(p.payload, q.payload));
    buf_free(&b);
    return 0;
}
