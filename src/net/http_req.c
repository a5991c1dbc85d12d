/* SPDX-License-Identifier: ISC */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "net/http_impl.h"

/* Decode s to *to, which moves on. */
static bool
decode(struct span s, bool plus, char **to, struct span *ret)
{
    long len = http_url_decode(s, plus, *to);

    if (len < 0)
        return false;
    *ret = (struct span){*to, (size_t)len};
    *to += len;
    return true;
}

static bool
decode_query(struct http_req *r, struct span query, char **to)
{
    while (query.p && r->n_query < QUERY_MAX) {
        struct span value = span_cut(&query, '&');
        struct span name = span_cut(&value, '=');
        if (name.len == 0 && !value.p)
            continue;
        if (!decode(name, true, to, &r->query[r->n_query].name) ||
            !decode(value, true, to, &r->query[r->n_query].value))
            return false;
        if (!value.p)
            r->query[r->n_query].value = SPAN("");
        r->n_query++;
    }
    return true;
}

/* Copy what a handler may ask for out of the receive buffer. */
static bool
copy_head(struct http_req *r, const struct http_head *h)
{
    size_t room = h->path.len + h->query.len;
    char *to;

    for (int i = 0; i < HEAD_HEADERS; i++)
        room += h->headers[i].len;
    to = r->text = xmalloc(room + 1);
    if (!decode(h->path, false, &to, &r->path) || !http_path_plain(r->path) ||
        !decode_query(r, h->query, &to))
        return false;
    for (int i = 0; i < HEAD_HEADERS; i++) {
        struct span value = h->headers[i];
        if (value.len == 0)
            continue;
        memcpy(to, value.p, value.len);
        r->headers[i] = (struct span){to, value.len};
        to += value.len;
    }
    return true;
}

/* What follows the server's base path, or path as it is. */
static struct span
below_base(const struct http_server *s, struct span path)
{
    size_t n = strlen(s->base_path);

    if (span_starts(path, span_of(s->base_path)) && path.len > n &&
        path.p[n] == '/')
        return (struct span){path.p + n, path.len - n};
    return path;
}

/* Several lines of X-Forwarded-For are one list (RFC 9110 5.3). */
static void
find_client(
    struct http_req *r, const struct http_conn *c, const struct http_head *head)
{
    struct buf list = {0};

    for (int i = 0; i < head->n_forwarded; i++) {
        if (i)
            buf_addc(&list, ',');
        buf_adds(&list, head->forwarded[i]);
    }
    proxies_client(c->server->proxies, c->peer, buf_span(&list), r->client);
    buf_free(&list);
}

struct http_req *
req_new(struct http_conn *c, const struct http_head *head)
{
    struct http_req *r = xcalloc(1, sizeof(*r));

    r->begun_us = clock_mono_us();
    r->method = head->method;
    r->head = head->head;
    r->http10 = head->http10;
    r->close_after = head->close || (head->http10 && !head->keep_alive);
    memcpy(r->peer, c->peer, sizeof(r->peer));
    if (!copy_head(r, head)) {
        req_free(r);
        return NULL;
    }
    r->path = below_base(c->server, r->path);
    find_client(r, c, head);
    r->conn = c;
    c->req = r;
    return r;
}

void
req_free(struct http_req *r)
{
    if (r->conn)
        r->conn->req = NULL;
    if (r->source)
        r->source->end(r->source_ctx);
    buf_free(&r->body);
    buf_free(&r->out);
    free(r->text);
    free(r);
}

void
req_orphan(struct http_req *r)
{
    const struct http_claim *claim = r->claim;

    if (r->state != REQ_HELD && r->state != REQ_RUNNING &&
        r->state != REQ_STREAM) {
        req_free(r);
        return;
    }
    r->conn->req = NULL;
    r->conn = NULL;
    if (claim)
        claim->on_gone(r, claim->ctx);
    else if (r->state == REQ_STREAM)
        r->sink->gone(r, r->sink_ctx);
}

void
req_run(struct http_req *r)
{
    struct http_conn *c = r->conn;

    dl_stop(&c->deadline);
    r->state = REQ_RUNNING;
    if (r->claim)
        r->claim->on_request(r, r->claim->ctx);
    else
        r->route->handle(r, c->server->ctx);
    if (c->req == r && r->state == REQ_RUNNING)
        r->state = REQ_HELD;
}

enum http_method
http_req_method(const struct http_req *r)
{
    return r->method;
}

struct span
http_req_path(const struct http_req *r)
{
    return r->path;
}

struct span
http_req_body(const struct http_req *r)
{
    return buf_span(&r->body);
}

struct span
http_req_query(const struct http_req *r, const char *name)
{
    for (int i = 0; i < r->n_query; i++)
        if (span_eqz(r->query[i].name, name))
            return r->query[i].value;
    return (struct span){NULL, 0};
}

struct span
http_req_header(const struct http_req *r, const char *name)
{
    for (int i = 0; i < HEAD_HEADERS; i++)
        if (strcmp(http_header_names[i], name) == 0)
            return r->headers[i];
    assert(!"a header that is not kept");
    return (struct span){NULL, 0};
}

bool
http_req_knows(const struct http_req *r, const char *etag)
{
    struct span rest = http_req_header(r, "if-none-match");

    while (rest.p) {
        struct span one = span_trim(span_cut(&rest, ','));
        if (span_starts(one, SPAN("W/")))
            one = (struct span){one.p + 2, one.len - 2};
        if (span_eqz(one, etag) || span_eqz(one, "*"))
            return true;
    }
    return false;
}

struct span
http_req_tail(const struct http_req *r)
{
    return r->match.tail;
}

struct span
http_req_param(const struct http_req *r, int i)
{
    assert(i >= 0 && i < r->match.n_params);
    return r->match.params[i];
}

size_t
http_req_route(const struct http_req *r)
{
    assert(r->route && r->conn);
    return (size_t)(r->route - r->conn->server->routes);
}

void
http_req_retry_after(struct http_req *r, int seconds)
{
    r->retry_after_s = seconds;
}

const char *
http_req_client(const struct http_req *r)
{
    return r->client;
}

const char *
http_req_peer(const struct http_req *r)
{
    return r->peer;
}

void
http_req_address(const struct http_req *r, char ret[ADDRESS_BYTES])
{
    address_of(r->client, ret);
}
