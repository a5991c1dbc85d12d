/* SPDX-License-Identifier: ISC */
#include "gateway/routes.h"

#include <stdlib.h>

#include "base/address.h"
#include "base/clock.h"
#include "base/mem.h"
#include "gateway/reply.h"
#include "wire/json.h"

const struct http_route routes[] = {
    {HTTP_POST, "/auth/guest", http_auth_guest},
    {HTTP_POST, "/auth/register", http_auth_register},
    {HTTP_POST, "/auth/login", http_auth_login},
    {HTTP_GET, "/auth/me", http_auth_me},
    {HTTP_POST, "/auth/logout", http_auth_logout},
    {HTTP_PATCH, "/users/me", http_users_me_patch},
    {HTTP_GET, "/conversations", http_conversations_list},
    {HTTP_POST, "/conversations", http_conversations_add},
    {HTTP_GET, "/conversations/:id", http_conversation_get},
    {HTTP_GET, "/conversations/:id/messages", http_messages_list},
    {HTTP_POST, "/conversations/:id/messages", http_messages_add},
    {HTTP_GET, "/conversations/:id/glossary", http_glossary_get},
    {HTTP_PUT, "/conversations/:id/glossary", http_glossary_put},
    {HTTP_GET, "/health", http_health},
    {HTTP_GET, "/stats", http_stats},
    {HTTP_GET, "/languages", http_languages},
    {HTTP_GET, "/*", http_site},
};
const size_t n_routes = sizeof(routes) / sizeof(routes[0]);

struct authenticated {
    struct http_req *req;
    struct gateway *g;
    void (*then)(struct http_req *r, struct user *u, struct gateway *g);
};

static void
on_found(struct user *user, const struct err *err, void *ctx)
{
    struct authenticated *a = ctx;

    if (user)
        a->then(a->req, user, a->g);
    else
        http_reply_err(a->req, err);
    free(a);
}

struct span
http_req_token(const struct http_req *r)
{
    struct span header = http_req_header(r, "authorization");

    if (!span_starts(header, SPAN("Bearer ")))
        return http_req_header(r, "x-session-token");
    span_cut(&header, ' ');
    return header;
}

void
http_authenticated(struct http_req *r, struct gateway *g,
    void (*then)(struct http_req *r, struct user *u, struct gateway *g))
{
    struct authenticated *a = xcalloc(1, sizeof(*a));

    *a = (struct authenticated){r, g, then};
    auth_find(g->auth, http_req_token(r), on_found, a);
}

bool
http_allowed(const struct gateway *g, struct rate *rate,
    const struct http_req *r, struct err *err)
{
    struct span forwarded = g->cfg->trust_proxy
                                ? http_req_header(r, "x-forwarded-for")
                                : (struct span){NULL, 0};
    char address[ADDRESS_BYTES];

    address_of(http_req_peer(r), forwarded, address);
    return rate_take(rate, span_of(address), clock_mono_us()) ||
           err_set(err, FAIL_RATE, "too many attempts, wait a minute");
}

bool
http_may_write(struct gateway *g, const struct user *u, struct err *err)
{
    return rate_take(g->rate_posts, span_of(u->id), clock_mono_us()) ||
           err_set(err, FAIL_RATE, "too many changes, slow down");
}

json_t *
http_body(const struct http_req *r, struct err *err)
{
    json_t *body = json_read(http_req_body(r), err);

    if (body && !json_is_object(body)) {
        json_decref(body);
        err_set(err, FAIL_BAD_INPUT, "the body must be a JSON object");
        return NULL;
    }
    return body;
}

struct room *
http_room(const struct http_req *r, const struct user *u,
    const struct gateway *g, struct err *err)
{
    struct room *room = hub_room(g->hub, http_req_param(r, 0));

    if (room && hub_is_member(room, u))
        return room;
    err_set(err, FAIL_NOT_FOUND, "no such conversation");
    return NULL;
}

void
http_reply_data(struct http_req *r, int status, struct span data)
{
    struct buf b = {0};

    reply_ok(&b, data);
    http_reply(r, status, NULL, buf_span(&b), "Cache-Control: no-store\r\n");
    buf_free(&b);
}
