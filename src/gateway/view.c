/* SPDX-License-Identifier: ISC */
#include "gateway/view.h"

#include "base/clock.h"
#include "wire/json.h"
#include "wire/quality.h"

static void
put_time(struct buf *b, const char *key, int64_t wall_ms)
{
    char iso[CLOCK_ISO_BYTES];

    clock_iso(wall_ms, iso);
    json_put_field(b, key, span_of(iso));
}

void
view_add_time(struct buf *b, const char *key, int64_t wall_ms)
{
    if (!wall_ms)
        return;
    buf_addc(b, ',');
    put_time(b, key, wall_ms);
}

void
view_add_bot(struct buf *b, bool bot)
{
    if (bot)
        json_add_bool(b, "bot", true);
}

void
view_put_kind(struct buf *b, bool guest, bool bot)
{
    json_add_bool(b, "guest", guest);
    view_add_bot(b, bot);
}

static void
put_person(struct buf *b, const char *key, struct span id, struct span name,
    bool guest, bool bot)
{
    buf_addz(b, ",\"");
    buf_addz(b, key);
    buf_addz(b, "\":{");
    json_put_field(b, "id", id);
    json_add_field(b, "displayName", name);
    view_put_kind(b, guest, bot);
    buf_addc(b, '}');
}

/* How far a translation may be trusted, and why no further. */
static void
put_quality(struct buf *b, struct span doubt)
{
    enum quality q = doubt.p ? QUALITY_ROUGH : QUALITY_SURE;

    json_add_field(b, "quality", span_of(quality_name(q)));
    if (doubt.p)
        json_add_field(b, "doubt", doubt);
}

void
view_quote(struct buf *b, struct span id, const struct store_quote *q)
{
    buf_addc(b, '{');
    json_put_field(b, "id", id);
    json_add_field(b, "senderId", q->sender_id);
    put_person(b, "sender", q->sender_id, q->sender_name, q->sender_guest,
        q->sender_bot);
    json_add_field(b, "content", q->deleted ? SPAN("") : q->content);
    json_add_field(b, "originalLanguage", q->language);
    buf_addf(b, ",\"revision\":%d,\"isDeleted\":%s,\"translations\":[",
        q->revision, q->deleted ? "true" : "false");
    if (q->text.p && !q->deleted) {
        buf_addc(b, '{');
        json_put_field(b, "targetLanguage", q->text_language);
        json_add_field(b, "translatedContent", q->text);
        put_quality(b, q->doubt);
        buf_addc(b, '}');
    }
    buf_addz(b, "]}");
}

/* What people left at it. */
static void
put_marks(struct buf *b, const struct store_message *m)
{
    struct span rest = m->reactions;
    struct store_reaction r;
    const char *comma = "";

    buf_addf(b, ",\"marks\":%lld,\"reactions\":[", (long long)m->marks);
    for (; store_reaction_next(&rest, &r); comma = ",") {
        buf_addf(b, "%s{", comma);
        json_put_field(b, "emoji", r.emoji);
        buf_addf(b, ",\"count\":%lld,\"own\":%s}", (long long)r.count,
            r.own ? "true" : "false");
    }
    buf_addc(b, ']');
    if (m->pinned_ms) {
        buf_addc(b, ',');
        put_time(b, "pinnedAt", m->pinned_ms);
    }
}

static void
put_mentions(struct buf *b, struct span mentions)
{
    const char *comma = "";
    bool all = false;

    buf_addz(b, ",\"mentions\":[");
    while (mentions.p) {
        struct span id = span_cut(&mentions, ' ');
        if (span_eqz(id, "*")) {
            all = true;
            continue;
        }
        buf_addz(b, comma);
        json_put_str(b, id);
        comma = ",";
    }
    buf_addf(b, "],\"mentionsAll\":%s", all ? "true" : "false");
}

void
view_file(struct buf *b, const struct store_file *f)
{
    buf_addc(b, '{');
    json_put_field(b, "id", f->id);
    json_add_field(b, "name", f->name);
    json_add_field(b, "type", f->type);
    buf_addf(b, ",\"bytes\":%lld", (long long)f->bytes);
    if (f->duration_ms)
        buf_addf(b, ",\"durationMs\":%lld", (long long)f->duration_ms);
    if (f->width)
        buf_addf(b, ",\"width\":%d,\"height\":%d", f->width, f->height);
    if (f->thumb_bytes)
        buf_addz(b, ",\"thumbnail\":true");
    buf_addc(b, '}');
}

static void
put_files(struct buf *b, struct span files)
{
    const char *comma = "";
    struct store_file f;

    buf_addz(b, ",\"files\":[");
    for (; store_file_next(&files, &f); comma = ",") {
        buf_addz(b, comma);
        view_file(b, &f);
    }
    buf_addc(b, ']');
}

static void
put_thread(struct buf *b, const struct store_thread *t)
{
    buf_addf(b,
        ",\"thread\":{\"replies\":%lld,\"lastSeq\":%lld,\"changes\":%lld}",
        (long long)t->replies, (long long)t->last_seq, (long long)t->changes);
}

void
view_message(struct buf *b, const struct store_message *m,
    struct span client_message_id, enum view_part part)
{
    int64_t updated = m->deleted_ms  ? m->deleted_ms
                      : m->edited_ms ? m->edited_ms
                                     : m->created_ms;

    buf_addc(b, '{');
    json_put_field(b, "id", m->id);
    json_add_field(b, "conversationId", m->conversation_id);
    json_add_number(b, "seq", m->seq);
    json_add_field(b, "senderId", m->sender_id);
    put_person(b, "sender", m->sender_id, m->sender_name, m->sender_guest,
        m->sender_bot);
    json_add_field(b, "content", m->deleted_ms ? SPAN("") : m->content);
    json_add_field(b, "originalLanguage", m->language);
    json_add_field(b, "messageType", m->type.p ? m->type : SPAN("text"));
    json_add_number(b, "revision", m->revision);
    json_add_bool(b, "isEdited", m->edited_ms);
    json_add_bool(b, "isDeleted", m->deleted_ms);
    if (m->reply_to.p)
        json_add_field(b, "replyToId", m->reply_to);
    if (m->reply_to.p && m->quote.sender_id.p) {
        buf_addz(b, ",\"replyTo\":");
        view_quote(b, m->reply_to, &m->quote);
    }
    if (m->thread.p)
        json_add_field(b, "threadId", m->thread);
    if (m->under.changes)
        put_thread(b, &m->under);
    if (m->files.len && !m->deleted_ms)
        put_files(b, m->files);
    if (m->mentions.len)
        put_mentions(b, m->mentions);
    if (m->origin_id.p)
        put_person(b, "forwardedFrom", m->origin_id, m->origin_name,
            m->origin_guest, m->origin_bot);
    if (part != VIEW_WHOLE)
        put_marks(b, m);
    if (client_message_id.p)
        json_add_field(b, "clientMessageId", client_message_id);
    buf_addc(b, ',');
    put_time(b, "createdAt", m->created_ms);
    buf_addc(b, ',');
    put_time(b, "updatedAt", updated);
    buf_addz(b, ",\"translations\":[");
    if (part != VIEW_OPEN)
        buf_addz(b, "]}");
}

static const char *
state_name(enum store_state state)
{
    static const char *const name[] = {[STORE_QUEUED] = "queued",
        [STORE_READY] = "ready",
        [STORE_FAILED] = "failed",
        [STORE_SKIPPED] = "skipped"};

    return name[state];
}

/* The key under which clients of the original project file a translation. */
static void
put_cache_key(struct buf *b, const struct store_translation *t)
{
    struct buf key = {0};

    buf_addf(&key, "%.*s_%.*s_%.*s", SPAN_ARG(t->message_id),
        SPAN_ARG(t->source), SPAN_ARG(t->language));
    json_add_field(b, "cacheKey", buf_span(&key));
    buf_free(&key);
}

void
view_translation(struct buf *b, const struct store_translation *t)
{
    buf_addc(b, '{');
    json_put_field(b, "messageId", t->message_id);
    json_add_field(b, "targetLanguage", t->language);
    buf_addf(b, ",\"state\":\"%s\"", state_name(t->state));
    if (t->state == STORE_READY) {
        json_add_field(b, "translatedContent", t->text);
        json_add_field(b, "sourceLanguage", t->source);
        json_add_field(b, "translationModel", t->model);
        buf_addf(b, ",\"confidenceScore\":%.3f,\"cached\":%s", t->confidence,
            t->cached ? "true" : "false");
        put_quality(b, t->doubt);
        put_cache_key(b, t);
    } else if (t->reason.len) {
        json_add_field(b, "reason", t->reason);
    }
    buf_addc(b, '}');
}

void
view_translation_event(struct buf *b, const struct store_translation *t)
{
    buf_addc(b, '{');
    json_put_field(b, "messageId", t->message_id);
    json_add_field(b, "conversationId", t->conversation_id);
    buf_addf(b, ",\"revision\":%d,\"translations\":[", t->revision);
    view_translation(b, t);
    buf_addz(b, "]}");
}

void
view_translation_failed(struct buf *b, const struct store_translation *t)
{
    buf_addc(b, '{');
    json_put_field(b, "messageId", t->message_id);
    json_add_field(b, "conversationId", t->conversation_id);
    json_add_field(b, "targetLanguage", t->language);
    json_add_field(b, "error", t->reason);
    buf_addc(b, '}');
}

static void
open_mark(struct buf *b, const struct store_event *e)
{
    buf_addc(b, '{');
    json_put_field(b, "messageId", e->mark.message_id);
    json_add_field(b, "conversationId", e->conversation_id);
    buf_addf(b, ",\"marks\":%lld", (long long)e->mark.marks);
}

void
view_reaction(struct buf *b, const struct store_event *e)
{
    open_mark(b, e);
    json_add_field(b, "userId", e->user_id);
    json_add_field(b, "emoji", e->mark.emoji);
    buf_addf(b, ",\"added\":%s,\"count\":%lld}", e->mark.on ? "true" : "false",
        (long long)e->mark.count);
}

void
view_pin(struct buf *b, const struct store_event *e)
{
    open_mark(b, e);
    buf_addc(b, ',');
    if (e->mark.pinned_ms)
        put_time(b, "pinnedAt", e->mark.pinned_ms);
    else
        buf_addz(b, "\"pinnedAt\":null");
    buf_addc(b, '}');
}

void
view_thread(struct buf *b, const struct store_event *e)
{
    buf_addc(b, '{');
    json_put_field(b, "messageId", e->root_id);
    json_add_field(b, "conversationId", e->conversation_id);
    put_thread(b, &e->under);
    buf_addc(b, '}');
}

void
view_unread(
    struct buf *b, struct span conversation_id, const struct store_unread *u)
{
    buf_addc(b, '{');
    json_put_field(b, "conversationId", conversation_id);
    buf_addf(b, ",\"readSeq\":%lld,\"unread\":%lld,\"mentions\":%lld}",
        (long long)u->seq, (long long)u->unread, (long long)u->mentions);
}

void
view_reader(struct buf *b, const struct store_read *r)
{
    buf_addc(b, '{');
    json_put_field(b, "userId", r->user_id);
    if (r->name.p)
        json_add_field(b, "displayName", r->name);
    if (r->seq == STORE_READ_HIDDEN)
        buf_addz(b, ",\"readSeq\":null");
    else
        buf_addf(b, ",\"readSeq\":%lld", (long long)r->seq);
    buf_addc(b, '}');
}

void
view_user(struct buf *b, const struct user *u)
{
    buf_addc(b, '{');
    json_put_field(b, "id", span_of(u->id));
    json_add_field(b, "username", span_of(u->username));
    json_add_field(b, "displayName", span_of(u->display_name));
    json_add_field(b, "language", span_of(u->language));
    json_add_field(b, "systemLanguage", span_of(u->language));
    json_add_field(b, "writing", span_of(*u->writing ? u->writing : "auto"));
    if (u->picture[0])
        json_add_field(b, "picture", span_of(u->picture));
    view_put_kind(b, u->guest, u->bot != 0);
    if (u->admin)
        buf_addz(b, ",\"admin\":true");
    buf_addc(b, '}');
}

/* What both shapes of a room begin with. */
static void
put_room(struct buf *b, const char *id, const char *type, const char *title,
    const char *description, const char *picture)
{
    buf_addc(b, '{');
    json_put_field(b, "id", span_of(id));
    json_add_field(b, "type", span_of(type));
    json_add_field(b, "title", span_of(title));
    json_add_field(b, "description", span_of(description));
    if (picture[0])
        json_add_field(b, "picture", span_of(picture));
}

void
view_room(struct buf *b, const struct room *r)
{
    put_room(b, r->id, r->type, r->title, r->description, r->picture);
    buf_addf(b,
        ",\"archived\":%s,\"readOnly\":%s,\"translation\":%s,"
        "\"slowSeconds\":%d,\"retentionDays\":%d,\"participantCount\":%zu,"
        "\"languages\":{",
        json_bool(r->archived), json_bool(r->read_only),
        json_bool(!r->untranslated), r->slow_s, r->retention_days,
        r->n_members);
    for (size_t i = 0; i < r->n_readers; i++) {
        if (i)
            buf_addc(b, ',');
        json_put_str(b, span_of(r->readers[i].language));
        buf_addf(b, ":%zu", r->readers[i].n);
    }
    buf_addz(b, "},");
    put_time(b, "createdAt", r->created_ms);
    buf_addc(b, '}');
}

void
view_put_role(struct buf *b, const char *role, int64_t muted_until_ms)
{
    json_add_field(b, "role", span_of(role));
    if (muted_until_ms) {
        buf_addc(b, ',');
        put_time(b, "mutedUntil", muted_until_ms);
    }
}

void
view_room_of(struct buf *b, const struct room *r, const struct user *u)
{
    view_room(b, r);
    b->len--; /* its "}" */
    view_put_role(b, chat_role_name(hub_role(r, u)), hub_muted_until(r, u));
    buf_addc(b, '}');
}

void
view_conversation(struct buf *b, const struct store_conversation *c)
{
    put_room(b, c->id, c->type, c->title, c->description, c->picture);
    buf_addf(b, ",\"archived\":%s,", json_bool(c->archived));
    if (c->role[0])
        buf_addf(b, "\"role\":\"%s\",", c->role);
    else
        buf_addf(b, "\"participantCount\":%lld,", (long long)c->n_members);
    buf_addf(b, "\"lastSeq\":%lld,", (long long)c->last_seq);
    if (c->last_message_ms)
        put_time(b, "lastMessageAt", c->last_message_ms);
    else
        buf_addz(b, "\"lastMessageAt\":null");
    buf_addc(b, '}');
}

void
view_invitation(struct buf *b, const struct store_invitation *i)
{
    buf_addc(b, '{');
    json_put_field(b, "conversationId", i->conversation_id);
    json_add_field(b, "type", i->type);
    json_add_field(b, "title", i->title);
    json_add_field(b, "userId", i->user_id);
    json_add_field(b, "displayName", i->user_name);
    json_add_field(b, "inviterId", i->inviter_id);
    json_add_field(b, "inviterName", i->inviter_name);
    view_add_time(b, "at", i->at_ms);
    buf_addc(b, '}');
}

void
view_invitation_change(struct buf *b, const struct store_invitation *i)
{
    buf_addc(b, '{');
    json_put_field(b, "conversationId", i->conversation_id);
    if (i->at_ms) {
        buf_addz(b, ",\"invitation\":");
        view_invitation(b, i);
    }
    buf_addc(b, '}');
}

void
view_member(struct buf *b, const struct store_member *m)
{
    buf_addc(b, '{');
    json_put_field(b, "id", span_of(m->user_id));
    json_add_field(b, "username", span_of(m->username));
    json_add_field(b, "displayName", span_of(m->display_name));
    json_add_field(b, "language", span_of(m->language));
    view_put_kind(b, m->guest, m->bot);
    view_put_role(b, m->role, m->muted_until_ms);
    buf_addc(b, ',');
    put_time(b, "joinedAt", m->joined_ms);
    buf_addc(b, '}');
}
