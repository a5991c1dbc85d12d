/* SPDX-License-Identifier: ISC */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/mem.h"
#include "net/http_impl.h"
#include "wire/json.h"

static const struct {
    enum lws_token_indexes token;
    enum http_method method;
    bool head;
} methods[] = {
    {WSI_TOKEN_GET_URI, HTTP_GET, false},
    {WSI_TOKEN_POST_URI, HTTP_POST, false},
    {WSI_TOKEN_OPTIONS_URI, HTTP_OPTIONS, false},
    {WSI_TOKEN_PUT_URI, HTTP_PUT, false},
    {WSI_TOKEN_PATCH_URI, HTTP_PATCH, false},
    {WSI_TOKEN_DELETE_URI, HTTP_DELETE, false},
    {WSI_TOKEN_HEAD_URI, HTTP_GET, true},
};
enum { METHODS = sizeof(methods) / sizeof(methods[0]) };

const char *const http_header_names[HTTP_HEADERS] = {"authorization",
    "x-session-token", "content-type", "origin", "if-none-match", "user-agent",
    "accept-language", "x-forwarded-for"};

/* The same order; -1 for what lws has no token for. */
static const int header_tokens[HTTP_HEADERS] = {WSI_TOKEN_HTTP_AUTHORIZATION,
    -1, WSI_TOKEN_HTTP_CONTENT_TYPE, WSI_TOKEN_ORIGIN,
    WSI_TOKEN_HTTP_IF_NONE_MATCH, WSI_TOKEN_HTTP_USER_AGENT,
    WSI_TOKEN_HTTP_ACCEPT_LANGUAGE, WSI_TOKEN_X_FORWARDED_FOR};

static size_t
header_len(struct lws *wsi, int i)
{
    char name[32];
    int n;

    if (header_tokens[i] >= 0)
        return (size_t)lws_hdr_total_length(
            wsi, (enum lws_token_indexes)header_tokens[i]);
    n = snprintf(name, sizeof(name), "%s:", http_header_names[i]);
    n = lws_hdr_custom_length(wsi, name, n);
    return n > 0 ? (size_t)n : 0;
}

/* Copy header i of len bytes to *to, which moves on. */
static struct span
copy_header(struct lws *wsi, int i, size_t len, char **to)
{
    struct span value = {*to, len};
    char name[32];
    int n;

    if (header_tokens[i] >= 0) {
        n = lws_hdr_copy(
            wsi, *to, (int)len + 1, (enum lws_token_indexes)header_tokens[i]);
    } else {
        n = snprintf(name, sizeof(name), "%s:", http_header_names[i]);
        n = lws_hdr_custom_copy(wsi, *to, (int)len + 1, name, n);
    }
    if (n < 0)
        return (struct span){NULL, 0};
    *to += len + 1;
    return span_trim(value);
}

static void
copy_query(struct http_req *r, struct lws *wsi, char **to, char *end)
{
    for (r->n_query = 0; r->n_query < QUERY_MAX; r->n_query++) {
        int n = lws_hdr_copy_fragment(
            wsi, *to, (int)(end - *to), WSI_TOKEN_HTTP_URI_ARGS, r->n_query);
        struct span name, value;

        if (n < 0)
            return;
        value = (struct span){*to, (size_t)n};
        name = span_cut(&value, '=');
        r->query[r->n_query].name = name;
        r->query[r->n_query].value = value.p ? value : SPAN("");
        *to += n + 1;
    }
}

/* Move what the handler may ask for out of the header table of lws, which goes
 * away with the connection. */
static bool
copy_head(struct http_req *r, struct lws *wsi, enum lws_token_indexes uri)
{
    size_t path_len = (size_t)lws_hdr_total_length(wsi, uri);
    size_t query_len =
        (size_t)lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_URI_ARGS);
    size_t total = path_len + query_len + QUERY_MAX + 2, len[HTTP_HEADERS];
    char *to;

    for (int i = 0; i < HTTP_HEADERS; i++) {
        len[i] = header_len(wsi, i);
        total += len[i] + 1;
    }
    to = r->text = xmalloc(total);
    if (lws_hdr_copy(wsi, to, (int)path_len + 1, uri) < 0)
        return false;
    r->path = (struct span){to, path_len};
    to += path_len + 1;
    copy_query(r, wsi, &to, r->text + path_len + query_len + QUERY_MAX + 2);
    for (int i = 0; i < HTTP_HEADERS; i++)
        if (len[i])
            r->headers[i] = copy_header(wsi, i, len[i], &to);
    return true;
}

/* Node's client goes on using the connection unless it is told. */
static bool
wants_close(struct lws *wsi)
{
    char version[16], connection[32];
    int n =
        lws_hdr_copy(wsi, connection, sizeof(connection), WSI_TOKEN_CONNECTION);

    if (n > 0 && strcasecmp(connection, "close") == 0)
        return true;
    if (n > 0 && strcasecmp(connection, "keep-alive") == 0)
        return false;
    return lws_hdr_copy(wsi, version, sizeof(version), WSI_TOKEN_HTTP) > 0 &&
           strcasecmp(version, "HTTP/1.0") == 0;
}

struct http_req *
req_new(struct http_conn *c)
{
    struct http_req *r;
    int m = 0;

    while (m < METHODS && !lws_hdr_total_length(c->wsi, methods[m].token))
        m++;
    if (m == METHODS)
        return NULL;
    r = xcalloc(1, sizeof(*r));
    r->conn = c;
    r->server = c->server;
    r->method = methods[m].method;
    r->head = methods[m].head;
    r->close_after = wants_close(c->wsi);
    memcpy(r->peer, c->peer, sizeof(r->peer));
    if (!copy_head(r, c->wsi, methods[m].token)) {
        req_free(r);
        return NULL;
    }
    c->req = r;
    return r;
}

void
req_free(struct http_req *r)
{
    if (r->conn && r->conn->req == r)
        r->conn->req = NULL;
    ev_io_stop(loop_ev(r->server->loop), &r->io);
    buf_free(&r->body);
    buf_free(&r->out);
    free(r->text);
    free(r);
}

void
req_orphan(struct http_req *r)
{
    ev_io_stop(loop_ev(r->server->loop), &r->io);
    r->conn->req = NULL;
    r->conn = NULL;
    if (r->state != REQ_HELD && r->state != REQ_RUNNING)
        req_free(r);
    else if (r->claim)
        r->claim->on_gone(r, r->claim->ctx);
}

int
req_body_declared(struct http_req *r)
{
    struct lws *wsi = r->conn->wsi;
    char text[24];
    long long len;
    int n =
        lws_hdr_copy(wsi, text, sizeof(text), WSI_TOKEN_HTTP_CONTENT_LENGTH);

    if (lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_TRANSFER_ENCODING))
        return 411; /* lws 4.1 does not read chunked requests */
    if (n <= 0)
        return r->method == HTTP_POST || r->method == HTTP_PUT ||
                       r->method == HTTP_PATCH
                   ? 411
                   : 0;
    if (!span_int((struct span){text, (size_t)n}, 0, INT64_MAX, &len))
        return 400;
    r->body_expected = (size_t)len;
    return 0;
}

int
req_continue(struct http_req *r)
{
    static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
    unsigned char bytes[LWS_PRE + sizeof(go_on)];

    if (!lws_hdr_total_length(r->conn->wsi, WSI_TOKEN_HTTP_EXPECT))
        return 0;
    memcpy(bytes + LWS_PRE, go_on, sizeof(go_on));
    return lws_write(r->conn->wsi, bytes + LWS_PRE, sizeof(go_on) - 1,
               LWS_WRITE_HTTP) < 0
               ? -1
               : 0;
}

/* The answer has left: free r and make the connection ready for the next
 * request, or -1 to close it. */
static int
done(struct http_req *r)
{
    struct http_conn *c = r->conn;
    bool close_after = r->close_after;

    req_free(r);
    if (close_after)
        return -1;
    dl_start(&c->server->idle, &c->deadline, clock_mono_ms());
    lws_rx_flow_control(c->wsi, 1);
    return lws_http_transaction_completed(c->wsi) ? -1 : 0;
}

static void
on_room(struct ev_loop *ev, ev_io *w, int revents)
{
    struct http_req *r = w->data;
    struct http_conn *c = r->conn;

    (void)ev;
    (void)revents;
    if (lws_write(c->wsi, NULL, 0, LWS_WRITE_HTTP) < 0 ||
        (!lws_partial_buffered(c->wsi) && done(r) < 0))
        conn_doom(c);
}

/* Write the answer.  What the kernel does not take lws keeps; as our flow
 * control stops lws from sending it (see http_impl.h), on_room does. */
static int
send_out(struct http_req *r)
{
    struct http_conn *c = r->conn;
    struct ev_loop *ev = loop_ev(r->server->loop);

    ev_io_stop(ev, &r->io);
    r->state = REQ_SENDING;
    if (lws_write(
            c->wsi, (unsigned char *)r->out.p, r->out.len, LWS_WRITE_HTTP) < 0)
        return -1;
    buf_free(&r->out);
    if (!lws_partial_buffered(c->wsi))
        return done(r);
    lws_rx_flow_control(c->wsi, 0);
    ev_io_init(&r->io, on_room, lws_get_socket_fd(c->wsi), EV_WRITE);
    r->io.data = r;
    ev_io_start(ev, &r->io);
    dl_start(&r->server->sending, &c->deadline, clock_mono_ms());
    return 0;
}

/* Readable while held: the client's end, or its next request. */
static void
on_peek(struct ev_loop *ev, ev_io *w, int revents)
{
    struct http_req *r = w->data;
    struct http_conn *c = r->conn;
    char byte;
    ssize_t n = recv(w->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);

    (void)revents;
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    ev_io_stop(ev, w);
    if (n > 0)
        return; /* lws reads it after the answer */
    conn_doom(c);
    req_orphan(r);
}

static void
hold(struct http_req *r)
{
    struct lws *wsi = r->conn->wsi;

    r->state = REQ_HELD;
    dl_stop(&r->conn->deadline);
    lws_set_timeout(wsi, NO_PENDING_TIMEOUT, 0);
    lws_rx_flow_control(wsi, 0);
    ev_io_init(&r->io, on_peek, lws_get_socket_fd(wsi), EV_READ);
    r->io.data = r;
    ev_io_start(loop_ev(r->server->loop), &r->io);
}

int
req_run(struct http_req *r)
{
    struct http_conn *c = r->conn;

    dl_stop(&c->deadline);
    if (r->body.len != r->body_expected)
        return -1;
    r->state = REQ_RUNNING;
    if (r->claim)
        r->claim->on_request(r, r->claim->ctx);
    else
        r->route->handle(r, r->server->ctx);
    if (r->answered)
        return send_out(r);
    hold(r);
    return 0;
}

int
req_refuse(struct http_req *r, int status, const char *text, bool close)
{
    char body[160];
    int n = 0;

    if (status != 204)
        n = snprintf(
            body, sizeof(body), "{\"success\":false,\"error\":\"%s\"}", text);
    r->state = REQ_RUNNING;
    r->close_after |= close;
    http_reply(r, status, NULL, (struct span){body, (size_t)n}, NULL);
    return send_out(r);
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
    for (int i = 0; i < HTTP_HEADERS; i++)
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

static const char *
status_text(int status)
{
    static const struct {
        int status;
        const char *text;
    } texts[] = {{200, "OK"}, {201, "Created"}, {202, "Accepted"},
        {204, "No Content"}, {301, "Moved Permanently"}, {302, "Found"},
        {304, "Not Modified"}, {400, "Bad Request"}, {401, "Unauthorized"},
        {403, "Forbidden"}, {404, "Not Found"}, {405, "Method Not Allowed"},
        {409, "Conflict"}, {411, "Length Required"}, {413, "Payload Too Large"},
        {415, "Unsupported Media Type"}, {429, "Too Many Requests"},
        {500, "Internal Server Error"}, {503, "Service Unavailable"}};

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        if (texts[i].status == status)
            return texts[i].text;
    return "Status";
}

static void
put_cors(struct buf *out, const struct http_req *r)
{
    const char *allowed = r->server->cors_origin;

    if (!*allowed)
        return;
    buf_addf(out, "Access-Control-Allow-Origin: %s\r\n", allowed);
    if (strcmp(allowed, "*") != 0)
        buf_addz(
            out, "Access-Control-Allow-Credentials: true\r\nVary: Origin\r\n");
    if (r->method == HTTP_OPTIONS)
        buf_addz(out,
            "Access-Control-Allow-Methods: GET, POST, PUT, PATCH, DELETE\r\n"
            "Access-Control-Allow-Headers: authorization, content-type, "
            "x-session-token\r\n"
            "Access-Control-Max-Age: 600\r\n");
}

void
http_reply(struct http_req *r, int status, const char *content_type,
    struct span body, const char *extra_headers)
{
    bool has_body = status != 204 && status != 304;
    struct http_conn *c = r->conn;
    struct buf *out = &r->out;

    assert(!r->answered);
    r->answered = true;
    if (!c) {
        req_free(r);
        return;
    }
    buf_reserve(out, body.len + 512);
    buf_addf(out, "HTTP/1.1 %d %s\r\n", status, status_text(status));
    if (has_body)
        buf_addf(out, "Content-Type: %s\r\nContent-Length: %zu\r\n",
            content_type ? content_type : "application/json", body.len);
    buf_addz(out, "X-Content-Type-Options: nosniff\r\n");
    put_cors(out, r);
    if (extra_headers)
        buf_addz(out, extra_headers);
    buf_addz(out, r->close_after ? "Connection: close\r\n\r\n" : "\r\n");
    if (has_body && !r->head)
        buf_adds(out, body);
    if (r->state == REQ_RUNNING)
        return; /* req_run or req_refuse sends it */
    if (send_out(r) < 0)
        conn_doom(c);
}

static const int statuses[] = {
    [FAIL_NONE] = 500,
    [FAIL_BAD_INPUT] = 400,
    [FAIL_UNAUTHORIZED] = 401,
    [FAIL_FORBIDDEN] = 403,
    [FAIL_NOT_FOUND] = 404,
    [FAIL_CONFLICT] = 409,
    [FAIL_TOO_LARGE] = 413,
    [FAIL_RATE] = 429,
    [FAIL_BUSY] = 503,
    [FAIL_SYSTEM] = 500,
};

int
http_status_of(enum fail kind)
{
    return statuses[kind];
}

void
http_reply_err(struct http_req *r, const struct err *e)
{
    struct buf body = {0};

    buf_addz(&body, "{\"success\":false,\"error\":");
    json_put_str(&body, span_of(e->text));
    buf_addf(&body, ",\"code\":\"%s\"}", fail_code(e->kind));
    http_reply(r, http_status_of(e->kind), NULL, buf_span(&body), NULL);
    buf_free(&body);
}
