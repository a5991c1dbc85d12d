/* SPDX-License-Identifier: ISC */
#include <assert.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "gateway/cmd_args.h"
#include "gateway/cmd_door.h"
#include "gateway/cmd_rate.h"
#include "gateway/cmd_table.h"
#include "gateway/gateway.h"
#include "gateway/reply.h"
#include "gateway/site.h"
#include "net/route.h"
#include "wire/json.h"

/* What a route stands for: a command, and which argument each ":name" of its
 * path is. */
struct cmd_target {
    const struct cmd *cmd;
    int n_params;
    int params[ROUTE_PARAMS_MAX];
};

enum { ETAG_HASH_BYTES = 16 };

struct http_call {
    struct cmd_call call;
    struct http_req *req;
    const struct cmd_target *target;
    json_t *body;
};

/* ---- the answer ---- */

struct http_req *
cmd_http_req(const struct cmd_call *c)
{
    assert(!c->client);
    return ((const struct http_call *)c)->req;
}

static bool
anybody_may(enum chat_act act)
{
    struct chat_actor anonymous = {0};

    return chat_may(&anonymous, act, NULL);
}

/* What anybody may read has a name for its content, so that who has it need
 * not get it again. */
static void
answer_public(struct http_req *r, const char *type, struct span body)
{
    unsigned char hash[ETAG_HASH_BYTES];
    char hex[2 * ETAG_HASH_BYTES + 1];
    char etag[sizeof(hex) + 2], headers[96];

    crypto_generichash(
        hash, sizeof(hash), (const unsigned char *)body.p, body.len, NULL, 0);
    sodium_bin2hex(hex, sizeof(hex), hash, sizeof(hash));
    snprintf(etag, sizeof(etag), "\"%s\"", hex);
    snprintf(headers, sizeof(headers),
        "ETag: %s\r\nCache-Control: no-cache\r\n", etag);
    if (http_req_knows(r, etag))
        http_reply(r, 304, type, SPAN(""), headers);
    else
        http_reply(r, 200, type, body, headers);
}

static void
reply(struct cmd_call *c, const struct cmd_reply *r)
{
    struct http_req *req = cmd_http_req(c);
    struct buf b = {0};
    struct span body = r->data;

    if (!c->cmd->bare) {
        reply_ok(&b, r->data);
        body = buf_span(&b);
    }
    if (r->status == 200 && http_req_method(req) == HTTP_GET &&
        anybody_may(c->cmd->act))
        answer_public(req, c->cmd->bare, body);
    else
        http_reply(
            req, r->status, c->cmd->bare, body, "Cache-Control: no-store\r\n");
    buf_free(&b);
}

static void
refuse(struct cmd_call *c, const struct err *err)
{
    if (err->kind == FAIL_RATE)
        http_req_retry_after(
            cmd_http_req(c), cmd_rate_retry_s(c->g->rates, c->cmd->rate));
    http_reply_err(cmd_http_req(c), err);
}

static void
address(const struct cmd_call *c, char ret[ADDRESS_BYTES])
{
    http_req_address(cmd_http_req(c), ret);
}

static void
call_free(struct cmd_call *c)
{
    json_decref(((struct http_call *)c)->body);
    free(c);
}

static const struct cmd_door door = {
    .reply = reply, .refuse = refuse, .address = address, .free = call_free};

/* ---- the arguments: of the path, then of the body or the query ---- */

static bool
read_path(struct http_call *c, struct err *err)
{
    const struct cmd_target *t = c->target;

    for (int i = 0; i < t->n_params; i++) {
        int k = t->params[i];
        if (!cmd_arg_text(&t->cmd->args[k], http_req_param(c->req, i),
                &c->call.arg[k], err))
            return false;
    }
    return true;
}

static bool
read_query(struct http_call *c, struct err *err)
{
    const struct cmd *cmd = c->target->cmd;

    for (int i = 0; i < CMD_ARGS_MAX && cmd->args[i].kind; i++) {
        const struct cmd_arg *a = &cmd->args[i];
        struct span value = http_req_query(c->req, a->name);
        if (!value.p && a->alias)
            value = http_req_query(c->req, a->alias);
        if (!c->call.arg[i].given &&
            !cmd_arg_text(a, value, &c->call.arg[i], err))
            return false;
    }
    return true;
}

static bool
read_body(struct http_call *c, struct err *err)
{
    struct span text = http_req_body(c->req);

    if (text.len == 0)
        return true;
    c->call.body = c->body = json_read(text, err);
    if (!c->body)
        return false;
    if (!json_is_object(c->body))
        return err_set(err, FAIL_BAD_INPUT, "the body must be a JSON object");
    return cmd_args_json(c->target->cmd, c->call.body, c->call.arg, err);
}

static bool
read_args(struct http_call *c, struct err *err)
{
    enum http_method method = http_req_method(c->req);
    bool rest = cmd_n_args(c->target->cmd) > c->target->n_params;
    bool in_query =
        method == HTTP_GET || method == HTTP_DELETE || c->target->cmd->streams;

    return read_path(c, err) &&
           (!rest || (in_query ? read_query(c, err) : read_body(c, err))) &&
           cmd_args_complete(c->target->cmd, c->call.arg, err);
}

/* ---- the way in ---- */

static void
go_on(struct http_call *c)
{
    struct err err;

    if (read_args(c, &err))
        cmd_start(&c->call);
    else
        cmd_refuse(&c->call, &err);
}

static void
on_user(struct user *user, const struct err *err, void *ctx)
{
    struct http_call *c = ctx;

    if (!user) {
        cmd_refuse(&c->call, err);
        return;
    }
    c->call.user = hub_user_ref(c->call.g->hub, user);
    go_on(c);
}

static struct span
token_of(const struct http_req *r)
{
    struct span header = http_req_header(r, "authorization");

    if (!span_starts(header, SPAN("Bearer ")))
        return http_req_header(r, "x-session-token");
    span_cut(&header, ' ');
    return header;
}

static void
on_request(struct http_req *r, void *ctx)
{
    const struct cmd_http *h = ctx;
    struct http_call *c = xcalloc(1, sizeof(*c));

    c->req = r;
    c->target = &h->targets[http_req_route(r)];
    c->call.cmd = c->target->cmd;
    c->call.door = &door;
    c->call.begun_us = clock_mono_us();
    c->call.g = h->g;
    c->call.token = token_of(r);
    if (anybody_may(c->call.cmd->act))
        go_on(c);
    else
        auth_find(h->g->auth, c->call.token, on_user, c);
}

static void
on_file(struct http_req *r, void *ctx)
{
    site_serve(((const struct cmd_http *)ctx)->g->site, r);
}

/* ---- the routes ---- */

static void
add(struct cmd_http *h, const struct cmd *cmd, const struct cmd_route *route)
{
    struct cmd_target *t = &h->targets[h->n_routes];
    struct span rest = span_of(route->pattern);

    h->routes[h->n_routes++] =
        (struct http_route){route->method, route->pattern, on_request};
    t->cmd = cmd;
    while (rest.p) {
        struct span part = span_cut(&rest, '/');
        if (!span_starts(part, SPAN(":")))
            continue;
        t->params[t->n_params] =
            cmd_find_arg(cmd, (struct span){part.p + 1, part.len - 1});
        assert(t->params[t->n_params] >= 0);
        t->n_params++;
    }
}

struct cmd_http *
cmd_http_new(struct gateway *g)
{
    size_t max = cmd_table_len * CMD_ROUTES_MAX + 1;
    struct cmd_http *h = xcalloc(1, sizeof(*h));

    h->g = g;
    h->routes = xcalloc(max, sizeof(*h->routes));
    h->targets = xcalloc(max, sizeof(*h->targets));
    for (size_t i = 0; i < cmd_table_len; i++) {
        const struct cmd *cmd = cmd_table[i];
        for (int k = 0; k < CMD_ROUTES_MAX && cmd->routes[k].pattern; k++)
            add(h, cmd, &cmd->routes[k]);
    }
    h->routes[h->n_routes++] = (struct http_route){HTTP_GET, "/*", on_file};
    return h;
}

size_t
cmd_http_body_max(size_t route, void *ctx)
{
    const struct cmd_http *h = ctx;
    const struct cmd *cmd = h->targets[route].cmd;

    if (cmd && cmd->streams)
        return (size_t)h->g->cfg->file_mb << 20;
    return cmd && cmd->body_bytes_max ? cmd->body_bytes_max
                                      : CMD_BODY_BYTES_MAX;
}

bool
cmd_http_streams(size_t route, void *ctx)
{
    const struct cmd *cmd = ((const struct cmd_http *)ctx)->targets[route].cmd;

    return cmd && cmd->streams;
}

void
cmd_http_free(struct cmd_http *h)
{
    if (!h)
        return;
    free(h->routes);
    free(h->targets);
    free(h);
}
