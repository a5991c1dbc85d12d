/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/store_ops.h"

enum { SPANS_MAX = 32 };

static size_t
invitation_spans(struct store_invitation *i, struct span *out[])
{
    struct span *const spans[] = {&i->conversation_id, &i->title, &i->type,
        &i->user_id, &i->user_name, &i->inviter_id, &i->inviter_name};

    memcpy(out, spans, sizeof(spans));
    return sizeof(spans) / sizeof(spans[0]);
}

/* The spans of an event that point to strings: returns how many. */
static size_t
spans_of(struct store_event *e, struct span *out[SPANS_MAX])
{
    struct store_message *m = &e->message;
    struct store_translation *t = &e->translation;
    size_t n = 0;

    out[n++] = &e->conversation_id;
    out[n++] = &e->user_id;
    switch (e->kind) {
    case STORE_MESSAGE_NEW:
    case STORE_MESSAGE_EDITED:
    case STORE_MESSAGE_DELETED:
        out[n++] = &m->id;
        out[n++] = &m->conversation_id;
        out[n++] = &m->sender_id;
        out[n++] = &m->client_message_id;
        out[n++] = &m->content;
        out[n++] = &m->language;
        out[n++] = &m->type;
        out[n++] = &m->reply_to;
        out[n++] = &m->sender_name;
        out[n++] = &m->reactions;
        out[n++] = &e->reactors;
        out[n++] = &m->mentions;
        out[n++] = &m->thread;
        out[n++] = &m->files;
        out[n++] = &m->forward_of;
        out[n++] = &m->origin_id;
        out[n++] = &m->origin_name;
        out[n++] = &m->quote.sender_id;
        out[n++] = &m->quote.sender_name;
        out[n++] = &m->quote.content;
        out[n++] = &m->quote.language;
        out[n++] = &m->quote.text;
        out[n++] = &m->quote.text_language;
        out[n++] = &m->quote.doubt;
        out[n++] = &m->quote.texts;
        break;
    case STORE_TRANSLATION_CHANGED:
        out[n++] = &t->message_id;
        out[n++] = &t->conversation_id;
        out[n++] = &t->language;
        out[n++] = &t->text;
        out[n++] = &t->reason;
        out[n++] = &t->doubt;
        out[n++] = &t->source;
        out[n++] = &t->model;
        break;
    case STORE_THREAD_CHANGED:
        out[n++] = &e->root_id;
        break;
    case STORE_REACTION_CHANGED:
    case STORE_PIN_CHANGED:
        out[n++] = &e->mark.message_id;
        out[n++] = &e->mark.emoji;
        break;
    case STORE_ROOM_CHANGED:
        out[n++] = &e->glossary.conversation_id;
        out[n++] = &e->glossary.json;
        break;
    case STORE_INVITATION_CHANGED:
        return n + invitation_spans(&e->invitation, out + n);
    case STORE_MEMBER_ADDED:
    case STORE_MEMBER_REMOVED:
    case STORE_USER_CHANGED:
    case STORE_MEMBER_CHANGED:
    case STORE_READ_CHANGED:
        break;
    }
    return n;
}

struct store_event *
store_event_copy(const struct store_event *e)
{
    struct store_event shape = *e, *copy;
    struct span *spans[SPANS_MAX];
    size_t n = spans_of(&shape, spans);
    size_t bytes = e->conversation ? sizeof(*e->conversation) : 0;
    char *at;

    for (size_t i = 0; i < n; i++)
        bytes += spans[i]->len;
    copy = xmalloc(sizeof(*copy) + bytes);
    *copy = shape;
    copy->next = NULL;
    at = (char *)(copy + 1);
    if (e->conversation) { /* first, for its alignment */
        memcpy(at, e->conversation, sizeof(*e->conversation));
        copy->conversation = (const struct store_conversation *)(void *)at;
        at += sizeof(*e->conversation);
    }
    n = spans_of(copy, spans);
    for (size_t i = 0; i < n; i++) {
        if (!spans[i]->p)
            continue;
        memcpy(at, spans[i]->p, spans[i]->len);
        spans[i]->p = at;
        at += spans[i]->len;
    }
    return copy;
}

void
store_event_add(struct store *s, const struct store_event *e)
{
    struct store_event *copy = store_event_copy(e);

    if (s->events)
        s->last_event->next = copy;
    else
        s->events = copy;
    s->last_event = copy;
}

struct store_event *
store_take_events(struct store *s)
{
    struct store_event *first = s->events;

    s->events = s->last_event = NULL;
    return first;
}

void
store_events_free(struct store_event *first)
{
    for (struct store_event *e = first, *next; e; e = next) {
        next = e->next;
        free(e);
    }
}
