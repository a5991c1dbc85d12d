/* SPDX-License-Identifier: ISC */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "nn/format/marian.h"

/* Marian's own order: by name, but the options last and without padding. */
static bool
is_last(const struct marian_tensor *t)
{
    return span_starts(t->name, SPAN("special:"));
}

static int
by_place(const void *a, const void *b)
{
    const struct marian_tensor *x = *(const struct marian_tensor *const *)a;
    const struct marian_tensor *y = *(const struct marian_tensor *const *)b;
    size_t n = x->name.len < y->name.len ? x->name.len : y->name.len;
    int order = memcmp(x->name.p, y->name.p, n);

    if (is_last(x) != is_last(y))
        return is_last(x) ? 1 : -1;
    if (order)
        return order;
    return (x->name.len > y->name.len) - (x->name.len < y->name.len);
}

static uint64_t
type_code(const struct marian_tensor *t)
{
    static const uint64_t code[] = {
        [MARIAN_F32] = 0x0404,
        [MARIAN_I8] = 0x4101,
        [MARIAN_BYTES] = 0x0101,
    };

    return code[t->type];
}

/* Bytes of data and factor, and with the padding that follows them. */
static size_t
data_bytes(const struct marian_tensor *t)
{
    return t->bytes + (t->type == MARIAN_I8 ? sizeof(float) : 0);
}

static size_t
padded_bytes(const struct marian_tensor *t)
{
    size_t n = data_bytes(t);

    if (is_last(t))
        return n;
    return (n + MARIAN_ALIGN - 1) / MARIAN_ALIGN * MARIAN_ALIGN;
}

static void
add_u64(struct buf *b, uint64_t v)
{
    buf_add(b, &v, sizeof(v));
}

/* Everything in front of the data. */
static void
format_head(struct buf *b, const struct marian_tensor **t, size_t n)
{
    static const char zeros[2 * MARIAN_ALIGN];
    size_t next;

    add_u64(b, 1);
    add_u64(b, n);
    for (size_t i = 0; i < n; i++) {
        add_u64(b, t[i]->name.len + 1);
        add_u64(b, type_code(t[i]));
        add_u64(b, t[i]->rank);
        add_u64(b, padded_bytes(t[i]));
    }
    for (size_t i = 0; i < n; i++) {
        buf_adds(b, t[i]->name);
        buf_addc(b, '\0');
    }
    for (size_t i = 0; i < n; i++)
        buf_add(b, t[i]->dims, t[i]->rank * sizeof(*t[i]->dims));
    /* As Marian counts: a whole block of zeros where none is needed. */
    next = ((b->len + 8) / MARIAN_ALIGN + 1) * MARIAN_ALIGN;
    add_u64(b, next - b->len - 8);
    buf_add(b, zeros, next - b->len);
}

static bool
write_to(FILE *f, const struct marian_tensor **t, size_t n)
{
    static const char zeros[MARIAN_ALIGN];
    struct buf head = {0};

    format_head(&head, t, n);
    fwrite(head.p, 1, head.len, f);
    buf_free(&head);
    for (size_t i = 0; i < n; i++) {
        fwrite(t[i]->data, 1, t[i]->bytes, f);
        if (t[i]->type == MARIAN_I8)
            fwrite(&t[i]->quant_mult, 1, sizeof(float), f);
        fwrite(zeros, 1, padded_bytes(t[i]) - data_bytes(t[i]), f);
    }
    return fflush(f) == 0 && !ferror(f) && fsync(fileno(f)) == 0;
}

/* The new name is safe only when its folder is. */
static void
sync_folder(const char *path)
{
    char copy[PATH_MAX];
    int fd;

    if (snprintf(copy, sizeof(copy), "%s", path) >= (int)sizeof(copy))
        return;
    fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
}

/* Write beside path, then take its name. */
static bool
write_file(
    const char *path, const struct marian_tensor **t, size_t n, struct err *err)
{
    char temp[PATH_MAX];
    FILE *f = NULL;
    bool ok;
    int fd;

    if (snprintf(temp, sizeof(temp), "%s.XXXXXX", path) >= (int)sizeof(temp))
        return err_set(err, FAIL_BAD_INPUT, "the name of the file is too long");
    fd = mkostemp(temp, O_CLOEXEC);
    if (fd < 0)
        return err_set(err, FAIL_SYSTEM, "create %s: %m", temp);
    f = fdopen(fd, "w");
    assert(f);
    ok = write_to(f, t, n) && fchmod(fd, 0644) == 0;
    ok = fclose(f) == 0 && ok;
    if (!ok || rename(temp, path) < 0) {
        err_set(err, FAIL_SYSTEM, "write %s: %m", path);
        unlink(temp);
        return false;
    }
    sync_folder(path);
    return true;
}

bool
marian_write(const char *path, const struct marian_tensor *tensors, size_t n,
    struct err *err)
{
    const struct marian_tensor **order = xcalloc(n + 1, sizeof(*order));
    bool ok;

    assert(n <= MARIAN_TENSORS_MAX);
    for (size_t i = 0; i < n; i++)
        order[i] = &tensors[i];
    qsort(order, n, sizeof(*order), by_place);
    ok = write_file(path, order, n, err);
    free(order);
    return ok;
}
