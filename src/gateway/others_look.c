/* SPDX-License-Identifier: ISC */
#include "gateway/others_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "gateway/others_read.h"
#include "gateway/session.h"
#include "gateway/words.h"

/* Streams that go further than this gateway knows, in turn. */

static void start(struct others *m);

static void
enqueue(struct others *m, struct room *r, struct user *u)
{
    struct behind *b = xcalloc(1, sizeof(*b));

    b->room = r ? hub_room_ref(r) : NULL;
    b->user = u ? hub_user_ref(m->g->hub, u) : NULL;
    STAILQ_INSERT_TAIL(&m->queue, b, next);
    start(m);
}

void
others_behind_room(struct others *m, struct room *r)
{
    if (r->looking || r->to_look || m->ends)
        return;
    r->to_look = true;
    enqueue(m, r, NULL);
}

void
others_behind_person(struct others *m, struct user *u)
{
    if (u->looking || u->to_look || m->ends)
        return;
    u->to_look = true;
    enqueue(m, NULL, u);
}

/* ---- what was shown ---- */

bool
others_was_shown(struct others *m, const struct store_translation *t)
{
    struct span text = t->state == STORE_READY ? t->text : t->reason;
    struct buf key = {0};
    bool was;

    if (!m)
        return false;
    buf_addf(&key, "%.*s %.*s %d %d %llx", SPAN_ARG(t->message_id),
        SPAN_ARG(t->language), t->revision, (int)t->state,
        (unsigned long long)store_text_hash(text, t->doubt));
    was = map_get(m->shown, buf_span(&key)) ||
          map_get(m->shown_before, buf_span(&key));
    if (map_len(m->shown) >= OTHERS_SHOWN_MAX / 2) {
        map_free(m->shown_before);
        m->shown_before = m->shown;
        m->shown = map_new();
    }
    map_put(m->shown, buf_span(&key), m);
    buf_free(&key);
    return was;
}

/* ---- a room ---- */

/* Too much happened, or it is another history: they ask anew, each for
 * themselves. */
static void
send_away(const struct room *r)
{
    for (size_t i = r->n_present; i-- > 0;)
        session_hang_up(r->present[i].client->user);
}

static void
renew(struct gateway *g, struct room *r, const struct others_read *read)
{
    struct err err;

    hub_room_renew(r, &read->room);
    if (read->room.glossary.json.p &&
        !words_set_room(g->words, r, read->room.glossary.version,
            read->room.glossary.json, &err))
        log_warn(
            "glossary of a conversation not used id=%s: %s", r->id, err.text);
}

static void
room_finish(struct op *op)
{
    struct others_read *read = (struct others_read *)op;
    struct others *m = read->others;
    struct room *r = read->in;

    r->looking = false;
    m->looking--;
    if (!op->job.ok) {
        log_warn("what other gateways did in a conversation was not read, it "
                 "will be soon: %s",
            op->job.err.text);
    } else {
        if (read->changes.self)
            renew(m->g, r, read);
        if (read->changes.offset > r->offset)
            r->offset = read->changes.offset;
        if (read->changes.anew)
            send_away(r);
        others_wait_over(&r->waits, r->offset);
        if (r->offset < r->wanted || r->offset < read->changes.end || r->waits)
            others_behind_room(m, r);
    }
    if (!op->job.ok || m->ends)
        others_wait_drop(&r->waits);
    hub_room_unref(m->g->hub, r);
    others_read_free(read);
    start(m);
}

/* Languages that those present read. */
static size_t
languages_of(const struct room *r, char ret[][STORE_LANG_BYTES])
{
    size_t n = 0, k;

    for (size_t i = 0; i < r->n_present && n < STORE_LANGUAGES_MAX; i++) {
        const char *language = r->present[i].client->user->language;
        for (k = 0; k < n && strcmp(ret[k], language) != 0;)
            k++;
        if (k == n)
            snprintf(ret[n++], STORE_LANG_BYTES, "%s", language);
    }
    return n;
}

static void
look_at_room(struct others *m, struct room *r)
{
    struct others_read *read = xcalloc(1, sizeof(*read));

    read->op.job.run = others_read_room;
    read->op.finish = room_finish;
    read->op.from_log = true;
    read->others = m;
    read->in = hub_room_ref(r);
    snprintf(read->id, sizeof(read->id), "%s", r->id);
    others_wait_begun(r->waits);
    read->since = r->offset;
    read->last_seq = r->last_seq;
    read->n_languages = languages_of(r, read->languages);
    r->looking = true;
    m->looking++;
    m->looks++;
    op_read(m->g->writer, &read->op);
}

/* ---- a person ---- */

static void
person_finish(struct op *op)
{
    struct others_read *read = (struct others_read *)op;
    struct others *m = read->others;
    struct user *u = read->of;

    u->looking = false;
    m->looking--;
    if (!op->job.ok || read->changes.anew) {
        hub_user_drop(m->g->hub, u);
        session_hang_up(u);
    } else {
        if (read->changes.self)
            hub_user_renew(u, &read->person);
        if (read->changes.offset > u->offset)
            u->offset = read->changes.offset;
        others_wait_over(&u->waits, u->offset);
        if (u->offset < u->wanted || u->offset < read->changes.end || u->waits)
            others_behind_person(m, u);
    }
    if (u->dropped || m->ends)
        others_wait_drop(&u->waits);
    hub_user_unref(m->g->hub, u);
    others_read_free(read);
    start(m);
}

static void
look_at_person(struct others *m, struct user *u)
{
    struct others_read *read = xcalloc(1, sizeof(*read));

    read->op.job.run = others_read_person;
    read->op.finish = person_finish;
    read->op.from_log = true;
    read->others = m;
    read->of = hub_user_ref(m->g->hub, u);
    snprintf(read->id, sizeof(read->id), "%s", u->id);
    others_wait_begun(u->waits);
    read->since = u->offset;
    u->looking = true;
    m->looking++;
    m->looks++;
    op_read(m->g->writer, &read->op);
}

/* ---- in turn ---- */

/* The first of the queue.  What is not looked at is waited for no more. */
static void
leave_queue(struct others *m, bool look_at_it)
{
    struct behind *b = STAILQ_FIRST(&m->queue);
    struct room *r = b->room;
    struct user *u = b->user;

    STAILQ_REMOVE_HEAD(&m->queue, next);
    free(b);
    if (r) {
        r->to_look = false;
        if (look_at_it)
            look_at_room(m, r);
        else
            others_wait_drop(&r->waits);
    } else {
        u->to_look = false;
        if (look_at_it && !u->dropped)
            look_at_person(m, u);
        else
            others_wait_drop(&u->waits);
    }
    hub_room_unref(m->g->hub, r);
    hub_user_unref(m->g->hub, u);
}

static void
start(struct others *m)
{
    while (m->g->writer && m->looking < OTHERS_LOOKS_MAX &&
           !STAILQ_EMPTY(&m->queue))
        leave_queue(m, true);
}

void
others_look_around(struct others *m)
{
    struct room *r;
    struct user *u;
    size_t pos = 0;

    while ((r = map_next(m->g->hub->rooms, &pos, NULL)))
        if (r->n_present > 0 || r->public)
            others_behind_room(m, r);
    pos = 0;
    while ((u = map_next(m->g->hub->users, &pos, NULL)))
        if (u->refs > 0)
            others_behind_person(m, u);
}

void
others_round(struct others *m)
{
    const struct hub *hub = m->g->hub;
    struct room *r = NULL;
    struct user *u = NULL;

    for (int i = 0; i < OTHERS_ROUND_STREAMS; i++) {
        r = map_next(hub->rooms, &m->round_room, NULL);
        if (!r) {
            m->round_room = 0;
            break;
        }
        others_behind_room(m, r);
    }
    for (int i = 0; i < OTHERS_ROUND_STREAMS; i++) {
        u = map_next(hub->users, &m->round_person, NULL);
        if (!u) {
            m->round_person = 0;
            break;
        }
        if (u->refs > 0)
            others_behind_person(m, u);
    }
}

void
others_let_go(struct others *m)
{
    if (!m)
        return;
    m->ends = true;
    while (!STAILQ_EMPTY(&m->queue))
        leave_queue(m, false);
}
