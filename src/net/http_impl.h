/* SPDX-License-Identifier: ISC */
#ifndef NET_HTTP_IMPL_H
#define NET_HTTP_IMPL_H

#include <ev.h>
#include <libwebsockets.h>

#include "net/dl.h"
#include "net/http.h"
#include "net/route.h"
#include "net/ws.h"

/*
 * The inside of http, shared by http.c (listener, connections), http_req.c
 * (requests), ws.c (WebSockets) and eio_server.
 *
 * DESIGN: libwebsockets accepts, parses HTTP headers, upgrades and parses
 * WebSocket frames.  Three things it does badly in 4.1 are taken from it:
 *
 * - While a request waits for its answer, lws neither reads the connection nor
 *   notices its end, and spins when there is something to read.  So for that
 *   time its reading is switched off (rx flow control) and a watcher of ours
 *   sees the end of the connection (http_req.c).
 * - Its timers start late when its event library plug-in is asleep on a later
 *   one.  All deadlines are ours (struct dl), checked once per loop turn.
 * - Closing a connection from within the callback of another is unsafe.  All
 *   closing is put off to the end of the turn (conn_doom).
 */
enum {
    CLAIMS_MAX = 4,
    PEER_BYTES = 48,
    QUERY_MAX = 16,
    SCRATCH_BYTES = 64 * 1024, /* gathered for one write */
    WS_RX_BYTES = 2048, /* read from a WebSocket at a time */
};

/* Request headers which are kept; the order of http_header_names. */
enum { HTTP_HEADERS = 8 };

/* A path that belongs to an eio_server. */
struct http_claim {
    struct span path;
    size_t body_max;
    void (*on_request)(struct http_req *r, void *ctx);
    /* The client of a waiting request has gone; no answer is due any more,
     * but http_reply still ends the request. */
    void (*on_gone)(struct http_req *r, void *ctx);
    /* NULL accepts the upgrade, else the reason for a 400 answer. */
    const char *(*check_upgrade)(struct http_req *r, void *ctx);
    const struct ws_handler *ws; /* its on_open gets the request */
    /* Once per loop turn; returns when it wants to be called next. */
    int64_t (*on_turn)(void *ctx, int64_t now_ms);
    void *ctx;
};

struct http_conn {
    struct dl_node deadline;
    struct http_server *server;
    struct lws *wsi;
    struct http_req *req; /* being received, worked on or answered */
    struct ws *ws; /* once upgraded */
    struct http_conn *doom_next;
    bool doomed;
    char peer[PEER_BYTES];
};

enum req_state {
    REQ_BODY, /* still arriving */
    REQ_RUNNING, /* handler at work inside an lws callback */
    REQ_HELD, /* handler at work, answer to come later */
    REQ_SENDING, /* the answer is leaving */
};

struct http_req {
    struct http_conn *conn; /* NULL: the client has gone */
    struct http_server *server;
    enum req_state state;
    enum http_method method;
    bool head, answered, close_after;
    const struct http_route *route;
    const struct http_claim *claim;
    void *user; /* of the claim */
    char *text; /* path, query and headers lie in here */
    struct span path, headers[HTTP_HEADERS];
    struct route_match match;
    int n_query;
    struct {
        struct span name, value;
    } query[QUERY_MAX];
    size_t body_expected;
    struct buf body, out;
    ev_io io; /* the client's end while held, room to write while sending */
    char peer[PEER_BYTES];
};

struct http_server {
    struct loop *loop; /* borrowed */
    struct lws_context *lws;
    char *host, *cors_origin;
    struct http_cfg cfg;
    const struct http_route *routes;
    size_t n_routes;
    void *ctx;
    int n_claims, n_conns;
    struct http_claim claims[CLAIMS_MAX];
    ev_timer timer; /* only wakes the loop; the work is done before sleep */
    int64_t timer_due_ms;
    struct dl headers, body, idle, sending, stuck, closing;
    struct http_conn *doomed;
    struct ws *dirty_first, **dirty_last;
    unsigned char *scratch; /* [SCRATCH_BYTES] */
};

/* http.c */
void http_claim_add(struct http_server *s, const struct http_claim *claim);
void http_claim_remove(struct http_server *s, const void *ctx);
void conn_doom(struct http_conn *c);

/* http_req.c */
extern const char *const http_header_names[HTTP_HEADERS];
struct http_req *req_new(struct http_conn *c);
void req_free(struct http_req *r);
/* The client has gone: detach, and free unless a handler has it. */
void req_orphan(struct http_req *r);
/* The request is complete: hand it to its route.  Like the lws callback it is
 * called from, returns -1 to close the connection. */
int req_run(struct http_req *r);
/* Answer at once without a handler: {"success":false,"error":text}. */
int req_refuse(struct http_req *r, int status, const char *text, bool close);
/* 0, or the status for a body whose length is not told. */
int req_body_declared(struct http_req *r);
/* Let a client that waits for "100 Continue" send its body. */
int req_continue(struct http_req *r);

#endif
