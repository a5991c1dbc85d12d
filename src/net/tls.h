/* SPDX-License-Identifier: ISC */
#ifndef NET_TLS_H
#define NET_TLS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

/*
 * tls - the server's side of TLS 1.2 and 1.3, without sockets: bytes of the
 * peer go in, bytes for the peer and what it said come out.  Nothing of either
 * waits inside but the piece of a record that is not whole, so a caller who
 * gives what it has read misses nothing.  One thread.
 */

/* A certificate with its key. */
struct tls_keys;

/* From PEM files: the certificate with those between it and a known authority,
 * and its key without a passphrase. */
struct tls_keys *tls_keys_load(
    const char *cert, const char *key, struct err *err);
void tls_keys_free(struct tls_keys *k); /* NULL is fine */
/* When the certificate expires, in seconds since 1970. */
int64_t tls_keys_end_s(const struct tls_keys *k);

/* One connection. */
struct tls;

enum {
    TLS_HANDSHAKE_RECORD = 0x16, /* the first byte of every client */
    TLS_HANDSHAKE_BYTES_MAX = 32 * 1024, /* of the client; then it is broken */
};

/* k may be freed before it. */
struct tls *tls_new(const struct tls_keys *k);
void tls_free(struct tls *t); /* NULL is fine */

/* Understand all of in.  Appends what the peer said to plain, and what it has
 * to be sent to out.  False: it broke the protocol, or refused ours; out may
 * have an alert that says so. */
bool tls_take(
    struct tls *t, struct span in, struct buf *plain, struct buf *out);

/* Is the handshake done?  Before that nothing can be said. */
bool tls_shaken(const struct tls *t);

/* Append plain to out as the peer is to get it.  False: the connection is
 * broken. */
bool tls_seal(struct tls *t, struct span plain, struct buf *out);

/* The last words: nothing can be said after them. */
void tls_goodbye(struct tls *t, struct buf *out);

/* Bytes of memory that it has only until more of the peer arrives. */
size_t tls_held(const struct tls *t);

#endif
