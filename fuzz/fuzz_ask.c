/* SPDX-License-Identifier: ISC */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "translator/http/ask.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { CHARS = 200, TEXTS = 4 };

/* The first byte says how it comes; what is read keeps to the limits. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct span parts = SPAN("multipart/form-data; boundary=x");
    static const struct span types[] = {{NULL, 0}, {"application/json", 16},
        {"application/x-www-form-urlencoded", 33}, {"text/plain; x=y", 15}};
    const struct ask_limits limits = {.chars = CHARS, .texts = TEXTS};
    enum ask_kind kind;
    struct span type;
    struct err err = {0};
    struct ask a;

    if (size == 0)
        return 0;
    kind = (enum ask_kind)(data[0] / 4 % 3);
    type = data[0] & 0x80 ? parts : types[data[0] % 4];
    if (ask_read(&a, kind, type,
            (struct span){(const char *)data + 1, size - 1}, &limits, &err)) {
        assert(a.n > 0 && a.n <= (a.seeds ? ASK_SEEDS_BATCH_MAX : TEXTS));
        assert(a.chars <= a.n * CHARS && a.key.len <= ASK_KEY_LEN_MAX);
        for (size_t i = 0; i < a.n; i++) {
            assert(utf8_valid(a.texts[i].text));
            assert(kind == ASK_DETECT || a.texts[i].target.len > 0);
        }
    } else {
        assert(err.kind == FAIL_BAD_INPUT || err.kind == FAIL_TOO_LARGE);
        assert(err.text[0] && utf8_valid(span_of(err.text)));
    }
    ask_fini(&a);
    return 0;
}
