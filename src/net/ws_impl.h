/* SPDX-License-Identifier: ISC */
#ifndef NET_WS_IMPL_H
#define NET_WS_IMPL_H

#include "net/http_impl.h"

/* The side of ws that http.c drives from lws callbacks.  Those that return
 * int return what the callback shall: -1 closes the connection. */
int ws_established(struct http_conn *c);
int ws_received(struct ws *w, struct span chunk);
int ws_writable(struct ws *w);
int ws_peer_closing(struct ws *w, struct span payload);
void ws_gone(struct ws *w); /* the connection is destroyed: frees w */

/* End of turn: write what was queued for all. */
void ws_flush_all(struct http_server *s);

/* Nothing has left for too long. */
void ws_too_slow(struct ws *w);

/* Put a close frame with 1001 on the wire now, as far as it goes. */
void ws_going_away(struct ws *w);

#endif
