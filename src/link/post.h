/* SPDX-License-Identifier: ISC */
#ifndef LINK_POST_H
#define LINK_POST_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/err.h"
#include "base/proxies.h"
#include "base/span.h"

/*
 * post - a body, mostly JSON, to an address that somebody else named: to the public internet, and
 * to the networks that this server's owner allows.  What is judged is the address
 * of the connection itself, whatever the name said before; nobody is followed to
 * another one.  Owned by one thread.
 */
struct post;

enum {
    POST_URL_BYTES_MAX = 1024,
    POST_HEADERS_MAX = 6,
    POST_ANSWER_BYTES_MAX = 64 * 1024, /* of it nothing is used */
    POST_CONNECT_MS = 3000,
    POST_TIMEOUT_MS = 10000, /* of all of it */
};

/* allowed is borrowed: constant, others use it too.  stop, borrowed: true ends
 * what is under way.  NULL with err filled when libcurl does not start. */
struct post *post_new(
    const struct proxies *allowed, const atomic_bool *stop, struct err *err);
void post_free(struct post *p); /* NULL is fine */

struct post_answer {
    int status; /* 0: there was none */
    int64_t retry_after_s; /* what it asks for; 0: nothing */
};
struct post_call {
    const char *url;
    const char *type; /* of the body; NULL: JSON */
    struct post_answer *answer; /* filled unless NULL */
    const char *headers[POST_HEADERS_MAX]; /* "Name: value"; NULL ends them */
    struct span body;
};
/* True when the answer is 2xx.  err says why not, in words for who named the
 * address: of what is inside of this network nothing but that it is refused. */
bool post_do(struct post *p, const struct post_call *call, struct err *err);

/* Can a call be made of it: http or https, a host, nothing that is a password? */
bool post_url_check(struct span url, struct err *err);
/* https://host, and :port where it names one. */
void post_url_origin(const char *url, char *ret, size_t ret_bytes);
/* Its host, in small letters, as far as there is room. */
void post_url_host(const char *url, char *ret, size_t ret_bytes);

#endif
