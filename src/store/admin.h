/* SPDX-License-Identifier: ISC */
#ifndef STORE_ADMIN_H
#define STORE_ADMIN_H

#include "store/store.h"

/*
 * Running a server: a part of store.h.
 */

/* ---- what admins decide ---- */
enum store_registration {
    STORE_OPEN, /* anybody makes an account */
    STORE_BY_INVITATION, /* who has a valid link */
    STORE_CLOSED,
};
struct store_policy {
    enum store_registration registration;
    bool no_guests; /* but by a link */
};
bool store_policy_get(
    struct store *s, struct store_policy *ret, struct err *err);
bool store_policy_set(
    struct store *s, const struct store_policy *p, struct err *err);

/* ---- networks that nobody comes from ---- */
struct store_address_ban {
    struct span network; /* as network_text writes it */
    struct span reason;
    struct span created_by; /* a user's id */
    int64_t created_ms, expires_ms; /* expires_ms 0: never */
};
/* One of the same network takes the place of what was. */
bool store_address_ban_add(
    struct store *s, const struct store_address_ban *b, struct err *err);
/* FAIL_NOT_FOUND. */
bool store_address_ban_remove(
    struct store *s, struct span network, struct err *err);
/* Those that have not expired, newest first. */
bool store_address_bans(struct store *s, int64_t now_ms,
    void (*row)(const struct store_address_ban *b, void *ctx), void *ctx,
    struct err *err);

/* ---- people ---- */
bool store_has_admin(struct store *s, bool *ret, struct err *err);
/* FAIL_NOT_FOUND for who has no account, FAIL_CONFLICT when nobody would be an
 * admin any more. */
bool store_user_set_admin(struct store *s, struct span id, bool admin,
    int64_t now_ms, struct err *err);
/* Their sessions end, and none begins until they are enabled.  Errors are those
 * of store_user_set_admin. */
bool store_user_disable(struct store *s, struct span id, bool disabled,
    int64_t now_ms, struct err *err);
/* Users whose name, shown name or address has the text ({NULL,0}: any), in the
 * order of their accounts, after the one of id after. */
bool store_users_page(struct store *s, struct span text, struct span after,
    int limit, void (*row)(const struct store_user *u, void *ctx), void *ctx,
    struct err *err);

/* ---- how much there is ---- */
struct store_backlog {
    int64_t users, conversations, messages; /* ever */
    int64_t queued; /* translations that are owed */
    int64_t oldest_queued_ms; /* since when; 0 when none is */
    int64_t reports; /* that wait for a moderator */
};
/* As dear as what is queued is long, and not more. */
bool store_backlog(struct store *s, struct store_backlog *ret, struct err *err);

/* A room from outside: nothing that was said in it. */
struct store_overview {
    struct span id, type, title;
    bool listed, archived;
    int64_t created_ms, last_ms; /* last_ms 0: nothing was said */
    int64_t messages, members, links, reports; /* links that are valid, reports
                                                  that wait */
};
/* Newest first, those made before the one of id before; rooms of two are not
 * among them. */
bool store_rooms_page(struct store *s, struct span before, int limit,
    int64_t now_ms, void (*row)(const struct store_overview *o, void *ctx),
    void *ctx, struct err *err);

/* ---- passwords ---- */
/* Set it; sessions end but the one, which may be NULL. */
bool store_user_set_password(struct store *s, struct span id,
    const char *password_hash, const unsigned char *except_hash,
    struct err *err);
/* Whoever has the token may set the password of the account until then; another
 * made before is worth nothing.  FAIL_NOT_FOUND for who has no account. */
bool store_reset_add(struct store *s,
    const unsigned char hash[STORE_TOKEN_HASH_BYTES], struct span user_id,
    int64_t expires_ms, struct err *err);
/* Use it up; FAIL_NOT_FOUND. */
bool store_reset_take(struct store *s,
    const unsigned char hash[STORE_TOKEN_HASH_BYTES], int64_t now_ms,
    char ret_user_id[ID_BYTES], struct err *err);

/* ---- the audit log ---- */
struct store_audit {
    int64_t key; /* filled on reading; newer ones are larger */
    int64_t at_ms;
    struct span actor_id, act;
    struct span conversation_id, subject_id; /* or absent */
    struct span detail;
};
bool store_audit_add(
    struct store *s, const struct store_audit *a, struct err *err);
/* Newest first, those before the key (0: from the end); of one conversation or,
 * with {NULL,0}, of the server. */
bool store_audits(struct store *s, struct span conversation_id, int64_t before,
    int limit, void (*row)(const struct store_audit *a, void *ctx), void *ctx,
    struct err *err);

#endif
