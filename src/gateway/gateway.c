/* SPDX-License-Identifier: ISC */
#include "gateway/gateway.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "gateway/op.h"
#include "gateway/routes.h"
#include "gateway/seen.h"
#include "gateway/session.h"
#include "gateway/site.h"
#include "gateway/words.h"
#include "store/claim.h"

enum {
    HEADER_TIMEOUT_MS = 10000,
    BODY_TIMEOUT_MS = 30000,
    CONNECT_TIMEOUT_MS = 10000,
    MAX_PAYLOAD = 1000000, /* bytes of one packet, as announced */
    OUT_BYTES_MAX = 1 << 20, /* queued for one client */
    PACKETS_PER_TURN = 32, /* of one client before the others' turn */
    /* Together: what a dead translator had is elsewhere within 2 s. */
    PING_TRANSLATOR_MS = 300,
    TRANSLATOR_DEAD_MS = 1300,
};

/* ---- from the link's thread to the loop ---- */

struct events_msg {
    struct loop_msg msg;
    struct gateway *g;
    int n;
    struct event events[];
};

static void
events_run(struct loop_msg *msg)
{
    struct events_msg *m = (struct events_msg *)msg;

    for (int i = 0; i < m->n; i++) {
        xlat_on_event(m->g->xlat, &m->events[i]);
        event_free(&m->events[i]);
    }
    free(m);
}

static void
on_events(struct event *events, int n, void *ctx)
{
    struct gateway *g = ctx;
    struct events_msg *m =
        xmalloc(sizeof(*m) + (size_t)n * sizeof(m->events[0]));

    m->msg.run = events_run;
    m->g = g;
    m->n = n;
    memcpy(m->events, events, (size_t)n * sizeof(events[0]));
    loop_post(g->loop, &m->msg);
}

struct peer_msg {
    struct loop_msg msg;
    struct gateway *g;
    struct link_peer peer; /* its strings are owned */
};

static void
peer_run(struct loop_msg *msg)
{
    struct peer_msg *m = (struct peer_msg *)msg;

    xlat_on_peer(m->g->xlat, &m->peer);
    free((char *)m->peer.name);
    free((char *)m->peer.session);
    free((char *)m->peer.languages);
    free(m);
}

static const char *
copy(const char *z)
{
    return z ? xstrdup(z) : NULL;
}

static void
on_peer(const struct link_peer *p, void *ctx)
{
    struct gateway *g = ctx;
    struct peer_msg *m = xcalloc(1, sizeof(*m));

    m->msg.run = peer_run;
    m->g = g;
    m->peer = *p;
    m->peer.name = copy(p->name);
    m->peer.session = copy(p->session);
    m->peer.languages = copy(p->languages);
    loop_post(g->loop, &m->msg);
}

/* ---- the hub's start: everybody and every room ---- */

struct load {
    struct gateway *g;
    struct hub *hub;
    size_t n_members;
};

static void
load_room(const struct store_conversation *c, void *ctx)
{
    struct load *load = ctx;

    hub_room_put(load->hub, c);
}

static void
load_member(const struct store_member *m, void *ctx)
{
    struct load *load = ctx;
    struct user *u = hub_user(load->hub, span_of(m->user_id));

    if (!u)
        u = hub_user_put(load->hub, m->user_id, m->username, m->display_name,
            m->language, m->guest);
    if (m->seen_ms >= seen_since_ms(load->g->seen))
        hub_seen(u, m->seen_ms);
    u->seen_saved_ms = m->seen_ms;
    hub_member_add(hub_room(load->hub, span_of(m->conversation_id)), u);
    load->n_members++;
}

static void
load_words(const struct store_glossary *row, void *ctx)
{
    struct load *load = ctx;
    struct room *room = hub_room(load->hub, row->conversation_id);
    struct err err;

    if (!words_set_room(load->g->words, room, row->version, row->json, &err))
        log_warn("glossary of a conversation not used id=%s: %s", room->id,
            err.text);
}

static bool
load_hub(struct gateway *g, struct err *err)
{
    struct store *s = store_open(g->cfg->database_url, true, err);
    struct load load = {.g = g, .hub = g->hub};
    bool ok = s && store_conversations_all(s, load_room, &load, err) &&
              store_members(s, (struct span){0}, load_member, &load, err) &&
              store_glossaries(s, load_words, &load, err);

    store_close(s);
    if (ok)
        log_info("loaded users=%zu conversations=%zu memberships=%zu",
            map_len(g->hub->users), map_len(g->hub->rooms), load.n_members);
    return ok;
}

/* ---- building and tearing down ---- */

static bool
start_link(struct gateway *g, struct err *err)
{
    struct link_cfg cfg = {
        .hosts = g->cfg->zmq_host,
        .pub_port = g->cfg->zmq_pub_port,
        .sub_port = g->cfg->zmq_sub_port,
        .pushpull = strcmp(g->cfg->zmq_pattern, "pushpull") == 0,
        .ping_interval_ms = PING_TRANSLATOR_MS,
        .dead_after_ms = TRANSLATOR_DEAD_MS,
        .on_events = on_events,
        .on_peer = on_peer,
        .ctx = g,
    };

    if (!cfg.pushpull && strcmp(g->cfg->zmq_pattern, "pubsub") != 0)
        return err_set(
            err, FAIL_BAD_INPUT, "ZMQ_PATTERN is pubsub or pushpull");
    g->link = link_start(&cfg, err);
    return g->link != NULL;
}

static bool
start_server(struct gateway *g, struct err *err)
{
    struct http_cfg http = {
        .host = g->cfg->host,
        .port = g->cfg->port,
        .body_bytes_max = MAX_PAYLOAD,
        .connections_max = g->cfg->connections_max,
        .header_timeout_ms = HEADER_TIMEOUT_MS,
        .body_timeout_ms = BODY_TIMEOUT_MS,
        .cors_origin = g->cfg->cors_origin,
    };
    struct sio_cfg sio = {
        .path = "/socket.io/",
        .ping_interval_ms = g->cfg->ping_interval_ms,
        .ping_timeout_ms = g->cfg->ping_timeout_ms,
        .connect_timeout_ms = CONNECT_TIMEOUT_MS,
        .max_payload = MAX_PAYLOAD,
        .out_bytes_max = OUT_BYTES_MAX,
        .packets_per_turn = PACKETS_PER_TURN,
    };

    g->http = http_new(g->loop, &http, routes, n_routes, g, err);
    if (!g->http)
        return false;
    g->sio = sio_server_new(g->http, &sio, err);
    if (!g->sio)
        return false;
    sio_server_namespace(g->sio, "/", &session_handler, g);
    log_info("listening host=%s port=%d version=%s", g->cfg->host,
        http_port(g->http), MEESHY_VERSION);
    return true;
}

static struct limit
per_minute(int n)
{
    return (struct limit){n / 60.0, n};
}

/* What this turn saves goes to the writer in one piece. */
static void
end_turn(void *ctx)
{
    struct gateway *g = ctx;

    if (g->writer)
        writer_end_turn(g->writer);
}

struct gateway *
gateway_new(const struct config *cfg, struct err *err)
{
    struct gateway *g = xcalloc(1, sizeof(*g));
    struct writer_cfg writer = {.url = cfg->database_url,
        .on_batch = op_on_batch,
        .by_turn = true,
        .cache_mb = cfg->database_cache_mb};

    g->cfg = cfg;
    g->started_ms = clock_mono_ms();
    g->loop = loop_new(err);
    writer.ctx = g->loop;
    g->claim = g->loop ? claim_take(cfg->database_url, err) : NULL;
    if (!g->claim || !(g->writer = writer_start(&writer, err)))
        goto fail;
    g->hub = hub_new();
    g->seen = seen_new(g);
    g->auth = auth_new(g);
    g->rate_guests = rate_new(per_minute(cfg->rate_guests));
    g->rate_rooms = rate_new(per_minute(cfg->rate_guests));
    g->rate_logins = rate_new(per_minute(cfg->rate_logins));
    g->rate_posts =
        rate_new((struct limit){cfg->rate_messages, cfg->rate_messages * 2.0});
    g->xlat = xlat_new(g, err);
    g->words = words_load(cfg->glossary, err);
    g->site = site_load(cfg->web_root, err);
    if (!g->xlat || !g->words || !g->site || !load_hub(g, err))
        goto fail;
    g->password = password_start(g->loop);
    if (!start_link(g, err) || !start_server(g, err))
        goto fail;
    /* After the server's own hook, which flushes and may end sockets: nothing
     * that is written in a turn may wait for the next one. */
    loop_before_sleep(g->loop, end_turn, g);
    return g;
fail:
    gateway_free(g);
    return NULL;
}

struct stop_msg {
    struct loop_msg msg;
    struct loop *loop;
};

static void
stop_run(struct loop_msg *msg)
{
    loop_stop(((struct stop_msg *)msg)->loop);
}

/* What was accepted before the end is saved and acknowledged: stop the threads
 * that answer to the loop, each finishing its work, then run the loop once
 * more, until the last of their answers.  What clients ask for meanwhile is
 * refused as busy. */
static void
drain(struct gateway *g)
{
    struct stop_msg last = {.msg.run = stop_run, .loop = g->loop};

    xlat_stop(g->xlat);
    link_stop(g->link);
    password_stop(g->password);
    writer_stop(g->writer);
    g->link = NULL;
    g->password = NULL;
    g->writer = NULL;
    loop_post(g->loop, &last.msg);
    loop_run(g->loop, false);
}

/* SIGHUP: translators join and leave. */
static void
on_hup(struct ev_loop *ev, ev_signal *watcher, int events)
{
    struct gateway *g = watcher->data;
    struct config fresh = {0};
    struct err err;

    (void)ev;
    (void)events;
    if (!g->reload(&fresh, g->reload_ctx, &err) ||
        !link_set_hosts(g->link, fresh.zmq_host, &err))
        log_warn("configuration not reloaded: %s", err.text);
    else
        log_info("configuration reloaded translators=%s", fresh.zmq_host);
    cfg_free(config_rows, config_n_rows, &fresh);
}

void
gateway_run(struct gateway *g,
    bool (*reload)(struct config *fresh, void *ctx, struct err *err), void *ctx)
{
    ev_signal hup;

    g->reload = reload;
    g->reload_ctx = ctx;
    ev_signal_init(&hup, on_hup, SIGHUP);
    hup.data = g;
    ev_signal_start(loop_ev(g->loop), &hup);
    xlat_start(g->xlat);
    seen_start(g->seen);
    loop_run(g->loop, true);
    log_info("stopping");
    ev_signal_stop(loop_ev(g->loop), &hup);
    drain(g);
}

void
gateway_free(struct gateway *g)
{
    if (!g)
        return;
    sio_server_free(g->sio);
    http_free(g->http);
    link_stop(g->link);
    password_stop(g->password);
    writer_stop(g->writer);
    if (g->loop)
        loop_drain(g->loop); /* what they said when we could not start */
    xlat_free(g->xlat);
    rate_free(g->rate_posts);
    rate_free(g->rate_logins);
    rate_free(g->rate_rooms);
    rate_free(g->rate_guests);
    auth_free(g->auth);
    seen_free(g->seen);
    hub_free(g->hub);
    site_free(g->site);
    glossary_unref(g->words);
    loop_free(g->loop);
    claim_drop(g->claim);
    free(g);
}
