/* SPDX-License-Identifier: ISC */
#include "store/store_ops.h"

bool
store_correction_add(
    struct store *s, const struct store_correction *c, struct err *err)
{
    return s->ops->correction->correction_add(s, c, err);
}

bool
store_corrections(struct store *s, struct span conversation_id, int limit,
    void (*row)(const struct store_correction *c, void *ctx), void *ctx,
    struct err *err)
{
    return s->ops->correction->corrections(
        s, conversation_id, limit, row, ctx, err);
}

bool
store_correction_resolve(struct store *s, struct span conversation_id,
    struct span id, struct span resolver_id, bool accepted, int64_t now_ms,
    struct err *err)
{
    return s->ops->correction->correction_resolve(
        s, conversation_id, id, resolver_id, accepted, now_ms, err);
}

bool
store_recall(struct store *s, struct span message_id, int64_t now_ms,
    char ret[STORE_LANGUAGES_MAX][STORE_LANG_BYTES], size_t *ret_n,
    struct err *err)
{
    return s->ops->correction->recall(s, message_id, now_ms, ret, ret_n, err);
}
