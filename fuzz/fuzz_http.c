/* SPDX-License-Identifier: ISC */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "net/http_chunks.h"
#include "net/http_head.h"
#include "net/ws_head.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { BODY_MAX = 4096 };

/* A body in chunks is the same however the network cuts it. */
static void
try_chunks(struct span in)
{
    struct http_chunks whole = {0}, cut = {0};
    struct buf a = {0}, b = {0};
    struct span rest = in, first = {in.p, in.len / 2};
    enum chunks_rc rc = http_chunks_take(&whole, &rest, &a, BODY_MAX);
    enum chunks_rc cut_rc = http_chunks_take(&cut, &first, &b, BODY_MAX);

    if (cut_rc == CHUNKS_MORE) {
        first = (struct span){in.p + in.len / 2, in.len - in.len / 2};
        cut_rc = http_chunks_take(&cut, &first, &b, BODY_MAX);
    }
    assert(rc == cut_rc && a.len <= BODY_MAX);
    assert(span_eq(buf_span(&a), buf_span(&b)));
    buf_free(&a);
    buf_free(&b);
}

/* The same bytes as the head of a request, as a body in chunks and as WebSocket
 * frames: what is understood lies within them, and is the same whatever
 * follows. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span in = {(const char *)data, size};
    struct http_head head, again;
    struct ws_head frame;
    size_t len = 0, again_len = 0;
    char *copy = xmalloc(size + 1);

    if (http_head_parse(in, &head, &len) == HEAD_OK) {
        assert(len <= size && head.content_length >= -1);
        assert(head.path.p >= in.p && head.path.len <= len);
        assert(http_url_decode(head.path, false, copy) <= (long)head.path.len);
        assert(http_url_decode(head.query, true, copy) <= (long)head.query.len);
        memcpy(copy, data, len);
        if (http_head_parse((struct span){copy, len}, &again, &again_len))
            assert(!"a head could be parsed once but not twice");
        assert(len == again_len && head.method == again.method);
        assert(head.content_length == again.content_length);
    }
    try_chunks(in);
    while (ws_head_parse(in, &frame) == WS_OK) {
        size_t n = frame.len;
        assert(frame.len <= in.len);
        if (frame.payload_len > in.len - n)
            break;
        memcpy(copy, in.p + n, frame.payload_len);
        ws_unmask(copy, frame.payload_len, frame.mask);
        ws_close_verdict((struct span){copy, frame.payload_len});
        n += frame.payload_len;
        in = (struct span){in.p + n, in.len - n};
    }
    free(copy);
    return 0;
}
