/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_SESSION_H
#define GATEWAY_SESSION_H

#include "gateway/hub.h"
#include "net/sio_server.h"

/*
 * session - who a socket belongs to: checks the handshake's token before any
 * event is accepted, keeps the hub told, hands events to ev.  ctx is the
 * struct gateway.
 */
extern const struct sio_handler session_handler;

/* A session of u's has ended: so do the sockets that came in with it. */
void session_ended(
    struct user *u, const unsigned char hash[STORE_TOKEN_HASH_BYTES]);

#endif
