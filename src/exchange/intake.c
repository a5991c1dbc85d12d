/* SPDX-License-Identifier: ISC */
#include "exchange/intake.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/map.h"
#include "base/mem.h"
#include "chat/chat.h"
#include "store/admin.h"
#include "text/emoji.h"
#include "text/langid.h"

enum {
    BATCH = 500, /* operations of a transaction */
    NAMES_MAX = 1000, /* "ann", "ann-2", "ann-3" ... that are tried */
    SUFFIX_BYTES = 8,
    CLIENT_ID_BYTES = 160,
};

struct intake {
    struct store *store;
    struct span language;
    struct intake_counts counts;
    int open; /* operations since store_begin; 0: no transaction */
    struct map *fresh; /* ids of people and rooms that were not here before */
};

struct intake *
intake_new(struct store *store, struct span language)
{
    struct intake *in = xcalloc(1, sizeof(*in));

    in->store = store;
    in->language = language;
    in->fresh = map_new();
    return in;
}

void
intake_free(struct intake *in)
{
    if (!in)
        return;
    if (in->open)
        store_rollback(in->store);
    map_free(in->fresh);
    free(in);
}

struct intake_counts
intake_counts(const struct intake *in)
{
    return in->counts;
}

void
intake_skip(struct intake *in)
{
    in->counts.skipped++;
}

bool
intake_end(struct intake *in, struct err *err)
{
    bool ok = !in->open || store_commit(in->store, err);

    in->open = 0;
    store_events_free(store_take_events(in->store));
    return ok;
}

/* Before each operation that writes. */
static bool
step(struct intake *in, struct err *err)
{
    if (in->open >= BATCH && !intake_end(in, err))
        return false;
    if (!in->open && !store_begin(in->store, err))
        return false;
    in->open++;
    return true;
}

/* ---- people ---- */

/* What an account may be called, of what somebody was called. */
static void
fit_name(const char *name, char ret[CHAT_USERNAME_LEN_MAX + 1])
{
    size_t n = 0;

    for (const char *p = name; *p && n < CHAT_USERNAME_LEN_MAX; p++) {
        bool letter = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
                      (*p >= '0' && *p <= '9') || strchr("._-", *p);

        if (letter)
            ret[n++] = *p;
        else if (n && ret[n - 1] != '_')
            ret[n++] = '_';
    }
    while (n < CHAT_USERNAME_LEN_MIN)
        ret[n++] = '_';
    ret[n] = '\0';
}

/* name, or name-2, name-3 ... at the nth try. */
static void
name_try(const char *name, int nth, char ret[STORE_NAME_BYTES])
{
    char suffix[SUFFIX_BYTES] = "";

    if (nth > 1)
        snprintf(suffix, sizeof(suffix), "-%d", nth);
    snprintf(ret, STORE_NAME_BYTES, "%.*s%s",
        (int)(CHAT_USERNAME_LEN_MAX - strlen(suffix)), name, suffix);
}

static bool
add_person(struct intake *in, struct store_user *u, struct err *err)
{
    char name[CHAT_USERNAME_LEN_MAX + 1];

    fit_name(u->username, name);
    for (int nth = 1; nth <= NAMES_MAX; nth++) {
        name_try(name, nth, u->username);
        if (!step(in, err))
            return false;
        if (store_user_add(in->store, u, err)) {
            in->counts.people++;
            in->counts.renamed += nth > 1;
            map_put(in->fresh, span_of(u->id), in);
            return true;
        }
        if (err->kind != FAIL_CONFLICT)
            return false;
    }
    return err_set(err, FAIL_CONFLICT, "too many are called %s", name);
}

bool
intake_person(struct intake *in, const struct store_user *u,
    char ret_name[STORE_NAME_BYTES], struct err *err)
{
    struct store_user whole;

    if (!store_user_by_id(in->store, span_of(u->id), &whole, err)) {
        if (err->kind != FAIL_NOT_FOUND)
            return false;
        whole = *u;
        if (!whole.language[0])
            snprintf(whole.language, sizeof(whole.language), "%.*s",
                SPAN_ARG(in->language));
        if (!whole.display_name[0])
            memcpy(whole.display_name, u->username, sizeof(u->username));
        if (!add_person(in, &whole, err))
            return false;
        if (u->disabled && !store_user_disable(in->store, span_of(u->id), true,
                               clock_wall_ms(), err))
            return false;
    }
    memcpy(ret_name, whole.username, STORE_NAME_BYTES);
    return true;
}

/* ---- rooms ---- */

/* Who came since; who is banned here stays out. */
static bool
add_members(struct intake *in, const struct store_conversation *c,
    const struct span *members, size_t n, struct err *err)
{
    for (size_t i = 0; i < n; i++) {
        if (!step(in, err))
            return false;
        if (!store_member_add(
                in->store, span_of(c->id), members[i], c->created_ms, err) &&
            err->kind != FAIL_FORBIDDEN)
            return false;
    }
    return true;
}

static bool
add_room(struct intake *in, const struct store_conversation *c,
    const struct span *members, size_t n, char ret_id[65], struct err *err)
{
    struct store_conversation theirs;

    if (!step(in, err))
        return false;
    if (store_conversation_add(in->store, c, members, n, err)) {
        in->counts.rooms++;
        map_put(in->fresh, span_of(c->id), in);
        return true;
    }
    if (err->kind != FAIL_CONFLICT || strcmp(c->type, "direct") != 0 ||
        !store_direct_get(
            in->store, span_of(c->created_by), members[0], &theirs, err))
        return false;
    memcpy(ret_id, theirs.id, sizeof(theirs.id));
    return true;
}

bool
intake_room(struct intake *in, const struct store_conversation *c,
    const struct span *members, size_t n_members, char ret_id[65],
    struct err *err)
{
    struct store_conversation known;

    memcpy(ret_id, c->id, sizeof(c->id));
    if (!store_conversation_get(in->store, span_of(c->id), &known, err))
        return err->kind == FAIL_NOT_FOUND &&
               add_room(in, c, members, n_members, ret_id, err);
    return strcmp(known.type, "direct") == 0 ||
           add_members(in, c, members, n_members, err);
}

/* What was said before somebody came, or before the room was here, is read. */
static bool
mark_read(struct intake *in, const struct store_conversation *c,
    struct span user, struct err *err)
{
    struct store_unread unread;
    bool moved;

    if (!map_get(in->fresh, span_of(c->id)) && !map_get(in->fresh, user))
        return true;
    return step(in, err) &&
           (store_read_set(in->store, span_of(c->id), user, INT64_MAX, false,
                c->last_message_ms, &unread, &moved, err) ||
               err->kind == FAIL_NOT_FOUND);
}

bool
intake_room_end(struct intake *in, struct span room, const struct span *members,
    size_t n_members, bool archived, struct err *err)
{
    struct store_conversation c;

    if (!store_conversation_get(in->store, room, &c, err))
        return false;
    if (c.created_by[0] && !mark_read(in, &c, span_of(c.created_by), err))
        return false;
    for (size_t i = 0; i < n_members; i++)
        if (!mark_read(in, &c, members[i], err))
            return false;
    if (!archived || c.archived)
        return true;
    c.archived = true;
    return step(in, err) &&
           store_conversation_set(in->store, &c, c.last_message_ms, err);
}

/* ---- messages ---- */

/* The language that m is in; found is the memory for it. */
static struct span
language_of(const struct intake *in, const struct store_message *m,
    struct langid *found)
{
    struct langid_prior usual = {in->language, LANGID_WRITES};
    struct langid_opts opts = {.priors = &usual, .n_priors = 1};

    if (m->language.len)
        return m->language;
    if (langid_guess(m->content, &opts, found) &&
        lang_find(span_of(found->code)))
        return span_of(found->code);
    return in->language;
}

static bool
add_message(struct intake *in, const struct store_message *m,
    char ret_id[ID_BYTES], struct err *err)
{
    struct store_message alone = *m;
    bool duplicate;
    int64_t seq;

    if (!step(in, err))
        return false;
    if (!store_message_add(
            in->store, m, NULL, 0, ret_id, &seq, &duplicate, err)) {
        if (err->kind != FAIL_NOT_FOUND || !m->reply_to.len)
            return false;
        alone.reply_to = (struct span){NULL, 0}; /* what it answers is gone */
        if (!store_message_add(
                in->store, &alone, NULL, 0, ret_id, &seq, &duplicate, err))
            return false;
    }
    *(duplicate ? &in->counts.known : &in->counts.messages) += 1;
    return true;
}

/* The pieces after the first are known by its client id and their number. */
static bool
add_rest(struct intake *in, const struct store_message *first, struct span rest,
    struct err *err)
{
    char client_id[CLIENT_ID_BYTES], id[ID_BYTES], made[ID_BYTES];
    struct store_message m = *first;

    for (int n = 2; rest.len; n++) {
        id_new(made);
        snprintf(client_id, sizeof(client_id), "%.*s+%d",
            SPAN_ARG(first->client_message_id), n);
        m.id = span_of(made);
        m.client_message_id = span_of(client_id);
        m.content = utf8_fit(rest, STORE_CONTENT_BYTES_MAX);
        rest.p += m.content.len;
        rest.len -= m.content.len;
        if (!add_message(in, &m, id, err))
            return false;
    }
    return true;
}

bool
intake_message(struct intake *in, const struct store_message *m,
    char ret_id[ID_BYTES], struct err *err)
{
    struct store_message first = *m;
    struct langid found;
    char made[ID_BYTES];
    struct span rest = span_trim(m->content);

    ret_id[0] = '\0';
    if (!rest.len) {
        in->counts.skipped++;
        return true;
    }
    id_new(made);
    if (!first.id.len)
        first.id = span_of(made);
    first.type = SPAN("text");
    first.language = language_of(in, m, &found);
    first.content = utf8_fit(rest, STORE_CONTENT_BYTES_MAX);
    rest.p += first.content.len;
    rest.len -= first.content.len;
    return add_message(in, &first, ret_id, err) &&
           add_rest(in, &first, rest, err);
}

bool
intake_reaction(struct intake *in, struct span message_id, struct span user_id,
    struct span emoji, int64_t at_ms, struct err *err)
{
    char shown[EMOJI_BYTES];
    bool changed;

    if (!emoji_read(emoji, shown)) {
        in->counts.skipped++;
        return true;
    }
    if (!step(in, err))
        return false;
    if (!store_reaction_set(in->store, message_id, user_id, span_of(shown),
            true, at_ms, &changed, err)) {
        /* Deleted here, or more than there may be. */
        in->counts.skipped++;
        return err->kind == FAIL_NOT_FOUND || err->kind == FAIL_CONFLICT;
    }
    in->counts.reactions += changed;
    return true;
}
