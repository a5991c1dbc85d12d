/* SPDX-License-Identifier: ISC */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "nn/format/marian.h"
#include "nn/format/options.h"
#include "nn/tool/quantise.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { QUANTISE_BYTES_MAX = 1 << 16 };

/* Every byte that an opened model promises is there. */
static uint64_t
touch(const struct marian *m, size_t *total)
{
    const struct marian_tensor *t;
    size_t n = marian_tensors(m, &t);
    uint64_t sum = 0;

    for (size_t i = 0; i < n; i++) {
        const uint8_t *p = t[i].data;
        assert((uintptr_t)p % MARIAN_ALIGN == 0);
        for (size_t k = 0; k < t[i].bytes; k++)
            sum += p[k];
        *total += t[i].bytes;
        assert(i == 0 || !span_eq(t[i].name, t[i - 1].name));
    }
    return sum;
}

/* A .bin or an .npz; what can be opened can be read and made int8. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err err = {0};
    struct marian *m = marian_open_bytes(data, size, &err), *q;
    struct nn_options options;
    size_t total = 0;
    float f;

    if (!m) {
        assert(err.kind != FAIL_NONE && err.text[0]);
        return 0;
    }
    touch(m, &total);
    marian_scalar(m, "Wemb_QuantMultA", &f);
    nn_options_parse(&options, marian_yml(m), &err);
    if (total < QUANTISE_BYTES_MAX) {
        q = quantise(m, NULL, 0, &err);
        if (q)
            touch(q, &total);
        marian_close(q);
    }
    marian_close(m);
    return 0;
}
