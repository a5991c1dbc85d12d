/* SPDX-License-Identifier: ISC */
#include "net/http.h"

#include <assert.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "net/http_impl.h"
#include "net/ws_impl.h"

enum {
    IDLE_MS = 60 * 1000, /* from an answer to the next request's headers */
    STUCK_MS = 10 * 1000, /* a WebSocket peer that takes nothing */
    CLOSING_MS = 3 * 1000, /* for the peer to close after us */
};

static struct http_conn *
expired(struct dl *l, int64_t now_ms)
{
    struct dl_node *n = dl_expire(l, now_ms);

    return n ? lws_container_of(n, struct http_conn, deadline) : NULL;
}

static void
expire_all(struct http_server *s, int64_t now_ms)
{
    struct http_conn *c;

    while ((c = expired(&s->headers, now_ms)))
        conn_say_timeout(c);
    while ((c = expired(&s->body, now_ms)))
        conn_say_timeout(c);
    while ((c = expired(&s->idle, now_ms)))
        conn_doom(c);
    while ((c = expired(&s->sending, now_ms)))
        conn_doom(c);
    while ((c = expired(&s->closing, now_ms)))
        conn_doom(c);
    while ((c = expired(&s->stuck, now_ms)))
        ws_too_slow(c->ws);
}

/* Requests of this turn, and those that one turn before did not allow. */
static void
work_off(struct http_server *s)
{
    struct http_conn *c, *list = s->later;

    s->later = NULL;
    while ((c = list)) {
        list = c->later_next;
        c->later = false;
        if (!c->doomed)
            conn_pump(c);
    }
}

static bool
kill_doomed(struct http_server *s)
{
    bool any = s->doomed != NULL;
    struct http_conn *c;

    while ((c = s->doomed)) {
        s->doomed = c->doom_next;
        c->doom_next = NULL;
        lws_set_timeout(
            c->wsi, PENDING_TIMEOUT_KILLED_BY_PARENT, LWS_TO_KILL_SYNC);
    }
    return any;
}

static int64_t
earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t
next_due(const struct http_server *s, int64_t now_ms)
{
    int64_t due_ms = s->later ? now_ms : INT64_MAX;

    due_ms = earlier(due_ms, dl_next(&s->headers));
    due_ms = earlier(due_ms, dl_next(&s->body));
    due_ms = earlier(due_ms, dl_next(&s->idle));
    due_ms = earlier(due_ms, dl_next(&s->sending));
    due_ms = earlier(due_ms, dl_next(&s->stuck));
    return earlier(due_ms, dl_next(&s->closing));
}

static void
set_timer(struct http_server *s, int64_t due_ms, int64_t now_ms)
{
    struct ev_loop *ev = loop_ev(s->loop);

    if (due_ms == INT64_MAX ||
        (ev_is_active(&s->timer) && s->timer_due_ms <= due_ms))
        return;
    s->timer_due_ms = due_ms;
    ev_timer_stop(ev, &s->timer);
    ev_now_update(ev);
    ev_timer_set(&s->timer,
        due_ms > now_ms ? (double)(due_ms - now_ms) / 1000.0 : 0.0, 0.0);
    ev_timer_start(ev, &s->timer);
}

/* The end of a loop turn: everything due, then everything queued, leaves. */
static void
on_before_sleep(void *ctx)
{
    struct http_server *s = ctx;
    int64_t now_ms = clock_mono_ms(), due_ms;
    bool shaking;

    http_accept_again(s);
    shaking = wire_shake(s);
    expire_all(s, now_ms);
    shares_turn(s->shares);
    work_off(s);
    do {
        due_ms = INT64_MAX;
        for (int i = 0; i < s->n_claims; i++)
            due_ms =
                earlier(due_ms, s->claims[i].on_turn(s->claims[i].ctx, now_ms));
        ws_flush_all(s);
        s->counts.cut_off += backlog_shed(s->backlog);
    } while (kill_doomed(s)); /* closes sessions, and others hear of it */
    if (shaking || shares_are_waited_for(s->shares))
        due_ms = now_ms;
    set_timer(s, earlier(due_ms, next_due(s, now_ms)), now_ms);
}

static void
on_timer(struct ev_loop *ev, ev_timer *w, int revents)
{
    (void)ev;
    (void)w;
    (void)revents; /* having woken the loop is all */
}

struct http_server *
http_new(struct loop *l, const struct http_cfg *cfg,
    const struct http_route *routes, size_t n_routes, void *ctx,
    struct err *err)
{
    struct http_server *s = xcalloc(1, sizeof(*s));

    s->loop = l;
    s->cfg = *cfg;
    s->host = xstrdup(cfg->host);
    s->cors_origin = xstrdup(cfg->cors_origin ? cfg->cors_origin : "");
    s->base_path = xstrdup(cfg->base_path ? cfg->base_path : "");
    if (cfg->hosts)
        s->hosts = hosts_new(cfg->host, cfg->hosts);
    s->proxies =
        proxies_new(cfg->trust_proxy ? cfg->trust_proxy : "false", err);
    s->shares = shares_new(cfg->us_of_address);
    if (cfg->connections_of_address)
        s->peers = crowd_new(cfg->connections_of_address);
    s->backlog = backlog_new(cfg->unread_bytes_max);
    s->hold = hold_new(cfg->held_bytes_max, cfg->held_bytes_of_address);
    s->routes = routes;
    s->n_routes = n_routes;
    s->ctx = ctx;
    s->scratch = xmalloc(SCRATCH_BYTES);
    s->shakes = fair_new((size_t)cfg->connections_max);
    s->dirty_last = &s->dirty_first;
    dl_init(&s->headers, cfg->header_timeout_ms);
    dl_init(&s->body, cfg->body_timeout_ms);
    dl_init(&s->sending, cfg->body_timeout_ms);
    dl_init(&s->idle, IDLE_MS);
    dl_init(&s->stuck, STUCK_MS);
    dl_init(&s->closing, CLOSING_MS);
    ev_timer_init(&s->timer, on_timer, 0.0, 0.0);
    if (!s->proxies ||
        (cfg->tls_cert && *cfg->tls_cert &&
            !http_set_tls(s, cfg->tls_cert, cfg->tls_key, err)) ||
        !http_listen(s, err)) {
        http_free(s);
        return NULL;
    }
    loop_before_sleep(l, on_before_sleep, s);
    return s;
}

int
http_port(const struct http_server *s)
{
    return lws_get_vhost_listen_port(lws_get_vhost_by_name(s->lws, "default"));
}

void
http_free(struct http_server *s)
{
    if (!s)
        return;
    ev_timer_stop(loop_ev(s->loop), &s->timer);
    if (s->lws)
        lws_context_destroy(s->lws);
    free(s->scratch);
    fair_free(s->shakes);
    tls_keys_free(s->keys);
    buf_free(&s->sealed);
    buf_free(&s->opened);
    free(s->host);
    free(s->base_path);
    free(s->cors_origin);
    hosts_free(s->hosts);
    proxies_free(s->proxies);
    hold_free(s->hold);
    backlog_free(s->backlog);
    shares_free(s->shares);
    crowd_free(s->peers);
    free(s);
}

struct shares *
http_shares(struct http_server *s)
{
    return s->shares;
}

struct http_counts
http_counts(const struct http_server *s)
{
    struct http_counts counts = s->counts;

    counts.unread_bytes = backlog_bytes(s->backlog);
    return counts;
}

int64_t
http_tls_end_s(const struct http_server *s)
{
    return s->keys ? tls_keys_end_s(s->keys) : 0;
}

void
http_claim_add(struct http_server *s, const struct http_claim *claim)
{
    assert(s->n_claims < CLAIMS_MAX);
    s->claims[s->n_claims++] = *claim;
}

void
http_claim_remove(struct http_server *s, const void *ctx)
{
    for (int i = 0; i < s->n_claims; i++)
        if (s->claims[i].ctx == ctx)
            s->claims[i] = s->claims[--s->n_claims];
}
