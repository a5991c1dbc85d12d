/* SPDX-License-Identifier: ISC */
#ifndef LINK_CLIENT_H
#define LINK_CLIENT_H

#include "base/buf.h"
#include "base/err.h"

/*
 * client - HTTP calls, one at a time, over connections that are kept.  Owned
 * by one thread.
 */
struct client;

enum {
    CLIENT_ANSWER_BYTES_MAX = 8 * 1024 * 1024,
    CLIENT_URL_BYTES_MAX = 1024,
};

/* NULL with err filled when libcurl does not start.  timeout_ms bounds each
 * call as a whole. */
struct client *client_new(int timeout_ms, struct err *err);
void client_free(struct client *c); /* NULL is fine */

struct client_call {
    const char *method; /* "GET" */
    struct span base; /* "http://127.0.0.1:3000", a final / is fine */
    const char *path; /* "/stats" */
    const char *token; /* Bearer; NULL: none */
    const char *authorization; /* the header's value, without a token */
    struct span body; /* absent: none */
    const char *type; /* of the body; NULL: JSON */
};

/* True with the body in ret (replaced) when the answer is 2xx.  Otherwise err
 * says why, in the server's words where it has some. */
bool client_do(struct client *c, const struct client_call *call,
    struct buf *ret, struct err *err);

#endif
