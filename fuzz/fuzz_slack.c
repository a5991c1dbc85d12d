/* SPDX-License-Identifier: ISC */
#include <assert.h>
#include <stdint.h>

#include "exchange/slack_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
    BYTES_MAX = 16 * 1024,
    GROWTH_MAX =
        4, /* ":x:", three bytes, is a cross of three; "<@U1>" a name */
};

static struct span
name_of(struct span id, void *ctx)
{
    (void)ctx;
    return id.len % 2 ? SPAN("ann") : (struct span){NULL, 0};
}

/* What Slack keeps becomes text: valid where that was, and not much longer. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span raw = {(const char *)data, size};
    struct buf out = {0};

    if (size > BYTES_MAX || !utf8_valid(raw))
        return 0;
    slack_text(raw, name_of, NULL, &out);
    assert(utf8_valid(buf_span(&out)));
    assert(out.len <= GROWTH_MAX * size);
    buf_free(&out);
    return 0;
}
