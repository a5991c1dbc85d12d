/* SPDX-License-Identifier: ISC */
#include "gateway/courier.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/backoff.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "gateway/gateway.h"
#include "gateway/op.h"
#include "gateway/posts.h"
#include "gateway/view.h"
#include "store/outhook.h"
#include "wire/json.h"

enum { HEADER_BYTES = 128, SECOND_MS = 1000 };

struct courier {
    struct gateway *g;
    struct posts *posts;
    ev_timer timer;
    bool taking; /* one is being looked for */
    int under_way;
    struct courier_stats stats;
};

/* One webhook, from taking it to settling it. */
struct errand {
    struct op op;
    struct posts_job job;
    struct courier *courier;
    struct store_outhook hook;
    bool found;
    struct buf body;
    int n_events;
    int64_t to;
    bool ok; /* it was told, or there is nothing to tell */
    struct err err;
    struct store_outcome outcome;
};

static bool
is_stopping(struct courier *c)
{
    return posts_stopping(c->posts);
}

static struct errand *
errand_of(struct posts_job *job)
{
    return (
        struct errand *)(void *)((char *)job - offsetof(struct errand, job));
}

static void
errand_free(struct errand *e)
{
    buf_free(&e->body);
    free(e);
}

/* ---- what is told ---- */

static void
put_event(struct errand *e, const char *name)
{
    buf_addf(&e->body, "%s{\"event\":\"%s\"", e->n_events++ ? "," : "", name);
}

static void
on_message(enum store_event_kind kind, const struct store_message *m, void *ctx)
{
    struct errand *e = ctx;

    put_event(e, kind == STORE_MESSAGE_NEW      ? "message:new"
                 : kind == STORE_MESSAGE_EDITED ? "message:edited"
                                                : "message:deleted");
    buf_addz(&e->body, ",\"message\":");
    view_message(&e->body, m, (struct span){0}, VIEW_WHOLE);
    buf_addc(&e->body, '}');
}

static void
on_member(enum store_event_kind kind, struct span user_id,
    struct span display_name, bool bot, void *ctx)
{
    struct errand *e = ctx;

    put_event(
        e, kind == STORE_MEMBER_ADDED ? "member:added" : "member:removed");
    buf_addz(&e->body, ",\"user\":{");
    json_put_field(&e->body, "id", user_id);
    json_add_field(&e->body, "displayName", display_name);
    view_add_bot(&e->body, bot);
    buf_addz(&e->body, "}}");
}

static void
on_room(void *ctx)
{
    struct errand *e = ctx;

    put_event(e, "conversation:updated");
    buf_addc(&e->body, '}');
}

static bool
story_run(struct store *s, struct store_job *job, struct err *err)
{
    struct errand *e = (struct errand *)job;
    struct store_story to = {on_message, on_member, on_room, e};
    const struct store_outhook *h = &e->hook;

    e->n_events = 0;
    buf_reset(&e->body);
    buf_addc(&e->body, '{');
    json_put_field(&e->body, "webhookId", span_of(h->id));
    json_add_field(&e->body, "conversationId", span_of(h->conversation_id));
    buf_addz(&e->body, ",\"events\":[");
    if (!store_story(s, span_of(h->conversation_id), h->at, COURIER_ROWS, &to,
            &e->to, err))
        return false;
    buf_addz(&e->body, "]}");
    return true;
}

/* ---- on the threads ---- */

static void
sign(const struct store_outhook *h, int64_t now_s, struct span body,
    char ret[2 * crypto_auth_hmacsha256_BYTES + 1])
{
    unsigned char mac[crypto_auth_hmacsha256_BYTES];
    crypto_auth_hmacsha256_state state;
    char when[32];
    int n = snprintf(when, sizeof(when), "%lld.", (long long)now_s);

    crypto_auth_hmacsha256_init(
        &state, (const unsigned char *)h->secret, span_of(h->secret).len);
    crypto_auth_hmacsha256_update(
        &state, (const unsigned char *)when, (unsigned long long)n);
    crypto_auth_hmacsha256_update(
        &state, (const unsigned char *)body.p, body.len);
    crypto_auth_hmacsha256_final(&state, mac);
    sodium_bin2hex(ret, 2 * sizeof(mac) + 1, mac, sizeof(mac));
}

static void
tell(struct post *post, struct posts_job *job)
{
    struct errand *e = errand_of(job);
    int64_t now_s = clock_wall_ms() / SECOND_MS;
    char mac[2 * crypto_auth_hmacsha256_BYTES + 1];
    char signature[HEADER_BYTES], when[HEADER_BYTES], what[HEADER_BYTES];
    struct post_call call = {.url = e->hook.url,
        .headers = {signature, when, what},
        .body = buf_span(&e->body)};

    sign(&e->hook, now_s, call.body, mac);
    snprintf(
        signature, sizeof(signature), "X-Meeshy-Signature: sha256=%s", mac);
    snprintf(when, sizeof(when), "X-Meeshy-Timestamp: %lld", (long long)now_s);
    snprintf(what, sizeof(what), "X-Meeshy-Delivery: %s-%lld", e->hook.id,
        (long long)e->to);
    e->ok = post_do(post, &call, &e->err);
}

/* ---- on the loop ---- */

static void look(struct courier *c);

static bool
settle_run(struct store *s, struct store_job *job, struct err *err)
{
    return store_outhook_settle(s, &((struct errand *)job)->outcome, err);
}

/* What could not be written is taken again when its time is over. */
static void
settle_finish(struct op *op)
{
    struct errand *e = (struct errand *)op;
    struct courier *c = e->courier;

    if (!op->job.ok)
        log_warn("webhook not settled id=%s: %s", e->hook.id, op->job.err.text);
    c->under_way--;
    errand_free(e);
    look(c);
}

static void
note_failure(struct errand *e, int64_t now_ms)
{
    struct courier *c = e->courier;
    const struct config *cfg = c->g->cfg;
    int failures = e->hook.failures + 1;
    bool over = failures >= cfg->hook_attempts;

    e->outcome.to = e->hook.at;
    e->outcome.failed = true;
    e->outcome.due_ms =
        now_ms + backoff_ms(cfg->hook_retry_ms, COURIER_WAIT_MS_MAX, failures);
    e->outcome.disabled_ms = over ? now_ms : 0;
    e->outcome.reason = span_of(e->err.text);
    c->stats.failed++;
    c->stats.given_up += over;
    log_warn("webhook %s id=%s conversation=%s failures=%d reason=\"%s\"",
        over ? "given up" : "not told", e->hook.id, e->hook.conversation_id,
        failures, e->err.text);
}

static void
settle(struct errand *e)
{
    struct courier *c = e->courier;
    int64_t now_ms = clock_wall_ms();

    e->outcome = (struct store_outcome){
        .id = span_of(e->hook.id), .from = e->hook.at, .to = e->to};
    if (!e->ok && is_stopping(c))
        e->outcome.to = e->hook.at; /* we broke it off: the next start tells */
    else if (!e->ok)
        note_failure(e, now_ms);
    else if (e->n_events)
        c->stats.told++;
    op_set(&e->op, settle_run, settle_finish);
    op_write(c->g->writer, &e->op);
}

static void
on_told(struct posts_job *job)
{
    settle(errand_of(job));
}

static void
story_finish(struct op *op)
{
    struct errand *e = (struct errand *)op;
    struct courier *c = e->courier;

    e->ok = op->job.ok && !e->n_events;
    e->job.work = tell;
    e->job.done = on_told;
    if (op->job.ok && e->n_events && posts_put(c->posts, &e->job))
        return;
    if (!op->job.ok)
        e->err = op->job.err;
    settle(e);
}

static bool
take_run(struct store *s, struct store_job *job, struct err *err)
{
    struct errand *e = (struct errand *)job;
    int64_t now_ms = clock_wall_ms();

    return store_outhook_take(
        s, now_ms, now_ms + COURIER_LEASE_MS, &e->hook, &e->found, err);
}

static void
take_finish(struct op *op)
{
    struct errand *e = (struct errand *)op;
    struct courier *c = e->courier;

    c->taking = false;
    if (!op->job.ok || !e->found) {
        errand_free(e);
        return;
    }
    c->under_way++;
    op_set(&e->op, story_run, story_finish);
    op_read(c->g->writer, &e->op);
    look(c);
}

static bool
is_due_run(struct store *s, struct store_job *job, struct err *err)
{
    struct errand *e = (struct errand *)job;

    return store_outhook_due(s, clock_wall_ms(), &e->found, err);
}

/* Only then the writer is troubled: on PostgreSQL others wait for its turn. */
static void
is_due_finish(struct op *op)
{
    struct errand *e = (struct errand *)op;

    if (op->job.ok && e->found) {
        op_set(&e->op, take_run, take_finish);
        op_write(e->courier->g->writer, &e->op);
        return;
    }
    e->courier->taking = false;
    errand_free(e);
}

static void
look(struct courier *c)
{
    struct errand *e;

    if (c->taking || c->under_way == COURIERS || is_stopping(c))
        return;
    c->taking = true;
    e = xcalloc(1, sizeof(*e));
    e->courier = c;
    op_set(&e->op, is_due_run, is_due_finish);
    op_read(c->g->writer, &e->op);
}

static void
on_timer(struct ev_loop *ev, ev_timer *timer, int events)
{
    (void)ev;
    (void)events;
    look(timer->data);
}

/* ---- start and end ---- */

struct courier *
courier_start(struct gateway *g, struct err *err)
{
    struct courier *c = xcalloc(1, sizeof(*c));

    c->g = g;
    ev_timer_init(
        &c->timer, on_timer, COURIER_LOOK_MS / 1e3, COURIER_LOOK_MS / 1e3);
    c->timer.data = c;
    c->posts = posts_start(g->loop, g->cfg->hook_networks, COURIERS, err);
    if (!c->posts) {
        free(c);
        return NULL;
    }
    ev_timer_start(loop_ev(g->loop), &c->timer);
    return c;
}

void
courier_stop(struct courier *c)
{
    if (!c || is_stopping(c))
        return;
    ev_timer_stop(loop_ev(c->g->loop), &c->timer);
    posts_stop(c->posts);
}

void
courier_free(struct courier *c)
{
    if (!c)
        return;
    posts_free(c->posts);
    free(c);
}

struct courier_stats
courier_stats(const struct courier *c)
{
    return c ? c->stats : (struct courier_stats){0};
}
