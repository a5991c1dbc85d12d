/* SPDX-License-Identifier: ISC */
#include "gateway/others_read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "gateway/others.h"
#include "store/store_ops.h"

enum { REACTORS_MAX = 1000 }; /* of one message; more seem to be others' */

/* Nobody reads this: what is told into it are messages only. */
static const struct span no_language = SPAN("-");

static void
add(struct others_read *r, const struct store_event *e)
{
    struct store_event *copy = store_event_copy(e);

    if (r->last)
        r->last->next = copy;
    else
        r->events = copy;
    r->last = copy;
}

/* Hand the events over, with the offsets that clients may go by. */
static void
tell(struct others_read *r, struct store *s)
{
    for (struct store_event *e = r->events; e; e = e->next) {
        e->offset = e->next ? r->since : r->changes.offset;
        store_event_add(s, e);
    }
    store_events_free(r->events);
    r->events = r->last = NULL;
}

void
others_read_free(struct others_read *r)
{
    store_events_free(r->events);
    free(r->words);
    free(r->ids);
    free(r->read_in);
    free(r);
}

/* ---- a room ---- */

static void
on_message(const struct store_message *m, void *ctx)
{
    struct others_read *r = ctx;
    struct store_event e = {.kind = STORE_MESSAGE_EDITED,
        .from_log = true,
        .conversation_id = m->conversation_id,
        .message = *m};

    if (m->seq > r->last_seq)
        e.kind = STORE_MESSAGE_NEW;
    else if (m->deleted_ms)
        e.kind = STORE_MESSAGE_DELETED;
    add(r, &e);
}

static void
on_translation(const struct store_translation *t, void *ctx)
{
    struct others_read *r = ctx;
    struct store_event e = {.kind = STORE_TRANSLATION_CHANGED,
        .conversation_id = span_of(r->id),
        .translation = *t};

    if (t->state != STORE_QUEUED)
        add(r, &e);
}

static void
on_read(const struct store_read *mark, void *ctx)
{
    struct others_read *r = ctx;
    struct store_event e = {.kind = STORE_READ_CHANGED,
        .conversation_id = span_of(r->id),
        .user_id = mark->user_id};

    e.read.seq = mark->seq;
    add(r, &e);
}

static void
pass_message(const struct store_message *m, void *ctx)
{
    (void)m;
    (void)ctx;
}

static void
pass_translation(const struct store_translation *t, void *ctx)
{
    (void)t;
    (void)ctx;
}

static void
pass_read(const struct store_read *mark, void *ctx)
{
    (void)mark;
    (void)ctx;
}

struct quoted {
    struct buf texts;
};

static void
on_quote(const struct store_message *m, void *ctx)
{
    struct quoted *q = ctx;

    if (m->quote.text.p)
        store_quote_pack(
            &q->texts, m->quote.text_language, m->quote.doubt, m->quote.text);
}

static void
on_reactor(const struct store_reactor *who, void *ctx)
{
    buf_addf(ctx, "%.*s %.*s\n", SPAN_ARG(who->emoji), SPAN_ARG(who->user_id));
}

static void
add_thread(struct others_read *r, const struct store_message *root)
{
    struct store_event e = {.kind = STORE_THREAD_CHANGED,
        .conversation_id = root->conversation_id,
        .root_id = root->id,
        .under = root->under};

    if (root->under.changes)
        add(r, &e);
}

/* A reply quotes in the language of each reader, and of reactions each knows
 * their own; of a thread under it everybody is told. */
static bool
add_details(struct others_read *r, struct store *s, struct err *err)
{
    struct store_event *list = r->events, *next;
    bool ok = true;

    r->events = r->last = NULL;
    for (struct store_event *e = list; e; e = next) {
        struct quoted q = {{0}};
        struct buf reactors = {0};
        next = e->next;
        if (ok && e->message.reactions.len)
            ok = store_reactors(
                s, e->message.id, REACTORS_MAX, on_reactor, &reactors, err);
        for (size_t i = 0; ok && e->message.reply_to.p && i < r->n_languages;
             i++) {
            struct store_reader reader = {.language = span_of(r->languages[i])};
            ok =
                store_message_get(s, e->message.id, &reader, on_quote, &q, err);
        }
        e->message.quote.texts = buf_span(&q.texts);
        e->reactors = buf_span(&reactors);
        add(r, e);
        add_thread(r, &e->message);
        buf_free(&q.texts);
        buf_free(&reactors);
        free(e);
    }
    return ok;
}

/* What was told first has so many, whatever came since. */
static int
rows_of(const struct others_read *r)
{
    return (int)(r->changes.offset - r->since);
}

static bool
add_translations(struct others_read *r, struct store *s, struct err *err)
{
    const struct store_changes_to to = {
        pass_message, on_translation, pass_read, r};
    struct store_changes more;

    for (size_t i = 0; i < r->n_languages; i++) {
        struct store_reader reader = {.language = span_of(r->languages[i])};
        if (!store_room_changes(s, span_of(r->id), r->since, rows_of(r),
                &reader, &to, &more, err))
            return false;
    }
    return true;
}

static void
on_room(const struct store_room *row, void *ctx)
{
    struct others_read *r = ctx;
    struct store_event e = {
        .kind = STORE_ROOM_CHANGED, .conversation_id = span_of(r->id)};

    free(r->words);
    r->room = *row;
    r->words = row->glossary.json.p ? span_dup(row->glossary.json) : NULL;
    r->room.glossary.json = span_of(r->words);
    e.conversation = &r->room.conversation;
    add(r, &e);
}

static bool
read_room(struct others_read *r, struct store *s, struct err *err)
{
    const struct store_changes_to messages = {
        on_message, pass_translation, pass_read, r};
    const struct store_changes_to marks = {
        pass_message, pass_translation, on_read, r};
    struct store_reader nobody = {.language = no_language};
    struct span id = span_of(r->id);
    struct store_changes more;

    if (!store_room_changes(s, id, r->since, OTHERS_LOOK_ROWS, &nobody,
            &messages, &r->changes, err))
        return false;
    if (r->changes.anew || r->changes.offset == r->since)
        return true;
    return add_details(r, s, err) && add_translations(r, s, err) &&
           store_room_changes(
               s, id, r->since, rows_of(r), &nobody, &marks, &more, err) &&
           (!r->changes.self || store_room_get(s, id, on_room, r, err));
}

bool
others_read_room(struct store *s, struct store_job *job, struct err *err)
{
    struct others_read *r = (struct others_read *)job;
    bool ok = read_room(r, s, err);

    if (ok)
        tell(r, s);
    return ok;
}

/* ---- a person ---- */

static void
note_room(struct others_read *r, struct span id, bool read_in)
{
    if (r->n_ids == r->cap_ids) {
        r->cap_ids = r->cap_ids ? 2 * r->cap_ids : 8;
        r->ids = xrealloc(r->ids, r->cap_ids * sizeof(r->ids[0]));
        r->read_in = xrealloc(r->read_in, r->cap_ids * sizeof(r->read_in[0]));
    }
    r->read_in[r->n_ids] = read_in;
    snprintf(r->ids[r->n_ids++], sizeof(r->ids[0]), "%.*s", SPAN_ARG(id));
}

static void
on_moved(struct span conversation_id, void *ctx)
{
    note_room(ctx, conversation_id, false);
}

static void
on_own_read(struct span conversation_id, void *ctx)
{
    note_room(ctx, conversation_id, true);
}

static void
on_own_invitation(const struct store_invitation *i, void *ctx)
{
    struct others_read *r = ctx;
    struct store_event e = {.kind = STORE_INVITATION_CHANGED,
        .own_stream = true,
        .conversation_id = i->conversation_id,
        .user_id = span_of(r->id),
        .invitation = *i};

    add(r, &e);
}

/* What they are in a room, when they came to or left it. */
static void
on_seat(const struct store_seat *seat, void *ctx)
{
    struct others_read *r = ctx;

    for (size_t i = 0; i < r->n_ids; i++) {
        struct store_event e = {.kind = STORE_MEMBER_ADDED,
            .own_stream = true,
            .conversation_id = seat->conversation_id,
            .user_id = span_of(r->id),
            .muted_until_ms = seat->muted_until_ms};
        if (r->read_in[i] || !span_eqz(seat->conversation_id, r->ids[i]))
            continue;
        r->ids[i][0] = '\0'; /* the others were left */
        snprintf(e.role, sizeof(e.role), "%.*s", SPAN_ARG(seat->role));
        if (span_eqz(seat->role, "banned"))
            e.kind = STORE_MEMBER_REMOVED;
        add(r, &e);
    }
}

static bool
add_reads(struct others_read *r, struct store *s, struct err *err)
{
    for (size_t i = 0; i < r->n_ids; i++) {
        struct store_event e = {.kind = STORE_READ_CHANGED,
            .own_stream = true,
            .conversation_id = span_of(r->ids[i]),
            .user_id = span_of(r->id)};
        if (!r->read_in[i])
            continue;
        if (!store_read_get(
                s, span_of(r->ids[i]), span_of(r->id), &e.read, err))
            return false;
        add(r, &e);
    }
    return true;
}

static void
add_left(struct others_read *r)
{
    for (size_t i = 0; i < r->n_ids; i++) {
        struct store_event e = {.kind = STORE_MEMBER_REMOVED,
            .own_stream = true,
            .conversation_id = span_of(r->ids[i]),
            .user_id = span_of(r->id)};
        if (!r->read_in[i] && r->ids[i][0])
            add(r, &e);
    }
}

static void
add_self(struct others_read *r)
{
    struct store_event e = {.kind = STORE_USER_CHANGED,
        .own_stream = true,
        .user_id = span_of(r->id)};

    memcpy(e.language, r->person.user.language, sizeof(e.language));
    memcpy(e.writing, r->person.user.writing, sizeof(e.writing));
    memcpy(e.picture, r->person.user.picture, sizeof(e.picture));
    add(r, &e);
}

static bool
read_person(struct others_read *r, struct store *s, struct err *err)
{
    const struct store_user_changes_to to = {
        on_moved, on_own_read, on_own_invitation, r};
    struct span id = span_of(r->id);

    if (!store_user_changes(
            s, id, r->since, OTHERS_LOOK_ROWS, &to, &r->changes, err))
        return false;
    if (r->changes.anew || r->changes.offset == r->since)
        return true;
    if (!store_person_get(s, id, &r->person, on_seat, r, err))
        return false;
    add_left(r);
    if (r->changes.self)
        add_self(r);
    return add_reads(r, s, err);
}

bool
others_read_person(struct store *s, struct store_job *job, struct err *err)
{
    struct others_read *r = (struct others_read *)job;
    bool ok = read_person(r, s, err);

    if (ok)
        tell(r, s);
    return ok;
}
