/* SPDX-License-Identifier: ISC */
#ifndef NET_TESTPEER_H
#define NET_TESTPEER_H

#include "base/buf.h"
#include "net/loop.h"

/*
 * testpeer - a blocking client for the tests of net: raw bytes over TCP and
 * hand-made WebSocket frames.  Every wait ends after PEER_WAIT_MS.  Where the
 * environment has NET_TEST_TLS all of it goes through TLS.
 */
enum { PEER_WAIT_MS = 10000 };

struct testpeer {
    int fd;
    struct ssl_st *tls; /* or NULL */
    struct buf in; /* received, not yet taken */
};

/* The PEM file of the server's certificate and key; NULL: no TLS. */
const char *testpeer_certificate(void);
/* Make another one.  It goes with the program; ret_path needs 40 bytes. */
void testpeer_certify(char *ret_path);

void testpeer_open(struct testpeer *p, int port);
/* From another address of this machine, "127.0.0.2". */
void testpeer_open_from(struct testpeer *p, int port, const char *from);
/* Without TLS. */
void testpeer_open_plain(struct testpeer *p, int port);
/* The handshake of TLS.  False: it failed. */
bool testpeer_shake(struct testpeer *p);
void testpeer_close(struct testpeer *p);
void testpeer_send(struct testpeer *p, const char *text);
void testpeer_send_bytes(struct testpeer *p, struct span bytes);

/* Read until needle has arrived and take everything up to its end.  False
 * when the other side closed or the time is over. */
bool testpeer_until(struct testpeer *p, const char *needle);

/* Read and take exactly n bytes. */
bool testpeer_take(struct testpeer *p, size_t n, struct buf *to);

/* Read until the other side closes. */
bool testpeer_closed(struct testpeer *p);

/* Send a request, read the response with its body; returns the status. */
int testpeer_request(struct testpeer *p, const char *head, struct buf *body);

/* Is the answer this one?  body may be NULL: any.  Prints what else it was. */
bool testpeer_says(
    struct testpeer *p, const char *head, int status, const char *body);

/* Upgrade; path with its query.  Returns the status: 101. */
int testpeer_upgrade(struct testpeer *p, const char *path);
void testpeer_frame(struct testpeer *p, int opcode, struct span payload);
void testpeer_say(struct testpeer *p, const char *text); /* a text frame */

/* The next frame: its opcode, or -1.  payload is reset first. */
int testpeer_next(struct testpeer *p, struct buf *payload);
/* Is the next frame this text?  Pings of Engine.IO ("2") are skipped. */
bool testpeer_hears(struct testpeer *p, const char *text);
/* Skip to the close frame and return its code; 0 without one. */
int testpeer_close_code(struct testpeer *p);

/* Run body in a thread of its own while l runs; it ends the loop. */
void testpeer_run(struct loop *l, int port, void (*body)(int port));

#endif
