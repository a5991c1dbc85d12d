/* SPDX-License-Identifier: ISC */
#ifndef STORE_STORE_OPS_H
#define STORE_STORE_OPS_H

#include "base/buf.h"
#include "store/admin.h"
#include "store/bot.h"
#include "store/copy.h"
#include "store/correction.h"
#include "store/identity.h"
#include "store/invitation.h"
#include "store/link.h"
#include "store/outhook.h"
#include "store/people.h"
#include "store/push.h"
#include "store/store.h"

/*
 * store_ops - what an implementation of store.h fills: the contracts are those
 * of the functions of the same names there.  Its handle begins with a struct
 * store.
 */
struct store_user_ops {
    bool (*user_add)(
        struct store *s, const struct store_user *u, struct err *err);
    bool (*users_liken)(struct store *s,
        void (*of)(struct span username, struct span display_name,
            int64_t ret[STORE_LIKENESSES_MAX], void *ctx),
        void *ctx, struct err *err);
    bool (*user_by_name)(struct store *s, struct span name,
        struct store_user *ret, struct err *err);
    bool (*user_by_id)(struct store *s, struct span id, struct store_user *ret,
        struct err *err);
    bool (*user_set_language)(struct store *s, struct span id,
        struct span language, int64_t now_ms, struct err *err);
    bool (*user_set_writing)(struct store *s, struct span id,
        struct span writing, int64_t now_ms, struct err *err);
    bool (*user_seen)(
        struct store *s, struct span id, int64_t seen_ms, struct err *err);
    bool (*person_get)(struct store *s, struct span id,
        struct store_person *ret,
        void (*seat)(const struct store_seat *seat, void *ctx), void *ctx,
        struct err *err);
    bool (*recent_readers)(struct store *s, int64_t since_ms,
        int64_t guests_since_ms, struct store_readers ret[STORE_LANGUAGES_MAX],
        size_t *ret_n, struct err *err);
    bool (*session_add)(struct store *s,
        const unsigned char hash[STORE_TOKEN_HASH_BYTES], struct span user_id,
        int64_t now_ms, int64_t expires_ms, struct err *err);
    bool (*session_find)(struct store *s,
        const unsigned char hash[STORE_TOKEN_HASH_BYTES], int64_t now_ms,
        struct store_user *ret, struct err *err);
    bool (*session_remove)(struct store *s,
        const unsigned char hash[STORE_TOKEN_HASH_BYTES], struct err *err);
    bool (*user_upgrade)(struct store *s, const struct store_user *u,
        int64_t now_ms, struct err *err);
    bool (*sessions_end)(struct store *s, struct span user_id,
        const unsigned char *except_hash, struct err *err);
    bool (*sessions_expire)(struct store *s, int64_t now_ms, struct err *err);
    bool (*guests_expire)(struct store *s, int64_t before_ms, int64_t now_ms,
        int limit, bool *ret_more, struct err *err);
};

struct store_conversation_ops {
    bool (*conversation_add)(struct store *s,
        const struct store_conversation *c, const struct span *members,
        size_t n_members, struct err *err);
    bool (*conversation_get)(struct store *s, struct span id,
        struct store_conversation *ret, struct err *err);
    bool (*direct_get)(struct store *s, struct span user_id,
        struct span other_id, struct store_conversation *ret, struct err *err);
    bool (*conversation_set)(struct store *s,
        const struct store_conversation *c, int64_t now_ms, struct err *err);
    bool (*conversations_of)(struct store *s, const struct store_reader *reader,
        void (*row)(const struct store_listing *l, void *ctx), void *ctx,
        struct err *err);
    bool (*conversations_public)(struct store *s, struct span text,
        struct span before, int limit,
        void (*row)(const struct store_conversation *c, void *ctx), void *ctx,
        struct err *err);
    bool (*room_get)(struct store *s, struct span conversation_id,
        void (*row)(const struct store_room *r, void *ctx), void *ctx,
        struct err *err);
};

struct store_member_ops {
    bool (*member_add)(struct store *s, struct span conversation_id,
        struct span user_id, int64_t now_ms, struct err *err);
    bool (*member_remove)(struct store *s, struct span conversation_id,
        struct span user_id, int64_t now_ms, struct err *err);
    bool (*member_get)(struct store *s, struct span conversation_id,
        struct span user_id, struct store_member *ret, struct err *err);
    bool (*member_set_role)(struct store *s, struct span conversation_id,
        struct span user_id, const char *role, int64_t now_ms, struct err *err);
    bool (*member_mute)(struct store *s, struct span conversation_id,
        struct span user_id, int64_t until_ms, int64_t now_ms, struct err *err);
    bool (*member_ban)(struct store *s, struct span conversation_id,
        struct span user_id, int64_t now_ms, struct err *err);
    bool (*member_unban)(struct store *s, struct span conversation_id,
        struct span user_id, struct err *err);
    bool (*members)(struct store *s, struct span conversation_id,
        void (*row)(const struct store_member *m, void *ctx), void *ctx,
        struct err *err);
    bool (*members_page)(struct store *s, struct span conversation_id,
        bool banned, struct span after, int limit,
        void (*row)(const struct store_member *m, void *ctx), void *ctx,
        struct err *err);
};

struct store_link_ops {
    bool (*link_add)(struct store *s, const struct store_link *l,
        const unsigned char hash[STORE_TOKEN_HASH_BYTES], struct err *err);
    bool (*links)(struct store *s, struct span conversation_id, int64_t now_ms,
        void (*row)(const struct store_link *l, void *ctx), void *ctx,
        struct err *err);
    bool (*link_find)(struct store *s,
        const unsigned char hash[STORE_TOKEN_HASH_BYTES], int64_t now_ms,
        struct store_link *ret, struct err *err);
    bool (*link_enter)(struct store *s,
        const unsigned char hash[STORE_TOKEN_HASH_BYTES], struct span user_id,
        int64_t now_ms, struct store_link *ret, struct err *err);
    bool (*link_guest)(struct store *s,
        const unsigned char hash[STORE_TOKEN_HASH_BYTES], struct store_user *u,
        int64_t now_ms, struct err *err);
    bool (*link_revoke)(struct store *s, struct span conversation_id,
        struct span id, int64_t now_ms,
        void (*guest)(struct span user_id, void *ctx), void *ctx,
        struct err *err);
};

struct store_invitation_ops {
    bool (*acquaintance_get)(struct store *s, struct span asker_id,
        struct span user_id, struct span conversation_id, int64_t since_ms,
        struct store_acquaintance *ret, struct err *err);
    bool (*added_by_get)(struct store *s, struct span user_id,
        char ret[STORE_ADDED_BY_BYTES], struct err *err);
    bool (*added_by_set)(struct store *s, struct span user_id,
        struct span added_by, struct err *err);
    bool (*invitation_add)(struct store *s, const struct store_asking *a,
        bool *ret_asked, struct err *err);
    bool (*invitation_accept)(struct store *s, struct span conversation_id,
        struct span user_id, int64_t now_ms, struct err *err);
    bool (*invitation_decline)(struct store *s, struct span conversation_id,
        struct span user_id, int64_t now_ms, struct err *err);
    bool (*invitation_withdraw)(struct store *s, struct span conversation_id,
        struct span user_id, struct span by_id, int64_t now_ms,
        struct err *err);
    bool (*invitations_of)(struct store *s, struct span user_id,
        void (*row)(const struct store_invitation *i, void *ctx), void *ctx,
        struct err *err);
    bool (*invitations_into)(struct store *s, struct span conversation_id,
        int limit, void (*row)(const struct store_invitation *i, void *ctx),
        void *ctx, struct err *err);
};

struct store_bot_ops {
    bool (*bot_add)(struct store *s, struct store_bot *b,
        const unsigned char hash[STORE_TOKEN_HASH_BYTES], struct err *err);
    bool (*bots)(struct store *s, const struct store_bots *which,
        void (*row)(const struct store_bot *b, void *ctx), void *ctx,
        struct err *err);
    bool (*bot_renew)(struct store *s, const struct store_bots *which,
        struct span id, const unsigned char hash[STORE_TOKEN_HASH_BYTES],
        int64_t now_ms, struct err *err);
    bool (*bot_remove)(struct store *s, const struct store_bots *which,
        struct span id, int64_t now_ms, struct err *err);
};

struct store_outhook_ops {
    bool (*outhook_add)(
        struct store *s, const struct store_outhook *h, struct err *err);
    bool (*outhooks)(struct store *s, struct span conversation_id,
        void (*row)(const struct store_outhook *h, void *ctx), void *ctx,
        struct err *err);
    bool (*outhook_remove)(struct store *s, struct span conversation_id,
        struct span id, struct err *err);
    bool (*outhook_enable)(struct store *s, struct span conversation_id,
        struct span id, int64_t now_ms, struct err *err);
    bool (*outhook_due)(
        struct store *s, int64_t now_ms, bool *ret, struct err *err);
    bool (*outhook_take)(struct store *s, int64_t now_ms, int64_t until_ms,
        struct store_outhook *ret, bool *ret_found, struct err *err);
    bool (*outhook_settle)(
        struct store *s, const struct store_outcome *o, struct err *err);
    bool (*story)(struct store *s, struct span conversation_id, int64_t since,
        int limit, const struct store_story *to, int64_t *ret_to,
        struct err *err);
};

struct store_push_ops {
    bool (*push_add)(struct store *s, struct span user_id,
        const struct store_push_device *d, struct err *err);
    bool (*push_remove)(struct store *s, struct span user_id,
        const unsigned char session[STORE_TOKEN_HASH_BYTES], struct err *err);
    bool (*push_devices)(struct store *s, struct span user_id,
        void (*row)(const struct store_push_device *d, void *ctx), void *ctx,
        struct err *err);
    bool (*push_keys)(
        struct store *s, struct store_push_keys *keys, struct err *err);
    bool (*look_set)(
        struct store *s, struct span user_id, bool looks, struct err *err);
    bool (*looks_clear)(struct store *s, struct err *err);
    bool (*push_due)(
        struct store *s, int64_t now_ms, bool *ret, struct err *err);
    bool (*push_take)(struct store *s, int64_t now_ms, int64_t until_ms,
        struct store_push *ret, bool *ret_found, struct err *err);
    bool (*push_settle)(struct store *s, const struct store_push *p,
        enum store_push_end end, int64_t now_ms, int64_t due_ms,
        struct span reason, struct err *err);
};

struct store_admin_ops {
    bool (*policy_get)(
        struct store *s, struct store_policy *ret, struct err *err);
    bool (*policy_set)(
        struct store *s, const struct store_policy *p, struct err *err);
    bool (*address_ban_add)(
        struct store *s, const struct store_address_ban *b, struct err *err);
    bool (*address_ban_remove)(
        struct store *s, struct span network, struct err *err);
    bool (*address_bans)(struct store *s, int64_t now_ms,
        void (*row)(const struct store_address_ban *b, void *ctx), void *ctx,
        struct err *err);
    bool (*has_admin)(struct store *s, bool *ret, struct err *err);
    bool (*user_set_admin)(struct store *s, struct span id, bool admin,
        int64_t now_ms, struct err *err);
    bool (*user_disable)(struct store *s, struct span id, bool disabled,
        int64_t now_ms, struct err *err);
    bool (*users_page)(struct store *s, struct span text, struct span after,
        int limit, void (*row)(const struct store_user *u, void *ctx),
        void *ctx, struct err *err);
    bool (*backlog)(
        struct store *s, struct store_backlog *ret, struct err *err);
    bool (*rooms_page)(struct store *s, struct span before, int limit,
        int64_t now_ms, void (*row)(const struct store_overview *o, void *ctx),
        void *ctx, struct err *err);
    bool (*user_set_password)(struct store *s, struct span id,
        const char *password_hash, const unsigned char *except_hash,
        struct err *err);
    bool (*reset_add)(struct store *s,
        const unsigned char hash[STORE_TOKEN_HASH_BYTES], struct span user_id,
        int64_t expires_ms, struct err *err);
    bool (*reset_take)(struct store *s,
        const unsigned char hash[STORE_TOKEN_HASH_BYTES], int64_t now_ms,
        char ret_user_id[ID_BYTES], struct err *err);
    bool (*audit_add)(
        struct store *s, const struct store_audit *a, struct err *err);
    bool (*audits)(struct store *s, struct span conversation_id, int64_t before,
        int limit, void (*row)(const struct store_audit *a, void *ctx),
        void *ctx, struct err *err);
};

struct store_people_ops {
    bool (*report_add)(
        struct store *s, const struct store_report *r, struct err *err);
    bool (*reports)(struct store *s, struct span conversation_id, int limit,
        void (*row)(const struct store_report *r, void *ctx), void *ctx,
        struct err *err);
    bool (*report_resolve)(struct store *s, struct span conversation_id,
        struct span id, struct span resolver_id, struct span outcome,
        struct err *err);
    bool (*block_set)(struct store *s, struct span user_id,
        struct span blocked_id, bool on, int64_t now_ms, struct err *err);
    bool (*blocks)(struct store *s, struct span user_id,
        void (*row)(struct span id, struct span display_name, void *ctx),
        void *ctx, struct err *err);
    bool (*block_between)(struct store *s, struct span a, struct span b,
        bool *ret, struct err *err);
    bool (*people_find)(struct store *s, struct span asker_id, struct span text,
        int limit, void (*row)(const struct store_user *u, void *ctx),
        void *ctx, struct err *err);
    bool (*sessions)(struct store *s, struct span user_id, int64_t now_ms,
        void (*row)(const unsigned char hash[STORE_TOKEN_HASH_BYTES],
            int64_t created_ms, int64_t expires_ms, void *ctx),
        void *ctx, struct err *err);
    bool (*written)(struct store *s, struct span user_id, int64_t *cursor,
        int scan, int limit,
        void (*row)(const struct store_written *w, void *ctx), void *ctx,
        bool *ret_more, struct err *err);
    bool (*user_erase)(
        struct store *s, struct span user_id, int64_t now_ms, struct err *err);
    bool (*identity_find)(struct store *s, const struct store_identity *id,
        struct store_user *ret, struct err *err);
    bool (*identity_add)(struct store *s, const struct store_identity *id,
        const struct store_user *u, struct err *err);
};

struct store_message_ops {
    bool (*message_add)(struct store *s, const struct store_message *m,
        const struct span *targets, size_t n_targets, char ret_id[ID_BYTES],
        int64_t *ret_seq, bool *ret_duplicate, struct err *err);
    bool (*message_get)(struct store *s, struct span id,
        const struct store_reader *reader,
        void (*row)(const struct store_message *m, void *ctx), void *ctx,
        struct err *err);
    bool (*message_edit)(struct store *s, struct span id, struct span sender_id,
        struct span content, struct span language,
        const struct store_mentions *mentioning, const struct span *targets,
        size_t n_targets, int64_t now_ms, int *ret_revision, struct err *err);
    bool (*message_delete)(struct store *s, struct span id,
        struct span sender_id, int64_t now_ms, struct err *err);
    bool (*messages_expire)(struct store *s, const struct store_retention *r,
        int64_t *cursor, void (*gone)(struct span message_id, void *ctx),
        void *ctx, bool *ret_more, struct err *err);
    bool (*message_revisions)(struct store *s, struct span id,
        void (*row)(const struct store_revision *r, void *ctx), void *ctx,
        struct err *err);
    bool (*seq_at)(struct store *s, struct span conversation_id, int64_t ms,
        int64_t *ret_seq, struct err *err);
    bool (*thread)(struct store *s, struct span root_id, int64_t after_seq,
        int limit, const struct store_reader *reader,
        void (*row)(const struct store_message *m, void *ctx), void *ctx,
        struct err *err);
    bool (*history)(struct store *s, struct span conversation_id,
        int64_t before_seq, int64_t after_seq, int limit,
        const struct store_reader *reader,
        void (*row)(const struct store_message *m, void *ctx), void *ctx,
        struct err *err);
};

struct store_mark_ops {
    bool (*reaction_set)(struct store *s, struct span message_id,
        struct span user_id, struct span emoji, bool on, int64_t now_ms,
        bool *ret_changed, struct err *err);
    bool (*reactors)(struct store *s, struct span message_id, int limit,
        void (*row)(const struct store_reactor *r, void *ctx), void *ctx,
        struct err *err);
    bool (*pin_set)(struct store *s, struct span message_id, bool on,
        int64_t now_ms, bool *ret_changed, struct err *err);
    bool (*pins)(struct store *s, struct span conversation_id,
        const struct store_reader *reader,
        void (*row)(const struct store_message *m, void *ctx), void *ctx,
        struct err *err);
};

struct store_read_ops {
    bool (*read_set)(struct store *s, struct span conversation_id,
        struct span user_id, int64_t seq, bool back, int64_t now_ms,
        struct store_unread *ret, bool *ret_moved, struct err *err);
    bool (*read_get)(struct store *s, struct span conversation_id,
        struct span user_id, struct store_unread *ret, struct err *err);
    bool (*readers)(struct store *s, struct span conversation_id,
        void (*row)(const struct store_read *r, void *ctx), void *ctx,
        struct err *err);
    bool (*reads_hide)(struct store *s, struct span user_id, bool hide,
        int64_t now_ms, struct err *err);
    bool (*reads_hidden)(
        struct store *s, struct span user_id, bool *ret, struct err *err);
};

struct store_search_ops {
    bool (*search)(struct store *s, const struct store_query *q,
        void (*row)(const struct store_message *m, void *ctx), void *ctx,
        struct err *err);
    bool (*search_catch_up)(
        struct store *s, int limit, bool *ret_more, struct err *err);
};

struct store_face_ops {
    bool (*user_set_face)(struct store *s, struct span user_id,
        const struct store_face *face, int64_t bytes_max, int64_t now_ms,
        struct err *err);
    bool (*room_set_face)(struct store *s, struct span conversation_id,
        struct span by_id, const struct store_face *face, int64_t bytes_max,
        int64_t now_ms, struct err *err);
    bool (*user_face)(struct store *s, struct span user_id,
        struct span viewer_id,
        void (*face)(const struct store_face *f, void *ctx), void *ctx,
        struct err *err);
    bool (*room_face)(struct store *s, struct span conversation_id,
        struct span viewer_id,
        void (*face)(const struct store_face *f, void *ctx), void *ctx,
        struct err *err);
    bool (*faces)(struct store *s, const struct span *user_ids, size_t n,
        struct span viewer_id,
        void (*row)(struct span user_id, struct span version, void *ctx),
        void *ctx, struct err *err);
};

struct store_file_ops {
    bool (*file_add)(struct store *s, const struct store_file *f,
        struct span owner_id, int64_t bytes_max, int64_t now_ms,
        bool (*place)(void *ctx, struct err *err), void *ctx, struct err *err);
    bool (*files_bytes)(
        struct store *s, struct span owner_id, int64_t *ret, struct err *err);
    bool (*file_get)(struct store *s, struct span message_id,
        struct span file_id, void (*row)(const struct store_file *f, void *ctx),
        void *ctx, struct err *err);
    bool (*files_sweep)(struct store *s, int64_t before_ms, int limit,
        void (*gone)(struct span sha256, void *ctx), void *ctx, bool *ret_more,
        struct err *err);
    bool (*file_found)(struct store *s, struct span sha256, struct err *err);
};

struct store_translation_ops {
    bool (*translation_settle)(struct store *s,
        const struct store_translation *t, bool *ret_settled, struct err *err);
    bool (*translation_request)(struct store *s, struct span message_id,
        struct span language, int64_t now_ms, bool *ret_queued,
        struct err *err);
    bool (*translations)(struct store *s, struct span conversation_id,
        int64_t from_seq, int64_t to_seq, struct span language,
        void (*row)(const struct store_translation *t, void *ctx), void *ctx,
        struct err *err);
    bool (*pending)(struct store *s, int64_t *cursor, int limit,
        void (*row)(const struct store_pending *p, void *ctx), void *ctx,
        int *ret_n, struct err *err);
    bool (*known)(struct store *s, struct span text, struct span language,
        void (*row)(const struct store_translation *t, void *ctx), void *ctx,
        struct err *err);
    bool (*hold)(struct store *s, int64_t ms, bool *ret_lost, struct err *err);
    bool (*take_over)(struct store *s, int64_t *ret_n, struct err *err);
    bool (*let_go)(struct store *s, struct err *err);
};

struct store_correction_ops {
    bool (*correction_add)(
        struct store *s, const struct store_correction *c, struct err *err);
    bool (*corrections)(struct store *s, struct span conversation_id, int limit,
        void (*row)(const struct store_correction *c, void *ctx), void *ctx,
        struct err *err);
    bool (*correction_resolve)(struct store *s, struct span conversation_id,
        struct span id, struct span resolver_id, bool accepted, int64_t now_ms,
        struct err *err);
    bool (*recall)(struct store *s, struct span message_id, int64_t now_ms,
        char ret[STORE_LANGUAGES_MAX][STORE_LANG_BYTES], size_t *ret_n,
        struct err *err);
};

struct store_glossary_ops {
    bool (*glossary_set)(struct store *s, struct span conversation_id,
        struct span json, int64_t now_ms, int64_t *ret_version,
        struct err *err);
};

struct store_log_ops {
    void (*epoch)(struct store *s, char ret[STORE_EPOCH_BYTES]);
    bool (*room_changes)(struct store *s, struct span conversation_id,
        int64_t since, int limit, const struct store_reader *reader,
        const struct store_changes_to *to, struct store_changes *ret,
        struct err *err);
    bool (*user_changes)(struct store *s, struct span user_id, int64_t since,
        int limit, const struct store_user_changes_to *to,
        struct store_changes *ret, struct err *err);
    bool (*compact)(struct store *s, int64_t before_ms, int64_t *cursor,
        int limit, bool *ret_more, struct err *err);
};

struct store_ops {
    const char *scheme; /* of the URL, with its colon */
    bool remote; /* see store_remote */
    struct store *(*open)(
        const char *name, const struct store_options *options, struct err *err);
    void (*close)(struct store *s);
    /* scope NULL: it may change anything. */
    bool (*begin)(
        struct store *s, const struct store_scope *scope, struct err *err);
    bool (*again)(const struct store *s);
    bool (*commit)(struct store *s, struct err *err);
    void (*rollback)(struct store *s);
    bool (*tend)(struct store *s, bool idle);
    bool (*broken)(const struct store *s);
    bool (*reopen)(struct store *s, struct err *err);
    bool (*look)(struct store *s, struct err *err);
    bool (*check)(struct store *s, const atomic_bool *stop, struct err *err);
    bool (*totals)(struct store *s, struct store_totals *ret, struct err *err);
    bool (*copy)(struct store *from, struct store *to,
        void (*told)(const struct store_copied *c, void *ctx), void *ctx,
        struct err *err);
    const struct store_user_ops *user;
    const struct store_conversation_ops *conversation;
    const struct store_member_ops *member;
    const struct store_link_ops *link;
    const struct store_invitation_ops *invitation;
    const struct store_bot_ops *bot;
    const struct store_outhook_ops *outhook;
    const struct store_push_ops *push;
    const struct store_admin_ops *admin;
    const struct store_people_ops *people;
    const struct store_message_ops *message;
    const struct store_mark_ops *mark;
    const struct store_read_ops *read;
    const struct store_search_ops *search;
    const struct store_face_ops *face;
    const struct store_file_ops *file;
    const struct store_translation_ops *translation;
    const struct store_correction_ops *correction;
    const struct store_glossary_ops *glossary;
    const struct store_log_ops *log;
};

struct store {
    const struct store_ops *ops;
    struct store_event *events, *last_event; /* not taken yet */
};

/* A copy of e with its strings, behind the handle's other events. */
void store_event_add(struct store *s, const struct store_event *e);

/* How a message's files are one text: id, SHA-256, bytes, duration, width,
 * height, bytes of the small copy, type and name with a field separator between them, and a row separator between files:
 * none of them has either. */
enum { STORE_FILE_FIELD = 31, STORE_FILE_ROW = 30 };

/* Append a translation to what store_quote_into looks in. */
void store_quote_pack(
    struct buf *b, struct span language, struct span doubt, struct span text);

#endif
