/* SPDX-License-Identifier: ISC */
#include "gateway/fanout.h"

#include "gateway/actor.h"
#include "gateway/askers.h"
#include "gateway/reactors.h"
#include "gateway/view.h"
#include "wire/json.h"

enum { MESSAGE_BYTES = 700 }; /* of most, without what they say */

/* ---- frames to sockets ---- */

void
fanout_signal(const struct room *r, const char *event, struct span payload,
    const struct client *but)
{
    struct sio_frame *f;

    if (r->n_present == 0)
        return;
    f = sio_frame_event("/", event, payload);
    for (size_t i = r->n_present; i-- > 0;)
        if (r->present[i].client != but)
            sio_send(r->present[i].client->sock, f);
    sio_frame_unref(f);
}

/* To those present who read the language. */
static void
send_readers(const struct room *r, struct span language, const char *event,
    struct span payload)
{
    struct sio_frame *f = NULL;

    for (size_t i = r->n_present; i-- > 0;) {
        if (!span_eqz(language, r->present[i].client->user->language))
            continue;
        if (!f)
            f = sio_frame_event("/", event, payload);
        sio_send(r->present[i].client->sock, f);
    }
    sio_frame_unref(f);
}

/* What everybody gets who reads the language and left these reactions. */
static struct sio_frame *
frame_for(const struct store_event *e, struct span language, uint32_t own,
    const char *name,
    void (*put)(
        struct buf *b, const struct store_event *e, struct span language))
{
    struct store_event theirs = *e;
    struct buf reactions = {0}, b = {0};
    struct sio_frame *f;

    if (own) {
        reactors_put(&reactions, e->message.reactions, own);
        theirs.message.reactions = buf_span(&reactions);
    }
    put(&b, &theirs, language);
    f = sio_frame_event("/", name, buf_span(&b));
    buf_free(&reactions);
    buf_free(&b);
    return f;
}

/* To everybody present, in the language that each reads: a frame for all who
 * get the same. */
static void
send_by_language(const struct room *r, const char *name,
    void (*put)(
        struct buf *b, const struct store_event *e, struct span language),
    const struct store_event *e)
{
    struct reactors *reactors = reactors_new(e);
    struct {
        const char *language;
        uint32_t own;
        struct sio_frame *frame;
    } sent[STORE_LANGUAGES_MAX];
    size_t n = 0, k;

    for (size_t i = r->n_present; i-- > 0;) {
        const struct client *c = r->present[i].client;
        struct span language = span_of(c->user->language);
        uint32_t own = reactors_own(reactors, c->user->id);
        for (k = 0; k < n && (own != sent[k].own ||
                                 !span_eqz(language, sent[k].language));)
            k++;
        if (k == n) {
            if (n == STORE_LANGUAGES_MAX) /* forget one, made anew if needed */
                sio_frame_unref(sent[k = --n].frame);
            sent[k].language = c->user->language;
            sent[k].own = own;
            sent[k].frame = frame_for(e, language, own, name, put);
            n++;
        }
        sio_send(c->sock, sent[k].frame);
    }
    while (n > 0)
        sio_frame_unref(sent[--n].frame);
    reactors_free(reactors);
}

/* To every device of a person. */
static void
send_person(const struct user *u, const char *event, struct span payload)
{
    struct sio_frame *f;

    if (!u->clients)
        return;
    f = sio_frame_event("/", event, payload);
    for (struct client *c = u->clients, *next; c; c = next) {
        next = c->next;
        sio_send(c->sock, f);
    }
    sio_frame_unref(f);
}

/* ---- payloads ---- */

/* One field more in the object that b ends with. */
static void
put_place(struct buf *b, const char *name, const struct store_event *e)
{
    b->len--; /* its "}" */
    json_add_number(b, name, e->offset);
    buf_addc(b, '}');
}

static void
put_room_id(struct buf *b, const struct store_event *e)
{
    buf_addc(b, '{');
    json_put_field(b, "conversationId", e->conversation_id);
}

static bool
is_membership(const struct store_event *e)
{
    return e->kind == STORE_MEMBER_ADDED || e->kind == STORE_MEMBER_REMOVED ||
           e->kind == STORE_MEMBER_CHANGED;
}

static void
put_message(
    struct buf *b, const struct store_event *e, const struct store_message *m)
{
    bool fresh = e->kind == STORE_MESSAGE_NEW;

    view_message(b, m, fresh ? m->client_message_id : (struct span){0},
        e->from_log ? VIEW_MARKED : VIEW_WHOLE);
    put_place(b, "offset", e);
}

/* A reply quotes in the language of its reader. */
static void
put_reply(struct buf *b, const struct store_event *e, struct span language)
{
    struct store_message m = e->message;

    store_quote_into(&m.quote, language);
    put_message(b, e, &m);
}

static void
send_message(
    const struct room *r, const char *name, const struct store_event *e)
{
    struct buf b = {0};

    if (e->message.quote.texts.len || e->reactors.len) {
        send_by_language(r, name, put_reply, e);
        return;
    }
    buf_reserve(&b, MESSAGE_BYTES + e->message.content.len);
    put_message(&b, e, &e->message);
    fanout_signal(r, name, buf_span(&b), NULL);
    buf_free(&b);
}

static void
show_message(
    struct gateway *g, const struct room *r, const struct store_event *e)
{
    bool fresh = e->kind == STORE_MESSAGE_NEW;

    send_message(r, fresh ? "message:new" : "message:edited", e);
    if (fresh && g->cfg->compat_events)
        send_message(r, "new_message", e);
}

static void
show_mark(const struct room *r, const struct store_event *e)
{
    bool reaction = e->kind == STORE_REACTION_CHANGED;
    struct buf b = {0};

    if (reaction)
        view_reaction(&b, e);
    else
        view_pin(&b, e);
    put_place(&b, "offset", e);
    fanout_signal(r, reaction ? "message:reaction" : "message:pinned",
        buf_span(&b), NULL);
    buf_free(&b);
}

static void
show_thread(const struct room *r, const struct store_event *e)
{
    struct buf b = {0};

    view_thread(&b, e);
    put_place(&b, "offset", e);
    fanout_signal(r, "message:thread", buf_span(&b), NULL);
    buf_free(&b);
}

static void
show_deleted(const struct room *r, const struct store_event *e)
{
    struct buf b = {0};

    buf_addc(&b, '{');
    json_put_field(&b, "messageId", e->message.id);
    json_add_field(&b, "conversationId", e->conversation_id);
    buf_addf(&b, ",\"seq\":%lld,", (long long)e->message.seq);
    json_put_field(&b, "senderId", e->message.sender_id);
    buf_addc(&b, '}');
    put_place(&b, "offset", e);
    fanout_signal(r, "message:deleted", buf_span(&b), NULL);
    buf_free(&b);
}

struct told {
    const struct room *room;
    const char *event;
    struct span language, payload;
    struct sio_frame *frame; /* built for the first who needs it */
};

/* Who asked for it, does not read its language, and may still read here. */
static void
tell_asker(struct client *c, void *ctx)
{
    struct told *told = ctx;

    if (span_eqz(told->language, c->user->language) ||
        !actor_may(c->user, told->room, CHAT_MESSAGE_READ))
        return;
    if (!told->frame)
        told->frame = sio_frame_event("/", told->event, told->payload);
    sio_send(c->sock, told->frame);
}

/* A translation is for the readers of its language, and for who asked for it.
 * That one is queued is nothing to show: who reads the language waits for it
 * anyway. */
static void
show_translation(
    struct gateway *g, const struct room *r, const struct store_event *e)
{
    const struct store_translation *t = &e->translation;
    const char *event =
        t->state == STORE_FAILED ? "translation:failed" : "message:translation";
    struct told told = {.room = r, .event = event, .language = t->language};
    struct buf b = {0};

    if (t->state == STORE_QUEUED)
        return;
    if (t->state == STORE_FAILED)
        view_translation_failed(&b, t);
    else
        view_translation_event(&b, t);
    put_place(&b, "offset", e);
    send_readers(r, t->language, event, buf_span(&b));
    told.payload = buf_span(&b);
    askers_take(g->askers, t->message_id, t->language, tell_asker, &told);
    sio_frame_unref(told.frame);
    buf_free(&b);
}

/* Its members, what they read, or the room itself. */
static void
show_room(const struct room *r, const struct store_event *e)
{
    struct buf b = {0};

    put_room_id(&b, e);
    buf_addz(&b, ",\"conversation\":");
    view_room(&b, r);
    if (is_membership(e)) {
        buf_addz(&b, ",\"member\":{");
        json_put_field(&b, "userId", e->user_id);
        view_put_role(&b, e->role, e->muted_until_ms);
        buf_addc(&b, '}');
    }
    buf_addc(&b, '}');
    put_place(&b, "offset", e);
    fanout_signal(r, "conversation:updated", buf_span(&b), NULL);
    buf_free(&b);
}

/* Somebody has read so far. */
static void
show_reader(const struct room *r, const struct store_event *e)
{
    struct store_read read = {.user_id = e->user_id, .seq = e->read.seq};
    struct buf b = {0};

    view_reader(&b, &read);
    b.len--; /* its "}" */
    json_add_field(&b, "conversationId", e->conversation_id);
    buf_addc(&b, '}');
    put_place(&b, "offset", e);
    fanout_signal(r, "reader:updated", buf_span(&b), NULL);
    buf_free(&b);
}

/* ---- a person's own stream ---- */

static void
show_read(const struct user *u, const struct store_event *e)
{
    struct buf b = {0};

    view_unread(&b, e->conversation_id, &e->read);
    put_place(&b, "ownOffset", e);
    send_person(u, "conversation:read", buf_span(&b));
    buf_free(&b);
}

static void
show_invitation(const struct user *u, const struct store_event *e)
{
    struct buf b = {0};

    view_invitation_change(&b, &e->invitation);
    put_place(&b, "ownOffset", e);
    send_person(u, "invitation:changed", buf_span(&b));
    buf_free(&b);
}

static void
show_own(struct gateway *g, const struct user *u, const struct store_event *e)
{
    const struct room *r = hub_room(g->hub, e->conversation_id);
    const char *event = "user:updated";
    struct buf b = {0};

    if (e->kind == STORE_USER_CHANGED) {
        buf_addz(&b, "{\"user\":");
        view_user(&b, u);
    } else {
        put_room_id(&b, e);
        event = "conversation:removed";
    }
    if (e->kind == STORE_MEMBER_ADDED && r) {
        event = "conversation:added";
        buf_addz(&b, ",\"conversation\":");
        view_room(&b, r);
    }
    if (e->kind == STORE_MEMBER_CHANGED)
        event = "conversation:role";
    if (e->kind != STORE_USER_CHANGED)
        view_put_role(&b, e->role, e->muted_until_ms);
    buf_addc(&b, '}');
    put_place(&b, "ownOffset", e);
    send_person(u, event, buf_span(&b));
    buf_free(&b);
}

void
fanout_picture(const struct user *u)
{
    struct buf b = {0};

    buf_addc(&b, '{');
    json_put_field(&b, "userId", span_of(u->id));
    json_add_field(&b, "picture", span_of(u->picture));
    buf_addc(&b, '}');
    for (size_t i = 0; i < u->n_rooms; i++)
        fanout_signal(u->rooms[i].room, "picture:changed", buf_span(&b), NULL);
    buf_free(&b);
}

/* ---- events ---- */

void
fanout_show(const struct store_event *e, void *ctx)
{
    struct gateway *g = ctx;
    struct user *u = e->own_stream ? hub_user(g->hub, e->user_id) : NULL;
    struct room *r =
        e->own_stream ? NULL : hub_room(g->hub, e->conversation_id);

    if (u && e->kind == STORE_READ_CHANGED)
        show_read(u, e);
    else if (u && e->kind == STORE_INVITATION_CHANGED)
        show_invitation(u, e);
    else if (u)
        show_own(g, u, e);
    if (!r || r->n_present == 0)
        return;
    switch (e->kind) {
    case STORE_MESSAGE_NEW:
    case STORE_MESSAGE_EDITED:
        show_message(g, r, e);
        break;
    case STORE_MESSAGE_DELETED:
        show_deleted(r, e);
        break;
    case STORE_TRANSLATION_CHANGED:
        show_translation(g, r, e);
        break;
    case STORE_REACTION_CHANGED:
    case STORE_PIN_CHANGED:
        show_mark(r, e);
        break;
    case STORE_READ_CHANGED:
        show_reader(r, e);
        break;
    case STORE_THREAD_CHANGED:
        show_thread(r, e);
        break;
    case STORE_INVITATION_CHANGED: /* never a room's */
        break;
    case STORE_MEMBER_ADDED:
    case STORE_MEMBER_REMOVED:
    case STORE_ROOM_CHANGED:
    case STORE_USER_CHANGED:
    case STORE_MEMBER_CHANGED:
        show_room(r, e);
        break;
    }
}
