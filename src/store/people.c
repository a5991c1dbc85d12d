/* SPDX-License-Identifier: ISC */
#include "store/store_ops.h"

/* The operations of admin.h, identity.h, link.h and people.h. */

bool
store_link_add(struct store *s, const struct store_link *l,
    const unsigned char hash[STORE_TOKEN_HASH_BYTES], struct err *err)
{
    return s->ops->link->link_add(s, l, hash, err);
}

bool
store_links(struct store *s, struct span conversation_id, int64_t now_ms,
    void (*row)(const struct store_link *l, void *ctx), void *ctx,
    struct err *err)
{
    return s->ops->link->links(s, conversation_id, now_ms, row, ctx, err);
}

bool
store_link_find(struct store *s,
    const unsigned char hash[STORE_TOKEN_HASH_BYTES], int64_t now_ms,
    struct store_link *ret, struct err *err)
{
    return s->ops->link->link_find(s, hash, now_ms, ret, err);
}

bool
store_link_enter(struct store *s,
    const unsigned char hash[STORE_TOKEN_HASH_BYTES], struct span user_id,
    int64_t now_ms, struct store_link *ret, struct err *err)
{
    return s->ops->link->link_enter(s, hash, user_id, now_ms, ret, err);
}

bool
store_link_guest(struct store *s,
    const unsigned char hash[STORE_TOKEN_HASH_BYTES], struct store_user *u,
    int64_t now_ms, struct err *err)
{
    return s->ops->link->link_guest(s, hash, u, now_ms, err);
}

bool
store_link_revoke(struct store *s, struct span conversation_id, struct span id,
    int64_t now_ms, void (*guest)(struct span user_id, void *ctx), void *ctx,
    struct err *err)
{
    return s->ops->link->link_revoke(
        s, conversation_id, id, now_ms, guest, ctx, err);
}

bool
store_policy_get(struct store *s, struct store_policy *ret, struct err *err)
{
    return s->ops->admin->policy_get(s, ret, err);
}

bool
store_policy_set(struct store *s, const struct store_policy *p, struct err *err)
{
    return s->ops->admin->policy_set(s, p, err);
}

bool
store_address_ban_add(
    struct store *s, const struct store_address_ban *b, struct err *err)
{
    return s->ops->admin->address_ban_add(s, b, err);
}

bool
store_address_ban_remove(struct store *s, struct span network, struct err *err)
{
    return s->ops->admin->address_ban_remove(s, network, err);
}

bool
store_address_bans(struct store *s, int64_t now_ms,
    void (*row)(const struct store_address_ban *b, void *ctx), void *ctx,
    struct err *err)
{
    return s->ops->admin->address_bans(s, now_ms, row, ctx, err);
}

bool
store_has_admin(struct store *s, bool *ret, struct err *err)
{
    return s->ops->admin->has_admin(s, ret, err);
}

bool
store_user_set_admin(struct store *s, struct span id, bool admin,
    int64_t now_ms, struct err *err)
{
    return s->ops->admin->user_set_admin(s, id, admin, now_ms, err);
}

bool
store_user_disable(struct store *s, struct span id, bool disabled,
    int64_t now_ms, struct err *err)
{
    return s->ops->admin->user_disable(s, id, disabled, now_ms, err);
}

bool
store_users_page(struct store *s, struct span text, struct span after,
    int limit, void (*row)(const struct store_user *u, void *ctx), void *ctx,
    struct err *err)
{
    return s->ops->admin->users_page(s, text, after, limit, row, ctx, err);
}

bool
store_backlog(struct store *s, struct store_backlog *ret, struct err *err)
{
    return s->ops->admin->backlog(s, ret, err);
}

bool
store_rooms_page(struct store *s, struct span before, int limit, int64_t now_ms,
    void (*row)(const struct store_overview *o, void *ctx), void *ctx,
    struct err *err)
{
    return s->ops->admin->rooms_page(s, before, limit, now_ms, row, ctx, err);
}

bool
store_user_set_password(struct store *s, struct span id,
    const char *password_hash, const unsigned char *except_hash,
    struct err *err)
{
    return s->ops->admin->user_set_password(
        s, id, password_hash, except_hash, err);
}

bool
store_reset_add(struct store *s,
    const unsigned char hash[STORE_TOKEN_HASH_BYTES], struct span user_id,
    int64_t expires_ms, struct err *err)
{
    return s->ops->admin->reset_add(s, hash, user_id, expires_ms, err);
}

bool
store_reset_take(struct store *s,
    const unsigned char hash[STORE_TOKEN_HASH_BYTES], int64_t now_ms,
    char ret_user_id[ID_BYTES], struct err *err)
{
    return s->ops->admin->reset_take(s, hash, now_ms, ret_user_id, err);
}

bool
store_audit_add(struct store *s, const struct store_audit *a, struct err *err)
{
    return s->ops->admin->audit_add(s, a, err);
}

bool
store_audits(struct store *s, struct span conversation_id, int64_t before,
    int limit, void (*row)(const struct store_audit *a, void *ctx), void *ctx,
    struct err *err)
{
    return s->ops->admin->audits(
        s, conversation_id, before, limit, row, ctx, err);
}

bool
store_report_add(struct store *s, const struct store_report *r, struct err *err)
{
    return s->ops->people->report_add(s, r, err);
}

bool
store_reports(struct store *s, struct span conversation_id, int limit,
    void (*row)(const struct store_report *r, void *ctx), void *ctx,
    struct err *err)
{
    return s->ops->people->reports(s, conversation_id, limit, row, ctx, err);
}

bool
store_report_resolve(struct store *s, struct span conversation_id,
    struct span id, struct span resolver_id, struct span outcome,
    struct err *err)
{
    return s->ops->people->report_resolve(
        s, conversation_id, id, resolver_id, outcome, err);
}

bool
store_block_set(struct store *s, struct span user_id, struct span blocked_id,
    bool on, int64_t now_ms, struct err *err)
{
    return s->ops->people->block_set(s, user_id, blocked_id, on, now_ms, err);
}

bool
store_blocks(struct store *s, struct span user_id,
    void (*row)(struct span id, struct span display_name, void *ctx), void *ctx,
    struct err *err)
{
    return s->ops->people->blocks(s, user_id, row, ctx, err);
}

bool
store_block_between(
    struct store *s, struct span a, struct span b, bool *ret, struct err *err)
{
    return s->ops->people->block_between(s, a, b, ret, err);
}

bool
store_people_find(struct store *s, struct span asker_id, struct span text,
    int limit, void (*row)(const struct store_user *u, void *ctx), void *ctx,
    struct err *err)
{
    return s->ops->people->people_find(s, asker_id, text, limit, row, ctx, err);
}

bool
store_sessions(struct store *s, struct span user_id, int64_t now_ms,
    void (*row)(const unsigned char hash[STORE_TOKEN_HASH_BYTES],
        int64_t created_ms, int64_t expires_ms, void *ctx),
    void *ctx, struct err *err)
{
    return s->ops->people->sessions(s, user_id, now_ms, row, ctx, err);
}

bool
store_written(struct store *s, struct span user_id, int64_t *cursor, int scan,
    int limit, void (*row)(const struct store_written *w, void *ctx), void *ctx,
    bool *ret_more, struct err *err)
{
    return s->ops->people->written(
        s, user_id, cursor, scan, limit, row, ctx, ret_more, err);
}

bool
store_user_erase(
    struct store *s, struct span user_id, int64_t now_ms, struct err *err)
{
    return s->ops->people->user_erase(s, user_id, now_ms, err);
}

bool
store_identity_find(struct store *s, const struct store_identity *id,
    struct store_user *ret, struct err *err)
{
    return s->ops->people->identity_find(s, id, ret, err);
}

bool
store_identity_add(struct store *s, const struct store_identity *id,
    const struct store_user *u, struct err *err)
{
    return s->ops->people->identity_add(s, id, u, err);
}
