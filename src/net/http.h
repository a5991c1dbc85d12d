/* SPDX-License-Identifier: ISC */
#ifndef NET_HTTP_H
#define NET_HTTP_H

#include <stdint.h>

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
    int connections_max; /* more get 503; lowered to fit RLIMIT_NOFILE */
    int header_timeout_ms, body_timeout_ms; /* then 408 or close */
    const char *cors_origin; /* "" none, "*" any, or one origin */
};

enum http_method {
    HTTP_GET,
    HTTP_POST,
    HTTP_PUT,
    HTTP_PATCH,
    HTTP_DELETE,
    HTTP_OPTIONS,
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
 * "if-none-match" "user-agent" "accept-language" "x-forwarded-for"; {NULL,0}
 * when absent. */
struct span http_req_header(const struct http_req *r, const char *name);
/* The part of the path that a route's "*" matched. */
struct span http_req_tail(const struct http_req *r);
/* The i-th ":name" of the route's pattern. */
struct span http_req_param(const struct http_req *r, int i);
/* The peer's address as text, for rate limits; borrowed. */
const char *http_req_peer(const struct http_req *r);

/* Answer and end the request.  body is copied.  content_type NULL means
 * application/json.  extra_headers: "Name: value\r\n..." or NULL. */
void http_reply(struct http_req *r, int status, const char *content_type,
    struct span body, const char *extra_headers);
/* {"success":false,"error":...,"code":...} with the status of e->kind. */
void http_reply_err(struct http_req *r, const struct err *e);
int http_status_of(enum fail kind);

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
/* Stop accepting, close what is open (1001 for WebSockets), free. */
void http_free(struct http_server *s);

#endif
