/* SPDX-License-Identifier: ISC */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

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

struct http_req *
req_new(struct http_conn *c, const struct http_head *head)
{
    struct http_req *r = xcalloc(1, sizeof(*r));

    r->method = head->method;
    r->head = head->head;
    r->close_after = head->close || head->http10;
    memcpy(r->peer, c->peer, sizeof(r->peer));
    if (!copy_head(r, head)) {
        req_free(r);
        return NULL;
    }
    r->conn = c;
    c->req = r;
    return r;
}

void
req_free(struct http_req *r)
{
    if (r->conn)
        r->conn->req = NULL;
    buf_free(&r->body);
    buf_free(&r->out);
    free(r->text);
    free(r);
}

void
req_orphan(struct http_req *r)
{
    const struct http_claim *claim = r->claim;

    if (r->state != REQ_HELD && r->state != REQ_RUNNING) {
        req_free(r);
        return;
    }
    r->conn->req = NULL;
    r->conn = NULL;
    if (claim)
        claim->on_gone(r, claim->ctx);
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

const char *
http_req_peer(const struct http_req *r)
{
    return r->peer;
}
