/* SPDX-License-Identifier: ISC */
#include "net/eio_server.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/clock.h"
#include "base/mem.h"
#include "net/eio_impl.h"
#include "net/http_impl.h"
#include "wire/eio.h"

enum {
    UPGRADE_TIMEOUT_MS = 10 * 1000,
};

static const char *const kept_headers[] = {EIO_HEADERS};
enum { KEPT_HEADERS = sizeof(kept_headers) / sizeof(kept_headers[0]) };

/* A session id is what a polling client proves itself with, so it is random,
 * not an ordered id of base/id.h. */
static void
sid_new(char sid[SID_LEN + 1])
{
    static const char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    unsigned char bytes[SID_LEN];

    if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes))
        abort();
    for (int i = 0; i < SID_LEN; i++)
        sid[i] = digits[bytes[i] & 63];
    sid[SID_LEN] = '\0';
}

/* Keep of the handshake what may be asked for later, in one piece. */
static char *
hello_new(struct http_req *r)
{
    struct buf hello = {0};
    char address[ADDRESS_BYTES];

    http_req_address(r, address);
    buf_addz(&hello, address);
    buf_addc(&hello, '\0');
    for (int i = 0; i < KEPT_HEADERS; i++) {
        buf_adds(&hello, http_req_header(r, kept_headers[i]));
        buf_addc(&hello, '\0');
    }
    return xrealloc(hello.p, hello.len);
}

static void
send_open(struct eio_session *s)
{
    const struct eio_cfg *cfg = &s->server->cfg;
    char text[256];
    int n = snprintf(text, sizeof(text),
        "{\"sid\":\"%s\",\"upgrades\":[%s],\"pingInterval\":%d,"
        "\"pingTimeout\":%d,\"maxPayload\":%d}",
        s->sid, s->ws ? "" : "\"websocket\"", cfg->ping_interval_ms,
        cfg->ping_timeout_ms, cfg->max_payload);
    struct span part = {text, (size_t)n};
    struct eio_frame *f = frame_text('0', &part, 1);

    eio_send(s, f);
    eio_frame_unref(f);
}

/* ---- strangers: sessions that nobody has vouched for ---- */

static bool
limits_strangers(const struct eio_server *s)
{
    return s->cfg.strangers_max > 0;
}

bool
session_has_place(struct eio_server *s, const struct http_req *r)
{
    char address[ADDRESS_BYTES];

    if (!limits_strangers(s))
        return true;
    http_req_address(r, address);
    return s->n_strangers < s->cfg.strangers_max &&
           crowd_count(s->strangers, span_of(address)) <
               (size_t)s->cfg.strangers_of_address;
}

static void
stranger_comes(struct eio_session *s)
{
    s->server->n_strangers++;
    if (limits_strangers(s->server))
        crowd_enter(s->server->strangers, span_of(eio_address(s)));
}

static void
stranger_goes(struct eio_session *s)
{
    if (s->trusted)
        return;
    s->trusted = true;
    s->server->n_strangers--;
    if (limits_strangers(s->server))
        crowd_leave(s->server->strangers, span_of(eio_address(s)));
}

size_t
eio_max_payload(const struct eio_session *s)
{
    const struct eio_cfg *cfg = &s->server->cfg;
    bool stranger = !s->trusted && cfg->stranger_payload > 0;

    return (size_t)(stranger ? cfg->stranger_payload : cfg->max_payload);
}

void
eio_trust(struct eio_session *s)
{
    stranger_goes(s);
    if (s->ws)
        ws_set_max(s->ws, eio_max_payload(s));
}

/* On with the packets that it has left. */
static void
go_on(struct eio_session *s)
{
    struct shares *shares = s->server->shares;
    struct share *was;

    if (s->closed)
        return;
    was = shares_work_for(shares, s->share);
    if (s->ws && s->paused) {
        s->paused = false;
        ws_resume(s->ws);
    } else if (s->poll) {
        poll_continue(s);
    }
    shares_work_for(shares, was);
}

static void
on_time(struct share_wait *w)
{
    go_on(lws_container_of(w, struct eio_session, wait));
}

struct eio_session *
session_open(struct eio_server *server, struct http_req *r, struct ws *ws)
{
    struct eio_session *s = xcalloc(1, sizeof(*s));

    s->server = server;
    s->ws = ws;
    sid_new(s->sid);
    s->hello = hello_new(r);
    s->share = share_enter(server->shares, eio_address(s));
    s->wait.go = on_time;
    stranger_comes(s);
    if (ws)
        ws_set_max(ws, eio_max_payload(s));
    s->next = server->first;
    if (s->next)
        s->next->prev = s;
    server->first = s;
    server->counts.sessions++;
    if (!ws) {
        s->poll = poll_new(s);
        s->mapped = true;
        map_put(server->by_sid, span_of(s->sid), s);
    }
    dl_start(&server->pings, &s->heartbeat, clock_mono_ms());
    send_open(s);
    server->handler.on_open(s, server->ctx);
    return s;
}

struct eio_session *
session_find(struct eio_server *s, struct span sid)
{
    return sid.len == SID_LEN ? map_get(s->by_sid, sid) : NULL;
}

void
session_end(struct eio_session *s, const char *reason)
{
    struct eio_server *server = s->server;

    if (s->closed)
        return;
    s->closed = true;
    stranger_goes(s);
    dl_stop(&s->heartbeat);
    if (s->poll)
        dl_stop(&s->poll->upgrade);
    if (s->prev)
        s->prev->next = s->next;
    else
        server->first = s->next;
    if (s->next)
        s->next->prev = s->prev;
    s->next = server->closed;
    server->closed = s;
    server->counts.sessions--;
    if (s->mapped)
        map_remove(server->by_sid, span_of(s->sid));
    server->handler.on_close(s, reason, server->ctx);
}

/* End the session and what carries it.  Queued frames of a WebSocket leave
 * before its close frame; a poll gets them, or else text. */
static void
session_close(struct eio_session *s, const char *reason,
    enum ws_close_code code, const char *text)
{
    if (s->closed)
        return;
    session_end(s, reason);
    if (s->ws)
        ws_close(s->ws, code);
    if (s->poll) {
        if (s->poll->probe)
            ws_close(s->poll->probe, code);
        s->poll->probe = NULL;
        poll_end(s, text, code == WS_CLOSE_NORMAL);
    }
    s->ws = NULL;
}

void
session_bad(struct eio_session *s)
{
    s->server->counts.closed_bad++;
    session_close(s, "parse error", WS_CLOSE_PROTOCOL, "1");
}

void
eio_close(struct eio_session *s, const char *reason)
{
    session_close(s, reason, WS_CLOSE_NORMAL, "1");
}

void
session_slow(struct eio_session *s)
{
    s->server->counts.closed_slow++;
    session_end(s, "slow consumer");
    if (s->ws)
        ws_kill(s->ws);
    if (s->poll) {
        if (s->poll->probe)
            ws_kill(s->poll->probe);
        s->poll->probe = NULL;
        poll_end(s, "1", false);
    }
    s->ws = NULL;
}

static void
wait_for_turn(struct eio_session *s)
{
    struct eio_server *server = s->server;

    if (s->waiting)
        return;
    s->waiting = true;
    s->later = NULL;
    *server->later_last = s;
    server->later_last = &s->later;
}

void
eio_send(struct eio_session *s, struct eio_frame *f)
{
    size_t queued;

    if (s->closed)
        return;
    s->server->counts.frames_out++;
    s->server->counts.bytes_out += f->len;
    if (s->ws)
        ws_send(s->ws, f);
    else
        poll_queue(s, f);
    queued = s->ws ? ws_queued(s->ws) : s->poll->out.bytes;
    if (queued > (size_t)s->server->cfg.out_bytes_max) {
        session_slow(s);
        return;
    }
    if (s->poll && s->poll->get)
        wait_for_turn(s); /* flushed at the end of this one */
}

bool
session_may_take(struct eio_session *s)
{
    struct eio_server *server = s->server;

    if (s->turn != server->turn) {
        s->turn = server->turn;
        s->packets = 0;
    }
    if (s->packets++ >= (unsigned)server->cfg.packets_per_turn) {
        wait_for_turn(s);
        return false;
    }
    if (share_has_time(server->shares, s->share))
        return true;
    share_wait(server->shares, s->share, &s->wait);
    return false;
}

bool
session_packet(struct eio_session *s, const struct eio_packet *p)
{
    s->server->counts.packets_in++;
    switch (p->type) {
    case EIO_MESSAGE:
        s->server->handler.on_message(s, p->binary, p->data, s->server->ctx);
        return !s->closed;
    case EIO_PONG: /* also unasked for: it lives */
        dl_start(&s->server->pings, &s->heartbeat, clock_mono_ms());
        return true;
    case EIO_CLOSE:
        session_close(s, "transport close", WS_CLOSE_NORMAL, "6");
        return false;
    case EIO_PING: /* the server pings, the client answers */
        session_bad(s);
        return false;
    case EIO_OPEN:
    case EIO_UPGRADE:
    case EIO_NOOP:
        return true;
    }
    return true;
}

static struct eio_session *
due(struct dl *l, int64_t now_ms)
{
    struct dl_node *n = dl_expire(l, now_ms);

    return n ? lws_container_of(n, struct eio_session, heartbeat) : NULL;
}

/* Deadlines count from when they were due, not from when we got round to it:
 * a client may rely on interval + timeout. */
void
session_beat(struct eio_server *server, int64_t now_ms)
{
    struct eio_session *s;
    struct dl_node *n;

    while ((s = due(&server->pings, now_ms))) {
        dl_start_at(&server->pongs, &s->heartbeat,
            s->heartbeat.due_ms + server->pongs.after_ms);
        eio_send(s, server->ping);
    }
    while ((s = due(&server->pongs, now_ms))) {
        server->counts.closed_timeout++;
        session_close(s, "ping timeout", WS_CLOSE_NORMAL, "1");
    }
    while ((n = dl_expire(&server->upgrades, now_ms))) {
        struct eio_poll *poll = lws_container_of(n, struct eio_poll, upgrade);
        ws_close(poll->probe, WS_CLOSE_NORMAL);
        poll->probe = NULL;
        poll->probed = false;
    }
}

static void
session_free(struct eio_session *s)
{
    if (s->poll)
        poll_free(s);
    share_stop_waiting(s->server->shares, &s->wait);
    share_leave(s->server->shares, s->share);
    free(s->hello);
    free(s);
}

/* Those that had more packets than one turn allows, or a poll to answer. */
static void
work_off(struct eio_server *server)
{
    struct eio_session *s, *list = server->later;

    server->later = NULL;
    server->later_last = &server->later;
    while ((s = list)) {
        list = s->later;
        s->waiting = false;
        go_on(s);
    }
}

static void
bury(struct eio_server *server)
{
    struct eio_session *s, **at = &server->later;

    if (!server->closed)
        return;
    while ((s = *at)) {
        if (s->closed)
            *at = s->later;
        else
            at = &s->later;
    }
    server->later_last = at;
    while ((s = server->closed)) {
        server->closed = s->next;
        session_free(s);
    }
}

static int64_t
earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t
on_turn(void *ctx, int64_t now_ms)
{
    struct eio_server *s = ctx;
    int64_t next = INT64_MAX;

    s->turn++;
    if (s->cfg.on_turn)
        next = s->cfg.on_turn(s->ctx, now_ms);
    session_beat(s, now_ms);
    work_off(s);
    bury(s);
    if (s->later)
        return now_ms;
    next = earlier(next, dl_next(&s->pings));
    next = earlier(next, dl_next(&s->pongs));
    return earlier(next, dl_next(&s->upgrades));
}

/* A session that there is not sends nothing. */
static size_t
body_max(const struct http_req *r, void *ctx)
{
    struct eio_server *server = ctx;
    struct span sid = http_req_query(r, "sid");
    const struct eio_session *s = session_find(server, sid);

    if (!sid.p)
        return 0; /* a handshake has no body; a WebSocket gets its own */
    return s ? eio_max_payload(s) : 0;
}

struct eio_server *
eio_server_new(struct http_server *http, const struct eio_cfg *cfg,
    const struct eio_handler *handler, void *ctx, struct err *err)
{
    struct eio_server *s;
    size_t len = strlen(cfg->path);

    if (len < 2 || cfg->path[0] != '/' || cfg->path[len - 1] != '/') {
        err_set(err, FAIL_BAD_INPUT, "path %s must start and end with /",
            cfg->path);
        return NULL;
    }
    s = xcalloc(1, sizeof(*s));
    s->http = http;
    s->cfg = *cfg;
    s->path = xstrdup(cfg->path);
    s->handler = *handler;
    s->ctx = ctx;
    s->by_sid = map_new();
    s->shares = http->shares;
    s->later_last = &s->later;
    s->strangers = crowd_new(
        cfg->strangers_of_address > 0 ? cfg->strangers_of_address : 1);
    s->ping = frame_text('2', NULL, 0);
    s->noop = frame_text('6', NULL, 0);
    s->pong_probe = frame_text('3', &SPAN("probe"), 1);
    dl_init(&s->pings, cfg->ping_interval_ms);
    dl_init(&s->pongs, cfg->ping_timeout_ms);
    dl_init(&s->upgrades,
        cfg->upgrade_timeout_ms ? cfg->upgrade_timeout_ms : UPGRADE_TIMEOUT_MS);
    http_claim_add(http, &(struct http_claim){
                             .path = span_of(s->path),
                             .body_max = body_max,
                             .on_request = poll_request,
                             .on_gone = poll_gone,
                             .check_upgrade = eio_check_upgrade,
                             .ws = &eio_ws_handler,
                             .on_turn = on_turn,
                             .ctx = s,
                         });
    return s;
}

void
eio_server_free(struct eio_server *s)
{
    struct eio_session *session;

    if (!s)
        return;
    while ((session = s->first)) {
        if (session->ws)
            ws_close_now(session->ws, WS_CLOSE_GOING_AWAY);
        session_close(
            session, "server shutting down", WS_CLOSE_GOING_AWAY, "1");
    }
    bury(s);
    http_claim_remove(s->http, s);
    map_free(s->by_sid);
    crowd_free(s->strangers);
    eio_frame_unref(s->ping);
    eio_frame_unref(s->noop);
    eio_frame_unref(s->pong_probe);
    free(s->path);
    free(s);
}

struct eio_session *
eio_server_any(const struct eio_server *s)
{
    return s->first;
}

struct eio_counts
eio_server_counts(const struct eio_server *s)
{
    return s->counts;
}

struct span
eio_header(const struct eio_session *s, const char *name)
{
    const char *value = s->hello;

    for (int i = 0; i < KEPT_HEADERS; i++) {
        value += strlen(value) + 1;
        if (strcmp(kept_headers[i], name) == 0)
            return *value ? span_of(value) : (struct span){NULL, 0};
    }
    assert(!"a header that is not kept");
    return (struct span){NULL, 0};
}

const char *
eio_sid(const struct eio_session *s)
{
    return s->sid;
}

const char *
eio_address(const struct eio_session *s)
{
    return s->hello; /* it comes first */
}

void
eio_set_user(struct eio_session *s, void *user)
{
    s->user = user;
}

void *
eio_user(const struct eio_session *s)
{
    return s->user;
}
