/* SPDX-License-Identifier: ISC */
#include "load/user.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"

/* A mark is "~T", sixteen hexadecimal digits, "~".  The digits hold the
 * sender's index above the time in us at which the message was due: 48 bits
 * are nine years of uptime. */
enum { MARK_TIME_BITS = 48 };

struct mark {
    int64_t due_us; /* 0: no mark found */
    uint32_t sender;
};

static struct user *
user_of(struct conn *c)
{
    return (struct user *)c;
}

void
user_start(struct crowd *crowd, uint32_t index)
{
    struct user *u = &crowd->users[index];
    char name[32];

    if (crowd->rooms.n) {
        u->room = span_of(span_dup(lines_at(&crowd->rooms, index)));
    } else {
        snprintf(name, sizeof(name), "c%d", (int)index % crowd->opts->rooms);
        u->room = span_of(xstrdup(name));
    }
    u->sender = (int)index < crowd->opts->senders;
    if (u->sender)
        u->due_us = xcalloc(crowd->ring_mask + 1, sizeof(*u->due_us));
    u->started_us = clock_mono_us();
    crowd->n_starting++;
    conn_start(&u->conn, &crowd->env, index);
}

void
user_fini(struct user *u)
{
    conn_fini(&u->conn);
    free((char *)u->room.p);
    free(u->due_us);
}

static void
put_content(struct crowd *crowd, const struct user *u, int64_t due_us)
{
    struct buf *b = &crowd->text;

    if (crowd->texts.n) {
        buf_adds(b, lines_at(&crowd->texts, u->next_id + u->conn.index));
        buf_addc(b, ' ');
    }
    buf_addf(b, "~T%016" PRIx64 "~",
        (uint64_t)u->conn.index << MARK_TIME_BITS | (uint64_t)due_us);
    if (!crowd->texts.n)
        buf_adds(b, buf_span(&crowd->filler));
}

void
user_send(struct crowd *crowd, struct user *u, int64_t due_us)
{
    struct buf *b = &crowd->text;
    uint32_t id = u->next_id;

    buf_reset(b);
    buf_addf(b, "42%u[\"message:send\",{\"conversationId\":\"%.*s\",", id,
        SPAN_ARG(u->room));
    buf_addz(b, "\"content\":\"");
    put_content(crowd, u, due_us);
    buf_addf(b, "\",\"originalLanguage\":\"%s\"}]", crowd->opts->language);
    conn_put_text(&u->conn, buf_span(b));

    u->next_id++;
    u->due_us[id & crowd->ring_mask] = due_us;
    u->in_flight++;
    crowd->stats->sent++;
}

/* A batch of frames shares the time at which it was read, which may be just
 * before the time at which one of its answers was sent. */
static uint64_t
age_us(int64_t now_us, int64_t due_us)
{
    return now_us > due_us ? (uint64_t)(now_us - due_us) : 0;
}

static void
become_ready(struct crowd *crowd, struct user *u)
{
    int first_stalled = crowd->opts->conns - crowd->opts->stall;

    u->phase = USER_READY;
    crowd->n_starting--;
    crowd->n_ready++;
    hist_add(&crowd->stats->connect_us, age_us(clock_mono_us(), u->started_us));
    if ((int)u->conn.index >= first_stalled)
        conn_stall(&u->conn);
}

static void
join(struct crowd *crowd, struct user *u)
{
    struct buf *b = &crowd->text;

    buf_reset(b);
    buf_addz(b, "42");
    if (crowd->opts->join_ack) {
        u->join_id = u->next_id++;
        buf_addf(b, "%u", u->join_id);
    }
    buf_addf(b, "[\"conversation:join\",{\"conversationId\":\"%.*s\"}]",
        SPAN_ARG(u->room));
    conn_put_text(&u->conn, buf_span(b));
    u->phase = USER_JOINING;
    if (!crowd->opts->join_ack)
        become_ready(crowd, u);
}

/* The number at the start of *s, which is moved past it. */
static uint32_t
cut_number(struct span *s)
{
    uint32_t n = 0;

    while (s->len && *s->p >= '0' && *s->p <= '9') {
        n = n * 10 + (uint32_t)(*s->p - '0');
        s->p++;
        s->len--;
    }
    return n;
}

/* Looking for the mark instead of parsing the JSON keeps the client cheaper
 * than any server. */
static struct mark
find_mark(struct span s)
{
    const char *p = memmem(s.p, s.len, "~T", 2);
    uint64_t v = 0;

    if (!p || (size_t)(s.p + s.len - p) < USER_MARK_BYTES)
        return (struct mark){0};
    for (p += 2; *p != '~'; p++) {
        if (*p >= '0' && *p <= '9')
            v = v << 4 | (uint64_t)(*p - '0');
        else if (*p >= 'a' && *p <= 'f')
            v = v << 4 | (uint64_t)(*p - 'a' + 10);
        else
            return (struct mark){0};
    }
    return (struct mark){
        .due_us = (int64_t)(v & (((uint64_t)1 << MARK_TIME_BITS) - 1)),
        .sender = (uint32_t)(v >> MARK_TIME_BITS),
    };
}

/* First argument of an ack, second element of an event: the object that
 * matters.  The caller frees *ret_root. */
static const json_t *
read_object(struct span array, size_t index, json_t **ret_root)
{
    *ret_root = json_loadb(array.p, array.len, 0, NULL);
    return json_array_get(*ret_root, index);
}

static void
log_acked(struct crowd *crowd, struct span args)
{
    json_t *root;
    const json_t *ack = read_object(args, 0, &root);
    const char *id = json_string_value(
        json_object_get(json_object_get(ack, "data"), "messageId"));

    if (id)
        fprintf(crowd->acked_file, "%s\n", id);
    json_decref(root);
}

static void
on_ack(struct crowd *crowd, struct user *u, struct span text, int64_t now_us)
{
    static const char good[] = "\"success\":true";
    struct stats *stats = crowd->stats;
    uint32_t id = cut_number(&text);
    int64_t *due_us;
    bool ok;

    if (u->phase == USER_JOINING && id == u->join_id) {
        become_ready(crowd, u);
        return;
    }
    due_us = u->sender ? &u->due_us[id & crowd->ring_mask] : NULL;
    if (!due_us || *due_us == 0 || u->in_flight == 0) {
        stats->ack_unknown++;
        return;
    }
    ok = memmem(text.p, text.len, good, sizeof(good) - 1);
    if (!ok)
        stats->refused++;
    else
        stats->acked_all++;
    if (ok && crowd->acked_file)
        log_acked(crowd, text);
    if (ok && crowd->measuring) {
        stats->acked++;
        hist_add(&stats->ack_us, age_us(now_us, *due_us));
    }
    *due_us = 0;
    u->in_flight--;
    if (crowd->sending && crowd->opts->rate == 0 &&
        !(ok && crowd->opts->await_translation))
        user_send(crowd, u, clock_mono_us());
}

/* Remember the message by its id, once, whoever receives it first. */
static void
await(struct crowd *crowd, struct span event, struct mark mark)
{
    json_t *root;
    const json_t *message = read_object(event, 1, &root);
    const char *id = json_string_value(json_object_get(message, "id"));

    if (id && !map_get(crowd->awaited, span_of(id))) {
        struct mark *copy = xmalloc(sizeof(*copy));
        *copy = mark;
        map_put(crowd->awaited, span_of(id), copy);
    }
    json_decref(root);
}

static void
on_message(struct crowd *crowd, struct span event, int64_t now_us)
{
    struct stats *stats = crowd->stats;
    struct mark mark = find_mark(event);

    stats->delivered_all++;
    if (mark.due_us == 0 || (int)mark.sender >= crowd->opts->senders) {
        stats->protocol++;
        return;
    }
    if (crowd->measuring) {
        stats->delivered++;
        hist_add(&stats->delivery_us, age_us(now_us, mark.due_us));
    }
    if (crowd->opts->await_translation)
        await(crowd, event, mark);
}

/* The translation of a message has come, or will not come: either way its
 * sender may go on. */
static void
settle(struct crowd *crowd, struct span event, bool translated, int64_t now_us)
{
    struct stats *stats = crowd->stats;
    json_t *root;
    const json_t *args = read_object(event, 1, &root);
    const char *id = json_string_value(json_object_get(args, "messageId"));
    struct mark *mark = id ? map_remove(crowd->awaited, span_of(id)) : NULL;
    struct user *sender;

    json_decref(root);
    if (!mark)
        return;
    if (!translated) {
        stats->untranslated++;
    } else if (crowd->measuring) {
        stats->translated++;
        hist_add(&stats->translation_us, age_us(now_us, mark->due_us));
    }
    sender = &crowd->users[mark->sender];
    free(mark);
    if (crowd->sending && sender->phase == USER_READY) {
        user_send(crowd, sender, clock_mono_us());
        conn_flush(&sender->conn);
    }
}

static void
on_event(struct crowd *crowd, struct span event, int64_t now_us)
{
    if (span_starts(event, SPAN("[\"message:new\"")))
        on_message(crowd, event, now_us);
    else if (!crowd->opts->await_translation)
        crowd->stats->other_events++;
    else if (span_starts(event, SPAN("[\"message:translation\"")))
        settle(crowd, event, true, now_us);
    else if (span_starts(event, SPAN("[\"translation:failed\"")))
        settle(crowd, event, false, now_us);
    else
        crowd->stats->other_events++;
}

/* A Socket.IO packet, after the '4' of its Engine.IO message. */
static void
on_packet(struct crowd *crowd, struct user *u, struct span text, int64_t now_us)
{
    char type = text.len ? text.p[0] : '\0';

    text.p++;
    text.len--;
    if (type == '0' && u->phase == USER_STARTING)
        join(crowd, u);
    else if (type == '2')
        on_event(crowd, text, now_us);
    else if (type == '3')
        on_ack(crowd, u, text, now_us);
    else /* DISCONNECT, CONNECT_ERROR or nonsense */
        conn_end(&u->conn, CONN_BROKEN);
}

static void
on_text(void *ctx, struct conn *c, struct span text, int64_t now_us)
{
    struct crowd *crowd = ctx;
    struct buf *b = &crowd->text;

    switch (text.len ? text.p[0] : '\0') {
    case '0': /* open */
        buf_reset(b);
        buf_addz(b, "40");
        if (crowd->auths.n)
            buf_adds(b, lines_at(&crowd->auths, c->index));
        else
            buf_addz(b, crowd->opts->auth);
        conn_put_text(c, buf_span(b));
        break;
    case '2': /* ping */
        conn_put_text(c, SPAN("3"));
        break;
    case '4': /* message */
        on_packet(
            crowd, user_of(c), (struct span){text.p + 1, text.len - 1}, now_us);
        break;
    case '6': /* noop */
        break;
    default:
        conn_end(c, CONN_BROKEN);
        break;
    }
}

static void
on_end(void *ctx, struct conn *c, enum conn_end why)
{
    struct crowd *crowd = ctx;
    struct user *u = user_of(c);
    struct stats *stats = crowd->stats;

    if (u->phase == USER_READY) {
        crowd->n_ready--;
        if (c->stalled)
            stats->stalled_closed++;
        else
            stats->closed++;
    } else {
        crowd->n_starting--;
        if (why == CONN_REFUSED)
            stats->connect_failed++;
        else
            stats->handshake_failed++;
    }
    stats->protocol += why == CONN_BROKEN;
    stats_close_code(stats, c->close_code);
    stats->unacked += u->in_flight;
    u->in_flight = 0;
    u->phase = USER_GONE;
}

void
user_hooks(struct crowd *crowd)
{
    crowd->env.ctx = crowd;
    crowd->env.on_text = on_text;
    crowd->env.on_end = on_end;
}

size_t
user_forget_awaited(struct crowd *crowd)
{
    size_t n = map_len(crowd->awaited), pos = 0;
    void *mark;

    while ((mark = map_next(crowd->awaited, &pos, NULL)))
        free(mark);
    map_free(crowd->awaited);
    crowd->awaited = NULL;
    return n;
}
