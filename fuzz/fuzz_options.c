/* SPDX-License-Identifier: ISC */
#include <assert.h>
#include <stdint.h>

#include "nn/format/options.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is accepted can be computed with. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span yml = {(const char *)data, size};
    struct err err = {0};
    struct nn_options o;
    struct nn_decoding d;

    if (nn_options_parse(&o, yml, &err)) {
        assert(o.heads > 0 && o.dim % o.heads == 0 && o.dim <= NN_DIM_MAX);
        assert(o.ffn > 0 && o.dec_ffn > 0 && o.ffn <= NN_FFN_MAX);
        assert(o.enc_depth > 0 && o.enc_depth <= NN_DEPTH_MAX);
        assert(o.dec_depth > 0 && o.dec_depth <= NN_DEPTH_MAX);
    } else {
        assert(err.kind != FAIL_NONE && err.text[0]);
    }
    if (nn_decoding_parse(&d, yml, &err))
        assert(d.beam <= NN_BEAM_MAX && d.max_length_factor >= 0);
    return 0;
}
