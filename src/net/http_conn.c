/* SPDX-License-Identifier: ISC */
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "base/address.h"
#include "base/clock.h"
#include "base/mem.h"
#include "net/http_impl.h"
#include "net/ws_impl.h"

enum {
    USER_TIMEOUT_MS = 30 * 1000, /* unacknowledged bytes: the peer is dead */
    SKIP_BYTES_MAX = 4096, /* of a body that nobody wants */
    WS_KEY_LEN = 24, /* 16 bytes in base64 */
    HTTPS_PORT = 443,
};

/* Too much is unread, and of this one most. */
static void
on_cut(struct backlog_entry *e)
{
    struct http_conn *c = lws_container_of(e, struct http_conn, behind);

    if (c->ws)
        ws_too_slow(c->ws);
    else
        conn_doom(c);
}

/* There is time for its address again. */
static void
on_time(struct share_wait *w)
{
    conn_pump(lws_container_of(w, struct http_conn, wait));
}

/* Count it where it is from: c->peer.  False: there are too many from there. */
static bool
enter(struct http_conn *c)
{
    struct http_server *s = c->server;
    char address[ADDRESS_BYTES];

    address_of(c->peer, address);
    c->proxied = proxies_trust(s->proxies, c->peer);
    c->share = share_enter(s->shares, address);
    c->place = hold_enter(s->hold, c->peer, !c->proxied);
    c->counted = s->peers && !c->proxied;
    if (!c->counted || crowd_enter(s->peers, span_of(address)))
        return true;
    c->counted = false;
    s->counts.turned_away++;
    return false;
}

static void
leave(struct http_conn *c)
{
    struct http_server *s = c->server;
    char address[ADDRESS_BYTES];

    if (c->counted) {
        address_of(c->peer, address);
        crowd_leave(s->peers, span_of(address));
    }
    hold_leave(s->hold, c->place, c->held);
    c->held = 0;
    share_stop_waiting(s->shares, &c->wait);
    share_leave(s->shares, c->share);
}

struct http_conn *
conn_new(struct http_server *s, struct lws *wsi)
{
    struct http_conn *c = xcalloc(1, sizeof(*c));
    int user_timeout_ms = USER_TIMEOUT_MS;

    c->server = s;
    c->wsi = wsi;
    lws_get_peer_simple(wsi, c->peer, sizeof(c->peer));
    if (!enter(c)) {
        leave(c);
        free(c);
        return NULL;
    }
    c->secret = s->keys != NULL;
    c->heralded = s->cfg.proxy_protocol && c->proxied;
    c->wait.go = on_time;
    c->behind.cut = on_cut;
    setsockopt(lws_get_socket_fd(wsi), IPPROTO_TCP, TCP_USER_TIMEOUT,
        &user_timeout_ms, sizeof(user_timeout_ms));
    dl_start(&s->headers, &c->deadline, clock_mono_ms());
    s->n_conns++;
    return c;
}

void
conn_is_from(struct http_conn *c, const char *client)
{
    if (!*client)
        return;
    leave(c);
    snprintf(c->peer, sizeof(c->peer), "%s", client);
    if (!enter(c))
        conn_doom(c);
    shares_work_for(c->server->shares, c->share);
}

static void
unlink_later(struct http_conn *c)
{
    struct http_conn **at = &c->server->later;

    if (!c->later)
        return;
    while (*at != c)
        at = &(*at)->later_next;
    *at = c->later_next;
    c->later = false;
}

void
conn_free(struct http_conn *c)
{
    struct http_conn **at = &c->server->doomed;

    dl_stop(&c->deadline);
    backlog_note(c->server->backlog, &c->behind, 0, 0);
    if (c->req)
        req_orphan(c->req);
    if (c->ws)
        ws_gone(c->ws);
    while (*at && *at != c)
        at = &(*at)->doom_next;
    if (*at)
        *at = c->doom_next;
    unlink_later(c);
    leave(c);
    wire_close(c);
    buf_free(&c->in);
    c->server->n_conns--;
    free(c);
}

void
conn_doom(struct http_conn *c)
{
    if (c->doomed)
        return;
    backlog_note(c->server->backlog, &c->behind, 0, 0);
    c->doomed = true;
    c->doom_next = c->server->doomed;
    c->server->doomed = c;
}

/* Read on, or let the bytes wait in the kernel? */
void
conn_adjust_flow(struct http_conn *c)
{
    bool waits = c->req || c->later || c->wait.share;
    bool deaf = c->stuck || wire_is_full(c) || (c->ws && ws_paused(c->ws)) ||
                (waits && c->in.len > PIPELINED_BYTES_MAX);

    if (c->ending)
        deaf = false;
    if (deaf == c->deaf)
        return;
    c->deaf = deaf;
    lws_rx_flow_control(c->wsi, !deaf);
}

void
conn_finish(struct http_conn *c)
{
    if (c->ending || c->doomed)
        return;
    c->ending = true;
    buf_free(&c->in);
    conn_goodbye(c);
    conn_adjust_flow(c);
    dl_start(&c->server->closing, &c->deadline, clock_mono_ms());
}

void
conn_writable(struct http_conn *c)
{
    if (!c->stuck || c->doomed)
        return;
    c->stuck = false;
    c->rest = 0;
    conn_note_unread(c);
    if (c->ws)
        ws_writable(c->ws);
    else if (c->req && c->req->state == REQ_SENDING)
        req_sent(c->req);
    conn_pump(c);
}

void
conn_say_timeout(struct http_conn *c)
{
    conn_refuse(c, 408, NULL);
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

static bool
same(struct span a, const char *b)
{
    return a.len == strlen(b) && strncasecmp(a.p, b, a.len) == 0;
}

/* RFC 6455 4.2.1 */
static void
upgrade(struct http_conn *c, struct http_req *r, const struct http_head *h)
{
    const char *bad = NULL;

    r->close_after = true; /* if it is refused */
    if (!r->claim)
        req_refuse(r, 404, "no WebSocket here");
    else if (r->method != HTTP_GET || r->head || h->http10)
        req_refuse(r, 400, "WebSocket needs GET");
    else if (!span_eqz(h->ws_version, "13"))
        req_refuse(r, 426, "Sec-WebSocket-Version must be 13");
    else if (h->ws_key.len != WS_KEY_LEN)
        req_refuse(r, 400, "bad Sec-WebSocket-Key");
    else if ((bad = r->claim->check_upgrade(r, r->claim->ctx)))
        req_refuse(r, 400, bad);
    else
        ws_established(c, r, h->ws_key);
}

void
conn_continue(struct http_conn *c)
{
    static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";

    conn_write(c, go_on, sizeof(go_on) - 1);
}

/* Is it meant for us, and from a page that may ask?  0, or the status that
 * says no. */
static int
check_origin(const struct http_server *s, const struct http_req *r,
    const struct http_head *h)
{
    struct span origin = http_req_header(r, "origin");

    if (!s->hosts)
        return 0;
    if (h->host.p && !hosts_serve(s->hosts, h->host))
        return 421;
    if (origin.p && !hosts_welcome(s->hosts, origin, h->host, s->cors_origin))
        return 403;
    return 0;
}

/* The page's addresses are relative to "/chat/", not to "/chat". */
static bool
redirect_to_base(struct http_req *r, const struct http_head *h)
{
    const char *base = r->conn->server->base_path;
    struct buf to = {0};

    if (!*base || !span_eqz(h->path, base))
        return false;
    buf_addf(&to, "Location: %s/", base);
    if (h->query.p)
        buf_addf(&to, "?%.*s", SPAN_ARG(h->query));
    buf_addz(&to, "\r\n");
    buf_addc(&to, '\0');
    r->close_after = true;
    http_reply(r, 308, "text/plain", SPAN("one slash more, please\n"), to.p);
    buf_free(&to);
    return true;
}

/* The same place by HTTPS. */
static void
redirect(struct http_req *r, const struct http_head *h)
{
    int port = r->conn->server->cfg.https_port;
    struct span host = host_name(h->host);
    struct buf to = {0};

    r->close_after = true;
    if (host.len == 0) {
        req_refuse(r, 400, "a Host is needed");
        return;
    }
    buf_addf(&to, "Location: https://%.*s", SPAN_ARG(host));
    if (port != HTTPS_PORT)
        buf_addf(&to, ":%d", port);
    buf_adds(&to, h->path);
    if (h->query.p)
        buf_addf(&to, "?%.*s", SPAN_ARG(h->query));
    buf_addz(&to, "\r\n");
    buf_addc(&to, '\0');
    http_reply(r, 308, "text/plain", SPAN("by HTTPS, please\n"), to.p);
    buf_free(&to);
}

/* The head is there: refuse, upgrade, or wait for the body. */
static void
begin(struct http_conn *c, struct http_req *r, const struct http_head *h)
{
    struct http_server *s = c->server;
    size_t body_max = (size_t)s->cfg.body_bytes_max;
    int status = check_origin(s, r, h);

    if (status) {
        r->close_after = true;
        req_refuse(r, status,
            status == 421 ? "this server has another name; its operator sets "
                            "the names in ALLOWED_HOSTS"
                          : "pages of other sites may not ask this server");
        return;
    }
    if (s->cfg.https_port) {
        redirect(r, h);
        return;
    }
    if (redirect_to_base(r, h))
        return;
    r->claim = claim_of(s, r->path);
    if (h->upgrade && same(h->upgrade_to, "websocket")) {
        upgrade(c, r, h);
        return;
    }
    if (r->claim)
        body_max = r->claim->body_max(r, r->claim->ctx);
    else if ((status = find_route(s, r)) == 0 && s->cfg.body_bytes_max_of)
        body_max = s->cfg.body_bytes_max_of(http_req_route(r), s->ctx);
    r->streams =
        r->route && s->cfg.streams && s->cfg.streams(http_req_route(r), s->ctx);
    r->chunked = h->chunked;
    if (r->claim && body_max == 0 && (r->chunked || h->content_length > 0)) {
        /* Nobody waits for the body, unless it is the cheaper way. */
        r->close_after |= r->chunked || h->content_length > SKIP_BYTES_MAX;
        if (!r->close_after)
            c->skip = (size_t)h->content_length;
        req_run(r);
        return;
    }
    if (status && r->chunked) {
        r->close_after = true; /* where it would end nobody knows */
    } else if (h->content_length > (int64_t)body_max) {
        r->close_after =
            h->content_length > (int64_t)body_max * 4 || r->streams;
        status = 413;
    }
    if (status) {
        if (!r->close_after && h->content_length > 0)
            c->skip = (size_t)h->content_length;
        req_refuse(r, status, NULL);
        return;
    }
    r->body_len = r->chunked              ? body_max
                  : h->content_length > 0 ? (size_t)h->content_length
                                          : 0;
    r->expects = r->body_len && h->expect;
    if (r->streams) {
        r->taken_all = r->body_len == 0;
        req_run(r);
    } else if (r->expects)
        conn_continue(c);
}

/* Is there time for it in this turn?  Otherwise it goes on in another. */
static bool
has_time(struct http_conn *c)
{
    struct shares *shares = c->server->shares;

    if (share_has_time(shares, c->share))
        return true;
    share_wait(shares, c->share, &c->wait);
    return false;
}

/* From whom a proxy has brought this request is known by its head. */
static bool
client_has_time(struct http_conn *c, const struct http_req *r)
{
    struct shares *shares = c->server->shares;
    struct share *was = c->share;
    char address[ADDRESS_BYTES];

    if (!c->proxied)
        return true;
    http_req_address(r, address);
    c->share = share_enter(shares, address);
    share_leave(shares, was);
    shares_work_for(shares, c->share);
    return has_time(c);
}

/* Take a head off *in.  False: there is none yet, or no more is wanted. */
static bool
take_head(struct http_conn *c, struct span *in)
{
    static const int status[] = {
        [HEAD_BAD] = 400, [HEAD_TOO_LARGE] = 431, [HEAD_UNKNOWN] = 501};
    struct http_head head;
    struct http_req *r;
    size_t len = 0;
    enum head_rc rc = http_head_parse(*in, &head, &len);

    if (rc == HEAD_MORE)
        return false;
    if (rc != HEAD_OK || !(r = req_new(c, &head))) {
        conn_refuse(c, rc != HEAD_OK ? status[rc] : 400, NULL);
        return false;
    }
    if (!client_has_time(c, r)) {
        req_free(r); /* its head is read again then */
        return false;
    }
    in->p += len;
    in->len -= len;
    dl_start(&c->server->body, &c->deadline, clock_mono_ms());
    begin(c, r, &head);
    return true;
}

static void
take_chunks(struct http_req *r, struct span *in)
{
    static const int status[] = {[CHUNKS_BAD] = 400, [CHUNKS_TOO_LARGE] = 413};
    enum chunks_rc rc = http_chunks_take(&r->chunks, in, &r->body, r->body_len);

    if (rc == CHUNKS_END) {
        req_run(r);
    } else if (rc != CHUNKS_MORE) {
        r->close_after = true;
        req_refuse(r, status[rc], NULL);
    }
}

static void
take_body(struct http_req *r, struct span *in)
{
    size_t n = r->body_len - r->body.len;

    if (r->chunked) {
        take_chunks(r, in);
        return;
    }
    if (n > in->len)
        n = in->len;
    buf_add(&r->body, in->p, n);
    in->p += n;
    in->len -= n;
    if (r->body.len == r->body_len)
        req_run(r);
}

/* To the end of the turn, or to the next when this is the end. */
static void
put_off(struct http_conn *c)
{
    c->later = true;
    c->later_next = c->server->later;
    c->server->later = c;
}

static void
pump_http(struct http_conn *c, struct span *in)
{
    int n_requests = 0;

    while (!c->ws && !c->ending && !c->doomed) {
        if (c->skip && in->len) {
            size_t n = c->skip < in->len ? c->skip : in->len;
            in->p += n;
            in->len -= n;
            c->skip -= n;
        } else if (c->req && c->req->state == REQ_STREAM && in->len &&
                   !c->req->paused) {
            req_stream(c->req, in);
        } else if (c->req && c->req->state == REQ_BODY &&
                   (in->len || (!c->req->chunked &&
                                   c->req->body_len == c->req->body.len))) {
            take_body(c->req, in);
        } else if (c->req || c->skip || in->len == 0) {
            return; /* an answer has to leave first, or more to come */
        } else if (!c->proxied && !has_time(c)) {
            return;
        } else if (n_requests++ == REQUESTS_PER_TURN) {
            put_off(c);
            return;
        } else if (!take_head(c, in)) {
            return;
        }
    }
}

/* Understand as much of in as possible; returns what is left of it. */
static struct span
pump(struct http_conn *c, struct span in)
{
    c->pumping = true;
    if (!c->ws)
        pump_http(c, &in);
    if (c->ws)
        in = ws_received(c->ws, in);
    c->pumping = false;
    return c->ending || c->doomed ? (struct span){NULL, 0} : in;
}

/* What has arrived on the connection and waits for more. */
static size_t
held_bytes(const struct http_conn *c)
{
    return wire_held(c) + c->in.cap + (c->req ? c->req->body.cap : 0) +
           (c->ws ? ws_held(c->ws) : 0);
}

/* Count it; whoever holds too much is turned away. */
static void
weigh(struct http_conn *c)
{
    size_t was = c->held;

    c->held = held_bytes(c);
    if (c->held == was || hold_change(c->server->hold, c->place, was, c->held))
        return;
    if (c->doomed || c->ending)
        return;
    c->server->counts.turned_away++;
    if (c->ws) {
        ws_too_much(c->ws);
    } else if (c->req && c->req->state != REQ_BODY) {
        conn_doom(c); /* another answer is due: none can be said */
    } else {
        conn_refuse(c, 503, NULL);
        if (c->req)
            buf_free(&c->req->body);
    }
}

/* Keep what was not understood; rest lies in c->in or not at all. */
static void
keep(struct http_conn *c, struct span rest)
{
    if (rest.len == 0) {
        buf_free(&c->in);
    } else {
        memmove(c->in.p, rest.p, rest.len);
        c->in.len = rest.len;
    }
}

void
conn_settle(struct http_conn *c)
{
    weigh(c);
    conn_adjust_flow(c);
}

void
conn_pump(struct http_conn *c)
{
    struct shares *shares = c->server->shares;
    struct share *was;

    if (c->pumping || c->stuck || c->later || c->wait.share || c->doomed)
        return;
    was = shares_work_for(shares, c->share);
    if (c->in.len)
        keep(c, pump(c, buf_span(&c->in)));
    conn_settle(c);
    shares_work_for(shares, was);
}

/* libev calls the watchers of a turn in reverse, so HTTP is put off to the end
 * of the turn and then worked on in reverse again: requests of one client on
 * two connections, such as Engine.IO's, keep the order they arrived in. */
void
conn_received(struct http_conn *c, char *p, size_t n)
{
    struct span rest = {p, n};

    if (c->ending || c->doomed)
        return;
    if (c->ws && c->in.len == 0 && !c->stuck) {
        rest = pump(c, rest);
        buf_adds(&c->in, rest);
    } else {
        buf_adds(&c->in, rest);
        if (c->ws)
            conn_pump(c);
        else if (!c->later && !c->wait.share)
            put_off(c);
    }
    conn_settle(c);
}
