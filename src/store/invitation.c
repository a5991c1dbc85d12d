/* SPDX-License-Identifier: ISC */
#include "store/store_ops.h"

bool
store_acquaintance_get(struct store *s, struct span asker_id,
    struct span user_id, struct span conversation_id, int64_t since_ms,
    struct store_acquaintance *ret, struct err *err)
{
    return s->ops->invitation->acquaintance_get(
        s, asker_id, user_id, conversation_id, since_ms, ret, err);
}

bool
store_added_by_get(struct store *s, struct span user_id,
    char ret[STORE_ADDED_BY_BYTES], struct err *err)
{
    return s->ops->invitation->added_by_get(s, user_id, ret, err);
}

bool
store_added_by_set(
    struct store *s, struct span user_id, struct span added_by, struct err *err)
{
    return s->ops->invitation->added_by_set(s, user_id, added_by, err);
}

bool
store_invitation_add(struct store *s, const struct store_asking *a,
    bool *ret_asked, struct err *err)
{
    return s->ops->invitation->invitation_add(s, a, ret_asked, err);
}

bool
store_invitation_accept(struct store *s, struct span conversation_id,
    struct span user_id, int64_t now_ms, struct err *err)
{
    return s->ops->invitation->invitation_accept(
        s, conversation_id, user_id, now_ms, err);
}

bool
store_invitation_decline(struct store *s, struct span conversation_id,
    struct span user_id, int64_t now_ms, struct err *err)
{
    return s->ops->invitation->invitation_decline(
        s, conversation_id, user_id, now_ms, err);
}

bool
store_invitation_withdraw(struct store *s, struct span conversation_id,
    struct span user_id, struct span by_id, int64_t now_ms, struct err *err)
{
    return s->ops->invitation->invitation_withdraw(
        s, conversation_id, user_id, by_id, now_ms, err);
}

bool
store_invitations_of(struct store *s, struct span user_id,
    void (*row)(const struct store_invitation *i, void *ctx), void *ctx,
    struct err *err)
{
    return s->ops->invitation->invitations_of(s, user_id, row, ctx, err);
}

bool
store_invitations_into(struct store *s, struct span conversation_id, int limit,
    void (*row)(const struct store_invitation *i, void *ctx), void *ctx,
    struct err *err)
{
    return s->ops->invitation->invitations_into(
        s, conversation_id, limit, row, ctx, err);
}
