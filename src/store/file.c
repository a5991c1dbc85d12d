/* SPDX-License-Identifier: ISC */
#include "store/store_ops.h"

static int64_t
next_number(struct span *row)
{
    long long n = 0;

    span_int(span_cut(row, STORE_FILE_FIELD), 0, INT64_MAX, &n);
    return n;
}

bool
store_file_next(struct span *files, struct store_file *ret)
{
    struct span row = span_cut(files, STORE_FILE_ROW);

    if (row.len == 0)
        return false;
    *ret = (struct store_file){
        .id = span_cut(&row, STORE_FILE_FIELD),
        .sha256 = span_cut(&row, STORE_FILE_FIELD),
    };
    ret->bytes = next_number(&row);
    ret->duration_ms = next_number(&row);
    ret->width = (int)next_number(&row);
    ret->height = (int)next_number(&row);
    ret->thumb_bytes = next_number(&row);
    ret->type = span_cut(&row, STORE_FILE_FIELD);
    ret->name = row;
    return true;
}

bool
store_file_add(struct store *s, const struct store_file *f,
    struct span owner_id, int64_t bytes_max, int64_t now_ms,
    bool (*place)(void *ctx, struct err *err), void *ctx, struct err *err)
{
    return s->ops->file->file_add(
        s, f, owner_id, bytes_max, now_ms, place, ctx, err);
}

bool
store_files_bytes(
    struct store *s, struct span owner_id, int64_t *ret, struct err *err)
{
    return s->ops->file->files_bytes(s, owner_id, ret, err);
}

bool
store_file_get(struct store *s, struct span message_id, struct span file_id,
    void (*row)(const struct store_file *f, void *ctx), void *ctx,
    struct err *err)
{
    return s->ops->file->file_get(s, message_id, file_id, row, ctx, err);
}

bool
store_files_sweep(struct store *s, int64_t before_ms, int limit,
    void (*gone)(struct span sha256, void *ctx), void *ctx, bool *ret_more,
    struct err *err)
{
    return s->ops->file->files_sweep(
        s, before_ms, limit, gone, ctx, ret_more, err);
}

bool
store_file_found(struct store *s, struct span sha256, struct err *err)
{
    return s->ops->file->file_found(s, sha256, err);
}
