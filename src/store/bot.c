/* SPDX-License-Identifier: ISC */
#include "store/store_ops.h"

bool
store_bot_add(struct store *s, struct store_bot *b,
    const unsigned char hash[STORE_TOKEN_HASH_BYTES], struct err *err)
{
    return s->ops->bot->bot_add(s, b, hash, err);
}

bool
store_bots(struct store *s, const struct store_bots *which,
    void (*row)(const struct store_bot *b, void *ctx), void *ctx,
    struct err *err)
{
    return s->ops->bot->bots(s, which, row, ctx, err);
}

bool
store_bot_renew(struct store *s, const struct store_bots *which, struct span id,
    const unsigned char hash[STORE_TOKEN_HASH_BYTES], int64_t now_ms,
    struct err *err)
{
    return s->ops->bot->bot_renew(s, which, id, hash, now_ms, err);
}

bool
store_bot_remove(struct store *s, const struct store_bots *which,
    struct span id, int64_t now_ms, struct err *err)
{
    return s->ops->bot->bot_remove(s, which, id, now_ms, err);
}
