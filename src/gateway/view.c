/* SPDX-License-Identifier: ISC */
#include "gateway/view.h"

#include "base/clock.h"
#include "wire/json.h"

static void
put_time(struct buf *b, const char *key, int64_t wall_ms)
{
    char iso[CLOCK_ISO_BYTES];

    clock_iso(wall_ms, iso);
    buf_addf(b, "\"%s\":\"%s\"", key, iso);
}

static void
put_comma_field(struct buf *b, const char *key, struct span value)
{
    buf_addc(b, ',');
    json_put_field(b, key, value);
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
    put_comma_field(b, "conversationId", m->conversation_id);
    buf_addf(b, ",\"seq\":%lld", (long long)m->seq);
    put_comma_field(b, "senderId", m->sender_id);
    buf_addz(b, ",\"sender\":{");
    json_put_field(b, "id", m->sender_id);
    put_comma_field(b, "displayName", m->sender_name);
    buf_addc(b, '}');
    put_comma_field(b, "content", m->deleted_ms ? SPAN("") : m->content);
    put_comma_field(b, "originalLanguage", m->language);
    put_comma_field(b, "messageType", m->type.p ? m->type : SPAN("text"));
    buf_addf(b, ",\"revision\":%d,\"isEdited\":%s,\"isDeleted\":%s",
        m->revision, m->edited_ms ? "true" : "false",
        m->deleted_ms ? "true" : "false");
    if (m->reply_to.p)
        put_comma_field(b, "replyToId", m->reply_to);
    if (client_message_id.p)
        put_comma_field(b, "clientMessageId", client_message_id);
    buf_addc(b, ',');
    put_time(b, "createdAt", m->created_ms);
    buf_addc(b, ',');
    put_time(b, "updatedAt", updated);
    buf_addz(b, ",\"translations\":[");
    if (part == VIEW_WHOLE)
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
    put_comma_field(b, "cacheKey", buf_span(&key));
    buf_free(&key);
}

void
view_translation(struct buf *b, const struct store_translation *t)
{
    buf_addc(b, '{');
    json_put_field(b, "messageId", t->message_id);
    put_comma_field(b, "targetLanguage", t->language);
    buf_addf(b, ",\"state\":\"%s\"", state_name(t->state));
    if (t->state == STORE_READY) {
        put_comma_field(b, "translatedContent", t->text);
        put_comma_field(b, "sourceLanguage", t->source);
        put_comma_field(b, "translationModel", t->model);
        buf_addf(
            b, ",\"confidenceScore\":%.3f,\"cached\":false", t->confidence);
        put_cache_key(b, t);
    } else if (t->reason.len) {
        put_comma_field(b, "reason", t->reason);
    }
    buf_addc(b, '}');
}

void
view_translation_event(struct buf *b, const struct store_translation *t)
{
    buf_addc(b, '{');
    json_put_field(b, "messageId", t->message_id);
    put_comma_field(b, "conversationId", t->conversation_id);
    buf_addf(b, ",\"revision\":%d,\"translations\":[", t->revision);
    view_translation(b, t);
    buf_addz(b, "]}");
}

void
view_translation_failed(struct buf *b, const struct store_translation *t)
{
    buf_addc(b, '{');
    json_put_field(b, "messageId", t->message_id);
    put_comma_field(b, "conversationId", t->conversation_id);
    put_comma_field(b, "targetLanguage", t->language);
    put_comma_field(b, "error", t->reason);
    buf_addc(b, '}');
}

void
view_user(struct buf *b, const struct user *u)
{
    buf_addc(b, '{');
    json_put_field(b, "id", span_of(u->id));
    put_comma_field(b, "username", span_of(u->username));
    put_comma_field(b, "displayName", span_of(u->display_name));
    put_comma_field(b, "language", span_of(u->language));
    put_comma_field(b, "systemLanguage", span_of(u->language));
    buf_addf(b, ",\"guest\":%s}", u->guest ? "true" : "false");
}

void
view_room(struct buf *b, const struct room *r)
{
    buf_addc(b, '{');
    json_put_field(b, "id", span_of(r->id));
    put_comma_field(b, "type", span_of(r->type));
    put_comma_field(b, "title", span_of(r->title));
    buf_addf(b, ",\"participantCount\":%zu,\"languages\":{", r->n_members);
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
