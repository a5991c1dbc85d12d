/* SPDX-License-Identifier: ISC */
#include "net/http.h"

#include <assert.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "net/http_impl.h"
#include "net/ws_impl.h"

enum {
    IDLE_MS = 60 * 1000, /* from an answer to the next request's headers */
    STUCK_MS = 10 * 1000, /* a WebSocket peer that takes nothing */
    CLOSING_MS = 3 * 1000, /* for the peer's half of the close handshake */
    USER_TIMEOUT_MS = 30 * 1000, /* unacknowledged bytes: the peer is dead */
    LWS_SLACK_S = 10, /* lws's own time-outs come after ours */
    FD_RESERVE = 64, /* descriptors left for files, pipes, the database */
    HEADER_BYTES_MAX = 8 * 1024,
    SERV_BUF_BYTES = 16 * 1024,
    TX_BYTES_MAX = 4 * 1024 * 1024,
    KEY_LEN = 24, /* of Sec-WebSocket-Key: 16 bytes in base64 */
};

static struct http_server *
server_of(struct lws *wsi)
{
    return lws_context_user(lws_get_context(wsi));
}

/* lws asks about a socket which has no wsi yet. */
static int
on_accept(struct http_server *s, int fd)
{
    static const char busy[] = "HTTP/1.1 503 Service Unavailable\r\n"
                               "Connection: close\r\nContent-Length: 0\r\n\r\n";

    if (s->n_conns < s->cfg.connections_max)
        return 0;
    if (send(fd, busy, sizeof(busy) - 1, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
        return 1; /* closed either way */
    shutdown(fd, SHUT_WR);
    return 1;
}

static int
on_instantiated(struct http_server *s, struct lws *wsi)
{
    struct http_conn *c = xcalloc(1, sizeof(*c));
    int user_timeout_ms = USER_TIMEOUT_MS;

    c->server = s;
    c->wsi = wsi;
    lws_get_peer_simple(wsi, c->peer, sizeof(c->peer));
    setsockopt(lws_get_socket_fd(wsi), IPPROTO_TCP, TCP_USER_TIMEOUT,
        &user_timeout_ms, sizeof(user_timeout_ms));
    lws_set_opaque_user_data(wsi, c);
    dl_start(&s->headers, &c->deadline, clock_mono_ms());
    s->n_conns++;
    return 0;
}

static void
on_destroyed(struct http_conn *c)
{
    struct http_conn **at = &c->server->doomed;

    dl_stop(&c->deadline);
    if (c->req)
        req_orphan(c->req);
    if (c->ws)
        ws_gone(c->ws);
    while (*at && *at != c)
        at = &(*at)->doom_next;
    if (*at)
        *at = c->doom_next;
    c->server->n_conns--;
    free(c);
}

void
conn_doom(struct http_conn *c)
{
    if (c->doomed)
        return;
    c->doomed = true;
    c->doom_next = c->server->doomed;
    c->server->doomed = c;
}

static const struct http_claim *
claim_of(const struct http_server *s, struct span path)
{
    for (int i = 0; i < s->n_claims; i++) {
        struct span claimed = s->claims[i].path;
        if (span_eq(path, claimed))
            return &s->claims[i];
        claimed.len--; /* also without the final slash */
        if (span_eq(path, claimed))
            return &s->claims[i];
    }
    return NULL;
}

static bool
header_is(struct lws *wsi, enum lws_token_indexes token, const char *want)
{
    char text[32];
    int n = lws_hdr_copy(wsi, text, sizeof(text), token);

    return n > 0 && strcasecmp(text, want) == 0;
}

/* What lws 4.1 does not check of RFC 6455 4.2.1. */
static const char *
check_handshake(struct http_req *r, struct lws *wsi)
{
    if (r->method != HTTP_GET || r->head)
        return "WebSocket needs GET";
    if (!header_is(wsi, WSI_TOKEN_VERSION, "13"))
        return "Sec-WebSocket-Version must be 13";
    if (lws_hdr_total_length(wsi, WSI_TOKEN_KEY) != KEY_LEN)
        return "bad Sec-WebSocket-Key";
    return NULL;
}

static int
on_upgrade(struct http_conn *c, const char *protocol)
{
    const char *bad = NULL;
    struct http_req *r;

    if (strcasecmp(protocol, "websocket") != 0 &&
        strcasecmp(protocol, "h2c") != 0)
        return -1; /* lws has answered 403 */
    if (c->req || !(r = req_new(c)))
        return -1;
    dl_stop(&c->deadline);
    r->claim = claim_of(c->server, r->path);
    if (strcasecmp(protocol, "websocket") != 0)
        bad = "HTTP/2 is not spoken here";
    else if (!r->claim)
        bad = "no WebSocket here";
    else if (!(bad = check_handshake(r, c->wsi)) &&
             !(bad = r->claim->check_upgrade(r, r->claim->ctx)))
        return 0;
    req_refuse(r, r->claim ? 400 : 404, bad, true);
    return -1;
}

/* Find the route: 0, or the status that says why there is none. */
static int
find_route(struct http_server *s, struct http_req *r)
{
    bool other_method = false;

    for (size_t i = 0; i < s->n_routes; i++) {
        if (!route_matches(s->routes[i].pattern, r->path, &r->match))
            continue;
        if (s->routes[i].method == r->method) {
            r->route = &s->routes[i];
            return 0;
        }
        other_method = true;
    }
    return r->method == HTTP_OPTIONS ? 204 : other_method ? 405 : 404;
}

static int
on_http(struct http_conn *c)
{
    struct http_server *s = c->server;
    struct http_req *r;
    size_t body_max = (size_t)s->cfg.body_bytes_max;
    int status;

    if (c->req || !(r = req_new(c)))
        return -1;
    dl_stop(&c->deadline);
    if ((status = req_body_declared(r)) != 0)
        return req_refuse(r, status, "Content-Length is needed", true);
    r->claim = claim_of(s, r->path);
    if (!r->claim && (status = find_route(s, r)) != 0)
        return req_refuse(r, status,
            status == 405 ? "method not allowed" : "no such resource", false);
    if (r->claim)
        body_max = r->claim->body_max;
    if (r->body_expected > body_max)
        return req_refuse(r, 413, "body too large", false);
    /* lws announces the end of a POST body also when it is empty. */
    if (r->body_expected == 0 && r->method != HTTP_POST)
        return req_run(r);
    dl_start(&s->body, &c->deadline, clock_mono_ms());
    return req_continue(r);
}

static int
on_body(struct http_conn *c, struct span chunk)
{
    struct http_req *r = c->req;

    if (!r || r->state != REQ_BODY)
        return 0;
    if (r->body.len + chunk.len > r->body_expected)
        return -1;
    buf_adds(&r->body, chunk);
    return 0;
}

static int
on_callback(struct lws *wsi, enum lws_callback_reasons why, void *user,
    void *in, size_t len)
{
    struct http_conn *c = lws_get_opaque_user_data(wsi);
    struct span data = {in, len};

    (void)user;
    if (why == LWS_CALLBACK_FILTER_NETWORK_CONNECTION)
        return on_accept(server_of(wsi), (int)(intptr_t)in);
    if (why == LWS_CALLBACK_SERVER_NEW_CLIENT_INSTANTIATED)
        return on_instantiated(server_of(wsi), wsi);
    if (!c)
        return 0;
    switch ((int)why) {
    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
        return on_upgrade(c, in);
    case LWS_CALLBACK_HTTP:
        return on_http(c);
    case LWS_CALLBACK_HTTP_BODY:
        return on_body(c, data);
    case LWS_CALLBACK_HTTP_BODY_COMPLETION:
        return c->req && c->req->state == REQ_BODY ? req_run(c->req) : 0;
    case LWS_CALLBACK_ESTABLISHED:
        return c->req ? ws_established(c) : -1;
    case LWS_CALLBACK_RECEIVE:
        return c->ws ? ws_received(c->ws, data) : -1;
    case LWS_CALLBACK_SERVER_WRITEABLE:
        return c->ws ? ws_writable(c->ws) : 0;
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
        return c->ws ? ws_peer_closing(c->ws, data) : -1;
    case LWS_CALLBACK_WSI_DESTROY:
        lws_set_opaque_user_data(wsi, NULL);
        on_destroyed(c);
        return 0;
    default:
        return 0;
    }
}

static struct http_conn *
expired(struct dl *l, int64_t now_ms)
{
    struct dl_node *n = dl_expire(l, now_ms);

    return n ? lws_container_of(n, struct http_conn, deadline) : NULL;
}

static void
say_timeout(struct http_conn *c)
{
    unsigned char bytes[LWS_PRE + 128];
    int n = snprintf((char *)bytes + LWS_PRE, sizeof(bytes) - LWS_PRE,
        "HTTP/1.1 408 Request Timeout\r\n"
        "Connection: close\r\nContent-Length: 0\r\n\r\n");

    lws_write(c->wsi, bytes + LWS_PRE, (size_t)n, LWS_WRITE_HTTP);
    conn_doom(c);
}

static void
expire_all(struct http_server *s, int64_t now_ms)
{
    struct http_conn *c;

    while ((c = expired(&s->headers, now_ms)))
        say_timeout(c);
    while ((c = expired(&s->body, now_ms)))
        say_timeout(c);
    while ((c = expired(&s->idle, now_ms)))
        conn_doom(c);
    while ((c = expired(&s->sending, now_ms)))
        conn_doom(c);
    while ((c = expired(&s->closing, now_ms)))
        conn_doom(c);
    while ((c = expired(&s->stuck, now_ms)))
        ws_too_slow(c->ws);
}

/* A connection with bytes that lws still wants to send survives the "kill"
 * until writing fails, so make it fail. */
static bool
kill_doomed(struct http_server *s)
{
    bool any = s->doomed != NULL;
    struct http_conn *c;

    while ((c = s->doomed)) {
        s->doomed = c->doom_next;
        c->doom_next = NULL;
        dl_stop(&c->deadline);
        shutdown(lws_get_socket_fd(c->wsi), SHUT_RDWR);
        lws_rx_flow_control(c->wsi, 1);
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

    expire_all(s, now_ms);
    do {
        due_ms = INT64_MAX;
        for (int i = 0; i < s->n_claims; i++)
            due_ms =
                earlier(due_ms, s->claims[i].on_turn(s->claims[i].ctx, now_ms));
        ws_flush_all(s);
    } while (kill_doomed(s)); /* closes sessions, and others hear of it */
    due_ms = earlier(due_ms, earlier(dl_next(&s->headers), dl_next(&s->body)));
    due_ms = earlier(due_ms, earlier(dl_next(&s->idle), dl_next(&s->sending)));
    due_ms = earlier(due_ms, earlier(dl_next(&s->stuck), dl_next(&s->closing)));
    set_timer(s, due_ms, now_ms);
}

static void
on_timer(struct ev_loop *ev, ev_timer *w, int revents)
{
    (void)ev;
    (void)w;
    (void)revents; /* having woken the loop is all */
}

static void
on_lws_log(int level, const char *line)
{
    int n = (int)strcspn(line, "\n");

    (void)level;
    log_debug("lws: %.*s", n, line);
}

/* More connections than descriptors would leave the listener spinning. */
static int
connections_limit(int wanted)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 ||
        limit.rlim_cur == RLIM_INFINITY ||
        limit.rlim_cur >= (rlim_t)wanted + FD_RESERVE)
        return wanted;
    log_warn("connections_max lowered from=%d descriptors=%lu", wanted,
        (unsigned long)limit.rlim_cur);
    return limit.rlim_cur > 2 * FD_RESERVE ? (int)limit.rlim_cur - FD_RESERVE
                                           : FD_RESERVE;
}

/* Is the address ours and free?  lws could not say why not, and leaks what it
 * has set up when it finds out.  Leaves the address as numbers in s->host. */
static bool
probe(struct http_server *s, struct err *err)
{
    struct addrinfo hints = {
        .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    struct addrinfo *address = NULL;
    char port[8], host[PEER_BYTES];
    bool ok = false;
    int fd = -1, on = 1, rc;

    snprintf(port, sizeof(port), "%d", s->cfg.port);
    rc = getaddrinfo(s->host, port, &hints, &address);
    if (rc != 0)
        return err_set(
            err, FAIL_SYSTEM, "host %s: %s", s->host, gai_strerror(rc));
    fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (getnameinfo(address->ai_addr, address->ai_addrlen, host, sizeof(host),
            NULL, 0, NI_NUMERICHOST) != 0 ||
        bind(fd, address->ai_addr, address->ai_addrlen) != 0 ||
        listen(fd, 1) != 0) {
        err_set(err, FAIL_SYSTEM, "cannot listen on %s port %d: %m", s->host,
            s->cfg.port);
    } else {
        free(s->host);
        s->host = xstrdup(host);
        ok = true;
    }
    if (fd >= 0)
        close(fd);
    freeaddrinfo(address);
    return ok;
}

static bool
listen_on(struct http_server *s, struct err *err)
{
    /* No pings by lws: Engine.IO has its own. */
    static const lws_retry_bo_t no_pings = {0};
    static const struct lws_protocols protocols[] = {
        {.name = "",
            .callback = on_callback,
            .rx_buffer_size = WS_RX_BYTES,
            .tx_packet_size = TX_BYTES_MAX},
        {0},
    };
    void *loops[] = {loop_ev(s->loop)};
    bool any = strcmp(s->host, "0.0.0.0") == 0 || strcmp(s->host, "::") == 0;
    struct lws_context_creation_info info = {
        .port = s->cfg.port,
        .iface = any ? NULL : s->host,
        .protocols = protocols,
        .options = LWS_SERVER_OPTION_LIBEV | LWS_SERVER_OPTION_VALIDATE_UTF8 |
                   (strchr(s->host, ':') ? 0 : LWS_SERVER_OPTION_DISABLE_IPV6),
        .gid = (gid_t)-1,
        .uid = (uid_t)-1,
        .user = s,
        .foreign_loops = loops,
        .vhost_name = "default",
        .retry_and_idle_policy = &no_pings,
        .pt_serv_buf_size = SERV_BUF_BYTES,
        .max_http_header_data2 = HEADER_BYTES_MAX,
        .max_http_header_pool2 = (unsigned)s->cfg.connections_max,
        .keepalive_timeout = IDLE_MS / 1000 + LWS_SLACK_S,
        .timeout_secs =
            (unsigned)(s->cfg.header_timeout_ms + s->cfg.body_timeout_ms) /
                1000 +
            LWS_SLACK_S,
    };

    lws_set_log_level(LLL_ERR | LLL_WARN, on_lws_log);
    s->lws = lws_create_context(&info);
    if (!s->lws)
        return err_set(err, FAIL_SYSTEM, "cannot listen on %s port %d", s->host,
            s->cfg.port);
    return true;
}

struct http_server *
http_new(struct loop *l, const struct http_cfg *cfg,
    const struct http_route *routes, size_t n_routes, void *ctx,
    struct err *err)
{
    struct http_server *s = xcalloc(1, sizeof(*s));

    s->loop = l;
    s->cfg = *cfg;
    s->cfg.connections_max = connections_limit(cfg->connections_max);
    s->host = xstrdup(cfg->host);
    s->cors_origin = xstrdup(cfg->cors_origin ? cfg->cors_origin : "");
    s->routes = routes;
    s->n_routes = n_routes;
    s->ctx = ctx;
    s->scratch = xmalloc(SCRATCH_BYTES);
    s->dirty_last = &s->dirty_first;
    dl_init(&s->headers, cfg->header_timeout_ms);
    dl_init(&s->body, cfg->body_timeout_ms);
    dl_init(&s->sending, cfg->body_timeout_ms);
    dl_init(&s->idle, IDLE_MS);
    dl_init(&s->stuck, STUCK_MS);
    dl_init(&s->closing, CLOSING_MS);
    ev_timer_init(&s->timer, on_timer, 0.0, 0.0);
    if (!probe(s, err) || !listen_on(s, err)) {
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
    if (s->lws) {
        ws_flush_all(s);
        lws_context_destroy(s->lws);
    }
    free(s->scratch);
    free(s->host);
    free(s->cors_origin);
    free(s);
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
