/* SPDX-License-Identifier: ISC */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "text/doc.h"
#include "translator/http/html.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { BYTES_MAX = 16 * 1024 };

/* The text as the pipeline gives it back, without an engine. */
static void
put_same(struct html *h, size_t i)
{
    struct doc_opts opts = {.plain = true};
    struct doc *d = doc_new(html_text(h, i), &opts);
    struct buf b = {0};

    if (!doc_skip(d)) {
        for (size_t k = 0; k < doc_len(d); k++) {
            char *copy = span_dup(doc_segment(d, k));
            doc_put(d, k, span_of(copy));
            free(copy);
        }
        if (doc_assemble(d, &b, NULL) && !html_put(h, i, buf_span(&b)))
            assert(!"a stand-in was lost");
    }
    buf_free(&b);
    doc_free(d);
}

/* HTML whose texts nobody translates is put together as it was; with its texts
 * put back it still has every tag. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span in = {(const char *)data, size};
    struct buf out = {0};
    struct html *h;

    if (size > BYTES_MAX || !utf8_valid(in) || memchr(data, 0, size))
        return 0;
    h = html_new(in, NULL);
    if (!h)
        return 0;
    html_assemble(h, &out);
    assert(span_eq(buf_span(&out), in));
    buf_reset(&out);
    for (size_t i = 0; i < html_len(h); i++) {
        assert(html_text(h, i).len > 0 && utf8_valid(html_text(h, i)));
        put_same(h, i);
    }
    html_assemble(h, &out);
    html_plain(h, &out);
    assert(utf8_valid(buf_span(&out)));
    buf_free(&out);
    html_free(h);
    return 0;
}
