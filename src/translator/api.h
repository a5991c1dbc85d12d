/* SPDX-License-Identifier: ISC */
#ifndef TRANSLATOR_API_H
#define TRANSLATOR_API_H

#include "base/buf.h"
#include "net/loop.h"
#include "translator/translator.h"

/*
 * api - what the translator tells by HTTP: /health /live /ready /stats
 * /languages.  Loop thread only; it looks at gauges and counters that any
 * thread may read.
 */
struct api;

enum {
    API_BODY_BYTES_MAX = 64 * 1024,
    API_CONNECTIONS_MAX = 256,
    API_HEADER_TIMEOUT_MS = 10000,
    API_BODY_TIMEOUT_MS = 30000,
    API_FRONT_SILENT_MS = 5000, /* a front that has not ticked so long hangs */
};

/* t is borrowed and running. */
struct api *api_open(struct loop *l, struct translator *t, struct err *err);
int api_port(const struct api *a);
void api_close(struct api *a); /* NULL is fine */

/* The bodies, for tests.  True when all is well. */
bool api_health(struct buf *b, struct translator *t);
void api_stats(struct buf *b, struct translator *t);
void api_languages(struct buf *b, const struct translator *t);

#endif
