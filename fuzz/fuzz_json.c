/* SPDX-License-Identifier: ISC */
#include <assert.h>
#include <stdint.h>

#include "wire/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What can be read can be written, and reads back as the same value. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span text = {(const char *)data, size};
    json_t *value = json_read(text, NULL), *again;
    struct buf b = {0};

    if (!value)
        return 0;
    json_put(&b, value);
    again = json_read(buf_span(&b), NULL);
    assert(again);
    json_decref(again);
    json_decref(value);
    buf_free(&b);
    return 0;
}
