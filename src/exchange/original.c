/* SPDX-License-Identifier: ISC */
#include "exchange/original.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/map.h"
#include "base/mem.h"
#include "chat/chat.h"
#include "exchange/source.h"
#include "wire/json.h"

struct member {
    struct member *next;
    char id[ID_BYTES];
    bool owner;
};

/* What conversation_members.json says of one of them. */
struct crowd {
    struct member *first;
    size_t n;
};

struct original {
    struct intake *in;
    const char *dir;
    struct map *crowds; /* ids of conversations to struct crowd */
    struct map *moved; /* ids of those that are here by another one, to that */
};

/* "id", or MongoDB's {"_id": {"$oid": ...}}. */
static struct span
id_in(const json_t *row, const char *key)
{
    const json_t *value = json_object_get(row, key);

    return json_is_object(value) ? json_get_str(value, "$oid")
                                 : json_str(value);
}

static struct span
own_id(const json_t *row)
{
    return json_object_get(row, "_id") ? id_in(row, "_id") : id_in(row, "id");
}

/* A time as text, or as MongoDB has it: {"$date": text or milliseconds}. */
static int64_t
time_in(const json_t *row, const char *key)
{
    const json_t *value = json_object_get(row, key);
    int64_t ms = 0;
    long long number;

    if (json_is_object(value)) {
        if (json_get_int(value, "$date", &number))
            return number;
        value = json_object_get(value, "$date");
    }
    return clock_parse(json_str(value), &ms) ? ms : 0;
}

static bool
copy_id(struct span id, char *to, size_t cap, struct err *err)
{
    if (!id_valid(id) || id.len >= cap)
        return err_set(err, FAIL_BAD_INPUT, "it has no id that can be kept");
    source_copy(to, cap, id, cap);
    return true;
}

/* ---- people ---- */

static void
copy_name(const json_t *row, char ret[STORE_NAME_BYTES])
{
    struct span shown = json_get_str(row, "displayName");
    struct buf b = {0};

    if (!shown.len) {
        buf_addf(&b, "%.*s %.*s", SPAN_ARG(json_get_str(row, "firstName")),
            SPAN_ARG(json_get_str(row, "lastName")));
        shown = span_trim(buf_span(&b));
    }
    source_copy(ret, STORE_NAME_BYTES, shown, CHAT_NAME_CHARS_MAX);
    buf_free(&b);
}

static bool
add_person(struct original *o, const json_t *row, const char *language,
    bool disabled, struct err *err)
{
    struct store_user u = {
        .disabled = disabled, .created_ms = time_in(row, "createdAt")};
    char name[STORE_NAME_BYTES];

    if (!copy_id(own_id(row), u.id, sizeof(u.id), err))
        return false;
    source_copy(u.username, sizeof(u.username), json_get_str(row, "username"),
        CHAT_USERNAME_LEN_MAX);
    source_copy(u.email, sizeof(u.email), json_get_str(row, "email"),
        CHAT_EMAIL_LEN_MAX);
    source_copy(u.language, sizeof(u.language), json_get_str(row, language),
        sizeof(u.language));
    copy_name(row, u.display_name);
    return intake_person(o->in, &u, name, err);
}

static bool
read_user(const json_t *row, void *ctx, struct err *err)
{
    return add_person(
        ctx, row, "systemLanguage", !json_get_bool(row, "isActive", true), err);
}

static bool
read_anonymous(const json_t *row, void *ctx, struct err *err)
{
    return add_person(ctx, row, "language", true, err);
}

/* ---- conversations ---- */

static bool
read_member(const json_t *row, void *ctx, struct err *err)
{
    struct original *o = ctx;
    struct span conversation = id_in(row, "conversationId");
    struct span role = json_get_str(row, "role");
    struct crowd *crowd = map_get(o->crowds, conversation);
    struct member *m;

    if (!json_get_bool(row, "isActive", true))
        return true;
    if (!crowd) {
        crowd = xcalloc(1, sizeof(*crowd));
        map_put(o->crowds, conversation, crowd);
    }
    m = xcalloc(1, sizeof(*m));
    m->next = crowd->first;
    crowd->first = m;
    crowd->n++;
    m->owner = (role.len == 7 && strncasecmp(role.p, "creator", 7) == 0) ||
               (role.len == 5 && strncasecmp(role.p, "admin", 5) == 0);
    return copy_id(id_in(row, "userId"), m->id, sizeof(m->id), err);
}

static struct member *
owner_of(const struct crowd *crowd)
{
    struct member *m = crowd->first;

    while (m && !m->owner)
        m = m->next;
    return m ? m : crowd->first;
}

/* All but the one, if there is one; returns how many.  *ret is freed by the
 * caller. */
static size_t
ids_of(const struct crowd *crowd, const struct member *but, struct span **ret)
{
    size_t n = 0;

    *ret = xcalloc(crowd->n + 1, sizeof(**ret));
    for (struct member *m = crowd->first; m; m = m->next)
        if (m != but)
            (*ret)[n++] = span_of(m->id);
    return n;
}

static bool
add_room(struct original *o, const struct store_conversation *c,
    const struct crowd *crowd, struct err *err)
{
    bool direct = strcmp(c->type, "direct") == 0;
    struct span *ids;
    size_t n = ids_of(crowd, direct ? owner_of(crowd) : NULL, &ids);
    char id[65];
    bool ok = intake_room(o->in, c, ids, n, id, err);

    if (ok && strcmp(id, c->id) != 0)
        map_put(o->moved, span_of(c->id), xstrdup(id));
    free(ids);
    return ok;
}

/* Where its messages go. */
static struct span
room_of(const struct original *o, struct span id)
{
    char *moved = map_get(o->moved, id);

    return moved ? span_of(moved) : id;
}

static bool
read_conversation(const json_t *row, void *ctx, struct err *err)
{
    struct original *o = ctx;
    struct crowd *crowd = map_get(o->crowds, own_id(row));
    struct span type = json_get_str(row, "type");
    struct store_conversation c = {.created_ms = time_in(row, "createdAt")};

    if (span_eqz(own_id(row), STORE_ANY))
        return true;
    if (!crowd || (span_eqz(type, "direct") && crowd->n != 2)) {
        intake_skip(o->in);
        return true;
    }
    if (!copy_id(own_id(row), c.id, sizeof(c.id), err))
        return false;
    if (span_eqz(type, "global"))
        type = SPAN("public");
    else if (!span_eqz(type, "direct") && !span_eqz(type, "public"))
        type = SPAN("group");
    source_copy(c.type, sizeof(c.type), type, sizeof(c.type));
    memcpy(c.created_by, owner_of(crowd)->id, sizeof(c.created_by));
    source_copy(c.title, sizeof(c.title), json_get_str(row, "title"),
        CHAT_TITLE_CHARS_MAX);
    source_copy(c.description, sizeof(c.description),
        json_get_str(row, "description"), CHAT_DESCRIPTION_CHARS_MAX);
    return add_room(o, &c, crowd, err);
}

/* Once more, when its messages are there. */
static bool
end_conversation(const json_t *row, void *ctx, struct err *err)
{
    struct original *o = ctx;
    struct crowd *crowd = map_get(o->crowds, own_id(row));
    struct span *ids;
    size_t n;
    bool ok;

    if (!crowd)
        return true;
    n = ids_of(crowd, NULL, &ids);
    ok = intake_room_end(o->in, room_of(o, own_id(row)), ids, n,
             json_get_bool(row, "isArchived", false), err) ||
         err->kind == FAIL_NOT_FOUND;
    free(ids);
    return ok;
}

/* ---- messages ---- */

static bool
read_message(const json_t *row, void *ctx, struct err *err)
{
    struct original *o = ctx;
    struct span sender = id_in(row, "senderId");
    struct buf client_id = {0};
    char id[ID_BYTES], ignored[ID_BYTES];
    struct store_message m = {
        .conversation_id = room_of(o, id_in(row, "conversationId")),
        .content = json_get_str(row, "content"),
        .language = json_get_str(row, "originalLanguage"),
        .reply_to = id_in(row, "replyToId"),
        .created_ms = time_in(row, "createdAt"),
    };
    bool ok;

    m.sender_id = sender.len ? sender : id_in(row, "anonymousSenderId");
    if (json_get_bool(row, "isDeleted", false) || !m.sender_id.len) {
        intake_skip(o->in);
        return true;
    }
    if (!copy_id(own_id(row), id, sizeof(id), err))
        return false;
    buf_addf(&client_id, "meeshy:%s", id);
    m.id = span_of(id);
    m.client_message_id = buf_span(&client_id);
    ok = intake_message(o->in, &m, ignored, err);
    buf_free(&client_id);
    return ok;
}

static bool
optional(
    struct original *o, const char *name, source_row_fn *told, struct err *err)
{
    return source_rows(o->dir, name, told, o, err) ||
           err->kind == FAIL_NOT_FOUND;
}

static void
drop_crowd(void *value)
{
    struct crowd *crowd = value;

    for (struct member *m = crowd->first, *next; m; m = next) {
        next = m->next;
        free(m);
    }
    free(crowd);
}

bool
original_read(struct intake *in, const char *dir, struct err *err)
{
    struct original o = {
        .in = in, .dir = dir, .crowds = map_new(), .moved = map_new()};
    bool ok =
        source_rows(dir, "users.json", read_user, &o, err) &&
        optional(&o, "anonymous_participants.json", read_anonymous, err) &&
        source_rows(dir, "conversation_members.json", read_member, &o, err) &&
        source_rows(dir, "conversations.json", read_conversation, &o, err) &&
        source_rows(dir, "messages.json", read_message, &o, err) &&
        source_rows(dir, "conversations.json", end_conversation, &o, err) &&
        intake_end(in, err);

    map_free_all(o.moved, free);
    map_free_all(o.crowds, drop_crowd);
    return ok;
}
