/* SPDX-License-Identifier: ISC */
#ifndef NET_WS_IMPL_H
#define NET_WS_IMPL_H

#include "net/http_impl.h"

/* The side of ws that belongs to its connection. */

/* The handshake r is fine: answer it, and own the connection from now on.
 * Frees r. */
void ws_established(struct http_conn *c, struct http_req *r, struct span key);

/* Understand frames at the beginning of in, which is changed; returns what is
 * left for when more has arrived, or for the next turn (ws_paused). */
struct span ws_received(struct ws *w, struct span in);

/* Bytes of a message whose end has not arrived. */
size_t ws_held(const struct ws *w);
/* They are too much: close. */
void ws_too_much(struct ws *w);

void ws_writable(struct ws *w);
bool ws_paused(const struct ws *w);
void ws_gone(struct ws *w); /* the connection is destroyed: frees w */

/* End of turn: write what was queued for all. */
void ws_flush_all(struct http_server *s);

/* Nothing has left for too long. */
void ws_too_slow(struct ws *w);

#endif
