/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "base/mem.h"
#include "nn/format/marian_impl.h"

/*
 * numpy's .npz is a zip archive of .npy files: a magic, a header that is a
 * Python dict in ASCII, then the elements.  libzip reads the archive, checks
 * its CRCs, and this file reads the headers:
 *
 *   {'descr': '<f4', 'fortran_order': False, 'shape': (512, 2048), }
 */
enum {
    HEADER_BYTES_MAX = 4096,
    MAGIC_BYTES = 8, /* \x93NUMPY, major, minor */
};

/* Of all tensors together, unpacked. */
#define UNPACKED_BYTES_MAX ((size_t)2 << 30)

static bool
bad_header(struct span name, struct err *err)
{
    return err_set(err, FAIL_BAD_INPUT, "the header of %.*s is not numpy's",
        SPAN_ARG(name));
}

/* What follows 'key': in the dict, or {NULL, 0}. */
static struct span
value_of(struct span dict, const char *key)
{
    size_t n = strlen(key);
    const char *at;

    at = memmem(dict.p, dict.len, key, n);
    if (!at || at == dict.p || at[-1] != '\'')
        return (struct span){NULL, 0};
    dict.len -= (size_t)(at - dict.p) + n;
    dict.p = at + n;
    if (!span_starts(dict, SPAN("':")))
        return (struct span){NULL, 0};
    return span_trim((struct span){dict.p + 2, dict.len - 2});
}

/* "'<f4'": float32, "'|i1'" and its like: bytes. */
static bool
parse_descr(struct span v, struct marian_tensor *t)
{
    if (span_starts(v, SPAN("'<f4'"))) {
        t->type = MARIAN_F32;
        return true;
    }
    t->type = MARIAN_BYTES;
    return v.len >= 5 && v.p[0] == '\'' && strchr("<|", v.p[1]) &&
           strchr("iubS", v.p[2]) && v.p[1] && v.p[2] && v.p[3] == '1' &&
           v.p[4] == '\'';
}

/* "(512, 2048)", "(7,)", "()". */
static bool
parse_shape(struct span v, struct marian_tensor *t)
{
    const char *end = v.len ? memchr(v.p, ')', v.len) : NULL;
    struct span list;

    if (!end || v.p[0] != '(')
        return false;
    list = span_trim((struct span){v.p + 1, (size_t)(end - v.p) - 1});
    for (uint32_t i = 0; i < MARIAN_RANK_MAX; i++)
        t->dims[i] = 1;
    while (list.len > 0) {
        struct span one = span_trim(span_cut(&list, ','));
        long long dim;
        if (t->rank == MARIAN_RANK_MAX || !span_int(one, 1, INT32_MAX, &dim))
            return false;
        t->dims[t->rank++] = (uint32_t)dim;
        list = span_trim(list);
    }
    return true;
}

/* Read exactly n bytes. */
static bool
read_all(zip_file_t *f, void *p, size_t n)
{
    char *at = p;

    while (n > 0) {
        zip_int64_t got = zip_fread(f, at, n);
        if (got <= 0)
            return false;
        at += got;
        n -= (size_t)got;
    }
    return true;
}

/* Parse the header of t; *ret_fortran says that the first dim runs fastest. */
static bool
read_header(zip_file_t *f, struct marian_tensor *t, size_t *left,
    bool *ret_fortran, struct err *err)
{
    unsigned char head[MAGIC_BYTES + 4];
    char text[HEADER_BYTES_MAX];
    size_t n_len = 2, n;
    struct span dict;

    if (*left < sizeof(head) || !read_all(f, head, MAGIC_BYTES) ||
        memcmp(head, "\x93NUMPY", 6) != 0 || head[6] < 1 || head[6] > 3)
        return bad_header(t->name, err);
    if (head[6] > 1)
        n_len = 4;
    if (!read_all(f, head, n_len))
        return bad_header(t->name, err);
    n = (size_t)head[0] | (size_t)head[1] << 8;
    if (n_len == 4)
        n |= (size_t)head[2] << 16 | (size_t)head[3] << 24;
    *left -= MAGIC_BYTES + n_len;
    if (n > sizeof(text) || n > *left || !read_all(f, text, n))
        return bad_header(t->name, err);
    *left -= n;
    dict = (struct span){text, n};
    if (!parse_shape(value_of(dict, "shape"), t))
        return bad_header(t->name, err);
    if (!parse_descr(value_of(dict, "descr"), t))
        return err_set(err, FAIL_BAD_INPUT, "tensor %.*s is not float32",
            SPAN_ARG(t->name));
    *ret_fortran = span_starts(value_of(dict, "fortran_order"), SPAN("True"));
    return true;
}

/* From columns to rows. */
static bool
turn(struct marian *m, struct marian_tensor *t, struct err *err)
{
    const float *from = t->data;
    size_t rows = t->dims[0], cols = t->dims[1];
    float *to;

    if (t->rank < 2)
        return true;
    if (t->rank > 2 || t->type != MARIAN_F32)
        return err_set(err, FAIL_BAD_INPUT, "tensor %.*s is in Fortran's order",
            SPAN_ARG(t->name));
    to = marian_keep(m, t->bytes);
    if (!to)
        return err_set(err, FAIL_SYSTEM, "out of memory");
    for (size_t r = 0; r < rows; r++)
        for (size_t c = 0; c < cols; c++)
            to[r * cols + c] = from[c * rows + r];
    t->data = to;
    return true;
}

static bool
read_tensor(struct marian *m, zip_file_t *f, struct marian_tensor *t,
    size_t bytes, struct err *err)
{
    bool fortran = false;
    size_t count;
    void *data;
    char end;

    if (!read_header(f, t, &bytes, &fortran, err) ||
        !marian_count(t, &count, err))
        return false;
    t->bytes = count * (t->type == MARIAN_F32 ? sizeof(float) : 1);
    if (t->bytes != bytes)
        return err_set(err, FAIL_BAD_INPUT,
            "tensor %.*s has not the size that its shape says",
            SPAN_ARG(t->name));
    data = marian_keep(m, bytes);
    if (!data)
        return err_set(err, FAIL_SYSTEM, "out of memory");
    t->data = data;
    /* Reading on to the end makes libzip check the CRC. */
    if (!read_all(f, data, bytes) || zip_fread(f, &end, 1) != 0)
        return err_set(err, FAIL_BAD_INPUT, "tensor %.*s is cut off or damaged",
            SPAN_ARG(t->name));
    return !fortran || turn(m, t, err);
}

static bool
read_entry(
    struct marian *m, zip_t *z, zip_uint64_t i, size_t *budget, struct err *err)
{
    struct marian_tensor t = {0};
    struct zip_stat st;
    struct span name;
    zip_file_t *f;
    bool ok;

    if (zip_stat_index(z, i, 0, &st) < 0 || !(st.valid & ZIP_STAT_NAME) ||
        !(st.valid & ZIP_STAT_SIZE))
        return err_set(err, FAIL_BAD_INPUT, "the archive is damaged");
    name = span_of(st.name);
    if (name.len < 4 || memcmp(name.p + name.len - 4, ".npy", 4) != 0)
        return err_set(err, FAIL_BAD_INPUT, "the archive is not numpy's");
    name.len -= 4;
    if (!marian_name(m, name, &t.name, err))
        return false;
    if (st.size > *budget)
        return err_set(err, FAIL_TOO_LARGE,
            "unpacked it is larger than %zu MiB", UNPACKED_BYTES_MAX >> 20);
    *budget -= (size_t)st.size;
    f = zip_fopen_index(z, i, 0);
    if (!f)
        return err_set(err, FAIL_BAD_INPUT, "tensor %.*s: %s", SPAN_ARG(t.name),
            zip_strerror(z));
    ok = read_tensor(m, f, &t, (size_t)st.size, err);
    zip_fclose(f);
    if (ok)
        marian_push(m, &t);
    return ok;
}

static zip_t *
open_archive(const void *p, size_t n, struct err *err)
{
    zip_error_t why;
    zip_source_t *source;
    zip_t *z;

    zip_error_init(&why);
    source = zip_source_buffer_create(p, n, 0, &why);
    z = source ? zip_open_from_source(source, ZIP_RDONLY, &why) : NULL;
    if (!z) {
        zip_source_free(source);
        err_set(err, FAIL_BAD_INPUT, "the archive is damaged: %s",
            zip_error_strerror(&why));
    }
    zip_error_fini(&why);
    return z;
}

bool
marian_npz(struct marian *m, const void *p, size_t n, struct err *err)
{
    size_t budget = UNPACKED_BYTES_MAX;
    zip_t *z = open_archive(p, n, err);
    zip_int64_t count;
    bool ok = true;

    if (!z)
        return false;
    count = zip_get_num_entries(z, 0);
    if (count > MARIAN_TENSORS_MAX)
        ok = err_set(
            err, FAIL_TOO_LARGE, "more than %d tensors", MARIAN_TENSORS_MAX);
    for (zip_int64_t i = 0; ok && i < count; i++)
        ok = read_entry(m, z, (zip_uint64_t)i, &budget, err);
    zip_discard(z);
    return ok && marian_finish(m, err);
}
