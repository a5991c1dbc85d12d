/* SPDX-License-Identifier: ISC */
#include "gateway/follow.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "gateway/files.h"
#include "gateway/gateway.h"
#include "gateway/load.h"
#include "gateway/op.h"
#include "gateway/others.h"
#include "gateway/session.h"
#include "gateway/words.h"

/* Somebody who is here came to a room that is not. */
struct arrival {
    LIST_ENTRY(arrival) next;
    struct gateway *g;
    struct op *op;
    struct user *user; /* a reference */
    char room_id[65];
    enum chat_role role;
    int64_t muted_until_ms;
    bool over; /* they have left again */
};

static void
on_room_read(struct room *r, const struct err *err, void *ctx)
{
    struct arrival *a = ctx;

    if (!r) {
        log_warn("a conversation could not be read, its new member is asked "
                 "to come again: %s",
            err->text);
        hub_user_drop(a->g->hub, a->user);
        session_hang_up(a->user);
    } else if (!a->over) {
        hub_member_add(r, a->user, a->role);
        hub_member_mute(r, a->user, a->muted_until_ms);
    }
    LIST_REMOVE(a, next);
    hub_user_unref(a->g->hub, a->user);
    op_release(a->op);
    free(a);
}

static void
arrive(struct gateway *g, struct user *u, const struct store_event *e,
    struct op *op)
{
    struct arrival *a = xcalloc(1, sizeof(*a));

    a->g = g;
    a->op = op;
    a->user = hub_user_ref(g->hub, u);
    a->role = chat_role_parse(span_of(e->role));
    a->muted_until_ms = e->muted_until_ms;
    snprintf(
        a->room_id, sizeof(a->room_id), "%.*s", SPAN_ARG(e->conversation_id));
    LIST_INSERT_HEAD(&g->arrivals, a, next);
    op_hold(op);
    load_room(g->load, e->conversation_id, on_room_read, a);
}

static void
leave(struct gateway *g, struct user *u, const struct store_event *e)
{
    struct room *r = hub_room(g->hub, e->conversation_id);
    struct arrival *a;

    LIST_FOREACH(a, &g->arrivals, next)
    {
        if (a->user == u && span_eqz(e->conversation_id, a->room_id))
            a->over = true;
    }
    if (r)
        hub_member_remove(g->hub, r, u);
}

static void
apply_own(struct gateway *g, struct user *u, const struct store_event *e,
    struct op *op)
{
    u->offset = e->offset;
    if (e->kind == STORE_MEMBER_ADDED || e->kind == STORE_MEMBER_CHANGED) {
        arrive(g, u, e, op);
    } else if (e->kind == STORE_MEMBER_REMOVED) {
        leave(g, u, e);
    } else if (e->kind == STORE_USER_CHANGED) {
        hub_set_language(g->hub, u, span_of(e->language));
        hub_set_writing(u, span_of(e->writing));
        memcpy(u->picture, e->picture, sizeof(u->picture));
    }
}

/* Is the event about what a room in memory knows of itself? */
static bool
is_of_room(const struct store_event *e)
{
    return e->kind == STORE_MEMBER_ADDED || e->kind == STORE_MEMBER_REMOVED ||
           e->kind == STORE_ROOM_CHANGED || e->kind == STORE_USER_CHANGED;
}

static void
apply_words(struct gateway *g, struct room *r, const struct store_event *e)
{
    struct err err;

    if (e->glossary.json.p && !words_set_room(g->words, r, e->glossary.version,
                                  e->glossary.json, &err))
        log_warn(
            "glossary of a conversation not used id=%s: %s", r->id, err.text);
}

static void
apply_room(struct gateway *g, struct room *r, const struct store_event *e)
{
    if (e->kind == STORE_MEMBER_ADDED) {
        hub_count_members(r, e->language, 1);
    } else if (e->kind == STORE_MEMBER_REMOVED) {
        hub_count_members(r, e->language, -1);
    } else if (e->kind == STORE_USER_CHANGED) {
        hub_count_readers(r, e->was, -1);
        hub_count_readers(r, e->language, 1);
    } else {
        if (e->conversation)
            hub_room_set(r, e->conversation);
        apply_words(g, r, e);
    }
}

/* A new account is in the public room, of which the event is their own. */
static bool
is_new_account(const struct store_event *e)
{
    return e->own_stream && e->kind == STORE_MEMBER_ADDED &&
           span_eqz(e->conversation_id, STORE_ANY);
}

static bool
follow_own(struct gateway *g, const struct store_event *e, struct op *op)
{
    struct user *u = hub_user(g->hub, e->user_id);

    if (is_new_account(e) && !e->guest)
        hub_count_members(g->hub->any, e->language, 1);
    else if (is_new_account(e)) /* whose language counts while they are here */
        g->hub->any->n_members++;
    if (!u)
        return true;
    if (u->refs == 0) { /* kept in case they come back: then read anew */
        if (e->offset > u->offset)
            hub_user_drop(g->hub, u);
        return true;
    }
    if (!op->from_log && !others_is_own_next(g->others, e, u, op))
        return false;
    if (op->from_log || e->offset > u->offset)
        apply_own(g, u, e, op);
    return true;
}

/* Is it to be shown? */
static bool
is_news(struct gateway *g, const struct store_event *e)
{
    return e->kind != STORE_TRANSLATION_CHANGED ||
           e->translation.state == STORE_QUEUED ||
           !others_was_shown(g->others, &e->translation);
}

static bool
follow_room(struct gateway *g, const struct store_event *e, struct op *op)
{
    struct room *r = hub_room(g->hub, e->conversation_id);

    if (!r)
        return true;
    if (!op->from_log &&
        !others_is_next(g->others, e, r, is_of_room(e) ? op : NULL))
        return false;
    if (e->kind == STORE_MESSAGE_NEW && e->message.seq > r->last_seq)
        r->last_seq = e->message.seq;
    if (op->from_log) /* whoever read them knows the rest */
        return is_news(g, e);
    if (is_of_room(e) && e->offset > r->offset && e->offset > r->counted)
        apply_room(g, r, e);
    if (e->offset > r->offset)
        r->offset = e->offset;
    return is_news(g, e);
}

bool
follow_event(const struct store_event *e, struct op *op, void *ctx)
{
    struct gateway *g = ctx;

    if (!op->from_log)
        others_tell(g->others, e);
    if (!op->from_log && (e->own_stream || is_of_room(e)))
        load_note(g->load, e);
    if (!op->from_log)
        files_note(g->files, e);
    return e->own_stream ? follow_own(g, e, op) : follow_room(g, e, op);
}
