/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "nn/cuda/impl.h"

/* The same walk runs twice: without a block it adds up, with one it gives
 * parts of it. */
struct walk {
    struct device_batch *b;
    size_t used;
};

static void *
part(struct walk *w, size_t bytes)
{
    enum { PART_ALIGN = 256 };
    char *p = w->b->block ? w->b->block + w->used : NULL;

    w->used += (bytes + PART_ALIGN - 1) / PART_ALIGN * PART_ALIGN;
    return p;
}

static void
walk(struct walk *w)
{
    struct device_batch *b = w->b;
    const struct model *m = b->d->m;
    size_t n = b->work_rows, d = m->shape.dim, f = m->shape.ffn;
    size_t slot = (size_t)kv_rows(m) * d;

    b->x = part(w, n * d * sizeof(float));
    b->q = part(w, n * d * sizeof(float));
    b->wide = part(w, n * 3 * d * sizeof(float));
    b->hidden = part(w, n * f * sizeof(float));
    for (size_t i = 0; i < FEEDS; i++) {
        size_t k = i == FEED_FFN ? f : d;

        b->feeds[i] = part(w, n * feed_stride(m->precision, (uint32_t)k));
        b->units[i] = part(w, n * sizeof(float));
    }
    b->kv = part(w, b->rows * slot * sizeof(float));
    b->state = part(w, b->rows * b->ld_state * sizeof(float));
    b->ids = NULL;
    if (m->shortlist)
        b->ids = part(w, b->rows * m->candidates_max * sizeof(*b->ids));
    b->logits = part(w, b->rows * b->ld_logits * sizeof(float));
    b->head0 = part(w, b->rows * SEARCH_SOURCE_MAX * sizeof(float));
    b->in = part(w, n * IN_ARRAYS * sizeof(*b->in));
    b->out = part(w, (size_t)b->rows * OUT_ARRAYS * sizeof(*b->out));
}

static bool
pinned(void *ret, size_t bytes, struct err *err)
{
    void *p = NULL;
    bool ok = cuda_ok(cudaMallocHost(&p, bytes), "pin memory", err);

    memcpy(ret, &p, sizeof(p));
    return ok;
}

static bool
batch_init(struct device_batch *b, struct err *err)
{
    struct walk w = {.b = b};
    void *block;

    walk(&w);
    if (!cuda_ok(cudaMalloc(&block, w.used), "make room for sentences", err))
        return false;
    b->block = block;
    b->bytes = w.used;
    w.used = 0;
    walk(&w);
    /* What is behind the numbers of a feed stays zero. */
    return cuda_ok(cudaStreamCreateWithFlags(&b->stream, cudaStreamNonBlocking),
               "make a stream", err) &&
           cuda_ok(cudaMemsetAsync(b->block, 0,
                       (size_t)((char *)b->kv - b->block), b->stream),
               "clear memory", err) &&
           pinned(&b->in_host,
               (size_t)b->work_rows * IN_ARRAYS * sizeof(*b->in_host), err) &&
           pinned(&b->out_host,
               (size_t)b->rows * OUT_ARRAYS * sizeof(*b->out_host), err) &&
           pinned(&b->head0_host,
               (size_t)b->rows * SEARCH_SOURCE_MAX * sizeof(*b->head0_host),
               err) &&
           cuda_ok(cudaStreamSynchronize(b->stream), "begin", err);
}

struct device_batch *
batch_new(struct device *d, uint32_t rows, uint32_t steps, struct err *err)
{
    struct device_batch *b = xcalloc(1, sizeof(*b));

    b->d = d;
    b->rows = rows;
    b->steps = steps;
    b->work_rows = rows > DEVICE_SOURCES ? rows : DEVICE_SOURCES;
    b->ld_state = d->m->shape.dec_depth * state_layer(b);
    b->ld_logits = d->m->candidates_max;
    if (!batch_init(b, err)) {
        batch_free(b);
        return NULL;
    }
    return b;
}

void
batch_free(struct device_batch *b)
{
    if (!b)
        return;
    if (b->stream)
        cudaStreamDestroy(b->stream);
    cudaFree(b->block);
    cudaFreeHost(b->in_host);
    cudaFreeHost(b->out_host);
    cudaFreeHost(b->head0_host);
    free(b);
}
