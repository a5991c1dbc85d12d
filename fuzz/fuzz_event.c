/* SPDX-License-Identifier: ISC */
#include <assert.h>
#include <stdint.h>

#include "wire/event.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* An event that was understood survives formatting and parsing, unless its
 * ids alone fill the largest frame once they are written out. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span frame = {(const char *)data, size};
    struct event e, again;
    struct buf b = {0};

    if (event_parse(frame, &e, NULL) && e.type != EVENT_UNKNOWN) {
        event_format(&b, &e);
        if (b.len <= EVENT_FRAME_BYTES_MAX) {
            if (!event_parse(buf_span(&b), &again, NULL))
                assert(!"an event could be parsed once but not twice");
            assert(again.type == e.type || again.type == EVENT_ERROR);
            event_free(&again);
        }
        buf_free(&b);
    }
    event_free(&e);
    return 0;
}
