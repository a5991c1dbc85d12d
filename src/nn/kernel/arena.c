/* SPDX-License-Identifier: ISC */
#include "nn/kernel/kernel.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/log.h"

enum { HUGE_PAGE = 2 << 20 };

/* Aligned to huge pages even where the kernel gives none, so that a matrix
 * lies on as few pages as it can. */
void
arena_init(struct arena *a, size_t size)
{
    size = ((size ? size : 1) + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
    *a = (struct arena){aligned_alloc(HUGE_PAGE, size), 0, size};
    if (!a->p) {
        log_error("out of memory bytes=%zu", size);
        abort();
    }
    /* A wish: without huge pages it merely is slower. */
    (void)madvise(a->p, size, MADV_HUGEPAGE);
}

void
arena_fini(struct arena *a)
{
    free(a->p);
    memset(a, 0, sizeof(*a));
}

void *
arena_get(struct arena *a, size_t n)
{
    void *p = a->p + a->used;

    n = (n + KERNEL_ALIGN - 1) / KERNEL_ALIGN * KERNEL_ALIGN;
    assert(n <= a->size - a->used);
    a->used += n;
    return p;
}

size_t
feed_stride(enum precision p, uint32_t k)
{
    static const size_t size[] = {[PRECISION_FLOAT32] = 4,
        [PRECISION_BFLOAT16] = 2,
        [PRECISION_INT8] = 1};

    return (k * size[p] + KERNEL_ALIGN - 1) / KERNEL_ALIGN * KERNEL_ALIGN;
}

struct feed
feed_at(const struct feed *f, size_t i)
{
    struct feed at = *f;

    at.rows = (char *)f->rows + i * feed_stride(f->precision, f->k);
    if (f->unit)
        at.unit = f->unit + i;
    return at;
}
