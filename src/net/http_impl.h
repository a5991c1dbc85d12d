/* SPDX-License-Identifier: ISC */
#ifndef NET_HTTP_IMPL_H
#define NET_HTTP_IMPL_H

#include <ev.h>
#include <libwebsockets.h>
#include <time.h>

#include "base/crowd.h"
#include "base/fair.h"
#include "base/proxies.h"
#include "net/backlog.h"
#include "net/dl.h"
#include "net/hosts.h"
#include "net/http.h"
#include "net/http_chunks.h"
#include "net/http_head.h"
#include "net/http_hold.h"
#include "net/route.h"
#include "net/share.h"
#include "net/tls.h"
#include "net/ws.h"

/*
 * The inside of http, shared by http.c (server, time), http_lws.c (sockets),
 * http_wire.c (their bytes, TLS), http_conn.c (connections), http_req.c (requests), http_reply.c (answers),
 * ws.c (WebSockets) and eio_server.
 *
 * DESIGN: libwebsockets listens, accepts, reads and writes (its "raw socket"
 * role).  TLS is ours (tls.h): that of lws keeps bytes that it has decrypted
 * until something else arrives on the socket.  HTTP and WebSocket framing are ours, because lws 4.1 gets them wrong where a server
 * facing the internet cannot afford it (each seen, not read about):
 *
 * - two pipelined requests, the second with a body, send it into an endless
 *   loop, after it has taken the second's head for its body;
 * - while a request waits for its answer it neither notices that the client
 *   has gone nor stops spinning when there is something to read;
 * - unmasked frames are accepted, of ten pings one is answered, and a few
 *   more points of RFC 6455;
 * - each WebSocket holds a receive buffer of its own.
 *
 * All deadlines are ours too (struct dl, checked once per loop turn): timers
 * of lws start late while its libev plug-in sleeps on a later one.  And all
 * closing is put off to the end of the turn (conn_doom), so that no callback
 * finds its connection gone.
 */
enum {
    CLAIMS_MAX = 4,
    PEER_BYTES = 48,
    QUERY_MAX = 16,
    SCRATCH_BYTES = 64 * 1024, /* gathered for one write */
    PIPELINED_BYTES_MAX = 64 * 1024, /* kept while a request is answered */
    DATE_BYTES = 40,
    REQUESTS_PER_TURN = 32, /* of one connection, then others get theirs */
};

/* A path that belongs to an eio_server. */
struct http_claim {
    struct span path;
    /* Bytes that a body, or a message of a WebSocket, may have; 0: it is
     * refused whatever it has, so call on_request without it. */
    size_t (*body_max)(const struct http_req *r, void *ctx);
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
    struct tls *tls; /* once a handshake has begun */
    struct buf raw; /* of a handshake, waiting for its turn; of PROXY */
    struct fair_entry *shake_turn; /* in the server's shakes, or NULL */
    struct buf in; /* received, not yet understood */
    struct hold_place *place;
    size_t held; /* bytes that place knows of */
    struct backlog_entry behind;
    size_t rest; /* of the last write, at most, what lws still holds */
    /* Of its address; behind a proxy, of whom the last request was from. */
    struct share *share;
    struct share_wait wait;
    size_t skip; /* bytes of a refused body that are still to come */
    struct http_conn *doom_next, *later_next;
    bool heralded; /* begins with the PROXY protocol, or may */
    bool proxied; /* its peer speaks for others */
    bool counted; /* among the connections of its address */
    bool secret; /* speaks TLS and nothing else */
    bool doomed; /* closed at the end of the turn */
    bool later; /* has requests left for the next turn */
    bool pumping; /* conn_pump is at work on it */
    bool stuck; /* lws holds a rest of the last write */
    bool deaf; /* reading is switched off */
    bool ending; /* all is said; waiting for the peer to close */
    char peer[PEER_BYTES];
};

enum req_state {
    REQ_BODY, /* still arriving */
    REQ_RUNNING, /* in its handler for the first time */
    REQ_HELD, /* answer to come later */
    REQ_STREAM, /* arriving, and handed on piece by piece */
    REQ_SENDING, /* the answer is leaving */
};

struct http_req {
    struct http_conn *conn; /* NULL: the client has gone */
    enum req_state state;
    enum http_method method;
    bool head, answered, close_after, http10;
    int retry_after_s; /* of 429 and 503; 0: the usual */
    const struct http_route *route;
    const struct http_claim *claim;
    char *text; /* path, query and headers lie in here */
    struct span path, headers[HEAD_HEADERS];
    struct route_match match;
    int n_query;
    struct {
        struct span name, value;
    } query[QUERY_MAX];
    size_t body_len; /* as announced; of one in chunks, the most it may be */
    bool chunked, expects; /* "100 Continue" */
    /* The body as a stream: what takes it, how much it has, and whether its end
     * is there. */
    const struct http_sink *sink;
    void *sink_ctx;
    size_t taken, step; /* step: since the deadline was set */
    bool streams, paused, taken_all;
    /* The answer as a stream, and how much is still to come. */
    const struct http_source *source;
    void *source_ctx;
    int64_t left;
    struct http_chunks chunks;
    struct buf body, out;
    char peer[PEER_BYTES];
    char client[ADDRESS_BYTES];
    int64_t begun_us; /* clock_mono_us */
};

struct http_server {
    struct loop *loop; /* borrowed */
    struct lws_context *lws;
    char *host, *cors_origin, *base_path;
    struct hosts *hosts; /* NULL: any */
    struct proxies *proxies;
    struct hold *hold;
    struct backlog *backlog;
    struct shares *shares;
    struct crowd *peers; /* connections by address; NULL: no limit */
    struct http_cfg cfg;
    const struct http_route *routes;
    size_t n_routes;
    void *ctx;
    int n_claims, n_conns;
    int n_accepts; /* in this turn */
    struct lws *sated; /* a listener that has had all of them, or NULL */
    struct http_counts counts;
    struct tls_keys *keys; /* NULL: no TLS */
    struct fair *shakes; /* of connections, by address */
    struct buf sealed, opened; /* of the connection at work */
    struct http_claim claims[CLAIMS_MAX];
    ev_timer timer; /* only wakes the loop; the work is done before sleep */
    int64_t timer_due_ms;
    struct dl headers, body, idle, sending, stuck, closing;
    struct http_conn *doomed, *later;
    struct ws *dirty_first, **dirty_last;
    unsigned char *scratch; /* [SCRATCH_BYTES] */
    time_t date_s; /* whose text date is */
    char date[DATE_BYTES]; /* as in answers */
};

/* http.c */
void http_claim_add(struct http_server *s, const struct http_claim *claim);
void http_claim_remove(struct http_server *s, const void *ctx);

/* http_lws.c */
bool http_listen(struct http_server *s, struct err *err);
/* A turn has ended: as many more may connect. */
void http_accept_again(struct http_server *s);

/* http_conn.c */
struct http_conn *conn_new(struct http_server *s, struct lws *wsi);
/* It is of another address, "" of the same. */
void conn_is_from(struct http_conn *c, const char *client);
void conn_free(struct http_conn *c); /* its socket is closed */
/* Bytes have been said; they may be changed in place. */
void conn_received(struct http_conn *c, char *p, size_t n);
/* What lws held back has left. */
void conn_writable(struct http_conn *c);
/* Work on what has arrived, as far as it goes. */
void conn_pump(struct http_conn *c);
/* Count what it holds, and read on or not. */
void conn_settle(struct http_conn *c);
void conn_adjust_flow(struct http_conn *c);
/* All has been written: let the peer close first, but not for long. */
void conn_finish(struct http_conn *c);
/* Close at the end of this turn, whatever is still to be sent. */
void conn_doom(struct http_conn *c);
/* Headers or body took too long. */
void conn_say_timeout(struct http_conn *c);
void conn_continue(struct http_conn *c); /* "100 Continue" */

/* http_wire.c */
/* Count what it has not read. */
void conn_note_unread(struct http_conn *c);
/* The socket has delivered bytes; they may be changed in place. */
void conn_arrived(struct http_conn *c, char *p, size_t n);
/* Write, now; lws keeps what the kernel does not take (c->stuck).  False when
 * the connection is broken, which is then doomed. */
bool conn_write(struct http_conn *c, const void *p, size_t n);
/* Say that nothing follows. */
void conn_goodbye(struct http_conn *c);
/* Nothing can be said, because the handshake is not done? */
bool conn_is_mute(const struct http_conn *c);
/* Work on handshakes.  True: some wait for the next turn of the loop. */
bool wire_shake(struct http_server *s);
/* Bytes that have arrived and wait. */
size_t wire_held(const struct http_conn *c);
bool wire_is_full(const struct http_conn *c);
void wire_close(struct http_conn *c);

/* http_req.c */
/* NULL when the target cannot be decoded. */
struct http_req *req_new(struct http_conn *c, const struct http_head *head);
void req_free(struct http_req *r);
/* The client has gone: detach, and free unless a handler has it. */
void req_orphan(struct http_req *r);
/* The body is complete, or the route streams: hand it to the route. */
void req_run(struct http_req *r);
/* Take what has arrived of the body of a request that streams. */
void req_stream(struct http_req *r, struct span *in);

/* http_reply.c */
/* Answer without a handler: {"success":false,"error":text,"code":...}; text
 * NULL is the name of the status. */
void req_refuse(struct http_req *r, int status, const char *text);
/* The same on a connection without a request, and close. */
void conn_refuse(struct http_conn *c, int status, const char *text);
/* A line of the access log. */
void req_log(const struct http_req *r, int status, size_t bytes);
/* The answer has been taken by the kernel. */
void req_sent(struct http_req *r);

#endif
