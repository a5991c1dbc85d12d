/* SPDX-License-Identifier: ISC */
#ifndef TRANSLATOR_ZAP_H
#define TRANSLATOR_ZAP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

/*
 * zap - which gateways may connect: those whose public keys are listed.
 * ZeroMQ asks for each connection with CURVE of its context (RFC 27/ZAP).
 * One thread.
 */
struct zap;

#define ZAP_DOMAIN "meeshy"

/* keys: public keys in Z85 with commas; "": nobody may.  Open it before any
 * socket is bound; borrows zmq. */
struct zap *zap_new(void *zmq, const char *keys, struct err *err);
void zap_free(struct zap *z); /* NULL is fine */

/* To be polled for input, then served. */
void *zap_socket(struct zap *z);
void zap_serve(struct zap *z);

/* Are these such keys? */
bool zap_check(const char *keys, struct err *err);

/* Connections turned away, since the last call. */
unsigned zap_refused(struct zap *z);

#endif
