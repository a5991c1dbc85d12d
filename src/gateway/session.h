/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_SESSION_H
#define GATEWAY_SESSION_H

#include "gateway/hub.h"
#include "net/sio_server.h"

/*
 * session - who a socket belongs to: checks the handshake's token before any
 * event is accepted, keeps the hub told, hands events to cmd_sio.  ctx is the
 * struct gateway.
 */
extern const struct sio_handler session_handler;

struct gateway;

enum { SESSION_ID_BYTES = 25 };
/* What a session is called: the beginning of its hash, which opens nothing. */
void session_id(const unsigned char hash[STORE_TOKEN_HASH_BYTES],
    char ret[SESSION_ID_BYTES]);

/* A session of u's has ended: so do the sockets that came in with it, here and
 * at other gateways. */
void session_ended(struct gateway *g, struct user *u,
    const unsigned char hash[STORE_TOKEN_HASH_BYTES]);

/* Put out who is here from a network that is kept out, but for admins. */
void session_bar(struct gateway *g);

/* Close u's connections; their clients come again. */
void session_hang_up(struct user *u);
struct cmd_call;
/* The hash of the session that a call came with. */
void session_of_call(
    const struct cmd_call *c, unsigned char ret[STORE_TOKEN_HASH_BYTES]);
/* All sessions of a user have ended but, where it is not NULL, this one: so do
 * their sockets, and their tokens are worth nothing at once. */
void session_all_ended(
    struct gateway *g, struct span user_id, const unsigned char *except_hash);
/* The same of what ended at another gateway. */
void session_ended_here(struct gateway *g, struct span user_id,
    const unsigned char hash[STORE_TOKEN_HASH_BYTES]);
void session_all_ended_here(
    struct gateway *g, struct span user_id, const unsigned char *except_hash);

#endif
