/* SPDX-License-Identifier: ISC */
#include "gateway/others_impl.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"

enum { CHANNEL_BYTES = 64, HEX_BYTES = 2 * STORE_TOKEN_HASH_BYTES + 1 };

/* ---- what is said ---- */

/* The end of a stream, which is told once a turn. */
struct slot {
    enum notice_kind kind;
    char id[65];
    int64_t offset;
};

static void
send_frame(struct others *m, struct span body)
{
    struct notice_head head = {span_of(m->id), ++m->number, clock_wall_ms()};
    struct buf b = {0};
    size_t len;

    notice_head_put(&b, &head);
    buf_adds(&b, body);
    m->hello_ms = clock_mono_ms() + OTHERS_HELLO_MS;
    len = b.len;
    relay_say(m->relay, buf_take(&b), len);
}

static void
flush(struct others *m)
{
    if (m->out.len == 0)
        return;
    send_frame(m, buf_span(&m->out));
    m->out.len = 0;
}

/* What cannot be said at all is read from the log some time. */
static void
put(struct others *m, const struct notice *n)
{
    if (notice_put(&m->out, n))
        return;
    flush(m);
    notice_put(&m->out, n);
}

static void
tell_stream(struct others *m, struct map *known, enum notice_kind kind,
    struct span id, int64_t offset)
{
    size_t i = (size_t)(uintptr_t)map_get(known, id);
    struct slot *s;

    if (i > 0) {
        m->slots[i - 1].offset = offset;
        return;
    }
    if (m->n_slots == m->cap_slots) {
        m->cap_slots = m->cap_slots ? 2 * m->cap_slots : 64;
        m->slots = xrealloc(m->slots, m->cap_slots * sizeof(m->slots[0]));
    }
    s = &m->slots[m->n_slots++];
    *s = (struct slot){.kind = kind, .offset = offset};
    snprintf(s->id, sizeof(s->id), "%.*s", SPAN_ARG(id));
    map_put(known, id, (void *)(uintptr_t)m->n_slots);
}

void
others_tell(struct others *m, const struct store_event *e)
{
    if (!m)
        return;
    if (e->own_stream)
        tell_stream(m, m->persons, NOTICE_PERSON, e->user_id, e->offset);
    else
        tell_stream(m, m->rooms, NOTICE_ROOM, e->conversation_id, e->offset);
}

/* People first: who has left a room hears nothing of it any more. */
static void
put_streams(struct others *m, enum notice_kind kind)
{
    for (size_t i = 0; i < m->n_slots; i++)
        if (m->slots[i].kind == kind)
            put(m, &(struct notice){.kind = kind,
                       .id = span_of(m->slots[i].id),
                       .offset = m->slots[i].offset});
}

void
others_signal(struct others *m, struct span room_id, const char *event,
    struct span payload)
{
    if (m)
        put(m, &(struct notice){.kind = NOTICE_SIGNAL,
                   .id = room_id,
                   .event = span_of(event),
                   .payload = payload});
}

void
others_spent(
    struct others *m, struct span limit, struct span who, int64_t milli)
{
    if (m)
        put(m, &(struct notice){.kind = NOTICE_SPENT,
                   .what = limit,
                   .id = who,
                   .offset = milli});
}

static struct span
in_hex(const unsigned char *hash, char hex[HEX_BYTES])
{
    if (!hash)
        return (struct span){NULL, 0};
    return span_of(
        sodium_bin2hex(hex, HEX_BYTES, hash, STORE_TOKEN_HASH_BYTES));
}

void
others_session_ended(
    struct others *m, struct span user_id, const unsigned char *hash)
{
    char hex[HEX_BYTES];

    if (m)
        put(m, &(struct notice){.kind = NOTICE_ENDED,
                   .id = user_id,
                   .hash = in_hex(hash, hex)});
}

void
others_sessions_ended(
    struct others *m, struct span user_id, const unsigned char *except_hash)
{
    char hex[HEX_BYTES];

    if (m)
        put(m, &(struct notice){.kind = NOTICE_ENDED,
                   .id = user_id,
                   .except = in_hex(except_hash, hex)});
}

void
others_anew(struct others *m, const char *what)
{
    if (m)
        put(m, &(struct notice){.kind = NOTICE_ANEW, .what = span_of(what)});
}

/* ---- who is here, for the others ---- */

static char *
readers_here(const struct others *m)
{
    const struct room *any = m->g->hub->any;
    struct buf b = {0};

    for (size_t i = 0; i < any->n_readers; i++)
        buf_addf(&b, "%s%s", i ? "," : "", any->readers[i].language);
    buf_addc(&b, '\0');
    return b.p;
}

static void
say_readers(struct others *m)
{
    char *now = readers_here(m);
    bool same = m->readers_said && strcmp(now, m->readers_said) == 0;

    if (same && clock_mono_ms() < m->hello_ms) {
        free(now);
        return;
    }
    free(m->readers_said);
    m->readers_said = now;
    m->n_readers = m->g->hub->any->n_readers;
    put(m, &(struct notice){.kind = NOTICE_READERS, .what = span_of(now)});
}

void
others_end_turn(struct others *m)
{
    if (!m)
        return;
    if (m->n_readers != m->g->hub->any->n_readers)
        say_readers(m);
    if (m->n_slots > 0) {
        put_streams(m, NOTICE_PERSON);
        put_streams(m, NOTICE_ROOM);
        m->n_slots = 0;
        map_free(m->rooms);
        map_free(m->persons);
        m->rooms = map_new();
        m->persons = map_new();
    }
    flush(m);
}

size_t
others_readers(const struct others *m, struct span but, struct span *out,
    size_t n, size_t max)
{
    for (size_t i = 0; m && i < m->n_peers; i++) {
        struct span rest = span_of(m->peers[i].readers);
        while (rest.p && n < max) {
            struct span one = span_cut(&rest, ',');
            bool known = one.len == 0 || span_eq(one, but);
            for (size_t k = 0; k < n && !known; k++)
                known = span_eq(out[k], one);
            if (!known)
                out[n++] = one;
        }
    }
    return n;
}

/* ---- the relay's thread, and back ---- */

struct heard_msg {
    struct loop_msg msg;
    struct others *others;
    size_t len;
    char frame[];
};

static void
heard_run(struct loop_msg *msg)
{
    struct heard_msg *h = (struct heard_msg *)msg;

    others_hear(h->others, (struct span){h->frame, h->len});
    free(h);
}

static void
on_heard(struct span frame, void *ctx)
{
    struct others *m = ctx;
    struct heard_msg *h = xmalloc(sizeof(*h) + frame.len);

    h->msg.run = heard_run;
    h->others = m;
    h->len = frame.len;
    memcpy(h->frame, frame.p, frame.len);
    loop_post(m->g->loop, &h->msg);
}

static void
joined_run(struct loop_msg *msg)
{
    struct heard_msg *h = (struct heard_msg *)msg;

    others_missed(h->others);
    h->others->hello_ms = 0;
    free(h);
}

static void
on_joined(void *ctx)
{
    struct others *m = ctx;
    struct heard_msg *h = xcalloc(1, sizeof(*h));

    h->msg.run = joined_run;
    h->others = m;
    loop_post(m->g->loop, &h->msg);
}

/* ---- life ---- */

static void
on_tick(struct ev_loop *ev, ev_timer *timer, int events)
{
    struct others *m = timer->data;

    (void)ev;
    (void)events;
    others_forget_peers(m);
    say_readers(m);
    others_round(m);
}

/* Gateways of one database have one channel. */
static bool
name_channel(const struct config *cfg, char ret[CHANNEL_BYTES], struct err *err)
{
    struct store_options reader = {.read_only = true};
    struct store *s = store_open(cfg->database_url, &reader, err);
    char epoch[STORE_EPOCH_BYTES];

    if (!s)
        return false;
    store_epoch(s, epoch);
    store_close(s);
    snprintf(ret, CHANNEL_BYTES, "meeshy_%s", epoch);
    return true;
}

bool
others_start(struct gateway *g, struct others **ret, struct err *err)
{
    char channel[CHANNEL_BYTES];
    struct relay_cfg cfg = {.url = config_bus_url(g->cfg),
        .channel = channel,
        .heard = on_heard,
        .joined = on_joined};
    struct others *m;

    *ret = NULL;
    if (!config_is_shared(g->cfg))
        return true;
    if (!name_channel(g->cfg, channel, err))
        return false;
    m = xcalloc(1, sizeof(*m));
    m->g = g;
    id_new(m->id);
    m->rooms = map_new();
    m->persons = map_new();
    m->shown = map_new();
    m->shown_before = map_new();
    STAILQ_INIT(&m->queue);
    cfg.ctx = m;
    m->relay = relay_start(&cfg, err);
    if (!m->relay) {
        others_stop(m);
        return false;
    }
    ev_timer_init(
        &m->tick, on_tick, OTHERS_TICK_MS / 1000.0, OTHERS_TICK_MS / 1000.0);
    m->tick.data = m;
    ev_timer_start(loop_ev(g->loop), &m->tick);
    *ret = m;
    return true;
}

void
others_stop(struct others *m)
{
    if (!m)
        return;
    if (m->relay) {
        ev_timer_stop(loop_ev(m->g->loop), &m->tick);
        others_end_turn(m);
    }
    relay_stop(m->relay);
    if (m->g->loop)
        loop_drain(m->g->loop); /* what it heard last */
    others_let_go(m);
    for (size_t i = 0; i < m->n_peers; i++)
        free(m->peers[i].readers);
    buf_free(&m->out);
    map_free(m->rooms);
    map_free(m->persons);
    map_free(m->shown);
    map_free(m->shown_before);
    free(m->slots);
    free(m->readers_said);
    free(m);
}

struct others_stats
others_stats(const struct others *m)
{
    struct relay_stats r;

    if (!m)
        return (struct others_stats){.up = false};
    r = relay_stats(m->relay);
    return (struct others_stats){.up = r.up,
        .peers = m->n_peers,
        .said = r.said,
        .heard = r.heard,
        .lost = r.lost,
        .gaps = m->gaps,
        .looks = m->looks,
        .lag_s = m->lag_s};
}
