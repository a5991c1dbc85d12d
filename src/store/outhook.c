/* SPDX-License-Identifier: ISC */
#include "store/store_ops.h"

bool
store_outhook_add(
    struct store *s, const struct store_outhook *h, struct err *err)
{
    return s->ops->outhook->outhook_add(s, h, err);
}

bool
store_outhooks(struct store *s, struct span conversation_id,
    void (*row)(const struct store_outhook *h, void *ctx), void *ctx,
    struct err *err)
{
    return s->ops->outhook->outhooks(s, conversation_id, row, ctx, err);
}

bool
store_outhook_remove(struct store *s, struct span conversation_id,
    struct span id, struct err *err)
{
    return s->ops->outhook->outhook_remove(s, conversation_id, id, err);
}

bool
store_outhook_enable(struct store *s, struct span conversation_id,
    struct span id, int64_t now_ms, struct err *err)
{
    return s->ops->outhook->outhook_enable(s, conversation_id, id, now_ms, err);
}

bool
store_outhook_due(struct store *s, int64_t now_ms, bool *ret, struct err *err)
{
    return s->ops->outhook->outhook_due(s, now_ms, ret, err);
}

bool
store_outhook_take(struct store *s, int64_t now_ms, int64_t until_ms,
    struct store_outhook *ret, bool *ret_found, struct err *err)
{
    return s->ops->outhook->outhook_take(
        s, now_ms, until_ms, ret, ret_found, err);
}

bool
store_outhook_settle(
    struct store *s, const struct store_outcome *o, struct err *err)
{
    return s->ops->outhook->outhook_settle(s, o, err);
}

bool
store_story(struct store *s, struct span conversation_id, int64_t since,
    int limit, const struct store_story *to, int64_t *ret_to, struct err *err)
{
    return s->ops->outhook->story(
        s, conversation_id, since, limit, to, ret_to, err);
}
