/* SPDX-License-Identifier: ISC */
#include "load/lines.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

static bool
read_all(struct buf *b, const char *path, struct err *err)
{
    enum { CHUNK = 64 * 1024 };
    FILE *f = fopen(path, "re");
    size_t n;

    if (!f)
        return err_set(err, FAIL_NOT_FOUND, "open %s: %m", path);
    while ((n = fread(buf_reserve(b, CHUNK), 1, CHUNK, f)) > 0) {
        b->len += n;
        if (b->len > LINES_BYTES_MAX)
            break;
    }
    fclose(f);
    if (b->len > LINES_BYTES_MAX)
        return err_set(err, FAIL_TOO_LARGE, "%s is too large", path);
    return true;
}

bool
lines_load(struct lines *ret, const char *path, struct err *err)
{
    struct buf b = {0};
    struct span rest;
    size_t cap = 1;

    *ret = (struct lines){0};
    if (!read_all(&b, path, err)) {
        buf_free(&b);
        return false;
    }
    for (size_t i = 0; i < b.len; i++)
        cap += b.p[i] == '\n';
    rest.len = b.len;
    ret->text = buf_take(&b);
    rest.p = ret->text;
    ret->items = xcalloc(cap, sizeof(*ret->items));
    while (rest.p) {
        struct span line = span_trim(span_cut(&rest, '\n'));
        if (line.len > 0)
            ret->items[ret->n++] = line;
    }
    return true;
}

void
lines_free(struct lines *l)
{
    free(l->items);
    free(l->text);
    *l = (struct lines){0};
}

struct span
lines_at(const struct lines *l, size_t i)
{
    return l->n ? l->items[i % l->n] : (struct span){NULL, 0};
}
