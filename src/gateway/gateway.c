/* SPDX-License-Identifier: ISC */
#include "gateway/gateway.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/crowd.h"
#include "base/log.h"
#include "base/mem.h"
#include "gateway/askers.h"
#include "gateway/barred.h"
#include "gateway/budget.h"
#include "gateway/cmd_door.h"
#include "gateway/cmd_rate.h"
#include "gateway/courier.h"
#include "gateway/fanout.h"
#include "gateway/files.h"
#include "gateway/follow.h"
#include "gateway/ledger.h"
#include "gateway/liken.h"
#include "gateway/likeness.h"
#include "gateway/load.h"
#include "gateway/mailer.h"
#include "gateway/memory.h"
#include "gateway/oidc.h"
#include "gateway/op.h"
#include "gateway/others.h"
#include "gateway/pictures.h"
#include "gateway/policy.h"
#include "gateway/preview.h"
#include "gateway/push.h"
#include "gateway/remote.h"
#include "gateway/retention.h"
#include "gateway/seen.h"
#include "gateway/session.h"
#include "gateway/site.h"
#include "gateway/telemetry.h"
#include "gateway/trend.h"
#include "gateway/words.h"
#include "net/alive.h"
#include "store/claim.h"
#include "trace/trace.h"

enum {
    HEADER_TIMEOUT_MS = 10000,
    BODY_TIMEOUT_MS = 30000,
    CONNECT_TIMEOUT_MS = 10000,
    MAX_PAYLOAD = 1000000, /* bytes of one packet, as announced */
    STRANGER_PAYLOAD = 16 * 1024, /* before somebody has said who they are */
    STRANGERS_MAX = 4096, /* connections of such, in all and of one address */
    STRANGERS_OF_ADDRESS = 1024,
    HELD_ADDRESS_SHARE = 8, /* of what may be half arrived, an address's */
    OUT_BYTES_MAX = 1 << 20, /* queued for one client */
    PACKETS_PER_TURN = 32, /* of one client before the others' turn */
    US_OF_ADDRESS = 150, /* of a turn, for all clients of one address */
    CONNECTIONS_PER_SOCKET = 2, /* of an address: polling has two at times, */
    CONNECTIONS_BESIDE = 64, /* and there are requests */
    REDIRECTS_MAX = 256, /* connections that ask where HTTPS is */
    DAY_S = 24 * 60 * 60,
    GUEST_SHARES_MAX = 30, /* persons of an address */
    GUEST_READERS_MAX = 8, /* sockets of an address; see session.c */
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
        dispatch_on_event(m->g->dispatch, &m->events[i]);
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

    dispatch_on_peer(m->g->dispatch, &m->peer);
    free((char *)m->peer.name);
    free((char *)m->peer.session);
    free((char *)m->peer.languages);
    free((char *)m->peer.pairs);
    free((char *)m->peer.version);
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
    m->peer.pairs = copy(p->pairs);
    m->peer.version = copy(p->version);
    loop_post(g->loop, &m->msg);
}

/* ---- building and tearing down ---- */

static bool
start_link(struct gateway *g, struct err *err)
{
    struct link_cfg cfg = {
        .hosts = g->cfg->zmq_host,
        .secret_key = g->cfg->zmq_secret_key,
        .peer_key = g->cfg->zmq_translator_key,
        .pub_port = g->cfg->zmq_pub_port,
        .sub_port = g->cfg->zmq_sub_port,
        .pushpull = strcmp(g->cfg->zmq_pattern, "pushpull") == 0,
        .ping_interval_ms = PING_TRANSLATOR_MS,
        .dead_after_ms = TRANSLATOR_DEAD_MS,
        .on_events = on_events,
        .on_peer = on_peer,
        .ctx = g,
    };

    g->link = link_start(&cfg, err);
    return g->link != NULL;
}

/* Who comes by HTTP is sent to HTTPS; http is the server's configuration. */
static bool
start_redirect(struct gateway *g, const struct http_cfg *http, struct err *err)
{
    struct http_cfg cfg = *http;

    if (!g->cfg->redirect_port)
        return true;
    cfg.port = g->cfg->redirect_port;
    cfg.connections_max = REDIRECTS_MAX;
    cfg.tls_cert = NULL;
    cfg.https_port = http_port(g->http);
    g->redirect = http_new(g->loop, &cfg, NULL, 0, g, err);
    return g->redirect != NULL;
}

/* Whether there is TLS at all cannot change while people are here. */
static bool
reload_tls(struct gateway *g, const struct config *fresh, struct err *err)
{
    if (!*g->cfg->tls_cert || !*fresh->tls_cert)
        return true;
    return http_set_tls(g->http, fresh->tls_cert, fresh->tls_key, err);
}

/* SIGHUP: translators join and leave, the certificate is read again. */
static void
on_hup(struct ev_loop *ev, ev_signal *watcher, int events)
{
    struct gateway *g = watcher->data;
    struct config fresh = {0};
    struct err err;

    (void)ev;
    (void)events;
    if (!g->reload(&fresh, g->reload_ctx, &err) ||
        !link_set_hosts(g->link, fresh.zmq_host, &err) ||
        !reload_tls(g, &fresh, &err))
        log_warn("configuration not reloaded: %s", err.text);
    else {
        config_log(&fresh);
        log_info("configuration reloaded translators=%s", fresh.zmq_host);
    }
    cfg_free(config_rows, config_n_rows, &fresh);
}

/* Who reads that we listen may send a signal at once, before the loop runs. */
static void
catch_signals(struct gateway *g)
{
    ev_signal_init(&g->hup, on_hup, SIGHUP);
    g->hup.data = g;
    ev_signal_start(loop_ev(g->loop), &g->hup);
    drain_init(&g->drain, g);
    loop_catch_signals(g->loop);
}

static bool
start_server(struct gateway *g, struct err *err)
{
    size_t held = memory_held_max();
    struct http_cfg http = {
        .host = g->cfg->host,
        .port = g->cfg->port,
        .body_bytes_max = CMD_BODY_BYTES_MAX,
        .body_bytes_max_of = cmd_http_body_max,
        .streams = cmd_http_streams,
        .held_bytes_max = held,
        .held_bytes_of_address = held / HELD_ADDRESS_SHARE,
        .us_of_address = US_OF_ADDRESS,
        .connections_of_address =
            CONNECTIONS_PER_SOCKET * g->cfg->sockets_per_address +
            CONNECTIONS_BESIDE,
        .unread_bytes_max = memory_unread_max(),
        .connections_max = memory_connections_max(
            g->cfg->connections_max, *g->cfg->tls_cert != 0),
        .header_timeout_ms = HEADER_TIMEOUT_MS,
        .body_timeout_ms = BODY_TIMEOUT_MS,
        .cors_origin = g->cfg->cors_origin,
        .hosts = g->cfg->allowed_hosts,
        .access_log = g->cfg->access_log,
        .base_path = g->cfg->base_path,
        .proxy_protocol = g->cfg->proxy_protocol,
        .trust_proxy = g->cfg->trust_proxy,
        .tls_cert = g->cfg->tls_cert,
        .tls_key = g->cfg->tls_key,
        .hsts_s = g->cfg->hsts_days * DAY_S,
    };
    struct sio_cfg sio = {
        .path = "/socket.io/",
        .ping_interval_ms = g->cfg->ping_interval_ms,
        .ping_timeout_ms = g->cfg->ping_timeout_ms,
        .connect_timeout_ms = CONNECT_TIMEOUT_MS,
        .max_payload = MAX_PAYLOAD,
        .out_bytes_max = OUT_BYTES_MAX,
        .packets_per_turn = PACKETS_PER_TURN,
        .stranger_payload = STRANGER_PAYLOAD,
        .strangers_max = STRANGERS_MAX,
        .strangers_of_address = STRANGERS_OF_ADDRESS,
        .attachments_bytes_max = (int)held,
    };

    g->rest = cmd_http_new(g);
    g->http = http_new(
        g->loop, &http, g->rest->routes, g->rest->n_routes, g->rest, err);
    if (!g->http)
        return false;
    g->sio = sio_server_new(g->http, &sio, err);
    if (!g->sio)
        return false;
    sio_server_namespace(g->sio, "/", &session_handler, g);
    catch_signals(g);
    log_info("listening host=%s port=%d tls=%s version=%s", g->cfg->host,
        http_port(g->http), *g->cfg->tls_cert ? "true" : "false",
        MEESHY_VERSION);
    return start_redirect(g, &http, err);
}

/* What this turn saves goes to the writer in one piece. */
static void
end_turn(void *ctx)
{
    struct gateway *g = ctx;

    ledger_end_turn(g->ledger);
    cmd_rates_tell(g->rates, g->others);
    others_end_turn(g->others);
    if (g->writer)
        writer_end_turn(g->writer);
}

/* What admins have decided, with one handle that is closed again. */
static bool
load_decisions(struct gateway *g, struct err *err)
{
    struct store_options reader = {.read_only = true};
    struct store *s = store_open(g->cfg->database_url, &reader, err);
    bool ok = s && (g->policy = policy_load(s, err)) &&
              (g->barred = barred_load(s, err));

    store_close(s);
    return ok;
}

struct gateway *
gateway_new(const struct config *cfg, struct err *err)
{
    char holder[ID_BYTES] = "alone";
    struct gateway *g = xcalloc(1, sizeof(*g));
    struct writer_cfg writer = {.url = cfg->database_url,
        .on_batch = op_on_batch,
        .by_turn = true,
        .cache_mb = cfg->database_cache_mb,
        .holder = holder,
        .no_migrate = cfg->no_migrate,
        .forget_edits = !cfg->keep_edits};

    if (config_is_shared(cfg))
        id_new(holder);
    g->cfg = cfg;
    g->started_ms = clock_mono_ms();
    g->loop = loop_new(err);
    g->pictures = g->loop ? pictures_start(g->loop) : NULL;
    g->bus = (struct bus){g->loop, follow_event, fanout_show, g};
    writer.ctx = &g->bus;
    g->claim = g->loop ? claim_take(cfg->database_url, err) : NULL;
    g->likeness = likeness_new(err);
    if (!g->claim || !g->likeness || !(g->writer = writer_start(&writer, err)))
        goto fail;
    if (!load_decisions(g, err))
        goto fail;
    g->hub = hub_new();
    g->load = load_new(g);
    g->seen = seen_new(g);
    g->auth = auth_new(g);
    g->rates = cmd_rates_new(cfg);
    g->budget = budget_new(cfg);
    g->sockets.persons = crowd_new(cfg->sockets_per_person);
    g->sockets.addresses = crowd_new(cfg->sockets_per_address);
    g->sockets.readers = crowd_new(GUEST_READERS_MAX);
    g->sockets.shares = crowd_new(GUEST_SHARES_MAX);
    g->events = cmd_sio_events();
    g->askers = askers_new();
    g->previews = previews_new(g);
    g->telemetry = telemetry_new();
    if (!trace_start(&g->trace,
            &(struct trace_cfg){
                cfg->otlp_url, "meeshy-gateway", cfg->otlp_sample},
            err))
        goto fail;
    g->words = words_load(cfg->glossary, err);
    g->site = site_load(cfg->web_root, cfg->base_path, err);
    if (!g->words || !(g->ledger = ledger_new(g, err)) || !g->site ||
        !load_public(g->load, err))
        goto fail;
    if (!others_start(g, &g->others, err))
        goto fail;
    g->password = password_start(g->loop);
    if (!(g->files = files_start(g, err)))
        goto fail;
    if (!start_link(g, err) || !start_server(g, err) ||
        !(g->remote = remote_start(g->loop, cfg, err)) ||
        !(g->courier = courier_start(g, err)) ||
        !mailer_start(g, &g->mailer, err) || !push_start(g, &g->push, err) ||
        !oidc_start(g, &g->oidc, err))
        goto fail;
    g->trend = trend_new(g);
    g->retention = retention_new(g);
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
finish(struct gateway *g)
{
    struct stop_msg last = {.msg.run = stop_run, .loop = g->loop};

    ledger_stop(g->ledger);
    link_stop(g->link);
    password_stop(g->password);
    pictures_stop(g->pictures);
    loop_drain(g->loop); /* files wait for their copies */
    files_stop(g->files);
    remote_stop(g->remote);
    courier_stop(g->courier);
    mailer_stop(g->mailer);
    push_stop(g->push);
    oidc_stop(g->oidc);
    g->remote = NULL;
    g->oidc = NULL;
    loop_drain(g->loop); /* what it did for admins is written down */
    writer_stop(g->writer);
    g->link = NULL;
    g->password = NULL;
    g->writer = NULL;
    others_let_go(g->others);
    loop_post(g->loop, &last.msg);
    loop_run(g->loop, false);
}

void
gateway_run(struct gateway *g,
    bool (*reload)(struct config *fresh, void *ctx, struct err *err), void *ctx)
{
    struct alive alive;

    g->reload = reload;
    g->reload_ctx = ctx;
    memory_trim_start(loop_ev(g->loop), &g->trim);
    liken_start(g);
    ledger_start(g->ledger);
    seen_start(g->seen);
    retention_start(g->retention);
    alive_start(&alive, g->loop);
    loop_run(g->loop, true);
    log_info("stopping");
    alive_stop(&alive, g->loop);
    ev_signal_stop(loop_ev(g->loop), &g->hup);
    ev_timer_stop(loop_ev(g->loop), &g->trim);
    ev_timer_stop(loop_ev(g->loop), &g->drain.tick);
    finish(g);
}

void
gateway_free(struct gateway *g)
{
    if (!g)
        return;
    trend_free(g->trend);
    retention_free(g->retention);
    sio_server_free(g->sio);
    http_free(g->redirect);
    http_free(g->http);
    cmd_http_free(g->rest);
    link_stop(g->link);
    password_stop(g->password);
    pictures_stop(g->pictures);
    files_stop(g->files);
    remote_stop(g->remote);
    courier_stop(g->courier);
    mailer_stop(g->mailer);
    push_stop(g->push);
    oidc_stop(g->oidc);
    writer_stop(g->writer);
    g->writer = NULL;
    if (g->loop)
        loop_drain(g->loop); /* what they said when we could not start */
    courier_free(g->courier);
    mailer_free(g->mailer);
    push_free(g->push);
    previews_free(g->previews);
    others_stop(g->others);
    ledger_free(g->ledger);
    telemetry_free(g->telemetry);
    trace_stop(g->trace);
    askers_free(g->askers);
    map_free(g->events);
    cmd_rates_free(g->rates);
    budget_free(g->budget);
    crowd_free(g->sockets.persons);
    crowd_free(g->sockets.addresses);
    crowd_free(g->sockets.readers);
    crowd_free(g->sockets.shares);
    auth_free(g->auth);
    seen_free(g->seen);
    load_free(g->load);
    hub_free(g->hub);
    policy_free(g->policy);
    barred_free(g->barred);
    site_free(g->site);
    files_free(g->files);
    pictures_free(g->pictures);
    likeness_free(g->likeness);
    glossary_unref(g->words);
    buf_free(&g->documents.openapi);
    buf_free(&g->documents.asyncapi);
    loop_free(g->loop);
    claim_drop(g->claim);
    free(g);
}
