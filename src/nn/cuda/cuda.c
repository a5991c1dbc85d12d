/* SPDX-License-Identifier: ISC */
#include "nn/device.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "nn/cuda/impl.h"

/* What the kernels are compiled for, at least: see meson.build. */
enum { MAJOR_MIN = 7, MINOR_MIN = 5 };

static bool
gpu_check(struct err *err)
{
    int n = 0, major = 0, minor = 0;
    cudaError_t rc = cudaGetDeviceCount(&n);

    if (rc != cudaSuccess || n == 0)
        return err_set(err, FAIL_SYSTEM, "there is no CUDA device (%s)",
            rc != cudaSuccess ? cudaGetErrorString(rc) : "none found");
    if (!cuda_ok(cudaDeviceGetAttribute(
                     &major, cudaDevAttrComputeCapabilityMajor, 0),
            "ask the device", err) ||
        !cuda_ok(cudaDeviceGetAttribute(
                     &minor, cudaDevAttrComputeCapabilityMinor, 0),
            "ask the device", err))
        return false;
    if (major < MAJOR_MIN || (major == MAJOR_MIN && minor < MINOR_MIN))
        return err_set(err, FAIL_SYSTEM,
            "the CUDA device is too old: it has capability %d.%d, %d.%d is "
            "needed",
            major, minor, MAJOR_MIN, MINOR_MIN);
    return true;
}

static bool
model_check(const struct model *m, struct err *err)
{
    if (m->precision == PRECISION_BFLOAT16)
        return err_set(
            err, FAIL_BAD_INPUT, "CUDA has int8 and float32, no bfloat16");
    if (strcmp(model_kernel(m), "saturating") == 0)
        return err_set(err, FAIL_BAD_INPUT, "CUDA has sums that are exact");
    if (feed_stride(m->precision, m->shape.dim) / 4 > CU_WORDS_MAX)
        return err_set(
            err, FAIL_TOO_LARGE, "the model is too wide for CUDA kernels");
    return true;
}

static void
cuda_close(struct device *d)
{
    if (!d)
        return;
    upload_free(d);
    free(d);
}

static struct device *
cuda_open(const struct model *m, struct err *err)
{
    struct device *d = xcalloc(1, sizeof(*d));

    d->m = m;
    if (!gpu_check(err) || !model_check(m, err) || !upload_model(d, err)) {
        cuda_close(d);
        return NULL;
    }
    return d;
}

static size_t
cuda_bytes(const struct device *d)
{
    return d->bytes;
}

static size_t
cuda_batch_bytes(const struct device_batch *b)
{
    return b->bytes;
}

/* --- joining ---------------------------------------------------------- */

static uint32_t *
in_host(const struct device_batch *b, uint32_t i)
{
    return b->in_host + (size_t)i * b->work_rows;
}

/* The arrays as far as rows go. */
static bool
in_upload(struct device_batch *b, uint32_t rows, struct err *err)
{
    size_t ld = b->work_rows * sizeof(uint32_t);

    return cuda_ok(
        cudaMemcpy2DAsync(b->in, ld, b->in_host, ld, rows * sizeof(uint32_t),
            IN_ARRAYS, cudaMemcpyHostToDevice, b->stream),
        "upload rows", err);
}

/* All that was put on the stream, done. */
static bool
wait(struct device_batch *b, struct err *err)
{
    return cuda_ok(cudaGetLastError(), "start a kernel", err) &&
           cuda_ok(cudaStreamSynchronize(b->stream), "compute", err);
}

static bool
slot_clear(
    struct device_batch *b, const struct device_source *s, struct err *err)
{
    const struct model *m = b->d->m;
    float *state = b->state + s->slot * b->ld_state;

    assert(s->slot < b->rows && s->n_ids <= m->candidates_max);
    /* A cache of keys is as long as what was written to it. */
    if (m->shape.ssru && !cuda_ok(cudaMemsetAsync(state, 0,
                                      b->ld_state * sizeof(*state), b->stream),
                             "clear a state", err))
        return false;
    return !s->ids ||
           cuda_ok(cudaMemcpyAsync(b->ids + (size_t)s->slot * m->candidates_max,
                       s->ids, s->n_ids * sizeof(*s->ids),
                       cudaMemcpyHostToDevice, b->stream),
               "upload candidates", err);
}

static bool
cuda_join(struct device_batch *b, const struct device_source *list, uint32_t n,
    struct err *err)
{
    uint32_t rows = 0;

    for (uint32_t i = 0; i < n; i++) {
        const struct device_source *s = &list[i];
        uint32_t first = rows;

        if (!slot_clear(b, s, err))
            return false;
        for (uint32_t j = 0; j < s->n_src; j++, rows++) {
            assert(rows < b->work_rows);
            in_host(b, IN_ID)[rows] = s->src[j];
            in_host(b, IN_AT)[rows] = j;
            in_host(b, IN_PLACE)[rows] = first;
            in_host(b, IN_KEYS)[rows] = s->n_src;
            in_host(b, IN_TO)[rows] = s->slot * kv_rows(b->d->m) + j;
        }
    }
    if (!in_upload(b, rows, err))
        return false;
    layers_encode(b, rows);
    return wait(b, err);
}

/* --- stepping --------------------------------------------------------- */

static void
rows_fill(struct device_batch *b, const struct device_row *rows, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        const struct device_row *r = &rows[i];

        assert(r->slot < b->rows && r->t < b->steps);
        in_host(b, IN_ID)[i] = r->prev;
        in_host(b, IN_AT)[i] = r->t;
        in_host(b, IN_PLACE)[i] = r->slot;
        in_host(b, IN_KEYS)[i] = r->t + 1;
        in_host(b, IN_SRC)[i] = r->n_src;
        in_host(b, IN_COLUMNS)[i] = r->n_ids;
        in_host(b, IN_BANNED)[i] = r->banned;
    }
}

static void
best_read(const struct device_batch *b, uint32_t n, struct device_best *ret)
{
    const uint32_t *out = b->out_host;
    const float *real = (const float *)out;

    for (size_t i = 0; i < n; i++)
        ret[i] = (struct device_best){.at = out[OUT_AT * b->rows + i],
            .y = real[OUT_Y * b->rows + i],
            .max = real[OUT_MAX * b->rows + i],
            .sum = real[OUT_SUM * b->rows + i]};
}

static bool
cuda_step(struct device_batch *b, const struct device_row *rows, uint32_t n,
    struct device_best *ret, struct err *err)
{
    uint32_t columns = 0;
    bool alignment = false;

    for (uint32_t i = 0; i < n; i++) {
        columns = rows[i].n_ids > columns ? rows[i].n_ids : columns;
        alignment = alignment || rows[i].alignment;
    }
    rows_fill(b, rows, n);
    if (!in_upload(b, n, err))
        return false;
    layers_step(b, n, columns, alignment);
    if (!cuda_ok(cudaMemcpyAsync(b->out_host, b->out,
                     (size_t)b->rows * OUT_ARRAYS * sizeof(*b->out),
                     cudaMemcpyDeviceToHost, b->stream),
            "read results", err) ||
        (alignment && !cuda_ok(cudaMemcpyAsync(b->head0_host, b->head0,
                                   n * SEARCH_SOURCE_MAX * sizeof(float),
                                   cudaMemcpyDeviceToHost, b->stream),
                          "read alignments", err)) ||
        !wait(b, err))
        return false;
    best_read(b, n, ret);
    for (uint32_t i = 0; i < n; i++)
        if (rows[i].alignment)
            memcpy(rows[i].alignment,
                b->head0_host + (size_t)i * SEARCH_SOURCE_MAX,
                rows[i].n_src * sizeof(float));
    return true;
}

extern const struct device_ops device_cuda;
const struct device_ops device_cuda = {.open = cuda_open,
    .close = cuda_close,
    .bytes = cuda_bytes,
    .batch_new = batch_new,
    .batch_free = batch_free,
    .batch_bytes = cuda_batch_bytes,
    .join = cuda_join,
    .step = cuda_step};
