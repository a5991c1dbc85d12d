/* SPDX-License-Identifier: ISC */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "net/http_impl.h"
#include "wire/json.h"

enum {
    HEAD_ROOM = 512, /* for the usual head of an answer */
    RETRY_AFTER_S = 1,
};

static const char *
status_text(int status)
{
    static const struct {
        int status;
        const char *text;
    } texts[] = {{200, "OK"}, {201, "Created"}, {202, "Accepted"},
        {204, "No Content"}, {206, "Partial Content"},
        {301, "Moved Permanently"}, {302, "Found"}, {303, "See Other"},
        {304, "Not Modified"}, {307, "Temporary Redirect"},
        {308, "Permanent Redirect"}, {400, "Bad Request"},
        {401, "Unauthorized"}, {403, "Forbidden"}, {404, "Not Found"},
        {408, "Request Timeout"}, {405, "Method Not Allowed"},
        {409, "Conflict"}, {410, "Gone"}, {411, "Length Required"},
        {413, "Content Too Large"}, {415, "Unsupported Media Type"},
        {416, "Range Not Satisfiable"}, {421, "Misdirected Request"},
        {422, "Unprocessable Content"}, {426, "Upgrade Required"},
        {429, "Too Many Requests"}, {431, "Request Header Fields Too Large"},
        {500, "Internal Server Error"}, {501, "Not Implemented"},
        {502, "Bad Gateway"}, {503, "Service Unavailable"},
        {504, "Gateway Timeout"}};

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        if (texts[i].status == status)
            return texts[i].text;
    return "Status";
}

/* The answer has left, or a piece of it: free r, make the connection ready for
 * the next. */
void
req_sent(struct http_req *r)
{
    struct http_conn *c = r->conn;
    bool close_after = r->close_after;

    if (r->left > 0) {
        dl_stop(&c->deadline);
        r->source->more(r, r->source_ctx);
        return;
    }
    req_free(r);
    if (close_after) {
        conn_finish(c);
        return;
    }
    dl_start(&c->server->idle, &c->deadline, clock_mono_ms());
    conn_pump(c);
}

static void
send_out(struct http_req *r)
{
    struct http_conn *c = r->conn;
    bool written;

    r->state = REQ_SENDING;
    written = conn_write(c, r->out.p, r->out.len);
    buf_free(&r->out);
    if (!written)
        return; /* r goes with its connection */
    if (c->stuck)
        dl_start(&c->server->sending, &c->deadline, clock_mono_ms());
    else
        req_sent(r);
}

/* The route and not the path, which may have ids and secrets in it. */
void
req_log(const struct http_req *r, int status, size_t bytes)
{
    static const char *const methods[] = {[HTTP_GET] = "GET",
        [HTTP_POST] = "POST",
        [HTTP_PUT] = "PUT",
        [HTTP_PATCH] = "PATCH",
        [HTTP_DELETE] = "DELETE",
        [HTTP_OPTIONS] = "OPTIONS"};
    struct span route = r->route   ? span_of(r->route->pattern)
                        : r->claim ? r->claim->path
                                   : SPAN("-");

    log_info("access method=%s route=%.*s status=%d bytes=%zu ms=%.3f "
             "address=%s",
        r->head ? "HEAD" : methods[r->method], SPAN_ARG(route), status, bytes,
        (double)(clock_mono_us() - r->begun_us) / 1e3, r->client);
}

static void
put_cors(struct buf *out, const struct http_req *r)
{
    const char *allowed = r->conn->server->cors_origin;

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

/* The names of methods, and of HEAD, which comes with GET. */
static const char *const method_names[] = {[HTTP_GET] = "GET, HEAD",
    [HTTP_POST] = "POST",
    [HTTP_PUT] = "PUT",
    [HTTP_PATCH] = "PATCH",
    [HTTP_DELETE] = "DELETE",
    [HTTP_OPTIONS] = "OPTIONS"};

/* What the path takes; RFC 9110 wants to hear it with every 405. */
static void
put_allow(struct buf *out, const struct http_req *r)
{
    const struct http_server *s = r->conn->server;
    bool seen[HTTP_OPTIONS + 1] = {false};
    struct route_match unused;

    for (size_t i = 0; i < s->n_routes; i++)
        if (route_matches(s->routes[i].pattern, r->path, &unused))
            seen[s->routes[i].method] = true;
    buf_addz(out, "Allow: OPTIONS");
    for (int m = HTTP_GET; m < HTTP_OPTIONS; m++)
        if (seen[m])
            buf_addf(out, ", %s", method_names[m]);
    buf_addz(out, "\r\n");
}

static const char *
date_of(struct http_server *s)
{
    time_t now = time(NULL);
    struct tm tm;

    if (now != s->date_s) {
        gmtime_r(&now, &tm);
        strftime(s->date, sizeof(s->date), "%a, %d %b %Y %H:%M:%S GMT", &tm);
        s->date_s = now;
    }
    return s->date;
}

/* What the status asks for, beside what the handler says. */
static void
put_status_headers(struct buf *out, const struct http_req *r, int status)
{
    switch (status) {
    case 204:
        if (r->method == HTTP_OPTIONS && !r->claim)
            put_allow(out, r);
        break;
    case 401:
        buf_addz(out, "WWW-Authenticate: Bearer realm=\"meeshy\"\r\n");
        break;
    case 405:
        put_allow(out, r);
        break;
    case 426:
        buf_addz(out, "Sec-WebSocket-Version: 13\r\nUpgrade: websocket\r\n");
        break;
    case 429:
    case 503:
        buf_addf(out, "Retry-After: %d\r\n",
            r->retry_after_s ? r->retry_after_s : RETRY_AFTER_S);
        break;
    default:
        break;
    }
}

static void
put_connection(struct buf *out, const struct http_req *r)
{
    /* Node's client goes on using the connection unless it is told. */
    if (r->close_after)
        buf_addz(out, "Connection: close\r\n");
    else if (r->http10)
        buf_addz(out, "Connection: keep-alive\r\n");
}

/* The head of an answer; body_len -1: it has no body. */
static void
put_head(struct http_req *r, int status, const char *content_type,
    int64_t body_len, const char *extra_headers)
{
    struct buf *out = &r->out;

    if (r->conn->server->cfg.access_log)
        req_log(r, status, body_len > 0 ? (size_t)body_len : 0);
    buf_addf(out, "HTTP/1.1 %d %s\r\nDate: %s\r\n", status, status_text(status),
        date_of(r->conn->server));
    if (body_len >= 0)
        buf_addf(out, "Content-Type: %s\r\nContent-Length: %lld\r\n",
            content_type ? content_type : "application/json",
            (long long)body_len);
    buf_addz(out, "X-Content-Type-Options: nosniff\r\n");
    if (r->conn->secret && r->conn->server->cfg.hsts_s > 0)
        buf_addf(out, "Strict-Transport-Security: max-age=%d\r\n",
            r->conn->server->cfg.hsts_s);
    put_cors(out, r);
    if (!extra_headers || !strstr(extra_headers, "Retry-After:"))
        put_status_headers(out, r, status);
    if (extra_headers)
        buf_addz(out, extra_headers);
    put_connection(out, r);
    buf_addz(out, "\r\n");
}

/* False: nobody waits for the answer, and r is gone. */
static bool
begin_answer(struct http_req *r)
{
    assert(!r->answered);
    r->answered = true;
    if (!r->conn) {
        req_free(r);
        return false;
    }
    /* What of the body is not read lies before the next request. */
    if (r->streams && !r->taken_all)
        r->close_after = true;
    return true;
}

void
http_reply(struct http_req *r, int status, const char *content_type,
    struct span body, const char *extra_headers)
{
    bool has_body = status != 204 && status != 304;

    if (!begin_answer(r))
        return;
    buf_reserve(&r->out, body.len + HEAD_ROOM);
    put_head(r, status, content_type, has_body ? (int64_t)body.len : -1,
        extra_headers);
    if (has_body && !r->head)
        buf_adds(&r->out, body);
    send_out(r);
}

void
http_reply_stream(struct http_req *r, int status, const char *content_type,
    int64_t length, const char *extra_headers, const struct http_source *source,
    void *ctx)
{
    r->source = source;
    r->source_ctx = ctx;
    if (!begin_answer(r))
        return;
    r->left = r->head ? 0 : length;
    put_head(r, status, content_type, length, extra_headers);
    send_out(r);
}

void
http_reply_piece(struct http_req *r, struct span bytes)
{
    assert(r->state == REQ_SENDING && (int64_t)bytes.len <= r->left);
    if (bytes.len == 0) {
        conn_doom(r->conn); /* r goes with it */
        return;
    }
    r->left -= (int64_t)bytes.len;
    buf_adds(&r->out, bytes);
    send_out(r);
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
    [FAIL_UNKNOWN] = 500,
};

static enum fail
fail_of(int status)
{
    return status == 404   ? FAIL_NOT_FOUND
           : status == 413 ? FAIL_TOO_LARGE
                           : FAIL_BAD_INPUT;
}

static void
put_refusal(struct buf *body, int status, const char *text)
{
    buf_addz(body, "{\"success\":false,\"error\":");
    json_put_str(body, span_of(text ? text : status_text(status)));
    buf_addf(body, ",\"code\":\"%s\"}", fail_code(fail_of(status)));
}

void
req_refuse(struct http_req *r, int status, const char *text)
{
    struct buf body = {0};

    if (status != 204)
        put_refusal(&body, status, text);
    http_reply(r, status, NULL, buf_span(&body), NULL);
    buf_free(&body);
}

void
conn_refuse(struct http_conn *c, int status, const char *text)
{
    struct buf out = {0}, body = {0};

    if (conn_is_mute(c)) {
        conn_doom(c);
        return;
    }
    put_refusal(&body, status, text);
    buf_addf(&out,
        "HTTP/1.1 %d %s\r\nDate: %s\r\nContent-Type: application/json\r\n"
        "Content-Length: %zu\r\nConnection: close\r\n\r\n",
        status, status_text(status), date_of(c->server), body.len);
    buf_adds(&out, buf_span(&body));
    buf_free(&body);
    if (conn_write(c, out.p, out.len))
        conn_finish(c);
    buf_free(&out);
    if (c->req && c->req->state == REQ_STREAM)
        req_orphan(c->req); /* whose handler learns it at once */
}

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
