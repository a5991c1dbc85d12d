/* SPDX-License-Identifier: ISC */
#include <assert.h>

#include "nn/cuda/impl.h"

bool
cuda_ok(cudaError_t rc, const char *what, struct err *err)
{
    if (rc == cudaSuccess)
        return true;
    (void)cudaGetLastError(); /* told here, so not again after a launch */
    return err_set(
        err, FAIL_SYSTEM, "CUDA cannot %s: %s", what, cudaGetErrorString(rc));
}

static const struct copy *
find(const struct device *d, const void *host)
{
    const char *p = host;

    for (uint32_t i = 0; i < d->n_copies; i++) {
        const struct copy *c = &d->copies[i];

        if (p >= c->host && p < c->host + c->bytes)
            return c;
    }
    return NULL;
}

const void *
upload_at(const struct device *d, const void *host)
{
    const struct copy *c = find(d, host);

    assert(c || !host);
    return c ? c->device + ((const char *)host - c->host) : NULL;
}

static bool
upload(struct device *d, const void *host, size_t bytes, struct err *err)
{
    struct copy *c = &d->copies[d->n_copies];
    void *p;

    if (bytes == 0 || find(d, host))
        return true;
    assert(d->n_copies < sizeof(d->copies) / sizeof(d->copies[0]));
    if (!cuda_ok(cudaMalloc(&p, bytes), "make room for a model", err))
        return false;
    *c = (struct copy){host, bytes, p};
    d->n_copies++;
    d->bytes += bytes;
    return cuda_ok(cudaMemcpy(p, host, bytes, cudaMemcpyHostToDevice),
        "upload a model", err);
}

static bool
upload_table(struct device *d, const struct table *t, struct err *err)
{
    return upload(d, t->rows, t->n * feed_stride(t->precision, t->k), err);
}

/* Whatever was packed for the CPU lies in its arena, and is of use here as it
 * is; only what kernels with unsigned bytes begin their sums with is not. */
bool
upload_model(struct device *d, struct err *err)
{
    const struct model *m = d->m;

    return upload(d, m->arena.p, m->arena.used, err) &&
           upload(d, m->pos,
               (size_t)MODEL_POSITIONS * m->shape.dim * sizeof(*m->pos), err) &&
           upload_table(d, &m->src, err) && upload_table(d, &m->trg, err) &&
           upload_table(d, m->out, err) &&
           /* A copy may still be on its way, and streams do not wait. */
           cuda_ok(cudaDeviceSynchronize(), "upload a model", err);
}

void
upload_free(struct device *d)
{
    for (uint32_t i = 0; i < d->n_copies; i++)
        cudaFree(d->copies[i].device);
    d->n_copies = 0;
}
