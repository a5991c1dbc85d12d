/* SPDX-License-Identifier: ISC */
#include "store/store_ops.h"

bool
store_push_add(struct store *s, struct span user_id,
    const struct store_push_device *d, struct err *err)
{
    return s->ops->push->push_add(s, user_id, d, err);
}

bool
store_push_remove(struct store *s, struct span user_id,
    const unsigned char session[STORE_TOKEN_HASH_BYTES], struct err *err)
{
    return s->ops->push->push_remove(s, user_id, session, err);
}

bool
store_push_devices(struct store *s, struct span user_id,
    void (*row)(const struct store_push_device *d, void *ctx), void *ctx,
    struct err *err)
{
    return s->ops->push->push_devices(s, user_id, row, ctx, err);
}

bool
store_push_keys(struct store *s, struct store_push_keys *keys, struct err *err)
{
    return s->ops->push->push_keys(s, keys, err);
}

bool
store_look_set(
    struct store *s, struct span user_id, bool looks, struct err *err)
{
    return s->ops->push->look_set(s, user_id, looks, err);
}

bool
store_looks_clear(struct store *s, struct err *err)
{
    return s->ops->push->looks_clear(s, err);
}

bool
store_push_due(struct store *s, int64_t now_ms, bool *ret, struct err *err)
{
    return s->ops->push->push_due(s, now_ms, ret, err);
}

bool
store_push_take(struct store *s, int64_t now_ms, int64_t until_ms,
    struct store_push *ret, bool *ret_found, struct err *err)
{
    return s->ops->push->push_take(s, now_ms, until_ms, ret, ret_found, err);
}

bool
store_push_settle(struct store *s, const struct store_push *p,
    enum store_push_end end, int64_t now_ms, int64_t due_ms, struct span reason,
    struct err *err)
{
    return s->ops->push->push_settle(s, p, end, now_ms, due_ms, reason, err);
}
