/* SPDX-License-Identifier: ISC */
#include <assert.h>
#include <stdint.h>

#include "wire/json_impl.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is scanned is what jansson reads, in its order. */
static void
compare(struct span text)
{
    json_t *ours = utf8_valid(text) ? json_scan(text) : NULL, *theirs;
    struct buf a = {0}, b = {0};

    if (!ours)
        return;
    theirs = json_loadb(text.p, text.len, JSON_READ, NULL);
    assert(theirs && json_equal(ours, theirs));
    json_put(&a, ours);
    json_put(&b, theirs);
    assert(span_eq(buf_span(&a), buf_span(&b)));
    json_decref(ours);
    json_decref(theirs);
    buf_free(&a);
    buf_free(&b);
}

/* What can be read can be written, and reads back as the same value. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span text = {(const char *)data, size};
    json_t *value = json_read(text, NULL), *again;
    struct buf b = {0};

    compare(text);
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
