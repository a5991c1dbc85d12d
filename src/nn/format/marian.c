/* SPDX-License-Identifier: ISC */
#include "nn/format/marian.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/file.h"
#include "base/mem.h"
#include "nn/format/marian_impl.h"

enum { NAME_BYTES_MAX = 200, VERSION = 1, HEADER_BYTES = 4 * 8 };

/* Marian's codes: the class of a type, and the size of an element below. */
enum file_type {
    FILE_I8 = 0x0101,
    FILE_F32 = 0x0404,
    FILE_INTGEMM8 = 0x4101,
};

static const char yml_name[] = "special:model.yml";

struct marian *
marian_new(void)
{
    return xcalloc(1, sizeof(struct marian));
}

void
marian_close(struct marian *m)
{
    if (!m)
        return;
    for (size_t i = 0; i < m->n_kept; i++)
        free(m->kept[i]);
    free(m->kept);
    free(m->tensors);
    if (m->map)
        munmap(m->map, m->map_bytes);
    free(m);
}

void *
marian_keep(struct marian *m, size_t n)
{
    size_t whole = (n / MARIAN_ALIGN + 1) * MARIAN_ALIGN;
    void *p = aligned_alloc(MARIAN_ALIGN, whole);

    if (!p)
        return NULL;
    if (m->n_kept == m->cap_kept) {
        m->cap_kept = m->cap_kept ? 2 * m->cap_kept : 64;
        m->kept = xrealloc(m->kept, m->cap_kept * sizeof(*m->kept));
    }
    m->kept[m->n_kept++] = p;
    return p;
}

void
marian_push(struct marian *m, const struct marian_tensor *t)
{
    assert(m->n < MARIAN_TENSORS_MAX);
    if (m->n == m->cap) {
        m->cap = m->cap ? 2 * m->cap : 64;
        m->tensors = xrealloc(m->tensors, m->cap * sizeof(*m->tensors));
    }
    m->tensors[m->n++] = *t;
}

bool
marian_name(
    struct marian *m, struct span name, struct span *ret, struct err *err)
{
    char *copy;

    if (name.len == 0 || name.len > NAME_BYTES_MAX)
        return err_set(err, FAIL_BAD_INPUT,
            "the name of a tensor has %zu bytes", name.len);
    for (size_t i = 0; i < name.len; i++)
        if (name.p[i] <= ' ' || name.p[i] > '~')
            return err_set(
                err, FAIL_BAD_INPUT, "the name of a tensor is not printable");
    copy = marian_keep(m, name.len);
    if (!copy)
        return err_set(err, FAIL_SYSTEM, "out of memory");
    memcpy(copy, name.p, name.len);
    *ret = (struct span){copy, name.len};
    return true;
}

bool
marian_count(
    const struct marian_tensor *t, size_t *ret_elements, struct err *err)
{
    size_t count = 1;

    for (uint32_t i = 0; i < t->rank; i++) {
        if (t->dims[i] == 0 || t->dims[i] > INT32_MAX)
            return err_set(err, FAIL_BAD_INPUT,
                "the shape of tensor %.*s has an impossible dimension",
                SPAN_ARG(t->name));
        if (count > MARIAN_BYTES_MAX / t->dims[i])
            return err_set(err, FAIL_TOO_LARGE, "tensor %.*s is too large",
                SPAN_ARG(t->name));
        count *= t->dims[i];
    }
    *ret_elements = count;
    return true;
}

static int
by_name(const void *a, const void *b)
{
    const struct marian_tensor *x = a, *y = b;
    size_t n = x->name.len < y->name.len ? x->name.len : y->name.len;
    int order = memcmp(x->name.p, y->name.p, n);

    if (order)
        return order;
    return (x->name.len > y->name.len) - (x->name.len < y->name.len);
}

bool
marian_finish(struct marian *m, struct err *err)
{
    if (m->n == 0)
        return err_set(err, FAIL_BAD_INPUT, "there is no tensor in it");
    qsort(m->tensors, m->n, sizeof(*m->tensors), by_name);
    for (size_t i = 1; i < m->n; i++)
        if (by_name(&m->tensors[i - 1], &m->tensors[i]) == 0)
            return err_set(err, FAIL_BAD_INPUT, "tensor %.*s is there twice",
                SPAN_ARG(m->tensors[i].name));
    return true;
}

/* What has not been read yet.  Nothing is looked at before take has said that
 * it is there. */
struct reader {
    const uint8_t *p;
    size_t left;
};

static const uint8_t *
take(struct reader *r, uint64_t n)
{
    const uint8_t *p = r->p;

    if (n > r->left)
        return NULL;
    r->p += n;
    r->left -= (size_t)n;
    return p;
}

static bool
truncated(struct err *err)
{
    return err_set(err, FAIL_BAD_INPUT, "the file is cut off or damaged");
}

static uint64_t
u64_at(const uint8_t *p)
{
    uint64_t v;

    memcpy(&v, p, sizeof(v));
    return v;
}

/* One entry of the table that a .bin begins with. */
struct entry {
    uint64_t name_bytes, type, rank, data_bytes;
};

static bool
read_shape(struct reader *r, const struct entry *e, struct marian_tensor *t,
    struct err *err)
{
    const uint8_t *p;

    if (e->rank > MARIAN_RANK_MAX)
        return err_set(err, FAIL_BAD_INPUT, "tensor %.*s has %llu dimensions",
            SPAN_ARG(t->name), (unsigned long long)e->rank);
    p = take(r, e->rank * 4);
    if (!p)
        return truncated(err);
    t->rank = (uint32_t)e->rank;
    for (uint32_t i = 0; i < MARIAN_RANK_MAX; i++) {
        t->dims[i] = 1;
        if (i < t->rank)
            memcpy(&t->dims[i], p + 4 * i, 4);
    }
    return true;
}

/* Find what the entry's type says within its data: *need bytes. */
static bool
read_type(const struct entry *e, struct marian_tensor *t, const uint8_t *data,
    size_t *need, struct err *err)
{
    size_t count;

    if (!marian_count(t, &count, err))
        return false;
    t->bytes = *need = count;
    switch (e->type) {
    case FILE_F32:
        t->type = MARIAN_F32;
        t->bytes = *need = count * sizeof(float);
        break;
    case FILE_I8:
        t->type = MARIAN_BYTES;
        break;
    case FILE_INTGEMM8:
        t->type = MARIAN_I8;
        *need = count + sizeof(float);
        break;
    default:
        return err_set(err, FAIL_BAD_INPUT,
            "tensor %.*s is of type 0x%llx, neither float32 nor portable int8",
            SPAN_ARG(t->name), (unsigned long long)e->type);
    }
    if (*need > e->data_bytes)
        return err_set(err, FAIL_BAD_INPUT,
            "tensor %.*s has less data than its shape says", SPAN_ARG(t->name));
    if (t->type == MARIAN_I8) {
        memcpy(&t->quant_mult, data + count, sizeof(float));
        if (!isfinite(t->quant_mult) || t->quant_mult <= 0)
            return err_set(err, FAIL_BAD_INPUT,
                "tensor %.*s has an impossible quantisation factor",
                SPAN_ARG(t->name));
    }
    return true;
}

static bool
read_data(struct reader *r, struct marian *m, const struct entry *e,
    struct marian_tensor *t, struct err *err)
{
    const uint8_t *data = take(r, e->data_bytes);
    size_t need;

    if (!data)
        return truncated(err);
    if (!read_type(e, t, data, &need, err))
        return false;
    t->data = data;
    if ((uintptr_t)data % MARIAN_ALIGN != 0) { /* not Marian's own writer */
        void *copy = marian_keep(m, t->bytes);
        if (!copy)
            return err_set(err, FAIL_SYSTEM, "out of memory");
        memcpy(copy, data, t->bytes);
        t->data = copy;
    }
    return true;
}

static bool
read_name(struct reader *r, struct marian *m, const struct entry *e,
    struct marian_tensor *t, struct err *err)
{
    const char *p = (const char *)take(r, e->name_bytes);

    if (!p)
        return truncated(err);
    if (e->name_bytes == 0 || p[e->name_bytes - 1] != '\0')
        return err_set(
            err, FAIL_BAD_INPUT, "the name of a tensor does not end");
    return marian_name(
        m, (struct span){p, (size_t)e->name_bytes - 1}, &t->name, err);
}

static bool
read_items(struct reader *r, struct marian *m, const struct entry *entry,
    size_t n, struct err *err)
{
    const uint8_t *p;

    for (size_t i = 0; i < n; i++) {
        struct marian_tensor t = {0};
        if (!read_name(r, m, &entry[i], &t, err))
            return false;
        marian_push(m, &t);
    }
    for (size_t i = 0; i < n; i++)
        if (!read_shape(r, &entry[i], &m->tensors[i], err))
            return false;
    p = take(r, 8);
    if (!p || !take(r, u64_at(p)))
        return truncated(err);
    for (size_t i = 0; i < n; i++)
        if (!read_data(r, m, &entry[i], &m->tensors[i], err))
            return false;
    if (r->left > 0)
        return err_set(err, FAIL_BAD_INPUT,
            "%zu bytes follow where the file should end", r->left);
    return marian_finish(m, err);
}

static bool
read_bin(struct marian *m, const void *bytes, size_t n, struct err *err)
{
    struct reader r = {bytes, n};
    const uint8_t *p = take(&r, 16), *table;
    struct entry *entry;
    uint64_t count;
    bool ok;

    if (!p)
        return truncated(err);
    if (u64_at(p) != VERSION)
        return err_set(err, FAIL_BAD_INPUT,
            "this is no Marian model, or one of another version than %d",
            VERSION);
    count = u64_at(p + 8);
    if (count > MARIAN_TENSORS_MAX)
        return err_set(
            err, FAIL_TOO_LARGE, "more than %d tensors", MARIAN_TENSORS_MAX);
    table = take(&r, count * HEADER_BYTES);
    if (!table)
        return truncated(err);
    entry = xcalloc((size_t)count + 1, sizeof(*entry));
    for (size_t i = 0; i < count; i++, table += HEADER_BYTES)
        entry[i] = (struct entry){u64_at(table), u64_at(table + 8),
            u64_at(table + 16), u64_at(table + 24)};
    ok = read_items(&r, m, entry, (size_t)count, err);
    free(entry);
    return ok;
}

static bool
read_any(struct marian *m, const void *p, size_t n, struct err *err)
{
    if (n > 4 && memcmp(p, "PK\3\4", 4) == 0)
        return marian_npz(m, p, n, err);
    return read_bin(m, p, n, err);
}

struct marian *
marian_open_bytes(const void *p, size_t n, struct err *err)
{
    struct marian *m = marian_new();

    if (!read_any(m, p, n, err)) {
        marian_close(m);
        return NULL;
    }
    return m;
}

struct marian *
marian_open(const char *path, struct err *err)
{
    struct marian *m = marian_new();
    struct err why;

    m->map = file_map(path, MARIAN_BYTES_MAX, &m->map_bytes, err);
    if (!m->map) {
        marian_close(m);
        return NULL;
    }
    if (!read_any(m, m->map, m->map_bytes, &why)) {
        err_set(err, why.kind, "%s: %s", path, why.text);
        marian_close(m);
        return NULL;
    }
    return m;
}

const struct marian_tensor *
marian_find(const struct marian *m, const char *name)
{
    struct marian_tensor key = {.name = span_of(name)};

    return bsearch(&key, m->tensors, m->n, sizeof(*m->tensors), by_name);
}

size_t
marian_tensors(const struct marian *m, const struct marian_tensor **ret)
{
    *ret = m->tensors;
    return m->n;
}

bool
marian_scalar(const struct marian *m, const char *name, float *ret)
{
    const struct marian_tensor *t = marian_find(m, name);
    int8_t q;

    if (!t)
        return false;
    if (t->type == MARIAN_F32 && t->bytes == sizeof(float)) {
        memcpy(ret, t->data, sizeof(float));
        return true;
    }
    /* "Wemb_QuantMultA" has "Wemb" in its name: the converter took it for a
     * matrix. */
    if (t->type == MARIAN_I8 && t->bytes == 1) {
        memcpy(&q, t->data, 1);
        *ret = (float)q * (1.0F / t->quant_mult);
        return true;
    }
    return false;
}

struct span
marian_yml(const struct marian *m)
{
    const struct marian_tensor *t = marian_find(m, yml_name);

    if (!t || t->type != MARIAN_BYTES)
        return (struct span){NULL, 0};
    return (struct span){t->data, strnlen(t->data, t->bytes)};
}
