/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_ROUTES_H
#define GATEWAY_ROUTES_H

#include "gateway/gateway.h"

/*
 * routes - the REST interface.  A new route is a handler in some http_*.c and
 * a line in routes.c's table.
 */
extern const struct http_route routes[];
extern const size_t n_routes;

/* Answer 401 unless the request carries a session's token (Authorization:
 * Bearer, or X-Session-Token); then go on with its user. */
void http_authenticated(struct http_req *r, struct gateway *g,
    void (*then)(struct http_req *r, struct user *u, struct gateway *g));

/* The token of a request; {NULL,0} when it has none. */
struct span http_req_token(const struct http_req *r);

/* The body as a JSON object, owned by the caller; NULL with err filled. */
json_t *http_body(const struct http_req *r, struct err *err);

/* The conversation that a route's first parameter names, when u is a member;
 * else NULL and FAIL_NOT_FOUND, so that nobody learns which ones exist. */
struct room *http_room(const struct http_req *r, const struct user *u,
    const struct gateway *g, struct err *err);

/* Limits, for who may not be known, and for who is: FAIL_RATE. */
bool http_allowed(const struct gateway *g, struct rate *rate,
    const struct http_req *r, struct err *err); /* by address */
bool http_may_write(struct gateway *g, const struct user *u, struct err *err);

/* {"success":true,"data":...}. */
void http_reply_data(struct http_req *r, int status, struct span data);

void http_auth_guest(struct http_req *r, void *ctx);
void http_auth_register(struct http_req *r, void *ctx);
void http_auth_login(struct http_req *r, void *ctx);
void http_auth_me(struct http_req *r, void *ctx);
void http_auth_logout(struct http_req *r, void *ctx);
void http_users_me_patch(struct http_req *r, void *ctx);
void http_conversations_list(struct http_req *r, void *ctx);
void http_conversations_add(struct http_req *r, void *ctx);
void http_conversation_get(struct http_req *r, void *ctx);
void http_messages_list(struct http_req *r, void *ctx);
void http_messages_add(struct http_req *r, void *ctx);
void http_glossary_get(struct http_req *r, void *ctx);
void http_glossary_put(struct http_req *r, void *ctx);
void http_health(struct http_req *r, void *ctx);
void http_stats(struct http_req *r, void *ctx);
void http_languages(struct http_req *r, void *ctx);
void http_site(struct http_req *r, void *ctx);

#endif
