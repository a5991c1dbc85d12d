/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "base/buf.h"
#include "nn/format/marian_impl.h"
#include "nn/tool/synth_impl.h"

enum { HEADER_ALIGN = 64, MAGIC_BYTES = 10 };

/* A tensor as an .npy: header, padded, then data. */
static void
format_npy(struct buf *b, const struct marian_tensor *t)
{
    struct buf head = {0};
    size_t n;

    buf_addf(&head, "{'descr': '%s', 'fortran_order': False, 'shape': (",
        t->type == MARIAN_F32 ? "<f4" : "|i1");
    for (uint32_t i = 0; i < t->rank; i++)
        buf_addf(&head, t->rank == 1 ? "%u," : i ? ", %u" : "%u", t->dims[i]);
    buf_addz(&head, "), }");
    while ((MAGIC_BYTES + head.len + 1) % HEADER_ALIGN)
        buf_addc(&head, ' ');
    buf_addc(&head, '\n');
    n = head.len;
    buf_add(b, "\x93NUMPY\x01\x00", 8);
    buf_addc(b, (char)(n & 0xff));
    buf_addc(b, (char)(n >> 8));
    buf_adds(b, buf_span(&head));
    buf_add(b, t->data, t->bytes);
    buf_free(&head);
}

static bool
add_tensor(zip_t *z, const struct marian_tensor *t, bool deflate)
{
    struct buf npy = {0};
    char name[256];
    zip_source_t *source;
    zip_int64_t i;
    size_t n;
    char *bytes;

    snprintf(name, sizeof(name), "%.*s.npy", SPAN_ARG(t->name));
    format_npy(&npy, t);
    n = npy.len;
    bytes = buf_take(&npy);
    source = zip_source_buffer(z, bytes, n, 1); /* takes the bytes */
    if (!source) {
        free(bytes);
        return false;
    }
    i = zip_file_add(z, name, source, 0);
    if (i < 0) {
        zip_source_free(source);
        return false;
    }
    return zip_set_file_compression(z, (zip_uint64_t)i,
               deflate ? ZIP_CM_DEFLATE : ZIP_CM_STORE, 1) == 0;
}

bool
synth_npz(
    const char *path, const struct marian *m, bool deflate, struct err *err)
{
    zip_t *z = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, NULL);
    bool ok = true;

    if (!z)
        return err_set(err, FAIL_SYSTEM, "create %s: %m", path);
    for (size_t i = 0; ok && i < m->n; i++)
        ok = add_tensor(z, &m->tensors[i], deflate);
    if (ok && zip_close(z) == 0)
        return true;
    zip_discard(z);
    return err_set(err, FAIL_SYSTEM, "write %s", path);
}
