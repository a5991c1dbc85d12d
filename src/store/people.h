/* SPDX-License-Identifier: ISC */
#ifndef STORE_PEOPLE_H
#define STORE_PEOPLE_H

#include "store/store.h"

/*
 * What people do about each other and about themselves: a part of store.h.
 */

/* ---- reports ---- */
struct store_report {
    char id[ID_BYTES];
    char message_id[ID_BYTES], conversation_id[65], reporter_id[ID_BYTES];
    char reason[STORE_DESCRIPTION_BYTES];
    int64_t at_ms;
    /* Filled on reading: */
    char author_id[ID_BYTES], language[STORE_LANG_BYTES];
    struct span content; /* empty when the message is deleted */
};
/* Reporting a message again changes nothing.  FAIL_NOT_FOUND. */
bool store_report_add(
    struct store *s, const struct store_report *r, struct err *err);
/* The open ones of a conversation, oldest first. */
bool store_reports(struct store *s, struct span conversation_id, int limit,
    void (*row)(const struct store_report *r, void *ctx), void *ctx,
    struct err *err);
/* FAIL_NOT_FOUND when the conversation has no such open report. */
bool store_report_resolve(struct store *s, struct span conversation_id,
    struct span id, struct span resolver_id, struct span outcome,
    struct err *err);

/* ---- blocking ---- */
/* Whoever is blocked reads but does not write in the direct conversation of the
 * two; on false, writes again. */
bool store_block_set(struct store *s, struct span user_id,
    struct span blocked_id, bool on, int64_t now_ms, struct err *err);
/* Those the user blocks, by display name and id. */
bool store_blocks(struct store *s, struct span user_id,
    void (*row)(struct span id, struct span display_name, void *ctx), void *ctx,
    struct err *err);
/* Does one of the two block the other? */
bool store_block_between(
    struct store *s, struct span a, struct span b, bool *ret, struct err *err);

/* ---- finding somebody ---- */
/* Accounts whose user name or display name begins with the text, whatever the
 * capitals of its ASCII letters, but for those who are disabled or block the
 * asker; by user name, at most limit. */
bool store_people_find(struct store *s, struct span asker_id, struct span text,
    int limit, void (*row)(const struct store_user *u, void *ctx), void *ctx,
    struct err *err);

/* ---- one's sessions ---- */
bool store_sessions(struct store *s, struct span user_id, int64_t now_ms,
    void (*row)(const unsigned char hash[STORE_TOKEN_HASH_BYTES],
        int64_t created_ms, int64_t expires_ms, void *ctx),
    void *ctx, struct err *err);

/* ---- taking one's things along, and going ---- */
struct store_written {
    struct span id, conversation_id, content, language;
    int64_t seq, created_ms;
};
/* What the user wrote and did not delete, oldest first: at most limit of the
 * scan messages of everybody after *cursor (0 at first), which moves on;
 * *ret_more is false at the end. */
bool store_written(struct store *s, struct span user_id, int64_t *cursor,
    int scan, int limit, void (*row)(const struct store_written *w, void *ctx),
    void *ctx, bool *ret_more, struct err *err);
/* The user is gone: out of all rooms, which somebody else owns then if they
 * did, without a name, a password or a session.  What they wrote stays.
 * FAIL_CONFLICT for the last admin of the server. */
bool store_user_erase(
    struct store *s, struct span user_id, int64_t now_ms, struct err *err);

#endif
