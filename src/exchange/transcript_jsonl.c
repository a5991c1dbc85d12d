/* SPDX-License-Identifier: ISC */
#include "exchange/transcript_impl.h"

#include "base/clock.h"
#include "wire/json.h"

static void
add_time(struct buf *out, const char *key, int64_t ms)
{
    char iso[CLOCK_ISO_BYTES];

    clock_iso(ms, iso);
    json_add_field(out, key, span_of(iso));
}

static void
head(const struct store_conversation *c, struct buf *out)
{
    buf_addz(out, "{\"room\":{");
    json_put_field(out, "id", span_of(c->id));
    json_add_field(out, "type", span_of(c->type));
    json_add_field(out, "title", span_of(c->title));
    json_add_field(out, "description", span_of(c->description));
    add_time(out, "createdAt", c->created_ms);
    buf_addz(out, ",\"members\":[");
}

static void
member(const struct store_member *m, bool first, struct buf *out)
{
    buf_addz(out, first ? "{" : ",{");
    json_put_field(out, "id", span_of(m->user_id));
    json_add_field(out, "username", span_of(m->username));
    json_add_field(out, "displayName", span_of(m->display_name));
    json_add_field(out, "language", span_of(m->language));
    json_add_field(out, "role", span_of(m->role));
    buf_addc(out, '}');
}

static void
members_end(struct buf *out)
{
    buf_addz(out, "]}}\n");
}

static void
translation(const struct store_translation *t, bool first, struct buf *out)
{
    buf_addz(out, first ? "{" : ",{");
    json_put_field(out, "language", t->language);
    json_add_field(out, "content", t->text);
    json_add_field(out, "quality", t->doubt.len ? SPAN("rough") : SPAN("sure"));
    buf_addc(out, '}');
}

static void
add_reactions(struct span reactions, struct buf *out)
{
    struct store_reaction r;
    const char *sep = "";

    buf_addz(out, ",\"reactions\":[");
    while (store_reaction_next(&reactions, &r)) {
        buf_addf(out, "%s{", sep);
        json_put_field(out, "emoji", r.emoji);
        json_add_number(out, "count", r.count);
        buf_addc(out, '}');
        sep = ",";
    }
    buf_addc(out, ']');
}

static void
add_files(struct span files, struct buf *out)
{
    struct store_file f;
    const char *sep = "";

    buf_addz(out, ",\"files\":[");
    while (store_file_next(&files, &f)) {
        buf_addf(out, "%s{", sep);
        json_put_field(out, "name", f.name);
        json_add_field(out, "type", f.type);
        json_add_number(out, "bytes", f.bytes);
        json_add_field(out, "sha256", f.sha256);
        buf_addc(out, '}');
        sep = ",";
    }
    buf_addc(out, ']');
}

static void
message(const struct store_message *m, struct span done, struct buf *out)
{
    buf_addc(out, '{');
    json_put_field(out, "id", m->id);
    json_add_number(out, "seq", m->seq);
    add_time(out, "createdAt", m->created_ms);
    if (m->edited_ms)
        add_time(out, "editedAt", m->edited_ms);
    json_add_field(out, "senderId", m->sender_id);
    json_add_field(out, "sender", m->sender_name);
    json_add_field(out, "language", m->language);
    json_add_field(out, "content", m->content);
    if (m->reply_to.len)
        json_add_field(out, "replyToId", m->reply_to);
    if (m->thread.len)
        json_add_field(out, "threadId", m->thread);
    if (m->origin_name.len)
        json_add_field(out, "forwardedFrom", m->origin_name);
    add_reactions(m->reactions, out);
    add_files(m->files, out);
    buf_addz(out, ",\"translations\":[");
    buf_adds(out, done);
    buf_addz(out, "]}\n");
}

static void
tail(struct buf *out)
{
    (void)out;
}

const struct transcript_writer transcript_jsonl = {
    head, member, members_end, translation, message, tail};
