/* SPDX-License-Identifier: ISC */
#include "exchange/slack.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"
#include "chat/chat.h"
#include "exchange/slack_text.h"
#include "exchange/source.h"
#include "wire/json.h"

enum { TEAM_BYTES = 14 };

struct person {
    char id[ID_BYTES];
    char name[STORE_NAME_BYTES]; /* what they are called here */
};

/* The room that is being read. */
struct room {
    const char *channel, *folder; /* Slack's id; where its days are */
    const char *type; /* of store_conversation */
    char id[65];
    struct map *roots; /* time stamps of threads to ids of messages */
};

struct slack {
    struct intake *in;
    const char *dir;
    char team[TEAM_BYTES];
    struct map *people; /* Slack's ids to struct person */
    struct room room;
};

/* An id of ours, of one of theirs; false when it does not fit. */
static bool
make_id(const struct slack *s, struct span theirs, char *ret, size_t cap)
{
    int n = snprintf(ret, cap, "%s.%.*s", s->team, SPAN_ARG(theirs));

    return theirs.len && n > 0 && (size_t)n < cap && id_valid(span_of(ret));
}

/* ---- people ---- */

static bool
add_person(struct slack *s, struct span theirs, struct store_user *u,
    struct person **ret, struct err *err)
{
    struct person *p;

    if (!make_id(s, theirs, u->id, sizeof(u->id)))
        return err_set(err, FAIL_BAD_INPUT, "a person's id is odd");
    if (!u->username[0])
        source_copy(
            u->username, sizeof(u->username), theirs, CHAT_USERNAME_LEN_MAX);
    p = xcalloc(1, sizeof(*p));
    memcpy(p->id, u->id, sizeof(p->id));
    if (!intake_person(s->in, u, p->name, err)) {
        free(p);
        return false;
    }
    free(map_put(s->people, theirs, p));
    if (ret)
        *ret = p;
    return true;
}

/* "pt" of "pt-BR": what Slack's menus are in, which may be absent. */
static void
copy_language(struct span locale, char ret[STORE_LANG_BYTES])
{
    source_copy(
        ret, STORE_LANG_BYTES, span_cut(&locale, '-'), STORE_LANG_BYTES - 1);
}

static bool
read_person(const json_t *row, void *ctx, struct err *err)
{
    struct slack *s = ctx;
    const json_t *profile = json_object_get(row, "profile");
    struct span shown = json_get_str(profile, "real_name");
    struct span team = json_get_str(row, "team_id");
    struct store_user u = {.disabled = json_get_bool(row, "deleted", false) ||
                                       json_get_bool(row, "is_bot", false)};
    long long updated;

    if (!s->team[0])
        source_copy(s->team, sizeof(s->team), team.len ? team : SPAN("slack"),
            TEAM_BYTES - 1);
    if (json_get_str(profile, "display_name").len)
        shown = json_get_str(profile, "display_name");
    if (json_get_int(row, "updated", &updated))
        u.created_ms = 1000 * (int64_t)updated;
    source_copy(u.username, sizeof(u.username), json_get_str(row, "name"),
        CHAT_USERNAME_LEN_MAX);
    source_copy(
        u.display_name, sizeof(u.display_name), shown, CHAT_NAME_CHARS_MAX);
    source_copy(u.email, sizeof(u.email), json_get_str(profile, "email"),
        CHAT_EMAIL_LEN_MAX);
    copy_language(json_get_str(row, "locale"), u.language);
    return add_person(s, json_get_str(row, "id"), &u, NULL, err);
}

static bool
read_people(struct slack *s, struct err *err)
{
    if (source_rows(s->dir, "users.json", read_person, s, err))
        return true;
    if (err->kind == FAIL_NOT_FOUND)
        err_set(err, FAIL_BAD_INPUT,
            "it has no users.json: it is no export of Slack");
    return false;
}

/* Somebody who is not in users.json: of another workspace, or a program.  They
 * cannot sign in. */
static struct person *
stranger(
    struct slack *s, struct span theirs, const json_t *message, struct err *err)
{
    const json_t *profile = json_object_get(message, "user_profile");
    struct span name = json_get_str(message, "username");
    struct store_user u = {.disabled = true};
    struct person *ret;

    if (!name.len)
        name = json_get_str(profile, "name");
    source_copy(u.username, sizeof(u.username), name, CHAT_USERNAME_LEN_MAX);
    if (json_get_str(profile, "real_name").len)
        name = json_get_str(profile, "real_name");
    source_copy(
        u.display_name, sizeof(u.display_name), name, CHAT_NAME_CHARS_MAX);
    return add_person(s, theirs, &u, &ret, err) ? ret : NULL;
}

static struct person *
person_of(
    struct slack *s, struct span theirs, const json_t *message, struct err *err)
{
    struct person *p = map_get(s->people, theirs);

    return p ? p : stranger(s, theirs, message, err);
}

static struct span
name_of(struct span theirs, void *ctx)
{
    struct slack *s = ctx;
    struct person *p = map_get(s->people, theirs);

    return p ? span_of(p->name) : (struct span){NULL, 0};
}

/* ---- messages ---- */

/* Is it something that somebody said, and not that they came or went? */
static bool
is_said(const json_t *message)
{
    static const char *const kinds[] = {"bot_message", "file_share",
        "me_message", "thread_broadcast", "file_comment"};
    struct span kind = json_get_str(message, "subtype");

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (span_eqz(kind, kinds[i]))
            return true;
    return !kind.len;
}

/* A program says it in boxes below the message. */
static void
put_attachments(struct slack *s, const json_t *message, struct buf *out)
{
    const json_t *row;
    size_t i;

    json_array_foreach(json_object_get(message, "attachments"), i, row)
    {
        struct span text = json_get_str(row, "text");

        if (!text.len)
            text = json_get_str(row, "fallback");
        buf_addc(out, '\n');
        slack_text(text, name_of, s, out);
    }
}

static void
put_content(struct slack *s, const json_t *message, struct buf *out)
{
    const json_t *file;
    size_t i;

    slack_text(json_get_str(message, "text"), name_of, s, out);
    if (!out->len)
        put_attachments(s, message, out);
    json_array_foreach(json_object_get(message, "files"), i, file)
    {
        struct span name = json_get_str(file, "name");

        if (name.len)
            buf_addf(out, "\n📎 %.*s", SPAN_ARG(name));
    }
}

static bool
read_reactions(struct slack *s, const json_t *message, struct span id,
    int64_t at_ms, struct err *err)
{
    const json_t *row, *user;
    size_t i, k;

    json_array_foreach(json_object_get(message, "reactions"), i, row)
    {
        struct span emoji = slack_emoji(json_get_str(row, "name"));

        json_array_foreach(json_object_get(row, "users"), k, user)
        {
            struct person *p = map_get(s->people, json_str(user));

            if (!p || !emoji.len)
                intake_skip(s->in);
            else if (!intake_reaction(
                         s->in, id, span_of(p->id), emoji, at_ms, err))
                return false;
        }
    }
    return true;
}

/* Its answers come later and name its time stamp. */
static void
remember_root(struct slack *s, const json_t *message, const char *id)
{
    struct span ts = json_get_str(message, "ts");

    if (span_eq(ts, json_get_str(message, "thread_ts")))
        free(map_put(s->room.roots, ts, xstrdup(id)));
}

static bool
save(struct slack *s, const json_t *message, struct span sender,
    struct span content, struct err *err)
{
    struct span ts = json_get_str(message, "ts");
    struct span under = json_get_str(message, "thread_ts");
    const char *root =
        under.len && !span_eq(ts, under) ? map_get(s->room.roots, under) : NULL;
    struct buf client_id = {0};
    struct store_message m = {
        .conversation_id = span_of(s->room.id),
        .sender_id = sender,
        .content = content,
        .created_ms = source_ms(ts),
        .thread = span_of(root),
    };
    char id[ID_BYTES];
    bool ok;

    buf_addf(&client_id, "slack:%s:%.*s", s->room.channel, SPAN_ARG(ts));
    m.client_message_id = buf_span(&client_id);
    ok = intake_message(s->in, &m, id, err);
    if (ok && id[0]) {
        remember_root(s, message, id);
        ok = read_reactions(s, message, span_of(id), m.created_ms, err);
    }
    buf_free(&client_id);
    return ok;
}

static bool
read_message(const json_t *message, void *ctx, struct err *err)
{
    struct slack *s = ctx;
    struct span who = json_get_str(message, "user");
    struct buf content = {0};
    struct person *sender;
    bool ok;

    if (!who.len)
        who = json_get_str(message, "bot_id");
    if (!who.len || !is_said(message) ||
        !source_ms(json_get_str(message, "ts"))) {
        intake_skip(s->in);
        return true;
    }
    sender = person_of(s, who, message, err);
    if (!sender)
        return false;
    put_content(s, message, &content);
    ok = save(s, message, span_of(sender->id), buf_span(&content), err);
    buf_free(&content);
    return ok;
}

static bool
read_day(const char *name, void *ctx, struct err *err)
{
    struct slack *s = ctx;
    struct buf b = {0};
    char *path;
    bool ok;

    buf_addf(&b, "%s/%s", s->room.folder, name);
    path = buf_take(&b);
    ok = source_rows(s->dir, path, read_message, s, err);
    free(path);
    return ok;
}

/* ---- rooms ---- */

struct members {
    struct span *ids; /* ours */
    size_t n;
};

static bool
find_members(
    struct slack *s, const json_t *row, struct members *ret, struct err *err)
{
    const json_t *list = json_object_get(row, "members"), *user;
    size_t i;

    ret->ids = xcalloc(json_array_size(list) + 1, sizeof(*ret->ids));
    json_array_foreach(list, i, user)
    {
        struct person *p = person_of(s, json_str(user), NULL, err);

        if (!p)
            return false;
        ret->ids[ret->n++] = span_of(p->id);
    }
    return true;
}

/* Who made it, if they are in it still; else somebody who is. */
static struct span
owner_of(struct slack *s, const json_t *row, const struct members *m)
{
    struct person *p = map_get(s->people, json_get_str(row, "creator"));

    for (size_t i = 0; p && i < m->n; i++)
        if (span_eqz(m->ids[i], p->id))
            return m->ids[i];
    return m->n ? m->ids[0] : span_of(p ? p->id : NULL);
}

static void
describe(const json_t *row, struct store_conversation *c)
{
    struct span purpose =
        json_get_str(json_object_get(row, "purpose"), "value");
    long long created = 0;

    if (!purpose.len)
        purpose = json_get_str(json_object_get(row, "topic"), "value");
    json_get_int(row, "created", &created);
    c->created_ms = 1000 * (int64_t)created;
    source_copy(c->title, sizeof(c->title), json_get_str(row, "name"),
        CHAT_TITLE_CHARS_MAX);
    source_copy(c->description, sizeof(c->description), purpose,
        CHAT_DESCRIPTION_CHARS_MAX);
}

/* The room is there: its messages, from the folder of its days. */
static bool
fill_room(struct slack *s, const json_t *row, struct span folder,
    const struct members *m, struct err *err)
{
    char *name = span_dup(folder);
    bool ok;

    s->room.folder = name;
    s->room.roots = map_new();
    ok = source_each(s->dir, name, read_day, s, err) &&
         intake_room_end(s->in, span_of(s->room.id), m->ids, m->n,
             json_get_bool(row, "is_archived", false), err);
    map_free_all(s->room.roots, free);
    free(name);
    return ok;
}

/* One of a folder beside the list and of nowhere else. */
static bool
is_folder(struct span name)
{
    return name.len && *name.p != '.' && !memchr(name.p, '/', name.len);
}

static bool
make_room(struct slack *s, const json_t *row, const struct members *m,
    struct err *err)
{
    bool direct = strcmp(s->room.type, "direct") == 0;
    struct span id = json_get_str(row, "id"), owner = owner_of(s, row, m);
    struct span folder = direct ? id : json_get_str(row, "name");
    struct store_conversation c = {.created_ms = 0};

    if (!is_folder(folder) || !make_id(s, id, c.id, sizeof(c.id)))
        return err_set(err, FAIL_BAD_INPUT, "a room without a name or an id");
    if (!owner.len ||
        (direct && (m->n != 2 || span_eq(m->ids[0], m->ids[1])))) {
        intake_skip(s->in);
        return true;
    }
    describe(row, &c);
    source_copy(c.type, sizeof(c.type), span_of(s->room.type), sizeof(c.type));
    source_copy(
        c.created_by, sizeof(c.created_by), direct ? m->ids[0] : owner, ID_LEN);
    s->room.channel = json_string_value(json_object_get(row, "id"));
    return intake_room(s->in, &c, direct ? &m->ids[1] : m->ids,
               direct ? 1 : m->n, s->room.id, err) &&
           fill_room(s, row, folder, m, err);
}

static bool
read_room(const json_t *row, void *ctx, struct err *err)
{
    struct slack *s = ctx;
    struct members m = {NULL, 0};
    bool ok = find_members(s, row, &m, err) && make_room(s, row, &m, err);

    free(m.ids);
    return ok;
}

static bool
read_rooms(struct slack *s, const char *name, const char *type, struct err *err)
{
    s->room.type = type;
    return source_rows(s->dir, name, read_room, s, err) ||
           err->kind == FAIL_NOT_FOUND;
}

bool
slack_read(struct intake *in, const char *dir, struct err *err)
{
    struct slack s = {.in = in, .dir = dir, .people = map_new()};
    bool ok = read_people(&s, err) &&
              read_rooms(&s, "channels.json", "public", err) &&
              read_rooms(&s, "groups.json", "group", err) &&
              read_rooms(&s, "mpims.json", "group", err) &&
              read_rooms(&s, "dms.json", "direct", err) && intake_end(in, err);

    map_free_all(s.people, free);
    return ok;
}
