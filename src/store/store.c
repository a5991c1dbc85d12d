/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "store/pg/pg.h"
#include "store/sqlite/sqlite.h"
#include "store/store_ops.h"

static const struct store_ops *const implementations[] = {&sqlite_ops, &pg_ops};

struct store *
store_open(
    const char *url, const struct store_options *options, struct err *err)
{
    static const struct store_options defaults;
    size_t n = sizeof(implementations) / sizeof(implementations[0]);

    for (size_t i = 0; i < n; i++) {
        const struct store_ops *ops = implementations[i];
        size_t len = strlen(ops->scheme);
        if (strncmp(url, ops->scheme, len) == 0 && url[len])
            return ops->open(url + len, options ? options : &defaults, err);
    }
    err_set(err, FAIL_BAD_INPUT,
        "a database is named sqlite:PATH or "
        "postgresql://USER@HOST/NAME");
    return NULL;
}

void
store_close(struct store *s)
{
    if (!s)
        return;
    store_events_free(store_take_events(s));
    s->ops->close(s);
}

bool
store_begin(struct store *s, struct err *err)
{
    return s->ops->begin(s, NULL, err);
}

bool
store_begin_in(
    struct store *s, const struct store_scope *scope, struct err *err)
{
    return s->ops->begin(s, scope, err);
}

bool
store_again(const struct store *s)
{
    return s->ops->again(s);
}

bool
store_commit(struct store *s, struct err *err)
{
    return s->ops->commit(s, err);
}

void
store_rollback(struct store *s)
{
    s->ops->rollback(s);
}

bool
store_tend(struct store *s, bool idle)
{
    return s->ops->tend(s, idle);
}

bool
store_remote(const struct store *s)
{
    return s->ops->remote;
}

bool
store_broken(const struct store *s)
{
    return s->ops->broken(s);
}

bool
store_reopen(struct store *s, struct err *err)
{
    return s->ops->reopen(s, err);
}

bool
store_look(struct store *s, struct err *err)
{
    return s->ops->look(s, err);
}

bool
store_check(struct store *s, const atomic_bool *stop, struct err *err)
{
    return s->ops->check(s, stop, err);
}

bool
store_user_add(struct store *s, const struct store_user *u, struct err *err)
{
    return s->ops->user->user_add(s, u, err);
}

bool
store_users_liken(struct store *s,
    void (*of)(struct span username, struct span display_name,
        int64_t ret[STORE_LIKENESSES_MAX], void *ctx),
    void *ctx, struct err *err)
{
    return s->ops->user->users_liken(s, of, ctx, err);
}

bool
store_user_by_name(
    struct store *s, struct span name, struct store_user *ret, struct err *err)
{
    return s->ops->user->user_by_name(s, name, ret, err);
}

bool
store_user_by_id(
    struct store *s, struct span id, struct store_user *ret, struct err *err)
{
    return s->ops->user->user_by_id(s, id, ret, err);
}

bool
store_user_set_language(struct store *s, struct span id, struct span language,
    int64_t now_ms, struct err *err)
{
    return s->ops->user->user_set_language(s, id, language, now_ms, err);
}

bool
store_user_set_writing(struct store *s, struct span id, struct span writing,
    int64_t now_ms, struct err *err)
{
    return s->ops->user->user_set_writing(s, id, writing, now_ms, err);
}

bool
store_user_seen(
    struct store *s, struct span id, int64_t seen_ms, struct err *err)
{
    return s->ops->user->user_seen(s, id, seen_ms, err);
}

bool
store_person_get(struct store *s, struct span id, struct store_person *ret,
    void (*seat)(const struct store_seat *seat, void *ctx), void *ctx,
    struct err *err)
{
    return s->ops->user->person_get(s, id, ret, seat, ctx, err);
}

bool
store_recent_readers(struct store *s, int64_t since_ms, int64_t guests_since_ms,
    struct store_readers ret[STORE_LANGUAGES_MAX], size_t *ret_n,
    struct err *err)
{
    return s->ops->user->recent_readers(
        s, since_ms, guests_since_ms, ret, ret_n, err);
}

bool
store_session_add(struct store *s,
    const unsigned char hash[STORE_TOKEN_HASH_BYTES], struct span user_id,
    int64_t now_ms, int64_t expires_ms, struct err *err)
{
    return s->ops->user->session_add(s, hash, user_id, now_ms, expires_ms, err);
}

bool
store_session_find(struct store *s,
    const unsigned char hash[STORE_TOKEN_HASH_BYTES], int64_t now_ms,
    struct store_user *ret, struct err *err)
{
    return s->ops->user->session_find(s, hash, now_ms, ret, err);
}

bool
store_session_remove(struct store *s,
    const unsigned char hash[STORE_TOKEN_HASH_BYTES], struct err *err)
{
    return s->ops->user->session_remove(s, hash, err);
}

bool
store_sessions_expire(struct store *s, int64_t now_ms, struct err *err)
{
    return s->ops->user->sessions_expire(s, now_ms, err);
}

bool
store_guests_expire(struct store *s, int64_t before_ms, int64_t now_ms,
    int limit, bool *ret_more, struct err *err)
{
    return s->ops->user->guests_expire(
        s, before_ms, now_ms, limit, ret_more, err);
}

bool
store_conversation_add(struct store *s, const struct store_conversation *c,
    const struct span *members, size_t n_members, struct err *err)
{
    return s->ops->conversation->conversation_add(
        s, c, members, n_members, err);
}

bool
store_conversation_get(struct store *s, struct span id,
    struct store_conversation *ret, struct err *err)
{
    return s->ops->conversation->conversation_get(s, id, ret, err);
}

bool
store_direct_get(struct store *s, struct span user_id, struct span other_id,
    struct store_conversation *ret, struct err *err)
{
    return s->ops->conversation->direct_get(s, user_id, other_id, ret, err);
}

bool
store_conversation_set(struct store *s, const struct store_conversation *c,
    int64_t now_ms, struct err *err)
{
    return s->ops->conversation->conversation_set(s, c, now_ms, err);
}

bool
store_conversations_of(struct store *s, const struct store_reader *reader,
    void (*row)(const struct store_listing *l, void *ctx), void *ctx,
    struct err *err)
{
    return s->ops->conversation->conversations_of(s, reader, row, ctx, err);
}

bool
store_conversations_public(struct store *s, struct span text,
    struct span before, int limit,
    void (*row)(const struct store_conversation *c, void *ctx), void *ctx,
    struct err *err)
{
    return s->ops->conversation->conversations_public(
        s, text, before, limit, row, ctx, err);
}

bool
store_member_add(struct store *s, struct span conversation_id,
    struct span user_id, int64_t now_ms, struct err *err)
{
    return s->ops->member->member_add(s, conversation_id, user_id, now_ms, err);
}

bool
store_member_remove(struct store *s, struct span conversation_id,
    struct span user_id, int64_t now_ms, struct err *err)
{
    return s->ops->member->member_remove(
        s, conversation_id, user_id, now_ms, err);
}

bool
store_member_get(struct store *s, struct span conversation_id,
    struct span user_id, struct store_member *ret, struct err *err)
{
    return s->ops->member->member_get(s, conversation_id, user_id, ret, err);
}

bool
store_member_set_role(struct store *s, struct span conversation_id,
    struct span user_id, const char *role, int64_t now_ms, struct err *err)
{
    return s->ops->member->member_set_role(
        s, conversation_id, user_id, role, now_ms, err);
}

bool
store_member_mute(struct store *s, struct span conversation_id,
    struct span user_id, int64_t until_ms, int64_t now_ms, struct err *err)
{
    return s->ops->member->member_mute(
        s, conversation_id, user_id, until_ms, now_ms, err);
}

bool
store_member_ban(struct store *s, struct span conversation_id,
    struct span user_id, int64_t now_ms, struct err *err)
{
    return s->ops->member->member_ban(s, conversation_id, user_id, now_ms, err);
}

bool
store_member_unban(struct store *s, struct span conversation_id,
    struct span user_id, struct err *err)
{
    return s->ops->member->member_unban(s, conversation_id, user_id, err);
}

bool
store_members(struct store *s, struct span conversation_id,
    void (*row)(const struct store_member *m, void *ctx), void *ctx,
    struct err *err)
{
    return s->ops->member->members(s, conversation_id, row, ctx, err);
}

bool
store_members_page(struct store *s, struct span conversation_id, bool banned,
    struct span after, int limit,
    void (*row)(const struct store_member *m, void *ctx), void *ctx,
    struct err *err)
{
    return s->ops->member->members_page(
        s, conversation_id, banned, after, limit, row, ctx, err);
}

bool
store_room_get(struct store *s, struct span conversation_id,
    void (*row)(const struct store_room *r, void *ctx), void *ctx,
    struct err *err)
{
    return s->ops->conversation->room_get(s, conversation_id, row, ctx, err);
}

bool
store_user_upgrade(struct store *s, const struct store_user *u, int64_t now_ms,
    struct err *err)
{
    return s->ops->user->user_upgrade(s, u, now_ms, err);
}

bool
store_sessions_end(struct store *s, struct span user_id,
    const unsigned char *except_hash, struct err *err)
{
    return s->ops->user->sessions_end(s, user_id, except_hash, err);
}

bool
store_message_add(struct store *s, const struct store_message *m,
    const struct span *targets, size_t n_targets, char ret_id[ID_BYTES],
    int64_t *ret_seq, bool *ret_duplicate, struct err *err)
{
    return s->ops->message->message_add(
        s, m, targets, n_targets, ret_id, ret_seq, ret_duplicate, err);
}

bool
store_message_get(struct store *s, struct span id,
    const struct store_reader *reader,
    void (*row)(const struct store_message *m, void *ctx), void *ctx,
    struct err *err)
{
    return s->ops->message->message_get(s, id, reader, row, ctx, err);
}

bool
store_message_edit(struct store *s, struct span id, struct span sender_id,
    struct span content, struct span language,
    const struct store_mentions *mentioning, const struct span *targets,
    size_t n_targets, int64_t now_ms, int *ret_revision, struct err *err)
{
    return s->ops->message->message_edit(s, id, sender_id, content, language,
        mentioning, targets, n_targets, now_ms, ret_revision, err);
}

bool
store_message_delete(struct store *s, struct span id, struct span sender_id,
    int64_t now_ms, struct err *err)
{
    return s->ops->message->message_delete(s, id, sender_id, now_ms, err);
}

bool
store_messages_expire(struct store *s, const struct store_retention *r,
    int64_t *cursor, void (*gone)(struct span message_id, void *ctx), void *ctx,
    bool *ret_more, struct err *err)
{
    return s->ops->message->messages_expire(
        s, r, cursor, gone, ctx, ret_more, err);
}

bool
store_message_revisions(struct store *s, struct span id,
    void (*row)(const struct store_revision *r, void *ctx), void *ctx,
    struct err *err)
{
    return s->ops->message->message_revisions(s, id, row, ctx, err);
}

bool
store_seq_at(struct store *s, struct span conversation_id, int64_t ms,
    int64_t *ret_seq, struct err *err)
{
    return s->ops->message->seq_at(s, conversation_id, ms, ret_seq, err);
}

bool
store_thread(struct store *s, struct span root_id, int64_t after_seq, int limit,
    const struct store_reader *reader,
    void (*row)(const struct store_message *m, void *ctx), void *ctx,
    struct err *err)
{
    return s->ops->message->thread(
        s, root_id, after_seq, limit, reader, row, ctx, err);
}

bool
store_history(struct store *s, struct span conversation_id, int64_t before_seq,
    int64_t after_seq, int limit, const struct store_reader *reader,
    void (*row)(const struct store_message *m, void *ctx), void *ctx,
    struct err *err)
{
    return s->ops->message->history(s, conversation_id, before_seq, after_seq,
        limit, reader, row, ctx, err);
}

bool
store_reaction_set(struct store *s, struct span message_id, struct span user_id,
    struct span emoji, bool on, int64_t now_ms, bool *ret_changed,
    struct err *err)
{
    return s->ops->mark->reaction_set(
        s, message_id, user_id, emoji, on, now_ms, ret_changed, err);
}

bool
store_reactors(struct store *s, struct span message_id, int limit,
    void (*row)(const struct store_reactor *r, void *ctx), void *ctx,
    struct err *err)
{
    return s->ops->mark->reactors(s, message_id, limit, row, ctx, err);
}

bool
store_pin_set(struct store *s, struct span message_id, bool on, int64_t now_ms,
    bool *ret_changed, struct err *err)
{
    return s->ops->mark->pin_set(s, message_id, on, now_ms, ret_changed, err);
}

bool
store_pins(struct store *s, struct span conversation_id,
    const struct store_reader *reader,
    void (*row)(const struct store_message *m, void *ctx), void *ctx,
    struct err *err)
{
    return s->ops->mark->pins(s, conversation_id, reader, row, ctx, err);
}

bool
store_read_set(struct store *s, struct span conversation_id,
    struct span user_id, int64_t seq, bool back, int64_t now_ms,
    struct store_unread *ret, bool *ret_moved, struct err *err)
{
    return s->ops->read->read_set(
        s, conversation_id, user_id, seq, back, now_ms, ret, ret_moved, err);
}

bool
store_read_get(struct store *s, struct span conversation_id,
    struct span user_id, struct store_unread *ret, struct err *err)
{
    return s->ops->read->read_get(s, conversation_id, user_id, ret, err);
}

bool
store_readers(struct store *s, struct span conversation_id,
    void (*row)(const struct store_read *r, void *ctx), void *ctx,
    struct err *err)
{
    return s->ops->read->readers(s, conversation_id, row, ctx, err);
}

bool
store_reads_hide(struct store *s, struct span user_id, bool hide,
    int64_t now_ms, struct err *err)
{
    return s->ops->read->reads_hide(s, user_id, hide, now_ms, err);
}

bool
store_reads_hidden(
    struct store *s, struct span user_id, bool *ret, struct err *err)
{
    return s->ops->read->reads_hidden(s, user_id, ret, err);
}

bool
store_search(struct store *s, const struct store_query *q,
    void (*row)(const struct store_message *m, void *ctx), void *ctx,
    struct err *err)
{
    return s->ops->search->search(s, q, row, ctx, err);
}

bool
store_search_catch_up(
    struct store *s, int limit, bool *ret_more, struct err *err)
{
    return s->ops->search->search_catch_up(s, limit, ret_more, err);
}

bool
store_translation_settle(struct store *s, const struct store_translation *t,
    bool *ret_settled, struct err *err)
{
    return s->ops->translation->translation_settle(s, t, ret_settled, err);
}

bool
store_translation_request(struct store *s, struct span message_id,
    struct span language, int64_t now_ms, bool *ret_queued, struct err *err)
{
    return s->ops->translation->translation_request(
        s, message_id, language, now_ms, ret_queued, err);
}

bool
store_translations(struct store *s, struct span conversation_id,
    int64_t from_seq, int64_t to_seq, struct span language,
    void (*row)(const struct store_translation *t, void *ctx), void *ctx,
    struct err *err)
{
    return s->ops->translation->translations(
        s, conversation_id, from_seq, to_seq, language, row, ctx, err);
}

bool
store_pending(struct store *s, int64_t *cursor, int limit,
    void (*row)(const struct store_pending *p, void *ctx), void *ctx,
    int *ret_n, struct err *err)
{
    return s->ops->translation->pending(s, cursor, limit, row, ctx, ret_n, err);
}

bool
store_known(struct store *s, struct span text, struct span language,
    void (*row)(const struct store_translation *t, void *ctx), void *ctx,
    struct err *err)
{
    return s->ops->translation->known(s, text, language, row, ctx, err);
}

bool
store_hold(struct store *s, int64_t ms, bool *ret_lost, struct err *err)
{
    return s->ops->translation->hold(s, ms, ret_lost, err);
}

bool
store_take_over(struct store *s, int64_t *ret_n, struct err *err)
{
    return s->ops->translation->take_over(s, ret_n, err);
}

bool
store_let_go(struct store *s, struct err *err)
{
    return s->ops->translation->let_go(s, err);
}

int64_t
store_text_hash(struct span text, struct span language)
{
    int64_t hash = (int64_t)span_hash(span_hash(0, language), text);

    return hash ? hash : 1;
}

bool
store_glossary_set(struct store *s, struct span conversation_id,
    struct span json, int64_t now_ms, int64_t *ret_version, struct err *err)
{
    return s->ops->glossary->glossary_set(
        s, conversation_id, json, now_ms, ret_version, err);
}

void
store_epoch(struct store *s, char ret[STORE_EPOCH_BYTES])
{
    s->ops->log->epoch(s, ret);
}

bool
store_room_changes(struct store *s, struct span conversation_id, int64_t since,
    int limit, const struct store_reader *reader,
    const struct store_changes_to *to, struct store_changes *ret,
    struct err *err)
{
    return s->ops->log->room_changes(
        s, conversation_id, since, limit, reader, to, ret, err);
}

bool
store_user_changes(struct store *s, struct span user_id, int64_t since,
    int limit, const struct store_user_changes_to *to,
    struct store_changes *ret, struct err *err)
{
    return s->ops->log->user_changes(s, user_id, since, limit, to, ret, err);
}

bool
store_compact(struct store *s, int64_t before_ms, int64_t *cursor, int limit,
    bool *ret_more, struct err *err)
{
    return s->ops->log->compact(s, before_ms, cursor, limit, ret_more, err);
}

bool
store_totals(struct store *s, struct store_totals *ret, struct err *err)
{
    return s->ops->totals(s, ret, err);
}

bool
store_copy(struct store *from, struct store *to,
    void (*told)(const struct store_copied *c, void *ctx), void *ctx,
    struct err *err)
{
    return to->ops->copy(from, to, told, ctx, err);
}
