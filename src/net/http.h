/* SPDX-License-Identifier: ISC */
#ifndef NET_HTTP_H
#define NET_HTTP_H

#include <stdint.h>

#include "base/address.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "net/loop.h"

/*
 * http - HTTP/1.1 server on libwebsockets, with routes, and the listener that
 * Engine.IO shares.  Loop thread only.
 */
struct http_server;

struct http_cfg {
    const char *host; /* "127.0.0.1", "0.0.0.0", "::" */
    int port; /* 0: the kernel chooses, see http_port */
    int body_bytes_max; /* larger bodies get 413 */
    /* Or as a route says, by its place in http_new's routes; NULL: none does.
     * ctx is http_new's. */
    size_t (*body_bytes_max_of)(size_t route, void *ctx);
    /* Does a route stream: see http_body_take?  NULL: none does. */
    bool (*streams)(size_t route, void *ctx);
    /* Of all connections and of one address, in heads, bodies and messages that
     * have not wholly arrived: who adds more gets 503.  0: no limit.  A trusted
     * proxy is no address. */
    size_t held_bytes_max, held_bytes_of_address;
    /* Of a turn of the loop, for one address while another speaks too (share.h);
     * 0: no limit. */
    int us_of_address;
    /* At once of one address, which is no trusted proxy; more are closed.  0: no
     * limit. */
    int connections_of_address;
    /* Of all connections and Engine.IO's queues, said and not read: over it, who
     * is furthest behind is cut off (backlog.h).  0: no limit. */
    size_t unread_bytes_max;
    int connections_max; /* more get 503; lowered to fit RLIMIT_NOFILE */
    int header_timeout_ms, body_timeout_ms; /* then 408 or close */
    const char *cors_origin; /* "" none, "*" any, or one origin */
    /* Names to answer to beside the usual ones (hosts.h): others get 421, and
     * pages of other origins 403.  NULL: whatever is asked for. */
    const char *hosts;
    bool access_log; /* a line for each answer */
    /* PEM files: HTTPS and nothing else; NULL or "": HTTP.  The key may be in
     * the certificate's file: NULL or "". */
    const char *tls_cert, *tls_key;
    int hsts_s; /* browsers are to come by HTTPS for so long; 0: not said */
    /* Every request is told to come to this port by HTTPS; 0: is served. */
    int https_port;
    const char *trust_proxy; /* see base/proxies.h; NULL: false */
    /* "/chat": where a site of others has us.  Routes and claims have their
     * paths below it; a path that is not below it is taken as it is, for who
     * asks without the proxy.  NULL or "": the site is ours. */
    const char *base_path;
    /* Connections of trusted proxies may begin with the PROXY protocol
     * (proxy_head.h), and are then of whom it names. */
    bool proxy_protocol;
};

enum http_method {
    HTTP_GET,
    HTTP_POST,
    HTTP_PUT,
    HTTP_PATCH,
    HTTP_DELETE,
    HTTP_OPTIONS,
};

enum {
    /* Of a body that comes in pieces so much comes in cfg.body_timeout_ms, or
     * the client is too slow. */
    HTTP_STREAM_STEP_BYTES = 16 * 1024,
};

/* A request.  Owned by the server; valid until http_reply, which every handler
 * calls exactly once, at once or later.  When the client goes away first, or
 * the server is freed, the request stays valid and http_reply discards. */
struct http_req;

enum http_method http_req_method(const struct http_req *r);
struct span http_req_path(const struct http_req *r); /* decoded, no query */
struct span http_req_body(const struct http_req *r);
/* Decoded query argument; {NULL,0} when absent. */
struct span http_req_query(const struct http_req *r, const char *name);
/* One of: "authorization" "x-session-token" "content-type" "origin"
 * "if-none-match" "user-agent" "accept-language" "accept-encoding" "range"
 * "if-range";
 * {NULL,0} when absent. */
struct span http_req_header(const struct http_req *r, const char *name);
/* Has the client what etag (with its quotes) names?  Then answer 304. */
bool http_req_knows(const struct http_req *r, const char *etag);
/* The part of the path that a route's "*" matched. */
struct span http_req_tail(const struct http_req *r);
/* The i-th ":name" of the route's pattern. */
struct span http_req_param(const struct http_req *r, int i);
/* The place of its route in http_new's routes; while its handler runs for the
 * first time. */
size_t http_req_route(const struct http_req *r);
/* The address at the other end of the connection, as text; borrowed. */
const char *http_req_peer(const struct http_req *r);
/* The client's, which is another one behind a proxy that is trusted. */
const char *http_req_client(const struct http_req *r);

/* A refusal with 429 or 503 says to come back in so many seconds; without this
 * in one. */
void http_req_retry_after(struct http_req *r, int seconds);
/* What counts as one client for limits (base/address.h). */
void http_req_address(const struct http_req *r, char ret[ADDRESS_BYTES]);

/* Answer and end the request.  body is copied.  content_type NULL means
 * application/json.  extra_headers: "Name: value\r\n..." or NULL. */
void http_reply(struct http_req *r, int status, const char *content_type,
    struct span body, const char *extra_headers);
/* {"success":false,"error":...,"code":...} with the status of e->kind. */
void http_reply_err(struct http_req *r, const struct err *e);
int http_status_of(enum fail kind);

/* ---- bodies that are never whole in memory ---- */

/* What takes the body of a request piece by piece. */
struct http_sink {
    /* Some bytes of it, borrowed.  May answer, which ends it. */
    void (*piece)(struct http_req *r, struct span bytes, void *ctx);
    void (*end)(struct http_req *r, void *ctx); /* that was all of it */
    /* No more of it will come: the client has gone, is too slow, or sends what
     * is no body or too much.  http_reply is still due, and discards. */
    void (*gone)(struct http_req *r, void *ctx);
};

/* The handler of a route that streams runs when the head is there.  It answers,
 * or calls this once, at once or later; nothing is read before.  A client that
 * waits for "100 Continue" gets it now.  An answer before the end of the body
 * closes the connection. */
void http_body_take(
    struct http_req *r, const struct http_sink *sink, void *ctx);
/* No more pieces, or go on with them. */
void http_body_pause(struct http_req *r, bool pause);
/* In bytes, as announced; -1: it is not known before its end. */
int64_t http_body_length(const struct http_req *r);

/* What gives the body of an answer piece by piece. */
struct http_source {
    /* There is room for the next piece: call http_reply_piece, once, later. */
    void (*more)(struct http_req *r, void *ctx);
    /* It is over, whether all was sent or the client has gone; r is not valid
     * any more.  Called exactly once. */
    void (*end)(void *ctx);
};

/* Like http_reply, with a body of length bytes from source; those of a HEAD are
 * not asked for. */
void http_reply_stream(struct http_req *r, int status, const char *content_type,
    int64_t length, const char *extra_headers, const struct http_source *source,
    void *ctx);
/* The next bytes of it, copied; {NULL,0}: there are no more although there
 * should be, so the connection is closed. */
void http_reply_piece(struct http_req *r, struct span bytes);

/* Routes are tried in order.  A pattern is literal segments, ":name" segments
 * and, at the end only, "*" for the rest: "/conversations/:id/messages". */
struct http_route {
    enum http_method method;
    const char *pattern;
    void (*handle)(struct http_req *r, void *ctx);
};

/* routes and ctx are borrowed for the server's life.  The path
 * cfg->..."/socket.io/" is claimed by eio servers added before listening. */
struct http_server *http_new(struct loop *l, const struct http_cfg *cfg,
    const struct http_route *routes, size_t n_routes, void *ctx,
    struct err *err);
int http_port(const struct http_server *s);
/* Another certificate for those who connect from now on.  False with err
 * filled: it cannot be used, and the last one stays. */
bool http_set_tls(
    struct http_server *s, const char *cert, const char *key, struct err *err);
/* When it expires, in seconds since 1970; 0 without TLS. */
int64_t http_tls_end_s(const struct http_server *s);

struct http_counts {
    uint64_t turned_away; /* held too much */
    uint64_t cut_off; /* were furthest behind when too much was unread */
    size_t unread_bytes; /* now */
    uint64_t handshakes, handshakes_failed; /* of TLS */
};
struct http_counts http_counts(const struct http_server *s);
/* Stop accepting, close what is open (1001 for WebSockets), free. */
void http_free(struct http_server *s);
/* Of its addresses, for what is done for them outside of requests. */
struct shares *http_shares(struct http_server *s);

#endif
