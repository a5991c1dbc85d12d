/* SPDX-License-Identifier: ISC */
#include <assert.h>
#include <stdint.h>

#include "wire/eio.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The packets of a polling payload that was understood survive being written
 * and read again, binary ones through base64. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span payload = {(const char *)data, size};
    struct buf scratch = {0}, again = {0}, text = {0};
    struct eio_packet p, q;

    while (payload.p && eio_payload_next(&payload, &scratch, &p)) {
        struct span one;

        buf_reset(&text);
        if (p.binary) {
            eio_put_binary(&text, p.data);
        } else {
            buf_addc(&text, (char)('0' + (int)p.type));
            buf_adds(&text, p.data);
        }
        one = buf_span(&text);
        if (!eio_payload_next(&one, &again, &q))
            assert(!"a packet could be parsed once but not twice");
        assert(p.type == q.type && p.binary == q.binary);
        assert(span_eq(p.data, q.data) && !one.p);
    }
    buf_free(&scratch);
    buf_free(&again);
    buf_free(&text);
    return 0;
}
