/* SPDX-License-Identifier: ISC */
#ifndef NET_EIO_IMPL_H
#define NET_EIO_IMPL_H

#include "base/crowd.h"
#include "base/map.h"
#include "net/backlog.h"
#include "net/dl.h"
#include "net/eio_server.h"
#include "net/frame.h"
#include "net/share.h"
#include "net/ws.h"
#include "wire/eio.h"

/*
 * The inside of eio_server: sessions and heartbeat (eio_server.c) over the
 * polling transport (eio_poll.c) and the WebSocket one (eio_ws.c).
 */
enum { SID_LEN = 20 };

/* What a session needs only until it has a WebSocket. */
struct eio_poll {
    struct dl_node upgrade; /* running while probe is there */
    struct http_req *get; /* held until there is something to send */
    struct http_req *post; /* held until its packets are worked off */
    struct span post_rest;
    struct buf scratch; /* a decoded binary packet */
    struct frameq out;
    struct backlog_entry behind;
    struct eio_session *session;
    struct ws *probe; /* a WebSocket that wants to take over */
    bool probed; /* it has said "2probe" */
};

struct eio_session {
    struct dl_node heartbeat; /* next ping, or the end of waiting for a pong */
    struct eio_server *server;
    struct eio_session *prev, *next; /* of all that are open */
    struct eio_session *later; /* in the list of those with work left */
    struct ws *ws; /* the transport, or NULL while polling */
    struct eio_poll *poll; /* NULL once on a WebSocket */
    struct share *share; /* of its address, and waiting for time */
    struct share_wait wait;
    char *hello; /* peer and EIO_HEADERS, each with its NUL */
    void *user;
    unsigned turn, packets; /* packets taken in that turn */
    bool trusted;
    bool closed; /* on_close was called; freed at the end of the turn */
    bool waiting; /* in the list of those with work left */
    bool paused;
    bool mapped; /* in by_sid */
    char sid[SID_LEN + 1];
};

struct eio_server {
    struct http_server *http;
    struct eio_cfg cfg;
    char *path;
    struct eio_handler handler;
    void *ctx;
    struct map *by_sid; /* those that poll or once did */
    struct eio_session *first;
    struct eio_session *closed; /* to be freed, by next */
    /* With packets left for the next turn, who waits longest first. */
    struct eio_session *later, **later_last;
    struct shares *shares; /* of http */
    struct dl pings, pongs, upgrades;
    struct eio_frame *ping, *pong_probe, *noop;
    struct crowd *strangers; /* by address */
    int n_strangers;
    struct eio_counts counts;
    unsigned turn;
};

/* eio_server.c */
struct eio_session *session_open(
    struct eio_server *s, struct http_req *r, struct ws *ws);
/* May another session begin, that nobody knows yet? */
bool session_has_place(struct eio_server *s, const struct http_req *r);
struct eio_session *session_find(struct eio_server *s, struct span sid);
/* Send the pings that are due and close those who owe a pong. */
void session_beat(struct eio_server *s, int64_t now_ms);
/* One packet of the client.  False: the session was closed. */
bool session_packet(struct eio_session *s, const struct eio_packet *p);
/* May it take another packet in this turn?  When not, it goes on in a later one:
 * by poll_continue, or its WebSocket is paused until then. */
bool session_may_take(struct eio_session *s);
/* Close: it does not read what there is for it. */
void session_slow(struct eio_session *s);
void session_bad(struct eio_session *s); /* close: malformed input */
/* Forget the session without touching its transport. */
void session_end(struct eio_session *s, const char *reason);

/* eio_poll.c */
struct eio_poll *poll_new(struct eio_session *s);
void poll_free(struct eio_session *s); /* s->poll, and forget it */
void poll_queue(struct eio_session *s, struct eio_frame *f);
void poll_request(struct http_req *r, void *ctx);
void poll_gone(struct http_req *r, void *ctx);
void poll_continue(struct eio_session *s);
void poll_flush(struct eio_session *s);
/* Answer what is held: the GET with text, the POST with "ok" or 400. */
void poll_end(struct eio_session *s, const char *text, bool post_ok);

/* eio_ws.c */
extern const struct ws_handler eio_ws_handler;
const char *eio_check_upgrade(struct http_req *r, void *ctx);

#endif
