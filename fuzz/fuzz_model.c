/* SPDX-License-Identifier: ISC */
#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"
#include "nn/format/vocab.h"
#include "nn/model.h"
#include "nn/search.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { HEAD_BYTES = 5, PATH_BYTES = 40, OUT_MAX = SEARCH_TARGET_MAX + 8 };

/* A file in memory, and a path to it. */
struct part {
    int fd;
    char path[PATH_BYTES];
};

static void
part_open(struct part *p, const uint8_t *bytes, size_t n)
{
    p->fd = memfd_create("part", MFD_CLOEXEC);
    assert(p->fd >= 0);
    while (n > 0) {
        ssize_t written = write(p->fd, bytes, n);
        assert(written > 0);
        bytes += written;
        n -= (size_t)written;
    }
    snprintf(p->path, sizeof(p->path), "/proc/self/fd/%d", p->fd);
}

/* Whatever its weights are (also infinite, also none), every id that comes out
 * is one of the vocabulary, and it ends. */
static void
translate(const struct model *m, uint8_t beam)
{
    const struct vocab *v = model_vocab_src(m);
    uint32_t src[SEARCH_SOURCE_MAX], out[OUT_MAX];
    size_t n = vocab_encode(v, SPAN("the cat sat"), src, 20);
    struct sentence one = {.src = src, .beam = beam, .out = out};
    struct sentence *list = &one, *done;
    struct search *s;

    if (n > 20)
        return;
    src[n++] = vocab_eos(v);
    one.n_src = (uint32_t)n;
    s = search_new(m, &(struct search_cfg){.rows = 4, .beam_max = 4});
    assert(search_out_max(s, one.n_src) <= OUT_MAX);
    search_join(s, &list, 1);
    for (uint32_t i = 0; !(done = search_step(s)); i++)
        assert(i < OUT_MAX);
    assert(done == &one && one.n_out <= OUT_MAX);
    for (uint32_t i = 0; i < one.n_out; i++)
        assert(out[i] < model_shape(m).vocab_trg);
    free(vocab_decode(model_vocab_trg(m), out, one.n_out));
    search_free(s);
}

/* A folder in one piece: a byte of options; two bytes each of the vocabulary's
 * and the shortlist's lengths; these two; the weights. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct part spm, lex, weights;
    struct model_files files;
    struct err err = {0};
    struct model *m;
    size_t n_spm, n_lex;

    if (size < HEAD_BYTES)
        return 0;
    n_spm = (size_t)data[1] | (size_t)data[2] << 8;
    n_lex = (size_t)data[3] | (size_t)data[4] << 8;
    if (n_spm + n_lex > size - HEAD_BYTES)
        return 0;
    part_open(&spm, data + HEAD_BYTES, n_spm);
    part_open(&lex, data + HEAD_BYTES + n_spm, n_lex);
    part_open(&weights, data + HEAD_BYTES + n_spm + n_lex,
        size - HEAD_BYTES - n_spm - n_lex);
    files = (struct model_files){.weights = weights.path,
        .vocab_src = spm.path,
        .vocab_trg = data[0] & 4 ? spm.path : NULL,
        .shortlist = n_lex ? lex.path : NULL};
    m = model_open(
        &files, data[0] & 1 ? PRECISION_INT8 : PRECISION_FLOAT32, &err);
    if (m)
        translate(m, data[0] & 2 ? 4 : 1);
    else
        assert(err.kind != FAIL_NONE && err.text[0]);
    model_free(m);
    close(spm.fd);
    close(lex.fd);
    close(weights.fd);
    return 0;
}
